"""The questions of an evaluation: each conversation up to its last message, with every answer that is accepted there;
and up to each earlier message of its last turn that calls tools.

Conversations that differ only in alternatives of the answer are one question. Of a large plan a sample is drawn from
each block, by a seed, and the report says how many of how many.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import BlockPlan, Conversations, Plan
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Product, Selection, Source
from ftc.expand.random import Permutation
from ftc.expand.space.ops import Slot
from ftc.loop.evaluate.alternatives import alternatives
from ftc.loop.evaluate.report import QuestionSplit, Sample
from ftc.loop.evaluate.scoring import Expected
from ftc.providers.provider import Question
from ftc.targets import chat

QuestionSelection = Literal["held-out", "training", "all"]

FEWEST_TOKENS = 128
"""The least that an answer is allowed."""

LOOKED_AT = 20
"""Conversations to go through for each question: those with many alternatives give few questions."""


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question. `fault` is the name whose pick is invalid in the turn to be answered; `base` the recorded answer of
    a style, which has the same words without the style."""

    id: str
    block: str
    case: str | None
    fault: str | None
    split: QuestionSplit
    question: Question
    accepted: tuple[Expected, ...]
    base: str | None = None


def draw_questions(
    plan: Plan, selection: QuestionSelection | None, limit: int, seed: int
) -> tuple[list[EvaluationQuestion], list[Sample]]:
    """The questions, block by block, those held out first, and how many they are of how many.

    Without a `selection`: what is held out, and the invalid inputs that are trained on.
    """
    questions: list[EvaluationQuestion] = []
    samples: list[Sample] = []
    for block in plan.blocks:
        for split, pools in _pools(plan, block, selection):
            whole, before = True, len(questions)
            for pool, share in zip(pools, _shares(limit, [pool.count for pool in pools]), strict=True):
                found, all_of_them = _draw_pool(block, split, pool, share, seed, answered_fault=selection is None)
                questions += found
                whole = whole and all_of_them
            if drawn := len(questions) - before:
                conversations = sum(pool.count for pool in pools)
                samples.append(
                    Sample(block=block.name, split=split, conversations=conversations, questions=drawn, whole=whole)
                )
    return questions, samples


def enough_tokens(questions: Sequence[EvaluationQuestion]) -> int:
    """How many tokens to allow an answer: about twice the longest expected one, as a token is about four bytes.

    An untrained model goes on and on, and nothing that it adds makes an answer right.
    """
    longest = max((len(str(answer).encode()) for one in questions for answer in one.accepted), default=0)
    return max(FEWEST_TOKENS, longest // 2)


def _pools(
    plan: Plan, block: BlockPlan, selection: QuestionSelection | None
) -> Iterator[tuple[QuestionSplit, list[Conversations]]]:
    """The conversations to draw from, the valid and the invalid ones separately."""
    if selection != "training":
        yield "held out", [_filtered(block.validation, faulty) for faulty in (False, True)]
    if selection is None:
        yield "trained on", [_filtered(block.once, True)]
    elif selection != "held-out":
        split: QuestionSplit = "all" if selection == "all" and not plan.validation.count else "trained on"
        yield split, [_filtered(block.once, faulty) for faulty in (False, True)]


def _shares(limit: int, counts: Sequence[int]) -> list[int]:
    """A limit shared evenly among pools; what one cannot use goes to the others."""
    shares = [0] * len(counts)
    for place, at in enumerate(sorted(range(len(counts)), key=lambda at: counts[at])):
        shares[at] = min(counts[at], (limit - sum(shares)) // (len(counts) - place))
    return shares


def _draw_pool(
    block: BlockPlan, split: QuestionSplit, pool: Conversations, limit: int, seed: int, *, answered_fault: bool
) -> tuple[list[EvaluationQuestion], bool]:
    """Questions of a pool in its order, and whether these are all. With `answered_fault`, of the invalid conversations
    only those that end with the turn that has the fault."""
    if not limit:
        return [], not pool.count
    order = Permutation(seed, f"evaluate/{block.name}/{split}", pool.count)
    found: dict[str, tuple[tuple[int, int], EvaluationQuestion]] = {}
    looked_at = min(pool.count, limit * LOOKED_AT)
    for place in range(looked_at):
        index = order.at(place)
        program, picks = pool.picked(index)
        conversation = pool[index]
        last = program.turns_of(picks)[-1]
        fault = program.fault.name.name if program.fault and last.faulty(picks) else None
        if program.fault and answered_fault and not fault:
            continue
        for at in _positions(conversation, len(last.lines(picks))):
            context = _context(conversation, at)
            if context in found:
                place_of, one = found[context]
                if Expected.of(conversation, at) not in one.accepted:
                    more = _accepted(block, program, picks, conversation, at)
                    one = replace(one, accepted=(*one.accepted, *(each for each in more if each not in one.accepted)))
                found[context] = place_of, one
            elif len(found) == limit:
                return _in_order(found), False
            else:
                accepted = _accepted(block, program, picks, conversation, at)
                found[context] = (index, at), _question(block, split, conversation, at, fault, accepted)
    return _in_order(found), looked_at == pool.count


def _positions(conversation: Conversation, turn: int) -> Iterator[int]:
    """The messages of the last turn (it has `turn` messages) that are asked for: calls of tools, and the last one."""
    end = len(conversation.messages) - 1
    for at in range(max(1, end + 1 - turn), end + 1):
        message = conversation.messages[at]
        if at == end or (message.calls and message.trained):
            yield at


def _in_order(found: dict[str, tuple[tuple[int, int], EvaluationQuestion]]) -> list[EvaluationQuestion]:
    return [question for _, question in sorted(found.values(), key=lambda each: each[0])]


def _question(
    block: BlockPlan, split: QuestionSplit, conversation: Conversation, at: int, fault: str | None,
    accepted: tuple[Expected, ...],
) -> EvaluationQuestion:  # fmt: skip
    messages = tuple(chat.message_dict(each, weight=False) for each in conversation.messages[:at])
    return EvaluationQuestion(
        conversation.id, block.name, conversation.case, fault, split,
        Question(messages, tuple(chat.tools(conversation.tools))), accepted, _recorded(block, conversation),
    )  # fmt: skip


def _accepted(
    block: BlockPlan, program: Program, picks: dict[Slot, int], conversation: Conversation, at: int
) -> tuple[Expected, ...]:
    # What is held out, and what is kept, are the block's programs with conditions of their own.
    whole = next((each for each in block.programs if each.turns is program.turns), program)
    found = (Expected.of(each, at) for each in alternatives(whole, picks, conversation, at))
    return tuple({repr(each): each for each in found}.values())


def _recorded(block: BlockPlan, conversation: Conversation) -> str | None:
    style = block.declaration.style
    if style is None or block.kind != "style":
        return None
    answered = style.recorded_answer(conversation.messages[-2].content or "")
    return answered.base if answered else None


def _context(conversation: Conversation, at: int) -> str:
    """The messages before one, as a key: the same for the same question."""
    return json.dumps([chat.message_dict(each, weight=False) for each in conversation.messages[:at]])


# ── valid and invalid ─────────────────────────────────────────────────────────────────────────────


def _filtered(conversations: Conversations, faulty: bool) -> Conversations:
    return Conversations(_filter_source(conversations.source, faulty))


def _filter_source(source: Source, faulty: bool) -> Source:
    """The elements of programs with an invalid pick, or of those without. A product is kept or left out as a whole."""
    match source:
        case Concatenation():
            return Concatenation([_filter_source(part, faulty) for part in source.parts])
        case Product():
            return source if (source.program.fault is not None) == faulty else Concatenation([])
        case Selection():
            kept = [i for i in source.indices if (_program(source.source, i).fault is not None) == faulty]
            return Selection(source.source, kept)
        case _:
            raise AssertionError(source)  # no other node stands below a block's conversations


def _program(source: Source, index: int) -> Program:
    """The program of an element, without its picks."""
    match source:
        case Concatenation():
            ((part, low, _),) = source.between(index, index + 1)
            return _program(part, low)
        case Selection():
            return _program(source.source, source.indices[index])
        case _:
            return source.at(index)[0] if not isinstance(source, Product) else source.program
