"""The lines below a header that opens no block: a text, a list or rows."""

import re

from ftc.edits import without_line
from ftc.source import SourceFile, Span
from ftc.syntax.lines import BLANK, LineReader, strip
from ftc.syntax.text import TextLexer

_SEPARATOR = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")


class BodyLexer(LineReader):
    """Lexes the lines below a header."""

    def __init__(self, source: SourceFile) -> None:
        super().__init__(source)
        self._texts = TextLexer(self)

    def _body(self, column: int, raw: bool, lists: bool, is_let: bool, end: int) -> None:
        """The text or list below a header; the empty text at `end` where there is none."""
        texts = self._texts
        number = self._first_below(column)
        if number is None:
            texts.begin()
            texts.finish(end)
            return
        margin, skipped = self._margin(number, column + 1)
        start = self._starts[number] + skipped
        mark = self.text[start]
        line_end = start + len(self._lines[number].strip(BLANK))
        if mark in "|~" and not raw:
            if lists:
                self._list(column)
                return
            self.report("E113", start, start + 1, edits=(self.edit(start, start, "\\"),))
        elif not raw:
            commented = mark == "#" and lists and self._is_commented_list(number, start, line_end)
            if is_let and not commented:
                self.report("E112", start, line_end)
        texts.begin()
        self._text(column, margin, raw)
        texts.finish(end)

    def _first_below(self, column: int) -> int | None:
        """The number of the first line of a block deeper than `column`; comments to the left of it are collected."""
        comments: list[tuple[int, int]] = []
        for number in range(self._at, len(self._lines)):
            body = self._lines[number].strip(BLANK)
            if not body:
                continue
            margin, skipped = self._margin(number, column + 1)
            if margin > column:
                for start, stop in comments:
                    self._comment(start, stop)
                self._at = number
                return number
            if body[0] != "#":
                return None
            start = self._starts[number] + skipped
            comments.append((start, start + len(body)))
        return None

    def _is_commented_list(self, number: int, start: int, end: int) -> bool:
        """Report a list whose first line is meant as a comment, as it is read as text; whether it is one."""
        for line in self._lines[number:]:
            body = line.strip(BLANK)
            if body.startswith(("|", "~")):
                self.report("E111", start, end)
                return True
            if body and body[0] != "#":
                return False
        return False

    def _text(self, column: int, margin: int, raw: bool) -> None:
        """The lines of a text block: its own column is `margin`, and a line at `column` or left of it ends it."""
        texts, lines, starts = self._texts, self._lines, self._starts
        # Comments are the text's only where it goes on behind them.
        comments: list[tuple[int, int]] = []
        blank = 0
        is_first = True
        # The number of the diagnostic about lines that are left of the text.
        reported: int | None = None
        for number in range(self._at, len(lines)):
            line = lines[number]
            stop = len(line.rstrip(BLANK))
            if not stop:
                blank += 1
                continue
            at = len(line) - len(line.lstrip(" "))
            if at >= margin:
                at = margin
            else:
                here, at = self._margin(number, margin, in_text=True)
                if line[at] == "#":
                    comments.append((starts[number] + at, starts[number] + stop))
                    continue
                if here <= column:
                    break
                if here < margin:
                    if reported is None:
                        reported = len(self.diagnostics)
                        self.report("E107", starts[number] + at, starts[number] + stop, expected=margin, found=here)
                    self.add_edits(reported, (self.edit(starts[number], starts[number] + at, " " * margin),))
            start, end = starts[number] + at, starts[number] + stop
            while comments:
                self._comment(*comments.pop(0))
            if is_first:
                is_first = False
                if not raw and self.text.startswith(("\\|", "\\~"), start):
                    texts.add(self.text[start + 1], start, start + 2)
                    start += 2
            else:
                texts.add("\n" * (blank + 1), start - 1, start)
            blank = 0
            self._at = number + 1
            if raw:
                texts.add(self.text[start:end], start, end)
            else:
                texts.template(start, end)

    def _list(self, column: int, *, only_invalid: bool = False) -> None:
        """The items of a list below a header at `column`."""
        texts = self._texts
        margin = -1
        is_inline = is_misplaced = False
        # Of lines without a mark that follow one another the first alone is reported: its number.
        unmarked: int | None = None
        written: list[tuple[int, int]] = []
        while (number := self._next()) is not None:
            here, skipped = self._margin(number)
            start = self._starts[number] + skipped
            end = start + len(self._lines[number].strip(BLANK))
            mark = self.text[start]
            if mark == "#":
                self._comment(start, end)
                self._at = number + 1
                continue
            if here <= column or (margin < 0 and only_invalid and mark not in "|~"):
                break
            self._at = number + 1
            margin = here if margin < 0 else margin
            if here > margin and mark in "|~":
                self.report("E109", start, end)
                self._skip_deeper(margin)
            elif mark not in "|~":
                goes_on = here > margin and is_inline
                if unmarked is None:
                    unmarked = len(self.diagnostics)
                    self.report("E106" if goes_on else "E108", start, end)
                if not goes_on and self.diagnostics[unmarked].code == "E108":
                    self.add_edits(unmarked, (self.edit(start - skipped, start, f"{' ' * margin}| "),))
                self._skip_deeper(margin)
                continue
            elif mark == "|" and only_invalid:
                self.report("E156", start, start + 1, edits=(self.edit(start, start + 1, "~"),))
            else:
                if here < margin and not is_misplaced:
                    is_misplaced = True
                    edits = self._moved(number, self._end_of_deeper(number + 1, here), margin - here)
                    self.report("E107", start, end, edits=edits, expected=margin, found=here)
                self.tokens.append(("ITEM" if mark == "|" else "INVALID_ITEM", mark, start, start + 1))
                content, _ = strip(self.text, start + 1, end)
                is_inline = content < end
                written.append((start, end))
                if is_inline:
                    texts.line(content, end)
                else:
                    texts.begin()
                    self._item_block(here, margin)
                    texts.finish(end)
            unmarked = None
        self._check_markdown(written)

    def _item_block(self, column: int, margin: int) -> None:
        """The text below the mark of an item."""
        number = self._next()
        if number is None:
            return
        here, skipped = self._margin(number, column + 1)
        if here <= column:
            return
        start = self._starts[number] + skipped
        if self.text[start] in "|~":
            self.report("E109", start, start + 1)
            self._skip_deeper(margin)
        else:
            self._text(column, here, False)

    def _check_markdown(self, items: list[tuple[int, int]]) -> None:
        """Report a list that is a table of Markdown."""
        lines = [self.text[start:end] for start, end in items]
        rows = [line for line in lines if len(line) > 1 and line[-1] == "|"]
        if rows and (len(rows) == len(lines) or any(_SEPARATOR.fullmatch(row) for row in rows)):
            self.report("E110", *items[0])

    def _rows(self, column: int) -> bool:
        """The rows below a header at `column`; False where the first of them was reported and none is of use."""
        margin = -1
        is_row = True
        is_separated = False
        # The number of the diagnostic about rows that are not below the first.
        misplaced: int | None = None
        while (number := self._next()) is not None:
            here, skipped = self._margin(number)
            start = self._starts[number] + skipped
            end = start + len(self._lines[number].strip(BLANK))
            mark = self.text[start]
            # What starts with a bar starts no statement: it is a row, too far to the left.
            if mark not in "#|" and here <= column:
                break
            self._at = number + 1
            if mark == "#":
                self._comment(start, end)
            elif mark != "|":
                # Rows without bars are one mistake, and without the names of the columns the others say nothing.
                if is_row:
                    self.report("E140", start, end)
                if margin < 0:
                    return False
                is_row = False
                self._skip_deeper(here)
            elif _SEPARATOR.fullmatch(self.text, start, end):
                self.report("E142", start, end, edits=without_line(Span(self.source, start, end)), safe=True)
                is_separated = True
            else:
                is_row = True
                if margin < 0:
                    margin = here if here > column else column + 2
                if here != margin:
                    if misplaced is None:
                        misplaced = len(self.diagnostics)
                        self.report("E107", start, end, safe=True, expected=margin, found=here)
                    self.add_edits(misplaced, (self.edit(start - skipped, start, " " * margin),))
                self.tokens.append(("ROW", None, start, end))
                self._texts.cells(start + 1, end)
        return margin >= 0 or not is_separated
