"""Habits of other languages in texts: W108 for quotes, W109 for comments behind a text, W111 for `\\n`.

None of them is wrong, and each is written as it stands. So what is common in honest texts is left alone: quotes around
a message, `#` as a sign, `\\n` in code and LaTeX.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from ftc.diagnostics import Diagnostic
from ftc.edits import Edit, new_line
from ftc.source import Span
from ftc.syntax import ast
from ftc.syntax.braces import MAX_SHOWN

# Whether there is anything to look for, over a whole file.
_ANY = re.compile(
    r"""\\[nrt]|\S[ \t]+#[ \t]|^[ \t]*[|~][ \t]*["']|\|[ \t]*["'][^|\n]*["'][ \t]*\||:[ \t]*["']""", re.MULTILINE
)
_QUOTED = re.compile(r"""("[^"\n{}]+"|'[^'\n{}]+')""")

_NOTE = re.compile(r"(?<=\S)[ \t]+#[ \t]+(?=[^\W\d])")
_CODE = re.compile(r"[=;<>`\\]|\w\(")
# Words beside a `#` that is a sign in a sentence.
_BEFORE_SIGN = frozenset([
    "a", "an", "the", "press", "dial", "hit", "use", "type", "enter", "key", "keys", "sign",
    "symbol", "by", "with", "and", "or", "of", "is", "are", "as", "no", "number", "order",
    "room", "apt", "apartment", "suite", "unit", "flat", "item", "issue", "ticket", "invoice", "set", "tap",
    "add", "put", "we", "we're", "i'm", "you're", "they're",
])  # fmt: skip
_AFTER_SIGN = frozenset([
    "of", "one", "to", "for", "is", "in", "and", "or", "at", "on", "key", "keys",
    "sign", "symbol", "means", "before", "after", "then", "button",
])  # fmt: skip

_BREAK = re.compile(r"\\(?:r\\n|n|t(?![a-z]))")
_LATEX = frozenset([
    "nabla", "ne", "neq", "neg", "nu", "not", "notin", "nmid", "ni", "newline", "newcommand", "newpage",
    "nonumber", "natural", "nsubseteq", "nearrow", "nwarrow", "nexists", "nparallel", "ncong", "nleq", "ngeq", "nless",
    "nsim",    "noindent", "normalsize", "normalfont", "null", "node", "nolimits",
])  # fmt: skip
_WORD = re.compile(r"n[a-z]*")
_PATH = re.compile(r"(?<![A-Za-z])[A-Za-z]:\\|^(?:[.~%/]|\\\\)|\\(?![nrt\\])|\.\w{1,4}$")


def habits(file: ast.File) -> Iterator[Diagnostic]:
    """What is found in the texts of a file."""
    if _ANY.search(file.source.text):
        yield from _in_statements(file.statements)


def _in_statements(statements: Iterable[ast.Statement]) -> Iterator[Diagnostic]:
    for statement in statements:
        match statement:
            case ast.Block(kind="answers"):
                pass  # What a model said is written as it stands, without `raw`.
            case ast.Block():
                yield from _in_statements(statement.body)
            case ast.Let(value=ast.Text() as text):
                yield from _in_list([text], 1)
            case ast.Let(value=ast.Items(items=items)) | ast.Let(value=ast.Domain(invalid=items)):
                yield from _in_list([item.text for item in items], 1)
            case ast.Table(rows=rows):
                yield from _in_columns([row.cells for row in rows])
            case ast.Message(content=ast.Items(items=items)) | ast.Says(body=ast.Items(items=items)):
                yield from _in_list([item.text for item in items], max(2, len(items)))
            case ast.Message(content=ast.Text() as text) | ast.Says(body=ast.Text() as text):
                yield from _in_text(text)
            case ast.Rewrite(text=text) | ast.Tool(description=text):
                yield from _breaks(text)


def _in_list(texts: Sequence[ast.Text], least: int) -> Iterator[Diagnostic]:
    """What is found in texts that are alternatives; quotes where at least so many of them are in quotes."""
    quoted = [text for text in texts if not text.raw and _QUOTED.fullmatch(text.span.text)]
    if quoted and len(quoted) >= least:
        edits = tuple(Edit(text.span, text.span.text[1:-1]) for text in quoted)
        yield Diagnostic("W108", quoted[0].span, edits=edits)
    for text in texts:
        yield from _in_text(text)


def _in_columns(rows: Sequence[Sequence[ast.Text]]) -> Iterator[Diagnostic]:
    if rows:
        for cells in zip(*rows, strict=False):
            yield from _in_list(cells, len(rows))


def _in_text(text: ast.Text) -> Iterator[Diagnostic]:
    if not text.raw:
        yield from _note(text)
        yield from _breaks(text)


def _note(text: ast.Text) -> Iterator[Diagnostic]:
    """A comment behind a text of one line."""
    source, start, end = text.span
    if source.text.find("#", start, end) < 0 or source.text.find("\n", start, end) >= 0:
        return
    written = text.span.text
    found = _NOTE.search(written)
    if found is None or written.count("#") > 1:
        return
    before, after = written[: found.start()], written[found.end() :]
    words = before.split()
    first = after.split()[0]
    is_sign = words[-1].lower() in _BEFORE_SIGN or first.lower() in _AFTER_SIGN or (first.isupper() and len(first) > 1)
    is_sign = is_sign or before[-1] in ",:;("
    if not is_sign and not _CODE.search(before) and before.count('"') % 2 == 0:
        note, span = f"# {after}", Span(source, start + found.start(), end)
        yield Diagnostic("W109", span, {"note": note}, edits=(new_line(source, start, note), Edit(span, "")))


def _breaks(text: ast.Text) -> Iterator[Diagnostic]:
    """The line breaks of strings, `\\n`, where they are meant as such."""
    source, start, end = text.span
    if text.raw or source.text.find("\\", start, end) < 0:
        return
    found = typed_breaks(source.text, start, end)
    if not found:
        return
    first, last = found[0].start(), found[-1].end()
    if last - first > MAX_SHOWN or "\n" in source.text[first:last]:
        last = found[0].end()
    typed = source.text[first:last]
    fixed = _BREAK.sub(lambda each: '{"\\t"}' if each[0] == "\\t" else '{"\\n"}', typed)
    literal = _BREAK.sub(lambda each: '{"' + each[0].replace("\\", "\\\\") + '"}', typed)
    span = Span(source, first, last)
    yield Diagnostic("W111", span, {"found": found[0][0], "literal": literal}, edits=(Edit(span, fixed),))


def typed_breaks(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The `\\n`, `\\r\\n` and `\\t` in text[start:end] that are meant as in a string."""
    return [each for each in _BREAK.finditer(text, start, end) if _is_meant(text, each, start, end)]


def _is_meant(text: str, found: re.Match[str], start: int, end: int) -> bool:
    """Whether a `\\n` in a text is a line break that was meant, and not a part of code, of LaTeX or of a path."""
    line_start = max(start, text.rfind("\n", start, found.start()) + 1)
    line_end = text.find("\n", found.end(), end)
    before, after = text[line_start : found.start()], text[found.end() : end if line_end < 0 else line_end]
    if before.endswith(("\\", '"', "'", "`", "(", "[", "^", "/")) or "$" in before + after:
        return False
    if (before.count('"') % 2 and '"' in after) or (before.count("`") % 2 and "`" in after):
        return False
    word = _WORD.match(text, found.end() - 1)
    if word and word[0] in _LATEX:
        return False
    run = before.split(" ")[-1] + found[0] + after.split(" ")[0]
    if _PATH.search(run.rstrip(".,;:!?")):
        return False
    if before[-1:] in ("", " ") and (not after or not after[0].isalnum()) and after[:1] not in ("\\", "-", "*", "#"):
        # Alone between blanks it is most often spoken of.
        return before.rstrip()[-1:] in (".", "?", "!", ":", ";") and bool(after.strip())
    return True
