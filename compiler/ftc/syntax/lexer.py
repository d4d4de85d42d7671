"""The lexer: goes through a file line by line, tracks its blocks, and lexes each line in the mode it is in.

A line is code (a statement), or text, an item of a list, a row or a piece of an expression below a statement that opens
one. `expression` and `text` lex the pieces of a line.
"""

import re

from ftc.edits import instead, line_end
from ftc.source import SourceFile, Span
from ftc.syntax.body import BodyLexer
from ftc.syntax.expression import lex_expression
from ftc.syntax.keywords import ALIASES, CONTROL, KEYWORDS, SETTINGS, TEXT_SETTINGS, Keyword
from ftc.syntax.lines import BLANK, strip
from ftc.syntax.tokens import MAX_NESTING, RESERVED, Token, salvage

_WORD = re.compile(r"[^\W\d]\w*")
_WHERE = re.compile(r"(?<=\s)where\s+.*(?:==|!=|<|>|\bin\b|\bnot\b)")
_SETTING = Keyword()
_SHARE = re.compile(r"[0-9]+(?:\.[0-9]+)?\s*%")
# A text that lacks its quotes, behind the mark of a setting.
_BARE = re.compile(r"""\s*[=:]\s*([^\s"'()\[\]{}+]*[^\W\d][^\s"'()\[\]{}+]*)""")


MAX_MOVED = 20
"""Lines that one edit moves into their block."""


class Lexer(BodyLexer):
    """Lexes one source; call `lex` once, then read `tokens`, `comments` and `diagnostics`."""

    def __init__(self, source: SourceFile) -> None:
        super().__init__(source)
        # The columns of the open blocks, and the words that opened them.
        self._columns = [0]
        self._kinds = [""]
        # The column of the last statement, and the block it may open.
        self._column = 0
        self._opened: str | None = None
        self._has_text = False
        self._misaligned: tuple[int, int] | None = None

    def lex(self) -> None:
        lines, starts = self._lines, self._starts
        count = len(lines)
        while self._at < count:
            number = self._at
            self._at += 1
            line = lines[number]
            body = line.strip(BLANK)
            if not body:
                continue
            column = skipped = len(line) - len(line.lstrip(" "))
            if line[column] == "\t":
                column, skipped = self._margin(number)
            start = starts[number] + skipped
            if body[0] == "#":
                self._comment(start, start + len(body))
            elif self._enter(column, start, start + len(body)):
                self._statement(column, start, start + len(body))
        if self._tabs is not None:
            self.add_edits(self._tabs, tuple(self._untabbed[number] for number in sorted(self._untabbed)))
        self.finish_edits()
        end = len(self.text)
        for _ in self._columns[1:]:
            self.tokens.append(("_DEDENT", None, end, end))
        self.tokens.append(("$END", None, end, end))

    # ── lines and blocks ──────────────────────────────────────────────────────────────────────────

    def _enter(self, column: int, start: int, end: int) -> bool:
        """Open or close blocks for a statement at `column`; False where the line is skipped."""
        opened, self._opened = self._opened, None
        columns = self._columns
        if opened is None and column == columns[-1]:
            return True
        if opened is not None and column > self._column:
            if len(columns) > MAX_NESTING:
                self.report("E139", start, end, limit=MAX_NESTING)
                self._skip_deeper(self._column)
                return False
            if column not in (self._column + 2, columns[-1] + 2):
                number, expected = self._at - 1, self._column + 2
                behind = self._end_of_deeper(number, self._column)
                # Where a line is left of the first, moving them all would take it out of the block.
                is_whole = behind == self._end_of_deeper(number, column - 1)
                edits = self._moved(number, behind, expected - column) if is_whole else ()
                self.report("E102", self._line_start(start), start, edits=edits, safe=True, expected=expected,
                            found=column)  # fmt: skip
            columns.append(column)
            self._kinds.append(opened)
            self.tokens.append(("_INDENT", None, start, start))
            return True
        if column > max(columns[-1], self._column):
            if self._has_text:
                self.report("E106", start, end)
            else:
                number = self._at - 1
                lines = number, self._end_of_deeper(number, self._column)
                self.report("E103", start, end, edits=self._moved(*lines, self._column - column))
            self._skip_deeper(self._column)
            return False
        # A line between two blocks' columns is one of the deeper block, written too far to the left.
        while len(columns) > 1 and column <= columns[-2]:
            columns.pop()
            self._kinds.pop()
            self.tokens.append(("_DEDENT", None, start, start))
        if column != columns[-1] and (len(columns), column) != self._misaligned:
            self._misaligned = len(columns), column
            number, expected = self._at - 1, columns[-1]
            # There may be such a mistake in each line, and each would move those below it.
            behind = self._end_of_deeper(number, column - 1, MAX_MOVED)
            edits = self._moved(number, behind, expected - column) if behind < number + MAX_MOVED else ()
            self.report("E104", self._line_start(start), start, edits=edits, found=column, expected=expected)
        return True

    # ── statements ────────────────────────────────────────────────────────────────────────────────

    def _statement(self, column: int, start: int, end: int) -> None:
        """The statement whose first line is text[start:end]."""
        self._column = column
        self._has_text = False
        found = _WORD.match(self.text, start, end)
        word = found[0] if found else ""
        after = start + len(word)
        head = KEYWORDS.get(word)
        if self._kinds[-1] == "train" and word and (head is None or self._is_setting(head, after, end)):
            kind = word if word in RESERVED else "NAME"
            if (
                word in TEXT_SETTINGS
                and (bare := _BARE.fullmatch(self.text, after, end))
                and (":" in self.text[after : bare.start(1)] or not bare[1].isidentifier())
            ):
                at = bare.start(1)
                edits = (self.edit(after, end, f' = "{bare[1]}"'),)
                self.report("E172", at, end, edits=edits, safe=True)
                self.tokens += [("NAME", word, start, after), ("=", "=", at, at), ("BAD_EXPR", None, at, end)]
                self.tokens.append(("NL", None, end, end))
                return
            self._header(_SETTING, (kind, word, start, after), end)
        elif head:
            self._header(head, (word, word, start, after), end)
        else:
            self._unknown(word, start, end)

    def _is_setting(self, head: Keyword, after: int, end: int) -> bool:
        """Whether a line of `train` that begins with a word of another statement is written as a setting."""
        mark = self.text[strip(self.text, after, end)[0] : end][:1]
        return mark == "=" or (mark == ":" and not head.colon)

    def _header(self, head: Keyword, first: Token, end: int) -> None:
        tokens = self.tokens
        begin, column = len(tokens), self._column
        tokens.append(first)
        if head.colon and self.text.startswith(":", first[3]):
            # The most common of all lines.
            self._content(head, begin, first[3], end)
            tokens.append(("NL", None, end, end))
            return
        found = len(self.diagnostics)
        stop = lex_expression(self, first[3], end, head.words, to_colon=head.colon or head.rows)
        if stop < 0:
            if head.colon and self._lacks_colon(begin, found, end):
                tokens.append(("NL", None, end, end))
                self._skip_deeper(column)
            else:
                self._give_up(begin, end)
            return
        if stop < end and head.rows:
            is_last = strip(self.text, stop + 1, end)[0] == end
            edits = (self.edit(stop, stop + 1, ""),) if is_last else ()
            self.report("E146", stop, stop + 1, edits=edits, safe=True, word=first[1])
            if not is_last:
                self._give_up(begin, end)
                return
        elif stop < end:
            self._content(head, begin, stop, end)
        elif tokens[-1][0] == "=":
            if not self._expression_block(begin, end):
                return
        elif len(tokens) - begin > 2 and first[0] == "let" and tokens[begin + 2][0] == "in":
            self._list(column, only_invalid=True)
        elif head.colon and not any(token[0] in ("=", "in", "calls") for token in tokens[begin:]):
            self._skip_deeper(column)  # The parser misses the mark; what it should introduce is no mistake of its own.
        if head.rows and tokens[-1][0] != "STRING" and not self._rows(column):
            self._give_up(begin, end)
            return
        tokens.append(("NL", None, end, end))
        if head.block:
            self._opened = first[0]

    def _content(self, head: Keyword, begin: int, colon: int, end: int) -> None:
        """The text behind the colon of a statement, or below it."""
        tokens, text = self.tokens, self.text
        word = tokens[begin][0]
        # `let raw:` gives a text the name `raw`.
        is_raw = tokens[-1][0] == "raw" and (word != "let" or len(tokens) - begin > 2)
        raw = is_raw or "answers" in self._kinds
        tokens.append((":", ":", colon, colon + 1))
        self._has_text = True
        content = colon + 1
        while content < end and text[content] in " \t":
            content += 1
        if content == end:
            # A tool that is declared has one description; a message may have a list of texts.
            lists = head.lists and not (word == "tool" and any(token[0] == "(" for token in tokens[begin:]))
            self._body(self._column, raw, lists, word == "let", end)
        elif raw:
            tokens.append(("PLAIN", text[content:end], content, end))
        else:
            if word == "let":
                self._warn_let(content, end)
            self._texts.line(content, end)

    def _lacks_colon(self, begin: int, first_report: int, end: int) -> bool:
        """Whether the reports since `first_report` show that this is a text without a mark before it.

        Then they are withdrawn, and the word where the text begins is left, at which the parser misses the mark.
        """
        tokens = self.tokens
        at = begin + 1
        if tokens[begin][0] == "let":
            at += 1
        elif tokens[begin][0] == "tool" and any(token[0] == "(" for token in tokens[begin:]):
            at = next((i + 1 for i in range(begin, len(tokens)) if tokens[i][0] == ")"), len(tokens) + 1)
        elif tokens[at : at + 1] and tokens[at][0] == "untrained":
            at += 1
        if at > len(tokens) or (at < len(tokens) and tokens[at][0] in (":", "=", "in", "calls", "raw")):
            return False
        start, _ = strip(self.text, tokens[at - 1][3], end)
        word = self.text[start:end].partition(" ")[0]
        del self.diagnostics[first_report:], tokens[at:]
        tokens.append(("TEXT", word, start, start + len(word)))
        return True

    def _give_up(self, begin: int, end: int) -> None:
        """Replace the statement that begins at a token and was reported, and skip the lines below it."""
        kept = salvage(self.tokens[begin:])
        bad: Token = ("BAD", None, self.tokens[begin][2], end)
        self.tokens[begin:] = [*(kept or [bad]), ("NL", None, end, end)]
        self._skip_deeper(self._column)

    def _unknown(self, word: str, start: int, end: int) -> None:
        """A line that starts with no word of the language."""
        guess = ""
        rest = self.text[start + len(word) : end].lstrip(BLANK)
        if word in ("elif", "else") and self.diagnostics and self.diagnostics[-1].data.get("control"):
            pass  # What belongs to an `if` that was reported is no mistake of its own.
        elif word:
            import difflib  # Only paid for where a word is wrong.

            lower = word.lower()
            close = [lower] if lower in KEYWORDS else difflib.get_close_matches(lower, KEYWORDS, 1, 0.7)
            guess = close[0] if close else ALIASES.get(lower, "")
            if _SHARE.match(rest) and guess != "keep":
                guess = "validation"
            is_assignment = rest.startswith("=") and not rest.startswith("==")
            is_setting = is_assignment and word in SETTINGS
            if is_setting:
                guess = ""
            is_plain = not (is_assignment or guess or word in CONTROL)
            edits = instead(Span(self.source, start, start + len(word)), guess)
            if is_assignment and not guess and not is_setting:
                edits = (self.edit(start, start, "let "),)
            self.report(
                "E105", start, start + len(word), edits=edits, safe=guess == lower, found=word, guess=guess,
                block="train" if is_setting else "",
                assignment=self.text[start:end] if is_assignment and not guess else "",
                control=CONTROL.get(word, ""),
                known="`fact`, `format`, `user`, `assistant` or `let`" if is_plain else "",
            )  # fmt: skip
        else:
            self.report("E115", start, start + 1, found=self.text[start])
            # Items without their header are one mistake.
            while (number := self._next()) is not None and self._lines[number].lstrip(BLANK)[0] == self.text[start]:
                self._at = number + 1
        # Where the intended word is certain, go on with that word, so that no other mistake follows from this one.
        head = KEYWORDS.get(guess)
        if head and ((head.colon and rest.startswith(":")) or (head.block and _WORD.fullmatch(rest))):
            self._header(head, (guess, guess, start, start + len(word)), end)
            if head.colon:
                self._skip_deeper(self._column)
            return
        self.tokens += [("BAD", None, start, end), ("NL", None, end, end)]
        self._skip_deeper(self._column)

    def _warn_let(self, start: int, end: int) -> None:
        """A text under `let` that looks as if code was meant."""
        if found := _WHERE.search(self.text, start, end):
            condition = found[0] + self.text[found.end() : end]
            text_end = len(self.text[: found.start()].rstrip(BLANK))
            below = f"{line_end(self.source)}{' ' * self._column}{condition}"
            self.report("W101", found.start(), end, edits=(self.edit(text_end, end, below),), found=condition)
        content = self.text[start:end]
        if " | " in content and not ("{" in content and "}" in content):
            at = start + content.index(" | ") + 1
            choice = "|".join(part.strip() for part in content.split(" | "))
            self.report("W102", at, at + 1, edits=(self.edit(start, end, f"{{{choice}}}"),))

    def _expression_block(self, begin: int, end: int) -> bool:
        """The expression in the lines below an `=`, lexed as one line; False where the statement is dropped."""
        first = self._next()
        if first is None or self._margin(first)[0] <= self._column:
            return True
        last = first
        self._at = first
        while (number := self._next()) is not None and self._margin(number)[0] > self._column:
            last = number
            self._at = number + 1
        start = self._starts[first] + self._margin(first)[1]
        stop = self._starts[last] + len(self._lines[last].rstrip(BLANK))
        if lex_expression(self, start, stop) < 0:
            self._give_up(begin, end)
            return False
        return True
