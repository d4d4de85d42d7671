"""Expressions as tokens: the code part of a header, a hole, and the block below an `=`."""

import re

from ftc.edits import Edits, instead, new_line
from ftc.source import Span
from ftc.syntax.foreign import conditional
from ftc.syntax.lines import strip
from ftc.syntax.tokens import MAX_NESTING, MAX_OPERATORS, RESERVED, Sink

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<name>[^\W\d]\w*)
      | (?P<number>(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9]+)(?:[eE][+-]?[0-9][0-9_]*)?\w*)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<op>\*\*|//|==|!=|<=|>=|\.\.|[-+*/%<>=()\[\]{},.:])
    )""",
    re.VERBOSE,
)
_BLANKS = re.compile(r"[ \t\r\n]*")
_INT = re.compile(r"0|[1-9][0-9]*(?:_[0-9]+)*")
_FLOAT = re.compile(r"(?:0|[1-9][0-9]*(?:_[0-9]+)*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPERATORS = frozenset(("+", "-", "*", "/", "//", "%", "**", ".", "not", "else", "..", ")", "]", "}"))
# Signs of other languages, and those that editors put in place of plain ones, with the equivalent here.
_SIGNS = {
    "&&": "and", "&": "and", "||": "or", "!": "not", "~": "not", "^": "**", "“": '"', "”": '"', "„": '"', "‘": '"',
    "’": '"', "≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "–": "-", "−": "-", "…": "..",
    "＝": "=", "（": "(", "）": ")", "，": ",", "：": ":", "＂": '"', "｜": "|",
}  # fmt: skip
# Those whose equivalent means something else in a part of its uses.
_UNLIKE = frozenset(("&", "!", "~", "^", "｜"))
_SINGLE = re.compile(r"""'([^'"\\\n]*)'|"(?:[^"\\\n]|\\.)*\"""")
# Words of Python, with the equivalent here.
_PYTHON_WORDS = {"True": "true", "False": "false", "None": "none"}
# First words of statements that a name follows; as such a word is a token of its own only there.
_NAMED = frozenset(["let", "table", "def", "fact", "dialog", "format", "style", "answers", "case"])
# The longest number of 4096 bits has this many digits.
_MAX_DIGITS = 1233


def lex_expression(
    sink: Sink,
    start: int,
    end: int,
    words: frozenset[str] = frozenset(),
    *,
    to_colon: bool = False,
    in_text: bool = False,
) -> int:
    """Lex from `start` to `end`, or with `to_colon` to a colon outside brackets, and say where that was.

    `words` are the words that the statement expects, up to its first `=`. Says -1 where something was reported.
    """
    text, tokens = sink.text, sink.tokens
    match = _TOKEN.match
    # Open brackets as (type, offset, operators in the part of the list around it).
    brackets: list[tuple[str, int, int]] = []
    operators = weight = 0
    before = ""
    at = start
    while at < end:
        found = match(text, at, end)
        if found is None:
            at = _blanks(text, at, end)
            if at < end:
                # What an expression so far begins behind.
                begin = next((token[3] for token in reversed(tokens) if token[0] in ("=", "where", "in")), start)
                _reject(sink, at, end, max(start, begin), has_comment=not in_text and _is_header(text, start, at))
                return -1
            break
        kind, at = found.lastgroup, found.end()
        value = found[kind] if kind else ""
        first = at - len(value)
        if kind == "name":
            if before == ".":
                kind = "NAME"
            elif value in words:
                kind = value if value != "of" or before == "NAME" else "NAME"
                if kind == "raw" and not _colon_follows(text, at, end):
                    kind = "NAME"
            elif value in RESERVED:
                kind = value
            elif value in _PYTHON_WORDS:
                name = _PYTHON_WORDS[value]
                sink.report("E135", first, at, edits=(sink.edit(first, at, name),), safe=True, found=value, name=name)
                return -1
            else:
                kind = "NAME"
                if not value.isidentifier():
                    _reject(
                        sink, next(i for i in range(first, at) if not text[first : i + 1].isidentifier()), end, start
                    )
                    return -1
        elif kind == "op":
            kind = value
            if kind in _CLOSERS:
                if len(brackets) == MAX_NESTING:
                    sink.report("E139", first, at, limit=MAX_NESTING)
                    return -1
                brackets.append((kind, first, operators))
                operators = 0
                words = frozenset(words & {"of", "raw"})
            elif kind in ")]}":
                if not brackets or _CLOSERS[brackets[-1][0]] != kind:
                    _mismatch(sink, first, brackets)
                    return -1
                weight -= operators
                operators = brackets.pop()[2]
            elif kind == ",":
                weight -= operators
                operators = 0
            elif kind == "=":
                words = frozenset(words & {"of"}) if brackets else frozenset()
            elif kind == ":" and to_colon and not brackets:
                return first
        elif kind == "number":
            number = _number(value)
            if number is None:
                if tokens and tokens[-1][0] in _NAMED and value[0] != ".":
                    sink.report_digit(first, at)
                else:
                    sink.report("E133", first, at, found=value)
                return -1
            tokens.append(("INT" if isinstance(number, int) else "FLOAT", number, first, at))
            before = "number"
            continue
        else:
            string = _string(sink, value, first, in_text)
            if string is None:
                return -1
            tokens.append(("STRING", string, first, at))
            before = "STRING"
            continue
        if kind in _OPERATORS:
            operators += 1
            weight += 1
            if weight > MAX_OPERATORS:
                sink.report("E139", first, at, limit=MAX_OPERATORS)
                return -1
        tokens.append((kind, value, first, at))
        before = kind
    if brackets:
        kind, at, _ = brackets[-1]
        _, stop = strip(text, at, end)
        edits = (sink.edit(stop, stop, "".join(_CLOSERS[each] for each, _, _ in reversed(brackets))),)
        sink.report("E136", at, at + 1, edits=edits, found=kind)
        return -1
    return end


def _blanks(text: str, at: int, end: int) -> int:
    found = _BLANKS.match(text, at, end)
    return found.end() if found else at


def _colon_follows(text: str, at: int, end: int) -> bool:
    at = _blanks(text, at, end)
    return at < end and text[at] == ":"


def _is_header(text: str, start: int, at: int) -> bool:
    """Whether an expression that begins at `start` stands, up to `at`, behind the first words of its statement."""
    line_start = text.rfind("\n", 0, at) + 1
    return bool(text[line_start:start].strip())


def _reject(sink: Sink, at: int, end: int, start: int, *, has_comment: bool = False) -> None:
    """Report a character that begins nothing, in an expression that begins at `start`. `has_comment` says that one
    which stands here can stand above the line."""
    char = sink.text[at]
    line_end = sink.text.find("\n", at, end)
    end = end if line_end < 0 else line_end
    if char == '"':
        sink.report("E130", at, end)
    elif char == "'":
        close = sink.text.find("'", at + 1, end)
        stop = close + 1 if close >= 0 else at + 1
        inner = sink.text[at + 1 : stop - 1] if close >= 0 else ""
        is_plain = inner and '"' not in inner and "\\" not in inner
        # All of them, as nobody mends one of many.
        edits = tuple(
            sink.edit(*each.span(), f'"{each[1]}"') for each in _SINGLE.finditer(sink.text, at, end) if each[1]
        )
        sink.report("E132", at, stop, edits=edits if is_plain else (), safe=True)
    elif char == "#":
        note = sink.text[at:end].rstrip(" \t\r")
        before = len(sink.text[:at].rstrip(" \t"))
        edits = (new_line(sink.source, at, note), sink.edit(before, at + len(note), "")) if has_comment else ()
        sink.report("E138", at, end, edits=edits, safe=True)
    elif char == "|" and not sink.text.startswith("||", at):
        sink.report("E128", at, at + 1)
    elif char == "!" and re.compile(r"![rsa]\b").match(sink.text, at, end):
        sink.report("E125", at, at + 2)
    else:
        found = next((sign for sign in _SIGNS if sink.text.startswith(sign, at)), char)
        shown = found if found.isprintable() else f"U+{ord(char):04X}"
        edits = conditional(sink, start, at, end) if found == "?" else _plain_sign(sink, found, at, end)
        sink.report(
            "E134", at, min(at + len(found), end), edits=edits, safe=found in _SIGNS and found not in _UNLIKE,
            found=shown, instead=edits[0].text if found == "?" and edits else _SIGNS.get(found, ""),
        )  # fmt: skip


def _plain_sign(sink: Sink, sign: str, at: int, end: int) -> Edits:
    """The edits that write a sign as it is written here; none where that is not clear."""
    text, plain, behind = sink.text, _SIGNS.get(sign, ""), at + len(sign)
    if plain == '"':
        close = next((i for i in range(behind, end) if _SIGNS.get(text[i]) == '"'), -1)
        is_whole = close >= 0 and not any(each in text[behind:close] for each in '"\\\n')
        return (sink.edit(at, behind, plain), sink.edit(close, close + 1, plain)) if is_whole else ()
    if plain.isalpha():
        # A word has blanks around it.
        before = " " if text[at - 1 : at].strip(" \t([{,") else ""
        after = "" if text[behind : behind + 1] in (" ", "\t", "") else " "
        return (sink.edit(at, behind, f"{before}{plain}{after}"),)
    return instead(Span(sink.source, at, behind), plain)


def _mismatch(sink: Sink, at: int, brackets: list[tuple[str, int, int]]) -> None:
    closer = sink.text[at]
    if brackets:
        kind, opened, _ = brackets[-1]
        label = sink.label(opened, opened + 1, "opened here")
        expected = _CLOSERS[kind]
        edits = (sink.edit(at, at + 1, expected),)
        sink.report("E137", at, at + 1, labels=(label,), edits=edits, found=closer, expected=expected)
    else:
        sink.report("E129", at, at + 1, found=closer)


def _number(written: str) -> int | float | None:
    if _INT.fullmatch(written):
        digits = written.replace("_", "")
        return int(digits) if len(digits) <= _MAX_DIGITS else None
    if _FLOAT.fullmatch(written):
        value = float(written.replace("_", ""))
        return value if value != float("inf") else None
    return None


def _string(sink: Sink, written: str, start: int, in_text: bool) -> str | None:
    """The value of a string literal, or None where an escape is wrong. In a path a backslash parts folders."""
    body = written[1:-1]
    if "\\" not in body:
        return body
    if sink.tokens[-1:] and sink.tokens[-1][0] in ("use", "from") and not in_text:
        return body
    parts: list[str] = []
    at = 0
    for found in _ESCAPE.finditer(body):
        parts.append(body[at : found.start()])
        at = found.end()
        code = found[1]
        if code in _ESCAPES:
            parts.append(_ESCAPES[code])
        elif in_text and code in "{}|":
            parts.append(code)
        elif len(code) == 5 and not 0xD800 <= int(code[1:], 16) < 0xE000:
            parts.append(chr(int(code[1:], 16)))
        else:
            first = start + 1 + found.start()
            sink.report("E131", first, first + len(found[0]), found=found[0])
            return None
    parts.append(body[at:])
    return "".join(parts)
