"""W201: a name that nothing reads. The names of a file without blocks are there for others to `use`."""

from collections.abc import Iterator

from ftc.check.model import Culprit, Model, Name, StyleAnswer
from ftc.diagnostics import Diagnostic
from ftc.expressions.types import RowOf


def check(model: Model) -> Iterator[Diagnostic]:
    made = {block.span.source for block in model.blocks}
    blocks = (name for block in model.blocks for name in block.names)
    for name in dict.fromkeys((*(n for n in model.names if n.span.source in made), *blocks)):
        if name not in model.used and not isinstance(name, StyleAnswer | Culprit):
            yield Diagnostic("W201", name.span, {"name": name.name, "shown": _shown(name)})


def _shown(name: Name) -> str:
    """How a text shows the name: of a table, one of its columns."""
    if not isinstance(name.type, RowOf) or not name.type.columns:
        return name.name
    column = name.type.columns[0][0]
    return f"{name.name}.{column}" if column.isidentifier() else f'{name.name}["{column}"]'
