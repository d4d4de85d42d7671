"""Text to tree and back. `parse` and `format` are what other rooms call; the tree is in `ast`."""

from ftc.syntax.parser import parse

__all__ = ["parse"]
