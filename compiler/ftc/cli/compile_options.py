"""What was asked of `ftc compile` about how its lines are written, and which of it goes together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ftc.cli.output import Places, places
from ftc.cli.parts import PARTS, Engine, Parts
from ftc.cli.stop import Stop
from ftc.emit.manifest import portable_names
from ftc.emit.parts.folder import is_url
from ftc.emit.parts.recipe import Recipe
from ftc.targets import Target


@dataclass(frozen=True)
class Asked:
    """The options as they were given."""

    output: str | None
    limit: int | None
    shuffle: int | None
    jobs: int | None
    shard: str | None
    shards: int | None
    engine: Engine
    watch: bool

    @property
    def _into_folder(self) -> str | None:
        """The option by which many files are wanted."""
        return "--engine ray" if self.engine == "ray" else "--shards" if self.shards is not None else None

    @cached_property
    def _part(self) -> tuple[int, int]:
        """`3/10` as (2, 10)."""
        if self.shard is None:
            return 0, 1
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", self.shard)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise Stop("E723", shard=self.shard)
        return int(found[1]) - 1, int(found[2])

    def guard(self) -> None:
        """Stop where two options exclude each other."""
        for first, second, why in self._excluded():
            raise Stop("E721", first=first, second=second, why=why)
        if self._into_folder and self.output is None:
            raise Stop("E726", option=self._into_folder)
        _ = self._part

    def _excluded(self) -> Iterator[tuple[str, str, str]]:
        many = self._into_folder
        if many and self.shard is not None:
            yield many, "--shard", "the one writes every part, the other a single one"
        if self.limit is not None and (many or self.shard is not None):
            yield many or "--shard", "--limit", "the first lines of the whole are not the first of its parts"
        if self.watch and (many or self.shard is not None):
            yield (
                many or "--shard",
                "--watch",
                "what is shared out is not made again at every change",
            )
        if many and self.output == "-":
            yield many, "-o -", "many files do not fit one stream"
        if not many and self.output is not None and is_url(self.output):
            yield "-o with a URL", "a single file", "a URL takes the parts of --shards N"

    @property
    def _many(self) -> Parts | None:
        if not self._into_folder:
            return None
        assert self.output is not None
        return Parts(self.output, self.shards or PARTS, self.engine, self.jobs)

    def where(self, files: list[str]) -> Places | Parts:
        return self._many or places(files, self.output, self._part)

    def recipe(self, target: Target, named: tuple[str, ...], read: Mapping[str, bytes]) -> Recipe:
        names = portable_names(read)
        many = self._many
        return Recipe(
            files=tuple(names[name] for name in named),
            sources={names[name]: data for name, data in read.items()},
            target=target.name,
            shuffle=self.shuffle,
            limit=self.limit,
            shard=self._part,
            parts=many.parts if many else 1,
            suffix=many.suffix if many else ".jsonl",
        )
