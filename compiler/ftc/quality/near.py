"""W520 and W521: questions that are nearly the same, with another answer or on the other side of a split.

They are looked for like what is the same to the letter (`checks/duplicates`), in the normal form of what stands before
each answer. What is the same to the letter is reported there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import partial
from itertools import count, repeat
from types import TracebackType

from xxhash import xxh3_64 as running
from xxhash import xxh3_64_intdigest as digest

from ftc.check.allowances import Allowances
from ftc.diagnostics import Diagnostic, Label
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Message
from ftc.quality import labels, proofs, rows
from ftc.quality.context import MAX_FINDINGS
from ftc.quality.excerpt import told_apart
from ftc.quality.normal_form import differences, normal_rows
from ftc.quality.partitions import Partitions
from ftc.quality.units import TracedConversation, Unit
from ftc.slotted import slotted
from ftc.source import Span

# So many conversations are searched: more would take longer than writing them.
MAX_SEARCHED = 1_000_000

# So many rows are brought into their normal form at once.
TOGETHER = 500


@slotted
class _Asked:
    """A trained answer of a conversation: what stands before it to the letter, what decides it, and where it is among
    the messages; `last` if nothing is trained after it."""

    context: bytes
    of: bytes
    traced: TracedConversation
    at: int
    last: bool

    @property
    def answer(self) -> bytes:
        return normal_rows([rows.written(self.traced.conversation.messages[self.at])])[0]

    @property
    def span(self) -> Span:
        """Where the answer was written."""
        return self.traced.conversation.origin.messages[self.at]

    @property
    def before(self) -> tuple[Message, ...]:
        """What stands before it."""
        return self.traced.conversation.messages[: self.at]


class NearSearch:
    """A search for what is nearly the same among some units, in bounded memory: a context."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = dict.fromkeys(units)
        self._deciders = Partitions()
        self._answers = Partitions()
        self._unknown = count()
        self._noted: set[Unit] = set()
        self._waiting: list[tuple[bytes, bytes | None, bool]] = []
        """Rows that are not yet noted, each with its answer if it has one that is known, and whether it is held out."""

    def note(self, unit: Unit, found: list[bytes], answers: list[bytes] | None = None) -> None:
        """Note the contexts of rows of a unit, if it is searched; `answers` are those of rows that have one each."""
        if unit not in self._units:
            return
        self._noted.add(unit)
        each: Iterable[bytes | None] = repeat(None, len(found)) if answers is None else answers
        self._waiting += zip(found, each, repeat(unit.validation, len(found)), strict=True)
        if len(self._waiting) >= TOGETHER:
            self._note_waiting()

    def _note_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        forms = iter(normal_rows([row for row, _, _ in waiting]))
        said = iter(normal_rows([answer for _, answer, _ in waiting if answer is not None]))
        deciders: list[tuple[int, int]] = []
        answers: list[tuple[int, int]] = []
        for (_, answer, held_out), row in zip(waiting, forms, strict=True):
            keys = _keys(row, held_out=held_out)
            deciders += keys
            # Where it is not known what the answers are, they are taken to differ.
            of = None if answer is None else digest(next(said)) ^ held_out
            answers += [(key, next(self._unknown) if of is None else of) for key, _ in keys]
        self._deciders.add(deciders)
        self._answers.add(answers)

    def note_rest(self, on_failure: Callable[[PickFailure], None]) -> None:
        """Note the units that were not noted on the way."""
        for unit in self._units:
            if unit not in self._noted and (compared := frozenset(proofs.answers_to_compare(unit))):
                try:
                    for found, answers in rows.contexts_and_answers(unit, compared):
                        self.note(unit, found, answers)
                except PickFailure as failure:
                    on_failure(failure)

    def findings(self, allowances: Allowances, untold: Mapping[str, Set[str]]) -> Iterator[Diagnostic]:
        """What is nearly the same, and should not be. What is on both sides of a split by an `untold` name of its block
        is no finding of its own."""
        self._note_waiting()
        odd = set(self._deciders.differing())
        if odd:
            odd &= set(self._answers.differing())
        if not odd:
            return
        groups: dict[object, list[_Asked]] = defaultdict(list)
        for normal, asked in self._again(odd):
            tools = tuple(tool.name for tool in asked.traced.conversation.tools)
            groups[tools, normal].append(asked)
        reported: set[object] = set()
        leaks: dict[str, list[tuple[_Asked, _Asked]]] = defaultdict(list)
        for group in groups.values():
            if (pair := _contradiction(group)) is not None:
                spans = tuple(asked.span for asked in pair)
                if allowances.silence_some and allowances.allows(code="W520", span=pair[1].span):
                    continue
                if spans not in reported and len(reported) < MAX_FINDINGS:
                    reported.add(spans)
                    yield _contradicted(*pair)
            elif (pair := _leak(group)) is not None and not (
                allowances.silence_some and allowances.allows(code="W521", span=pair[1].traced.user_span)
            ):
                leaks[pair[1].traced.unit.block.name].append(pair)
        for block, pairs in leaks.items():
            split = pairs[0][1].traced.unit.block.declaration.split
            if split is None or split.by is None or split.by.name not in untold.get(block, ()):
                yield _leaked(block, pairs)

    def _again(self, odd: set[int]) -> Iterator[tuple[bytes, _Asked]]:
        """The answers whose contexts are odd, each with the normal form of its context."""
        compared = {unit: frozenset(proofs.answers_to_compare(unit)) for unit in self._units}

        def is_odd(found: list[bytes]) -> Iterator[bool]:
            for row in normal_rows(found):
                yield any(key in odd for key, _ in _keys(row, held_out=False))

        units = [unit for unit in self._units if compared[unit]]
        for traced, row in rows.again(units, lambda unit: partial(rows.contexts, compared[unit]), is_odd):
            fields = row.split(b"\t")
            messages = traced.conversation.messages
            trained = [at for at, message in enumerate(messages) if message.role == "assistant" and message.trained]
            context = b""
            for number, more, of in zip(sorted(compared[traced.unit]), fields[::2], fields[1::2], strict=False):
                context += more
                normal = normal_rows([context])[0]
                if digest(normal) in odd:
                    at = trained[number]
                    yield normal, _Asked(context, of, traced, at, last=at == trained[-1])

    def __enter__(self) -> "NearSearch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deciders.__exit__(kind, error, trace)
        self._answers.__exit__(kind, error, trace)


def _keys(row: bytes, *, held_out: bool) -> list[tuple[int, int]]:
    """The contexts of a row in its normal form, each with what decides the answer; before the last one, also the side
    of the split counts."""
    fields = row.split(b"\t")
    if len(fields) < 2:
        return []
    if len(fields) == 2:
        return [(digest(fields[0]), digest(fields[1]) ^ held_out)]
    before = running()
    found: list[tuple[int, int]] = []
    for more, of in zip(fields[::2], fields[1::2], strict=True):
        before.update(more)
        found.append((before.intdigest(), digest(of)))
    key, decider = found[-1]
    found[-1] = key, decider ^ held_out
    return found


def _contradiction(group: list[_Asked]) -> "tuple[_Asked, _Asked] | None":
    """Two questions that are not the same to the letter, and have other answers."""
    sets: dict[tuple[bytes, bytes], dict[bytes, _Asked]] = defaultdict(dict)
    for asked in group:
        sets[asked.context, asked.of].setdefault(asked.answer, asked)
    (context, of), first = next(iter(sets.items()))
    for (other_context, other_of), other in sets.items():
        if other_context != context and other_of != of and set(other) != set(first):
            one = next((asked for answer, asked in first.items() if answer not in other), next(iter(first.values())))
            two = next((asked for answer, asked in other.items() if answer not in first), next(iter(other.values())))
            return one, two
    return None


def _leak(group: list[_Asked]) -> "tuple[_Asked, _Asked] | None":
    """A question that is trained on, and one that is held out and not the same to the letter."""
    trained = [asked for asked in group if asked.last and not asked.traced.unit.validation]
    held_out = [asked for asked in group if asked.last and asked.traced.unit.validation]
    pairs = ((one, two) for one in trained[:1] for two in held_out if one.context != two.context)
    return next(pairs, None)


def _first_difference(one: _Asked, two: _Asked) -> tuple[str, str]:
    """The messages in which what stands before two answers differs: the last of the user's, or else of all."""
    differing = [
        (a.role == "user", str(a) if a.content is None else a.content, str(b) if b.content is None else b.content)
        for a, b in zip(one.before, two.before, strict=False)
        if a != b
    ]
    _, first, second = max(reversed(differing), key=lambda each: each[0])
    return first, second


def _contradicted(one: _Asked, two: _Asked) -> Diagnostic:
    mine, yours = one.traced.conversation.messages, two.traced.conversation.messages
    first, second = told_apart(mine[one.at], yours[two.at])
    asked, again = _first_difference(one, two)
    other, user = told_apart(asked, again)
    data = {
        "user": user,
        "other": other,
        "differences": differences(asked, again),
        "first": first,
        "second": second,
    }
    places = () if one.span == two.span else (Label(one.span, "the other answer"),)
    of_rows = labels.of_two(one.traced.rows(one.at), two.traced.rows(two.at), labels.TWO_ANSWERS)
    return Diagnostic("W520", two.span, data, (*places, *of_rows))


def _leaked(block: str, pairs: list[tuple[_Asked, _Asked]]) -> Diagnostic:
    trained, held_out = pairs[0]
    asked, again = _first_difference(trained, held_out)
    other, user = told_apart(asked, again)
    data = {
        "count": len(pairs),
        "block": block,
        "user": user,
        "other": other,
        "differences": differences(asked, again),
    }
    span, trained_span = held_out.traced.user_span, trained.traced.user_span
    places = () if span == trained_span else (Label(trained_span, "this is trained on"),)
    rows_apart = trained.traced.rows(trained.at), held_out.traced.rows(held_out.at)
    of_rows = labels.of_two(*rows_apart, ("this is trained on", "this is held out"))
    return Diagnostic("W521", span, data, (*places, *of_rows))
