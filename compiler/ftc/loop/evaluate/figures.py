"""From scored answers to the rows of a report: one for each block and split, then one for each case and fault in it."""

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean

from ftc.loop.evaluate.intervals import interval, mcnemar
from ftc.loop.evaluate.report import Difference, QuestionResult, ResultRow, Score, ScoredAnswer, VerdictCount

Side = Callable[[QuestionResult], list[ScoredAnswer] | None]


def rows(questions: Sequence[QuestionResult], seed: int) -> list[ResultRow]:
    """The rows in the order of the questions, those held out first."""
    found: list[ResultRow] = []
    splits = dict.fromkeys(each.split for each in questions)
    for split in sorted(splits, key=("held out", "trained on", "all").index):
        here = [each for each in questions if each.split == split]
        for block in dict.fromkeys(each.block for each in here):
            found += _block([each for each in here if each.block == block], seed)
    return found


def _block(questions: Sequence[QuestionResult], seed: int) -> Iterator[ResultRow]:
    yield _row(questions, seed, whole=True)
    kinds: dict[tuple[str | None, str | None, bool], list[QuestionResult]] = {}
    for each in questions:
        kinds.setdefault((each.case, each.fault, each.method == "calls"), []).append(each)
    if len(kinds) > 1 or next(iter(kinds)) != (None, None, False):
        for some in kinds.values():
            yield _row(some, seed, whole=False)


def _row(questions: Sequence[QuestionResult], seed: int, *, whole: bool) -> ResultRow:
    first = questions[0]
    compared = any(each.base is not None for each in questions)
    return ResultRow(
        split=first.split,
        block=first.block,
        case=None if whole else first.case,
        fault=None if whole else first.fault,
        calls=not whole and first.method == "calls",
        whole=whole,
        model=_score(questions, _model, seed),
        base=_score(questions, _base, seed) if compared else None,
        difference=_difference(questions) if compared else None,
    )


def _model(question: QuestionResult) -> list[ScoredAnswer] | None:
    return question.model


def _base(question: QuestionResult) -> list[ScoredAnswer] | None:
    return question.base


def _share(answers: list[ScoredAnswer] | None) -> float | None:
    """The share of a question's answers that are right; None where one is missing."""
    if not answers or any(answer.error is not None for answer in answers):
        return None
    return fmean(bool(answer.right) for answer in answers)


def _score(questions: Sequence[QuestionResult], side: Side, seed: int) -> Score:
    shares = [share for each in questions if (share := _share(side(each))) is not None]
    answers = [answer for each in questions if _share(side(each)) is not None for answer in side(each) or ()]
    low, high = interval(shares, seed)
    kept = [answer.kept for answer in answers if answer.kept is not None]
    judged = [answer.judged for answer in answers if answer.judged is not None]
    return Score(
        n=len(shares),
        right=sum(share == 1 for share in shares),
        share=fmean(shares) if shares else None,
        low=low,
        high=high,
        exact=fmean(bool(answer.exact) for answer in answers) if answers else None,
        errors=len(questions) - len(shares),
        cut=sum(answer.cut for answer in answers),
        kept=fmean(kept) if kept else None,
        judged=VerdictCount(n=len(judged), right=judged.count("yes"), unclear=judged.count("unclear"))
        if judged
        else None,
    )


def _difference(questions: Sequence[QuestionResult]) -> Difference:
    both = [(_share(each.model), _share(each.base)) for each in questions]
    pairs = [(ours, theirs) for ours, theirs in both if ours is not None and theirs is not None]
    better = sum(ours > theirs for ours, theirs in pairs)
    worse = sum(ours < theirs for ours, theirs in pairs)
    return Difference(
        n=len(pairs),
        better=better,
        worse=worse,
        difference=fmean(ours - theirs for ours, theirs in pairs) if pairs else 0.0,
        p=mcnemar(better, worse),
    )
