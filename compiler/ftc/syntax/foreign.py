"""Statements as other tools write them, with what is meant by each: reported before a token that is merely missing."""

import re

from ftc.edits import Edits, instead
from ftc.source import Span
from ftc.syntax.lines import BLANK, strip
from ftc.syntax.tokens import ROLES, Sink, Token

# What editors for Chinese and Japanese put in place of a colon.
_WIDE_COLONS = "：﹕∶︓"
_FROM = re.compile(r'from\s+"([^"]*)"')
_TABLE = re.compile(r"\.(?:csv|tsv|jsonl|parquet)$")
# A file behind the name of a table: `= "cities.csv"`, `cities.csv`.
_TABLE_FILE = re.compile(r"""=?\s*["']?([^"'\s=]+\.(?:csv|tsv|jsonl|parquet))["']?\s*$""")
_WIDE_TOOL = re.compile(r"\w+\s*（[^（）]*）")
_NARROW = {0xFF08: "(", 0xFF09: ")", 0xFF1A: ":", 0xFF1D: "=", 0xFF0C: ","}
_DOTTED = re.compile(r"\w+(?:[.-]\w+)+(?=\s*\()")
# `weight=0`, `(loss: false)`: how others keep an answer out of the training.
_WEIGHT = re.compile(
    r"[(\[]?\s*(?:weight|loss|train|trained|learn)\s*[=:]\s*(0(?:\.0+)?|false|no|1(?:\.0+)?|true|yes)\s*[)\]]?\s*:\s*",
    re.IGNORECASE,
)
_STEPS = re.compile(r"(-?[0-9]+)\s*\.\.\s*(-?[0-9]+)\s+(?:step|by)\s+([0-9]+)")
_VALUE = r"""("[^"\n]*"|(?<![\w.)\]"])[\w.]+(?![\w.(\["]))"""
_CONTAINS = re.compile(rf"{_VALUE}\s+contains\s+{_VALUE}")
_NOT = re.compile(r"\s+not\b")
_TERNARY = re.compile(r"""\s*("[^"]*"|[\w.]+)\s*:\s*("[^"]*"|[\w.]+)\s*$""")


def reported(statement: list[Token], rejected: int, so_far: str, sink: Sink) -> bool:
    """Report the token `rejected` of a statement if it begins what another tool writes there; whether it does."""
    kind, _, start, _ = statement[rejected]
    text, head, before = sink.text, statement[0][0], statement[rejected - 1]
    stop = sink.line_end(start)
    rest = text[start:stop]
    if rest[:1] and rest[0] in _WIDE_COLONS:
        behind, end = strip(text, start + 1, stop)
        sign = sink.edit(before[3], behind, ": " if behind < end else ":")
        sink.report("E170", start, start + 1, edits=(sign,), safe=True, found=rest[0], mark="colon")
    elif rest[:1] == "＝":
        behind, end = strip(text, start + 1, stop)
        sign = sink.edit(before[3], behind, " = " if behind < end else " =")
        sink.report("E170", start, start + 1, edits=(sign,), safe=True, found="＝", mark="equals sign")
    elif head == "tool" and rejected < 3 and (wide := _WIDE_TOOL.match(text, statement[1][2], stop)):
        at = text.index("（", wide.start())
        fixed = sink.edit(wide.start(), stop, text[wide.start() : stop].translate(_NARROW))
        sink.report("E170", at, at + 1, edits=(fixed,), found="（", mark="parenthesis")
    elif (head in ROLES or head in ("let", "says")) and (found := _FROM.match(rest)):
        name = text[statement[0][3] : statement[rejected - 1][3]].strip() if head == "let" else ""
        is_table = name.isidentifier() and _TABLE.search(found[1])
        edits = (sink.edit(*statement[0][2:], "table"),) if is_table else ()
        sink.report("E168", start, start + found.end(), edits=edits, block="" if edits else so_far)
    elif rejected == 1 and head in ROLES and rest.startswith("calls "):
        is_other = head not in ("rejected", "base")
        edits = (sink.edit(*statement[0][2:], "assistant"),) if is_other else ()
        sink.report("E169", start, stop, edits=edits, head=head, text="" if edits else head)
    elif head == "tool" and rejected < 3 and (dotted := _DOTTED.match(text, statement[1][2], stop)):
        sink.report("E160", *dotted.span(), edits=(sink.edit(*dotted.span(), _joined(dotted[0])),))
    elif (calls := _calls(statement[:rejected])) is not None and kind in (".", "-", "{"):
        after = statement[calls + 1][2]
        if kind == "{" or (kind == "." and _is_declared(text, text[after:start])):
            sink.report("E173", after if kind == "." else start, stop)
        elif dotted := _DOTTED.match(text, after, stop):
            sink.report("E160", *dotted.span(), edits=(sink.edit(*dotted.span(), _joined(dotted[0])),))
        else:
            return False
    elif head == "assistant" and rejected == 1 and (weight := _WEIGHT.match(rest)):
        word = " untrained:" if weight[1].lower()[0] in "0fn" else ":"
        behind = start + weight.end()
        mark = sink.edit(before[3], behind, f"{word} " if behind < stop else word)
        sink.report("E171", start, start + len(weight[0].rstrip(": ")), edits=(mark,), safe=True)
    elif head == "table" and rejected == 2 and kind == "STRING":
        edits = (sink.edit(start, start, "from "),)
        sink.report("E152", start, start, edits=edits, safe=True, expected="`from`", after=so_far)
    elif head == "table" and rejected == 2 and (file := _TABLE_FILE.match(rest)):
        edits = (sink.edit(start, stop, f'from "{file[1]}"'),)
        sink.report("E152", start, start, edits=edits, safe=True, expected="`from`", after=so_far)
    else:
        return False
    return True


def _is_declared(text: str, name: str) -> bool:
    """Whether a file declares a name with values, so that `name.tool` behind `calls` is one of its columns."""
    return re.search(rf"^[ ]*(?:let|table)[ ]+{re.escape(name)}\b", text, re.MULTILINE) is not None


def _calls(before: list[Token]) -> int | None:
    """The number of the `calls` of a statement, where no bracket is open behind it."""
    at = next((i for i, token in enumerate(before) if token[0] == "calls"), None)
    return at if at is not None and not any(token[0] == "(" for token in before[at:]) else None


def _joined(name: str) -> str:
    return re.sub(r"[.-]", "_", name)


def in_other_words(sink: Sink, start: int, word: int, end: int) -> Edits:
    """What a statement that begins at `start` says here by a word of other languages: `0..100 step 10`, `a contains b`,
    `a is b`. None where it is not clear what is meant."""
    text, stop = sink.text, sink.line_end(end)
    if found := _around(_STEPS, text, start, word, stop):
        low, high, step = int(found[1]), int(found[2]), int(found[3])
        item = f"k * {step}" if not low else f"{low} + k * {step}"
        listed = f"[{item} for k in 0..{max(0, (high - low) // step)}]" if step else ""
        return instead(Span(sink.source, *found.span()), listed)
    if found := _around(_CONTAINS, text, start, word, stop):
        return (sink.edit(*found.span(), f"{found[2]} in {found[1]}"),)
    if text[word:end] == "is" and not _NOT.match(text, end):
        return (sink.edit(word, end, "=="),)
    return ()


def _around(form: re.Pattern[str], text: str, start: int, word: int, end: int) -> re.Match[str] | None:
    return next((each for each in form.finditer(text, start, end) if each.start() <= word < each.end()), None)


def conditional(sink: Sink, start: int, question: int, end: int) -> Edits:
    """`n > 3 ? "a" : "b"` as it is written here; nothing where it is too much to tell."""
    text = sink.text
    found = _TERNARY.match(text, question + 1, end)
    written = text[start:question].lstrip(BLANK)
    condition = written.rstrip(BLANK)
    if not found or not condition:
        return ()
    return (sink.edit(question - len(written), found.end(2), f"{found[1]} if {condition} else {found[2]}"),)
