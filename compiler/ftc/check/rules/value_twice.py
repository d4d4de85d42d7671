"""W302: a value written twice in one list, also of a file that is only used."""

from collections.abc import Iterator

from ftc.check.model import Alternatives, Model, Template
from ftc.diagnostics import Diagnostic, Label
from ftc.edits import without_line
from ftc.source import Span


def check(model: Model) -> Iterator[Diagnostic]:
    blocks = (name for block in model.blocks for name in block.names)
    elsewhere = sorted(model.used, key=lambda name: (name.span.source.name, name.span.start))
    for name in dict.fromkeys((*model.names, *blocks, *elsewhere)):
        if isinstance(name, Alternatives):
            seen: dict[str, Template] = {}
            for template in (*name.valid, *name.invalid):
                text = template.constant
                if text is None:
                    continue
                if text in seen:
                    label = Label(seen[text].span, "here too")
                    edits = without_line(template.span) if _is_line(template.span) else ()
                    yield Diagnostic("W302", template.span, {"name": name.name}, (label,), edits=edits)
                seen.setdefault(text, template)


def _is_line(span: Span) -> bool:
    """Whether a value has a line of its own, and no other."""
    return span.source.line(span.line).strip(" \t")[1:].strip(" \t") == span.text
