"""What there is to ask: each conversation up to its last message, with every answer that is accepted there; and up to
each message before that in its last turn that calls tools.

Conversations that differ only in alternatives of the answer are one question. Large plans are not gone through: so many
questions are drawn of each block, by a seed, and how many of how many is told.
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
from ftc.loop.evaluate.scoring import Expected
from ftc.providers.provider import Question
from ftc.targets import chat

Wanted = Literal["held-out", "training", "all"]
Split = Literal["held out", "trained on", "all"]
"""The part that a question is of: `all` where nothing is held out and everything was asked for."""

FEWEST_TOKENS = 128
"""Tokens that an answer may have in any case."""

LOOKED_AT = 20
"""Conversations that are looked at for each question wanted: those with many alternatives give few questions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `fault` is the name whose pick is invalid in the turn to be answered; `base` the recorded answer of
    a style, which has the same words without the style."""

    id: str
    block: str
    case: str | None
    fault: str | None
    split: Split
    question: Question
    accepted: tuple[Expected, ...]
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many questions were drawn of a part of a block. `whole` says that there are no others."""

    block: str
    split: Split
    conversations: int
    questions: int
    whole: bool


def draw(plan: Plan, wanted: Wanted | None, limit: int, seed: int) -> tuple[list[Asked], list[Drawn]]:
    """The questions, block by block, what is held out first.

    Nothing `wanted` in particular is what is held out, and the invalid inputs that are trained on.
    """
    asked: list[Asked] = []
    drawn: list[Drawn] = []
    for block in plan.blocks:
        for split, pools in _parts(plan, block, wanted):
            whole, questions = True, 0
            for pool, share in zip(pools, _shares(limit, [pool.count for pool in pools]), strict=True):
                found, all_of_them = _drawn(block, split, pool, share, seed, answered_fault=wanted is None)
                asked += found
                questions += len(found)
                whole = whole and all_of_them
            if questions:
                drawn.append(Drawn(block.name, split, sum(pool.count for pool in pools), questions, whole))
    return asked, drawn


def enough_tokens(asked: Sequence[Asked]) -> int:
    """The longest answer to let a model give: about twice the longest that is expected, as a token is about four bytes.

    An untrained model goes on and on, and what it says beyond that makes no answer right.
    """
    longest = max((len(str(answer).encode()) for one in asked for answer in one.accepted), default=0)
    return max(FEWEST_TOKENS, longest // 2)


def _parts(plan: Plan, block: BlockPlan, wanted: Wanted | None) -> Iterator[tuple[Split, list[Conversations]]]:
    """The conversations to draw from, the valid and the invalid ones apart."""
    if wanted != "training":
        yield "held out", [_of(block.validation, faulty) for faulty in (False, True)]
    if wanted is None:
        yield "trained on", [_of(block.once, True)]
    elif wanted != "held-out":
        split: Split = "all" if wanted == "all" and not plan.validation.count else "trained on"
        yield split, [_of(block.once, faulty) for faulty in (False, True)]


def _shares(limit: int, counts: Sequence[int]) -> list[int]:
    """A limit shared evenly among pools; what one cannot use is the others'."""
    shares = [0] * len(counts)
    for place, at in enumerate(sorted(range(len(counts)), key=lambda at: counts[at])):
        shares[at] = min(counts[at], (limit - sum(shares)) // (len(counts) - place))
    return shares


def _drawn(
    block: BlockPlan, split: Split, pool: Conversations, limit: int, seed: int, *, answered_fault: bool
) -> tuple[list[Asked], bool]:
    """Questions of a pool in its order, and whether there are no others. With `answered_fault`, of the invalid
    conversations only those that end with the turn that shows the fault."""
    if not limit:
        return [], not pool.count
    order = Permutation(seed, f"evaluate/{block.name}/{split}", pool.count)
    found: dict[str, tuple[tuple[int, int], Asked]] = {}
    looked_at = min(pool.count, limit * LOOKED_AT)
    for place in range(looked_at):
        index = order.at(place)
        program, picks = pool.picked(index)
        conversation = pool[index]
        last = program.turns_of(picks)[-1]
        fault = program.fault.name.name if program.fault and last.faulty(picks) else None
        if program.fault and answered_fault and not fault:
            continue
        for at in _places(conversation, len(last.lines(picks))):
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
                found[context] = (index, at), _asked(block, split, conversation, at, fault, accepted)
    return _in_order(found), looked_at == pool.count


def _places(conversation: Conversation, turn: int) -> Iterator[int]:
    """The messages of the last turn, so many of them, that are asked for: calls of tools, and the one that ends it."""
    end = len(conversation.messages) - 1
    for at in range(max(1, end + 1 - turn), end + 1):
        said = conversation.messages[at]
        if at == end or (said.calls and said.trained):
            yield at


def _in_order(found: dict[str, tuple[tuple[int, int], Asked]]) -> list[Asked]:
    return [asked for _, asked in sorted(found.values(), key=lambda each: each[0])]


def _asked(
    block: BlockPlan, split: Split, conversation: Conversation, at: int, fault: str | None,
    accepted: tuple[Expected, ...],
) -> Asked:  # fmt: skip
    messages = tuple(chat.message(said, weight=False) for said in conversation.messages[:at])
    return Asked(
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
    style = block.block.style
    if style is None or block.kind != "style":
        return None
    answered = style.recorded_answer(conversation.messages[-2].content or "")
    return answered.base if answered else None


def _context(conversation: Conversation, at: int) -> str:
    """What the messages before one say: the same for the same question."""
    return json.dumps([chat.message(said, weight=False) for said in conversation.messages[:at]])


# ── valid and invalid ─────────────────────────────────────────────────────────────────────────────


def _of(conversations: Conversations, faulty: bool) -> Conversations:
    return Conversations(_with(conversations.source, faulty))


def _with(source: Source, faulty: bool) -> Source:
    """The elements of programs with an invalid pick, or of those without. What is made as a product is not gone
    through."""
    match source:
        case Concatenation():
            return Concatenation([_with(part, faulty) for part in source.parts])
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
