"""E331: a style whose `assistant:` does not hold `{answer}`: every conversation would get the same answer."""

from collections.abc import Iterator

from ftc.check.dependencies import all_names
from ftc.check.model import Model
from ftc.diagnostics import Diagnostic


def check(model: Model) -> Iterator[Diagnostic]:
    for style in model.styles:
        wrap = style.wrap
        if wrap is not None and wrap.content is not None and style.answer not in all_names(wrap.content):
            yield Diagnostic("E331", wrap.span)
