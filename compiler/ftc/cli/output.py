"""Where the output of a compilation goes: two files and a manifest, or a stream."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftc.cli.stop import INTERNAL, Stop
from ftc.emit.write import Progress, Sink, Written, write
from ftc.targets import Target

if TYPE_CHECKING:
    from ftc.diagnostics import Diagnostic
    from ftc.expand.plan import Conversations, Plan


# Some hundred gigabytes: who wants that many lines says how many with `--limit`.
MAX_LINES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be written: a plan for a target, `limit` lines a file at most, made from the files that were `named`
    among all that were `read`. `shuffle` is the seed of the order of the training lines, None for that of the plan."""

    plan: "Plan"
    target: Target
    limit: int | None
    shuffle: int | None
    named: Sequence[str]
    read: Mapping[str, bytes]

    @property
    def parts(self) -> "list[Conversations]":
        """The training conversations and, where there are any, the held-out ones."""
        training = self.plan.training if self.shuffle is None else self.plan.training.shuffled(self.shuffle)
        return [training, *([self.plan.validation] if self.plan.validation.count else [])]

    @property
    def total(self) -> int:
        """Conversations to look at, for a bar."""
        counts = (part.count for part in self.parts)
        return sum(counts if self.limit is None else (min(count, self.limit) for count in counts))

    def write(self, part: "Conversations", sink: Sink, progress: Progress) -> Written:
        return write(part, self.target, sink, limit=self.limit, progress=progress)


@dataclass(frozen=True, slots=True)
class Places:
    """`training` is None for the standard output.

    `stream` says that the place is no plain file, so nothing stands beside it and it is not replaced (`-o /dev/null`).
    """

    training: Path | None
    stream: bool

    @property
    def validation(self) -> Path:
        training = self.training or Path("out.jsonl")
        return training.with_name(f"{training.stem}.validation{training.suffix}")

    def guard(self, job: Job) -> None:
        """Stop before an output would replace a source, or have no place to go."""
        from ftc.emit.manifest import beside

        if self.stream and len(job.parts) > 1:
            raise Stop("E718", elsewhere="out.jsonl")
        if self.training is None or self.stream:
            return
        sources = {os.path.realpath(name) for name in job.read}
        for path in (self.training, self.validation, beside(self.training)):
            if os.path.realpath(path) in sources:
                raise Stop("E712", path=path, elsewhere=f"{self.training.stem}.out.jsonl")

    def too_many(self, job: Job) -> "list[Diagnostic]":
        """E720 where a file would get more lines than anyone means to keep; of a stream one takes what one wants."""
        from ftc.expand.axes import too_many

        lines = job.plan.training.count + job.plan.validation.count
        return too_many(job.plan, MAX_LINES) if not self.stream and job.limit is None and lines > MAX_LINES else []

    def write(self, job: Job, progress: Progress) -> list[Written]:
        """Write the parts of a job, each to its place."""
        if self.training is None:
            return [job.write(part, sys.stdout.buffer, progress) for part in job.parts]
        if self.stream:
            with self.training.open("wb") as file:
                return [job.write(part, file, progress) for part in job.parts]
        return self._files(self.training, job, progress)

    def _files(self, training: Path, job: Job, progress: Progress) -> list[Written]:
        from ftc.emit import dataset_info, manifest
        from ftc.emit.staged import Staged

        splits: tuple[tuple[Path, manifest.Split], ...] = ((training, "training"), (self.validation, "validation"))
        with Staged() as staged:
            written = {
                path: (split, job.write(part, staged.open(path), progress))
                for (path, split), part in zip(splits, job.parts, strict=False)
            }
            made = manifest.made(
                job.plan, written, target=job.target.name, limit=job.limit, shuffle=job.shuffle,
                files=job.named, read=job.read,
            )  # fmt: skip
            staged.open(manifest.beside(training)).write(made.json_bytes())
            if job.target.dataset_info is not None:
                place = training.with_name(dataset_info.NAME)
                known = dataset_info.merged(place.read_bytes() if place.exists() else None, written, job.target)
                if known is None:
                    raise Stop("E716", path=place)
                staged.open(place).write(known)
        return [each for _, each in written.values()]


def rehearse(job: Job, progress: Progress) -> list[Written]:
    """All of a job but its files; a sample of the lines is held against their shape."""
    from ftc.emit.sample import check_shape

    for part in job.parts:
        check_shape(part, job.target)
    return [
        job.write(part, _Nowhere(), progress) if part.count <= REHEARSED else Written(part.count, 0, 0, "")
        for part in job.parts
    ]


# A rehearsal makes every line of so many; of more, the sample has to do.
REHEARSED = 100_000


class _Nowhere:
    """Takes everything and keeps nothing."""

    def write(self, data: bytes, /) -> None:
        pass


def places(files: list[str], output: str | None) -> Places:
    """Where `-o` says, else beside the first file; what comes from the standard input goes to the standard output."""
    if output is None:
        first = Path(files[0])
        output = "-" if files[0] == "-" else str(first.parent / f"{first.stem}.jsonl")
    if output == "-":
        return Places(None, True)
    path = Path(output)
    if path.is_dir():
        raise Stop(
            "E702", INTERNAL, path=output, reason="it is a folder", elsewhere=path / f"{Path(files[0]).stem}.jsonl"
        )
    return Places(path, path.exists() and not path.is_file())
