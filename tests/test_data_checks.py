"""The data checks say what looking at every conversation would say.

What the compiler proves from the structure of a plan, or searches as rows of bytes, is worked out here the slow way:
every conversation is made, kept and compared. The files are ambiguous on purpose, and the sizes so small that the
proofs give up, the partitions spill and the blocks break where they would in large files.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from effort import examples
from ftc.check import check
from ftc.check.allowances import Allowances
from ftc.check.model import Model
from ftc.compile import compile
from ftc.diagnostics import Diagnostic, Severity, has_errors
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Conversation, Message
from ftc.expand.expand import expand
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Picks, Slot
from ftc.loader import Loader
from ftc.lower import blocks, lowered
from ftc.lower.lines import Framer
from ftc.lower.lowered import Lowered
from ftc.lower.pieces import Axis, Branch, Constant, Piece, Row, branch, longest, made, sequence
from ftc.quality import merged, partitions, run_checks
from ftc.quality.checks import wordings
from ftc.quality.context import Context
from ftc.quality.proofs import computable, repetition, unambiguous
from ftc.source import SourceFile, Span
from ftc.syntax import parse
from ftc.targets import TARGETS, Target, tokens

# More conversations than these are not looked at one by one here.
MOST = 700

# As the compiler: so many findings of a kind are told.
TOLD = 10


@pytest.fixture(params=["as it is", "small", "smallest"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are proved and searched as large ones are; of the smallest, nearly nothing can be proved."""
    if request.param == "as it is":
        return
    monkeypatch.setattr(repetition, "FEW", 0)
    monkeypatch.setattr(unambiguous, "A_WORLD", 1)
    monkeypatch.setattr(partitions, "MAX_HELD", 3)
    monkeypatch.setattr(lowered, "FEW", 2)
    monkeypatch.setattr(lowered, "MAX_ROWS", 5)
    monkeypatch.setattr(blocks, "KEPT", 300)
    monkeypatch.setattr(lowered, "KEPT_IN_VIEW", 1)
    if request.param == "smallest":
        monkeypatch.setattr(unambiguous, "MAX_HEADS", 3)
        monkeypatch.setattr(unambiguous, "MAX_READINGS", 4)
        monkeypatch.setattr(unambiguous, "MAX_WORLDS", 3)
        monkeypatch.setattr(computable, "MAX_TRIED", 4)


# ── the slow way ──────────────────────────────────────────────────────────────────────────────────


class Watching(dict[Slot, int]):
    """Picks that write down what is asked of them."""

    def __init__(self, picks: Picks) -> None:
        super().__init__(picks)
        self.log: list[Slot] = []
        self.marks: list[int] = []

    def __getitem__(self, slot: Slot) -> int:
        self.log.append(slot)
        return super().__getitem__(slot)

    def before(self, at: int, but: Set[Slot] = frozenset()) -> object:
        """What had been picked before a message."""
        return frozenset(
            (slot.path, dict.__getitem__(self, slot)) for slot in self.log[: self.marks[at]] if slot not in but
        )


@dataclass
class Made:
    """A conversation that was made."""

    block: BlockPlan
    held_out: bool
    conversation: Conversation
    sources: list[object]
    strict: list[object]
    """The sources without the cases of later turns, which the answer does not come from."""


def said(message: Message) -> object:
    return message.role, message.content, tuple((call.name, repr(call.arguments)) for call in message.calls)


def whole(conversation: Conversation) -> object:
    return tuple(map(said, conversation.messages)), conversation.rejected


@dataclass
class Truth:
    """What is to be said about a plan."""

    failures: set[Span] = field(default_factory=set)
    made: list[Made] = field(default_factory=list)

    def copies(self) -> Counter[tuple[str, str, int]]:
        """W502 and E502: (code, block, count)."""
        first: dict[object, Made] = {}
        copies: Counter[tuple[str, str]] = Counter()
        leaks: Counter[str] = Counter()
        for each in self.made:
            earlier = first.setdefault(whole(each.conversation), each)
            if earlier is each:
                continue
            if earlier.held_out == each.held_out:
                copies[earlier.block.name, each.block.name] += 1
            else:
                leaks[(earlier if earlier.held_out else each).block.name] += 1
        return Counter(
            [("W502", block, count) for (_, block), count in copies.items()]
            + [("E502", block, count) for block, count in leaks.items()]
        )

    def contradictions(self, *, strict: bool = False) -> dict[object, set[Span]]:
        """Contexts with answers that contradict each other, and where those stand."""
        groups: dict[object, dict[object, set[object]]] = defaultdict(lambda: defaultdict(set))
        spans: dict[object, set[Span]] = defaultdict(set)
        for each in self.made:
            conversation = each.conversation
            for at, message in enumerate(conversation.messages):
                if message.role == "assistant" and message.trained:
                    tools = tuple(tool.name for tool in conversation.tools)
                    context = tools, tuple(map(said, conversation.messages[:at]))
                    groups[context][(each.strict if strict else each.sources)[at]].add(said(message))
                    spans[context].add(conversation.origin.messages[at])
        return {c: spans[c] for c, sources in groups.items() if len(set(map(frozenset, sources.values()))) > 1}

    def looks(self) -> set[tuple[str, Span]]:
        """W503 and W506."""
        found = set()
        for each in self.made:
            last, span = each.conversation.messages[-1], each.conversation.origin.messages[-1]
            answer = (last.content or "").casefold()
            if any(not any(text.casefold() in answer for text in texts) for texts in each.conversation.says):
                found.add(("W506", span))
            if each.conversation.rejected is not None and each.conversation.rejected == last.content:
                found.add(("W503", span))
        return found

    def limits(self, target: Target) -> set[tuple[str, Span | None]]:
        return {(found.code, found.span) for each in self.made for found in target.limits(each.conversation)}

    def unwritten(self, target: Target) -> set[tuple[str, str]]:
        """W604: (how many have an answer not to give, of how many), told by the last message."""
        ends = [each.conversation.origin.messages[-1] for each in self.made]
        turns = {part for each in self.made for turn in each.block.declaration.turns for part in (turn, turn.invalid)}
        pairs = {message.span for part in turns if part and part.rejected for message in part.messages}
        count = sum(end in pairs for end in ends)
        return {(str(count), str(len(ends)))} if count and not target.pairs else set()

    def wordings(self) -> set[tuple[str, int, int, str]]:
        """A504: (block, answers with few wordings, answers, the smallest number of wordings)."""
        trained: dict[str, set[object]] = defaultdict(set)
        questions: dict[object, set[str | None]] = defaultdict(set)
        for each in self.made:
            if each.block.kind == "fact":
                messages = each.conversation.messages
                answer = said(messages[-1])
                questions[each.block.name, answer].add(next(m for m in messages if m.role == "user").content)
                if messages[-1].trained and not each.held_out:
                    trained[each.block.name].add(answer)
        found = set()
        for name, answers in trained.items():
            counts = [len(questions[name, answer]) for answer in answers]
            if min(counts) < 5:
                fewest = "1 wording" if min(counts) == 1 else f"{min(counts)} wordings"
                found.add((name, sum(count < 5 for count in counts), len(counts), fewest))
        return found

    def longest(self) -> int | None:
        counts = [tokens.count(each.conversation) for each in self.made]
        return None if None in counts else max((c for c in counts if c is not None), default=None)


def _later(program: Program, picks: Picks) -> Iterator[set[Slot]]:
    """For each message, the slots of the cases of later turns."""
    cases = [slot for slot, _ in program.turns]
    if program.system:
        yield {slot for slot in cases if slot}
    for number, turn in enumerate(program.turns_of(picks)):
        for _ in turn.lines(picks):
            yield {slot for slot in cases[number + 1 :] if slot}


def truth_of(plan: Plan) -> Truth:
    truth = Truth()
    for block in plan.blocks:
        for conversations, held_out in ((block.once, False), (block.validation, True)):
            for program, picks in conversations.all_picked():
                watching = Watching(picks)
                try:
                    conversation = program.conversation(
                        watching, before_message=lambda watching=watching: watching.marks.append(len(watching.log))
                    )
                except PickFailure as failure:
                    truth.failures.add(failure.span)
                    continue
                sources: list[object] = []
                strict: list[object] = []
                for at, (span, later) in enumerate(
                    zip(conversation.origin.messages, _later(program, picks), strict=True)
                ):
                    sources.append((span.source.name, span.start, watching.before(at)))
                    strict.append((span.source.name, span.start, watching.before(at, later)))
                truth.made.append(Made(block, held_out, conversation, sources, strict))
    return truth


# ── files that are ambiguous on purpose ───────────────────────────────────────────────────────────

RANGES = ("0..2", "1..2", "[1, 11]", "[1, 1, 2]", "9..11")
WORDS = ("a", "b", "ab", "ba", "aa", "", "1", "11", "a1", '"', "a b")


@dataclass(frozen=True)
class Name:
    """Something that can stand in braces, and whether it is a number. Of a faulty one only valid values are computed
    with, so it is just shown."""

    text: str
    number: bool = False
    faulty: bool = False


class Writing:
    """Writes a file with the draws of Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.names: list[Name] = []
        self.texts: list[str] = []
        self.count = 0
        self.tools = False

    def some(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def chance(self, one_in: int) -> bool:
        return self.some(1, one_in) == 1

    def one(self, of: Any) -> Any:
        return self.draw(st.sampled_from(list(of)))

    def fresh(self) -> str:
        self.count += 1
        return f"x{self.count}"

    def word(self) -> str:
        return str(self.one(WORDS))

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────

    def expression(self) -> str:
        known = [name for name in self.names if not name.faulty]
        numbers, words = [n.text for n in known if n.number], [n.text for n in known if not n.number]
        ways = []
        if words:
            a, b = self.one(words), self.one(words)
            ways += [f"len({a})", f"{a}.upper()", f"{a} + {b}", f'json({{"k": {a}, "l": {b}}})', f"{a}[0:1]",
                     f'"" if {a} == "a" else {b}', f'{a}.replace("a", "")']  # fmt: skip
            if self.chance(12):
                ways = [f"{a}[0]"]
        if numbers:
            n, m = self.one(numbers), self.one(numbers)
            ways += [f"{n} + {m}", f"{n} * {m}", f"str({n}) + str({m})", f'"" if {n} > 7 else ""', f"{n}:02d"]
            if self.chance(12):
                ways = [f"4 // {n}", f"(1 if {n} > 0 else 1 // {m})"]
        return str(self.one(ways)) if ways else '"a"'

    def part(self, depth: int = 0) -> str:
        kinds = ["word", "name", "name", "name", "choice", "optional", "expression"]
        kind = self.one(kinds if self.names else ["word", "choice", "optional"])
        if kind == "name":
            return f"{{{self.one(self.names).text}}}"
        if kind == "expression":
            return f"{{{self.expression()}}}"
        if kind == "word" or depth > 1:
            return self.word()
        if kind == "optional":
            return f"{{|{self.part(depth + 1)}}}"
        return f"{{{'|'.join(self.inner(depth + 1) for _ in range(self.some(2, 3)))}}}"

    def inner(self, depth: int) -> str:
        return "".join(self.part(depth) for _ in range(self.some(0, 2))) or "b"

    def text(self, most: int = 3) -> str:
        """A text; often one that stands somewhere else."""
        if self.texts and self.chance(3):
            return str(self.one(self.texts))
        made = "".join(self.part() for _ in range(self.some(1, most))).strip() or "a"
        self.texts.append(made)
        return made

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def declare(self, indent: str, *, faulty: bool = False) -> str:
        name = self.fresh()
        numbers = [n.text for n in self.names if n.number and not n.faulty]
        words = [n.text for n in self.names if not n.number and not n.faulty and "." not in n.text]
        ways = ["list", "list", "range", "words"]
        if not faulty:
            ways += ["table", "table"] + ["depends", "sum"] * bool(numbers) + ["alias", "alias", "joined"] * bool(words)
        way = self.one(ways)
        number = False
        if way == "list":
            items = "".join(
                f"{indent}  | {self.inner(1) if self.chance(3) else self.word()}\n" for _ in range(self.some(1, 3))
            )
            made = f"{indent}let {name}:\n{items}"
        elif way == "words":
            items = ", ".join(
                f'"{word}"'
                for word in self.draw(st.lists(st.sampled_from(["a", "b", "ab", ""]), min_size=1, max_size=3))
            )
            made = f"{indent}let {name} in [{items}]\n"
        elif way == "range":
            made, number = (
                f"{indent}let {name} in {self.one(('0..2', '1..2', '[1, 11]', '[1, 1, 2]', '9..11'))}\n",
                True,
            )
        elif way == "depends":
            of = self.one(numbers)
            made, number = f"{indent}let {name} in {self.one((f'{of}..2', f'0..{of}', f'[{of}, 1]'))}\n", True
        elif way == "sum":
            made, number = f"{indent}let {name} = {self.one(numbers)} + {self.one(numbers)}\n", True
        elif way == "joined":
            made = f"{indent}let {name} = {self.one(words)} + {self.one(words)}\n"
        elif way == "alias":
            of = self.one(words)
            made = f"{indent}let {name} in {of}{f' where {name} != {of}' if self.chance(2) else ''}\n"
        else:
            rows = "".join(
                f"{indent}  | {self.word()} | {self.inner(1) if self.chance(3) else self.word()} |\n"
                for _ in range(self.some(1, 3))
            )
            made = f"{indent}table {name}\n{indent}  | k | v |\n{rows}"
            self.names += [Name(f"{name}.k"), Name(f"{name}.v")]
            return made
        if faulty:
            made += "".join(f"{indent}  ~ {self.one(('a', 'z', 'ab', '11', 'z'))}\n" for _ in range(self.some(1, 2)))
        self.names.append(Name(name, number, faulty))
        return made

    def wheres(self, indent: str) -> str:
        known = [name for name in self.names if not name.faulty]
        if len(known) < 2 or not self.chance(2):
            return ""
        made = ""
        for _ in range(self.some(1, 2)):
            a = self.one(known)
            b = self.one([n for n in known if n.number == a.number])
            if a is b:
                value = "1" if a.number else self.one(('"a"', '""'))
                made += f"{indent}where {a.text} != {value}\n"
            else:
                made += f"{indent}where {a.text} {self.one(('!=', '!=', '<=', '=='))} {b.text}\n"
        return made

    # ── blocks ────────────────────────────────────────────────────────────────────────────────────

    def items(self, role: str, indent: str) -> str:
        if self.chance(3):
            return f"{indent}{role}:\n" + "".join(f"{indent}  | {self.text(2)}\n" for _ in range(self.some(1, 3)))
        return f"{indent}{role}: {self.text()}\n"

    def says(self, indent: str) -> str:
        return (
            f"{indent}says:\n{indent}  | {self.one(('a', 'b', '{a|b}', '1', self.text(1)))}\n" if self.chance(4) else ""
        )

    def turn(self, indent: str) -> str:
        made = self.items("user", indent)
        if self.tools and self.chance(3):
            argument = self.one([n.text for n in self.names if not n.number and not n.faulty] or ['"a"'])
            made += f"{indent}assistant calls look(x={argument})\n{indent}tool: {self.text(1)}\n"
        if self.chance(5):
            return made + f"{indent}assistant = json({{}}) + {self.value()}\n"
        return made + self.items("assistant untrained" if self.chance(6) else "assistant", indent)

    def value(self) -> str:
        words = [n.text for n in self.names if not n.number and not n.faulty]
        return str(self.one(words)) if words else '"a"'

    def rejected(self, indent: str) -> str:
        return f"{indent}rejected: {self.text()}\n" if self.chance(4) else ""

    def fewer(self) -> str:
        return ("  unique\n" if self.chance(3) else "") + self.fewer_of_them()

    def fewer_of_them(self) -> str:
        way = self.some(1, 9)
        if way == 1:
            return "  validation 50%\n"
        if way == 2 and self.names:
            name = self.one([n.text.partition(".")[0] for n in self.names])
            return f"  validation 50% by {name}\n"
        if way == 3:
            return f"  sample {self.some(1, 9)} seed {self.some(1, 3)}\n"
        if way == 4:
            return "  cover pairs\n"
        return "  repeat 2\n" if way == 5 else ""

    def block(self, name: str) -> str:
        outer = list(self.names)
        kind = self.one(("fact", "fact", "dialog", "format", "format"))
        made = f"{kind} {name}\n"
        for _ in range(self.some(0, 2)):
            made += self.declare("  ")
        if self.chance(4):
            made += f"  system: {self.text(2)}\n"
        made += getattr(self, kind)() + (self.fewer() if self.chance(2) else "")
        self.names = outer
        return made

    def fact(self) -> str:
        made = self.wheres("  ")
        tools, self.tools = self.tools, False
        for _ in range(self.some(1, 3)):
            made += self.turn("  ").replace(" untrained", "") + self.rejected("  ") + self.says("  ") + "\n"
        self.tools = tools
        return made

    def dialog(self) -> str:
        return (
            self.wheres("  ")
            + "".join(self.turn("  ") for _ in range(self.some(1, 3)))
            + self.rejected("  ")
            + self.says("  ")
        )

    def format(self) -> str:
        faulty = self.chance(2)
        cases = self.some(0, 3)
        made = self.declare("  ", faulty=True) if faulty else ""
        culprit = self.names[-1].text if faulty else ""
        made += self.wheres("  ")
        must = f"  user: {{{culprit}}}{self.part()}\n" if faulty else ""
        invalid = (
            f"  invalid\n    assistant: {self.one(('{invalid}', 'z', 'a', '{invalid.name}', self.word() or 'a'))}\n"
        )
        if not cases:
            made += (
                must + f"  assistant: {self.plain()}\n"
                if faulty
                else self.turn("  ") + self.rejected("  ") + self.says("  ")
            )
        for number in range(cases):
            outer = list(self.names)
            made += f"  case k{number}\n"
            if self.chance(2):
                made += self.declare("    ")
            made += self.wheres("    ")
            if faulty and number == 0:
                made += f"  {must}    assistant: {self.plain()}\n"
            else:
                made += self.turn("    ") + self.rejected("    ") + self.says("    ")
            self.names = outer
        made += invalid if faulty else ""
        turns = self.one(("", "", "turns 1..2", "turns 2..3", "turns 2", "turns 1..3"))
        return made + (f"  {turns}\n" if turns else "")

    def plain(self) -> str:
        names, self.names = self.names, [n for n in self.names if not n.faulty]
        texts, self.texts = self.texts, []
        made = self.text(2)
        self.names, self.texts = names, texts
        return made


@st.composite
def files(draw: st.DrawFn) -> str:
    writing = Writing(draw)
    top = ""
    if writing.chance(4):
        writing.tools = True
        top += "tool look(x: text): Look.\n"
    for _ in range(writing.some(0, 3)):
        top += writing.declare("")
    if writing.chance(3):
        top += writing.wheres("")
    texts = [writing.text() for _ in range(writing.some(0, 2))]
    made = []
    for number in range(writing.some(1, 3)):
        writing.texts = list(texts)
        made.append(writing.block(f"b{number}"))
    return top + "\n".join(made)


# What is found by expanding, and leaves a plan of the other conversations.
HARMLESS = {"E401", "E402", "E408", "E411"}


def planned(text: str, target: Target) -> Plan | None:
    """The plan of a text, if it is small and makes sense."""
    loader = Loader(files={"t.ft": text.encode()})
    source = loader.source("t.ft")
    assert isinstance(source, SourceFile)
    file, found = parse(source)
    model, more = check([file], loader, found)
    if has_errors([*found, *more]):
        return None
    plan, found = expand(model, merged, pairs=target.pairs)
    if {each.code for each in found if each.severity is Severity.ERROR} - HARMLESS:
        return None
    return plan if sum(b.once.count + b.validation.count for b in plan.blocks) <= MOST else None


def unthinned(text: str) -> str:
    """The text with all its conversations."""
    return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith(("  sample", "  cover")))


def unsplit(text: str) -> str:
    return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith("  validation"))


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────

# Of the checks that are tried here, none reads what was declared.
NO_MODEL = Model((), (), (), (), (), {}, (), frozenset(), Allowances(), True)


def agree(plan: Plan, whole: Plan, target: Target, *, measure: bool = False) -> None:
    """What is found is what there is. `whole` is the plan with nothing thinned."""
    truth = truth_of(plan)
    context = Context(NO_MODEL, plan, target)
    context.counts_tokens = measure
    # A block that shows what nothing told is told of its copies too: that these are left out is tried in `test_untold`.
    context.untold_names = {}
    diagnostics = list(run_checks(context))
    found: dict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in diagnostics:
        found[diagnostic.code].append(diagnostic)
    failed = {each.span for each in found["E404"]}
    assert failed <= truth.failures
    assert bool(failed) == bool(truth.failures)
    if truth.failures:
        return
    assert Counter((d.code, d.data["block"], d.data["count"]) for d in found["W502"] + found["E502"]) == truth.copies()
    contradictions = truth.contradictions()
    # Where an answer stands, and not the rows that it is made of.
    places = [{d.span, *(each.span for each in d.labels if each.text == "the other answer")} for d in found["E501"]]
    assert all(any(place <= spans for spans in contradictions.values()) for place in places), "nothing is contradicted"
    if len(places) < TOLD:
        # Alternatives of one answer, of which thinning left one here and another there, need not be told.
        for asked in truth.contradictions(strict=True).keys() & truth_of(whole).contradictions(strict=True).keys():
            assert any(place <= contradictions[asked] for place in places), "a contradiction is not told"
    looks, told = truth.looks(), {(d.code, d.span) for d in found["W503"] + found["W506"]}
    assert told == looks if len(looks) < TOLD else told <= looks and len(told) >= TOLD
    few = [each.data for each in wordings.check(context)]
    assert {(d["name"], d["few"], d["count"], d["wordings"]) for d in few} == truth.wordings()
    limits = truth.limits(target)
    assert {(d.data["count"], d.data["total"]) for d in found["W604"]} == truth.unwritten(target)
    totals = {(d.code, d.span) for d in [*target.totals(plan), *found["W604"]]}
    told_limits = {(d.code, d.span) for d in diagnostics if d.code[:2] in ("E6", "W6")} - totals
    assert told_limits == limits if len(limits) < TOLD else told_limits <= limits and len(told_limits) >= TOLD
    if measure:
        assert context.examined.longest_tokens == truth.longest()


def check_file(text: str, name: str, most: int | None, measure: bool) -> None:
    target = replace(TARGETS[name], max_tokens=most)
    whole = planned(unthinned(unsplit(text)), target)
    plan = planned(text, target) if whole else None
    if plan and whole:
        agree(plan, whole, target, measure=measure and most is None)


@pytest.mark.usefixtures("sizes")
@examples(25, full=1600)
@given(
    text=files(),
    name=st.sampled_from(["openai", "openai", "openai-dpo", "trl"]),
    most=st.sampled_from([None, 12, 65536]),
    measure=st.booleans(),
)
def test_what_is_found_is_what_there_is(text: str, name: str, most: int | None, measure: bool) -> None:
    note(text)
    check_file(text, name, most, measure)


# Each was once told wrongly, or not at all.
FOUND = {
    "a range that depends on the answer leaves fewer answers": """\
let n in 0..1
let x in 0..1
let m in n..x
dialog d
  user: go{"" if n > 5 else ""}
  assistant: {x}
  user: and {n}
  assistant: {m}
""",
    "a name that the question may not hold": """\
let x:
  | 1
  | 2
let y:
  | 1
  | 2
dialog d
  where x != y
  user: {A {x}|B}{"" if len(y) > 5 else ""}
  assistant: {x}
  user: and {y}
  assistant: ok
""",
    "a value that cannot be made is never picked": """\
let n in 0..2
let m in 0..2
fact f
  where n > 0
  where m > 0
  user: {4 // n}{4 // m}
  assistant: ok
""",
    "a value that cannot be made is picked": """\
let n in 0..2
fact f
  user: a {n}
  assistant: {4 // n}
""",
    "shapes that begin differently": """\
tool look(x: text): Look.
let n in 1..3
fact f
  user: {n}
  assistant: x
format g
  case one
    user: {n}
    assistant: y
  case two
    user: b
    assistant calls look(x="a")
    tool: c
    assistant: d
""",
    "turns with one answer or two": """\
tool look(x: text): Look.
format g
  case one
    user: {a|b}
    assistant: y
  case two
    user: b
    assistant calls look(x="a")
    tool: c
    assistant: d
  turns 1..2
""",
}


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_what_was_found_once(text: str) -> None:
    assert planned(text, TARGETS["trl"]) is not None
    for most in (None, 65536):
        check_file(text, "trl", most, measure=False)


def test_a_pick_that_fails_is_told_with_all_else_that_is_wrong() -> None:
    """Also where pairs are counted: the first conversation is none."""
    text = 'let x in ["", "b"]\nlet y in 1..2\ndialog d\n  user: {x[0]}\n  assistant: a\n  rejected: b\n'
    loader = Loader(files={"t.ft": text.encode()})
    assert [each.code for each in compile(["t.ft"], loader, target=TARGETS["openai-dpo"]).diagnostics] == [
        "W201",
        "E404",
    ]
    check_file(text, "openai-dpo", None, measure=False)


def test_two_files_that_are_alike_contradict_each_other() -> None:
    texts = {
        f"{name}.ft": f"fact {name}\n  user: Is it?\n  assistant: {said}\n"
        for name, said in (("a", "Yes"), ("b", "No!"))
    }
    found = compile([*texts], Loader(files={name: text.encode() for name, text in texts.items()})).diagnostics
    assert [each.code for each in found if each.code == "E501"] == ["E501"]


# ── laws of the proofs alone ──────────────────────────────────────────────────────────────────────

SHORT = (b"", b"a", b"b", b"ab", b"ba", b"aa", b"1", b"11")


@st.composite
def pieces(draw: st.DrawFn, slots: list[Slot], depth: int = 0) -> Piece:
    """A text over some slots of three values each."""
    kind = draw(st.sampled_from(["constant", "axis", "axis", "branch", "row", "row", "computed"]))
    if kind == "axis":
        table = draw(st.lists(st.sampled_from(SHORT), min_size=3, max_size=3))
        return branch(draw(st.sampled_from(slots)), [Constant(data) for data in table])
    if kind == "computed":
        a, b = draw(st.sampled_from(slots)), draw(st.sampled_from(slots))
        return made(frozenset((a, b)), lambda picks: b"%d" % (picks[a] + picks[b]))
    if kind == "constant" or depth > 2:
        return Constant(draw(st.sampled_from(SHORT)))
    parts = [draw(pieces(slots, depth + 1)) for _ in range(3)]
    return branch(draw(st.sampled_from(slots)), parts) if kind == "branch" else sequence(parts)


def some_slots(count: int) -> list[Slot]:
    return [Slot(f"s{at}", f"s{at}", f"s{at}", True, lambda pick, picks: ("", SPAN)) for at in range(count)]


SPAN = Span(SourceFile("t.ft", ""), 0, 0)


def text_of(piece: Piece, picks: Picks) -> bytes:
    match piece:
        case Constant():
            return piece.data
        case Row():
            return b"".join([text_of(part, picks) for part in piece.parts])
        case Branch():
            return text_of(piece.options[picks[piece.slot]], picks)
    return piece.value(picks)


def shown(piece: Piece, picks: Picks) -> set[Slot]:
    """The slots that a text depends on for some picks: an alternative that is not taken meets nothing."""
    match piece:
        case Row():
            return set[Slot]().union(*[shown(part, picks) for part in piece.parts])
        case Branch():
            return {piece.slot} | shown(piece.options[picks[piece.slot]], picks)
    return set(piece.slots)


def every(slots: list[Slot]) -> Iterator[dict[Slot, int]]:
    return (dict(zip(slots, picks, strict=True)) for picks in product(range(3), repeat=len(slots)))


@pytest.mark.usefixtures("sizes")
@examples(60, full=6000)
@given(data=st.data())
def test_what_is_readable_can_be_read(data: st.DataObject) -> None:
    slots = some_slots(4)
    messages = data.draw(st.lists(pieces(slots), min_size=1, max_size=3))
    readable, everywhere = unambiguous.readable(messages, 1_000_000)
    first: dict[tuple[bytes, ...], list[dict[Slot, int]]] = defaultdict(list)
    whole: dict[tuple[bytes, ...], list[dict[Slot, int]]] = defaultdict(list)
    for picks in every(slots):
        met = set[Slot]().union(*[shown(message, picks) for message in messages])
        text = tuple(text_of(message, picks) for message in messages)
        first[text].append({s: picks[s] for s in met})
        whole[text].append(picks)
    for all_picks in whole.values():
        for known in everywhere:
            of = known if isinstance(known, Slot) else known.slot
            assert len({known.value(p) if isinstance(known, Axis) else p[of] for p in all_picks}) == 1
    for same_texts in first.values():
        for slot in readable:
            assert len({picks[slot] for picks in same_texts if slot in picks}) < 2


@pytest.mark.usefixtures("sizes")
@examples(60, full=6000)
@given(data=st.data())
def test_what_differs_is_never_the_same(data: st.DataObject) -> None:
    slots = some_slots(3)
    a, b = data.draw(pieces(slots)), data.draw(pieces(slots))
    if unambiguous.differ(a, b):
        assert not {text_of(a, picks) for picks in every(slots)} & {text_of(b, picks) for picks in every(slots)}


@pytest.mark.usefixtures("sizes")
@examples(15, full=600)
@given(text=files(), name=st.sampled_from(["openai", "trl"]))
def test_what_can_be_computed_never_fails_and_is_no_longer_than_said(text: str, name: str) -> None:
    note(text)
    plan = planned(unthinned(unsplit(text)), TARGETS[name])
    for program in dict.fromkeys(program for block in plan.blocks for program in block.programs) if plan else ():
        piece = Framer(TARGETS[name]).line(program).piece
        if computable.all_computed(piece, program):
            most = longest(piece)
            line = Lowered(program.space, piece)
            lengths = [len(line.row(dict(picks))) for picks in program.space]
            assert most is None or all(length <= most for length in lengths)
