"""W201: a name that nothing mentions."""

from collections.abc import Iterator

from ftc.check.model import Answer, Culprit, Model
from ftc.diagnostics import Diagnostic


def check(model: Model) -> Iterator[Diagnostic]:
    blocks = (name for block in model.blocks for name in block.names)
    for name in dict.fromkeys((*model.names, *blocks)):
        if name not in model.used and not isinstance(name, Answer | Culprit):
            yield Diagnostic("W201", name.span, {"name": name.name})
