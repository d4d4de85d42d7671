"""What the lexer hands to the parser: tokens, and what it found wrong on the way."""

from typing import Any

from ftc.diagnostics import Diagnostic, Label
from ftc.source import SourceFile, Span

# (type, value, start, end). A plain tuple, as there are as many of them as there are words in a file.
Token = tuple[str, Any, int, int]

# Words of expressions, that can name nothing.
RESERVED = frozenset("in not and or if else for where true false none".split())

# How deep braces, brackets and blocks may nest, and how many operators may hang on one another: whatever walks the
# tree recurses, and a file must not be able to exhaust the stack.
MAX_NESTING = 64
MAX_OPERATORS = 100


class Sink:
    """Collects the tokens and the diagnostics of one source."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.text = source.text
        self.tokens: list[Token] = []
        self.diagnostics: list[Diagnostic] = []

    def report(self, code: str, start: int, end: int, /, labels: tuple[Label, ...] = (), **data: object) -> None:
        self.diagnostics.append(Diagnostic(code, Span(self.source, start, end), data, labels))

    def label(self, start: int, end: int, text: str) -> Label:
        return Label(Span(self.source, start, end), text)


def salvage(tokens: list[Token]) -> list[Token] | None:
    """The tokens of a statement up to its expression, which is broken, or None where there is none.

    So a name that a line declares stays declared.
    """
    if tokens[0][0] in ("where", "expect"):
        before = 1
    else:
        before = next((i + 1 for i, token in enumerate(tokens) if token[0] in ("=", "in")), 0)
        if not before or any(token[0] in (":", "calls") for token in tokens[:before]):
            return None
    end = max(tokens[-1][3], tokens[before - 1][3])
    return [*tokens[:before], ("BAD_EXPR", None, tokens[before - 1][3], end)]
