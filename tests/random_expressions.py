"""Random files whose expressions are of every type, and nearly always right for the checker; some fail for some picks.

An expression is made for a kind: a word ("text", "int", "num", "bool", "none", "object", "row", "any") or ("list",
kind). Where a kind is wanted, *any* that holds such a value may stand. Everything is drawn from one seed: what
disagrees is one expression, which is small as it is.
"""

from dataclasses import dataclass, field
from random import Random

Kind = str | tuple[str, "Kind"]
SCALARS: list[Kind] = ["text", "int", "num", "bool"]
INTS: Kind = ("list", "int")
TEXTS: Kind = ("list", "text")

WORDS = [
    "",
    "a",
    "ab",
    "Ab c",
    "x y z",
    "007",
    "-3",
    " 2.5 ",
    "naïve",
    "🔥",
    "ß",
    "A-B",
    "tab\\t",
    'q\\"',
    "line\\nline",
]
METHODS_TO_TEXT = ["capitalize", "casefold", "lower", "swapcase", "title", "upper", "strip", "lstrip", "rstrip"]
METHODS_TO_BOOL = ["isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric", "isspace",
                   "istitle", "isupper"]  # fmt: skip

TOP = """\
tool keep(text: text, int: int, num: float, bool: bool, texts: list of text, ints: list of int): Keep it.

table t
  | a    | b  |
  | Rome | 12 |
  | Bern | -7 |
  | x    | x  |

let other in t
table csv from "t.csv"
table j from "t.jsonl"
let k in 1..3
let f in [0.5, 2, -1.25]
let word:
  | ab
  | Hello World
  | 12
let mixed = [1, "a", true, none, [1, 2], 2.5, {"a": "A", "n": k}, 2..4]
let range = k..4
let ints = [3, k, 1, 3]
let object = {"a": word, "n": 2, "list": [1, "b"], "range": 1..2}
"""
CSV = "a,b\nOne,1\nTwo,x\n"
JSONL = """\
{"n": 1, "x": 0.5, "s": "one", "y": true, "l": [1, 2], "m": 1, "o": {"a": 1}, "z": null}
{"n": -2, "x": 3, "s": "", "y": false, "l": [], "m": "m", "o": {"a": "b", "c": [1, [2]]}, "z": null}
{"n": 0, "x": -0.25, "s": "Ünï", "y": true, "l": [3, 1, 2], "m": [1, "x"], "o": {}, "z": null}
{"n": 10, "x": 1e3, "s": "2", "y": false, "l": [1], "m": true, "o": {"a": [1]}}
"""
PARAMETERS: dict[str, Kind] = {"text": "text", "int": "int", "num": "num", "bool": "bool", "texts": TEXTS, "ints": INTS}
SPECS = {
    "text": ["", ":>8"],
    "int": ["", ":03d", ":,"],
    "num": ["", ":.2f", ":+g"],
    "bool": ["", ":>6"],
    "any": ["", "", ":>6", ":d"],
}
FILES = {"t.csv": CSV.encode(), "t.jsonl": JSONL.encode()}

# What each name may stand for, by the name whose pick it is.
GLOBALS: dict[str, list[tuple[str, Kind]]] = {
    "t": [("t", "row"), ("t.a", "text"), ('t["b"]', "text")],
    "other": [("other", "row"), ("other.a", "text")],
    "csv": [("csv.a", "text"), ("csv.b", "text")],
    "j": [("j.n", "int"), ("j.x", "num"), ("j.s", "text"), ("j.y", "bool"), ("j.l", INTS), ("j.m", "any"),
          ("j.o", "object"), ("j.z", "none"), ("j.m", "any")],
    "k": [("k", "int"), ("range", INTS), ("ints", INTS), ("mixed", ("list", "any")), ("mixed", ("list", "any"))],
    "f": [("f", "num")],
    "word": [("word", "text"), ("object", "object")],
}  # fmt: skip

# Functions that are used at several types.
FUNCTIONS = """\
def same(x) = x
def twice(x) = x + x
def first(xs) = xs[0]
def has(x, xs) = x in xs
def alike(x, y) = x == y and not (x != y)
def less(x, y) = x < y or x >= y and not (y > x)
def cell(r) = r.a
def others(xs, ys) = [[x, y] for x in xs for y in ys if x != y]
def larger(x, y) = max(x, y) if min(x, y) != x else y
def all_of(xs) = [same(x) for x in xs]
def last(xs) = first(xs[::-1])
def shown(x) = json([x, twice([x])])
def none_of(x, xs) = not has(x, xs) and alike([x], [same(x)])
def order(xs) = sorted(xs)[0:len(xs)]
def add_all(xs) = sum(xs) + len(xs)
def spread(x) = [x, [x, x], {"x": x}][len(str(x)) % 3] if x == x else none
"""


@dataclass
class Writer:
    """Writes expressions under some names. `free` names have picks; functions know none of them."""

    random: Random
    free: list[str] = field(default_factory=list)
    locals: list[tuple[str, Kind]] = field(default_factory=list)
    functions: list[tuple[str, list[Kind], Kind]] = field(default_factory=list)

    def one(self, of: "list[str]") -> str:
        return self.random.choice(of)

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def kind(self, depth: int = 2) -> Kind:
        kinds: list[Kind] = [*SCALARS, *SCALARS, "any", "any", "none", "object", *(["row"] if self.rows() else [])]
        if depth and self.chance(3):
            return ("list", self.kind(depth - 1))
        return self.random.choice(kinds)

    def rows(self) -> list[str]:
        found = [name for name in self.free if name in ("t", "other")]
        return found + [name for name, kind in self.locals if kind == "row"]

    def named(self, kind: Kind) -> list[str]:
        """The names that hold such a value."""
        hidden = {name for name, _ in self.locals}
        found = [(n, k) for name in self.free for n, k in GLOBALS[name] if n.split(".")[0].split("[")[0] not in hidden]
        # Of two of one name the later is seen.
        seen = dict(self.locals)
        return [name for name, each in [*found, *seen.items()] if each == kind]

    # ── of a kind ─────────────────────────────────────────────────────────────────────────────────

    def make(self, kind: Kind, depth: int) -> str:
        known = self.named(kind)
        if known and self.chance(3):
            return self.one(known)
        if depth <= 0:
            return self.literal(kind)
        if kind != "any" and self.chance(9):
            return self.any_of(kind, depth - 1)
        if kind != "row" and self.chance(12):
            test = self.make("bool", depth - 1)
            return f"({self.make(kind, depth - 1)} if {test} else {self.make(kind, depth - 1)})"
        if self.functions and self.chance(4):
            called = self.call(kind, depth - 1)
            if called:
                return called
        if isinstance(kind, tuple):
            return self.list(kind[1], depth - 1)
        return str(getattr(self, f"{kind}_")(depth - 1))

    def literal(self, kind: Kind) -> str:
        known = self.named(kind)
        if known and not self.chance(4):
            return self.one(known)
        if isinstance(kind, tuple):
            return f"[{', '.join(self.literal(kind[1]) for _ in range(self.random.randrange(1, 3)))}]"
        if kind == "row":
            return self.one(self.rows())
        if kind == "object":
            return self.one(['{"a": 1, "b": "x"}', '{"a": "A"}', '{"n": [1, 2]}'])
        if kind == "any":
            return self.one(['[1, "a"][0]', '[1, "a"][1]', '{"k": [1, 2, "z"]}["k"]', "[none, [1]][1]", "[true, 0][0]"])
        words = [f'"{word}"' for word in WORDS]
        return self.one({"text": words, "int": ["0", "1", "2", "3", "7", "10"], "bool": ["true", "false"],
                         "num": ["0.5", "2.0", "1.25", "3.75", "0.1"], "none": ["none"]}[kind])  # fmt: skip

    def any_of(self, kind: Kind, depth: int) -> str:
        """A value of a kind of which the type says nothing."""
        made = self.make(kind, depth)
        way = self.random.randrange(4)
        if way == 0:
            return f"[{made}, {'1' if kind == 'none' else 'none'}][0]"
        if way == 1:
            return f'{{"k": {made}}}["k"]'
        if way == 2:
            return f"({made} if {self.make('bool', depth)} else {'1' if kind == 'none' else 'none'})"
        return f'[{{"key": {made}}}, 1][0].key' if self.chance(8) else f'[x0 for x0, x1 in [[{made}, ["y"]]]][-1]'

    def call(self, kind: Kind, depth: int) -> str:
        """A call of a function that gives such a value."""

        def given(each: Kind) -> str:
            return self.make(self.kind() if each == "?" else each, depth)

        def any_or(each: Kind) -> str:
            return self.any_of(each, depth) if self.chance(3) else self.make(each, depth)

        calls = [c for c in self.functions if c[2] == kind]
        ways = [lambda: f"same({any_or(kind)})"]
        if kind != "none":
            ways.append(lambda: f"first([{any_or(kind)}, {given(kind)}])")
            ways.append(lambda: f"last([{given(kind)}, {any_or(kind)}])")
        if kind in ("text", "int", "num") or isinstance(kind, tuple):
            ways.append(lambda: f"twice({any_or(kind)})")
        if kind in ("text", "int", "num"):
            ways.append(lambda: f"larger({any_or(kind)}, {any_or(kind)})")
        if kind == "bool":
            item = self.kind()
            ways += [
                lambda: f"has({any_or(item)}, {any_or(('list', item))})",
                lambda: f"alike({any_or(item)}, {any_or(item)})",
                lambda: f"none_of({given(item)}, {any_or(('list', item))})",
                lambda: f"less({any_or('num')}, {any_or('int')})",
                lambda: f"less({any_or(TEXTS)}, {any_or(TEXTS)})",
            ]
        if kind == "text":
            ways.append(lambda: f"shown({given('?')})")
            if self.rows():
                ways += [lambda: f"cell({given('row')})"] * 3
        if kind in ("int", "num"):
            ways.append(lambda: f"add_all({any_or(('list', kind))})")
        if kind == "any":
            item = self.random.choice(SCALARS)
            ways += [
                lambda: f'cell([{{"a": {given("?")}}}, 1][0])',
                lambda: f"cell({given('any')})",
                lambda: f"spread({given(item)})",
                lambda: f"twice({given('any')})",
                lambda: f"larger({given('any')}, {given('any')})",
            ]
        if isinstance(kind, tuple):
            if isinstance(kind[1], tuple) and kind[1][1] == "any":
                ways.append(lambda: f"others({given(('list', self.kind()))}, {given(('list', self.kind()))})")
            if kind[1] in ("text", "int", "num"):
                ways.append(lambda: f"order({any_or(kind)})")
            ways.append(lambda: f"all_of({any_or(kind)})")
        for name, parameters, _ in calls:
            ways += [lambda name=name, parameters=parameters: f"{name}({', '.join(map(any_or, parameters))})"] * 3  # type: ignore[misc]
        return self.random.choice(ways)()

    def text_(self, depth: int) -> str:
        def text() -> str:
            return self.make("text", depth)

        def whole() -> str:
            return self.make("int", depth)

        item: Kind = self.random.choice(SCALARS)
        return self.random.choice([
            lambda: f"({text()} + {text()})",
            lambda: f"({text()} * {self.one(['0', '2', '3', '-1'])})",
            lambda: f"({self.one(['0', '2', whole() + ' % 4'])} * {text()})",
            lambda: f"{text()}[{whole()}]",
            lambda: f"{text()}[-1]",
            lambda: text() + self.slice(depth),
            lambda: f"{text()}.{self.one(METHODS_TO_TEXT)}()",
            lambda: f"{text()}.{self.one(['strip', 'lstrip', 'rstrip', 'removeprefix', 'removesuffix'])}({text()})",
            lambda: f"{text()}.replace({text()}, {text()}{self.one(['', ', 1', ', -1', ', ' + whole()])})",
            lambda: f"{text()}.{self.one(['center', 'ljust', 'rjust', 'zfill'])}({whole()} % 9)",
            lambda: f'{text()}.{self.one(["center", "ljust", "rjust"])}(5, "*")',
            lambda: f"{text()}.join({self.make(TEXTS, depth)})",
            lambda: f"join({self.make(TEXTS, depth)}{self.one(['', ', ' + text()])})",
            lambda: f"str({self.make(item, depth)})",
            lambda: f"json({self.make(self.kind(), depth)})",
            lambda: f"{self.make(TEXTS, depth)}[{self.one(['0', '-1', whole()])}]",
            lambda: f"{self.one(['min', 'max'])}({self.make(TEXTS, depth)})",
            lambda: f"{self.one(['min', 'max'])}({text()}, {text()})",
        ])()  # fmt: skip

    def slice(self, depth: int) -> str:
        def end() -> str:
            return self.one(["", "", "0", "1", "2", "-1", "-2", "-99", "99", self.make("int", min(depth, 1))])

        step = self.one(["", "", "", ":", ":1", ":2", ":-1", ":-2", ":" + self.make("int", min(depth, 1))])
        return f"[{end()}:{end()}{step}]"

    def int_(self, depth: int) -> str:
        def whole() -> str:
            return self.make("int", depth)

        def text() -> str:
            return self.make("text", depth)

        measured: Kind = self.random.choice(["text", "object", ("list", self.kind())])
        return self.random.choice([
            lambda: f"({whole()} {self.one(['+', '-', '*', '//', '%'])} {whole()})",
            lambda: f"({whole()} {self.one(['+', '-', '*'])} {whole()})",
            lambda: f"({whole()} ** {self.one(['0', '1', '2', '3'])})",
            lambda: f"({self.one(['-', '+'])}{whole()})",
            lambda: f"abs({whole()})",
            lambda: f"round({self.make('num', depth)})",
            lambda: f"len({self.make(measured, depth)})",
            lambda: f"int({self.make('num', depth)})",
            lambda: f"int({self.one([text(), 'str(' + whole() + ')', 'str(' + whole() + ')'])})",
            lambda: f"sum({self.make(INTS, depth)})",
            lambda: f"sum({self.generated('int', depth)})",
            lambda: f"{self.one(['min', 'max'])}({self.make(INTS, depth)})",
            lambda: f"{self.one(['min', 'max'])}({whole()}, {whole()}, {whole()})",
            lambda: f"{text()}.{self.one(['count', 'find', 'rfind', 'index', 'rindex'])}({text()})",
            lambda: f"{self.make(INTS, depth)}[{self.one(['0', '-1', whole()])}]",
        ])()  # fmt: skip

    def num_(self, depth: int) -> str:
        def number() -> str:
            return self.make(self.random.choice(["num", "int"]), depth)

        nums: Kind = ("list", "num")
        return self.random.choice([
            lambda: f"({number()} / {number()})",
            lambda: f"({self.make('num', depth)} {self.one(['+', '-', '*', '//', '%'])} {number()})",
            lambda: f"({number()} {self.one(['+', '-', '*'])} {self.make('num', depth)})",
            lambda: f"({self.make('int', depth)} ** ({self.make('int', depth)} % 4))",
            lambda: f"({self.one(['-', '+'])}{self.make('num', depth)})",
            lambda: f"abs({self.make('num', depth)})",
            lambda: f"round({number()}, {self.one(['0', '1', '2', '-1', self.make('int', depth)])})",
            lambda: f"float({self.one([number(), self.make('text', depth), 'str(' + number() + ')'])})",
            lambda: f"sum({self.make(nums, depth)})",
            lambda: f"{self.one(['min', 'max'])}({self.make(nums, depth)})",
            lambda: f"{self.one(['min', 'max'])}({number()}, {self.make('num', depth)})",
        ])()  # fmt: skip

    def bool_(self, depth: int) -> str:
        def test() -> str:
            return self.make("bool", depth)

        def text() -> str:
            return self.make("text", depth)

        item = self.kind()
        ordered: Kind = self.random.choice(["int", "num", "text", INTS, TEXTS, ("list", INTS)])

        def item_or_any() -> str:
            return self.make("any" if self.chance(4) else item, depth)

        def chain() -> str:
            operands = [
                self.make("any" if self.chance(8) else ordered, depth) for _ in range(self.random.choice([2, 2, 3, 4]))
            ]
            return "".join(f"{' ' + self.one(['<', '<=', '>', '>=', '==', '!=']) + ' ' if at else ''}{each}"
                           for at, each in enumerate(operands))  # fmt: skip

        within = self.one(["in", "not in"])
        return self.random.choice([
            lambda: f"({chain()})",
            lambda: f"({chain()})",
            lambda: f"({item_or_any()} {self.one(['==', '!='])} {item_or_any()})",
            lambda: f"({item_or_any()} {self.one(['==', '!='])} none)",
            lambda: f"({item_or_any()} {within} {self.make(('list', item), depth)})",
            lambda: f"({item_or_any()} {within} {self.make(('list', item), depth)} == {self.make('any', depth)})",
            lambda: f"({text()} {within} {text()})",
            lambda: f"({self.one([text(), self.make('any', depth)])} {within} {self.make('object', depth)})",
            lambda: f"({self.make('any', depth)} {within} {self.make('any', depth)})",
            lambda: f"({self.make('int', depth)} {within} ({self.make('int', depth)}..{self.make('int', 0)}))",
            lambda: f"({test()} {self.one(['and', 'or'])} {test()})",
            lambda: f"({test()} and {test()} or {test()})",
            lambda: f"(not {test()})",
            lambda: f"{text()}.{self.one(METHODS_TO_BOOL)}()",
            lambda: f"{text()}.{self.one(['startswith', 'endswith'])}({text()})",
        ])()  # fmt: skip

    def none_(self, depth: int) -> str:
        return "none"

    def object_(self, depth: int) -> str:
        keys = [
            self.one(['"a"', '"b"', '"n"', self.make("text", min(depth, 1))]) for _ in range(self.random.randrange(4))
        ]
        return "{" + ", ".join(f"{key}: {self.make(self.kind(), depth)}" for key in keys) + "}"

    def row_(self, depth: int) -> str:
        rows = self.rows()
        row: Kind = "row"
        return self.random.choice([
            lambda: self.one(rows),
            lambda: f"[{self.one(rows)}, {self.make(row, depth)}][{self.one(['0', '1', '-1'])}]",
            lambda: f"({self.one(rows)} if {self.make('bool', depth)} else {self.make(row, depth)})",
        ])()  # fmt: skip

    def any_(self, depth: int) -> str:
        def anything() -> str:
            return self.make("any", depth)

        some: Kind = self.random.choice([*SCALARS, "object", ("list", self.kind())])
        return self.random.choice([
            lambda: self.any_of(some, depth),
            lambda: self.any_of(some, depth),
            lambda: self.any_of(some, depth),
            lambda: f"({anything()} {self.one(['+', '*', '-', '%', '/', '//'])} {anything()})",
            lambda: f"({anything()} {self.one(['+', '*'])} {self.make(self.random.choice(['int', 'num']), depth)})",
            lambda: f"{anything()}[{self.one(['0', '-1', chr(34) + 'a' + chr(34), anything()])}]",
            lambda: anything() + self.slice(depth),
            lambda: f"{anything()}.{self.one(METHODS_TO_TEXT)}()",
            lambda: f"{self.one(['(-', '(+', 'abs(', 'sum(', 'sorted(', 'max(', 'min('])}{anything()})",
            lambda: f"max({anything()}, {anything()})",
            lambda: f"{self.make('object', depth)}[{self.one([chr(34) + 'a' + chr(34), self.make('text', depth)])}]",
            lambda: f"[{self.make(some, depth)}, {self.make(self.kind(), depth)}][{self.one(['0', '1'])}]",
        ])()  # fmt: skip

    def list(self, item: Kind, depth: int) -> str:
        whole: Kind = ("list", item)

        def same() -> str:
            return self.make(whole, depth)

        ways = [
            lambda: f"[{', '.join(self.make(item, depth) for _ in range(self.random.randrange(1, 4)))}]",
            lambda: f"({same()} + {same()})",
            lambda: f"({same()} * {self.one(['0', '2', '-1'])})",
            lambda: same() + self.slice(depth),
            lambda: "[" + self.generated(item, depth) + "]",
            lambda: "[" + self.generated(item, depth) + "]",
            lambda: f"[{self.make(whole, depth)}, {same()}][{self.one(['0', '-1'])}]",
        ]
        if item in ("text", "int", "num"):
            ways.append(lambda: f"sorted({same()})")
        if item == "int":
            ends = ["0", "1", "3", "5", "-2", self.make("int", min(depth, 1)) + " % 7"]
            ways += [lambda: f"({self.one(ends)}..{self.one(ends)})"] * 3
        if item == "text":
            text, parts = self.make("text", depth), self.one(["", '" "', self.make("text", depth) + ", 1"])
            ways += [
                lambda: f"{text}.{self.one(['split', 'rsplit'])}({parts})",
                lambda: f"{text}.splitlines()",
            ]
        return self.random.choice(ways)()

    def generated(self, item: Kind, depth: int) -> str:
        """A comprehension without its brackets."""
        outer = list(self.locals)
        clauses = ""
        for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])):
            name = self.one(["x", "y", "x", "k", "word", "t"])
            way = self.random.randrange(5)
            if way == 0:
                a, b = self.kind(1), self.kind(1)
                second = self.one(["y", "z"]) if name != "y" else "z"
                values = ", ".join(f"[{self.make(a, depth - 1)}, {self.make(b, depth - 1)}]" for _ in range(2))
                clauses += f" for {name}, {second} in [{values}]"
                self.locals += [(name, "any"), (second, "any")]
            elif way == 1:
                clauses += f" for {name} in {self.make(self.random.choice(['text', 'object']), depth - 1)}"
                self.locals.append((name, "text"))
            elif way == 2:
                clauses += f" for {name} in {self.make('any', depth - 1)}"
                self.locals.append((name, "any"))
            else:
                kind = self.random.choice(["int", "int", item, self.kind(1)])
                clauses += f" for {name} in {self.make(('list', kind), depth - 1)}"
                self.locals.append((name, kind))
            if self.chance(3):
                clauses += f" if {self.make('bool', depth - 1)}"
        element = self.make(item, depth)
        self.locals = outer
        return element + clauses


def functions(random: Random) -> tuple[str, list[tuple[str, list[Kind], Kind]]]:
    """The functions of a file, in any order, and what the random ones take and give."""
    lines = FUNCTIONS.splitlines()
    known: list[tuple[str, list[Kind], Kind]] = []
    for number in range(8):
        writer = Writer(random, functions=list(known))
        parameters = [writer.kind() for _ in range(random.randrange(1, 3))]
        writer.locals = [(f"p{at}", kind) for at, kind in enumerate(parameters)]
        result = random.choice([*SCALARS, "any", ("list", random.choice(SCALARS))])
        names = ", ".join(name for name, _ in writer.locals)
        lines.append(f"def d{number}({names}) = {writer.make(result, 3)}")
        known.append((f"d{number}", parameters, result))
    random.shuffle(lines)
    return "\n".join(lines) + "\n", known


def files(seed: int, expressions: int) -> str:
    """A file of so many blocks, each of which has one expression."""
    random = Random(seed)
    declared, known = functions(random)
    blocks = [_block(random, number, known) for number in range(expressions)]
    return TOP + declared + "".join(blocks)


def _block(random: Random, number: int, known: list[tuple[str, list[Kind], Kind]]) -> str:
    writer = Writer(random, random.sample(sorted(GLOBALS), random.choice([0, 1, 1, 2, 2])), [], known)
    depth = random.choice([1, 2, 3, 3, 4])
    head = f"\ndialog b{number}\n"
    way = random.randrange(10)
    if way == 0:
        made = writer.make(("list", random.choice([*SCALARS, "any"])), depth)
        return f"{head}  let one in {made}\n  user: u\n  assistant = json(one)\n"
    if way == 1:
        shown = "".join(f" {{json({name})}}" for name in writer.free)
        return f"{head}  where {writer.make('bool', depth)}\n  user: u{shown}\n  assistant: a\n"
    if way == 2:
        given = ", ".join(f"{name}={writer.make(kind, 2)}" for name, kind in PARAMETERS.items())
        return f"{head}  user: u\n  assistant calls keep({given})\n  tool: t\n  assistant: a\n"
    if way == 3:
        made = writer.make(writer.kind(), depth)
        return f"{head}  let named = {made}\n  user: u\n  assistant = json([named, [named]])\n"
    if way in (4, 5, 6):
        kind = random.choice([*SCALARS, "any"])
        made = writer.make(kind, depth)
        if set(made) & set("{|}\\"):
            return f"{head}  user: u\n  assistant = {made if kind == 'text' else f'json({made})'}\n"
        if way == 4:
            return f"{head}  table cells\n    | c |\n    | {{({made})}} |\n  user: u\n  assistant: a {{cells.c}}\n"
        return f"{head}  user: u\n  assistant: a {{({made}){random.choice(SPECS[str(kind)])}}}\n"
    return f"{head}  user: u\n  assistant = json({writer.make(writer.kind(), depth)})\n"
