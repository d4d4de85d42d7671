"""Where the output of a compilation goes: two files and a manifest, or a stream."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftc.cli.stop import INTERNAL, Stop
from ftc.emit.write import Progress, Written, write
from ftc.targets import Target

if TYPE_CHECKING:
    from ftc.expand.plan import Plan


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

    def guard(self, plan: "Plan", read: Mapping[str, bytes]) -> None:
        """Stop before an output would replace a source, or have no place to go."""
        from ftc.emit.manifest import beside

        if plan.validation.count and self.stream:
            raise Stop("E718", elsewhere="out.jsonl")
        if self.training is None or self.stream:
            return
        sources = {os.path.realpath(name) for name in read}
        for path in (self.training, self.validation, beside(self.training)):
            if os.path.realpath(path) in sources:
                raise Stop("E712", path=path, elsewhere=f"{self.training.stem}.out.jsonl")

    def write(
        self,
        plan: "Plan",
        target: Target,
        limit: int | None,
        dry_run: bool,
        files: list[str],
        read: Mapping[str, bytes],
        progress: Progress,
    ) -> list[Written]:
        """Write the training lines and, where there are any, the held-out ones."""
        parts = [plan.training, *([plan.validation] if plan.validation.count else [])]
        if dry_run:
            from ftc.emit.sample import check_shape

            for part in parts:
                check_shape(part, target)
            return [write(part, target, _Nowhere(), limit=limit, progress=progress) for part in parts]
        if self.training is None:
            return [write(plan.training, target, sys.stdout.buffer, limit=limit, progress=progress)]
        if self.stream:
            with self.training.open("wb") as file:
                return [write(plan.training, target, file, limit=limit, progress=progress)]
        return self._files(self.training, plan, target, limit, files, read, progress)

    def _files(
        self,
        training: Path,
        plan: "Plan",
        target: Target,
        limit: int | None,
        files: list[str],
        read: Mapping[str, bytes],
        progress: Progress,
    ) -> list[Written]:
        from ftc.emit import dataset_info, manifest
        from ftc.emit.staged import Staged

        parts: list[tuple[Path, manifest.Split, Any]] = [(training, "training", plan.training)]
        if plan.validation.count:
            parts.append((self.validation, "validation", plan.validation))
        with Staged() as staged:
            written: dict[Path, tuple[manifest.Split, Written]] = {
                path: (split, write(part, target, staged.open(path), limit=limit, progress=progress))
                for path, split, part in parts
            }
            made = manifest.made(plan, written, target=target.name, limit=limit, files=files, read=read)
            staged.open(manifest.beside(training)).write(made.json_bytes())
            if target.dataset_info is not None:
                place = training.with_name(dataset_info.NAME)
                known = dataset_info.merged(place.read_bytes() if place.exists() else None, written, target)
                if known is None:
                    raise Stop("E716", path=place)
                staged.open(place).write(known)
        return [each for _, each in written.values()]


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
