"""Text to tree and back: `parse`, and `printer.format`. The classes of the tree are in `ast`."""

from ftc.syntax.parser import parse

__all__ = ["parse"]
