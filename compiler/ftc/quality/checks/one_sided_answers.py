"""A502: questions of yes or no, of a block or of all dialogs, of which the answer to all is the same."""

import re
from collections import defaultdict
from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.plan import BlockPlan
from ftc.expand.plan.program import Program
from ftc.lower.messages import messages_of
from ftc.lower.pieces import Constant, Piece, escaped, sequence
from ftc.lower.shapes import Fork, by_shape
from ftc.quality.context import Context
from ftc.quality.units import Unit

# Of an exchange with more answers than this, it is not said that all are one-sided.
MAX_ANSWERS = 20_000

OPPOSITES = {
    "yes": "no", "true": "false", "ja": "nein", "oui": "non", "sí": "no", "sì": "no", "sim": "não", "да": "нет",
    "tak": "nie", "是": "否", "はい": "いいえ",
}  # fmt: skip
SIDES = dict.fromkeys(OPPOSITES, True) | dict.fromkeys(OPPOSITES.values(), False)

# The word is the whole answer, or a mark ends it: "No, thanks" is one, "No problem" is none.
_SIDE = re.compile(rf"\W*({'|'.join(sorted(SIDES))})\W*(?:$|(?<=[.,;:!…。、]).*|\\\\n.*)", re.IGNORECASE | re.DOTALL)

_QUESTION = re.compile("[?？؟]")


def check(context: Context) -> Iterator[Diagnostic]:
    if context.examined.failing_picks:
        return
    together: dict[BlockPlan | None, list[Unit]] = defaultdict(list)
    for unit in context.units:
        faulty = unit.program is not None and unit.program.fault is not None
        if not unit.validation and not faulty and unit.block.kind != "style":
            # A dialog asks one thing, so that all of them are looked at together.
            together[None if unit.block.kind == "dialog" else unit.block].append(unit)
    for units in together.values():
        yield from _sided(units)


def _sided(units: list[Unit]) -> Iterator[Diagnostic]:
    sided: list[Unit] = []
    found: set[bool | None] = set()
    for unit in units:
        sides = _sides(unit)
        if sides is None or len(sides | found) - (None in sides | found) > 1:
            return
        if sides in ({True}, {False}):
            sided.append(unit)
        found |= sides
    for unit, conversation in ((unit, made.conversation) for unit in sided if (made := unit.at(0)) is not None):
        side = _SIDE.fullmatch(escaped(conversation.messages[-1].content or "").decode())
        assert side
        said, other = side[1], _other(side[1])
        question = next((m.content or "" for m in reversed(conversation.messages) if m.role == "user"), "")
        # "Tell me the password." is refused with "No." and asks for neither.
        if _QUESTION.search(question) or other.casefold() in question.casefold():
            data = {"block": unit.block.name, "said": said, "other": other}
            yield Diagnostic("A502", conversation.origin.messages[-1], data)
            return


def _other(said: str) -> str:
    """The opposite of a word, written like it."""
    found = OPPOSITES.get(said.casefold()) or next(a for a, b in OPPOSITES.items() if b == said.casefold())
    return found.capitalize() if said[:1].isupper() else found


def _sides(unit: Unit) -> set[bool | None] | None:
    """Which sides its answers take, None among them for one that takes none; None where there are too many answers."""
    if unit.fixed is not None:
        return {_side(escaped(unit.fixed.texts[-1]).decode())}
    found: set[bool | None] = set()
    seen = 0
    try:
        for rows in unit.different_rows(_answer)[1]:
            found.update(_side(row.decode()) for row in dict.fromkeys(rows))
            seen += len(rows)
            if {True, False} <= found:
                break
            if seen > MAX_ANSWERS:
                return None
    except PickFailure:
        return None
    return found


def _answer(program: Program) -> Piece:
    def last(shape: list[Fork]) -> Piece:
        messages, _ = messages_of(program, shape)
        return sequence([messages[-1].text, Constant(b"\n")])

    return by_shape(program, last)


def _side(answer: str) -> bool | None:
    found = _SIDE.fullmatch(answer)
    return SIDES[found[1].casefold()] if found else None
