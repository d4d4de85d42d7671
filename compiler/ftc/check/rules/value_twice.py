"""W302: a value written twice in one list."""

from collections.abc import Iterator

from ftc.check.model import Alternatives, Model, Template
from ftc.diagnostics import Diagnostic, Label


def check(model: Model) -> Iterator[Diagnostic]:
    blocks = (name for block in model.blocks for name in block.names)
    for name in dict.fromkeys((*model.names, *blocks)):
        if isinstance(name, Alternatives):
            seen: dict[str, Template] = {}
            for template in (*name.valid, *name.invalid):
                text = template.constant
                if text is None:
                    continue
                if text in seen:
                    yield Diagnostic("W302", template.span, {"name": name.name}, (Label(seen[text].span, "here too"),))
                seen.setdefault(text, template)
