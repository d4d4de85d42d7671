"""What each comment of a file stands above: a statement, an item or a row, as `ftc format` lays it out."""

from collections.abc import Iterator, Sequence
from typing import Any

from ftc.source import Span
from ftc.syntax import ast


def attached(file: ast.File) -> Iterator[tuple[ast.Comment, Span | None]]:
    """Each comment with the span of what is below it; None for one at the end of a block, a list or the file."""
    walk = _Walk(file)
    yield from walk.body(file.statements, -1, len(file.source.text) + 1)


class _Walk:
    """Goes through the statements of a file, and takes the comments that stand before each."""

    def __init__(self, file: ast.File) -> None:
        self._left = list(reversed(file.comments))

    def _take(
        self, offset: int, above: Span | None, deeper_than: int = -1
    ) -> Iterator[tuple[ast.Comment, Span | None]]:
        while self._left and self._left[-1].span.start < offset:
            if self._left[-1].span.column - 1 <= deeper_than:
                return
            yield self._left.pop(), above

    def body(
        self, statements: Sequence[ast.Statement], column: int, end: int
    ) -> Iterator[tuple[ast.Comment, Span | None]]:
        """Those in a block whose header is at a column."""
        for index, statement in enumerate(statements):
            after = statements[index + 1].span.start if index + 1 < len(statements) else end
            yield from self._take(body_start(statement), statement.span)
            yield from self._inside(statement, after)
        yield from self._take(end, None, column)

    def _inside(self, node: Any, end: int) -> Iterator[tuple[ast.Comment, Span | None]]:
        column = node.span.column - 1
        match node:
            case ast.Block(body=body):
                yield from self.body(body, column, end)
            case ast.Table(path=None, rows=rows) | ast.Replace(rows=rows):
                for span in (node.columns[0].span, *[row.span for row in rows]):
                    yield from self._take(span.start, span)
                yield from self._take(end, None, column)
            case _:
                content = getattr(node, "content", None) or getattr(node, "value", None) or getattr(node, "body", None)
                items = getattr(content, "items", None) or getattr(content, "invalid", None) or ()
                for item in items if isinstance(content, ast.Items | ast.Domain) else ():
                    yield from self._take(item.text.span.end, item.span)
                if items and isinstance(content, ast.Items | ast.Domain):
                    yield from self._take(end, None, column)


def body_start(statement: ast.Statement) -> int:
    """The offset before which comments stand above a statement.

    Those inside its text are among them: there is no place for them once the text is laid out.
    """
    match statement:
        case ast.Message(content=body) | ast.Let(value=body) | ast.Says(body=body):
            pass
        case ast.Rewrite(text=body) | ast.Recorded(text=body) | ast.Tool(description=body):
            pass
        case _:
            return statement.span.start
    match body:
        case ast.Text(span=span):
            return max(span.end, statement.span.start)
        case ast.Items(items=items):
            return items[0].span.start
        case _:
            return statement.span.start
