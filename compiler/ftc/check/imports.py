"""The names that `use` imports into a file: shared with the other files, and never copied one by one.

Files may use each other in a long chain, and all that is in it comes along. So the names are kept in dictionaries, each
more than twice as large as the next: there are few of them, and a file that adds to those of another makes new the
small ones alone.
"""

from collections.abc import Iterator

from ftc.check.model import Name

Names = dict[str, Name]


class ImportedNames:
    """Names from other files. Instances never change: `with_names` and `merged_with` make new ones."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Names, ...] = ()) -> None:
        self._parts = parts

    def find(self, name: str) -> Name | None:
        """What a name stands for: what was added last."""
        return next((part[name] for part in reversed(self._parts) if name in part), None)

    def __iter__(self) -> Iterator[str]:
        return (name for part in self._parts for name in part)

    def with_names(self, names: Names) -> "ImportedNames":
        """With these names too, which replace those of the same name."""
        if not names:
            return self
        *parts, last = *self._parts, names
        while parts and len(parts[-1]) <= 2 * len(last):
            last = parts.pop() | last
        return ImportedNames((*parts, last))

    def merged_with(self, other: "ImportedNames") -> "ImportedNames":
        """With all names of another."""
        if not self._parts:
            return other
        both = self
        for part in self._new(other):
            both = both.with_names(part)
        return both

    def conflicts_with(self, other: "ImportedNames") -> Iterator[tuple[str, Name]]:
        """The names that stand for something else in another, with what they stand for here."""
        for part in self._new(other) if self._parts else ():
            for name, theirs in part.items():
                mine = self.find(name)
                if mine is not None and mine is not theirs:
                    yield name, mine

    def _new(self, other: "ImportedNames") -> list[Names]:
        """The dictionaries of another that are not shared already."""
        return [part for part in other._parts if not any(part is mine for mine in self._parts)]
