"""Text as tokens: characters, holes and alternatives, of one line or of many."""

import re
from itertools import pairwise

from ftc.edits import instead, new_line
from ftc.source import Span
from ftc.syntax.braces import MAX_SHOWN, escaped, holds_numbers, shown_braces, with_braces
from ftc.syntax.expression import lex_expression
from ftc.syntax.lines import strip
from ftc.syntax.tokens import MAX_NESTING, RESERVED, Sink

_SPECIAL = re.compile(r"[{}\\]")
_BRACES = re.compile(r"\\[{}|]|[{}|]")
_MARK = re.compile(r"\\[{}|]|[{}]")
_SIMPLE = re.compile(r"([^\W\d]\w*)(?:\.([^\W\d]\w*))?")
_RANGE = re.compile(r"\s*-?[0-9]+\s*\.\.\s*-?[0-9]+\s*")
_ONE_LITERAL = frozenset(("INT", "FLOAT", "STRING", "true", "false", "none"))

_QUOTED = re.compile(r'"[^"]*"')
_SHOWN_NAME = re.compile(r"\b(?!(?:true|false|null|none)\b)[^\W\d]")
_OBJECT = re.compile(r'\s*(assistant(?: untrained)?): (\{\s*".*\})')

# Where a pair of braces closes, and the bars that stand directly in it.
Pairs = dict[int, tuple[int, list[int]]]


class TextLexer:
    """Writes the tokens of one text after another into a sink.

    `begin`, then characters and templates in any number, then `finish`.
    """

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.literal: list[str] = []
        self.literal_start = self.literal_end = 0
        self.first = 0
        # The number of the diagnostic about a lost brace of this text.
        self.unbalanced: int | None = None

    def begin(self) -> None:
        """Start a text."""
        self.first = len(self.sink.tokens)
        self.unbalanced = None

    def finish(self, at: int) -> None:
        """End a text; an empty one is at `at`."""
        tokens = self.sink.tokens
        if len(tokens) == self.first:
            if self.literal:
                tokens.append(("PLAIN", "".join(self.literal), self.literal_start, self.literal_end))
                self.literal = []
            else:
                tokens.append(("PLAIN", "", at, at))
        else:
            self._flush()

    def add(self, value: str, start: int, end: int) -> None:
        """Characters as they are."""
        if not self.literal:
            self.literal_start = start
        self.literal.append(value)
        self.literal_end = end

    def line(self, start: int, end: int) -> None:
        """A text that is one line: most are, and most of those are characters alone."""
        sink = self.sink
        if _SPECIAL.search(sink.text, start, end):
            self.begin()
            self.template(start, end)
            self.finish(start)
        else:
            sink.tokens.append(("PLAIN", sink.text[start:end], start, end))

    def template(self, start: int, end: int) -> None:
        """A line, or a piece of one, with braces and backslashes."""
        text = self.sink.text
        if not _SPECIAL.search(text, start, end):
            if start < end:
                self.add(text[start:end], start, end)
            return
        pairs, _ = self.classify(start, end, False)
        if found := shown_braces(text, start, end):
            self.sink.report("W106", *found[:2], edits=instead(Span(self.sink.source, *found[:2]), found[2]))
        self._walk(start, end, pairs, False)

    def cells(self, start: int, end: int) -> None:
        """The cells of a row, from behind its first bar to its end; a CELL token stands between two of them."""
        text, tokens = self.sink.text, self.sink.tokens
        if text[end - 1] == "|" and start < end and not _SPECIAL.search(text, start, end):
            for cell in text[start : end - 1].split("|"):
                if tokens[-1][0] != "ROW":
                    tokens.append(("CELL", None, start - 1, start))
                value = cell.strip(" \t\r")
                at = start + cell.index(value) if value else start
                tokens.append(("PLAIN", value, at, at + len(value)))
                start += len(cell) + 1
            return
        pairs, bars = self.classify(start, end, True)
        tail = text[bars[-1] + 1 : end].strip(" \t\r") if bars else text[start:end]
        if tail.startswith("#") and bars:
            note = text.rindex(tail, start, end)
            edits = (new_line(self.sink.source, note, tail), self.sink.edit(bars[-1] + 1, end, ""))
            self.sink.report("E138", note, end, edits=edits, safe=True)
        elif tail or not bars:
            self.sink.report("E141", end, end, edits=(self.sink.edit(end, end, " |"),), safe=True)
        if tail or not bars:
            bars.append(end)
        for index, bar in enumerate(bars):
            if index:
                tokens.append(("CELL", None, start - 1, start))
            first, last = strip(text, start, bar)
            self.begin()
            self._walk(first, last, pairs, True)
            self.finish(first)
            start = bar + 1

    def classify(self, start: int, end: int, bars_count: bool) -> tuple[Pairs, list[int]]:
        """All pairs of braces between two offsets, and the bars outside them; braces without a partner are reported."""
        pairs: Pairs = {}
        outside: list[int] = []
        stack: list[tuple[int, list[int]]] = []
        for found in _BRACES.finditer(self.sink.text, start, end):
            mark, at = found[0], found.start()
            if mark == "{":
                stack.append((at, []))
            elif mark == "|":
                (stack[-1][1] if stack else outside).append(at)
            elif mark == "}":
                if not stack:
                    self._report_once("E121", at)
                    continue
                opened, bars = stack.pop()
                if len(stack) < MAX_NESTING:
                    pairs[opened] = at, bars
                elif len(stack) == MAX_NESTING:
                    self.sink.report("E139", opened, opened + 1, limit=MAX_NESTING)
        if stack:
            opened, bars = stack[0]
            for at, _ in stack:
                self._report_once("E120", at)
            # What an unclosed brace holds is characters, and so are its bars, but for the cells of a row.
            if bars_count:
                outside.extend(bars)
        self._numbers(pairs)
        return pairs, outside

    def _numbers(self, pairs: Pairs) -> None:
        """Report the braces of a line that hold numbers: those of a regular expression, of LaTeX, of `str.format`."""
        text = self.sink.text
        found = [(at, close) for at, (close, bars) in pairs.items() if not bars and holds_numbers(text, at + 1, close)]
        if not found:
            return
        found.sort()
        while found:
            start = found[0][0]
            # As many as a suggested fix can repeat.
            here = [pair for pair in found if pair[1] - start < MAX_SHOWN] or found[:1]
            found = found[len(here) :]
            numbers = {offset for pair in here for offset in pair}
            end = max(numbers) + 1
            fixed = "".join(f"\\{text[at]}" if at in numbers else text[at] for at in range(start, end))
            edits = (self.sink.edit(start, end, fixed),) if len(fixed) <= 2 * MAX_SHOWN else ()
            self.sink.report("E167", start, end, edits=edits, found=text[start : here[0][1] + 1])

    def _report_once(self, code: str, at: int) -> None:
        # One lost brace, or a piece of code, makes many of the lines below it look wrong.
        edits = (self.sink.edit(at, at, "\\"),)
        if self.unbalanced is None:
            self.unbalanced = len(self.sink.diagnostics)
            self.sink.report(code, at, at + 1, edits=edits)
        else:
            self.sink.add_edits(self.unbalanced, edits)

    def _walk(self, start: int, end: int, pairs: Pairs, bars: bool) -> None:
        text = self.sink.text
        while found := _MARK.search(text, start, end):
            mark, at = found[0], found.start()
            if start < at:
                self.add(text[start:at], start, at)
            start = found.end()
            if mark == "{" and at in pairs:
                close, inner = pairs[at]
                self._flush()
                if inner:
                    self._choice(at, close, inner, pairs)
                else:
                    self._hole(at, close)
                start = close + 1
            else:
                escaped = mark[0] == "\\" and (bars or mark != "\\|")
                self.add(mark[1:] if escaped else mark, at, start)
        if start < end:
            self.add(text[start:end], start, end)

    def _flush(self) -> None:
        if self.literal:
            self.sink.tokens.append(("TEXT", "".join(self.literal), self.literal_start, self.literal_end))
            self.literal = []

    def _choice(self, at: int, close: int, bars: list[int], pairs: Pairs) -> None:
        tokens = self.sink.tokens
        tokens.append(("CHOICE", None, at, at + 1))
        start, outer = at + 1, self.first
        quoted = False
        self._double_bar(at, close, bars)
        for bar in (*bars, close):
            self.first = len(tokens)
            if self._warn(start, bar) and not quoted:
                quoted = True
                quote = self.sink.text.index('"', start)
                self.sink.report("W104", quote, quote + 1)
            self._walk(start, bar, pairs, True)
            self.finish(start)
            tokens.append(("|" if bar != close else "CHOICE_END", None, bar, bar + 1))
            start = bar + 1
        self.first = outer

    def _double_bar(self, at: int, close: int, bars: list[int]) -> None:
        """Warn of an empty alternative between others: the `||` of code."""
        for bar, after in pairwise(bars):
            if after == bar + 1 and at + 1 < bar and after + 1 < close:
                braces = Span(self.sink.source, at, close + 1)
                self.sink.report("W113", at, close + 1, edits=instead(braces, escaped(braces.text)))
                return

    def _warn(self, start: int, end: int) -> bool:
        """Warn of an alternative that looks like code; whether a quote in it is open."""
        written = self.sink.text[start:end]
        if _RANGE.fullmatch(written):
            self.sink.report("W103", start, end, found=written.strip())
        return written.count('"') % 2 == 1

    def _hole(self, at: int, close: int) -> None:
        sink = self.sink
        text, tokens = sink.text, sink.tokens
        found = _SIMPLE.fullmatch(text, at + 1, close)
        if found and found[1] not in RESERVED and found[0].replace(".", "").isidentifier():
            tokens.append(("NAME_HOLE", (found[1], found[2]), at, close + 1))
            return
        count = len(tokens)
        if holds_numbers(text, at + 1, close) or self._lookalike(at, close):
            tokens.append(("BAD_HOLE", None, at, close + 1))
            return
        known = len(sink.diagnostics)
        tokens.append(("HOLE", None, at, at + 1))
        stop = lex_expression(sink, at + 1, close, to_colon=True, in_text=True)
        if stop < 0 or (stop < close and not self._spec(count, stop, close)):
            del tokens[count:]
            tokens.append(("BAD_HOLE", None, at, close + 1))
            written = text[at : close + 1]
            sink.diagnostics[known:] = [with_braces(each, written) for each in sink.diagnostics[known:]]
            return
        tokens.append(("HOLE_END", None, close, close + 1))

    def _lookalike(self, at: int, close: int) -> bool:
        """Report what is no hole but looks like a construct of another language."""
        sink = self.sink
        inside = sink.text[at + 1 : close]
        stripped = inside.strip()
        if not stripped:
            sink.report("E122", at, close + 1, edits=(sink.edit(at, close + 1, escaped(f"{{{inside}}}")),))
        elif stripped[0] == "{" and ":" not in stripped:
            name = stripped.strip("{} ")
            is_plain = stripped[-1] == "}" and not any(brace in name for brace in "{}")
            sink.report("E123", at, close + 1, edits=(sink.edit(at, close + 1, f"{{{name}}}"),) if is_plain else ())
        elif inside[0] == "%":
            sink.report("E124", at, close + 1)
        else:
            return False
        return True

    def _as_json(self, close: int) -> str:
        """The message that ends with a closing brace as an expression, where it is JSON in one line that shows
        a name."""
        text = self.sink.text
        line = text[text.rfind("\n", 0, close) + 1 : close + 1]
        found = _OBJECT.fullmatch(line) if self.sink.line_end(close) == close + 1 else None
        if found is None or len(line) > MAX_SHOWN or not _SHOWN_NAME.search(_QUOTED.sub("", found[2])):
            return ""
        return f"{found[1]} = json({found[2]})"

    def _spec(self, count: int, colon: int, close: int) -> bool:
        """The `:spec` of a hole whose tokens begin at `count`; False where it is reported."""
        sink = self.sink
        spec = sink.text[colon + 1 : close]
        expression = sink.tokens[count + 1 :]
        if spec[:1] in ("", " ", "\t") or (len(expression) == 1 and expression[0][0] in _ONE_LITERAL):
            sink.report("E126", colon, colon + 1, json=self._as_json(close))
            return False
        if "{" in spec:
            sink.report("E127", colon + 1, close)
            return False
        sink.tokens.append(("SPEC", re.sub(r"\\([{}|])", r"\1", spec), colon, close))
        return True
