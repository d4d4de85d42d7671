"""What a checked model means, worked out the slow way: the proof that `ftc.expand` is right compares the two.

A conversation is played from its first message to its last. Whatever has to be picked is asked of a script; playing the
same block again with the next script, as an odometer counts, gives every conversation, and the name met first varies
slowest. Nothing here knows how to count or to find the i-th conversation, and nothing here is shared with `ftc.expand`.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from ftc.check import model
from ftc.check.dependencies import add_with_dependencies
from ftc.expressions import nodes
from ftc.expressions.types import RowOf
from walker import Failed, value_of
from walker import shown as text_of

T = TypeVar("T")


class Dead(Exception):
    """The picks so far belong to no conversation."""


class NotPicked(Exception):
    """A value was asked for without leave to pick, and it was not picked yet."""


class TooLong(Exception):
    """More conversations were tried than a test can wait for."""


class Unplanned(Exception):
    """What cannot be computed decides what is picked: a `where`, or the values of a name."""


@dataclass(frozen=True)
class Decided:
    """One decision: whose it was (`path` is its turn and the names it was reached through), and what was picked.

    `value` is the item of a range, and the number of the row, case or alternative otherwise; `named` is the text of a
    name, the name of a case, or None for unnamed alternatives.
    """

    path: tuple[object, ...]
    value: object
    named: str | None


@dataclass(frozen=True)
class Played:
    """A conversation: `messages` are (role, content, calls, the call answered, trained)."""

    messages: tuple[tuple[object, ...], ...]
    rejected: str | None
    says: tuple[tuple[str, ...], ...]
    case: str | None
    fault: str | None
    decisions: tuple[Decided, ...]
    failed: bool = False
    """Whether something in it cannot be computed."""


def picked(node: nodes.Node, met: "dict[model.Read, Callable[[], Any]]") -> "set[model.Name] | None":
    """The names with picks of their own that meeting an expression picks, those left out that were met; None where it
    depends on a value which they are."""
    found: set[model.Name] = set()
    if isinstance(node, nodes.Reference):
        before: set[model.Name] = set()
        add_with_dependencies(node.read.name, found)
        for read in met:
            add_with_dependencies(read.name, before)
        return {name for name in found - before if not isinstance(name, model.Computed)}
    if isinstance(node, nodes.If):
        then, otherwise = picked(node.then, met), picked(node.otherwise, met)
        test = picked(node.test, met)
        return None if test is None or then is None or then != otherwise else test | then
    whole = isinstance(node, nodes.Comprehension)
    sure = 1 if isinstance(node, nodes.Logic) else 2 if isinstance(node, nodes.Compare) else None
    for place, part in enumerate(nodes.parts(node)):
        if whole or (sure is not None and place >= sure):
            for each in nodes.walk(part):
                if isinstance(each, nodes.Reference):
                    found |= picked(each, met) or set()
            continue
        inner = picked(part, met)
        if inner is None:
            return None
        found |= inner
    return found


def _fail(failure: Failed) -> Any:
    raise failure


@dataclass(eq=False)
class Own:
    """A set of picks: the conversation's, a turn's, or those of a `let x in NAME`.

    `holds` says which names are picked here; the others are `outer`'s. Those of a `let x in NAME` go by `label`, x,
    instead of `ranged`, NAME; others that are picked for it are "y in x".
    """

    path: tuple[object, ...]
    outer: "Own | None" = None
    holds: Callable[[model.Name], bool] = lambda _: True
    turn: int | None = None
    picks: dict[object, Any] = field(default_factory=dict)
    aliases: dict[model.Name, "Own"] = field(default_factory=dict)
    label: str | None = None
    ranged: str | None = None

    def called(self, name: str) -> str:
        if self.label is None:
            return name
        return self.label if name == self.ranged else f"{name} in {self.label}"

    def holder(self, name: model.Name) -> "Own":
        return self if self.outer is None or self.holds(name) else self.outer.holder(name)


@dataclass(eq=False)
class Script:
    """Answers to "which of n?": first those given, then 0. What was answered is kept for the next script."""

    given: list[int]
    answers: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def which(self, size: int) -> int:
        if size == 0:
            raise Dead
        at = len(self.answers)
        self.answers.append(self.given[at] if at < len(self.given) else 0)
        self.sizes.append(size)
        return self.answers[-1]

    def following(self) -> "list[int] | None":
        """The next script as an odometer counts; None after the last."""
        answers, sizes = list(self.answers), list(self.sizes)
        while answers and answers[-1] + 1 == sizes[-1]:
            answers.pop()
            sizes.pop()
        return [*answers[:-1], answers[-1] + 1] if answers else None


def every(play: Callable[[Script], T], limit: int) -> Iterator[T]:
    """What `play` gives under every script that leads to something."""
    given: list[int] | None = []
    for _ in range(limit):
        if given is None:
            return
        script = Script(given)
        with suppress(Dead):
            yield play(script)
        given = script.following()
    if given is not None:
        raise TooLong


class Play:
    """One conversation while it is played."""

    def __init__(self, oracle: "Oracle", script: Script, fault: "tuple[int | None, model.Name] | None") -> None:
        self.oracle = oracle
        self.script = script
        self.fault = fault
        self.whole = Own(())
        self.sets = [self.whole]
        self.picking = True
        self.judging = False
        self.thinking = False
        """Whether the conversation is over, and what it did not pick of its rows is filled in."""
        self.failed = False
        self.touched = False
        """Whether the invalid pick was looked at."""
        self.given: dict[model.Name, Callable[[str | None], Any]] = {}
        self.wheres: list[tuple[model.Constraint, int | None]] = [(w, None) for w in oracle.wheres]
        self.decided: list[tuple[tuple[object, ...], object, Callable[[], object], Callable[[], str | None]]] = []

    # ── picking ───────────────────────────────────────────────────────────────────────────────────

    def pick(
        self, own: Own, key: object, path: object, size: int, value: Callable[[int], object],
        named: Callable[[], str | None],
    ) -> int:  # fmt: skip
        """The pick of `key`, made now if it was not made before."""
        if key not in own.picks:
            if not self.picking:
                raise NotPicked
            self.oracle.empty = self.oracle.empty or (size == 0 and not self.thinking)
            own.picks[key] = self.script.which(size)
            if self.thinking:
                return own.picks[key]
            self.decided.append(((*own.path, path), key, lambda: value(own.picks[key]), named))
            self.judge()
        return int(own.picks[key])

    def judge(self) -> None:
        """Drop the conversation where a `where` whose names are all picked does not hold."""
        dead = False
        for where, turn in self.wheres:
            for own in list(self.sets):
                # Of a case: its turn's picks, and those that are made once a conversation.
                if turn is not None and own.turn not in (None, turn):
                    continue
                self.picking, self.judging, before = False, True, self.picking
                try:
                    holds = self.run(where.condition, own, whole=True)
                except NotPicked:
                    continue
                except Failed as failure:
                    raise Unplanned from failure
                finally:
                    self.picking, self.judging = before, False
                self.oracle.asked.add(where)
                dead = dead or not holds
        if dead:
            raise Dead

    def settle(self) -> None:
        """Drop the conversation where nothing that its rows leave open can be filled in so that all holds."""
        picks = [(own, dict(own.picks), dict(own.aliases)) for own in self.sets]
        script, ways = self.script, every(self._think, 20_000)
        self.thinking = True
        try:
            for _ in ways:
                return
            raise Dead
        finally:
            self.script, self.thinking = script, False
            self._restore(picks)

    def _think(self, script: "Script") -> bool:
        kept = [(own, dict(own.picks), dict(own.aliases)) for own in self.sets]
        self.script = script
        try:
            self.judge()
        finally:
            self._restore(kept)
        return True

    def _restore(self, picks: "list[tuple[Own, dict[object, Any], dict[model.Name, Own]]]") -> None:
        self.sets = [own for own, _, _ in picks]
        for own, made, aliases in picks:
            own.picks, own.aliases = dict(made), dict(aliases)

    # ── values ────────────────────────────────────────────────────────────────────────────────────

    def run(self, expr: model.Expr, own: Own, *, whole: bool = False) -> Any:
        found: dict[model.Read, Callable[[], Any]] = {}
        same = self.compared(expr.node) if whole else set()
        self.meet(expr.node, own, found, same, whole=whole)
        values = dict(zip(found, self.all_of(list(found.values())), strict=True))
        for read, value in values.items():
            if read in same:
                values[read] = {header: self.alike(cell, values, same, header) for header, cell in value.items()}
        if set(values) == set(expr.reads):
            self.oracle.seen(expr, [values[read] for read in expr.reads])
        return value_of(expr.node, values)

    def meet(
        self, node: nodes.Node, own: Own, found: "dict[model.Read, Callable[[], Any]]", same: "set[model.Read]", *,
        whole: bool,
    ) -> None:  # fmt: skip
        """What an expression meets: of a conditional one side, elsewhere all."""
        match node:
            case nodes.Reference():
                if node.read not in found:
                    made = self.once(node.read, own, known=node.read in same)
                    found[node.read] = made
            case nodes.If() if not whole:
                self.meet(node.test, own, found, same, whole=False)
                try:
                    test = value_of(node.test, {read: value() for read, value in found.items()})
                except Failed as failure:
                    # Where both sides pick the same, nothing depends on what cannot be computed.
                    sides = picked(node.then, found), picked(node.otherwise, found)
                    if sides[0] is None or sides[0] != sides[1]:
                        raise Unplanned from failure
                    test = True
                    self.meet(node.otherwise, own, found, same, whole=True)
                self.meet(node.then if test else node.otherwise, own, found, same, whole=False)
            case nodes.Logic() | nodes.Compare():
                sure = 1 if isinstance(node, nodes.Logic) else 2
                for place, operand in enumerate(node.operands):
                    self.meet(operand, own, found, same, whole=whole or place >= sure)
            case nodes.Comprehension():
                for part in nodes.parts(node):
                    self.meet(part, own, found, same, whole=True)
            case _:
                for part in nodes.parts(node):
                    self.meet(part, own, found, same, whole=whole)

    def once(self, read: model.Read, own: Own, *, known: bool) -> Callable[[], Any]:
        """The value of a read, asked for now; its failure is kept for whoever wants the value."""
        try:
            value = self.known(read, own) if known else self.read(read, own)
        except Failed as failure:
            return partial(_fail, failure)
        return lambda: value

    def compared(self, node: nodes.Node) -> "set[model.Read]":
        """The rows that a condition only compares, once the conversation is over."""
        if not self.thinking or not isinstance(node, nodes.Compare):
            return set()
        rows = [each for each in node.operands if isinstance(each, nodes.Reference)]
        return {each.read for each in rows if isinstance(each.type, RowOf)}

    def known(self, read: model.Read, own: Own) -> Any:
        """A row as the conversation knows it: a cell that it has not met is the place where it stands."""
        name, own = read.name, own.holder(read.name)
        while isinstance(name, model.Alias):
            if name not in own.aliases:
                raise NotPicked
            own, name = own.aliases[name].holder(name.target), name.target
        if not isinstance(name, model.Table) or name not in own.picks:
            return self.read(read, own)
        cells: dict[str, Any] = {}
        for header in name.columns:
            try:
                cells[header] = self.cells(name, own, header, filling=False)
            except NotPicked:
                cells[header] = (name, own.picks[name])
        return {"": (name, own.picks[name]), **cells}

    @staticmethod
    def alike(cell: Any, rows: "dict[model.Read, Any]", same: "set[model.Read]", header: str) -> Any:
        """What stands for a cell: of one that was not met, what another pick of the same row shows."""
        if not isinstance(cell, tuple):
            return cell
        if header == "":
            return ""
        others = [row[header] for read, row in rows.items() if read in same and row.get("") == cell]
        return next((other for other in others if not isinstance(other, tuple)), f"{cell[0].name} {cell[1]} {header}")

    def all_of(self, values: "list[Callable[[], T]]") -> list[T]:
        """Each of them, so that all is picked that they need; then the failure of one is theirs."""
        made, failure = [], None
        for value in values:
            try:
                made.append(value())
            except Failed as failed:
                failure = failed
        if failure is not None:
            raise failure
        return made

    def items(self, domain: model.Expr, own: Own) -> list[Any]:
        """What is picked from."""
        try:
            values = self.run(domain, own)
        except Failed as failure:
            raise Unplanned from failure
        assert isinstance(values, list)
        return values

    def read(self, read: model.Read, own: Own) -> Any:
        name = read.name
        if name in self.given:
            return self.given[name](read.column)
        own = own.holder(name)
        if isinstance(name, model.Table):
            return self.cells(name, own, read.column)
        if isinstance(name, model.Alias) and not self.is_fault(name, own):
            if name not in own.aliases:
                if not self.picking:
                    raise NotPicked
                own.aliases[name] = Own(
                    (*own.path, name.name), turn=own.turn, label=own.called(name.name), ranged=name.target.name
                )
                self.sets.append(own.aliases[name])
            return self.read(model.Read(name.target, read.column), own.aliases[name])
        value = self.value(name, own)
        return value if read.column is None or self.is_fault(name, own) else value[read.column]

    def value(self, name: model.Name, own: Own) -> Any:
        if self.is_fault(name, own):
            if self.judging:
                raise NotPicked  # an invalid value is shown, never computed with
            self.touched = True
            invalid = name.invalid  # type: ignore[union-attr]
            return self.alternative(name, own, invalid, "~")
        if isinstance(name, model.Computed):
            return self.run(name.expr, own)
        if isinstance(name, model.Alternatives):
            return self.alternative(name, own, name.valid)
        assert isinstance(name, model.Ranging)
        items = self.items(name.domain, own)
        at = self.pick(own, name, name.name, len(items), lambda at: items[at], lambda: own.called(name.name))
        return items[at]

    def is_fault(self, name: model.Name, own: Own) -> bool:
        return self.fault is not None and self.fault[1] is name and own is self.culprits

    @property
    def culprits(self) -> "Own | None":
        """The picks of which one is invalid."""
        assert self.fault is not None
        return self.whole if self.fault[0] is None else self.turns.get(self.fault[0])

    turns: dict[int, Own]

    def alternative(self, name: model.Name, own: Own, texts: tuple[model.Template, ...], mark: str = "|") -> str:
        at = self.pick(own, name, name.name, len(texts), lambda at: (mark, at), lambda: own.called(name.name))
        return self.text(texts[at], own)

    def cells(self, table: model.Table, own: Own, column: str | None, *, filling: bool = True) -> Any:
        size = len(table.rows) if table.data is None else len(table.data)
        row = self.pick(own, table, table.name, size, lambda at: at, lambda: own.called(table.name))
        values = {}
        for number, header in enumerate(table.columns):
            if column not in (None, header):
                continue
            if table.data is not None:
                values[header] = table.data[row][number]
                continue
            # Of a column that picks something in some row, a `where` knows only what the conversation met.
            varies = any(not isinstance(part, str) for cells in table.rows for part in cells[number].parts)
            if varies and self.judging and (table, header) not in own.picks:
                if not (self.thinking and filling):
                    raise NotPicked
                self.picking = True
                try:
                    values[header] = self.text(table.rows[row][number], own)
                finally:
                    self.picking = False
                continue
            values[header] = self.text(table.rows[row][number], own)
            if varies and self.picking and (table, header) not in own.picks:
                own.picks[table, header] = True
                self.judge()
        return values if column is None else values[column]

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────

    def text(self, template: model.Template, own: Own) -> str:
        return "".join(self.all_of([partial(self.part, part, own) for part in template.parts]))

    def part(self, part: model.Part, own: Own) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, model.Choice):
            at = self.pick(own, part, part, len(part.alternatives), lambda at: at, lambda: None)
            return self.text(part.alternatives[at], own)
        if isinstance(part, model.ValueChoice):
            items = self.items(part.domain, own)
            at = self.pick(own, part, part, len(items), lambda at: items[at], lambda: None)
            return shown(items[at], part.spec)
        value = self.run(part.expr, own)
        # An invalid value is shown as it is written: a format spec is for the values it stands in for.
        names = [read.name for read in part.expr.reads]
        spec = None if any(self.is_fault(name, own.holder(name)) for name in names) else part.spec
        return shown(value, spec)

    # ── messages ──────────────────────────────────────────────────────────────────────────────────

    def message(self, message: model.Message, own: Own, into: list[tuple[object, ...]]) -> None:
        calls = [c for m in into for c in m[2]]  # type: ignore[attr-defined]
        if message.content is None:
            made: list[tuple[object, ...]] = []
            for call in message.calls:
                given = tuple([(name, self.said(partial(self.run, expr, own))) for name, expr in call.arguments])
                made.append((f"call_{len(calls) + len(made) + 1}", call.tool.name, given))
            into.append((message.role, None, tuple(made), None, message.trained))
            return
        answered = None
        if message.role == "tool":
            waiting = [c[0] for c in [m for m in into if m[2]][-1][2]]  # type: ignore[attr-defined]
            since = 0
            while into[-1 - since][0] == "tool":
                since += 1
            answered = waiting[since]
        content = self.said(partial(self.text, message.content, own))
        into.append((message.role, content, (), answered, message.trained))

    def said(self, value: Callable[[], T]) -> T | None:
        """What stands in a message; the conversation has failed where it cannot be computed."""
        try:
            return value()
        except Failed:
            self.failed = True
            return None

    def accepted(self, template: model.Template, own: Own) -> "tuple[str, ...] | None":
        """Every reading of what an answer must contain that speaks of names which were picked; None where none does."""

        def read(script: Script, template: model.Template) -> str:
            made = ""
            for part in template.parts:
                if isinstance(part, str):
                    made += part
                elif isinstance(part, model.Choice):
                    made += read(script, part.alternatives[script.which(len(part.alternatives))])
                elif isinstance(part, model.ValueChoice):
                    items = self.items(part.domain, own)
                    made += shown(items[script.which(len(items))], part.spec)
                else:
                    made += self.part(part, own)
            return made

        def reading(script: Script) -> str:
            try:
                return read(script, template)
            except NotPicked:
                raise Dead from None

        self.picking = False
        found = tuple(every(reading, 10_000))[:100]
        self.picking = True
        return found or None


def shown(value: Any, spec: str | None) -> str:
    """A value as text."""
    if spec is None:
        return text_of(value)
    if not isinstance(value, str | int | float):
        raise Failed
    try:
        return format(text_of(value) if isinstance(value, bool) else value, spec)
    except ValueError as failure:
        raise Failed from failure


def restyled(answer: str, pairs: tuple[tuple[str, str], ...]) -> str:
    """Whole words swapped, from left to right, the longest first where several fit."""
    made, at = "", 0

    def word(place: int) -> bool:
        return 0 <= place < len(answer) and (answer[place].isalnum() or answer[place] == "_")

    while at < len(answer):
        fits = [
            (plain, styled)
            for plain, styled in pairs
            if answer.startswith(plain, at) and not word(at - 1) and not word(at + len(plain))
        ]
        plain, styled = max(fits, key=lambda pair: len(pair[0]), default=(answer[at], answer[at]))
        made += styled
        at += len(plain)
    return made


class Oracle:
    """Every conversation of one block, in order. With `pairs`, rejected answers vary too."""

    def __init__(self, checked: model.Model, block: model.Block, *, pairs: bool = False, limit: int = 20_000) -> None:
        self.block = block
        self.pairs = pairs
        self.limit = limit
        self.wheres = (*checked.wheres, *block.wheres)
        self.asked: set[model.Constraint] = set()
        """The conditions that applied somewhere."""
        self.empty = False
        """Whether some name had no values to pick from somewhere."""
        self.seen: Callable[[model.Expr, list[Any]], None] = lambda expr, values: None
        """Told of each expression before it is worked out, with the values of what it reads."""

    def conversations(self) -> list[Played]:
        if self.block.kind != "format":
            return [c for turn in self.block.turns for c in self._every(partial(self._single, turn=turn))]
        lengths = range(self.block.low, self.block.high + 1)
        valid = [c for length in lengths for c in self._every(partial(self._format, length=length))]
        faults = [
            c
            for length in lengths
            for fault in self._faults(length)
            for c in self._every(partial(self._format, length=length), fault)
        ]
        return valid + faults

    def _every(
        self, make: Callable[[Play], Played], fault: "tuple[int | None, model.Name] | None" = None
    ) -> list[Played]:
        return list(every(lambda script: make(Play(self, script, fault)), self.limit))

    def _finish(
        self, play: Play, messages: list[tuple[object, ...]], turn: model.Turn,
        ending: model.Turn | model.Invalid, own: Own,
    ) -> Played:  # fmt: skip
        rejected = None
        if self.pairs and ending.rejected is not None:
            rejected = play.text(ending.rejected, own)
        play.settle()
        says = [play.accepted(template, own) for template in ending.says]
        fault = play.fault[1].name if play.fault else None
        decisions = tuple(Decided(path, value(), named()) for path, _, value, named in play.decided)
        told = tuple(s for s in says if s is not None)
        return Played(tuple(messages), rejected, told, turn.name, fault, decisions, play.failed)

    # ── facts, dialogs, styles ────────────────────────────────────────────────────────────────────

    def _single(self, play: Play, turn: model.Turn) -> Played:
        play.turns = {}
        play.wheres += [(where, None) for where in turn.wheres]
        play.judge()  # what reads no name
        messages: list[tuple[object, ...]] = []
        own, style = play.whole, self.block.style
        if self.block.system:
            play.message(self.block.system, own, messages)
        for message in turn.messages[: turn.answer]:
            play.message(message, own, messages)
        tail = turn.messages[turn.answer :]
        if style is None:
            for message in tail:
                play.message(message, own, messages)
            return self._finish(play, messages, turn, turn, own)
        wrap = style.wrap
        if self.block.kind == "fact":
            plain = tail[-1].content
            assert plain is not None
            play.given[style.answer] = lambda _: restyled(play.text(plain, own), style.replace)
        else:
            recorded = style.answers[str(messages[-1][1])]
            if recorded.final is not None:
                final = recorded.final
                play.given[style.answer], wrap = lambda _: final, None
            else:
                play.given[style.answer] = lambda _: restyled(recorded.base or "", style.replace)
        if wrap is not None:
            play.message(wrap, own, messages)
        else:
            messages.append(("assistant", play.given[style.answer](None), (), None, True))
        return self._finish(play, messages, turn, turn, own)

    # ── formats ───────────────────────────────────────────────────────────────────────────────────

    def _once(self, name: model.Name) -> bool:
        """Whether a name is picked once a conversation, not afresh each turn."""
        if name.level == "case":
            return False
        if not self.block.plain_case and name.level == "block":
            return True
        outside: list[model.Name] = []
        if self.block.system and self.block.system.content:
            outside += [read.name for read in reads_of(self.block.system.content)]
        if not self.block.plain_case:
            outside += [other for other in self.block.names if other.level == "block"]
        return any(name in made_of(other) for other in outside)

    def _faults(self, length: int) -> list[tuple[int | None, model.Name]]:
        """Who can be invalid: once a conversation first, then turn by turn, each in the order of first meeting."""
        met: list[model.Name] = []
        for turn in self.block.turns:
            if turn.invalid is not None:
                for message in turn.messages[: turn.answer]:
                    for read in reads_of(message.content) if message.content else ():
                        met += [name for name in made_of(read.name) if name not in met]
        culprits = [name for name in met if getattr(name, "invalid", ())]
        once: list[tuple[int | None, model.Name]] = [(None, n) for n in culprits if self._once(n)]
        return once + [(turn, n) for turn in range(length) for n in culprits if not self._once(n)]

    def _format(self, play: Play, length: int) -> Played:
        messages: list[tuple[object, ...]] = []
        play.turns = {}
        block = self.block
        if block.system:
            play.message(block.system, play.whole, messages)
        seen = False
        for number in range(length):
            own = Own((number,), play.whole, lambda name: not self._once(name), turn=number)
            play.turns[number] = own
            play.sets.append(own)
            case = 0
            if len(block.turns) > 1:
                names = [turn.name for turn in block.turns]
                case = play.pick(own, "case", "case", len(names), lambda at, names=names: names[at], lambda: "case")  # type: ignore[misc]
            turn = block.turns[case]
            play.wheres += [(where, number) for where in turn.wheres]
            play.judge()
            play.touched = False
            for message in turn.messages[: turn.answer]:
                play.message(message, own, messages)
            ending: model.Turn | model.Invalid = turn
            answer = turn.messages[turn.answer :]
            faulty = play.touched
            if faulty:
                seen = True
                if turn.invalid is None:
                    raise Dead
                ending, answer = turn.invalid, turn.invalid.messages
                play.given[turn.invalid.culprit] = self._culprit(play)
            play.touched = False
            for message in answer:
                play.message(message, own, messages)
            if play.touched and not faulty:
                raise Dead  # only the user says what is invalid
        if play.fault and not seen:
            raise Dead
        return self._finish(play, messages, turn, ending, own)

    @staticmethod
    def _culprit(play: Play) -> Callable[[str | None], Any]:
        assert play.fault is not None
        name, own = play.fault[1], play.culprits
        assert own is not None
        return lambda column: name.name if column else play.value(name, own)


# ── what names are made of ────────────────────────────────────────────────────────────────────────


def reads_of(template: model.Template) -> Iterator[model.Read]:
    """Every name that a text mentions, in order."""
    for part in template.parts:
        if isinstance(part, model.Choice):
            for alternative in part.alternatives:
                yield from reads_of(alternative)
        elif isinstance(part, model.Show):
            yield from part.expr.reads
        elif isinstance(part, model.ValueChoice):
            yield from part.domain.reads


def made_of(name: model.Name) -> list[model.Name]:
    """The name and all that it is made of, in the order of meeting; a `let x in NAME` ends there."""
    reads: list[model.Read] = []
    first: list[model.Name] = [name]
    if isinstance(name, model.Alternatives):
        reads = [r for text in (*name.valid, *name.invalid) for r in reads_of(text)]
    elif isinstance(name, model.Table):
        reads = [r for row in name.rows for cell in row for r in reads_of(cell)]
    elif isinstance(name, model.Computed):
        reads = list(name.expr.reads)
    elif isinstance(name, model.Ranging):
        reads = [*name.domain.reads, *(r for text in name.invalid for r in reads_of(text))]
    elif isinstance(name, model.Alias):
        reads = [r for text in name.invalid for r in reads_of(text)]
    for read in reads:
        first += [other for other in made_of(read.name) if other not in first]
    return first


def conversations(checked: model.Model, *, pairs: bool = False, limit: int = 20_000) -> list[Played]:
    """Every conversation of a model, in order, before anything is thinned, held out or repeated."""
    oracles = [Oracle(checked, block, pairs=pairs, limit=limit) for block in checked.blocks]
    return [played for oracle in oracles for played in oracle.conversations()]
