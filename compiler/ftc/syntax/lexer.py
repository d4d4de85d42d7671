"""The lexer: goes through a file line by line, knows its blocks, and hands each line to the mode it is in.

A line is code (a statement), or text, an item of a list, a row or a piece of an expression below a statement that opens
one. What the pieces of a line are is told by `expression` and `text`.
"""

import difflib
import re

from ftc.source import SourceFile, Span
from ftc.syntax.ast import Comment
from ftc.syntax.expression import lex_expression
from ftc.syntax.heads import ALIASES, HEADS, Head
from ftc.syntax.text import TextLexer, strip
from ftc.syntax.tokens import MAX_NESTING, RESERVED, Sink, Token, salvage

_WORD = re.compile(r"[^\W\d]\w*")
_BLANK = " \t\r"
_SEPARATOR = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")
_WHERE = re.compile(r"(?<=\s)where\s+.*(?:==|!=|<|>|\bin\b|\bnot\b)")
_SETTING = Head(salvage=True)


class Lexer(Sink):
    """Lexes one source; call `lex` once, then read `tokens`, `comments` and `diagnostics`."""

    def __init__(self, source: SourceFile) -> None:
        super().__init__(source)
        self.comments: list[Comment] = []
        self._lines = source.text.split("\n")
        self._starts = source.line_starts
        self._at = 0
        self._texts = TextLexer(self)
        # The columns of the open blocks, and the words that opened them.
        self._columns = [0]
        self._kinds = [""]
        # The column of the last statement, and the block it may open.
        self._column = 0
        self._opened: str | None = None
        self._has_text = False
        self._misaligned: tuple[int, int] | None = None
        self._tabs_reported = False

    def lex(self) -> None:
        lines, starts = self._lines, self._starts
        count = len(lines)
        while self._at < count:
            number = self._at
            self._at += 1
            line = lines[number]
            body = line.strip(_BLANK)
            if not body:
                continue
            column, skipped = self._margin(number)
            start = starts[number] + skipped
            if body[0] == "#":
                self._comment(start, start + len(body))
            elif self._enter(column, start, start + len(body)):
                self._statement(column, start, start + len(body))
        end = len(self.text)
        for _ in self._columns[1:]:
            self.tokens.append(("_DEDENT", None, end, end))
        self.tokens.append(("$END", None, end, end))

    # ── lines and blocks ──────────────────────────────────────────────────────────────────────────

    def _margin(self, number: int, needed: int = -1) -> tuple[int, int]:
        """The column where the text of a line begins, and the characters before it; a tab counts as one level.

        From the column `needed` on, a tab is text.
        """
        line = self._lines[number]
        column = len(line) - len(line.lstrip(" "))
        if line[column] != "\t" or 0 <= needed <= column:
            return column, column
        skipped = len(line) - len(line.lstrip(" \t"))
        if not self._tabs_reported:
            # A file indented with tabs has one mistake, not one a line.
            self._tabs_reported = True
            start = self._starts[number]
            self.report("E101", start + column, start + skipped)
        return line.count(" ", 0, skipped) + 2 * line.count("\t", 0, skipped), skipped

    def _next(self) -> int | None:
        """The number of the next line that is not blank."""
        for number in range(self._at, len(self._lines)):
            if self._lines[number].strip(_BLANK):
                return number
        return None

    def _skip_deeper(self, column: int) -> None:
        """Pass over the lines that are deeper than `column`: they belong to what was reported."""
        while (number := self._next()) is not None:
            if self._margin(number)[0] <= column:
                return
            self._at = number + 1

    def _comment(self, start: int, end: int) -> None:
        self.comments.append(Comment(self.text[start:end], Span(self.source, start, end)))

    def _enter(self, column: int, start: int, end: int) -> bool:
        """Open or close blocks for a statement at `column`; False where the line is skipped."""
        opened, self._opened = self._opened, None
        columns = self._columns
        if opened is not None and column > self._column:
            if len(columns) > MAX_NESTING:
                self.report("E139", start, end, limit=MAX_NESTING)
                self._skip_deeper(self._column)
                return False
            if column != self._column + 2:
                self.report("E102", self._line_start(start), start, expected=self._column + 2, found=column)
            columns.append(column)
            self._kinds.append(opened)
            self.tokens.append(("_INDENT", None, start, start))
            return True
        if column > columns[-1] and (len(columns), column) != self._misaligned:
            if column > self._column or column == columns[-1]:
                self.report("E106" if self._has_text else "E103", start, end)
                self._skip_deeper(self._column)
                return False
        while column < columns[-1]:
            columns.pop()
            self._kinds.pop()
            self.tokens.append(("_DEDENT", None, start, start))
        if column != columns[-1] and (len(columns), column) != self._misaligned:
            self._misaligned = len(columns), column
            self.report("E104", self._line_start(start), start, found=column, expected=columns[-1])
        return True

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    # ── statements ────────────────────────────────────────────────────────────────────────────────

    def _statement(self, column: int, start: int, end: int) -> None:
        """The statement whose first line is text[start:end]."""
        self._column = column
        self._has_text = False
        found = _WORD.match(self.text, start, end)
        word = found[0] if found else ""
        after = start + len(word)
        if self._kinds[-1] == "train" and word:
            kind = word if word in RESERVED else "NAME"
            self._header(_SETTING, (kind, word, start, after), end)
        elif head := HEADS.get(word):
            self._header(head, (word, word, start, after), end)
        else:
            self._unknown(word, start, end)

    def _header(self, head: Head, first: Token, end: int) -> None:
        tokens, texts = self.tokens, self._texts
        begin, column = len(tokens), self._column
        tokens.append(first)
        stop = lex_expression(self, first[3], end, head.words, to_colon=head.colon or head.rows)
        if stop < 0:
            self._give_up(head, begin, end)
            return
        if stop < end and head.rows:
            self.report("E146", stop, stop + 1, word=first[1])
            if strip(self.text, stop + 1, end)[0] < end:
                self._give_up(head, begin, end)
                return
        elif stop < end:
            raw = tokens[-1][0] == "raw" or "answers" in self._kinds
            tokens.append((":", ":", stop, stop + 1))
            self._has_text = True
            content, _ = strip(self.text, stop + 1, end)
            if content < end:
                texts.begin()
                if raw:
                    texts.add(self.text[content:end], content, end)
                else:
                    if first[0] == "let":
                        self._warn_let(content, end)
                    texts.template(content, end)
                texts.finish(content)
            else:
                lists = head.lists and not (first[0] == "tool" and tokens[-2][0] in (")", "raw") and len(tokens) - begin > 3)
                self._body(raw, lists, first[0] == "let", end)
        elif tokens[-1][0] == "=":
            self._expression_block(head, begin, end)
        elif len(tokens) - begin > 2 and first[0] == "let" and tokens[begin + 2][0] == "in":
            self._list(column, only_invalid=True)
        if head.rows and tokens[-1][0] != "STRING":
            self._rows(column)
        tokens.append(("NL", None, end, end))
        if head.block:
            self._opened = first[0]

    def _give_up(self, head: Head, begin: int, end: int) -> None:
        """What begins at a token was reported: keep what it is, where that is known, and pass over what is below."""
        kept = salvage(self.tokens[begin:]) if head.salvage else None
        bad: Token = ("BAD", None, self.tokens[begin][2], end)
        self.tokens[begin:] = [*(kept or [bad]), ("NL", None, end, end)]
        self._skip_deeper(self._column)

    def _unknown(self, word: str, start: int, end: int) -> None:
        """A line that starts with no word of the language."""
        guess = ""
        rest = self.text[start + len(word) : end].lstrip(_BLANK)
        if word:
            lower = word.lower()
            close = [lower] if lower in HEADS else difflib.get_close_matches(lower, HEADS, 1, 0.7)
            guess = close[0] if close else ALIASES.get(lower, "")
            is_assignment = rest.startswith("=") and not rest.startswith("==")
            self.report(
                "E105", start, start + len(word), found=word, guess=guess,
                assignment=self.text[start:end] if is_assignment and not guess else "",
            )  # fmt: skip
        else:
            self.report("E115", start, start + 1, found=self.text[start])
        # Where no doubt is left about what was meant, it is taken for that, so that nothing else goes wrong.
        head = HEADS.get(guess)
        if head and ((head.colon and rest.startswith(":")) or (head.block and _WORD.fullmatch(rest))):
            self._header(head, (guess, guess, start, start + len(word)), end)
            return
        self.tokens += [("BAD", None, start, end), ("NL", None, end, end)]
        self._skip_deeper(self._column)

    def _warn_let(self, start: int, end: int) -> None:
        """A text under `let` that looks as if code was meant."""
        if found := _WHERE.search(self.text, start, end):
            self.report("W101", found.start(), end, found=self.text[found.start() : end])
        content = self.text[start:end]
        if " | " in content and not ("{" in content and "}" in content):
            at = start + content.index(" | ") + 1
            self.report("W102", at, at + 1, choice="|".join(part.strip() for part in content.split(" | ")))

    def _expression_block(self, head: Head, begin: int, end: int) -> None:
        """The expression in the lines below an `=`, read as one line."""
        first = self._next()
        if first is None or self._margin(first)[0] <= self._column:
            return
        last = first
        self._at = first
        while (number := self._next()) is not None and self._margin(number)[0] > self._column:
            last = number
            self._at = number + 1
        start = self._starts[first] + self._margin(first)[1]
        stop = self._starts[last] + len(self._lines[last].rstrip(_BLANK))
        if lex_expression(self, start, stop) < 0:
            self._give_up(head, begin, end)

    # ── what stands below a colon ─────────────────────────────────────────────────────────────────

    def _body(self, raw: bool, lists: bool, is_let: bool, end: int) -> None:
        """The text or list below a header; the empty text at `end` where there is none."""
        texts, column = self._texts, self._column
        number = self._first_below(column)
        if number is None:
            texts.begin()
            texts.finish(end)
            return
        margin, skipped = self._margin(number, column + 1)
        start = self._starts[number] + skipped
        mark = self.text[start]
        line_end = start + len(self._lines[number].strip(_BLANK))
        if mark in "|~" and not raw:
            if lists:
                self._list(column)
                return
            self.report("E113", start, start + 1)
        elif is_let and not raw:
            self.report("E112", start, line_end)
        if mark == "#" and not raw and lists:
            self._check_commented_list(number)
        texts.begin()
        self._text(column, margin, raw)
        texts.finish(end)

    def _first_below(self, column: int) -> int | None:
        """The number of the first line of a block deeper than `column`; comments to the left of it are taken."""
        comments = []
        for number in range(self._at, len(self._lines)):
            body = self._lines[number].strip(_BLANK)
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

    def _check_commented_list(self, number: int) -> None:
        """Report a list whose first line is meant as a comment: it is read as text."""
        for at in range(number, len(self._lines)):
            body = self._lines[at].strip(_BLANK)
            if body.startswith(("|", "~")):
                start = self._starts[number] + self._margin(number)[1]
                self.report("E111", start, start + len(self._lines[number].strip(_BLANK)))
                return
            if body and body[0] != "#":
                return

    def _text(self, column: int, margin: int, raw: bool) -> None:
        """The lines of a text block: its own column is `margin`, and a line at `column` or left of it ends it."""
        texts, lines, starts = self._texts, self._lines, self._starts
        blank = 0
        is_first = True
        reported = False
        for number in range(self._at, len(lines)):
            line = lines[number]
            stop = len(line.rstrip(_BLANK))
            if not stop:
                blank += 1
                continue
            at = len(line) - len(line.lstrip(" "))
            if at >= margin:
                at = margin
            else:
                here, at = self._margin(number, margin)
                if line[at] == "#":
                    self._comment(starts[number] + at, starts[number] + stop)
                    continue
                if here <= column:
                    break
                if here < margin and not reported:
                    reported = True
                    self.report("E107", starts[number] + at, starts[number] + stop, expected=margin, found=here)
            start, end = starts[number] + at, starts[number] + stop
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
        is_inline = False
        written: list[tuple[int, int]] = []
        while (number := self._next()) is not None:
            here, skipped = self._margin(number)
            start = self._starts[number] + skipped
            end = start + len(self._lines[number].strip(_BLANK))
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
                self.report("E106" if here > margin and is_inline else "E108", start, end)
                self._skip_deeper(margin)
            elif mark == "|" and only_invalid:
                self.report("E156", start, start + 1, value=self.text[start + 1 : end].strip())
            else:
                if here < margin:
                    self.report("E107", start, end, expected=margin, found=here)
                self.tokens.append(("ITEM" if mark == "|" else "INVALID_ITEM", mark, start, start + 1))
                content, _ = strip(self.text, start + 1, end)
                is_inline = content < end
                written.append((start, end))
                texts.begin()
                if is_inline:
                    texts.template(content, end)
                else:
                    self._item_block(here, margin)
                texts.finish(end)
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

    def _rows(self, column: int) -> None:
        """The rows below a header at `column`."""
        margin = -1
        while (number := self._next()) is not None:
            here, skipped = self._margin(number)
            start = self._starts[number] + skipped
            end = start + len(self._lines[number].strip(_BLANK))
            mark = self.text[start]
            if mark != "#" and here <= column:
                break
            self._at = number + 1
            if mark == "#":
                self._comment(start, end)
            elif mark != "|":
                self.report("E140", start, end)
                self._skip_deeper(here)
            elif _SEPARATOR.fullmatch(self.text, start, end):
                self.report("E142", start, end)
            else:
                if margin >= 0 and here != margin:
                    self.report("E107", start, end, expected=margin, found=here)
                margin = here if margin < 0 else margin
                self.tokens.append(("ROW", None, start, start + 1))
                self._texts.cells(start + 1, end)
