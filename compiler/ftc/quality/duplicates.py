"""E501, W502 and E502: contradictions, duplicates, and what is both trained on and held out.

Everything is written down as rows of bytes, the way lines are, and remembered as 64-bit hashes in bounded memory; what
looks like a finding is looked at again by its text, so that no finding is a collision of hashes. What the structure
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
from ftc.lower.messages import Texts, said
from ftc.lower.pieces import Constant, Piece, made, sequence
from ftc.lower.shapes import Fork, by_shape
from ftc.quality import proofs
from ftc.quality.excerpt import cut
from ftc.quality.partitions import Partitions
from ftc.quality.units import Seen, Unit
from ftc.targets.target import dump

# A block can go wrong in as many ways as it has conversations: this many of one kind are told.
MAX_TOLD = 10

# Of what is met again, so much is looked at word by word.
MAX_AGAIN = 100_000

# A conversation without such an answer.
BLANK = Constant(b"\n")

TAB = Constant(b"\t")

Failed = Callable[[PickFailure], None]
Advance = Callable[[int], None]


def check(units: list[Unit], failed: Failed, advance: Advance) -> Iterator[Diagnostic]:
    """Look for what is there twice or is contradicted. Picks that fail are told to `failed`."""
    with Partitions() as contexts, Partitions() as wholes:
        numbers = count()
        for unit in units:
            try:
                if unit.fixed:
                    _note_fixed(unit.fixed, contexts, wholes, numbers)
                else:
                    _note(unit, contexts, wholes, numbers)
            except PickFailure as failure:
                failed(failure)
            advance(unit.source.count)
        odd, again = set(contexts.differing()), set(wholes.differing())
    if odd:
        yield from _contradictions(units, odd)
    if again:
        yield from _twice(units, again)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────


def _note(unit: Unit, contexts: Partitions, wholes: Partitions, numbers: Iterator[int]) -> None:
    for rows in unit.rows(_whole):
        wholes.add(zip(map(digest, rows), numbers, strict=False))
    wanted = frozenset(proofs.answers_to_compare(unit))
    for rows in unit.rows(partial(_contexts, wanted)) if wanted else ():
        contexts.add(chain.from_iterable(map(_keys, rows)))


def _note_fixed(fixed: Fixed, contexts: Partitions, wholes: Partitions, numbers: Iterator[int]) -> None:
    """The same of a conversation in which there is nothing to pick, without making pieces of it."""
    row = running()
    for line, text in zip(fixed.lines, fixed.texts, strict=True):
        message = line.message
        if message.role == "assistant" and message.trained:
            contexts.add(((row.intdigest(), digest(_file(fixed.program) + b"%d" % message.span.start)),))
        row.update((message.role + encode_basestring(text)).encode())
    wholes.add(((row.intdigest(), next(numbers)),))


def _whole(program: Program) -> Piece:
    """Everything a conversation says."""

    def row(shape: list[Fork]) -> Piece:
        messages, rejected = said(program, Texts(), shape)
        parts = [_framed(message.role, message.text) for message in messages]
        return sequence([*parts, *([_framed("", rejected)] if rejected else []), BLANK])

    return by_shape(program, row)


def _contexts(wanted: frozenset[int], program: Program) -> Piece:
    """For each answer that is wanted, by number, what stands between the one before it and it; then, after a tab, what
    decides what the answer can be. What stands before an answer is what stands before all up to it."""

    def row(shape: list[Fork]) -> Piece:
        messages, _ = said(program, Texts(), shape)
        parts: list[Piece] = []
        told = 0
        for number, answer in enumerate(proofs.deciding_picks(program, messages)):
            if number not in wanted:
                continue
            parts += [TAB] if parts else []
            parts += [_framed(message.role, message.text) for message in messages[told : answer.at]]
            slots = sorted(answer.slots, key=lambda slot: slot.path)
            parts += [Constant(b"\t" + _file(program)), messages[answer.at].place, *map(_picked, slots)]
            told = answer.at
        return sequence([*parts, BLANK])

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
    """Places are counted in a file."""
    return program.block.span.source.name.encode() + b":"


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
) -> Iterator[Seen]:
    """The conversations whose rows have something that is met again."""
    left = MAX_AGAIN
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
            pass  # told before
        for index in found:
            if (seen := unit.at(index)) is not None:
                yield seen
        left -= len(found)
        if left <= 0:
            return


def _contradictions(units: list[Unit], odd: set[int]) -> Iterator[Diagnostic]:
    """E501: contexts whose answers depend on where they come from. Alternatives of one answer are one set of
    answers."""
    groups: dict[Context, dict[object, dict[object, Seen]]] = defaultdict(lambda: defaultdict(dict))
    wanted_of = {unit: frozenset(proofs.answers_to_compare(unit)) for unit in units}
    again = _again(
        [unit for unit in units if wanted_of[unit]],
        lambda unit: partial(_contexts, wanted_of[unit]),
        lambda row: any(key in odd for key, _ in _keys(row)),
    )
    for seen in again:
        messages = seen.conversation.messages
        before: list[object] = [tuple(tool.name for tool in seen.conversation.tools)]
        row, number, wanted = running(), -1, wanted_of[seen.unit]
        for at, message in enumerate(messages):
            number += message.role == "assistant" and message.trained
            # Elsewhere, not every conversation with these messages is here.
            if message.role == "assistant" and message.trained and number in wanted and row.intdigest() in odd:
                groups[tuple(before)][seen.source_of(at)].setdefault(_said_by(message), seen)
            before.append(_said_by(message))
            row.update(_written(message))
    told: set[object] = set()
    for context, sources in groups.items():
        sets = list(sources.values())
        other = next((s for s in sets[1:] if set(s) != set(sets[0])), None)
        if other is None:
            continue
        at = len(context) - 1
        said = next((s for s in other if s not in sets[0]), next(iter(other)))
        first = next((s for s in sets[0] if s not in other), next(iter(sets[0])))
        a, b = sets[0][first].conversation, other[said].conversation
        span_a, span_b = a.origin.messages[at], b.origin.messages[at]
        if (span_a, span_b) in told or len(told) >= MAX_TOLD:
            continue
        told.add((span_a, span_b))
        user = next((m.content for m in reversed(b.messages[:at]) if m.role == "user"), "")
        data = {
            "user": cut(user),
            "first": cut(a.messages[at]),
            "second": cut(b.messages[at]),
        }
        labels = () if span_a == span_b else (Label(span_a, "the other answer"),)
        yield Diagnostic("E501", span_b, data, labels)


Context = tuple[object, ...]


def _written(message: Message) -> bytes:
    """The message as it stands in a row."""
    calls = "".join([f'"{call.name}"{dump(call.arguments)}' for call in message.calls])
    text = calls if message.content is None else encode_basestring(message.content)[1:-1]
    return f'{message.role}"{text}"'.encode()


def _said_by(message: Message) -> Context:
    calls = tuple((c.name, repr(c.arguments)) for c in message.calls)
    return message.role, message.content, calls


def _twice(units: list[Unit], again: set[int]) -> Iterator[Diagnostic]:
    """W502: the same conversation more than once. E502: a training conversation that is held out too."""
    first: dict[Context, Seen] = {}
    copies: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    leaks: dict[str, list[Seen]] = defaultdict(list)
    for seen in _again(units, lambda unit: _whole, lambda row: digest(row) in again):
        earlier = first.setdefault(_all_of(seen), seen)
        if earlier is not seen:
            if earlier.unit.validation != seen.unit.validation:
                held_out = earlier if earlier.unit.validation else seen
                leaks[held_out.unit.block.name].append(held_out)
            else:
                copies[earlier.unit.block.name, seen.unit.block.name].append(seen)
    for (_, block), found in copies.items():
        original = first[_all_of(found[0])]
        label = Label(original.user_span, "the same conversation")
        data = {"count": len(found), "block": block, "user": cut(found[0].user)}
        span = found[0].user_span
        yield Diagnostic("W502", span, data, () if label.span == span else (label,))
    for block, found in leaks.items():
        data = {"count": len(found), "block": block, "user": cut(found[0].user)}
        yield Diagnostic("E502", found[0].user_span, data)


def _all_of(seen: Seen) -> Context:
    return tuple(map(_said_by, seen.conversation.messages)), seen.conversation.rejected
