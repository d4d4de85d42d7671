"""The output of a compilation: two files and a manifest, or a stream."""

import importlib.util
import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ftc.cli.command_error import INTERNAL, CommandError, reason
from ftc.emit.file import PARQUET, write_file
from ftc.emit.manifest import OutputEntry, build_manifest, companions, manifest_path
from ftc.emit.parts.recipe import Recipe, Split, Stretch
from ftc.emit.staged import BUFFER
from ftc.emit.write import Discard, Progress, Sink, WriteResult
from ftc.targets import Target

if TYPE_CHECKING:
    from ftc.diagnostics import Diagnostic
    from ftc.expand.plan.plan import Plan


# Some hundred gigabytes. Whoever really wants more sets `--limit`.
MAX_LINES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class WriteJob:
    """What to write: the plan of a recipe. `named` are the files on the command line, `read` the contents of all files
    that were read, `jobs` the number of processes that write."""

    plan: "Plan"
    recipe: Recipe
    named: Sequence[str]
    read: Mapping[str, bytes]
    jobs: int = 1

    @property
    def target(self) -> Target:
        return self.recipe.target_format

    @property
    def stretches(self) -> list[Stretch]:
        return list(self.recipe.stretches(self.plan))

    @property
    def total(self) -> int:
        """The number of conversations to process, for a progress bar."""
        return sum(stretch.conversations.count for stretch in self.stretches)

    def write(
        self, files: Sequence[Sink], suffixes: Sequence[str], aside: Path, progress: Progress
    ) -> list[WriteResult]:
        """Write each stretch into its file."""
        # With pairs, where the limit falls is only known by writing them one after the other.
        if self.jobs > 1 and not (self.recipe.limit and self.target.pairs):
            return self._write_parallel(files, suffixes, aside, progress)
        return [
            write_file(
                stretch.conversations, self.target, file, suffix=suffix, limit=self.recipe.limit, progress=progress
            )
            for stretch, file, suffix in zip(self.stretches, files, suffixes, strict=True)
        ]

    def _write_parallel(
        self, files: Sequence[Sink], suffixes: Sequence[str], aside: Path, progress: Progress
    ) -> list[WriteResult]:
        from ftc.emit.parts.parallel import write_parallel
        from ftc.emit.parts.pool import NoProcess, WorkerDied
        from ftc.recompile import plan_from_recipe

        sinks = {
            stretch.split: (file, suffix) for stretch, file, suffix in zip(self.stretches, files, suffixes, strict=True)
        }
        try:
            return write_parallel(
                self.recipe, self.plan, plan_from_recipe, sinks, jobs=self.jobs, aside=aside, progress=progress
            )
        except NoProcess as none:
            raise CommandError("E737", INTERNAL, reason=none, way="Write with this process alone: --jobs 1") from None
        except WorkerDied as dead:
            raise CommandError(
                "E724", INTERNAL, reason=dead, way="With fewer at once each has more memory: --jobs 1"
            ) from None

    def to_entry(self, path: Path, stretch: Stretch, written: WriteResult) -> OutputEntry:
        return OutputEntry.of(path, stretch.split, written, stretch.first if self.recipe.shard != (0, 1) else None)


@dataclass(frozen=True, slots=True)
class OutputFiles:
    """`training` is None for the standard output.

    `stream`: the output is no regular file (`-o /dev/null`), so it is not replaced and nothing is written next to it.
    `explicit`: the user named the output with `-o`, so it may be a link to anywhere.
    """

    training: Path | None
    stream: bool
    explicit: bool = True

    @property
    def display_name(self) -> str:
        return str(self.training or "-")

    def path_of(self, split: Split) -> Path:
        training = self.training or Path("out.jsonl")
        if split == "training":
            return self.training or Path("-")
        return training.with_name(f"{training.stem}.validation{training.suffix}")

    @property
    def display_validation(self) -> str:
        return str(self.path_of("validation"))

    def display_path(self, output: OutputEntry) -> str:
        return str(self.path_of(output.split))

    def check(self, job: WriteJob) -> None:
        """Raise a `CommandError` if an output would replace a source or cannot be written."""
        if self.training is not None and self.training.suffix == PARQUET:
            require_library("pyarrow", "parquet", "A parquet file")
        if self.stream and len(job.stretches) > 1:
            raise CommandError("E718", elsewhere="out.jsonl")
        if self.training is None or self.stream:
            return
        self._check_names(job)
        sources = {os.path.realpath(name) for name in job.read}
        for path in self._all_paths(job):
            if os.path.realpath(path) in sources:
                raise CommandError("E712", path=path, elsewhere=f"{self.training.stem}.out{self.training.suffix}")

    def _all_paths(self, job: WriteJob) -> list[Path]:
        """Every path that may be written to."""
        from ftc.emit import dataset_info

        assert self.training is not None
        paths = [self.training, self.path_of("validation"), manifest_path(self.training)]
        return [*paths, self.training.with_name(dataset_info.NAME)] if job.target.dataset_info is not None else paths

    def _check_names(self, job: WriteJob) -> None:
        """Raise a `CommandError` for a name that cannot be written, or a link that leads out of the project."""
        from ftc.loader import project_root

        assert self.training is not None
        paths = self._all_paths(job)
        if len(set(paths)) < len(paths) or self.training.stem.endswith(".validation"):
            why = "it is the name of a file that is written beside an output"
            raise CommandError("E702", INTERNAL, path=self.training, reason=why, elsewhere="out.jsonl")
        root = project_root(os.path.abspath(self.training.parent))  # noqa: PTH100 (a name: links stay as they are written)
        for path in paths:
            try:
                path.stat()
            except FileNotFoundError:
                pass
            except OSError as error:
                raise CommandError("E702", INTERNAL, path=path, reason=reason(error), elsewhere="out.jsonl") from None
            meant = self.explicit and path == self.training
            if path.is_symlink() and not meant and not Path(os.path.realpath(path)).is_relative_to(root):
                raise CommandError("E729", INTERNAL, path=path)

    def check_line_limit(self, job: WriteJob) -> "list[Diagnostic]":
        """E720 if a file would get more lines than anyone can want. The reader of a stream can stop when it likes."""
        return [] if self.stream else check_line_limit(job)

    def write(self, job: WriteJob, progress: Progress) -> list[OutputEntry]:
        """Write each stretch of a job to its file."""
        if self.training is None:
            return self._stream(sys.stdout.buffer, job, progress)
        if self.stream:
            with self.training.open("wb", BUFFER) as file:
                return self._stream(file, job, progress)
        return self._files(self.training, job, progress)

    def _stream(self, file: BinaryIO, job: WriteJob, progress: Progress) -> list[OutputEntry]:
        from tempfile import gettempdir

        from ftc.emit.staged import remove_leftovers, temporary_path

        (stretch,) = job.stretches
        place = Path(gettempdir()) / "ftc"
        remove_leftovers(place)
        (written,) = job.write([file], [".jsonl"], temporary_path(place, "parts"), progress)
        return [job.to_entry(Path(self.display_name), stretch, written)]

    def _files(self, training: Path, job: WriteJob, progress: Progress) -> list[OutputEntry]:
        from ftc.disk import read_plain
        from ftc.emit import dataset_info
        from ftc.emit.staged import Staged, TornFiles, finish_moves, real_path, temporary_path
        from ftc.records import LIMIT

        paths = [self.path_of(stretch.split) for stretch in job.stretches]
        key = manifest_path(training)
        # An earlier replacement that cannot be finished is replaced as a whole.
        with suppress(TornFiles):
            finish_moves(key, companions(key))
        with Staged(key) as staged:
            files = [staged.open(path) for path in paths]
            suffixes = [path.suffix for path in paths]
            try:
                all_written = job.write(files, suffixes, temporary_path(real_path(training), "parts"), progress)
            except OSError as error:
                # Users know the path of the output, not those of the temporary parts.
                raise OSError(error.errno, error.strerror, str(training)) from None
            outputs = [job.to_entry(*each) for each in zip(paths, job.stretches, all_written, strict=True)]
            at, of = job.recipe.shard
            manifest = build_manifest(
                job.plan, outputs, target=job.target.name, limit=job.recipe.limit, shuffle=job.recipe.shuffle,
                shard=f"{at + 1}/{of}" if of > 1 else None, files=job.named, read=job.read,
            )  # fmt: skip
            staged.open(key).write(manifest.json_bytes())
            # The shards of a job may be written at the same time, and no two can write one file.
            if job.target.dataset_info is not None and of == 1:
                place = training.with_name(dataset_info.NAME)
                try:
                    known = dataset_info.merged(read_plain(place, LIMIT), paths, job.target)
                except FileNotFoundError:
                    known = dataset_info.merged(None, paths, job.target)
                except OSError:
                    known = None
                if known is None:
                    raise CommandError("E716", path=place)
                staged.open(place).write(known)
        return outputs


def check_line_limit(job: WriteJob) -> "list[Diagnostic]":
    from ftc.expand.plan.size import too_many

    lines = job.plan.training.count + job.plan.validation.count
    limit = MAX_LINES * job.recipe.shard[1] * job.recipe.parts
    return too_many(job.plan, MAX_LINES) if job.recipe.limit is None and lines > limit else []


def require_library(library: str, extra: str, what: str) -> None:
    """Raise a `CommandError` if an optional library is not installed."""
    if importlib.util.find_spec(library) is None:
        raise CommandError("E722", what=what, library=library, extra=extra)


def rehearse(
    place: Callable[[Split], Path], job: WriteJob, progress: Progress, *, whole: bool = False
) -> list[OutputEntry]:
    """Do a job without writing its files, and check the shape of a sample of its lines. With `whole`, every line is
    generated, however many there are, so that the digests are known."""
    from ftc.emit.sample import check_shape

    outputs = []
    for stretch in job.stretches:
        conversations = stretch.conversations
        check_shape(conversations, job.target)
        written = WriteResult(conversations.count, 0, 0, "")
        if whole or conversations.count <= REHEARSED:
            written = write_file(
                conversations, job.target, Discard(), suffix=".jsonl", limit=job.recipe.limit, progress=progress
            )
        outputs.append(job.to_entry(place(stretch.split), stretch, written))
    return outputs


# Up to this many conversations, a rehearsal generates every line; beyond, only the sample, unless `whole` is set.
REHEARSED = 100_000


def output_files(files: list[str], output: str | None, shard: tuple[int, int] = (0, 1)) -> OutputFiles:
    """The files that `-o` names, otherwise ones next to the first source; from standard input to standard output."""
    at, of = shard
    number = f"-{at + 1:05}-of-{of:05}" if of > 1 else ""
    explicit = output is not None
    if output is None:
        first = Path(files[0])
        output = "-" if files[0] == "-" else str(first.parent / f"{first.stem}{number}.jsonl")
    if output == "-":
        return OutputFiles(None, True)
    path = Path(output)
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        kind = stat.S_IFREG
    except OSError as error:
        raise CommandError("E702", INTERNAL, path=output, reason=reason(error), elsewhere="out.jsonl") from None
    if stat.S_ISDIR(kind):
        elsewhere = path / f"{Path(files[0]).stem}{number}.jsonl"
        raise CommandError("E702", INTERNAL, path=output, reason="it is a folder", elsewhere=elsewhere)
    stream = not stat.S_ISREG(kind)
    if stream and not explicit:
        raise CommandError("E702", INTERNAL, path=output, reason="it is no plain file", elsewhere="out.jsonl")
    return OutputFiles(path, stream, explicit)
