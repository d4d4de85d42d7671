"""A folder as the output of a compilation: the job's parts are files in it, written by processes or by Ray."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from ftc.cli.command_error import INTERNAL, INTERRUPTED, CommandError, reason
from ftc.cli.output import WriteJob, check_line_limit, require_library
from ftc.cli.screen import tell
from ftc.emit.file import PARQUET
from ftc.emit.parts.folder import is_url
from ftc.emit.parts.recipe import Split

if TYPE_CHECKING:
    from ftc.diagnostics import Diagnostic
    from ftc.emit.manifest import OutputEntry
    from ftc.emit.parts.shards import PartRecord
    from ftc.emit.write import Progress

Engine = Literal["processes", "ray"]

DEFAULT_PARTS = 64
"""The number of parts if `--shards` does not say."""


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder or URL. Its parts are parquet files if its own name ends with `.parquet`."""

    folder: str
    parts: int
    engine: Engine
    jobs: int | None

    stream = False

    @property
    def suffix(self) -> str:
        return PARQUET if self.folder.rstrip("/").endswith(PARQUET) else ".jsonl"

    @property
    def display_name(self) -> str:
        return self.folder.rstrip("/") + "/"

    def path_of(self, split: Split) -> Path:
        return Path(self.folder)

    @property
    def display_validation(self) -> str:
        return f"part-*.validation{self.suffix}"

    def display_path(self, output: "OutputEntry") -> str:
        return self.display_name + output.file

    def check(self, job: WriteJob) -> None:
        """Raise a `CommandError` if a library is missing or the folder cannot take the parts."""
        from ftc.emit.parts.shards import MANIFEST, part_name

        if self.engine == "ray":
            require_library("ray", "ray", "--engine ray")
        if self.suffix == PARQUET:
            require_library("pyarrow", "parquet", "A parquet file")
        if is_url(self.folder):
            require_library("fsspec", "ray", "A URL as output")
            return
        if Path(self.folder).exists() and not Path(self.folder).is_dir():
            raise CommandError(
                "E702", INTERNAL, path=self.folder, reason="it is a file", elsewhere=f"{self.folder}.parts"
            )
        sources = {os.path.realpath(name) for name in job.read}
        splits: tuple[Split, ...] = ("training", "validation")
        names = [part_name(part, self.parts, split, self.suffix) for part in range(self.parts) for split in splits]
        for name in (*names, MANIFEST):
            if os.path.realpath(path := Path(self.folder) / name) in sources:
                raise CommandError("E712", path=path, elsewhere=f"{self.folder.rstrip('/')}.out")

    def check_line_limit(self, job: WriteJob) -> "list[Diagnostic]":
        return check_line_limit(job)

    def write(self, job: WriteJob, progress: "Progress") -> "list[OutputEntry]":
        """Write the parts that do not exist yet."""
        from ftc.emit.parts.cluster import ClusterFailed
        from ftc.emit.parts.folder import folder_at
        from ftc.emit.parts.pool import NoProcess, WorkerDied
        from ftc.emit.parts.shards import ForeignFolder, write_all

        def engine(missing: list[int]) -> "Iterator[tuple[int, PartRecord | None]]":
            return self._engine(missing, job, progress)

        try:
            folder = folder_at(self.folder)
            manifest = write_all(folder, job.recipe, job.plan, engine, job.read, job.named, progress)
        except ForeignFolder as foreign:
            raise CommandError(
                "E725", folder=self.display_name, name=foreign, elsewhere=f"{self.folder.rstrip('/')}.new"
            ) from None
        except NoProcess as none:
            way = f"Write the parts one by one, with this process alone: --shard 1/{self.parts} -o part1.jsonl"
            raise CommandError("E737", INTERNAL, reason=none, way=way) from None
        except (WorkerDied, ClusterFailed) as failed:
            raise CommandError("E724", INTERNAL, reason=failed, way="Start it again: what is finished stays.") from None
        except ImportError as missing:
            # fsspec needs a library for each service, and its message names the missing one.
            raise CommandError(
                "E702", INTERNAL, path=self.display_name, reason=str(missing).rstrip("."), elsewhere="OUT/"
            ) from None
        except OSError as error:
            # Users know the folder, not the temporary files in it.
            raise CommandError(
                "E702", INTERNAL, path=self.display_name, reason=reason(error), elsewhere="OUT/"
            ) from None
        except KeyboardInterrupt:
            tell("\nftc: interrupted; what is finished stays, and the same command goes on from there")
            raise typer.Exit(INTERRUPTED) from None
        return list(manifest.outputs)

    def _engine(
        self, missing: list[int], job: WriteJob, progress: "Progress"
    ) -> "Iterator[tuple[int, PartRecord | None]]":
        from ftc.emit.parts import cluster, pool
        from ftc.recompile import plan_from_recipe

        # A worker on another machine, or in another folder, needs the absolute path.
        place = self.folder if is_url(self.folder) else str(Path(self.folder).resolve())
        if self.engine == "ray":
            return cluster.run(missing, job.recipe, plan_from_recipe, place, jobs=self.jobs, progress=progress)
        return pool.run(missing, job.recipe, plan_from_recipe, place, jobs=self.jobs or 1, progress=progress)
