"""E501, W502 and E502: contradictions, duplicates, and what is both trained on and held out.

Everything is written down as rows of bytes, the way lines are, and remembered as 64-bit hashes in bounded memory; what
seems a finding is compared again by its text, so that no finding is a collision of hashes. What the structure
proves to differ is not searched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from functools import partial
from itertools import chain, count

from xxhash import xxh3_64 as running
from xxhash import xxh3_64_intdigest as digest

from ftc.check.allowances import Allowances
from ftc.diagnostics import Diagnostic, Label
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Message
from ftc.expand.space.ops import Slot
from ftc.lower.fixed import Fixed
from ftc.lower.pieces import escaped
from ftc.quality import labels, proofs, rows
from ftc.quality.context import MAX_FINDINGS, Advance, Context
from ftc.quality.excerpt import shorten, told_apart
from ftc.quality.free_tables import Answers, FreeTables
from ftc.quality.merging import mergeable
from ftc.quality.near import NearSearch
from ftc.quality.partitions import Partitions
from ftc.quality.units import TracedConversation, Unit

MessageKey = tuple[object, ...]
"""What a message says, or all that some messages say: equal where they say the same."""


def check(context: Context) -> Iterator[Diagnostic]:
    yield from context.examined.repeats


def search(
    units: list[Unit],
    near: NearSearch,
    allowances: Allowances,
    untold: Mapping[str, Set[str]],
    on_failure: Callable[[PickFailure], None],
    advance: Advance,
) -> Iterator[Diagnostic]:
    """Look for what is there twice or is contradicted: a part of the one pass over the conversations. What `near` looks
    for is noted on the way, of the rows that are made here. What differs in nothing but `untold` names of its block is
    no finding of its own."""
    with Partitions() as contexts, Partitions() as wholes:
        numbers = count()
        for unit in units:
            try:
                if unit.fixed:
                    _note_fixed(unit, unit.fixed, contexts, wholes, numbers, near)
                else:
                    _note(unit, contexts, wholes, numbers, near)
            except PickFailure as failure:
                on_failure(failure)
            advance(unit.source.count)
        odd, again = set(contexts.differing()), set(wholes.differing())
    if odd:
        yield from _contradictions(units, odd, allowances)
    if again:
        yield from _copies(units, again, allowances, untold)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────


def _note(unit: Unit, contexts: Partitions, wholes: Partitions, numbers: Iterator[int], near: NearSearch) -> None:
    compared = frozenset(proofs.answers_to_compare(unit))
    by_itself = True
    for found, answers in rows.contexts_and_answers(unit, compared) if compared else ():
        near.note(unit, found, answers)
        if answers is None:
            contexts.add(chain.from_iterable(map(rows.keys, found)))
            continue
        by_itself = False
        parts = [row.split(b"\t") for row in found]
        contexts.add([(digest(before), digest(of)) for before, of in parts])
        whole = [digest(before + answer) for (before, _), answer in zip(parts, answers, strict=True)]
        wholes.add(zip(whole, numbers, strict=False))
    for found in unit.rows(rows.whole) if by_itself else ():
        wholes.add(zip(map(digest, found), numbers, strict=False))


def _note_fixed(
    unit: Unit, fixed: Fixed, contexts: Partitions, wholes: Partitions, numbers: Iterator[int], near: NearSearch
) -> None:
    """The same of a conversation in which there is nothing to pick, without making pieces of it."""
    row, fields, since = running(), list[bytes](), list[bytes]()
    for line, text in zip(fixed.lines, fixed.texts, strict=True):
        message = line.message
        if message.role == "assistant" and message.trained:
            of = rows.file_of(fixed.program) + b"%d" % message.span.start
            contexts.add(((row.intdigest(), digest(of)),))
            fields += [b"".join(since), of]
            since.clear()
        since.append(b'%s"%s"' % (message.role.encode(), escaped(text)))
        row.update(since[-1])
    wholes.add(((row.intdigest(), next(numbers)),))
    if fields:
        near.note(unit, [b"\t".join(fields)], since[:1] if len(fields) == 2 else None)


# ── findings ──────────────────────────────────────────────────────────────────────────────────────


def _contradictions(units: list[Unit], odd: set[int], allowances: Allowances) -> Iterator[Diagnostic]:
    """E501: contexts whose answers depend on where they come from. Alternatives of one answer are one set of
    answers, and so are the rows of a table whose answers are all allowed."""
    groups: dict[MessageKey, dict[object, dict[object, TracedConversation]]] = defaultdict(lambda: defaultdict(dict))
    free = FreeTables(allowances)
    numbers_of = {unit: frozenset(proofs.answers_to_compare(unit)) for unit in units}
    again = rows.again(
        [unit for unit in units if numbers_of[unit]],
        lambda unit: partial(rows.contexts, numbers_of[unit]),
        lambda found: [any(key in odd for key, _ in rows.keys(row)) for row in found],
    )
    for each, _ in again:
        messages = each.conversation.messages
        before: list[object] = [tuple(tool.name for tool in each.conversation.tools)]
        row, number, numbers = running(), -1, numbers_of[each.unit]
        for at, message in enumerate(messages):
            number += message.role == "assistant" and message.trained
            # Elsewhere, not every conversation with these messages is here.
            if message.role == "assistant" and message.trained and number in numbers and row.intdigest() in odd:
                origin = each.origin_of(at)
                free.note(origin, each, at)
                groups[tuple(before)][origin].setdefault(_key_of(message), each)
            before.append(_key_of(message))
            row.update(rows.written(message))
    reported: set[object] = set()
    for context, sources in groups.items():
        sets = list(sources.values())
        other = _another(sets)
        if other is not None and free.needed_by:
            sets = free.joined(sources)
            other = _another(sets)
        if other is None:
            continue
        at = len(context) - 1
        second = next((s for s in other if s not in sets[0]), next(iter(other)))
        first = next((s for s in sets[0] if s not in other), next(iter(sets[0])))
        one, two = sets[0][first], other[second]
        a, b = one.conversation, two.conversation
        span_a, span_b = a.origin.messages[at], b.origin.messages[at]
        if (span_a, span_b) in reported or len(reported) >= MAX_FINDINGS:
            continue
        reported.add((span_a, span_b))
        user = next((m.content for m in reversed(b.messages[:at]) if m.role == "user"), "")
        first_answer, second_answer = told_apart(a.messages[at], b.messages[at])
        data = {
            "user": shorten(user),
            "first": first_answer,
            "second": second_answer,
            "table": free.table_behind(one, two, at),
        }
        places = () if span_a == span_b else (Label(span_a, "the other answer"),)
        of_rows = labels.of_two(one.rows(at), two.rows(at), labels.TWO_ANSWERS)
        yield Diagnostic("E501", span_b, data, (*places, *of_rows))


def _another(sets: list[Answers]) -> Answers | None:
    """Answers that are not those of the first set."""
    return next((s for s in sets[1:] if set(s) != set(sets[0])), None)


def _key_of(message: Message) -> MessageKey:
    calls = tuple((c.name, repr(c.arguments)) for c in message.calls)
    return message.role, message.content, calls


def _copies(
    units: list[Unit], again: set[int], allowances: Allowances, untold: Mapping[str, Set[str]]
) -> Iterator[Diagnostic]:
    """W502: the same conversation more than once. E502: a training conversation that is held out too."""
    first: dict[MessageKey, TracedConversation] = {}
    copies: dict[tuple[str, str], list[TracedConversation]] = defaultdict(list)
    leaks: dict[str, list[tuple[TracedConversation, TracedConversation]]] = defaultdict(list)
    apart: set[object] = set()
    for each, _ in rows.again(units, lambda unit: rows.whole, lambda found: [digest(row) in again for row in found]):
        earlier = first.setdefault(_whole_key(each), each)
        if earlier is not each:
            if earlier.unit.validation != each.unit.validation:
                held_out, trained = (earlier, each) if earlier.unit.validation else (each, earlier)
                leaks[held_out.unit.block.name].append((held_out, trained))
                if not _merge(earlier, each):
                    apart.add(held_out.unit.block.name)
            elif not (allowances.silence_some and allowances.allows(code="W502", span=each.user_span)):
                blocks = earlier.unit.block.name, each.unit.block.name
                copies[blocks].append(each)
                if not _merge(earlier, each):
                    apart.add(blocks)
    for blocks, found in copies.items():
        original = first[_whole_key(found[0])]
        label = Label(original.user_span, "the same conversation")
        names, alternatives = _differences(original, found[0])
        if names and set(names) <= untold.get(blocks[1], frozenset()):
            continue
        data = {
            "count": len(found),
            "block": blocks[1],
            "user": shorten(found[0].user),
            "names": _listed(names),
            "alternatives": _listed(alternatives),
            "again": "" if names or alternatives else "repeat 2",
            "unique": _way_to_merge(found[0], together=blocks not in apart),
        }
        span = found[0].user_span
        of_rows = labels.of_two(original.all_rows, found[0].all_rows, ("the same conversation", "this one"))
        yield Diagnostic("W502", span, data, (*(() if label.span == span else (label,)), *of_rows))
    for block, pairs in leaks.items():
        held_out, trained = pairs[0]
        merge = _way_to_merge(held_out, together=block not in apart)
        data = {"count": len(pairs), "block": block, "user": shorten(held_out.user), "unique": merge}
        of_rows = labels.of_two(trained.all_rows, held_out.all_rows, ("this is trained on", "this is held out"))
        yield Diagnostic("E502", held_out.user_span, data, of_rows)


def _merge(one: TracedConversation, other: TracedConversation) -> bool:
    """Whether `unique` in their block would make one of two conversations that say the same."""
    weights = [[message.trained for message in each.conversation.messages] for each in (one, other)]
    return one.unit.block is other.unit.block and weights[0] == weights[1]


def _way_to_merge(each: TracedConversation, *, together: bool) -> str:
    return "unique" if together and mergeable(each.unit.block) else ""


def _differences(one: TracedConversation, other: TracedConversation) -> tuple[list[str], list[str]]:
    """In what two conversations differ that say the same: the names that are met and shown nowhere, or else the
    alternatives that say the same; nothing where one was written twice."""
    if one.unit.block is other.unit.block:
        mine, yours = ({slot.path: (slot, pick) for slot, pick in dict(each.picks).items()} for each in (one, other))
        differing = [mine[path][0] for path in mine if path in yours and mine[path][1] != yours[path][1]]
        picked = [slot for slot in differing if not slot.hidden]
        unshown = [slot for slot in picked if slot.named and _said(slot, one) != _said(slot, other)]
        names, alternatives = (list(dict.fromkeys(slot.name for slot in slots)) for slots in (unshown, picked))
        return (names, []) if names else ([], alternatives)
    return [], []


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _said(slot: Slot, each: TracedConversation) -> str:
    """The text of what a conversation picks for a slot, which has the same path in all."""
    picks = dict(each.picks)
    own = next(mine for mine in picks if mine.path == slot.path)
    try:
        return own.describe(picks[own], picks)[0]
    except (KeyError, PickFailure):
        return f"pick {picks[own]}"  # its text depends on picks that the conversation does not have


def _whole_key(each: TracedConversation) -> MessageKey:
    return tuple(map(_key_of, each.conversation.messages)), each.conversation.rejected
