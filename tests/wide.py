"""Files that are wide, long or deep in one way or in two: what a file may have many of, as many as are asked for.

Each dimension is a function from a number to a `Part`. A file of one part, or of several that meet in one message, is
made by `files`; `main.ft` is the one to compile.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MAIN = "main.ft"


@dataclass(frozen=True)
class Part:
    """A wide thing: lines at the top of the file, what a message shows of it, blocks of its own, and other files."""

    top: str = ""
    hole: str = ""
    blocks: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


Dimension = Callable[[int], Part]


def files(*parts: Part) -> dict[str, str]:
    """The files of some parts, with a dialog that shows all that can be shown of them."""
    holes = " ".join(part.hole for part in parts if part.hole)
    shown = f"dialog shown\n  user: Say: {holes}\n  assistant: Said.\n" if holes else ""
    main = "\n".join([*(part.top for part in parts), shown, *(part.blocks for part in parts)])
    return {MAIN: main, **{name: text for part in parts for name, text in part.files.items()}}


def encoded(made: Mapping[str, str]) -> dict[str, bytes]:
    """The files as a loader takes them."""
    return {name: text.encode() for name, text in made.items()}


def _lines(count: int, line: str, start: int = 0) -> str:
    """A line so many times, each with its number for `#`."""
    return "".join(line.replace("#", str(number)) + "\n" for number in range(start, start + count))


# ── names and texts ───────────────────────────────────────────────────────────────────────────────


def names_in_a_let(n: int) -> Part:
    """Names in the text of one `let`."""
    return Part(_lines(n, "let a#: {x#|y#}") + f"let text_of: {_lines(n, '{a#}').replace(chr(10), ' ')}", "{text_of}")


def names_in_a_cell(n: int) -> Part:
    """Names in one cell of a table."""
    cell = "".join(f"{{k{number}}}" for number in range(n))
    return Part(_lines(n, "let k#: {x#|y#}") + f"table cell_of\n  | a |\n  | {cell} |\n", "{cell_of.a}")


def alternatives_in_a_let(n: int) -> Part:
    """Alternatives side by side in a `let`."""
    return Part(f"let beside: {_lines(n, '{u#|v#}').replace(chr(10), '')}\n", "{beside}")


def alternatives_in_a_message(n: int) -> Part:
    """Alternatives side by side in a message."""
    return Part(hole=_lines(n, "{m#|w#}").replace("\n", ""))


def one_of_many(n: int) -> Part:
    """Alternatives of which one is taken."""
    return Part(hole="{" + "|".join(f"way{number}" for number in range(n)) + "}")


def items(n: int) -> Part:
    """Items of a `let`."""
    return Part("let item:\n" + _lines(n, "  | item #"), "{item}")


def names_in_a_message(n: int) -> Part:
    """Names in a message."""
    return Part(_lines(n, "let b#: {x#|y#}"), _lines(n, "{b#}").replace("\n", " "))


def name_a_turn(n: int) -> Part:
    """Turns of a dialog that show a name each."""
    turns = _lines(n, "  user: {c#}?\n  assistant: {c#}!")
    return Part(_lines(n, "let c#: {x#|y#}"), blocks=f"dialog of_turns\n{turns}")


def plain_turns(n: int) -> Part:
    """Turns of a dialog in which nothing varies."""
    return Part(blocks="dialog plain_turns\n" + _lines(n, "  user: Question #?\n  assistant: Answer #."))


def one_choice_before_turns(n: int) -> Part:
    """Turns of a dialog in which nothing varies but the first message."""
    turns = _lines(n, "  user: Question #?\n  assistant: Answer #.")
    return Part(blocks=f"dialog of_one_choice\n  user: {{Hi|Hello}}!\n  assistant: Hello.\n{turns}")


def plain_names_in_a_message(n: int) -> Part:
    """Names of one text each in a message."""
    return Part(_lines(n, "let o#: plain#"), _lines(n, "{o#}").replace("\n", " "))


def varying_a_turn(n: int) -> Part:
    """Turns of a dialog that show a name each whose texts vary themselves."""
    turns = _lines(n, "  user: {i#}?\n  assistant: {i#}!")
    return Part(_lines(n, "let i#:\n  | a{x|y}#\n  | {p|q}b#"), blocks=f"dialog of_varying\n{turns}")


def alternatives_a_turn(n: int) -> Part:
    """Turns of a dialog with alternatives of their own."""
    return Part(blocks="dialog of_alternatives\n" + _lines(n, "  user: {q|r}\n  assistant: Answer #."))


def made_of_each_other(n: int) -> Part:
    """Names made of each other, each declared above what it is made of."""
    above = "".join(f"let d{k}: a{{d{k + 1}}}\n" for k in range(n - 1))
    return Part(f"{above}let d{n - 1}: {{x|y}}\n", "{d0}")


def computed_of_each_other(n: int) -> Part:
    """Computed names made of each other, each declared below what it is made of."""
    below = "".join(f"let e{number} = e{number - 1} + 1\n" for number in range(1, n))
    return Part(f"let e0 in 1..2\n{below}", f"{{e{n - 1}}}")


def afresh_of_each_other(n: int) -> Part:
    """Names that are picks of their own of each other."""
    below = "".join(f"let f{number} in f{number - 1}\n" for number in range(1, n))
    return Part(f"let f0: {{x|y}}\n{below}", f"{{f{n - 1}}}")


def misspelt(n: int) -> Part:
    """A tenth as many misspelt uses as there are names."""
    uses = _lines(n // 10, "{colour_number#x}").replace("\n", " ")
    return Part(_lines(n, "let color_number#: {x#|y#}"), uses)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def columns(n: int) -> Part:
    """Columns of one table, all in a `let`."""
    head, row = _lines(n, "c# |").replace("\n", " "), _lines(n, "v# |").replace("\n", " ")
    shown = _lines(n, "{wide_table.c#}").replace("\n", "")
    return Part(f"table wide_table\n  | {head}\n  | {row}\n  | {row}\nlet of_columns: {shown}\n", "{of_columns}")


def rows(n: int) -> Part:
    """Rows of a table."""
    return Part("table long_table\n  | a | b |\n" + _lines(n, "  | a# | b# |"), "{long_table.a} {long_table.b}")


def rows_of_csv(n: int) -> Part:
    """Rows of a csv file."""
    return Part('table of_csv from "wide.csv"\n', "{of_csv.a}", files={"wide.csv": "a,b\n" + _lines(n, "a#,b#")})


def rows_of_jsonl(n: int) -> Part:
    """Rows of a jsonl file."""
    lines = _lines(n, '{"a": #, "b": "b#"}')
    return Part('table of_jsonl from "wide.jsonl"\n', "{of_jsonl.a}", files={"wide.jsonl": lines})


def other_keys(n: int) -> Part:
    """Rows of a jsonl file, each with a key of its own."""
    lines = _lines(n, '{"k#": #}')
    return Part('table of_keys from "keys.jsonl"\n', "{of_keys.k0 == 0}", files={"keys.jsonl": lines})


def deep_cell(n: int) -> Part:
    """Lists inside each other in a cell of jsonl, the object of the line counted with them."""
    line = f'{{"deep": {"[" * (n - 1)}1{"]" * (n - 1)}}}\n'
    shown = "{json(deep_table.deep)} {deep_table.deep == deep_table.deep}"
    return Part('table deep_table from "deep.jsonl"\n', shown, files={"deep.jsonl": line * 2})


# ── expressions ───────────────────────────────────────────────────────────────────────────────────


def functions(n: int) -> Part:
    """Functions that call each other in a chain."""
    below = "".join(f"def g{number}(x) = g{number - 1}(x)\n" for number in range(1, n))
    return Part(f"let of_def in 1..2\ndef g0(x) = x\n{below}", f"{{g{n - 1}(of_def)}}")


def numbers_in_a_list(n: int) -> Part:
    """Numbers in a list, and a name that ranges over it."""
    numbers = ", ".join(map(str, range(n)))
    return Part(f"let xs = [{numbers}]\nlet of_list in xs\n", "{of_list}")


def numbers_in_braces(n: int) -> Part:
    """Numbers in a list that is written in a message."""
    return Part(hole="{[" + ", ".join(map(str, range(n))) + "]}")


def comprehension(n: int) -> Part:
    """Items of a list that a comprehension makes."""
    return Part(f"let of_made in [x * x for x in 1..{n} if x > 0]\n", "{of_made}")


def keys(n: int) -> Part:
    """Keys of an object."""
    pairs = ", ".join(f'"k{number}": {number}' for number in range(n))
    return Part(f'let of_keys_in in 1..2\nlet object = {{{pairs}, "last": of_keys_in}}\n', '{object["last"]}')


def nested_json(n: int) -> Part:
    """Calls of `json` inside each other."""
    return Part("let of_json in 1..2\n", "{" + "json(" * n + "of_json" + ")" * n + "}")


def conditions(n: int) -> Part:
    """Equal `where` lines."""
    return Part("let l in 1..3\nlet r in 1..3\n" + _lines(n, "where l != r"), "{l} {r}")


def other_conditions(n: int) -> Part:
    """`where` lines that all ask something else, of two names."""
    return Part("let lo in 1..3\nlet hi in 1..3\n" + _lines(n, "where lo + # != hi + 1 + #"), "{lo} {hi}")


def own_conditions(n: int) -> Part:
    """`where` lines, each about a name of its own."""
    return Part(_lines(n, "let h# in 1..3 where h# != 2"), _lines(n, "{h#}").replace("\n", " "))


# ── blocks ────────────────────────────────────────────────────────────────────────────────────────


def cases(n: int) -> Part:
    """Cases of a format."""
    body = _lines(n, "  case case#\n    user: Question #\n    assistant: Answer #")
    return Part(blocks=f"format of_cases\n{body}  turns 1..2\n")


def turns(n: int) -> Part:
    """Turns of a format."""
    return Part(blocks=f"format of_many_turns\n  user: {{x|y}}?\n  assistant: Yes.\n  turns {n}\n")


def dialogs(n: int) -> Part:
    """Blocks of a file."""
    return Part(blocks=_lines(n, "dialog block#\n  user: {Hi|Hello} #\n  assistant: Hello #.\n"))


def exchanges(n: int) -> Part:
    """Exchanges of a fact."""
    return Part(blocks="fact of_exchanges\n" + _lines(n, "  user: {Say|Tell me} #\n  assistant: Said #"))


def says(n: int) -> Part:
    """Items of a `says`."""
    return Part(blocks="fact of_says\n  user: {Say|Do say}\n  assistant: Said.\n  says:\n" + _lines(n, "    | said"))


def tools(n: int) -> Part:
    """Tools of a file, each called once, in one message."""
    calls, answers = _lines(n, "  assistant calls tool#(a={x})").replace("{x}", "1"), _lines(n, "  tool: Done #.")
    block = f"dialog of_tools\n  user: {{Go|Run}}!\n{calls}{answers}  assistant: Done.\n"
    return Part(_lines(n, "tool tool#(a: int): Tool #."), blocks=block)


def parameters(n: int) -> Part:
    """Parameters of a tool."""
    taken = ", ".join(f"p{number}: int" for number in range(n))
    given = ", ".join(f"p{number}={number}" for number in range(n))
    calls = f"  assistant calls many({given})\n  tool: Done.\n"
    return Part(
        f"tool many({taken}): Takes much.\n", blocks=f"dialog of_many\n  user: Go.\n{calls}  assistant: Done.\n"
    )


def replaced(n: int) -> Part:
    """Words that a style replaces."""
    style = "style swapped\n  replace\n    | plain | styled |\n" + _lines(n, "    | word# | term# |")
    fact = "fact of_style\n  style swapped\n  user: {Say|Do say} it.\n  assistant: word0 word1\n"
    return Part(blocks=f"{style}\n{fact}")


def styles(n: int) -> Part:
    """Styles, each of a fact of its own."""
    style = "style style#\n  assistant: {answer} #\n"
    one = style + "fact styled#\n  style style#\n  user: {Say|Do say} #\n  assistant: It.\n"
    return Part(blocks=_lines(n, one))


def used_files(n: int) -> Part:
    """Files that use each other in a chain, each with a name of its own."""
    made = {f"used{k}.ft": f'use "used{k + 1}.ft"\nlet file{k}: {{x|y}}\n' for k in range(n - 1)}
    last = {f"used{n - 1}.ft": f"let file{n - 1}: {{x|y}}\n"}
    return Part('use "used0.ft"\n', f"{{file0}} {{file{n - 1}}}", files=made | last)


def used_side_by_side(n: int) -> Part:
    """Files that one file uses."""
    made = {f"side{number}.ft": f"let side{number}: {{x|y}}\n" for number in range(n)}
    return Part(_lines(n, 'use "side#.ft"'), _lines(n, "{side#}").replace("\n", " "), files=made)


DIMENSIONS: dict[str, Dimension] = {
    made.__name__: made
    for made in (
        names_in_a_let, names_in_a_cell, alternatives_in_a_let, alternatives_in_a_message, one_of_many, items,
        names_in_a_message, plain_names_in_a_message, name_a_turn, plain_turns, one_choice_before_turns, varying_a_turn,
        alternatives_a_turn, made_of_each_other, computed_of_each_other, afresh_of_each_other, misspelt, columns, rows,
        rows_of_csv, rows_of_jsonl, other_keys, deep_cell, functions, numbers_in_a_list, numbers_in_braces,
        comprehension, keys, nested_json, conditions, other_conditions, own_conditions, cases, turns, dialogs,
        exchanges, says, tools, parameters, replaced, styles, used_files, used_side_by_side,
    )
}  # fmt: skip
