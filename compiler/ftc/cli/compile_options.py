"""The options of `ftc compile` that decide how and where its lines are written, and which of them conflict."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ftc.cli.command_error import CommandError
from ftc.cli.output import OutputFiles, output_files
from ftc.cli.output_folder import DEFAULT_PARTS, Engine, OutputFolder
from ftc.emit.manifest import portable_names
from ftc.emit.parts.folder import is_url
from ftc.emit.parts.recipe import Recipe
from ftc.targets import Target


@dataclass(frozen=True)
class CompileOptions:
    """The options as given on the command line."""

    output: str | None
    limit: int | None
    shuffle: int | None
    jobs: int | None
    shard: str | None
    shards: int | None
    engine: Engine
    watch: bool

    @property
    def _folder_option(self) -> str | None:
        """The option that asks for a folder of many files, if any."""
        return "--engine ray" if self.engine == "ray" else "--shards" if self.shards is not None else None

    @cached_property
    def _shard_range(self) -> tuple[int, int]:
        """`3/10` as (2, 10)."""
        if self.shard is None:
            return 0, 1
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", self.shard)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise CommandError("E723", shard=self.shard)
        return int(found[1]) - 1, int(found[2])

    def check(self) -> None:
        """Raise a `CommandError` if two options conflict."""
        for first, second, why in self._conflicts():
            raise CommandError("E721", first=first, second=second, why=why)
        if self._folder_option and self.output is None:
            raise CommandError("E726", option=self._folder_option)
        _ = self._shard_range

    def _conflicts(self) -> Iterator[tuple[str, str, str]]:
        folder = self._folder_option
        if folder and self.shard is not None:
            yield folder, "--shard", "the one writes every part, the other a single one"
        if self.limit is not None and (folder or self.shard is not None):
            yield folder or "--shard", "--limit", "the first lines of the whole are not the first of its parts"
        if self.watch and (folder or self.shard is not None):
            yield (
                folder or "--shard",
                "--watch",
                "what is shared out is not made again at every change",
            )
        if folder and self.output == "-":
            yield folder, "-o -", "many files do not fit one stream"
        if not folder and self.output is not None and is_url(self.output):
            yield "-o with a URL", "a single file", "a URL takes the parts of --shards N"

    @property
    def _folder(self) -> OutputFolder | None:
        if not self._folder_option:
            return None
        assert self.output is not None
        return OutputFolder(self.output, self.shards or DEFAULT_PARTS, self.engine, self.jobs)

    def destination(self, files: list[str]) -> OutputFiles | OutputFolder:
        return self._folder or output_files(files, self.output, self._shard_range)

    def recipe(self, target: Target, named: tuple[str, ...], read: Mapping[str, bytes]) -> Recipe:
        names = portable_names(read)
        folder = self._folder
        return Recipe(
            files=tuple(names[name] for name in named),
            sources={names[name]: data for name, data in read.items()},
            target=target.name,
            shuffle=self.shuffle,
            limit=self.limit,
            shard=self._shard_range,
            parts=folder.parts if folder else 1,
            suffix=folder.suffix if folder else ".jsonl",
        )
