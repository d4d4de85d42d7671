"""E330: an expression over a name with invalid values, where a fault would be shown: an invalid value is text,
not computed with."""

from collections.abc import Iterator

from ftc.check.dependencies import expressions_in, expressions_of, invalid_values, user_texts
from ftc.check.model import Alias, Expr, Model, Name, Template
from ftc.diagnostics import Diagnostic, Label


def check(model: Model) -> Iterator[Diagnostic]:
    for block in model.blocks:
        for turn in block.turns:
            if turn.invalid is None:
                continue
            texts = [*user_texts(turn), *(m.content for m in turn.invalid.messages if m.content is not None)]
            if block.system and block.system.content:
                texts.append(block.system.content)
            for text in texts:
                yield from _text(text)


def _text(text: Template) -> Iterator[Diagnostic]:
    for expr in expressions_in(text):
        culprit = _computed(expr, set())
        if culprit is not None:
            label = Label(invalid_values(culprit)[0].span, "this value is text")
            yield Diagnostic("E330", expr.span, {"name": culprit.name}, (label,))


def _computed(expr: Expr, visited: set[Name]) -> Name | None:
    """The name with invalid values that the expression computes with, itself or in a name that it shows."""
    for read in expr.reads:
        name = read.name
        if not expr.bare and invalid_values(name):
            return name
        if name in visited or isinstance(name, Alias):
            continue
        visited.add(name)
        for inner in expressions_of(name):
            if (found := _computed(inner, visited)) is not None:
                return found
    return None
