"""From syntax to meaning: names become objects, expressions get types, blocks get their shape."""

from ftc.check.check import check

__all__ = ["check"]
