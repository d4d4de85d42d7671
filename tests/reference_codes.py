"""What the reference says of codes, sentence by sentence: beside a piece of its text, sources that do what it says.

`CODES` has, by a piece of prose that holds the codes it speaks of, each code with the sources that it comes of. The
code `""` is for sources of which nothing comes: what the same sentence allows, and what is just inside a limit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ftc.quality.trained_questions import of_lines
from ftc.syntax.tokens import RESERVED
from ftc.targets import TARGETS


@dataclass(frozen=True)
class Case:
    """A source and what else is needed to make its code come."""

    text: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    target: str = "trl"
    """The target with the fewest demands, so that a sample is told of its own mistakes alone."""
    patch: Mapping[str, object] = field(default_factory=dict)
    """What is put in place of numbers of the compiler, where what is beyond them would take long to make, and of a
    library that may not be there."""
    also: frozenset[str] = frozenset()
    """Codes that come along with the one that the sentence is about, as its mistake is another one too."""
    command: tuple[str, ...] = ()
    """A command that tells it, where compiling alone does not."""
    pipes: tuple[str, ...] = ()
    """Names of pipes that are made beside the files."""


def said(text: str, *above: str) -> str:
    """A dialog in which the assistant says a text, below some lines."""
    return "\n".join([*above, "dialog d", "  user: x", f"  assistant: {text}", ""])


def shown(expression: str, *above: str) -> str:
    return said(f"{{{expression}}}", *above)


def told(text: str, *above: str) -> str:
    """A dialog in which the user says a text, below some lines: what it shows is told."""
    return "\n".join([*above, "dialog d", f"  user: {text}", "  assistant: y", ""])


def asked(*lines: str, above: tuple[str, ...] = ()) -> str:
    """A dialog of one question and its answer, and some lines below them."""
    return "\n".join([*above, "dialog d", "  user: x", "  assistant: y", *[f"  {line}" for line in lines], ""])


def block(*lines: str) -> str:
    return "\n".join([*lines, ""])


def table(*rows: str, column: str = "a") -> str:
    """A table of some rows, and a dialog that shows a column of it."""
    return block("table t", *[f"  {row}" for row in rows], *said(f"{{t.{column}}}").splitlines())


def from_file(name: str, data: str | bytes, above: str = "", patch: Mapping[str, object] | None = None) -> Case:
    """A table in a file, read by a dialog that shows a column of it."""
    return Case(said("{t.a}", f'table t from "{name}"', above), {name: data}, patch=patch or {})


def used(text: str) -> Case:
    """A dialog that uses a name of another file."""
    return Case(said("{other}", 'use "other.ft"'), {"other.ft": text})


def settled(toml: str, files: Mapping[str, str] | None = None, **options: Any) -> Case:
    """A dialog in a project with settings."""
    held: dict[str, str | bytes] = {"ftc.toml": toml} if toml else {}
    return Case(asked(), {**held, **(files or {})}, **({"command": ("check", "main.ft")} | options))


def styled(*lines: str, answers: str = "answers s\n  user: Why?\n  base: Because.\n", more: str = "") -> Case:
    """A style with a prompt and a file of answers, and some lines of its own."""
    text = block("style s", '  answers from "s.answers.ft"', "  user: Why?", *[f"  {line}" for line in lines])
    return Case(text + more, {"s.answers.ft": answers})


def counted(*settings: str) -> str:
    """Enough conversations for a service, and the settings of the job that trains on them."""
    return shown("n", "let n in 1..20").replace("x", "{n}") + block("train", *[f"  {each}" for each in settings])


def on_the_day(day: date, model: str) -> Case:
    """The plan of a job at OpenAI, on a day."""
    text = counted('provider = "openai"', f'model = "{model}"')
    return Case(text, command=("plan", "main.ft"), patch={"ftc.loop.known_models.today": lambda: day})


def evaluated(digest: str, *questions: str, recorded: bool = True) -> Case:
    """The evaluation of a model that was trained on lines of a digest, which ask some questions."""
    lines = [{"messages": [{"role": "user", "content": each}, {"role": "assistant"}]} for each in questions]
    job = {
        "digest": "d", "provider": "openai", "model": "base", "method": "supervised", "settings": {}, "tuned": "ours",
        "training": {"file": "main.jsonl", "xxh3_128": digest},
        "questions": of_lines(lines).model_dump() if recorded else None,
    }  # fmt: skip
    return Case(
        asked("validation 100%"),
        {"main.job.json": json.dumps({"job_file": 1, "jobs": [job]})},
        # Strict, as nobody is to be asked.
        command=("evaluate", "main.ft", "--strict"),
    )


def trained(*settings: str) -> str:
    return asked() + block("train", *[f"  {each}" for each in settings])


def toolbox(*calls: str, tool: str = "tool get(city: text, days: int = 1): Weather.") -> str:
    """A dialog that calls a tool."""
    return block(tool, "dialog d", "  user: x", *[f"  {call}" for call in calls], "  assistant: y")


def booking(*lines: str, user: str = "{city}", above: tuple[str, ...] = ()) -> str:
    """A format with a name that may be invalid."""
    return block(
        *above,
        "format f",
        "  let city:",
        "    | Rome",
        "    ~ Atlantis",
        f"  user: {user}",
        "  assistant: ok",
        *[f"  {line}" for line in lines],
    )


INVALID = ("invalid", "  assistant: no")
CITY = ("let city:", "  | Rome", "  | Oslo")


def twice(line: str, *more: str) -> str:
    """A dialog that has a line two times."""
    return asked(line, line, *more, above=("let n in 1..9",))


def chain(length: int) -> str:
    """Names made of each other, so many in a chain."""
    return shown(f"x{length}", "let x1 = 1", *[f"let x{i} = x{i - 1}" for i in range(2, length + 1)])


def braced(names: int, braces: int) -> str:
    """Names made of each other, each in so many braces; the first is in none."""
    ends = ["".join(f"|{n}b{brace}}}" for brace in range(braces)) for n in range(names)]
    made = "".join(f"let n{n}: x{'{' * braces}{{n{n - 1}}}{ends[n]}\n" for n in range(1, names))
    return f"let n0: a\n{made}dialog d\n  user: {{n{names - 1}}}\n  assistant: ok\n"


def calls(length: int) -> str:
    """Functions that call each other, so many in a chain."""
    return shown(f"f{length}(1)", "def f1(x) = x", *[f"def f{i}(x) = f{i - 1}(x)" for i in range(2, length + 1)])


def clauses(count: int) -> str:
    return shown(f"len([1 {' '.join(f'for x{i} in [1]' for i in range(count))}])")


def nested(count: int, inner: str = "1", opened: str = "(", closed: str = ")") -> str:
    return opened * count + inner + closed * count


def lists(depth: int) -> str:
    """A line of jsonl with so many lists and objects inside each other."""
    return '{"a": ' + nested(depth - 1, "", "[", "]") + "}\n"


def parts(count: int) -> str:
    """An expression of so many parts inside each other: four in 63 pairs of parentheses, the others `not`s."""
    around = 60
    return "not " * (count - 3 * around - 1) + nested(around, "true", "(false or true and true == ")


def pairs(count: int, *above: str, line: str = "") -> str:
    """A dialog that shows two names of so many values each."""
    names = (f"let a in 1..{count}", f"let b in 1..{count}")
    return block(*names, *above, "dialog d", "  user: {a} {b}", "  assistant: y", f"  {line}")


def doubtful(count: int, line: str = "") -> str:
    """So many conversations, of which nothing is known before they are made."""
    names = (f"let n in 1..{count}", "let m in [1]")
    return block(*names, "dialog d", "  user: {n % 1009}{m * n}", "  assistant: {n + 0}", f"  {line}")


COUNTER = "ftc.targets.tokens._counter"
MANY = "let a in 1..1_000_000_001\ndialog d\n  user: {a}\n  assistant: y\n"
SMALL_FILES = replace(TARGETS["openai"], max_bytes=10)
PARQUET = b"PAR1"
"""Stands for a file with the column `a` of one value, which the test makes: that takes a library."""

CODES: dict[str, dict[str, list[str | Case]]] = {
    "`ftc explain E201` explains a code": {"E201": [shown("x")]},
    # ── Files, lines and comments ──
    "Tabs do not indent (`E101`)": {"E101": ["dialog d\n\tuser: x\n\tassistant: y\n"]},
    "nor do other widths (`E102`, `E103`, `E104`)": {
        "E102": ["dialog d\n    user: x\n    assistant: y\n"],
        "E103": [Case(said("{a}", 'use "a.ft"', '    use "b.ft"'), {"a.ft": "let a: a\n", "b.ft": ""})],
        "E104": ["dialog d\n  user: x\n assistant: y\n"],
    },
    "After a statement it is an error (`E138`); in text it is text": {
        "E138": [said("y", "let a = 1 # one", "let b = a"), "dialog d # hello\n  user: x\n  assistant: y\n"],
        "": [said("y #1")],
    },
    "A line that begins no statement is an error, with a guess at what was meant (`E105`, `E115`)": {
        "E105": [asked("asistant: z"), "assitant\n" + asked()],
        "E115": ["| one\n" + asked(), asked("5 = 3")],
    },
    "(`E301` in a block, `E327` at the top)": {
        "E301": [asked("turns 2"), asked("keep 60%"), "fact f\n  user: {a|b|c|d|e}\n  assistant: y\n  tool: z\n"],
        "E327": ["repeat 3\n" + asked(), "no system\n" + asked(), "turns 2\n" + asked()],
    },
    "and a style's `assistant`, and not both `cover` and `sample` (`E303`)": {
        "E303": [
            "dialog d\n  system: s\n  system: s\n  user: x\n  assistant: y\n",
            twice("no system"),
            booking(*INVALID, "turns 2", "turns 2"),
            twice("unique"),
            twice("cover each"),
            twice("sample 1 seed 1"),
            asked("cover each", "sample 1 seed 1"),
            twice("validation 100%"),
            twice("repeat 2"),
            styled("replace", "  | a | b |", "  | c | d |", "replace", "  | a | b |", "  | c | d |"),
            styled("keep 1%", "keep 1%"),
            styled("rewrite: Say it.", "rewrite: Say it."),
            styled('answers from "s.answers.ft"'),
            booking(*INVALID, *INVALID),
            styled("assistant: {answer}", "assistant: {answer}"),
            styled(more="fact f\n  style s\n  style s\n  user: {a|b|c|d|e}\n  assistant: y\n"),
        ]
    },
    "Names of blocks are unique in a file, names of cases in their format (`E202`)": {
        "E202": [
            asked() + asked().replace("x", "z"),
            asked() + "fact d\n  user: {a|b|c|d|e}\n  assistant: y\n",
            "format f\n  case a\n    user: x\n    assistant: y\n  case a\n    user: z\n    assistant: y\n",
        ],
        "": [
            "format f\n  case a\n    user: x\n    assistant: y\nformat g\n  case a\n    user: z\n    assistant: y\n",
        ],
    },
    # ── Text ──
    "With neither it is empty. With both it is an error (`E106`)": {
        "E106": ["dialog d\n  user: x\n    z\n  assistant: y\n"],
        "": ["dialog d\n  system:\n  user: x\n  assistant: y\n"],
    },
    "Any other such line is an error (`E107`), unless it is at a statement's column: there the block has ended": {
        "E107": ["dialog d\n  user:\n      x\n    z\n  assistant: y\n"],
        "": ["dialog d\n  user:\n      x\n    # z\n  assistant: y\n"],
    },
    'An alternative with an unpaired `"` is warned about (`W104`)': {"W104": [said('{say "a|b" twice|c}')]},
    "So `{1..5|7}` is the text `1..5` or the text `7`, and warned about (`W103`)": {"W103": [said("{1..5|7}")]},
    "So is an alternative that is exactly a declared name (`W107`)": {
        "W107": [said("{a} {a|b}", "let a: x"), said("{t.a} {t.a|b}", "table t", "  | a |", "  | 1 |")],
        "": [
            said('{a} {{a}|b} {{"a"}|b}', "let a: x"),
            said("{a} {a b|A}", "let a: x"),
            # In what a name is made of, it cannot be meant.
            told("{please}go", "let please: {|please }"),
        ],
    },
    "are warned about (`W107`, `W114`), as is the `||` of code (`W113`)": {
        "W107": [said("{city} {city|upper}", "let city: x")],
        "W114": [said("{hi:3|hello:1}"), said("{3::hi|1::hello}")],
        "W113": [said("f { return a || b; }")],
        "": [said("{10:30|11:45}"), said("{John 3:16|Luke 2:1}"), said("{hi|hello:3}"), said("{|a|b}x{a|b|}!")],
    },
    "that looks like a comment, as above, are written and warned about (`W108`, `W109`)": {
        "W108": [
            shown("x", 'let x: "a"'),
            shown("x", "let x:", "  | 'a'", "  | b"),
            table("| a |", '| "x" |', '| "y" |'),
            'dialog d\n  user:\n    | "a"\n    | "b"\n  assistant: y\n',
        ],
        "W109": [said("Yes. # note"), shown("x", "let x:", "  | Paris # the capital"), table("| a |", "| b # note |")],
        "": [
            said('"Why?"'),
            said("# Heading"),
            said("Press # to go on"),
            said("We are # one"),
            said("x = 5 # a note in code"),
            shown("x", "let x:", '  | "a" or "b"'),
            'dialog d\n  user:\n    | "a"\n    | b\n  assistant: y\n',
            table("| a |", '| "x" |', "| y |"),
            styled(answers="answers s\n  user: Why?\n  base: Because. # note\n"),
        ],
    },
    "and warned about where it looks like a line break (`W111`)": {
        "W111": [
            said(x) for x in (r"One.\nTwo.", r"1. a\n2. b", r"Milk\nbread", r"a\r\nb", r"Name:\tAnn", r"One. \n Two.")
        ],
        "": [
            said(x)
            for x in (
                r"C:\new\names",
                r"src\new.txt",
                r"$\nabla \neq$",
                r'print("a\nb")',
                r"`a\nb`",
                r"What does \n mean?",
                r"[^\n]+",
                r"\theta",
                r'One.{"\n"}Two.',
            )
        ],
    },
    "with a CR in it, are warned about (`W112`)": {
        "W112": [
            from_file("t.csv", "a\nOne.\\nTwo.\n"),
            from_file("t.tsv", "a\tb\nOne.\\nTwo.\tx\n"),
            from_file("t.jsonl", '{"a": "One.\\r\\nTwo."}\n'),
            from_file("t.jsonl", '{"a": "x", "b": ["One.\\r\\nTwo."]}\n'),
            from_file("t.jsonl", '{"a": "x", "b": {"c": ["One.\\r\\nTwo."]}}\n'),
        ],
        "": [
            from_file("t.csv", 'a\r\n"One.\r\nTwo."\r\n'),
            from_file("t.csv", "a\nC:\\new\\names\n"),
            from_file("t.jsonl", '{"a": "One.\\nTwo."}\n'),
        ],
    },
    "both are warned about, as are others at the ends of texts and lines and before punctuation (`W110`)": {
        "W110": [
            *(said(x) for x in ("a {|big} pizza", "{Please|} go", "Go {|now}", "Say {| please} it")),
            Case(said("{|Sure.} {|Ok.}"), also=frozenset({"W511"})),
            *(said(x) for x in ("Say { hi | hello } there", "{Yes, {|big} one|No}", '{"a" if 1 > 2 else ""} go')),
            said("\n    Go {|now}\n    please"),
            *(said(x) for x in ("Go {|now}.", "Go {|now}, please", 'Say "go {|now}!"')),
            said("Go {x}?", "let x:", "  | now", "  |"),
            said("\n    Go.\n    {|Bye.}"),
            shown("x", "let x: {Please|} go"),
            said("{x} go", "let x:", "  | please", "  |"),
            said("{t.a} go", "table t", "  | a | b |", "  | x | y |", "  |   | z |"),
            Case(said("{t.b} {t.a}", 'table t from "t.csv"'), {"t.csv": "a,b\nx,y\n,z\n"}),
        ],
        "": [
            *(said(x) for x in ("a {|big }pizza", "{Please |}go", "Go{| now}", "{|a}, {b|c}", "one  two {a|b} {c|d}")),
            said("{x}pizza", "let x: {|big }"),
            *(said(x) for x in ("Wait {|a bit}...", "a file {|named a}.txt", "Hi {|there}:)", "Go{| now}.")),
            Case(said("{x} go", "let x:", "  | please", "  |", 'where x != ""'), also=frozenset({"W401"})),
            said("{t.a}{t.b} go", "table t", "  | a | b |", "  | x |   |", "  |   | z |"),
        ],
    },
    "is told as such (`E027`), and so is a JSON array (`E028`)": {
        "E027": [
            from_file("t.csv", "a;b\nx;y\n"),
            from_file("t.csv", "a;b\nx;1,5\n"),
            from_file("t.csv", '"a";"b"\n"x";"y"\n'),
            from_file("t.csv", "a\tb\nx\ty\n"),
            from_file("t.tsv", "a,b\nx,y\n"),
        ],
        "E028": [from_file("t.json", '[{"a": 1}]'), from_file("t.jsonl", '[\n{"a": "x"}\n]\n')],
        "": [from_file("t.csv", "a\nx; y\n"), from_file("t.csv", '"a"\n"x;y"\n')],
    },
    "A text is not read from a file (`E168`), and its colon is not a wide one, `：` (`E170`)": {
        "E168": [block("dialog d", f'  {word} from "x.txt"', "  assistant: y") for word in ("system", "user")],
        "E170": [
            block("dialog d", "  user：x", "  assistant: y"),
            shown("a", "let a：b"),
            shown("a", "let a ＝ 1"),
            "tool f（a: int）: D.\n" + asked(),
        ],
    },
    "and not in CR alone (`E029`)": {"E029": ["let a: b\rdialog d\r  user: {a}\r  assistant: c\r"]},
    "There are no other weights: `assistant weight=0:` is `E171`": {
        "E171": [
            block("dialog d", "  user: x", f"  assistant {weight}: y", "  user: x", "  assistant: y")
            for weight in ("weight=0", "(weight=1)", "loss=false")
        ],
    },
    "A *name* that holds a list is not a choice, and cannot be shown (`E211`): join its items": {
        "E211": [shown("xs", 'let xs = ["a", "b"]')],
        "": [shown('", ".join(xs)', 'let xs = ["a", "b"]'), told("{x}", 'let xs = ["a", "b"]', "let x in xs")],
    },
    "Nor can a row (`E212`), an object or `none` (`E206`, `E404`)": {
        "E212": [shown("t", "table t", "  | a |", "  | 1 |")],
        "E206": [shown("x", 'let x = {"a": 1}'), shown("x", "let x = none")],
        "E404": [shown("x", "let xs = [1, none]", "let x in xs"), shown("x", 'let x in [1, {"a": 1}]')],
    },
    'is an error, with a suggested fix: `{"a": 1}` and `{Note: this}` (`E126`)': {
        "E126": [said('{"a": 1}'), said("{Note: this}")],
    },
    "| `E120` `E121` | a brace without a partner on its line: braces balance, and close on their line |": {
        "E120": [said("{x")],
        "E121": [said("x}")],
    },
    "| `E122` | nothing in the braces |": {"E122": [said("{}"), said("{ }")]},
    "| `E123` `E124` `E125` | `{{x}}`, `{% if %}`, `{x!r}`: the notation of other languages |": {
        "E123": [said("{{x}}")],
        "E124": [said("{% if %}")],
        "E125": [said("{x!r}", "let x: a")],
    },
    "| `E167` | a bare number: the braces of": {
        "E167": [
            said(r"\d{3}"),
            said(r"$\frac{10}{2}$"),
            said('"{0}"'),
            said("a{2,}"),
            said("{|x{2}}"),
            said("x^{-1}"),
        ],
        "": [said(r"\d\{3\}"), said("{[3]}"), said("{1 + 2}"), said("{1..3}!")],
    },
    "| `E127` | braces in a spec |": {"E127": [said("{n:{w}}", "let n in 1..2", "let w = n")]},
    "| `E213` | a spec that does not fit the type of the value |": {
        "E213": [said("{x:.2f}", "let x: a"), said("{n:q}", "let n in 1..2")],
    },
    "A line without a mark is an error (`E108`)": {"E108": ["dialog d\n  user:\n    | a\n    b\n  assistant: y\n"]},
    "so is a second line of an item that began on the line of its mark (`E106`)": {
        "E106": ["dialog d\n  user:\n    | a\n      b\n  assistant: y\n"],
        "": ["dialog d\n  user:\n    |\n      a\n      b\n  assistant: y\n"],
    },
    "What is below a mark is one text, never another list (`E109`)": {
        "E109": ["dialog d\n  user:\n    |\n      | a\n  assistant: y\n"],
    },
    "A block that begins with `#` and goes on with `|` is an error (`E111`)": {
        "E111": ["dialog d\n  user:\n    # a\n    | b\n  assistant: y\n"],
    },
    "so is a list that is a Markdown table (`E110`)": {
        "E110": ["dialog d\n  user:\n    | a | b |\n    |---|---|\n    | 1 | 2 |\n  assistant: y\n"],
    },
    "It is allowed only in `let` (`E305`)": {"E305": ["dialog d\n  user:\n    | a\n    ~ b\n  assistant: y\n"]},
    "`says` and `rewrite`, after all other words (`E114`)": {
        "E114": [
            "dialog d\n  user raw hello\n  assistant: y\n",
            "dialog d\n  user: x\n  assistant raw untrained: z\n  user: z\n  assistant: y\n",
        ],
        "": [
            Case("dialog d\n  user: x\n  assistant untrained raw: {z}\n  user: z\n  assistant: y\n", target="openai"),
        ],
    },
    # ── Names ──
    "An undeclared name is an error (`E201`)": {"E201": [shown("x")]},
    "so is one that is declared twice (`E202`), or that hides an outer one (`E217`)": {
        "E202": [shown("x", "let x: a", "let x: b"), shown("x", "let x: a", "table x", "  | a |", "  | b |")],
        "E217": ["let x: a\ndialog d\n  let x: b\n  user: z\n  assistant: {x}\n"],
        "": ["dialog d\n  let x: b\n  user: z\n  assistant: {x}\ndialog e\n  let x: b\n  user: w\n  assistant: {x}\n"],
    },
    "A name that nothing mentions is warned about (`W201`)": {"W201": [said("y", "let x: a")]},
    "A name made of itself, even indirectly, is an error (`E203`)": {
        "E203": [shown("x", "let x = x + 1"), shown("x", "let x: {z}", "let z: {x}")],
    },
    "| the items, each a text. `W302`: the same item twice |": {
        "W302": [Case(shown("x", "let x:", "  | a", "  | a"), also=frozenset({"W502"}))],
    },
    "a list that is always empty is an error (`E308`, `E409`)": {
        "E308": [shown("n", "let n in 5..1"), shown("n", "let n in []")],
        "E409": [shown("n + m", "let m in -2..0", "let n in 1..m")],
        "": [told("{n + m}", "let m in 0..2", "let n in 1..m")],
    },
    "A number or a text cannot be ranged over (`E218`)": {
        "E218": [shown("n", "let n in 5"), shown("n", 'let n in "abc"')],
    },
    "`let a: red | green` is one text, and warned about (`W102`)": {"W102": [shown("a", "let a: red | green")]},
    "and so is text with a `where` and a comparison in it (`W101`)": {
        "W101": [shown("a", 'let a: red where a != "b"')],
        "": [shown("a", "let a: the place where you are")],
    },
    "A block below `let NAME:` is a list, never bare text (`E112`)": {"E112": [shown("a", "let a:", "  some text")]},
    "but not shown (`E212`). An unknown column is `E204`": {
        "E212": [shown("t", "table t", "  | a |", "  | 1 |")],
        "E204": [table("| a |", "| 1 |", column="b")],
        "": [shown('"{" + json(t) + "}" if t == u else "no"', "table t", "  | a |", "  | 1 |", "let u in t")],
    },
    "Each row has as many cells as the header (`E143`)": {"E143": [table("| a |", "| 1 | 2 |")]},
    "the header is plain text (`E145`), each name once (`E144`)": {
        "E145": [table("| a | {b} |", "| 1 | 2 |")],
        "E144": [table("| a | a |", "| 1 | 2 |")],
    },
    "A row ends with `|` (`E141`)": {"E141": [table("| a |", "| 1 |", "| 2")]},
    "There is no line of dashes (`E142`), and no colon after the name (`E146`)": {
        "E142": [table("| a |", "|---|", "| 1 |")],
        "E146": [table("| a |", "| 1 |").replace("table t", "table t:")],
    },
    "What a file unpacks to is counted before it is kept (`E026`)": {
        "E026": [from_file("t.csv", "," * 10_000_001)],
    },
    "What else can be wrong with such a file has the codes `E001` to `E026`": {
        "E001": [Case(said("{t.a}", 'table t from "t.csv"'))],
        "E002": [Case(said("{t.a}", 'table t from "t.csv"'), {"t.csv/a": ""})],
        "E003": [Case(said("{t.a}", 'table t from "t\0.csv"'))],
        "E011": [from_file("t.xlsx", ""), from_file("t.ndjson", '{"a": "x"}\n')],
        "E012": [from_file("t.csv", b"a\n\xff\n")],
        "E013": [from_file("t.csv", "")],
        "E014": [from_file("t.csv", "a\n"), from_file("t.jsonl", "")],
        "E015": [from_file("t.csv", "a, \n1,2\n")],
        "E016": [from_file("t.csv", "a,a\n1,2\n")],
        "E017": [from_file("t.csv", "a,b\n1,2\n3\n")],
        "E018": [from_file("t.csv", 'a\n"x" y\n')],
        "E019": [from_file("t.csv", "a\n\0\n")],
        "E020": [from_file("t.csv", "a\n" + "x" * 1_048_577)],
        "E021": [from_file("t.jsonl", '{"a": }\n')],
        "E022": [from_file("t.jsonl", "[1]\n")],
        "E024": [from_file("t.parquet", "not parquet")],
        "E026": [from_file("t.csv", "a\n1\n2\n3\n", patch={"ftc.readers.fault.CELLS": 2})],
    },
    # ── where ──
    "and holds a condition (`E206` if it is not true or false)": {
        "E206": [shown("n", "let n in 1..2 where n"), shown("n", "let n in 1..2", "where n")],
    },
    "because no conversation picks all its names, is an error (`E402`)": {
        "E402": [
            "let a in 1..2\nlet b in 1..2\nwhere a != b\ndialog d\n  user: {a}\n  assistant: y\n"
            "dialog e\n  user: e {b}\n  assistant: y\n"
        ],
    },
    "so is one that leaves a block without a conversation (`E401`)": {
        "E401": [shown("n", "let n in 1..2 where n > 2")]
    },
    "is warned about if a `where` removes it everywhere, in each block and under each name that picks it (`W401`)": {
        "W401": [
            shown("city", *CITY, 'where city != "Rome"'),
            shown("t.a", "table t", "  | a |", "  | 1 |", "  | 2 |", 'where t.a != "1"'),
            "let n in 1..2\nformat f\n  system: {n}\n  where n > 1\n  case c\n    where n == 1\n    user: x\n"
            "    assistant: y\n  case e\n    user: z\n    assistant: w\n",
        ],
        "": [
            shown("n", "let n in 1..2", "where n > 1"),
            shown("x", 'let x in ["a", "b"]', 'where x != "a"'),
            from_file("t.csv", "a\n1\n2\n", above='where t.a != "1"'),
        ],
    },
    "other conditions may have up to 10,000,000 combinations (`E403`)": {
        "E403": ["let a in 1..5000\nlet b in 1..5000\nwhere (a * b) % 7 == 0\n" + asked().replace("x", "{a} {b}")],
    },
    "It sees its parameters and other functions, but no names (`E216`)": {
        "E216": [shown("f(a)", "let a in 1..2", "def f(x) = x + a")],
        "": [told("{f(a)}", "let a in 1..2", "def f(x) = g(x)", "def g(x) = x")],
    },
    "It cannot call itself, even indirectly (`E203`)": {
        "E203": [shown("f(1)", "def f(x) = f(x)"), shown("f(1)", "def f(x) = g(x)", "def g(x) = f(x)")],
    },
    "Two functions of the same name are an error (`E202`), even if they come from different files": {
        "E202": [
            shown("f(1)", "def f(x) = x", "def f(x) = x + 1"),
            Case(
                shown("f(1)", 'use "a.ft"', 'use "b.ft"'),
                {"a.ft": "def f(x) = x\n", "b.ft": "def f(x) = x + 1\n"},
            ),
        ],
    },
    # ── Expressions ──
    'A pick that fails (`1 / 0`, an index out of range, `int("x")`) is an error that names the pick (`E404`)': {
        "E404": [
            shown("1 / n", "let n in 0..1"),
            shown("[1][n]", "let n in 0..1"),
            shown("int(x)", "let x:", "  | 1", "  | x"),
        ],
    },
    "There is no comma before a closing bracket (`E162`)": {
        "E162": [shown("len([1, 2,])"), shown("max(1, 2,)"), shown('json({"a": 1,})')],
    },
    "Text is in double quotes (`E132`), on one line (`E130`)": {
        "E132": [shown("'a'")],
        "E130": [shown("a", 'let a = "b')],
    },
    "`007` is not a number (`E133`)": {"E133": [shown("1 + 007"), shown("a", "let a = 007")]},
    "a value of the wrong type `E206`, an `.x` of something without columns `E205`": {
        "E205": [shown("n.x", "let n in 1..2"), shown("n.upper", "let n: a"), shown("[1].x")],
    },
    "Types that do not fit an operator are `E207`, a value of the wrong type `E206`": {
        "E207": [shown('1 + "a"'), shown("1 < true"), shown('1 == "a"'), shown('n and true == "x"', "let n = true")],
        "E206": [shown("1 if 2 else 3"), shown("1 or true"), shown('"a"["b"]'), shown('-"a"')],
    },
    "An unknown function is `E208`, arguments that do not fit `E209`": {
        "E208": [shown("length(x)", "let x: a")],
        "E209": [shown("len()"), shown("len(5)"), shown("f(1, 2)", "def f(x) = x"), shown('"a".replace("a")')],
    },
    "A function without its parentheses is `E201`": {"E201": [shown("len"), shown("f", "def f(x) = x")]},
    "Of texts, as in Python; nothing else has methods (`E210`)": {
        "E210": [shown("n.upper()", "let n in 1..2"), shown("[1].count(1)"), shown('"a".encode()')],
    },
    # ── Blocks ──
    "It ends with an assistant message (`E304`)": {
        "E304": ["dialog d\n  user: x\n", "format f\n  case c\n    user: x\n"],
    },
    "No two messages of the same role follow each other, and no answer comes before a question (`E302`)": {
        "E302": [
            "dialog d\n  user: x\n  user: z\n  assistant: y\n",
            "dialog d\n  user: x\n  assistant: y\n  assistant: z\n",
            "dialog d\n  assistant: y\n  user: x\n  assistant: z\n",
        ],
    },
    "An expression that gives a list is not a choice (`E211`)": {
        "E211": ['dialog d\n  user: x\n  assistant = ["a", "b"]\n'],
    },
    "A block without messages is an error (`E325`)": {
        "E325": ["dialog d\n  system: x\n", "fact f\n", "format f\n  case c\n    where true\n"],
    },
    "An answer of a fact that fewer than five different questions lead to is advised against (`A504`): a model hardly"
    " recalls what it saw in one wording. Each row of a table counts by itself, exchanges with the same answer count"
    " together": {
        "A504": [
            "fact f\n  user: {a|b|c|d}\n  assistant: y\n",
            "fact f\n  user: {a|b|c|d|e}\n  assistant: y\n  user: g\n  assistant: z\n",
            "table t\n  | q | a |\n  | k | l |\n  | m | n |\nfact f\n  user: {t.q} {a|b|c}\n  assistant: {t.a}\n",
        ],
        "": [
            "fact f\n  user: {a|b|c|d|e}\n  assistant: y\n",
            "fact f\n  user: {a|b|c}\n  assistant: y\n  user: {d|e}\n  assistant: y\n",
        ],
    },
    "(`list of text`; any other is `E155`, a missing one `E165`)": {
        "E155": [toolbox("assistant calls get(a=1)", "tool: z", tool="tool get(a: string): Z.")],
        "E165": [toolbox("assistant calls get(a=1)", "tool: z", tool="tool get(a): Z.")],
        "": [toolbox('assistant calls get(a=["b"])', "tool: z", tool="tool get(a: list of text): Z.")],
    },
    "The description and the defaults do not vary (`E319`, `E314`)": {
        "E319": [toolbox("assistant calls get()", "tool: z", tool="tool get(): {A|B}.")],
        "E314": [toolbox("assistant calls get()", "tool: {n}", tool="let n in 1..2\ntool get(a: int = n): Z.")],
    },
    "Only the assistant calls (`E169`), and the name of the tool is written, not computed (`E173`)": {
        "E169": [asked("rejected calls get(a=1)"), "dialog d\n  user calls get(a=1)\n  assistant: y\n"],
        "E173": ["dialog d\n  user: x\n  assistant calls {a}(b=1)\n  tool: z\n  assistant: y\n"],
    },
    "It is checked: the tool is declared (`E316`), and each argument is named (`E164`)": {
        "E316": ["dialog d\n  user: x\n  assistant calls put()\n  tool: z\n  assistant: y\n"],
        "E164": [toolbox('assistant calls get("Rome")', "tool: z")],
    },
    "of the right type, and present if it is required (`E317`)": {
        "E317": [
            toolbox(f"assistant calls get({arguments})", "tool: z")
            for arguments in ('town="Rome"', 'city="Rome", city="Oslo"', "city=5", "", 'city="Rome", days="2"')
        ],
        "": [toolbox('assistant calls get(city="Rome")', "tool: z")],
    },
    "each call is answered by one `tool:` line, in the same order (`E310`, `E311`)": {
        "E310": [
            toolbox("tool: z", 'assistant calls get(city="Rome")', "tool: z"),
            toolbox('assistant calls get(city="Rome")', "tool: z", "tool: z"),
        ],
        "E311": [
            toolbox('assistant calls get(city="Rome")', 'assistant calls get(city="Oslo")', "tool: z"),
            toolbox('assistant calls get(city="Rome")'),
        ],
    },
    "A tool that no conversation calls is warned about (`W202`)": {"W202": ["tool get(): Z.\n" + asked()]},
    "a user message up to the final assistant message (`E322` where a second user message follows)": {
        "E322": [
            "format f\n  case c\n    user: a\n    assistant: b\n    user: c\n    assistant: d\n",
            "format f\n  user: a\n  assistant: b\n  user: c\n  assistant: d\n",
        ],
    },
    "with one, all messages are in cases (`E309`)": {
        "E309": ["format f\n  user: a\n  assistant: b\n  case c\n    user: c\n    assistant: d\n"],
    },
    "`turns` takes numbers from 1 to 100 (`E321`)": {
        "E321": [f"format f\n  user: x\n  assistant: y\n  turns {turns}\n" for turns in ("0", "101", "1..101", "3..1")],
        "": ["format f\n  user: x\n  assistant: y\n  turns 1..100\n"],
    },
    "but not used in a computation that a fault could meet (`E330`)": {
        "E330": [booking(*INVALID, user="{city} {city.upper()}")],
        "": [booking(*INVALID, user="{city:>9}")],
    },
    "`~` outside a `let` (`E305`), a name without a valid value (`E306`)": {
        "E305": ["dialog d\n  user: x\n  assistant:\n    | a\n    ~ b\n"],
        "E306": [
            "format f\n  let city:\n    ~ Atlantis\n  user: {city}\n  assistant: ok\n  invalid\n    assistant: no\n"
        ],
    },
    "a `|` below a range (`E156`), an invalid value that no `invalid` answers (`E329`)": {
        "E156": [shown("n", "let n in 1..2", "  | 3")],
        "E329": [booking()],
    },
    "An `invalid` that nothing needs is warned about (`W301`)": {
        "W301": ["format f\n  user: x\n  assistant: y\n  invalid\n    assistant: no\n"],
    },
    "Without the line it is the answer alone; without `{answer}` in it, `E331`": {
        "E331": [styled("assistant: Oink!")],
        "": [styled(), styled("assistant: {answer} Oink!")],
    },
    "| `replace` | rows of two plain cells below a header (`E324`)": {
        "E324": [
            styled("replace", "  | a | b |", "  | c | {d|e} |"),
            styled("replace", "  | a | b | c |", "  | d | e | f |"),
        ],
        "": [styled("replace", "  | a | b |", "  | c | d |")],
    },
    "A style with prompts needs one (`E323`)": {
        "E323": ["style s\n  user: Why?\n"],
        "": ["style s\n  assistant: {answer}!\nfact f\n  style s\n  user: {a|b|c|d|e}\n  assistant: y\n"],
    },
    "of the base answer's words is warned about (`W501`)": {
        "W501": [styled("keep 60%", answers="answers s\n  user: Why?\n  base: a b c\n  assistant: d e f\n")],
        "": [styled("keep 60%", answers="answers s\n  user: Why?\n  base: a b c\n  assistant: a b f\n")],
    },
    "The share is counted before wrapping. From 0% to 100% (`E321`)": {
        "E321": [styled("keep 101%")],
        "": [styled("keep 0%"), styled("keep 100%")],
    },
    "for a person to edit: one plain text (`E333`)": {
        "E333": [styled("rewrite: {a|b}")],
        "": [styled("rewrite: a")],
    },
    "All its texts are raw, and none is computed (`E332`)": {
        "E332": [styled(answers='answers s\n  user: Why?\n  base = "a"\n')],
        "": [styled(answers="answers s\n  user: Why?\n  base: {a} \\{\n")],
    },
    "A file of answers holds blocks `answers STYLE`, and nothing else (`E326`)": {
        "E326": [styled(answers="answers s\n  user: Why?\n  base: Because.\n\nlet a: b\n")],
    },
    "At most one per answer (`E303`)": {
        "E303": [styled(answers="answers s\n  user: Why?\n  recorded: m (local)\n  recorded: n (local)\n  base: a\n")],
    },
    "one without an answer is an error (`E328`). Each prompt has only one (`E303`)": {
        "E328": [styled(answers="answers s\n  user: How?\n  base: Because.\n")],
        "E303": [styled(answers="answers s\n  user: Why?\n  base: a\n  user: Why?\n  base: b\n")],
    },
    "that names another model than `train` does is warned about (`W509`)": {
        "W509": [
            styled(
                answers="answers s\n  user: Why?\n  recorded: m (local), 2026-01-01\n  base: a\n",
                more='train\n  model = "other"\n',
            )
        ],
    },
    "A fact with a line `style NAME` (`E219` if there is no such style)": {
        "E219": ["fact f\n  style s\n  user: {a|b|c|d|e}\n  assistant: y\n"],
    },
    "`invalid` only in an `invalid` block (`E214`, `E215`)": {
        "E214": [said("{answer}"), said("{invalid}"), booking(*INVALID, user="{city} {invalid}")],
        "E215": [
            "style s\n  let answer: a\n  assistant: {answer}\nfact f\n  style s\n  user: {a|b|c|d|e}\n  assistant: y\n",
        ],
        "": [shown("answer", "let answer: a"), shown("invalid", "let invalid: a")],
    },
    "`rejected:` after the last assistant message is the answer not to give (`E312`)": {
        "E312": [
            "dialog d\n  rejected: z\n  user: x\n  assistant: y\n",
            "dialog d\n  user: x\n  assistant: y\n  rejected: z\n  user: w\n  assistant: v\n",
        ],
    },
    "if none has, that is an error (`E607`)": {
        "E607": [Case(asked(), target="openai-dpo")],
        "": [Case(asked("rejected: z"), target="openai-dpo")],
    },
    "An answer that does not contain what its own `says` asks for is warned about (`W506`)": {
        "W506": [asked("says: z"), asked("says:", "  | Y", "  | z")],
        "": [asked("says: Y"), asked("says: {z|y}")],
    },
    # ── Fewer or more ──
    "`cover triples`; `cover 4`, up to `cover 6` (`E321`)": {
        "E321": [asked("cover 0"), asked("cover 7")],
        "": [asked("cover 1"), asked("cover 6")],
    },
    "what two blocks both say is reported (`W502`)": {
        "W502": [
            asked("unique") + asked("unique").replace("dialog d", "dialog e"),
            asked() + asked("unique").replace("dialog d", "dialog e"),
        ],
        "": [said("{y|y}").replace("  assistant", "  unique\n  assistant"), asked("unique", "repeat 2")],
    },
    "of other conversations there may be 10,000,000 in the block (`E416`)": {
        "E416": [
            told("{n % 3}", "let n in 1..10_000_001") + "  unique\n",
            told("{n % 3}", "let n in 1..10_000_001") + "  unique\n  sample 10 seed 1\n",
            told("{a % 3}{b}", "let a in 1..1_000_000", "let b in 1..1_000_000") + "  unique\n  validation 10%\n",
        ],
        "": [
            told("{a} {b}", "let a in 1..1_000_000", "let b in 1..1_000_000") + "  unique\n  sample 10 seed 1\n",
            told("{a % 3}{b}", "let a in 1..5000", "let b in 1..5000") + "  unique\n  cover each\n",
        ],
    },
    "(`E406`); so are names that a `where` ties together in more ways than can be kept": {
        "E406": [
            pairs(4473, line="cover pairs"),
            Case(pairs(10, "where a < b", line="cover pairs"), patch={"ftc.expand.covering.tied.MAX_BITS": 9}),
        ],
        "": [pairs(10, "where a < b", line="cover pairs")],
    },
    "that many, at least one (`E321`)": {"E321": [asked("sample 0 seed 1")]},
    "More than there are is an error (`E408`)": {"E408": [asked("sample 2 seed 1")], "": [asked("sample 1 seed 1")]},
    "The share is above 0% and below 100%, or 100% without `by` (`E320`)": {
        "E320": [
            "let n in 1..9\n" + asked(f"validation {share}").replace("x", "{n}")
            for share in ("0%", "101%", "100% by n", "0% by n")
        ],
        "": [
            asked("validation 100%") + asked().replace("dialog d", "dialog e").replace("x", "z"),
            "let n in 1..9\n" + asked("validation 50% by n").replace("x", "{n}"),
        ],
    },
    "Such a line is warned about, with the number of groups and the shares that can be had (`W515`), and so is one that"
    " holds nothing out (`W505`)": {
        "W515": [
            "let n in 1..3\n" + asked("validation 10% by n").replace("x", "{n}"),
            "let n in 1..20\n" + asked("validation 99.9% by n").replace("x", "{n}"),
        ],
        "W505": [asked("validation 50%")],
        "": [
            "let n in 1..3\n" + asked("validation 50% by n").replace("x", "{n}"),
            "let n in 1..3\n" + asked("validation 33% by n").replace("x", "{n}"),
        ],
    },
    "as an expression without names (`E314`)": {
        "E314": ["let n in 1..3\n" + asked("validation by n in [n]").replace("x", "{n}")],
    },
    "A value that the name does not have is an error (`E414`), and so is a list of all (`E415`) or an empty one"
    " (`E308`)": {
        "E414": ["let n in 1..3\n" + asked("validation by n in [4]").replace("x", "{n}")],
        "E415": ["let n in 1..3\n" + asked("validation by n in 1..3").replace("x", "{n}")],
        "E308": ["let n in 1..3\n" + asked("validation by n in []").replace("x", "{n}")],
        "": ["let n in 1..3\n" + asked("validation by n in [2]").replace("x", "{n}")],
    },
    "Where it leaves nothing to train on, that is an error (`E412`)": {
        "E412": [asked("validation 100%")],
        "": [asked("validation 100%") + asked().replace("dialog d", "dialog e").replace("x", "z")],
    },
    "One such line at the top of a file (`E303`)": {
        "E303": ["validation 50%\nvalidation 50%\nlet n in 1..2\n" + asked().replace("x", "{n}")],
    },
    "but not where it picks the name, unless it is held out whole (`E413`)": {
        "E413": [
            "let n in 1..2\nvalidation 50% by n\n"
            + asked().replace("x", "{n}")
            + asked("validation 50%").replace("dialog d", "dialog e").replace("x", "{n}!")
        ],
        "": [
            "let n in 1..2\nvalidation 50% by n\n"
            + asked().replace("x", "{n}")
            + asked("validation 100%").replace("dialog d", "dialog e").replace("x", "And {n}")
        ],
    },
    "One that no conversation picks is an error (`E411`)": {
        "E411": [
            told("z{n}", "let n in 1..9").replace("d\n", "e\n")
            + "let m in 1..9\n"
            + "dialog f\n  user: {m}\n  assistant: y\n  validation 50% by n\n"
        ],
    },
    "there may be 10,000,000 of them (`E407`)": {
        "E407": [
            "let n in 1..10_000_001\n" + asked("validation 5% by n").replace("x", "{n}"),
            "let a in 1..4000\nlet b in 1..4000\nfact f\n  user: {a} {b}\n  assistant: y\n  validation 5%\n",
        ],
    },
    "the whole sequence each time; 1 to 1000 (`E321`)": {
        "E321": [asked("repeat 0"), asked("repeat 1001")],
        "": [asked("repeat 1"), asked("repeat 1000")],
    },
    # ── The job ──
    "One block of settings (`E303`), `name = value`, each once (`E202`)": {
        "E303": [trained("epochs = 2") + "train\n  seed = 1\n"],
        "E202": [trained("epochs = 2", "epochs = 3")],
    },
    "A value is an expression without names (`E314`) of the right type (`E206`) in its range (`E315`)": {
        "E314": ["let n in 1..2\n" + trained("epochs = n").replace("x", "{n}")],
        "E206": [trained('epochs = "5"'), trained("epochs = 1.5"), trained("model = 3")],
        "E315": [
            *[trained(f"epochs = {epochs}") for epochs in (0, 51)],
            *[trained(f"batch_size = {size}") for size in (0, 257)],
            trained("learning_rate = -1.0"),
            trained("learning_rate_multiplier = -1.0"),
            *[trained(f"beta = {beta}") for beta in (-0.1, 2.1)],
            trained("seed = -1"),
            trained("seed = 2 ** 63 + 1"),
            trained('model = ""'),
            *[trained(f'suffix = "{suffix}"') for suffix in ("", "x" * 65)],
            *[trained(f"lora_rank = {rank}") for rank in (0, 1025)],
        ],
        "": [
            *[trained(f"epochs = {epochs}") for epochs in (1, 50, "2 + 3")],
            *[trained(f"batch_size = {size}") for size in (1, 256)],
            *[trained('method = "dpo"', f"beta = {beta}") for beta in (0.1, 2)],
            trained("seed = 0"),
            trained("seed = 2 ** 63"),
            *[trained(f'suffix = "{suffix}"') for suffix in ("x", "x" * 64)],
            *[trained(f"lora_rank = {rank}") for rank in (1, 1024)],
        ],
    },
    "An unknown setting is `E313`, a text without its quotes `E172`": {
        "E313": [trained("epoch = 5")],
        "E172": [
            trained(f"model {text}")
            for text in ("= gpt-4.1-mini", ": gpt-4.1-mini", "= gpt-4.1-2025-04-14", "= a/b", "= gpt")
        ],
    },
    "A condition that the data must meet (`E410`)": {
        "E410": [asked() + "expect count() > 1\n"],
        "": [asked() + 'expect count("d") == 1\n'],
    },
    # ── Several files ──
    "Files that use each other in a circle are an error (`E203`)": {
        "E203": [Case(shown("a", 'use "a.ft"'), {"a.ft": 'use "b.ft"\nlet a: a\n', "b.ft": 'use "a.ft"\nlet b: b\n'})],
    },
    "and is written with `/` (`E010`)": {"E010": [said("y", r'use "a\\b.ft"')]},
    "It names a plain file (`E004`) inside the project": {
        "E004": [Case(said("{a}", 'use "a.ft"'), command=("check", "main.ft"), pipes=("a.ft",))],
    },
    "else below the folder of the first file given (`E007`)": {"E007": [said("y", 'use "../a.ft"')]},
    "It is neither absolute (`E008`) nor an address (`E009`)": {
        "E008": [said("y", f'use "{path}a.ft"') for path in ("/", "~/", "C:/")],
        "E009": [said("y", 'use "https://example.com/a.ft"')],
    },
    "A setting that the provider ignores is warned about (`W941`)": {
        "W941": [
            Case(
                counted('provider = "openai"', 'base_url = "http://localhost:1/v1"', 'model = "m"', "lora_rank = 8"),
                command=("plan", "main.ft"),
            )
        ],
    },
    "A provider with an address for each customer needs it (`E815`)": {
        "E815": [Case(counted('provider = "azure"', 'model = "m"'), command=("plan", "main.ft"))],
        "": [
            Case(
                counted('provider = "azure"', 'model = "m"'),
                command=("plan", "main.ft", "--base-url", "https://example.com/openai/v1"),
            )
        ],
    },
    "`ftc plan` and `ftc train` say when (`W943`), and start no job with a model that is gone (`E953`), or where no "
    "new ones are taken (`E954`)": {
        "W943": [on_the_day(date(2026, 12, 1), "gpt-4.1-mini")],
        "E953": [on_the_day(date(2026, 12, 1), "gpt-3.5-turbo"), on_the_day(date(2027, 1, 14), "gpt-4.1-mini")],
        "E954": [on_the_day(date(2027, 1, 6), "gpt-4.1-mini")],
        "": [on_the_day(date(2026, 12, 1), "another")],
    },
    "says that a model was trained on other data than the files make now (`W942`)": {"W942": [evaluated("0", "z")]},
    "leaves out the held-out questions that it was trained on (`W944`)": {
        "W944": [replace(evaluated("", each), also=frozenset({"E955"})) for each in ("x", " X?", "x.")],
    },
    "where none is left it is `E955`": {"E955": [replace(evaluated("", "x"), also=frozenset({"W944"}))]},
    "A tuned model without that record is told (`W945`)": {"W945": [evaluated("", recorded=False)]},
    # ── Limits ──
    "| a source file; a table file | 64 MB; 1 GB | `E005` |": {
        "E005": [
            Case(said("y", 'use "a.ft"'), {"a.ft": b"#" * ((64 << 20) + 1)}),
            from_file("t.csv", "a\n1\n", patch={"ftc.loader.TABLE_LIMIT": 3}),
        ],
        "": [
            Case(shown("a", 'use "a.ft"'), {"a.ft": b"let a: b\n#".ljust(64 << 20, b"#")}),
            from_file("t.csv", "a\n1\n", patch={"ftc.loader.TABLE_LIMIT": 4}),
        ],
    },
    "| cells of a table, rows × columns; what is inside lists and objects counts too | 10,000,000 | `E026` |": {
        "E026": [
            from_file("t.csv", "," * 10_000_001),
            from_file("t.csv", "a,b\n1,2\n3,4\n", patch={"ftc.readers.fault.CELLS": 3}),
            from_file("t.jsonl", '{"a": "b", "c": [1, {"d": 2}]}\n', patch={"ftc.readers.fault.CELLS": 4}),
        ],
        "": [
            from_file("t.csv", "a,b\n1,2\n", patch={"ftc.readers.fault.CELLS": 2}),
            from_file("t.jsonl", '{"a": "b", "c": [1, {"d": 2}]}\n', patch={"ftc.readers.fault.CELLS": 5}),
        ],
    },
    "| what a parquet file unpacks to | 1 GB | `E026` |": {
        "E026": [from_file("t.parquet", PARQUET, patch={"ftc.readers.fault.UNPACKED": 2})],
        "": [from_file("t.parquet", PARQUET)],
    },
    "| pages of a parquet file; its end, which describes it | 1,000,000; 8 MB | `E024` |": {
        "E024": [
            from_file("t.parquet", PARQUET, patch={"ftc.readers.parquet.PAGES": 0}),
            from_file("t.parquet", PARQUET, patch={"ftc.readers.parquet.FOOTER": 9}),
        ],
    },
    "| characters in a cell of csv or tsv | 1,048,576 | `E020` |": {
        "E020": [
            from_file("t.csv", "a,b\n1," + "x" * 1_048_577),
            from_file("t.tsv", "a\tb\n1\t" + "x" * 1_048_577),
        ],
        "": [from_file("t.csv", "a,b\n1," + "x" * 1_048_576), from_file("t.tsv", "a\tb\n1\t" + "x" * 1_048_576)],
    },
    "| lists and objects inside each other, in a line of jsonl | 200 | `E021` |": {
        "E021": [from_file("t.jsonl", lists(201))],
        "": [Case(said("{json(t.a)}", 'table t from "t.jsonl"'), {"t.jsonl": lists(200)})],
    },
    "| a text; a list that an operator or a method makes | 1 MB; 125,000 items | `E404` |": {
        "E404": [
            shown('len("x" * 1_000_001)'),
            shown('len("é" * 500_001)'),
            shown("len([1] * 125_001)"),
            shown("len([x for x in 1..125_001][0:])"),
            shown('len(("a " * 125_001).split())'),
            Case(said("{a}{a}", "let a: " + "x" * 500_001), command=("compile", "main.ft", "--to", "trl")),
        ],
        "": [
            shown('len("x" * 1_000_000)'),
            shown('len("é" * 500_000)'),
            shown("len([1] * 125_000)"),
            shown("len([x for x in 1..125_000][0:])"),
            shown('len(("a " * 125_000).split())'),
            shown("len(1..1_000_000_000)"),
        ],
    },
    "| steps of an expression | 1,000,000 | `E404` |": {
        "E404": [shown("sum(x for x in 1..1_000_000)"), shown("sum(sum(y for y in 1..1000) for x in 1..1000)")],
        "": [shown("sum(x for x in 1..300_000)"), shown("sum(sum(y for y in 1..100) for x in 1..1000)")],
    },
    "| a whole number; one that is written out | 4096 bits; 1,233 digits | `E404`; `E133` |": {
        "E404": [
            shown("2 ** 4096 > 1"),
            shown("3 ** 2585 > 1"),
            shown("2 ** 2048 * 2 ** 2048 > 1"),
            shown("2 ** 4095 + 2 ** 4095 > 1"),
            shown(f"{2**4000} * {2**96} > 1"),
        ],
        "E133": [shown("0 + 1" + "0" * 1233)],
        "": [
            shown("2 ** 4095 > 1"),
            shown("3 ** 2584 > 1"),
            shown("2 ** 2048 * 2 ** 2047 > 1"),
            shown("2 ** 4095 - 1 + 2 ** 4095 > 1"),
            shown(f"{'9' * 1233} > 1"),
        ],
    },
    "| a number with a fraction | about 1.8e308 | `E404`; `E133` |": {
        "E404": [shown("1e308 * 2"), shown("2 ** 2000 / 2"), shown('float("inf")')],
        "E133": [shown("0 + 1e309")],
        "": [shown("0 + 1.7e308"), shown("8.5e307 * 2")],
    },
    "| braces, brackets or blocks inside each other | 64 | `E139` |": {
        "E139": [
            said(nested(65, "x", "{", "|y}")),
            shown(nested(65)),
            shown("a", f"let a = json({nested(64, '1', '[', ']')})"),
            Case("\n".join("  " * i + f"format f{i}" for i in range(66)), also=frozenset({"E301"})),
        ],
        "": [
            said("".join(f"{{{i}|" for i in range(64)) + "x" + "}" * 64),
            shown(nested(64)),
            shown("a", f"let a = json({nested(63, '1', '[', ']')})"),
        ],
    },
    "| operators that hang on one another | 100 | `E139` |": {
        "E139": [shown("1" + " + 1" * 101), shown("-" * 101 + "1"), shown("(-" * 50 + "-" * 51 + "1" + ")" * 50)],
        "": [shown("1" + " + 1" * 100), shown("-" * 100 + "1"), shown("(-" * 50 + "1" + ")" * 50 + " + 1" * 50)],
    },
    "| parts of an expression inside each other | 250 | `E405` |": {
        "E405": [shown("a", f"let a = {parts(251)}")],
        "": [shown("a", f"let a = {parts(250)}")],
    },
    "| `for` parts of a list | 8 | `E405` |": {"E405": [clauses(9)], "": [clauses(8)]},
    "| names made of each other, in a chain | 200 | `E405` |": {"E405": [chain(201)], "": [chain(200)]},
    # 41 names in 49 braces each but the first are 2,001; with 40 of them there is room.
    "| names made of each other and the braces around them, inside each other | 2,000 | `E405` |": {
        "E405": [braced(41, 49)],
        "": [braced(3, 60)],
    },
    "| functions that call each other, in a chain | 2,000 | `E405` |": {"E405": [calls(2001)], "": [calls(2000)]},
    "| a format spec | 10,000 characters wide | `E405` |": {
        "E405": [said("{n:10001}", "let n in 1..2"), said("{n:.10001f}", "let n in 1..2")],
        "": [told("{n:10000}", "let n in 1..2")],
    },
    "| combinations of names tied by `where` | 10,000,000 | `E403` |": {
        "E403": [
            pairs(4000, "where (a * b) % 7 == 0"),
            Case(pairs(10, "where (a * b) % 7 == 0"), patch={"ftc.expand.space.graph.MAX_GROUP": 99}),
        ],
        "": [
            pairs(4000, "where a == b"),
            Case(pairs(10, "where (a * b) % 7 == 0"), patch={"ftc.expand.space.graph.MAX_GROUP": 130}),
        ],
    },
    "| combinations to cover | 20,000,000 | `E406` |": {
        "E406": [
            pairs(4473, line="cover pairs"),
            Case(pairs(10, line="cover pairs"), patch={"ftc.expand.covering.cover.MAX_COMBINATIONS": 99}),
        ],
        "": [Case(pairs(10, line="cover pairs"), patch={"ftc.expand.covering.cover.MAX_COMBINATIONS": 100})],
    },
    "| values or wordings of which some are held out | 10,000,000 | `E407` |": {
        "E407": [
            pairs(10_000_001, line="validation 5% by a"),
            Case(pairs(10, line="validation 50% by a"), patch={"ftc.expand.space.domains.MAX_GROUP": 9}),
            Case(
                "let n in 1..10\nfact f\n  user: {n}\n  assistant: y\n  validation 50%\n",
                patch={"ftc.expand.plan.pieces.MAX_GROUP": 9},
            ),
        ],
        "": [
            Case(pairs(10, line="validation 50% by a"), patch={"ftc.expand.space.domains.MAX_GROUP": 10}),
            Case(
                "let n in 1..10\nfact f\n  user: {n}\n  assistant: y\n  validation 50%\n",
                patch={"ftc.expand.plan.pieces.MAX_GROUP": 10},
            ),
        ],
    },
    "| conversations of a block that `unique` compares | 10,000,000 | `E416` |": {
        "E416": [
            told("{n % 3}", "let n in 1..10_000_001") + "  unique\n",
            Case(told("{n % 3}", "let n in 1..10") + "  unique\n", patch={"ftc.quality.merging.MAX_COMPARED": 9}),
        ],
        "": [Case(told("{n % 3}", "let n in 1..10") + "  unique\n", patch={"ftc.quality.merging.MAX_COMPARED": 10})],
    },
    "| conversations to be searched for the problems of the next section | 20,000,000 | `W507` |": {
        "W507": [
            pairs(4500).replace("{a} {b}", "{a}{b}").replace("assistant: y", "assistant: {a + b}"),
            Case(doubtful(1000), patch={"ftc.quality.examination.MAX_SEARCHED": 999}),
        ],
        "": [Case(doubtful(1000), patch={"ftc.quality.examination.MAX_SEARCHED": 1000})],
    },
    "| conversations to be searched for questions that are nearly the same | 1,000,000 | `W522` |": {
        "W522": [Case(doubtful(1000), patch={"ftc.quality.near.MAX_SEARCHED": 999})],
        "": [Case(doubtful(1000), patch={"ftc.quality.near.MAX_SEARCHED": 1000})],
    },
    "| conversations to be examined one by one for them | 1,000,000 | `W507` |": {
        "W507": [Case(doubtful(100, "says: {n}"), patch={"ftc.quality.examination.MAX_LOOKED_AT": 99})],
        "": [Case(doubtful(100, "says: {n}"), patch={"ftc.quality.examination.MAX_LOOKED_AT": 100})],
    },
    "| wordings of an item of `says`: further ones do not count | 100 | `W506` |": {
        "W506": [asked("says: {" + "|".join(f"z{i}" for i in range(100)) + "|y}")],
        "": [asked("says: {" + "|".join(f"z{i}" for i in range(99)) + "|y}")],
    },
    "for prompts without an answer; a later one is a pick that fails | 100,000 | `E404` |": {
        "E404": [replace(styled("user: How?"), patch={"ftc.quality.recorded.MAX_CONVERSATIONS": 1})],
    },
    "unless `--limit` asks for more (`E720`)": {
        "E720": [Case(MANY, command=("compile", "main.ft", "--to", "trl"), also=frozenset({"W507"}))],
        "": [Case(MANY, command=("compile", "main.ft", "--to", "trl", "--limit", "3"), also=frozenset({"W507"}))],
    },
    # ── What is always checked ──
    "**The same context with two different answers** is an error (`E501`)": {
        "E501": [asked() + "dialog e\n  user: x\n  assistant: z\n"],
        "": ["dialog d\n  user: x\n  assistant: {y|z}\n"],
    },
    "an error (`E503`), for other names a warning (`W510`).": {
        "E503": [
            block("table t", "  | a | b |", "  | 1 | 2 |", "  | 3 | 4 |", *said("{t.b}").splitlines()),
            said("{b}", "let a:", "  | x", "  | y", "let b in a"),
        ],
        "W510": [
            said("{a}", "let a:", "  | x", "  | y"),
            said("{n}", "let n in 1..3"),
            block("let n in 1..3", "dialog d", "  user: z{| {n}}", "  assistant: {n}"),
            toolbox("assistant calls get(city=a)", "tool: ok", tool="let a:\n  | x\n  | y\ntool get(city: text): Z."),
            said('{"z" if n > 1 else "b"}', "let n in 1..2"),
        ],
        "": [
            told("{n} or {{n}|none}", "let n in 1..3").replace("y", "{n}"),
            said("{a|b} {1..3}"),
            said("{a}", "let a: x"),
            said("{b}", "let b = 1 + 1"),
        ],
    },
    "behind a message it is an error (`E334`)": {
        "E334": [asked("system: z"), "fact f\n  user: x\n  system: z\n  assistant: y\n"],
        "": ["dialog d\n  system: z\n  user: x\n  assistant: y\n"],
    },
    "of a name or a cell that is text, or of a part of one, it is an error (`E220`)": {
        "E220": [
            shown("a * 3", "let a: x"),
            shown("3 * t.a", "table t", "  | a |", "  | 1 |"),
            shown("f(a)", "let a: x", "def f(b) = b * 3"),
            shown("b", "let a: x", "let b = a * 3"),
            shown("join(x * 2 for x in xs)", 'let xs = ["a"]'),
            shown("f(t)", "table t", "  | a |", "  | 1 |", "def f(row) = row.a * 3"),
            shown("a[1:] * 3", "let a: x1"),
            shown("a.split()[0] * 3", "let a: 1 x"),
            shown('3 * a.replace("$", "").strip()', "let a: $1"),
        ],
        "": [
            shown('"ab" * 3'),
            shown("str(7) * 2"),
            shown('"-".join([a]) * 2', "let a: x"),
            shown("[1, 2] * 2 == [1, 2, 1, 2]"),
            shown("a * 2", "let a in 2..2"),
        ],
    },
    "| `W511` `W512` | an empty text that is trained as an answer, or as one not to give; a recorded answer that was": {
        "W511": [
            said('{"\\u200b"}'),
            Case(asked("rejected: {a|}"), target="openai-dpo"),
            "dialog d\n  user: x\n  assistant:\n",
            said("{a|}"),
            said("{a}", "let a:", "  | x", "  |"),
            said("{a[0:0]}", "let a: x"),
            Case(said("{t.b}", 'table t from "t.csv"').replace("x", "{t.a}"), {"t.csv": "a,b\n1,2\n2,\n"}),
        ],
        "W512": [
            styled(answers="answers s\n  user: Why?\n  recorded: m (local), 2026-01-01, cut off there\n  base: a\n"),
        ],
        "": [
            "dialog d\n  user:\n  assistant: y\n",
            Case("dialog d\n  user: x\n  assistant untrained:\n  user: z\n  assistant: y\n", target="openai"),
            styled(
                answers="answers s\n  user: Why?\n  recorded: m (local), 2026-01-01, cut off there\n  base: a\n"
                "  assistant: a b\n"
            ),
        ],
    },
    "| `E502` | a training conversation that is also held out |": {
        "E502": [asked() + asked("validation 100%").replace("dialog d", "dialog e")],
    },
    "| `E601` `E602` `E603` `E604` `E605` | what the target cannot express": {
        "E601": [Case(toolbox('assistant calls get(city="a")', "tool: z"), target="alpaca")],
        "E602": [Case("dialog d\n  user: x\n  assistant untrained: y\n  user: z\n  assistant: w\n", target="trl")],
        "E603": [
            Case(
                "tool get(): Z.\ndialog d\n  user: x\n  assistant calls get()\n  tool: z\n  user: w\n  assistant: y\n",
                target="sharegpt",
            )
        ],
        "E604": [Case("dialog d\n  system:\n  user: x\n  assistant: y\n", target="bedrock")],
        "E605": [
            Case(
                toolbox('assistant calls get(city="a")', 'assistant calls get(city="b")', "tool: z", "tool: z"),
                target="sharegpt",
            )
        ],
    },
    "| `E606` | a conversation of more tokens than the target accepts |": {
        "E606": [Case(shown('"x " * 40_000'), target="openai", patch={COUNTER: lambda: len})],
    },
    "So braces directly behind `\\word`, `^`, `\\d` or the `_` of `x_` are warned about (`W105`)": {
        "W105": [said(f"{before}{{n}}", "let n in 1..2") for before in (r"\boxed", "2^", "x_", r"\d", r"\frac\{1\}^")],
        "": [said(f"{before}{{n}}", "let n in 1..2") for before in ("file_", r"C:\data", "/", "$")],
    },
    "as in `\\left\\{`, for it is written without its backslash (`W106`)": {
        "W106": [said(r"\left\{ x \right\}"), said(r"x \in \{1, 2\}")],
        "": [said(r"\left\\{ x \right\\}"), said(r"\boxed\{x\}"), said(r"a \{x\}")],
    },
    "| `W101` `W102` `W103` `W104` `W107` | text that looks like a construct |": {
        "W107": [said("{a} {a|b}", "let a: x")],
        "W101": [shown("a", "let a: b where c > 1")],
        "W102": [shown("a", "let a: b | c")],
        "W103": [said("{1..5|7}")],
        "W104": [said('{say "a|b" twice|c}')],
    },
    "| `W105` `W106` `W113` `W114` | what looks like LaTeX, code or another language, and is read as ours |": {
        "W105": [said("2^{n}", "let n in 1..2")],
        "W106": [said(r"\left\{ x \right\}")],
        "W113": [said("f { return a || b; }")],
        "W114": [said("{hi:3|hello:1}")],
    },
    "| `W110` | blanks that are left over where an alternative is empty |": {"W110": [said("a {|big} pizza")]},
    "| `W108` `W109` `W111` `W112` | quotes, comments and line breaks as in other languages": {
        "W108": [shown("x", "let x:", '  | "a"', '  | "b"')],
        "W109": [said("Yes. # note")],
        "W111": [said(r"One.\nTwo.")],
        "W112": [from_file("t.csv", "a\nOne.\\nTwo.\n")],
    },
    "| `W201` `W202` | a name or a tool that nothing uses |": {
        "W201": ["let a: b\n" + asked()],
        "W202": ["tool get(): Z.\n" + asked()],
    },
    "| `W301` `W303` | an `invalid` that answers nothing; an `# allow` that silences nothing |": {
        "W303": ["# allow W302: z\n" + asked()],
        "W301": ["format f\n  user: x\n  assistant: y\n  invalid\n    assistant: no\n"],
    },
    "| `W302` `W401` | a value written twice in a list": {
        "W302": [Case(shown("x", "let x:", "  | a", "  | a"), also=frozenset({"W502"}))],
        "W401": [shown("city", *CITY, 'where city != "Rome"')],
    },
    "| `W501` `W506` | an answer that keeps too little of the base answer; one without what its `says` asks for |": {
        "W501": [styled("keep 60%", answers="answers s\n  user: Why?\n  base: a b c\n  assistant: d e f\n")],
        "W506": [asked("says: z")],
    },
    "| `W509` | recorded answers of another model than the one that is trained |": {
        "W509": [
            styled(
                answers="answers s\n  user: Why?\n  recorded: m (local), 2026-01-01\n  base: a\n",
                more='train\n  model = "other"\n',
            )
        ],
    },
    "| `W502` | the same conversation twice: reported, and merged by `unique` alone |": {
        "W502": [asked() + asked().replace("dialog d", "dialog e"), said("{y|y}")],
    },
    "| `W503` | a `rejected` that is the answer itself |": {"W503": [Case(asked("rejected: y"), target="openai-dpo")]},
    "| `W505` `W515` | a `validation` that holds nothing out; one that holds out another share than it says |": {
        "W505": [asked("validation 50%")],
        "W515": ["let n in 1..3\n" + asked("validation 10% by n").replace("x", "{n}")],
    },
    "(`W520`, `W521`) if they differ in nothing but capitals": {
        "W520": ["dialog d\n  user: Is it?\n  assistant: y\n\ndialog e\n  user: is  it\n  assistant: z\n"],
        "W521": [
            "dialog d\n  user: Is it?\n  assistant: y\n\ndialog e\n  user: is  it\n  assistant: y\n  validation 100%\n"
        ],
        "": ["dialog d\n  user: Is it?\n  assistant: y\n\ndialog e\n  user: is  it\n  assistant: Y.\n"],
    },
    "| `W520` | two questions that are nearly the same, with different answers |": {
        "W520": ["dialog d\n  user: x\n  assistant: y\n\ndialog e\n  user: X\n  assistant: z\n"],
    },
    "| `W521` | a held-out question that is nearly the same as a trained one |": {
        "W521": ["dialog d\n  user: x\n  assistant: y\n\ndialog e\n  user: X\n  assistant: y\n  validation 100%\n"],
    },
    "| `W507` `W508` `W522` `W602` | what could not be checked or counted |": {
        "W522": [Case(doubtful(1000), patch={"ftc.quality.near.MAX_SEARCHED": 999})],
        "W507": [Case(doubtful(1000), patch={"ftc.quality.examination.MAX_SEARCHED": 999})],
        "W508": [Case(asked() + "expect longest_tokens < 9\n", patch={COUNTER: lambda: None})],
        "W602": [Case(shown('"x " * 40_000'), target="openai", patch={COUNTER: lambda: None})],
    },
    "`# allow CODE: reason` on a line of its own says that warnings or advice of that code are meant.": {
        "": ["# allow W201: z\nlet a:\n  | x\n" + asked()],
    },
    "There it also allows what has no place (`W507`).": {
        "": [Case("# allow W507: z\n\n" + doubtful(1000), patch={"ftc.quality.examination.MAX_SEARCHED": 999})],
        "W507": [Case("# allow W507: z\n" + doubtful(1000), patch={"ftc.quality.examination.MAX_SEARCHED": 999})],
    },
    "A missing reason (`E337`), a code that does not exist (`E338`) and an error (`E339`) are errors.": {
        "E337": ["# allow W201:\n" + asked()],
        "E338": ["# allow W999: z\n" + asked(), "# allow W504: z\n" + asked()],
        "E339": ["# allow E201: z\n" + asked(), "# allow E501: z\n\n" + asked(), "# allow W303: z\n" + asked()],
    },
    'One error can be allowed: `E501`, above the line `table NAME from "…"`.': {
        "E501": [
            Case(
                'table t from "t.csv"\n' + said("{t.b}").replace("user: x", "user: {t.a}"), {"t.csv": "a,b\nx,1\nx,2\n"}
            )
        ],
        "": [
            Case(
                '# allow E501: z\ntable t from "t.csv"\n' + said("{t.b}").replace("user: x", "user: {t.a}"),
                {"t.csv": "a,b\nx,1\nx,2\n"},
            )
        ],
    },
    "One that silences nothing is a warning (`W303`).": {"W303": ["# allow A501: z\n" + asked()]},
    "It is not given for codes that begin with 6 to 9, for rejected answers, and for what could not be checked": {
        "": [f"# allow {code}: z\n" + asked() for code in ("W503", "W507", "W508", "W601", "W941")],
    },
    "Settings that cannot be read (`E030`), are not TOML (`E031`), stand in both files (`E032`), are unknown (`E033`)"
    " or do not fit (`E034`) are errors, as are files of two projects with two targets (`E035`).": {
        "E030": [settled("", pipes=("ftc.toml",))],
        "E031": [settled("target = trl\n")],
        "E032": [settled("strict = true\n", {"pyproject.toml": "[tool.ftc]\nstrict = true\n"})],
        "E033": [settled("targets = 'trl'\n")],
        "E034": [settled("target = 'tlr'\n"), settled("strict = 1\n"), settled("ignore = { E501 = '*' }\n")],
        "E035": [
            settled(
                "target = 'trl'\n",
                {"o/ftc.toml": "target = 'openai'\n", "o/o.ft": asked().replace("x", "z")},
                command=("check", "main.ft", "o/o.ft"),
            )
        ],
        "": [
            settled("target = 'trl'\nstrict = true\n"),
            settled("", {"pyproject.toml": "[tool.other]\nx = 1\n"}),
        ],
    },
    "| `A501` | a format that reads values out of messages, and shows no message that does not fit |": {
        "A501": ["format f\n  let n in 1..5\n  user: Take {n}.\n  assistant: {n}\n"],
    },
    "| `A502` | a block in which every question of yes or no (or true or false) has the same answer |": {
        "A502": [asked().replace("x", "Is it so?").replace("y", said) for said in ("Yes", "false")],
    },
    "| `A503` | a `says` that stands in the question, or in at least half of the answers of its block |": {
        "A503": [asked("says: y").replace("user: x", "user: y?")],
    },
    "| `A504` | answers of a fact that are asked for in fewer than five wordings |": {
        "A504": ["fact f\n  user: x\n  assistant: y\n"],
    },
    "| `W601` `W603` | fewer conversations than the target needs; a larger file than it accepts |": {
        "W601": [Case(asked() + 'train\n  provider = "openai"\n  model = "gpt-4.1-mini"\n', target="openai")],
        "W603": [
            Case(asked(), command=("compile", "main.ft"), patch={"ftc.targets.openai.openai": SMALL_FILES}),
        ],
    },
    "it is left out, which is warned about (`W604`)": {
        "W604": [Case(asked("rejected: z"), target="openai"), Case(asked("rejected: z"), target="trl")],
    },
    "| `W604` | answers not to give that the target has no place for |": {
        "W604": [Case(asked("rejected: z") + 'train\n  method = "dpo"\n', target="openai")],
    },
    # ── Small print ──
    "Reserved are `in not and or if else for where true false none` (`E151`)": {
        "E151": [said("y", f"let {word}: x") for word in sorted(RESERVED)],
    },
    "A name of several words, or in quotes, is an error (`E160`, `E159`)": {
        "E160": ["fact two words\n  user: {a|b|c|d|e}\n  assistant: y\n"],
        "E159": ['fact "quoted"\n  user: {a|b|c|d|e}\n  assistant: y\n'],
    },
    "so is a colon after the header of a block (`E161`)": {
        "E161": ["fact f:\n  user: {a|b|c|d|e}\n  assistant: y\n"],
    },
}
