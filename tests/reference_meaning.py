"""What the reference says of *any*, of rows, of meeting and of `where`, where an example would clutter the page.

`MEANT` has, by a sentence of the reference as it stands there, sources and what they write: one text a conversation, as
in the reference's own examples. A code alone stands for a source of which that comes.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Meant:
    """A source, and what it writes or which codes come of it."""

    text: str
    writes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)


def asks(user: str, *above: str, below: tuple[str, ...] = (), assistant: str = "ok") -> str:
    """A dialog in which the user says a text, below some lines."""
    lines = [*above, "dialog d", f"  user: {user}", f"  assistant: {assistant}", *[f"  {line}" for line in below]]
    return "\n".join([*lines, ""])


def dialog(user: str, *above: str, writes: tuple[str, ...], below: tuple[str, ...] = (), codes: str = "") -> Meant:
    """A dialog with one answer, and what the user says in it."""
    return Meant(asks(user, *above, below=below), tuple(f"{each} → ok" for each in writes), tuple(codes.split()))


def block(*lines: str, writes: tuple[str, ...] = (), codes: str = "", **files: str) -> Meant:
    return Meant("\n".join([*lines, ""]), writes, tuple(codes.split()), {f"{n}.jsonl": t for n, t in files.items()})


A = ("let a in 1..2",)
AB = ("let a in 1..2", "let b in 1..2")
NAMES = ("let name:", "  | Ann", "  | Bob")
GREETINGS = ("table friend", "  | name | says     |", "  | Ann  | {hi|ho} |", "  | Bob  | hey      |")
MIXED = 'let values = [1, "a", true, none, [1, "b"], {"k": 2}, 2.5]'


MEANT: dict[str, list[Meant]] = {
    # ── any ──
    "the type is *any*: it is accepted everywhere, and what does not fit is found at the pick that fails": [
        dialog('{{"a": 1, "b": "x"}["a"] + 1}', writes=("2",)),
        dialog('{{"a": 1, "b": "x"}["b"] + 1}', codes="E404", writes=()),
        dialog("{values[0] + 1} {values[1].upper()} {not values[2]} {len(values[4])}", MIXED, writes=("2 A false 2",)),
        dialog("{round(values[6])} {max(values[0], values[6])} {-values[0]}", MIXED, writes=("2 2.5 -1",)),
        dialog(
            '{values[4][1]} {values[5]["k"]} {values[5].k} {x}',
            MIXED,
            "let x in values[4]",
            writes=("b 2 2 1", "b 2 2 b"),
        ),
        dialog('{"yes" if values[2] else "no"} {values[0] < 2} {values[1] * 2}', MIXED, writes=("yes true aa",)),
        *[
            dialog(f"{{{wrong}}}", MIXED, codes="E404", writes=())
            for wrong in (
                "values[1] + 1",
                "values[0].upper()",
                "not values[0]",
                "len(values[0])",
                "-values[1]",
                "1 if values[0] else 2",
                "values[0] < values[1]",
                "values[2] + 1",
                "values[3]",
                "values[4]",
                "values[5]",
                "values[0][0]",
                "values[5].z",
                "values[0].k",
                "sum(values)",
                "join(values)",
                "round(values[1])",
                "values[2] < true",
                "values[2] * 2",
            )
        ],
    ],
    "Two values of different kinds are not equal, and a truth value is not a number, even where the type is *any*": [
        dialog(
            "{values[0] == values[1]} {values[0] != values[1]} {values[3] == values[4]}",
            MIXED,
            writes=("false true false",),
        ),
        dialog(
            '{values[0] == "1"} {values[2] == 1} {values[2] == true} {values[0] == 1.0}',
            MIXED,
            writes=("false false true true",),
        ),
        dialog(
            "{true in values} {1 in values} {[true] == [values[0]]} {true in [values[0]]}",
            MIXED,
            writes=("true true false false",),
        ),
    ],
    "a range is the list of its items at any depth": [
        dialog(
            '{(1..2) == [1, 2]} {[1..2] == [[1, 2]]} {json({"a": [1..2]})} {[1..2][0] + [3] == [1, 2, 3]}',
            writes=('true true {"a":[[1,2]]} true',),
        ),
        dialog("{x == [1, 2]}", 'let x in [1..2, "a"]', writes=("true", "false")),
    ],
    "An `.x` of *any* is a column of a row or a key of an object": [
        dialog('{[t, 1][0].c} {[{"c": 3}, 1][0].c}', "table t", "  | c |", "  | x |", writes=("x 3",)),
    ],
    # ── rows ──
    "`t` alone is the row that this conversation picked": [
        dialog(
            "{t.c} {json(t)} {t == t}",
            "table t",
            "  | c |",
            "  | x |",
            "  | y |",
            writes=('x {"c":"x"} true', 'y {"c":"y"} true'),
        ),
        dialog(
            "{t.c} {u.c} {t == u}",
            "table t",
            "  | c |",
            "  | x |",
            "  | y |",
            "let u in t",
            writes=("x x true", "x y false", "y x false", "y y true"),
        ),
    ],
    "A cell is text with all that text can hold: holes, alternatives, `\\|`. Blanks around it are not part of it": [
        dialog(
            "[{t.c}]",
            "let n in 1..2",
            "table t",
            "  | c |",
            r"  |   {n}   |",
            r"  | {a|b}\|c |",
            writes=("[1]", "[2]", "[a|c]", "[b|c]"),
        ),
    ],
    "It is met only where it is read": [
        dialog("{friend.name}", *GREETINGS, writes=("Ann", "Bob")),
        dialog("{friend.name} {friend.says}", *GREETINGS, writes=("Ann hi", "Ann ho", "Bob hey")),
    ],
    "Those of csv and tsv are text, so `007` stays `007`; `int(x)` and `float(x)` make numbers": [
        Meant(
            'table t from "t.csv"\ndialog d\n  user: {t.a} {int(t.a) + 1}\n  assistant: {float(t.b) * 2}\n',
            ("007 8 → 3.0",),
            files={"t.csv": "a,b\n007,1.5\n"},
        ),
        Meant(
            'table t from "t.tsv"\ndialog d\n  user: {t.a + 1}\n  assistant: y\n',
            codes=("E207",),
            files={"t.tsv": "a\n007\n"},
        ),
    ],
    "a key that a line of jsonl lacks is `none`": [
        block(
            'table t from "t.jsonl"',
            "dialog d",
            "  user: {t.a} {t.b == none}",
            "  assistant: {json(t.b)}",
            t='{"a": 1}\n{"a": 2, "b": "x"}\n{"a": 3, "b": null}\n',
            writes=("1 true → null", '2 false → "x"', "3 true → null"),
        ),
    ],
    # ── what meets what ──
    "A name is picked when a conversation first meets it, and keeps that pick": [
        Meant(
            "let a in 1..2\ndialog d\n  user: {a}\n  assistant: {a}\n  user: {a}?\n  assistant: {a}!\n",
            ("1 → 1 → 1? → 1!", "2 → 2 → 2? → 2!"),
        ),
    ],
    "To meet a name is to meet everything it is made of": [
        dialog("{c} {a}", *AB, "let c: {b}{a}", writes=("11 1", "12 2", "21 1", "22 2")),
    ],
    "An expression meets its names, from left to right": [
        dialog("{b * 10 + a}", *AB, writes=("11", "12", "21", "22")),
        dialog("{[b, a][0]}{[b, a][1]}", *AB, writes=("11", "12", "21", "22")),
    ],
    "but `x if c else y` meets those of `c`, then those of the side that is taken, and no others": [
        dialog(
            '{"a" + str(a) if c == "x" else "b" + str(b)}',
            *AB,
            "let c:",
            "  | x",
            "  | y",
            writes=("a1", "a2", "b1", "b2"),
        ),
        dialog(
            '{c}{(str(a) if c == "x" else str(b)) if c != "z" else "-"}',
            *AB,
            "let c:",
            "  | x",
            "  | y",
            "  | z",
            writes=("x1", "x2", "y1", "y2", "z-"),
        ),
        dialog("{e}", *A, "let c in [true, false]", 'let e = a if c else "no"', writes=("1", "2", "no")),
    ],
    "`and`, `or`, a chain of comparisons and a comprehension meet all their names, whether or not their values are "
    "needed; a call meets everything it is given": [
        dialog("{a < 0 and b > 0}{a}", *AB, codes="W502", writes=("false1", "false1", "false2", "false2")),
        dialog("{3 < a < b}{a}", *AB, codes="W502", writes=("false1", "false1", "false2", "false2")),
        dialog("{[b for x in []] == []}{a}", *AB, codes="W502", writes=("true1", "true2", "true1", "true2")),
        dialog("{first(a, b)}", *AB, "def first(x, y) = x", codes="W502", writes=("1", "1", "2", "2")),
        dialog(
            "{one(c, a, b)}{c}",
            *AB,
            "let c in [true, false]",
            "def one(c, x, y) = x if c else y",
            codes="W502",
            writes=("1true", "1true", "2true", "2true", "1false", "2false", "1false", "2false"),
        ),
        dialog(
            "{len([x for x in [1 if c else b]])}{c}",
            *AB,
            "let c in [true, false]",
            codes="W201 W502",
            writes=("1true", "1true", "1false", "1false"),
        ),
    ],
    "An alternative that is not taken meets nothing; a row that is not picked meets nothing; nor does a cell that is "
    "not read": [
        dialog("{x|{a}}", *A, writes=("x", "1", "2")),
        dialog("{t.c}", *AB, "table t", "  | c   |", "  | {a} |", "  | x{b} |", writes=("1", "2", "x1", "x2")),
        dialog("{t.c}", *A, "table t", "  | c | e   |", "  | x | {a} |", writes=("x",)),
    ],
    "What a conversation does not meet cannot vary it": [
        Meant(
            "let a in 1..2\ndialog d\n  user: x\n  assistant: y\ndialog e\n  user: {a}\n  assistant: y\n",
            ("x → y", "1 → y", "2 → y"),
        ),
    ],
    "| in a `case` | afresh each turn |": [
        block(
            "format f",
            "  case c",
            "    let a in 1..2",
            "    user: {a}",
            "    assistant: {a}",
            "  turns 2",
            writes=("1 → 1 → 1 → 1", "1 → 1 → 2 → 2", "2 → 2 → 1 → 1", "2 → 2 → 2 → 2"),
        ),
    ],
    "| in a `format` without `case` | afresh each turn, but once a conversation if `system` is made of it |": [
        block(
            "format f",
            "  let a in 1..2",
            "  user: {a}",
            "  assistant: y",
            "  turns 2",
            writes=("1 → y → 1 → y", "1 → y → 2 → y", "2 → y → 1 → y", "2 → y → 2 → y"),
        ),
        block(
            "format f",
            "  let a in 1..2",
            "  let s: s{a}",
            "  system: {s}",
            "  user: {a}",
            "  assistant: y",
            "  turns 2",
            writes=("s1 → 1 → y → 1 → y", "s2 → 2 → y → 2 → y"),
        ),
    ],
    "| in any other block | once a conversation |": [
        Meant(
            "dialog d\n  let a in 1..2\n  user: {a}\n  assistant: y\n  user: {a}?\n  assistant: z\n",
            ("1 → y → 1? → z", "2 → y → 2? → z"),
        ),
        block(
            "format f",
            "  let a in 1..2",
            "  case c",
            "    user: {a}",
            "    assistant: y",
            "  turns 2",
            writes=("1 → y → 1 → y", "2 → y → 2 → y"),
        ),
    ],
    "once a conversation; in a format, afresh each turn unless something outside its cases mentions it |": [
        block(
            *A,
            "format f",
            "  case c",
            "    user: {a}",
            "    assistant: y",
            "  turns 2",
            writes=("1 → y → 1 → y", "1 → y → 2 → y", "2 → y → 1 → y", "2 → y → 2 → y"),
        ),
        block(
            *A,
            "format f",
            "  system: {a}",
            "  case c",
            "    user: {a}",
            "    assistant: y",
            "  turns 2",
            writes=("1 → 1 → y → 1 → y", "2 → 2 → y → 2 → y"),
        ),
    ],
    "and by any `let` or `table` of the format that is made of it (not `let x in NAME`, whose picks are its own; nor "
    "a `where`, which never picks)": [
        block(
            *A,
            "format f",
            "  let b: b{a}",
            "  case c",
            "    user: {a}",
            "    assistant: y",
            "  case e",
            "    user: {b}",
            "    assistant: z",
            "  turns 2",
            writes=(
                "1 → y → 1 → y",
                "1 → y → b1 → z",
                "2 → y → 2 → y",
                "2 → y → b2 → z",
                "b1 → z → 1 → y",
                "b1 → z → b1 → z",
                "b2 → z → 2 → y",
                "b2 → z → b2 → z",
            ),
        ),
        block(
            *A,
            "format f",
            "  table t",
            "    | c   |",
            "    | {a} |",
            "  case c",
            "    user: {a} {t.c}",
            "    assistant: y",
            "  turns 2",
            writes=("1 1 → y → 1 1 → y", "2 2 → y → 2 2 → y"),
        ),
        block(
            *A,
            "format f",
            "  let x in a",
            "  case c",
            "    user: {a} {x}",
            "    assistant: y",
            "  turns 2",
            writes=(
                "1 1 → y → 1 1 → y",
                "1 1 → y → 2 1 → y",
                "1 2 → y → 1 2 → y",
                "1 2 → y → 2 2 → y",
                "2 1 → y → 1 1 → y",
                "2 1 → y → 2 1 → y",
                "2 2 → y → 1 2 → y",
                "2 2 → y → 2 2 → y",
            ),
        ),
        block(
            "let a in 1..3",
            "format f",
            "  where a < 3",
            "  case c",
            "    user: {a}",
            "    assistant: y",
            "  turns 2",
            writes=("1 → y → 1 → y", "1 → y → 2 → y", "2 → y → 1 → y", "2 → y → 2 → y"),
        ),
    ],
    "In a format without `case` only `system` counts": [
        block(
            *A,
            "format f",
            "  let b: b{a}",
            "  user: {b}{a}",
            "  assistant: y",
            "  turns 2",
            writes=("b11 → y → b11 → y", "b11 → y → b22 → y", "b22 → y → b11 → y", "b22 → y → b22 → y"),
        ),
        block(
            *A,
            "format f",
            "  system: {a}",
            "  user: {a}",
            "  assistant: y",
            "  turns 2",
            writes=("1 → 1 → y → 1 → y", "2 → 2 → y → 2 → y"),
        ),
    ],
    "Each exchange of a fact is a conversation": [
        block(
            *A,
            "fact f",
            "  user: {x|y|z} {a}",
            "  assistant: y",
            "  user: {a}",
            "  assistant: z",
            writes=("x 1 → y", "x 2 → y", "y 1 → y", "y 2 → y", "z 1 → y", "z 2 → y", "1 → z", "2 → z"),
        ),
    ],
    "It does not meet NAME itself, which may have another value in the same conversation": [
        dialog("{b}", "let a in 1..2", "let b in a", writes=("1", "2")),
        dialog("{a}{b}", "let a in 1..2", "let b in a", writes=("11", "12", "21", "22")),
    ],
    # ── where ──
    "`where` removes picks. It never adds any": [
        dialog("{a}", *A, "let b in 1..2", below=("where b == 1",), codes="E402", writes=()),
    ],
    "It applies in each conversation that picks all its names, and only there": [
        block(
            *AB,
            "where a != b",
            "dialog d",
            "  user: {a}{b}",
            "  assistant: y",
            "dialog e",
            "  user: {b}",
            "  assistant: z",
            writes=("12 → y", "21 → y", "1 → z", "2 → z"),
        ),
    ],
    "| after a `let`, or at the top of a file | every conversation that picks all its names |": [
        dialog("{a}", "let a in 1..3 where a != 2", writes=("1", "3")),
        dialog("{a}", "let a in 1..3", "where a != 2", writes=("1", "3")),
    ],
    "| in a block | the block's conversations |": [
        block(
            *A,
            "dialog d",
            "  where a == 1",
            "  user: {a}",
            "  assistant: y",
            "dialog e",
            "  user: {a}!",
            "  assistant: y",
            writes=("1 → y", "1! → y", "2! → y"),
        ),
    ],
    "| in a case | the turns of that case |": [
        block(
            *A,
            "format f",
            "  case c",
            "    where a == 1",
            "    user: {a}",
            "    assistant: y",
            "  case e",
            "    user: {a}!",
            "    assistant: y",
            writes=("1 → y", "1! → y", "2! → y"),
        ),
    ],
    "| in a fact, below a `user:` line | the exchange that the line began": [
        block(
            *A,
            "fact f",
            "  user: {x|y|z} {a}",
            "  where a == 1",
            "  assistant: y",
            "  user: {a}",
            "  assistant: z",
            writes=("x 1 → y", "y 1 → y", "z 1 → y", "1 → z", "2 → z"),
        ),
    ],
    "a condition on one of its columns holds, whether that cell is shown or not, and whatever it is made of": [
        dialog(
            "{t.c}",
            "let n:",
            "  | one",
            "  | two",
            "table t",
            "  | c | e         |",
            "  | x | {n.upper()} |",
            "  | y | THREE |",
            below=('where t.e == "ONE"',),
            codes="W401",
            writes=("x",),
        ),
        dialog(
            "{t.c}",
            "table t",
            "  | c | e |",
            "  | x | 1 |",
            "  | y | 2 |",
            below=('where t.e == "2"',),
            codes="W401",
            writes=("y",),
        ),
    ],
    "the conversation stays if some way to fill in the cell meets all its conditions": [
        dialog("{friend.name}", *GREETINGS, below=('where friend.says != "hi"',), writes=("Ann", "Bob")),
        dialog(
            "{friend.name}",
            *GREETINGS,
            below=('where friend.says != "hi"', 'where friend.says != "ho"'),
            codes="W401",
            writes=("Bob",),
        ),
    ],
    "A row in a `where` is compared whole. Two picks of one row are the same, unless they differ in something that "
    "the conversation met": [
        dialog(
            "{friend.name} {other.name}",
            *GREETINGS,
            "let other in friend",
            below=("where friend == other",),
            writes=("Ann Ann", "Bob Bob"),
        ),
        dialog(
            "{friend.says} {other.says}",
            *GREETINGS,
            "let other in friend",
            below=("where friend == other",),
            writes=("hi hi", "ho ho", "hey hey"),
        ),
        dialog(
            "{friend.says} {other.says}",
            *GREETINGS,
            "let other in friend",
            below=("where friend != other",),
            writes=("hi ho", "hi hey", "ho hi", "ho hey", "hey hi", "hey ho"),
        ),
        dialog(
            "{friend.says} {other.name}",
            *GREETINGS,
            "let other in friend",
            below=("where friend != other",),
            writes=("hi Bob", "ho Bob", "hey Ann"),
        ),
    ],
    "A `where` applies to each set of picks separately: it holds within `first`, and within `second`": [
        dialog(
            "{first} {second}",
            "let a in 1..2",
            "let b in 1..2",
            "where a != b",
            "let pair: {a}{b}",
            "let first in pair",
            "let second in pair",
            writes=("12 12", "12 21", "21 12", "21 21"),
        ),
    ],
    "A `where` in a case holds for everything its turn sees: what is picked in the turn, what is picked once a "
    "conversation, and the picks of every `let x in NAME` among them, wherever it is declared": [
        block(
            "format f",
            "  let a in 1..2",
            "  case c",
            "    let b in 1..2",
            "    where a != b",
            "    user: {a}{b}",
            "    assistant: y",
            writes=("12 → y", "21 → y"),
        ),
        block(
            *A,
            "let x in a",
            "format f",
            "  case c",
            "    where a == 1",
            "    user: {a}{x}",
            "    assistant: y",
            "  case e",
            "    user: {a}-{x}",
            "    assistant: z",
            writes=("11 → y", "1-1 → z", "1-2 → z", "2-1 → z", "2-2 → z"),
        ),
    ],
    "A computed name has its value as soon as everything it needs is picked; of a conditional in it, only the side "
    "that is taken": [
        dialog("{a}{b}", *AB, "let c = a + b", below=("where c == 3",), writes=("12", "21")),
        dialog(
            "{k}{a}",
            *AB,
            "let k in [true, false]",
            "let c = a if k else b",
            below=("where c == 1",),
            writes=("true1", "false1", "false2"),
        ),
    ],
    "A conditional in the `where` itself needs both sides": [
        dialog(
            "{k}{a}{| {b}}",
            *AB,
            "let k in [true, false]",
            below=("where (a if k else b) == 1",),
            writes=("true1", "true1 1", "true1 2", "true2", "false1", "false1 1", "false2", "false2 1"),
        ),
    ],
    "Conditions on one name are applied before anything is counted": [
        dialog(
            "{a}{b}",
            "let a in 1..1_000_000 where a < 3",
            "let b in 1..1_000_000 where b < 3",
            below=("where a * b == 2",),
            writes=("12", "21"),
        ),
    ],
    # That it names the line is held by `test_places`, against lines that are counted as the files are written.
    "A finding about a row names the line of the file that the row begins on, or the number of a row of parquet": [
        block(
            'table t from "t.jsonl"',
            "let x in t.xs",
            "dialog d",
            "  user: {x}",
            "  assistant: ok",
            codes="E404",
            t='{"xs": [1]}\n{"xs": 2}\n',
        ),
    ],
    "comparisons whose sides depend on one pick each (`a.x == b.x`, `a != b`, `a < b`, `a % b == 0`) are looked up": [
        dialog(
            "{a}{b}",
            "let a in 1..20_000",
            "let b in 1..20_000",
            below=("where a == b", "where a + 0 < 3"),
            writes=("11", "22"),
        ),
    ],
}

SHOWN = (
    "A table's columns move together:",
    "what is picked is a row.",
    "The first row names the columns.",
    "Rows begin and end with `|`.",
    '`{t.column}` reads a field, `{t["any header"]}` a field of any name.',
    "it can be compared, ranged over and given to `json`, but not shown (`E212`).",
    "A table may be read from a file:",
    "csv, tsv, jsonl or parquet.",
    "Its cells are data:",
    "nothing in them is interpreted.",
    "A conditional meets only the side that is taken, as alternatives do:",
    "Everything else in an expression is met, shown or not:",
    "`b` is met, though its value is never needed:",
    "each conversation is written twice, and warned about.",
    "In a comprehension, too, everything is met, here both names for each of the two values of `deep`:",
    "How long a pick is kept:",
    "| declared | picked |",
    "See [`format`](#format) for an example of each.",
    "`let x in NAME` ranges over every value that NAME can take, with picks of its own.",
    "So `let first in phrase` and `let second in phrase` are independent, including everything a phrase is made of.",
    "Tables whose cells use other tables are small synchronous grammars:",
    "4 phrases, and 4 × 4 pairs of phrases.",
    "`verb` is picked once in `first` and once in `second`.",
    "6 + 3:",
    "the second dialog does not pick `a`, so nothing is removed from it.",
    "Within one conversation, too, a `where` applies only where the alternatives taken have met all its names:",
    "3 alone, and 6 pairs.",
    "| where it is | what it applies to |",
    "6 pairs in the first exchange; in the second 4, as `1` with `2` is out too.",
    "It is enough that the conversation picks a row of the table:",
    "What the cell needs picked, and the conversation does not pick, varies nothing:",
    "Values made by `let x in NAME` have picks of their own.",
    "In `unseen` the cell is not shown, and in the next example nothing is picked for it; the condition holds all the "
    "same:",
    "Two rows are the same row even if a cell varies that was not met:",
    "A condition in a case, and a `let x in NAME` outside it:",
    "Expressions are a small, pure, typed subset of Python's.",
    "They go after `=` and `in`, in holes, and after `where` and `expect`.",
    "After `=` the expression may be in an indented block below instead; its lines are then read as one.",
    "Values have a type that is known before anything is written:",
    "text, whole number, number, truth value, `none`, list, object, row.",
    'Where values of several types come together (in a list `[1, "a"]`, in an object, in a column of a jsonl file) the '
    "type is *any*:",
)
"""Sentences that only lead to others, or that an example beside them shows."""
