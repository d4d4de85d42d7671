"""E501, W502 and E502: contradictions, duplicates, and what is both trained on and held out.

Everything is written down as rows of bytes, the way lines are, and remembered as 64-bit hashes in bounded memory; what
seems a finding is compared again by its text, so that no finding is a collision of hashes. What the structure
proves to differ is not searched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, count
from json.encoder import encode_basestring

from xxhash import xxh3_64 as running
from xxhash import xxh3_64_intdigest as digest

from ftc.diagnostics import Diagnostic, Label
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Message
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Picks, Slot
from ftc.lower.fixed import Fixed
from ftc.lower.messages import messages_of
from ftc.lower.pieces import Constant, Piece, escaped, made, sequence
from ftc.lower.shapes import Fork, by_shape
from ftc.quality import proofs
from ftc.quality.context import MAX_FINDINGS, Advance, Context
from ftc.quality.excerpt import shorten
from ftc.quality.partitions import Partitions
from ftc.quality.units import TracedConversation, Unit
from ftc.targets.target import dump, on_one_line

# Of the conversations whose hashes are met again, so many are compared word by word.
MAX_COMPARED = 100_000

# A conversation without such an answer.
BLANK = Constant(b"\n")

TAB = Constant(b"\t")

MessageKey = tuple[object, ...]
"""What a message says, or all that some messages say: equal where they say the same."""


def check(context: Context) -> Iterator[Diagnostic]:
    yield from context.examined.repeats


def search(units: list[Unit], on_failure: Callable[[PickFailure], None], advance: Advance) -> Iterator[Diagnostic]:
    """Look for what is there twice or is contradicted: a part of the one pass over the conversations."""
    with Partitions() as contexts, Partitions() as wholes:
        numbers = count()
        for unit in units:
            try:
                if unit.fixed:
                    _note_fixed(unit.fixed, contexts, wholes, numbers)
                else:
                    _note(unit, contexts, wholes, numbers)
            except PickFailure as failure:
                on_failure(failure)
            advance(unit.source.count)
        odd, again = set(contexts.differing()), set(wholes.differing())
    if odd:
        yield from _contradictions(units, odd)
    if again:
        yield from _copies(units, again)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────


def _note(unit: Unit, contexts: Partitions, wholes: Partitions, numbers: Iterator[int]) -> None:
    compared = frozenset(proofs.answers_to_compare(unit))
    if compared == {0} and unit.program is not None and _ends_with_its_answer(unit.program):
        for rows in unit.rows(_whole_in_parts):
            parts = [row.split(b"\t") for row in rows]
            contexts.add([(digest(before), digest(of)) for before, of, _ in parts])
            wholes.add(zip([digest(before + answer) for before, _, answer in parts], numbers, strict=False))
        return
    for rows in unit.rows(_whole):
        wholes.add(zip(map(digest, rows), numbers, strict=False))
    for rows in unit.rows(partial(_contexts, compared)) if compared else ():
        contexts.add(chain.from_iterable(map(_keys, rows)))


def _note_fixed(fixed: Fixed, contexts: Partitions, wholes: Partitions, numbers: Iterator[int]) -> None:
    """The same of a conversation in which there is nothing to pick, without making pieces of it."""
    row = running()
    for line, text in zip(fixed.lines, fixed.texts, strict=True):
        message = line.message
        if message.role == "assistant" and message.trained:
            contexts.add(((row.intdigest(), digest(_file(fixed.program) + b"%d" % message.span.start)),))
        row.update(f'{message.role}"'.encode() + escaped(text) + b'"')
    wholes.add(((row.intdigest(), next(numbers)),))


def _whole(program: Program) -> Piece:
    """Everything a conversation says."""

    def row(shape: list[Fork]) -> Piece:
        messages, rejected = messages_of(program, shape)
        parts = [_framed(message.role, message.text) for message in messages]
        return sequence([*parts, *([_framed("", rejected)] if rejected else []), BLANK])

    return by_shape(program, row)


def _contexts(numbers: frozenset[int], program: Program) -> Piece:
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
        parts += [Constant(b"\t" + _file(program)), messages[answer.at].place, *map(_picked, slots)]
        start = answer.at
    return sequence(parts)


def _ends_with_its_answer(program: Program) -> bool:
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


def _whole_in_parts(program: Program) -> Piece:
    """Everything that a conversation with one answer says: what stands before it, what decides it, and the answer."""

    def row(shape: list[Fork]) -> Piece:
        messages, _ = messages_of(program, shape)
        answer = _framed(messages[-1].role, messages[-1].text)
        return sequence([_contexts_of(program, shape, frozenset((0,))), TAB, answer, BLANK])

    return by_shape(program, row)


def _keys(row: bytes) -> Iterator[tuple[int, int]]:
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


def _file(program: Program) -> bytes:
    """Places are counted in a file. Its name may hold what ends a row or parts it."""
    return encode_basestring(program.block.span.source.name).encode() + b":"


def _framed(role: str, text: Piece) -> Piece:
    # A quote ends a text: within it, it is escaped.
    return sequence([Constant(f'{role}"'.encode()), text, Constant(b'"')])


def _picked(slot: Slot) -> Piece:
    def picked(picks: Picks) -> bytes:
        return f" {slot.path}={picks.get(slot, '')}".encode()

    return made(frozenset((slot,)), picked)


# ── findings ──────────────────────────────────────────────────────────────────────────────────────


def _again(
    units: list[Unit], piece_of: "Callable[[Unit], Callable[[Program], Piece]]", odd: Callable[[bytes], bool]
) -> Iterator[TracedConversation]:
    """The conversations whose rows have something that is met again."""
    left = MAX_COMPARED
    for unit in units:
        found: list[int] = []
        index = 0
        try:
            for rows in unit.rows(piece_of(unit)):
                found += [at for at, row in enumerate(rows, index) if odd(row)]
                index += len(rows)
                if len(found) >= left:
                    break
        except PickFailure:
            pass  # reported before
        for index in found:
            if (again := unit.at(index)) is not None:
                yield again
        left -= len(found)
        if left <= 0:
            return


def _contradictions(units: list[Unit], odd: set[int]) -> Iterator[Diagnostic]:
    """E501: contexts whose answers depend on where they come from. Alternatives of one answer are one set of
    answers."""
    groups: dict[MessageKey, dict[object, dict[object, TracedConversation]]] = defaultdict(lambda: defaultdict(dict))
    numbers_of = {unit: frozenset(proofs.answers_to_compare(unit)) for unit in units}
    again = _again(
        [unit for unit in units if numbers_of[unit]],
        lambda unit: partial(_contexts, numbers_of[unit]),
        lambda row: any(key in odd for key, _ in _keys(row)),
    )
    for each in again:
        messages = each.conversation.messages
        before: list[object] = [tuple(tool.name for tool in each.conversation.tools)]
        row, number, numbers = running(), -1, numbers_of[each.unit]
        for at, message in enumerate(messages):
            number += message.role == "assistant" and message.trained
            # Elsewhere, not every conversation with these messages is here.
            if message.role == "assistant" and message.trained and number in numbers and row.intdigest() in odd:
                groups[tuple(before)][each.origin_of(at)].setdefault(_key_of(message), each)
            before.append(_key_of(message))
            row.update(_written(message))
    reported: set[object] = set()
    for context, sources in groups.items():
        sets = list(sources.values())
        other = next((s for s in sets[1:] if set(s) != set(sets[0])), None)
        if other is None:
            continue
        at = len(context) - 1
        second = next((s for s in other if s not in sets[0]), next(iter(other)))
        first = next((s for s in sets[0] if s not in other), next(iter(sets[0])))
        a, b = sets[0][first].conversation, other[second].conversation
        span_a, span_b = a.origin.messages[at], b.origin.messages[at]
        if (span_a, span_b) in reported or len(reported) >= MAX_FINDINGS:
            continue
        reported.add((span_a, span_b))
        user = next((m.content for m in reversed(b.messages[:at]) if m.role == "user"), "")
        data = {
            "user": shorten(user),
            "first": shorten(a.messages[at]),
            "second": shorten(b.messages[at]),
        }
        labels = () if span_a == span_b else (Label(span_a, "the other answer"),)
        yield Diagnostic("E501", span_b, data, labels)


def _written(message: Message) -> bytes:
    """The message as it stands in a row."""
    calls = "".join([f'"{call.name}"{dump(call.arguments)}' for call in message.calls])
    text = on_one_line(calls).encode() if message.content is None else escaped(message.content)
    return f'{message.role}"'.encode() + text + b'"'


def _key_of(message: Message) -> MessageKey:
    calls = tuple((c.name, repr(c.arguments)) for c in message.calls)
    return message.role, message.content, calls


def _copies(units: list[Unit], again: set[int]) -> Iterator[Diagnostic]:
    """W502: the same conversation more than once. E502: a training conversation that is held out too."""
    first: dict[MessageKey, TracedConversation] = {}
    copies: dict[tuple[str, str], list[TracedConversation]] = defaultdict(list)
    leaks: dict[str, list[TracedConversation]] = defaultdict(list)
    for each in _again(units, lambda unit: _whole, lambda row: digest(row) in again):
        earlier = first.setdefault(_whole_key(each), each)
        if earlier is not each:
            if earlier.unit.validation != each.unit.validation:
                held_out = earlier if earlier.unit.validation else each
                leaks[held_out.unit.block.name].append(held_out)
            else:
                copies[earlier.unit.block.name, each.unit.block.name].append(each)
    for (_, block), found in copies.items():
        original = first[_whole_key(found[0])]
        label = Label(original.user_span, "the same conversation")
        data = {"count": len(found), "block": block, "user": shorten(found[0].user)}
        span = found[0].user_span
        yield Diagnostic("W502", span, data, () if label.span == span else (label,))
    for block, found in leaks.items():
        data = {"count": len(found), "block": block, "user": shorten(found[0].user)}
        yield Diagnostic("E502", found[0].user_span, data)


def _whole_key(each: TracedConversation) -> MessageKey:
    return tuple(map(_key_of, each.conversation.messages)), each.conversation.rejected
