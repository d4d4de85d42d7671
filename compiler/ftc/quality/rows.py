"""Conversations as rows of bytes, the way lines are written: what stands before each answer, and what decides it.

A row is made of the pieces that lines are made of, so that many are made at once. Each message stands in it as its role
and its text between quotes, escaped as JSON escapes it.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from json.encoder import encode_basestring

from xxhash import xxh3_64 as running
from xxhash import xxh3_64_intdigest as digest

from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Message
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Picks, Slot
from ftc.lower.fixed import Fixed
from ftc.lower.messages import messages_of
from ftc.lower.pieces import Constant, Piece, escaped, made, sequence
from ftc.lower.shapes import Fork, by_shape
from ftc.quality import proofs
from ftc.quality.units import TracedConversation, Unit
from ftc.targets.target import dump, on_one_line

# Of the conversations whose hashes are met again, so many are compared word by word.
MAX_COMPARED = 100_000

# A conversation without such an answer.
BLANK = Constant(b"\n")

TAB = Constant(b"\t")


def whole(program: Program) -> Piece:
    """Everything a conversation says."""
    return _all_of(program, lambda role, trained: role)


def line(program: Program) -> Piece:
    """Everything that a line holds, whatever its target, but the tools: what is said, and which answers are trained."""
    return _all_of(program, _role_and_weight)


def fixed_line(one: Fixed) -> bytes:
    """The same of a conversation in which there is nothing to pick, without making pieces of it."""
    said = zip([line.message for line in one.lines], one.texts, strict=True)
    return b"".join([b'%s"%s"' % (_role_and_weight(m.role, m.trained).encode(), escaped(text)) for m, text in said])


def _role_and_weight(role: str, trained: bool) -> str:
    return role if trained or role != "assistant" else "untrained"


def _all_of(program: Program, role_of: Callable[[str, bool], str]) -> Piece:
    def row(shape: list[Fork]) -> Piece:
        messages, rejected = messages_of(program, shape)
        parts = [_framed(role_of(message.role, message.trained), message.text) for message in messages]
        return sequence([*parts, *([_framed("", rejected)] if rejected else []), BLANK])

    return by_shape(program, row)


def contexts(numbers: frozenset[int], program: Program) -> Piece:
    """For each answer of these numbers, what stands between the one before it and it; then, after a tab, what
    decides what the answer can be. What stands before an answer is what stands before all up to it."""

    return by_shape(program, lambda shape: sequence([_contexts_of(program, shape, numbers), BLANK]))


def _contexts_of(program: Program, shape: list[Fork], numbers: frozenset[int]) -> Piece:
    messages, _ = messages_of(program, shape)
    parts: list[Piece] = []
    start = 0
    for number, answer in enumerate(proofs.deciding_picks(program, messages)):
        if number not in numbers:
            continue
        parts += [TAB] if parts else []
        parts += [_framed(message.role, message.text) for message in messages[start : answer.at]]
        slots = sorted(answer.slots, key=lambda slot: slot.path)
        parts += [Constant(b"\t" + file_of(program)), messages[answer.at].place, *map(_picked, slots)]
        start = answer.at
    return sequence(parts)


def ends_with_its_answer(program: Program) -> bool:
    """Whether every conversation has one answer that is trained, at its end, and none not to give: what stands before
    the answer and the answer are then all of it."""
    ends: list[bool] = []

    def look(shape: list[Fork]) -> Piece:
        messages, rejected = messages_of(program, shape)
        trained = [at for at, message in enumerate(messages) if message.role == "assistant" and message.trained]
        ends.append(trained == [len(messages) - 1] and rejected is None)
        return BLANK

    by_shape(program, look)
    return all(ends)


def whole_in_parts(program: Program) -> Piece:
    """Everything that a conversation with one answer says: what stands before it, what decides it, and the answer."""

    def row(shape: list[Fork]) -> Piece:
        messages, _ = messages_of(program, shape)
        answer = _framed(messages[-1].role, messages[-1].text)
        return sequence([_contexts_of(program, shape, frozenset((0,))), TAB, answer, BLANK])

    return by_shape(program, row)


def contexts_and_answers(unit: Unit, compared: frozenset[int]) -> Iterator[tuple[list[bytes], list[bytes] | None]]:
    """Rows of contexts, as `contexts` makes them, and their answers where each has one, at its end."""
    if compared == {0} and unit.program is not None and ends_with_its_answer(unit.program):
        for found in unit.rows(whole_in_parts):
            parts = [row.rpartition(b"\t") for row in found]
            yield [context for context, _, _ in parts], [answer for _, _, answer in parts]
    else:
        for found in unit.rows(partial(contexts, compared)):
            yield found, None


def keys(row: bytes) -> Iterator[tuple[int, int]]:
    """The contexts of a row, each with what decides the answer to it."""
    first, *others = row.split(b"\t")
    if len(others) < 2:
        return iter([(digest(first), digest(others[0]))] if others else [])
    return _many_keys([first, *others])


def _many_keys(fields: list[bytes]) -> Iterator[tuple[int, int]]:
    before = running()
    for more, of in zip(fields[::2], fields[1::2], strict=True):
        before.update(more)
        yield before.intdigest(), digest(of)


def file_of(program: Program) -> bytes:
    """Places are counted in a file. Its name may hold what ends a row or parts it."""
    return encode_basestring(program.block.span.source.name).encode() + b":"


def _framed(role: str, text: Piece) -> Piece:
    # A quote ends a text: within it, it is escaped.
    return sequence([Constant(f'{role}"'.encode()), text, Constant(b'"')])


def _picked(slot: Slot) -> Piece:
    def picked(picks: Picks) -> bytes:
        return f" {slot.path}={picks.get(slot, '')}".encode()

    return made(frozenset((slot,)), picked)


def written(message: Message) -> bytes:
    """The message as it stands in a row."""
    calls = "".join([f'"{call.name}"{dump(call.arguments)}' for call in message.calls])
    text = on_one_line(calls).encode() if message.content is None else escaped(message.content)
    return b'%s"%s"' % (message.role.encode(), text)


def again(
    units: list[Unit],
    piece_of: Callable[[Unit], Callable[[Program], Piece]],
    are_odd: Callable[[list[bytes]], Iterable[bool]],
) -> Iterator[tuple[TracedConversation, bytes]]:
    """The conversations whose rows have something that is met again, each with its row."""
    left = MAX_COMPARED
    for unit in units:
        found: list[tuple[int, bytes]] = []
        index = 0
        try:
            for rows in unit.rows(piece_of(unit)):
                odd = zip(are_odd(rows), enumerate(rows, index), strict=True)
                found += [numbered for is_odd, numbered in odd if is_odd]
                index += len(rows)
                if len(found) >= left:
                    break
        except PickFailure:
            pass  # reported before
        for at, row in found:
            if (traced := unit.at(at)) is not None:
                yield traced, row
        left -= len(found)
        if left <= 0:
            return
