"""Evaluating a model: `evaluate` asks it the questions that a file implies, and scores the answers.

`questions` draws the questions, `scoring` says when an answer is right, `intervals` how sure a share is, `figures`
makes the rows, and `report` is the result.
"""

from collections.abc import Callable, Sequence

from ftc.loop.evaluate import judge as judging
from ftc.loop.evaluate.figures import rows
from ftc.loop.evaluate.questions import EvaluationQuestion, draw_questions, enough_tokens
from ftc.loop.evaluate.report import (
    EvaluationSettings,
    ModelIdentity,
    QuestionResult,
    Report,
    Sample,
    ScoredAnswer,
)
from ftc.loop.evaluate.scoring import is_exact, is_right
from ftc.providers.provider import Decoding, Model, ProviderError, Reply
from ftc.quality.recorded import kept
from ftc.wording import worded

__all__ = [
    "EvaluationSettings",
    "ModelIdentity",
    "Report",
    "draw_questions",
    "enough_tokens",
    "evaluate",
]

Advance = Callable[[int], None]


def evaluate(
    questions: Sequence[EvaluationQuestion],
    samples: Sequence[Sample],
    settings: EvaluationSettings,
    model: tuple[ModelIdentity, Model],
    base: tuple[ModelIdentity, Model] | None = None,
    judge: Model | None = None,
    advance: Advance = lambda more: None,
) -> Report:
    """Ask every question and score the answers. `advance` is called for each answer.

    Raises ProviderError where a model gave no answer at all: that is no evaluation.
    """
    answers, ours = _ask(*model, questions, settings, advance)
    theirs = None
    if base is not None:
        base_answers, theirs = _ask(*base, questions, settings, advance)
    if judge is not None:
        answers = _judged(judge, questions, answers, advance)
        base_answers = _judged(judge, questions, base_answers, advance) if base is not None else []
    results = [
        QuestionResult(
            id=one.id,
            block=one.block,
            split=one.split,
            case=one.case,
            fault=one.fault,
            method=one.accepted[0].method,
            messages=[dict(message) for message in one.question.messages],
            expected=list(dict.fromkeys(map(str, one.accepted))),
            says=[list(readings) for readings in one.accepted[0].says],
            model=answers[at],
            base=None if base is None else base_answers[at],
        )
        for at, one in enumerate(questions)
    ]
    return Report(
        settings=settings,
        model=ours,
        base=theirs,
        parts=list(samples),
        rows=rows(results, settings.seed),
        questions=results,
    )


def count_answers(questions: int, settings: EvaluationSettings, models: int) -> int:
    """How many answers there will be."""
    return questions * settings.repeats * models * (2 if settings.judge else 1)


def _ask(
    identity: ModelIdentity,
    model: Model,
    questions: Sequence[EvaluationQuestion],
    settings: EvaluationSettings,
    advance: Advance,
) -> tuple[list[list[ScoredAnswer]], ModelIdentity]:
    """The answers to each question, one a repeat, and the model with the names that it answered as."""
    replies: list[list[Reply | ProviderError]] = [[] for _ in questions]
    for repeat in range(settings.repeats):
        # As many seeds as repeats: the same one would give the same answer again. Where nothing is drawn there is none.
        seed = settings.seed + repeat if settings.temperature else None
        decoding = Decoding(settings.temperature, settings.max_tokens, seed)
        for at, reply in model.answer([one.question for one in questions], decoding):
            replies[at].append(reply)
            advance(1)
    every = [reply for some in replies for reply in some]
    if not any(isinstance(reply, Reply) for reply in every):
        raise next(reply for reply in every if isinstance(reply, ProviderError))
    names = sorted({reply.model for reply in every if isinstance(reply, Reply)})
    scored = [[_answer(one, reply) for reply in some] for one, some in zip(questions, replies, strict=True)]
    return scored, identity.model_copy(update={"answered_as": names})


def _answer(one: EvaluationQuestion, reply: Reply | ProviderError) -> ScoredAnswer:
    if isinstance(reply, ProviderError):
        diagnostic = reply.diagnostics[0]
        return ScoredAnswer(error=worded(diagnostic).message, code=diagnostic.code)
    return ScoredAnswer(
        text=reply.text,
        calls=[{"name": call.name, "arguments": call.arguments} for call in reply.calls],
        cut=reply.cut,
        right=is_right(reply, one.accepted),
        exact=is_exact(reply, one.accepted),
        kept=None if one.base is None else kept(one.base, reply.text),
    )


def _judged(
    judge: Model, asked: Sequence[EvaluationQuestion], answers: list[list[ScoredAnswer]], advance: Advance
) -> list[list[ScoredAnswer]]:
    """The answers with the verdict of the judge on each."""
    places, questions = [], []
    for at, (one, some) in enumerate(zip(asked, answers, strict=True)):
        for repeat, answer in enumerate(some):
            if answer.text is not None:
                conversation = "\n".join(
                    f"{each['role']}: {each['content']}" for each in one.question.messages if "content" in each
                )
                given = "\n".join([answer.text, *(f"{call['name']}({call['arguments']})" for call in answer.calls)])
                places.append((at, repeat))
                questions.append(
                    judging.question(conversation, [str(each) for each in one.accepted], given.strip("\n"))
                )
    judged = [list(some) for some in answers]
    for number, verdict in judging.verdicts(judge, questions):
        at, repeat = places[number]
        judged[at][repeat] = judged[at][repeat].model_copy(update={"judged": verdict})
        advance(1)
    return judged
