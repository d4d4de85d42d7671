"""What `validation` holds out: whole groups, by a hash, whatever the size of the block and whatever else its file says.

The rule is said again here, for one conversation at a time, and compared with the two plans that the compiler makes.
"""

import re
from collections import defaultdict
from fractions import Fraction
from math import ceil
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import FULL, examples
from ftc.check import model
from ftc.compile import compile
from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.expand.random import fraction
from ftc.loader import Loader
from ftc.source import SourceFile
from ftc.syntax import ast, parse
from ftc.syntax.printer import format as laid_out
from ftc.targets import TARGETS
from strategies import Source, sources
from test_expand import (
    accessible,
    checked,
    head,
    key,
    one_block,
    planned,
    thinned,
    users,
    value_of,
    whole,
)

PERCENTS = (1, 10, 30, 50, 90)

# The number of a conversation that is held out by nothing.
NEVER = 2.0


def held_out(numbers: list[float], percent: float, *, all_may_go: bool = False) -> list[bool]:
    """Which conversations are held out, given the smallest number among the groups of each: the first groups, as many
    as make the share that is nearest to what is asked; at least one, and not all unless some stay by themselves."""
    wanted = Fraction(str(percent)) / 100 * len(numbers)
    cuts = sorted({number for number in numbers if number < NEVER})[1:] + [NEVER] * all_may_go
    counts = [(sum(number < cut for number in numbers), cut) for cut in cuts]
    _, _, cut = min(((abs(count - wanted), count, cut) for count, cut in counts), default=(0, 0, -1.0))
    return [number < cut for number in numbers]


# ── both parts are what the rule says ─────────────────────────────────────────────────────────────


def written(conversation: Conversation, name: model.Name) -> list[str]:
    """The values picked of a name, as the source writes them; those of a `let x in NAME` are x's."""
    found = []
    for pick in conversation.origin.picks:
        if re.fullmatch(rf"(\d+/)?{name.name}", pick.path):
            computed = isinstance(name, model.Table) or (
                isinstance(name, model.Ranging) and pick.span.start == name.span.start
            )
            row_or_value = pick.value if pick.written is None else pick.written
            found.append(row_or_value if computed else pick.span.text)
    return found


def names_of(text: str, block: int) -> list[model.Name]:
    """Names with values of their own that a block's `validation` may name."""
    found = checked(text)
    names = {name.name: name for name in (*found.names, *found.blocks[block].names) if name.level != "case"}
    return [n for n in names.values() if isinstance(n, model.Alternatives | model.Ranging | model.Table)]


@examples(80, full=3200)
@given(sources(), st.data())
def test_by_a_name(source: Source, data: st.DataObject) -> None:
    """A conversation is held out if some value of the name in it is, in whichever turn."""
    at, everything = one_block(source, data)
    names = [name for name in names_of(source.text, at) if any(written(c, name) for c in everything)]
    if not names:
        return
    name, percent = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(PERCENTS))
    block = thinned(source, f"validation {percent}% by {name.name}", at)
    out = held_out([min((fraction("by", v) for v in written(c, name)), default=NEVER) for c in everything], percent)
    keys = [*map(key, everything)]
    assert [*map(key, block.training)] == [k for k, gone in zip(keys, out, strict=True) if not gone]
    validation = [*map(key, block.validation)]
    assert len(validation) == sum(out) and {*validation} == {k for k, gone in zip(keys, out, strict=True) if gone}
    accessible(block.training, Random(percent))
    accessible(block.validation, Random(percent))


@examples(60, full=2400)
@given(sources(kinds=("fact",)), st.data())
def test_by_wording(source: Source, data: st.DataObject) -> None:
    """Of an exchange all of whose wordings would go, that of the largest hash stays."""
    at, everything = one_block(source, data)
    percent = data.draw(st.sampled_from(PERCENTS))
    if not everything:
        return
    wordings: dict[int, set[str]] = defaultdict(set)
    for conversation in everything:
        wordings[conversation.origin.span.start].add(head(conversation))
    stays = {at: max((fraction("wording", w), w) for w in all_of_it) for at, all_of_it in wordings.items()}
    ranked = [(fraction("wording", head(c)), head(c)) for c in everything]
    numbers = [NEVER if r == stays[c.origin.span.start] else r[0] for r, c in zip(ranked, everything, strict=True)]
    out = held_out(numbers, percent, all_may_go=True)
    block = thinned(source, f"validation {percent}%", at)
    keys = [*map(key, everything)]
    assert [*map(key, block.training)] == [k for k, gone in zip(keys, out, strict=True) if not gone]
    assert [*map(key, block.validation)] == [k for k, gone in zip(keys, out, strict=True) if gone]


@examples(60, full=2400)
@given(sources(), st.data())
def test_what_is_thinned_is_held_out_alike(source: Source, data: st.DataObject) -> None:
    """Row by row, and by conditions on the plan: a sample of everything is split as everything is."""
    at, everything = one_block(source, data)
    if not everything:
        return
    percent = data.draw(st.sampled_from(PERCENTS))
    names = [f" by {n.name}" for n in names_of(source.text, at) if any(written(c, n) for c in everything)]
    line = f"validation {percent}%{data.draw(st.sampled_from(['', *names]))}"
    whole_of_it = thinned(source, line, at)
    rows = thinned(source.with_line(line, at), f"sample {len(everything)} seed 1", at)
    assert [*map(key, rows.training)] == [*map(key, whole_of_it.training)]
    assert sorted(map(key, rows.validation)) == sorted(map(key, whole_of_it.validation))


@examples(40, full=1600)
@given(sources(), st.data())
def test_a_block_may_be_held_out_whole(source: Source, data: st.DataObject) -> None:
    at, everything = one_block(source, data)
    if not everything:
        return
    block = thinned(source, "validation 100%", at)
    assert not block.training.count
    assert [*map(key, block.validation)] == [*map(key, everything)]


@examples(40, full=1600)
@given(sources(), st.data())
def test_pairs_and_counts(source: Source, data: st.DataObject) -> None:
    """Pairs of one conversation stay together; the formula tells of both parts."""
    at, everything = one_block(source, data)
    if not everything:
        return
    text = source.with_line("validation 30%", at).text
    plan, codes = planned(text, pairs=True)
    assert not codes
    block = plan.blocks[at]
    said = [{repr(c.messages) for c in part} for part in (block.training, block.validation)]
    assert said[0].isdisjoint(said[1]) or block.kind != "fact"
    formula, held_out = block.formula.split(" − ")
    assert held_out == f"{block.validation.count:,} held out"
    if "…" not in formula:
        assert value_of(formula) == block.training.count + block.validation.count


def test_the_wording_that_stays_is_one_that_can_be_said() -> None:
    """What a condition on the answer forbids is no wording, and what names share is asked of them together."""
    words = "".join(f"  | w{i}\n" for i in range(6))
    ranked = sorted((f"w{i}" for i in range(6)), key=lambda w: fraction("wording", w))
    last = ranked[-1]
    text = f"""\
let word:
{words}let other in word where other != word and word != "{last}"
fact f
  user: {{word}}
  assistant: not {{other}}
  validation 99.9%
"""
    block = whole(text).blocks[0]
    assert {*users(block.training)} == {ranked[-2]}
    assert {*users(block.validation)} == {*ranked[:-2]}
    assert (block.training.count, block.validation.count) == (5, 20)


# ── any size ──────────────────────────────────────────────────────────────────────────────────────

CITIES = "let city:\n" + "".join(f"  | c{i}\n" for i in range(1000))


def parts(block: BlockPlan, share: float) -> None:
    """Both parts together are as many as the whole, and the share is met."""
    total = sum(program.space.count for program in block.programs)
    assert block.training.count + block.validation.count == total
    assert abs(block.validation.count / total - share) < 0.005
    for conversations in (block.training, block.validation):
        random = Random(0)
        for i in (0, conversations.count - 1, *(random.randrange(conversations.count) for _ in range(50))):
            assert conversations[i].messages


def test_many_conversations_by_few_values() -> None:
    text = f"{CITIES}let n in 1..1_000_000_000\nformat f\n  user: {{city}} {{n}} {{a|b}}\n  assistant: ok\n"
    block = whole(f"{text}  validation 10% by city\n").blocks[0]
    out = {*sorted((f"c{i}" for i in range(1000)), key=lambda city: fraction("by", city))[:100]}
    assert block.validation.count == len(out) * 2 * 10**9
    parts(block, 0.1)
    for i in range(0, block.validation.count, block.validation.count // 97):
        assert users(block.validation[i : i + 1])[0].split()[0] in out


def test_many_turns_by_few_values() -> None:
    """Held out is what has a held-out city in any turn: all but what has none."""
    text = f"{CITIES}let n in 1..365\nformat f\n  user: {{city}} {{n}}\n  assistant: ok\n  turns 6\n"
    block = whole(f"{text}  validation 10% by city\n").blocks[0]
    shares = {kept: 1 - Fraction(kept, 1000) ** 6 for kept in range(1, 1000)}
    kept = min(shares, key=lambda kept: abs(shares[kept] - Fraction(1, 10)))
    out = {*sorted((f"c{i}" for i in range(1000)), key=lambda city: fraction("by", city))[: 1000 - kept]}
    assert block.training.count == (kept * 365) ** 6
    assert block.training.count + block.validation.count == 365_000**6
    for i in range(0, block.validation.count, block.validation.count // 97):
        cities = [turn.split()[0] for turn in users(block.validation[i : i + 1])[0].split(" | ")]
        assert not out.isdisjoint(cities)


def test_many_conversations_by_their_names() -> None:
    """A hundred million combinations of names: none of them is on both sides."""
    text = (
        f"{CITIES}let n in 1..365\nlet g in 1..300\nformat f\n  user: {{city}} {{n}} {{g}} {{a|b}}\n  assistant: ok\n"
    )
    block = whole(f"{text}  validation 10%\n").blocks[0]
    parts(block, 0.1)
    for part in (block.training, block.validation):
        pairs = defaultdict(set)
        for u in users(part[10_000:10_400]):
            pairs[u.rpartition(" ")[0]].add(u[-1])
        whole_ones = [letters for letters in pairs.values() if letters == {"a", "b"}]
        assert len(whole_ones) >= len(pairs) - 2  # those at the ends of the stretch may be cut


def test_any_share_of_named_groups() -> None:
    text = "let a in 1..40\nlet b in 1..50\ndialog d\n  user: {a} {b}\n  assistant: ok\n  validation "
    for percent in (0.5, 5, 25, 50, 80, 99):
        block = whole(f"{text}{percent}%\n").blocks[0]
        assert block.validation.count == 20 * percent
        assert {*users(block.training)}.isdisjoint(users(block.validation))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("let n in 1..20_000_000\nfact f\n  user: {n}\n  assistant: ok\n  validation 10%\n", ["E407"]),
        ("let n in 1..20_000_000\ndialog f\n  user: {n}\n  assistant: ok\n  validation 10% by n\n", ["E407"]),
        ("let n in 1..20_000_000\ndialog f\n  user: {n}\n  assistant: ok\n  validation 10%\n", ["E407"]),
        ("let n in 1..20_000_000\nfact f\n  user: {n}\n  assistant: ok\n  sample 9 seed 1\n  validation 10%\n", []),
        ("let n in 1..20_000_000\nfact f\n  user: {q|r}\n  assistant: {n}\n  validation 50%\n", []),
    ],
)
def test_too_many_groups(text: str, codes: list[str]) -> None:
    assert planned(text)[1] == codes


# ── stable when the file grows ────────────────────────────────────────────────────────────────────

FORMS = {
    "dialog by": "dialog d\n  user: {{word}} {a|b}\n  assistant: ok\n  validation {percent}% by word\n",
    "dialog": "dialog d\n  user: {{word}} {a|b}\n  assistant: ok\n  validation {percent}%\n",
    "fact": "fact d\n  user: {{word}}?\n  assistant: {{ok|so}}\n  validation {percent}%\n",
    "format": "format d\n  user: {{word}}\n  assistant: ok\n  turns 2\n  validation {percent}% by word\n",
    "file": "validation {percent}% by word\ndialog d\n  user: {{word}} {a|b}\n  assistant: ok\n",
}


def words_held_out(form: str, words: list[str], percent: float) -> set[str]:
    """The words that are held out, of those that any line of either part shows alone."""
    text = "let word:\n" + "".join(f"  | {word}\n" for word in words)
    body = FORMS[form].replace("{percent}", f"{percent:g}").replace("{{", "{").replace("}}", "}")
    kept = {each.split()[0].rstrip("?") for each in users(whole(text + body).training)}
    return {*words} - kept


@examples(60, full=3000)
@given(
    st.sampled_from(sorted(FORMS)),
    st.lists(st.integers(0, 10**6), min_size=2, max_size=25, unique=True),
    st.integers(0, 10**6),
    st.integers(1, 99),
    st.integers(0, 25),
)
def test_a_new_value_moves_one_other_at_most(form: str, numbers: list[int], new: int, percent: int, place: int) -> None:
    """Whether the groups come first or last, and wherever the new one stands."""
    words = [f"w{number}" for number in numbers if number != new]
    if len(words) < 2:
        return
    before = words_held_out(form, words, percent)
    after = words_held_out(form, [*words[:place], f"w{new}", *words[place:]], percent)
    assert before and before != {*words}
    assert len(before ^ (after - {f"w{new}"})) <= 1


class File:
    """A file that is edited in ways that have nothing to do with what is held out."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.cities = [f"City{i}" for i in range(6)]
        self.rows = [f"row{i} | x{i}" for i in range(5)]
        self.wordings = [f"Wording {i}?" for i in range(6)]
        self.polite = ["please", "now"]
        self.others: list[str] = []
        self.formatted = False

    def edit(self, random: Random) -> None:
        number = random.randrange(10**6)
        match random.randrange(4):
            case 0:
                self.others.append(f"fact other{number}\n  user: {{City0|x}}\n  assistant: ok\n")
            case 1:
                self.others.append(f"# a remark {number}\n\n")
            case 2:
                random.shuffle(random.choice((self.cities, self.rows, self.wordings)))
            case 3:
                self.formatted = True

    def text(self) -> str:
        lists = {"city": self.cities, "word": self.wordings}
        made = "".join(f"let {name}:\n" + "".join(f"  | {v}\n" for v in values) for name, values in lists.items())
        made += "table t\n  | c | d |\n" + "".join(f"  | {row} |\n" for row in self.rows)
        polite = "{" + "|".join(self.polite) + "}"
        made += "".join(self.others)
        made += (
            f"fact facts\n  user:\n    | {{word}}\n    | {polite} {{city}} {{t.c}}\n  assistant: ok\n  {self.line}\n"
        )
        made += f"format formats\n  user: {{city}} {{t.c}}\n  assistant: ok {polite}\n  turns 1..2\n  {self.line}\n"
        return laid_out(parsed(made)) if self.formatted else made


def parsed(text: str) -> ast.File:
    source = Loader(files={"t.ft": text.encode()}).source("t.ft")
    assert isinstance(source, SourceFile)
    file, found = parse(source)
    assert not found
    return file


def sides(plan: Plan) -> dict[tuple[str, str], bool]:
    """For each thing that the user says, whether it is held out."""
    blocks = [block for block in plan.blocks if block.declaration.split is not None]
    return {
        (block.name, said): out
        for block in blocks
        for conversations, out in ((block.training, False), (block.validation, True))
        for said in users(conversations)
    }


@pytest.mark.parametrize("line", ["validation 30%", "validation 30% by city", "validation 60% by t"])
@pytest.mark.parametrize("seed", range(40 if FULL else 1))
def test_ten_edits_move_nothing(line: str, seed: int) -> None:
    """Blocks and remarks come, the order changes, the file is formatted: what was there stays."""
    random, file = Random(seed), File(line)
    before = sides(whole(file.text()))
    assert {*before.values()} == {False, True}
    for _ in range(10):
        file.edit(random)
        after = sides(whole(file.text()))
        assert before.items() <= after.items()
        before = after


def test_the_order_of_names_is_no_part_of_a_group() -> None:
    names = "let a in 1..20\nlet b in 30..50\n"
    texts = [f"{names}dialog d\n  user: {said}\n  assistant: ok\n  validation 40%\n" for said in ("{a} {b}", "{b} {a}")]
    both = [whole(text) for text in texts]
    one, other = ({tuple(sorted(u.split())) for u in users(plan.validation)} for plan in both)
    assert one == other and one


# ── named values, and lines for a whole file ──────────────────────────────────────────────────────

NAMES = """\
let op:
  | add
  | {quick|slow} halve
let n in 1..4
let other in op
let half = n // 2
table place
  | city  | land   |
  | Paris | France |
  | Oslo  | Norway |
"""


@pytest.mark.parametrize(
    ("shown", "line", "out"),
    [
        ("{op}", 'by op in ["add"]', {"add"}),
        ("{op}", 'by op in ["{quick|slow} halve"]', {"quick halve", "slow halve"}),
        ("{other}", 'by other in ["add"]', {"add"}),
        ("{n}", "by n in 2..3", {"2", "3"}),
        ("{n}", "by n in [x for x in 1..4 if x % 2 == 0]", {"2", "4"}),
        ("{n} {half}", "by half in [2]", {"4 2"}),
        ("{place.land}", 'by place in ["Oslo"]', {"Norway"}),
    ],
)
@pytest.mark.parametrize("thinned", ["", "  cover each\n"])
def test_named_values(shown: str, line: str, out: set[str], thinned: str) -> None:
    """Those values are held out, and no other: of the whole block, and of what was thinned."""
    block = whole(f"{NAMES}dialog d\n  user: {shown}\n  assistant: ok\n{thinned}  validation {line}\n").blocks[0]
    assert {*users(block.validation)} == out
    assert block.training.count and out.isdisjoint(users(block.training))


def test_a_line_at_the_top_holds_for_all_blocks() -> None:
    """Nobody trains on a city that another block holds out, whatever the sizes; who shows none is left whole."""
    text = f"""\
{CITIES}validation 20% by city
dialog a
  user: Is {{city}} large?
  assistant: ok
format b
  user: And {{city}} {{now|then|soon}}?
  assistant: ok
  turns 1..2
  sample 400 seed 1
fact c
  user: Where is {{city}}{{| now| then}}?
  assistant: ok
dialog e
  user: Nothing{{|!}}
  assistant: ok
"""
    plan = whole(text)
    assert not plan.blocks[3].validation.count and " − " not in plan.blocks[3].formula
    of_part = [
        {word for said in users(part) for word in re.findall(r"c\d+", said)}
        for part in (plan.training, plan.validation)
    ]
    out = {f"c{i}" for i in range(1000)} - of_part[0]
    in_validation = [{*re.findall(r"c\d+", said)} for said in users(plan.validation)]
    assert all(cities & out for cities in in_validation)
    divided = sum(block.training.count + block.validation.count for block in plan.blocks[:3])
    assert abs(plan.validation.count / divided - 0.2) < 0.005


def test_a_line_at_the_top_of_one_file_holds_for_the_others_that_show_the_name() -> None:
    files = {
        "names.ft": b"let city:\n  | Paris\n  | Oslo\n  | Rome\n",
        "a.ft": b'use "names.ft"\nvalidation by city in ["Oslo"]\ndialog a\n  user: {city}\n  assistant: ok\n',
        "b.ft": b'use "names.ft"\ndialog b\n  user: And {city}\n  assistant: ok\n',
        "c.ft": b"dialog c\n  user: No\n  assistant: ok\n",
    }
    for names in (["a.ft", "b.ft", "c.ft"], ["b.ft", "c.ft", "a.ft"]):
        found = compile(names, Loader(files=files), target=TARGETS["trl"])
        assert found.plan is not None and not found.diagnostics
        assert {*users(found.plan.validation)} == {"Oslo", "And Oslo"}


def test_two_files_may_not_hold_out_by_one_name_differently() -> None:
    files = {
        "names.ft": b"let n in 1..9\n",
        "a.ft": b'use "names.ft"\nvalidation 20% by n\ndialog a\n  user: {n}\n  assistant: ok\n',
        "b.ft": b'use "names.ft"\nvalidation 40% by n\ndialog b\n  user: And {n}\n  assistant: ok\n',
    }
    assert [
        each.code for each in compile(["a.ft", "b.ft"], Loader(files=files), target=TARGETS["trl"]).diagnostics
    ] == ["E303"]
    same = {**files, "b.ft": files["b.ft"].replace(b"40%", b"20%")}
    found = compile(["a.ft", "b.ft"], Loader(files=same), target=TARGETS["trl"])
    assert found.plan is not None and not found.diagnostics
    first, second = found.plan.blocks
    assert {f"And {said}" for said in users(first.validation)} == {*users(second.validation)}


@pytest.mark.parametrize("groups", range(2, 13))
def test_what_is_offered_is_what_comes(groups: int) -> None:
    """Where a share is far from what was asked, the line that the help gives is met and no longer warned about."""
    text = f"let n in 1..{groups}\ndialog d\n  user: {{n}}\n  assistant: ok\n  validation "
    for share in (1, 10, 25, 49, 75, 99):
        found = compile(["t.ft"], Loader(files={"t.ft": f"{text}{share}% by n\n".encode()}), target=TARGETS["trl"])
        assert found.plan is not None
        count = found.plan.validation.count
        assert count == min(max(ceil(Fraction(share * groups, 100) - Fraction(1, 2)), 1), groups - 1)
        for warning in found.diagnostics:
            offered = str(warning.data["way"]).removeprefix("validation ")
            again = compile(["t.ft"], Loader(files={"t.ft": f"{text}{offered}\n".encode()}), target=TARGETS["trl"])
            assert again.plan is not None and not again.diagnostics and again.plan.validation.count == count


@pytest.mark.parametrize("line", ["validation 10%", "validation 10% by n", "validation by n in [0]", "validation 100%"])
@pytest.mark.parametrize("place", ["  {}\n", "{}\n"])
def test_where_nothing_is_left_there_is_no_share_of_it(line: str, place: str) -> None:
    block = "fact f\n  where n > 0\n  user: Is it {n}?\n  assistant: Yes\n"
    written = place.format(line)
    text = "let n in 0..0\n" + (block + written if written.startswith(" ") else written + block)
    found = compile(["t.ft"], Loader(files={"t.ft": text.encode()}), data_checks=True).diagnostics
    assert [each.code for each in found] == ["E401"]
