"""The text of an answers file, to which answers are added: what is there already stays as it is, to the letter.

The text is cut behind each statement into a linked list of pieces; a new answer is a piece between two of them. This
module knows no disk.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ftc.check.answers import CUT, literal_text
from ftc.diagnostics import has_errors
from ftc.source import SourceFile
from ftc.syntax import ast, parse
from ftc.syntax.lines import BLANK

# A piece that begins with a blank line.
_BLANK_LINE = re.compile(r"\r?\n[ \t\r]*\n")


class NotAnAnswersFile(Exception):
    """The text is not that of an answers file."""


@dataclass(slots=True, eq=False)
class _Piece:
    """From behind a statement up to the end of the next; `starts` says that it holds a statement."""

    text: str
    starts: bool = False
    next: "_Piece | None" = None

    def follow(self, text: str) -> "_Piece":
        """A new statement behind this one."""
        self.next = _Piece(text, True, self.next)
        return self.next


@dataclass(slots=True, eq=False)
class _Entry:
    """A prompt, its piece and the last of those below it. `stale` is the `recorded:` of an answer that was deleted, and
    what is to be left of its piece."""

    column: int
    prompt: _Piece
    last: _Piece
    base: str | None = None
    final: str | None = None
    how: str | None = None
    base_piece: _Piece | None = None
    stale: tuple[_Piece, str] | None = None


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """The answers to a prompt; `how` is the `recorded:` of `base`."""

    base: str | None
    final: str | None
    how: str | None


class AnswersText:
    """The text of a file; NotAnAnswersFile where it has errors."""

    def __init__(self, name: str, text: str) -> None:
        self._end = "\r\n" if "\r\n" in text else "\n"
        self._first = self._last = _Piece("")
        self._entries: dict[tuple[str, str], _Entry] = {}
        # The column of the statements in the first block of each style, and the piece that ends in its header.
        self._blocks: dict[str, tuple[int, _Piece]] = {}
        self._read(SourceFile(name, text))

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self._pieces())

    def lookup(self, style: str, prompt: str) -> RecordedAnswer | None:
        """The answers to a prompt, if the file has it."""
        entry = self._entries.get((style, prompt))
        return RecordedAnswer(entry.base, entry.final, entry.how) if entry else None

    # ── additions ─────────────────────────────────────────────────────────────────────────────────

    def record(self, style: str, prompt: str, base: str, how: str, earlier: Iterable[str]) -> bool:
        """Add a base answer, behind the nearest of the `earlier` prompts that the file has; False where there is an
        answer already. All texts must be ones that raw text can hold."""
        entry = self._entries.get((style, prompt))
        if entry is None:
            entry = self._entry(style, prompt, earlier)
        elif entry.base is not None or entry.final is not None:
            return False
        if entry.stale is not None:
            piece, kept = entry.stale
            piece.text = kept
            entry.stale = None
        indent = " " * entry.column
        added = self._statement(indent, "recorded", how, below=False)
        added += self._statement(indent, "base", base, below=True)
        entry.base_piece = self._below(entry, entry.prompt, added)
        entry.base, entry.how = base, how
        return True

    def rewrite(self, style: str, prompt: str, final: str, how: str) -> bool:
        """Add the final answer that was made from a base answer; False where there is one, or no base answer."""
        entry = self._entries.get((style, prompt))
        if entry is None or entry.base_piece is None or entry.final is not None:
            return False
        indent = " " * entry.column
        # Without a line of its own an answer is a person's, who does not cut it off.
        same = how == entry.how and not how.endswith(CUT)
        added = "" if same else self._statement(indent, "recorded", how, below=False)
        self._below(entry, entry.base_piece, added + self._statement(indent, "assistant", final, below=True))
        entry.final = final
        return True

    @staticmethod
    def _below(entry: _Entry, piece: _Piece, text: str) -> _Piece:
        """Add statements to an entry, below one of its pieces."""
        new = piece.follow(text)
        if entry.last is piece:
            entry.last = new
        return new

    def _entry(self, style: str, prompt: str, earlier: Iterable[str]) -> _Entry:
        """Add an entry, with a blank line between it and its neighbours."""
        before = next((found for each in earlier if (found := self._entries.get((style, each)))), None)
        if before is not None:
            column, after, apart = before.column, before.last, self._end
        else:
            if style not in self._blocks:
                self._open(style)
            (column, after), apart = self._blocks[style], ""
        if after.next is not None and after.next.starts and not _BLANK_LINE.match(after.next.text):
            after.next.text = self._end + after.next.text
        below = "\n" in prompt or prompt[:1] == "\t"
        piece = after.follow(apart + self._statement(" " * column, "user", prompt, below=below))
        entry = self._entries[style, prompt] = _Entry(column, piece, piece)
        return entry

    def _open(self, style: str) -> None:
        """Add a block for a style, at the end of the file."""
        written = self.text
        apart = "" if not written else self._end if written.endswith("\n") else self._end * 2
        self._last = self._last.follow(f"{apart}answers {style}")
        self._last.starts = False
        self._blocks[style] = 2, self._last
        self._last = self._last.follow(self._end)
        self._last.starts = False

    def _statement(self, indent: str, role: str, text: str, *, below: bool) -> str:
        """A statement, with the end of the line before it."""
        if not text:
            return f"{self._end}{indent}{role}:"
        if not below:
            return f"{self._end}{indent}{role}: {text}"
        lines = (f"{indent}  {line}" if line else "" for line in text.split("\n"))
        return self._end + self._end.join([f"{indent}{role}:", *lines])

    # ── reading ───────────────────────────────────────────────────────────────────────────────────

    def _pieces(self) -> Iterator[_Piece]:
        piece: _Piece | None = self._first
        while piece is not None:
            yield piece
            piece = piece.next

    def _read(self, source: SourceFile) -> None:
        file, found = parse(source)
        if has_errors(found):
            raise NotAnAnswersFile
        comments = {comment.span.start: comment.span.end for comment in file.comments}
        at = 0
        for block in file.statements:
            if not isinstance(block, ast.Block) or block.kind != "answers" or block.name is None:
                raise NotAnAnswersFile
            column = block.body[0].span.column - 1 if block.body else block.span.column + 1
            reader = _Reader(self._entries, block.name.text, column)
            for statement in (block, *block.body):
                text = None if isinstance(statement, ast.Block) else _text(statement)
                stop = _line_end(source.text, max(statement.span.end, text.span.end if text else 0))
                end = _end(source.text, stop, comments)
                start = source.line_starts[statement.span.line - 1]
                self._last = self._last.follow(source.text[at:end])
                if text is None:
                    self._last.starts = False
                    self._blocks.setdefault(block.name.text, (column, self._last))
                else:
                    before = source.text[at:start].removesuffix("\n").removesuffix("\r")
                    reader.statement(statement, literal_text(text), self._last, before + source.text[stop:end])
                at = end
        self._last = self._last.follow(source.text[at:])
        self._last.starts = False


class _Reader:
    """Turns the statements of a block into entries."""

    def __init__(self, entries: dict[tuple[str, str], _Entry], style: str, column: int) -> None:
        self._entries, self._style, self._column = entries, style, column
        self._entry: _Entry | None = None
        self._how: str | None = None

    def statement(self, statement: ast.Statement, text: str, piece: _Piece, around: str) -> None:
        """A statement with its text, its piece, and what else the piece contains."""
        role = statement.role if isinstance(statement, ast.Message) else "recorded"
        if role == "user":
            if (self._style, text) in self._entries:
                raise NotAnAnswersFile
            self._entry = self._entries[self._style, text] = _Entry(self._column, piece, piece)
            self._how = None
            return
        entry = self._entry
        if entry is None or (role == "recorded" and self._how is not None):
            raise NotAnAnswersFile
        entry.last = piece
        if role == "recorded":
            self._how, entry.stale = text, (piece, around)
            return
        if role == "base":
            entry.base, entry.base_piece, entry.how = text, piece, self._how
        else:
            entry.final = text
        self._how = entry.stale = None


def _text(statement: ast.Statement) -> ast.Text:
    """The text of a statement that may stand in a block of answers."""
    match statement:
        case ast.Recorded(text=text):
            return text
        case ast.Message(role="user" | "base" | "assistant", content=ast.Text() as text):
            return text
    raise NotAnAnswersFile


def _end(text: str, offset: int, comments: dict[int, int]) -> int:
    """Where the line around an offset ends, with the comments directly below it that are not directly above another
    statement."""
    first = end = _line_end(text, offset)
    while (below := text.find("\n", end) + 1) and (line := text[below : _line_end(text, below)]).strip(BLANK):
        start = below + len(line) - len(line.lstrip(BLANK))
        if start not in comments:
            return first
        end = _line_end(text, comments[start])
    return end


def _line_end(text: str, offset: int) -> int:
    """Where the line around an offset ends, before the signs that end it."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if end > offset and text[end - 1] == "\r" else end
