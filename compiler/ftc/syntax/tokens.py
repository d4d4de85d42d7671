"""Tokens and diagnostics, which the lexer collects for the parser."""

from typing import Any

from ftc.diagnostics import Diagnostic, Label
from ftc.edits import Edit, Edits
from ftc.slotted import replaced
from ftc.source import SourceFile, Span

# (type, value, start, end). A plain tuple, as there are as many of them as there are words in a file.
Token = tuple[str, Any, int, int]

# Words of expressions, that can name nothing.
RESERVED = frozenset(["in", "not", "and", "or", "if", "else", "for", "where", "true", "false", "none"])

# First words of messages.
ROLES = frozenset(["system", "user", "assistant", "tool", "rejected", "base"])

# How deep braces, brackets and blocks may nest, and how many operators may hang on one another: whatever walks the
# tree recurses, and a file must not be able to exhaust the stack.
MAX_NESTING = 64
MAX_OPERATORS = 100


# What follows `let` and `table` where the name is certain: in `x y` and `x-y`, x may be only a part of it.
_WHOLE_NAME = (["NAME"], ["NAME", ":"], ["NAME", "from"], ["NAME", "ROW"])


class Sink:
    """Collects the tokens and the diagnostics of one source."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.text = source.text
        self.tokens: list[Token] = []
        self.diagnostics: list[Diagnostic] = []
        self._more: dict[int, list[Edit]] = {}

    def report(
        self, code: str, start: int, end: int, /, labels: tuple[Label, ...] = (), edits: Edits = (), *,
        safe: bool = False, **data: object,
    ) -> None:  # fmt: skip
        self.diagnostics.append(Diagnostic(code, Span(self.source, start, end), data, labels, edits=edits, safe=safe))

    def edit(self, start: int, end: int, text: str) -> Edit:
        """The edit that puts a text between two offsets."""
        return Edit(Span(self.source, start, end), text)

    def report_digit(self, start: int, end: int) -> None:
        """Report a number where a name should follow a word."""
        self.report("E157", start, end, edits=(self.edit(start, start, "_"),), found=self.text[start:end])

    def line_end(self, offset: int) -> int:
        """Where the text of the line around an offset ends."""
        end = self.text.find("\n", offset)
        line = self.text[offset : end if end >= 0 else len(self.text)]
        return offset + len(line.rstrip(" \t\r"))

    def add_edits(self, at: int, edits: Edits) -> None:
        """Note more edits for the diagnostic with this number, which is about several places."""
        self._more.setdefault(at, []).extend(edits)

    def finish_edits(self) -> None:
        """Give the diagnostics about several places their edits: all at once, as there may be one in each line."""
        for at, edits in self._more.items():
            known = self.diagnostics[at]
            self.diagnostics[at] = replaced(known, edits=(*known.edits, *edits))
        self._more.clear()

    def label(self, start: int, end: int, text: str) -> Label:
        return Label(Span(self.source, start, end), text)


def salvage(tokens: list[Token]) -> list[Token] | None:
    """A broken statement with a bad expression in place of its rest; None where nothing of it can be kept.

    So the name that a line declares is declared all the same, and a message stays a message.
    """
    first = tokens[0]
    before = next((i + 1 for i, token in enumerate(tokens) if token[0] in ("=", "in")), 0)
    if first[0] in ("where", "expect"):
        kept = [first]
    elif before and not any(token[0] in (":", "calls") for token in tokens[:before]):
        kept = tokens[:before]
    elif first[0] in ("let", "table") and [token[0] for token in tokens[1:3]] in _WHOLE_NAME:
        kept = [("let", "let", *first[2:]), tokens[1], ("=", "=", *tokens[1][2:])]
    elif first[0] in ROLES and (first[0] != "tool" or (len(tokens) > 1 and tokens[1][0] in (":", "="))):
        kept = [first, ("=", "=", *first[2:])]
    else:
        return None
    return [*kept, ("BAD_EXPR", None, kept[-1][3], max(tokens[-1][3], kept[-1][3]))]
