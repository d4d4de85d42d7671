"""Texts as they are written: on the line of their colon, in lines below it, and in cells."""

import re

from wcwidth import wcswidth

from ftc.syntax import ast
from ftc.syntax.expression_printer import expression

# Pictures take two columns wherever emoji are drawn, also those that Unicode would draw as signs of one column.
_PICTURE = re.compile("[\U0001f300-\U0001faff](?![\ufe0e\ufe0f])")
_LITERALS = (ast.Number, ast.String, ast.Constant)


def template(text: ast.Text, raw: bool = False, bars: bool = False) -> str:
    """The characters, holes and alternatives of a text; with `bars`, a `|` in it is escaped."""
    return "".join(_part(part, raw or text.raw, bars) for part in text.parts)


def _part(part: ast.Part, raw: bool, bars: bool) -> str:
    match part:
        case ast.Literal(text=text):
            return text if raw else re.sub(r"[{}|]" if bars else r"[{}]", r"\\\g<0>", text)
        case ast.Hole(expr=expr, spec=None):
            return f"{{{expression(expr, in_text=True)}}}"
        case ast.Hole(expr=expr, spec=str() as spec):
            written = expression(expr, in_text=True)
            # A literal with a spec looks like JSON, so it is an error but in parentheses.
            written = f"({written})" if isinstance(expr, _LITERALS) else written
            return f"{{{written}:{re.sub(r'[{}|]', _escaped, spec)}}}"
        case ast.Choice(alternatives=alternatives):
            return "{" + "|".join(template(alternative, bars=True) for alternative in alternatives) + "}"
        case _:
            raise TypeError(f"not a part of a text: {type(part).__name__}")


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def text_lines(text: ast.Text, header: int, width: int, raw: bool = False) -> tuple[str, list[str]]:
    """What stands behind the mark of a text, and the lines below it: one of the two is empty.

    `header` is the offset of the mark; a line wider than `width` stays below it where it was written there.
    """
    written = template(text, raw)
    lines = written.split("\n")
    # A text is read without the blanks around it, and a list of which every item ends in a bar as a Markdown table.
    # What was recorded stays below: a line more or less is then no change of the lines around it.
    is_better_below = raw or written[-1:] == "|" or len(written) > width
    if len(lines) == 1 and written[:1] != "\t" and not (is_better_below and _is_below(text, header)):
        return written, []
    if not (raw or text.raw) and written[0] in "|~":
        lines[0] = f"\\{lines[0]}"
    return "", lines


def _is_below(text: ast.Text, header: int) -> bool:
    return "\n" in text.span.source.text[header : text.span.start]


def table_lines(columns: tuple[ast.Ident, ...], rows: tuple[ast.Row, ...]) -> list[str]:
    """A header and rows, with the bars of each column below one another."""
    names = [re.sub(r"[{}|]", _escaped, column.text) for column in columns]
    cells = [names, *([template(cell, bars=True) for cell in row.cells] for row in rows)]
    widths = [max(_width(row[index]) for row in cells) for index in range(len(columns))]
    padded = ([_padded(*cell) for cell in zip(row, widths, strict=True)] for row in cells)
    return ["| " + " | ".join(row) + " |" for row in padded]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    """How many columns of a terminal a cell takes; one a character where some have no width that is known."""
    width = wcswidth(_PICTURE.sub("\\g<0>\ufe0f", cell))
    return width if width >= 0 else len(cell)
