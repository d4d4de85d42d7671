"""Random small `.ft` files, as text, for the tests that compare the compiler with `oracle`.

Every word in them is used once, so that texts which differ in what was picked differ. Each name and text carries a
bound on the number of its readings, by which a file stays small enough to be played through.
"""

from dataclasses import dataclass, field, replace
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

STEMS = ("fox", "Ω", "🔥", "it's", "x#", "C:", "a\\b", "слово", "naïve")
TURN_BUDGET = {1: 150, 2: 20, 3: 7}


@dataclass(frozen=True)
class Known:
    """A name that texts may use: `size` bounds its readings, `high` its largest number; `risky` ones can be invalid."""

    name: str
    type: str
    size: int
    columns: tuple[str, ...] = ()
    high: int = 0
    risky: bool = False
    table: str = ""


@dataclass(frozen=True)
class Source:
    """A file in parts, so that a test can add a line to one block or another block to the file."""

    top: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join((*self.top, *self.blocks))

    def with_line(self, line: str, block: int = 0) -> "Source":
        blocks = list(self.blocks)
        blocks[block] += f"  {line}\n"
        return replace(self, blocks=tuple(blocks))


@dataclass
class Hand:
    """Writes statements. `names` are those that can be seen from where it writes."""

    draw: st.DrawFn
    names: list[Known] = field(default_factory=list)
    words: list[int] = field(default_factory=lambda: [0])
    functions: bool = False
    tools: bool = False

    def inner(self) -> "Hand":
        """A hand for a block inside: what it declares is seen there only."""
        return replace(self, names=list(self.names))

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────

    def some(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def one(self, of: "list[T] | tuple[T, ...]") -> T:
        return self.draw(st.sampled_from(of))

    def chance(self, one_in: int) -> bool:
        return self.some(1, one_in) == one_in

    def fresh(self) -> int:
        self.words[0] += 1
        return self.words[0]

    def word(self) -> str:
        return f"{self.one(STEMS)}{self.fresh()}"

    def usable(self, budget: int, *types: str, risky: bool = True) -> list[Known]:
        return [k for k in self.names if k.size <= budget and k.type in types and (risky or not k.risky)]

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────

    def text(self, budget: int, depth: int = 0, must: tuple[Known, ...] = ()) -> tuple[str, int, bool]:
        """A text of one line, a bound on its readings, and whether it can show an invalid value."""
        made, size, risky = self.word(), 1, False
        for known in must:
            made += f" {{{known.name}.{known.columns[0]}}}" if known.type == "row" else f" {{{known.name}}}"
            size *= known.size
            risky = risky or known.risky
        for _ in range(self.some(0, 3 if depth == 0 else 2)):
            part, times, risk = self.part(max(1, budget // size), depth)
            made += self.one((" ", "", ", ")) + part
            size *= times
            risky = risky or risk
        return made, size, risky

    def part(self, budget: int, depth: int) -> tuple[str, int, bool]:
        kind = self.one(("hole", "hole", "choice", "values", "word"))
        if kind == "hole":
            return self.hole(budget)
        if kind == "choice" and budget >= 2 and depth < 2:
            return self.choice(budget, depth)
        if kind == "values" and budget >= 2:
            return self.values(budget)
        return self.word(), 1, False

    def choice(self, budget: int, depth: int) -> tuple[str, int, bool]:
        texts, size, risky = [], 0, False
        for _ in range(self.some(2, min(3, budget))):
            text, times, risk = self.text(max(1, budget // 3), depth + 1)
            texts.append(text)
            size += times
            risky = risky or risk
        if self.chance(4):
            texts[0] = ""
        return "{" + "|".join(texts) + "}", size, risky

    def values(self, budget: int) -> tuple[str, int, bool]:
        known = self.usable(budget // 2, "int", risky=False)
        if known and self.chance(3):
            k = self.one(known)
            return f"{{{k.name}..{k.name} + 1}}", 2 * k.size, False
        low = self.some(0, 5)
        high = low + self.some(0, min(3, budget) - 1)
        words = f'{{["{self.word_plain()}", "v{low}"]}}'
        return self.one((f"{{{low}..{high}}}", f"{{{low}..{high}:03d}}", words)), 3, False

    def word_plain(self) -> str:
        return f"w{self.fresh()}"

    def hole(self, budget: int) -> tuple[str, int, bool]:
        known = self.usable(budget, "text", "int", "row")
        if not known:
            return self.word(), 1, False
        k = self.one(known)
        if k.type == "row":
            column = self.one(k.columns)
            return self.one((f"{{{k.name}.{column}}}", f'{{{k.name}["{column}"]}}')), k.size, k.risky
        shows = [k.name, k.name, f"{k.name}:>4"]
        if k.type == "int":
            shows.append(f"{k.name}:03d")
        if not k.risky:
            shows += self.computed_holes(k, budget)
        shown = self.one(shows)
        others = [o for o in self.names if o is not k and o.name in shown]
        size = k.size
        for other in others:
            size *= other.size
        return "{" + shown + "}", size, k.risky

    def computed_holes(self, k: Known, budget: int) -> list[str]:
        shows = [f"{k.name} + 1", f"{k.name} > 1"] if k.type == "int" else [f"{k.name}.upper()", f'{k.name} + "!"']
        if self.functions and k.type == "text":
            shows.append(f"loud({k.name})")
        if k.type == "int":
            for other in self.usable(budget // k.size, "text", risky=False)[:1]:
                shows.append(f'{other.name} if {k.name} > 1 else "none"')
        return shows

    def body(self, budget: int, indent: str, must: tuple[Known, ...] = ()) -> tuple[str, int, bool]:
        """What stands after a colon: a text on its line, a block below it, or a list."""
        kind = self.one(("line", "line", "list", "block"))
        if kind == "line" or budget < 2:
            text, size, risky = self.text(budget, must=must)
            return f" {text}\n", size, risky
        if kind == "block":
            first, size, risky = self.text(budget, must=must)
            second, more, risk = self.text(max(1, budget // size))
            return f"\n{indent}  {first}\n\n{indent}    {second}\n", size * more, risky or risk
        made, size, risky = "\n", 0, False
        for number in range(self.some(1, min(3, budget))):
            text, times, risk = self.text(max(1, budget // 3), must=must if number == 0 else ())
            made += f"{indent}  | {text}\n"
            size += times
            risky = risky or risk
        return made, size, risky

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def declare(self, indent: str, budget: int, *, invalid: bool = False) -> str:
        """A `let` or a table; what it declares is known from here on."""
        name = f"n{self.fresh()}"
        kinds = [self._texts, self._texts, self._range, self._table, self._table]
        if self.usable(budget // 2, "int", risky=False):
            kinds += [self._dependent, self._computed_number]
        if self.usable(budget, "text", risky=False):
            kinds.append(self._computed_text)
        if self.usable(budget, "list"):
            kinds.append(self._from_list)
        if self.usable(budget, "text", "int", "row"):
            kinds += [self._alias, self._alias]
        if invalid:
            kinds = [self._texts, self._range]
            if self.usable(budget, "text", "int"):
                kinds.append(self._alias)
        made, known = self.one(kinds)(name, indent, budget)
        if invalid:
            for _ in range(self.some(1, 2)):
                text, size, _ = self.text(1) if self.chance(2) else (self.word(), 1, False)
                made += f"{indent}  ~ {text}\n"
                known = replace(known, size=known.size + size)
            known = replace(known, risky=True)
        self.names.append(known)
        return made

    def _texts(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        made, size, risky = f"{indent}let {name}:\n", 0, False
        for _ in range(self.some(1, min(3, budget))):
            text, times, risk = self.text(max(1, budget // 3))
            made += f"{indent}  | {text}\n"
            size += times
            risky = risky or risk
        return made, Known(name, "text", size, risky=risky)

    def _range(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        low = self.some(-1, 2)
        high = low + self.some(0, min(3, budget) - 1)
        domain = self.one((f"{low}..{high}", f"[{high}, {low - 1}]", f"[i * 2 for i in {low}..{high}]"))
        return f"{indent}let {name} in {domain}\n", Known(name, "int", 3, high=max(1, 2 * high))

    def _dependent(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        k = self.one(self.usable(budget // 2, "int", risky=False))
        domains = [(f"{k.name}..{k.name} + 1", 2), (f"[{k.name}, {k.name} * 10]", 2),
                   (f"[i for i in 1..3 if i != {k.name}]", 3)]  # fmt: skip
        if k.high * k.size <= budget:
            domains.append((f"1..{k.name}", k.high))
        domain, times = self.one(domains)
        return f"{indent}let {name} in {domain}\n", Known(name, "int", k.size * times, high=10 * k.high + 3)

    def _computed_number(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        k = self.one(self.usable(budget, "int", risky=False))
        if self.chance(3):
            return f"{indent}let {name} = [{k.name}, {k.name} + 5]\n", Known(name, "list", k.size, high=k.high + 5)
        return f"{indent}let {name} = {k.name} * 2 - 1\n", Known(name, "int", k.size, high=2 * k.high)

    def _computed_text(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        k = self.one(self.usable(budget, "text", risky=False))
        more = self.usable(budget // k.size, "text", "int", risky=False)
        if more and self.chance(2):
            other = self.one(more)
            return (
                f'{indent}let {name} = {k.name} + "-" + str({other.name})\n',
                Known(name, "text", k.size * other.size),
            )
        return f"{indent}let {name} = {k.name}.upper()\n", Known(name, "text", k.size)

    def _from_list(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        k = self.one(self.usable(budget, "list"))
        return f"{indent}let {name} in {k.name}\n", Known(name, "int", 2 * k.size, high=k.high)

    def _alias(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        k = self.one(self.usable(budget, "text", "int", "row"))
        known = replace(k, name=name, risky=False)
        condition = ""
        if self.chance(3):
            condition = self.condition([known, *[n for n in self.names if n.name == k.name or self.chance(4)]])
        return f"{indent}let {name} in {k.name}{f' where {condition}' if condition else ''}\n", known

    def _table(self, name: str, indent: str, budget: int) -> tuple[str, Known]:
        columns = tuple(f"c{i}" for i in range(self.some(1, 3)))
        rows, size, risky = [], 0, False
        for _ in range(self.some(1, min(3, budget))):
            cells, times = [], 1
            for _ in columns:
                plain = self.chance(2)
                text, more, risk = (self.word(), 1, False) if plain else self.text(max(1, budget // 3 // times), 1)
                cells.append(text)
                times *= more
                risky = risky or risk
            rows.append(cells)
            size += times
        lines = [f"{indent}  | {' | '.join(row)} |\n" for row in (list(columns), *rows)]
        return f"{indent}table {name}\n{''.join(lines)}", Known(name, "row", size, columns, risky=risky, table=name)

    def condition(self, known: list[Known]) -> str:
        """A condition over some names that most picks pass."""
        parts = []
        for k in known[:3]:
            value = f"{k.name}.{self.one(k.columns)}" if k.type == "row" else k.name
            if k.type == "int":
                parts.append(self.one((f"{value} != 2", f"{value} > 0", f"{value} % 2 == 1", f"{value} < 3")))
            elif k.type == "list":
                parts.append(f"3 not in {value}")
            else:
                parts.append(self.one((f"len({value}) > 4", f'"1" not in {value}', f'{value} != ""')))
        pairs = [(a, b) for a in known for b in known if a.name < b.name and a.type == b.type != "list"]
        alike = [(a, b) for a, b in pairs if a.type != "row" or a.table == b.table]
        if alike and not self.chance(2):
            a, b = self.one(alike)
            column = f".{self.one(a.columns)}" if a.type == "row" and not self.chance(4) else ""
            operator = self.one(("!=", "!=", "==")) if a.type == "row" else self.one(("!=", "!=", "<="))
            return f"{a.name}{column} {operator} {b.name}{column}"
        return self.one((" or ", " or ", " and ")).join(parts)

    def wheres(self, indent: str, one_in: int, known: "list[Known] | None" = None) -> str:
        names = known if known is not None else self.names
        if not names or not self.chance(one_in):
            return ""
        chosen = [self.one(names) for _ in range(self.some(1, 4))]
        unique = list({k.name: k for k in chosen}.values())
        return f"{indent}where {self.condition(unique)}\n"

    # ── blocks ────────────────────────────────────────────────────────────────────────────────────

    def value(self, budget: int) -> tuple[str, int]:
        """An expression that makes text."""
        known = self.usable(budget, "text", "int", risky=False)
        if not known:
            return f'"{self.word_plain()}"', 1
        k = self.one(known)
        return self.one((f'json({{"k": {k.name}}})', f"str({k.name})")), k.size

    def message(self, role: str, budget: int, indent: str, must: tuple[Known, ...] = ()) -> tuple[str, int]:
        if not must and role != "user" and self.chance(5):
            value, size = self.value(budget)
            return f"{indent}{role} = {value}\n", size
        text, size, _ = self.body(budget, indent, must)
        return f"{indent}{role}:{text}", size

    def system(self, indent: str, budget: int) -> tuple[str, int]:
        kind = self.one(("none", "none", "empty", "plain", "text", "drop"))
        if kind == "drop":
            return f"{indent}no system\n", 1
        if kind == "empty":
            return f"{indent}system:\n", 1
        if kind == "plain":
            return f"{indent}system: {self.word()}\n", 1
        if kind == "text":
            safe = replace(self, names=[k for k in self.names if not k.risky])
            return safe.message("system", budget, indent)
        return "", 1

    def says(self, indent: str) -> str:
        if not self.chance(5):
            return ""
        text, _, _ = self.text(20, 1)
        return f"{indent}says:\n{indent}  | {self.word()}\n{indent}  | {text}\n"

    def turn(self, budget: int, indent: str, must: tuple[Known, ...] = (), *, tools: bool = True) -> tuple[str, int]:
        """A user's message and the assistant's, with a call of a tool between them at times."""
        made, size = self.message("user", budget, indent, must)
        if tools and self.tools and self.chance(3):
            for _ in range(self.some(1, 2)):
                value, times = self.value(max(1, budget // size))
                made += f"{indent}assistant calls look(x={value})\n"
                size *= times
            for _ in range(made.count("assistant calls")):
                text, times = self.message("tool", max(1, budget // size), indent)
                made += text
                size *= times
        role = "assistant untrained" if self.chance(8) else "assistant"
        text, times = self.message(role, max(1, budget // size), indent)
        return made + text, size * times

    def rejected(self, budget: int, indent: str) -> tuple[str, int]:
        return self.message("rejected", budget, indent) if self.chance(4) else ("", 1)

    def fact(self, name: str, budget: int, styles: tuple[str, ...]) -> str:
        hand = self.inner()
        made, left = f"fact {name}\n", budget
        if styles and self.chance(2):
            made += f"  style {self.one(styles)}\n"
            left = max(1, left // 4)
        for _ in range(self.some(0, 2)):
            made += hand.declare("  ", min(12, left))
        system, size = hand.system("  ", min(3, left)) if "  style" not in made else ("", 1)
        made += system + hand.wheres("  ", 4)
        left = max(1, left // size)
        for _ in range(self.some(1, 3)):
            text, size = hand.turn(left, "  ", tools=False)
            rejected, _ = hand.rejected(max(1, left // size), "  ")
            made += text + rejected + hand.says("  ") + hand.wheres("  ", 5) + "\n"
        return made

    def dialog(self, name: str, budget: int) -> str:
        hand = self.inner()
        made = f"dialog {name}\n"
        for _ in range(self.some(0, 2)):
            made += hand.declare("  ", min(12, budget))
        system, size = hand.system("  ", min(3, budget))
        made += system + hand.wheres("  ", 4)
        left = max(1, budget // size)
        for _ in range(self.some(1, 3)):
            text, size = hand.turn(left, "  ")
            made += text
            left = max(1, left // size)
        rejected, _ = hand.rejected(left, "  ")
        return made + rejected + hand.says("  ")

    def format(self, name: str) -> str:
        hand = self.inner()
        turns = self.one(((1, 1), (1, 1), (2, 2), (1, 2), (1, 2), (1, 3)))
        budget = TURN_BUDGET[turns[1]]
        cases = self.some(0, 3)
        budget = max(2, budget // max(1, cases))
        made = f"format {name}\n"
        invalid = self.chance(2)
        system, size = hand.system("  ", 3) if self.chance(2) else ("", 1)
        budget = max(2, budget // size)
        for _ in range(self.some(0, 2)):
            made += hand.declare("  ", min(6, budget))
        made += system
        must: tuple[Known, ...] = ()
        if invalid:
            for _ in range(self.some(0, 2)):
                made += hand.declare("  ", min(3, budget), invalid=True)
                must += (hand.names[-1],)
        made += hand.wheres("  ", 5)
        if not cases:
            if invalid and not must:
                made += hand.declare("  ", min(3, budget), invalid=True)
                must += (hand.names[-1],)
            made += hand.case_body(budget, "  ", must)
        showing = self.some(0, max(0, cases - 1))
        for number in range(cases):
            made += f"\n  case k{number}\n"
            inside = hand.inner()
            shown = must if number == showing else ()
            if self.chance(2):
                made += inside.declare("    ", min(4, budget))
            if invalid and (self.chance(2) or not (must or number)):
                made += inside.declare("    ", min(3, budget), invalid=True)
                shown += (inside.names[-1],)
            made += inside.wheres("    ", 4)
            made += inside.case_body(budget, "    ", shown)
            if invalid and self.chance(4):
                made += inside.answer_invalid("    ")
        if invalid:
            made += hand.answer_invalid("  ")
        if turns != (1, 1):
            made += f"  turns {turns[0]}..{turns[1]}\n" if turns[0] != turns[1] else f"  turns {turns[0]}\n"
        return made

    def case_body(self, budget: int, indent: str, must: tuple[Known, ...]) -> str:
        text, size = self.turn(budget, indent, must)
        rejected, _ = self.rejected(max(1, budget // size), indent)
        return text + rejected + self.says(indent)

    def answer_invalid(self, indent: str) -> str:
        safe = replace(self, names=[k for k in self.names if not k.risky])
        text, _, _ = safe.text(2)
        rejected = f"{indent}  rejected: {self.word()}\n" if self.chance(4) else ""
        return f'{indent}invalid\n{indent}  assistant: {{invalid.name}} "{{invalid}}" {text}\n{rejected}'

    def style(self, name: str) -> str:
        wrap, _, _ = self.text(3, 1)
        made = f"style {name}\n  system: {self.word()}\n"
        if self.chance(3):
            made = f"style {name}\n  no system\n"
        made += f"  assistant: {wrap} {{answer}} {{once|twice {{answer}}}}\n" if self.chance(2) else ""
        if self.chance(2):
            made += "  replace\n    | plain | styled |\n    | fox | FOX |\n    | it | IT |\n    | it's | ITS |\n"
        return made


KINDS = ("fact", "fact", "dialog", "format", "format")


@st.composite
def sources(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, budget: int = 150, most: int = 3) -> Source:
    """A file of one to three blocks under some names."""
    hand = Hand(draw)
    top: list[str] = []
    if hand.chance(3):
        hand.functions = True
        top.append('def loud(w) = w.upper() + "!"\n')
    if hand.chance(3):
        hand.tools = True
        top.append("tool look(x: text): Look.\n")
    for _ in range(hand.some(0, 4)):
        top.append(hand.declare("", 12))
    top.append(hand.wheres("", 4))
    if hand.chance(6):
        top.append(f"system: {hand.word()}\n")
    styles = tuple(f"s{i}" for i in range(hand.some(0, 1)))
    top += [hand.style(name) for name in styles]
    if hand.chance(3):
        top = draw(st.permutations(top))
    blocks = []
    for number in range(hand.some(1, most)):
        kind = hand.one(kinds)
        name = f"b{number}"
        if kind == "fact":
            blocks.append(hand.fact(name, budget, styles))
        elif kind == "dialog":
            blocks.append(hand.dialog(name, budget))
        else:
            blocks.append(hand.format(name))
    return Source(tuple(top), tuple(blocks))
