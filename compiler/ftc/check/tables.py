"""Tables, from their rows in the source or their file to names of the model."""

from collections.abc import Iterator
from operator import itemgetter

from ftc.check.model import Level, Table
from ftc.check.scope import Findings
from ftc.check.templates import Templates
from ftc.diagnostics import Diagnostic, Label
from ftc.expressions.types import ANY, TEXT, Type, join_all, row_of, type_of
from ftc.loader import Loader, TableData
from ftc.syntax import ast
from ftc.syntax.habits import typed_breaks


def table(statement: ast.Table, templates: Templates, level: Level, loader: Loader, has_mistake: bool) -> Table:
    """The table that a statement declares; `has_mistake` says whether the parser found one in its lines."""
    if statement.path is not None:
        return _from_file(statement, statement.path, templates, level, loader)
    columns = tuple([column.text for column in statement.columns])
    rows = tuple([tuple([templates.text(cell) for cell in row.cells]) for row in statement.rows])
    if not rows and not has_mistake:
        templates.findings.add("E308", statement.name.span)
    places = [row.span for row in statement.rows]
    type_ = row_of(tuple([(column, TEXT) for column in columns]))
    return Table(statement.name.text, statement.name.span, level, columns, rows, places.__getitem__, None, type_)


def _from_file(statement: ast.Table, path: ast.String, templates: Templates, level: Level, loader: Loader) -> Table:
    data = loader.table(path.value, path.span)
    declared = Table(statement.name.text, statement.name.span, level, type=ANY)
    if isinstance(data, Diagnostic):
        templates.findings.adopt(data, path.span)
        return declared
    types = list(map(_type_of_all, _columns(data))) if data.typed else [TEXT] * len(data.columns)
    declared.columns, declared.data, declared.place = data.columns, data.rows, data.place
    _line_ends(statement.name.text, data, path, templates.findings, loader)
    declared.type = row_of(tuple(zip(data.columns, types, strict=True)))
    return declared


def _line_ends(name: str, data: TableData, path: ast.String, findings: Findings, loader: Loader) -> None:
    """Warn of the first cell with a `\\n` that was typed, or of one whose lines end in CR LF.

    A csv file has the former alone: its reader gives the lines of a cell the ends that the lines of a source have.
    """
    if not data.typed and b"\\" not in loader.contents[data.name]:
        return
    for at, column in enumerate(data.columns):
        for number, row in enumerate(data.rows):
            cell = row[at]
            if type(cell) is not str:
                if type(cell) in (list, dict) and any("\r" in text for text in _texts_in(cell)):
                    where, labels = _row(data, number)
                    findings.add("W112", path.span, labels, path=data.name, where=where, column=column, what="a CR")
                    return
                continue
            if "\r" in cell:
                what, made = "a CR", "\\u000d"
            elif not data.typed and "\\" in cell and (found := typed_breaks(cell, 0, len(cell))):
                what, made = f"`{found[0][0]}`", found[0][0].replace("\\", "\\\\")
            else:
                continue
            owner = f"{name}.{column}" if column.isidentifier() else f'{name}["{column}"]'
            lines = "" if made == "\\u000d" else "\\t" if made == "\\\\t" else "\\n"
            way = f'{owner}.replace("{made}", "{lines}")'
            if f"{owner}.replace(" in path.span.source.text:
                break  # It is known, and mended where the cell is shown.
            where, labels = _row(data, number)
            findings.add("W112", path.span, labels, path=data.name, where=where, column=column, what=what, way=way)
            return


def _row(data: TableData, number: int) -> tuple[str, tuple[Label, ...]]:
    """A row in words, and a label there."""
    place = data.place(number)
    return f"{'Row' if place.source.in_rows else 'Line'} {place.line:,}", (Label(place, "in this row"),)


def _texts_in(value: object) -> Iterator[str]:
    """The texts inside a list or an object, not counting its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(each)


def _columns(data: TableData) -> Iterator[list[object]]:
    """The cells of each column; one column at a time, as there may be ten million in all."""
    return (list(map(itemgetter(at), data.rows)) for at in range(len(data.columns)))


def _type_of_all(cells: list[object]) -> Type:
    """The type of the cells of a column. A list is looked into; of what else there is, one of a kind tells all."""
    kinds = dict(zip(map(type, cells), cells, strict=True))
    lists = [cell for cell in cells if type(cell) is list] if list in kinds else []
    return join_all(sorted(set(map(type_of, (*kinds.values(), *lists))), key=str))
