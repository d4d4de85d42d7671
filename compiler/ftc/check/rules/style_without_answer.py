"""E331: a style whose `assistant:` does not hold `{answer}`: every conversation would get the same answer."""

from collections.abc import Iterator

from ftc.check.dependencies import names_of
from ftc.check.model import Model
from ftc.diagnostics import Diagnostic


def check(model: Model) -> Iterator[Diagnostic]:
    for style in model.styles:
        wrap = style.wrap
        if wrap is not None and wrap.content is not None and style.answer not in names_of(wrap.content):
            yield Diagnostic("E331", wrap.span)
