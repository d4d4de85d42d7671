"""The compiled data as a Python sequence."""

import importlib.util
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from html import escape
from typing import TYPE_CHECKING, Literal, overload

from ftc.compile import compile
from ftc.diagnostics import Diagnostic, FtcError, FtcWarning
from ftc.emit.write import encode_lines
from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import Conversations, Count, Plan
from ftc.loader import Loader
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from datasets import Dataset as HfDataset
    from datasets import DatasetDict as HfDatasetDict


SHOWN = 5
"""Conversations that a notebook shows of a dataset."""


class Dataset(Sequence[Conversation]):
    """The training conversations of some `.ft` files, each computed when it is accessed.

    `count` is exact at any size (`len` stops at `sys.maxsize`); `validation` holds the conversations that are held out,
    `warnings` the compiler's warnings, and `plan` the counts of each block. A pickle holds the sources, which are
    compiled again where it is read: in each worker of a `DataLoader`, for example.
    """

    def __init__(
        self,
        plan: Plan,
        target: str,
        warnings: tuple[Diagnostic, ...],
        files: tuple[str, ...],
        contents: Mapping[str, bytes],
    ) -> None:
        self.plan = plan
        self.target = target
        self.warnings = warnings
        self._training = plan.training
        self._files = files
        self._contents = contents

    def __reduce__(self) -> tuple[object, ...]:
        return _reload, (self.target, self.warnings, self._files, self._contents)

    @property
    def count(self) -> Count:
        return self._training.count

    @property
    def validation(self) -> Conversations:
        return self.plan.validation

    def __len__(self) -> int:
        return len(self._training)

    @overload
    def __getitem__(self, index: int) -> Conversation: ...
    @overload
    def __getitem__(self, index: slice) -> Conversations: ...
    def __getitem__(self, index: int | slice) -> Conversation | Conversations:
        return self._training[index]

    def __iter__(self) -> Iterator[Conversation]:
        return iter(self._training)

    def __repr__(self) -> str:
        held_out = f", {self.validation.count:,} held out" if self.validation.count else ""
        return f"<ftc.Dataset: {self.count:,} conversations{held_out}>"

    def _repr_html_(self) -> str:
        """What a notebook shows of it: the first conversations as chats."""
        chats = "".join(
            f"<tr><td>{at}</td><td><pre>{escape(repr(each))}</pre></td></tr>" for at, each in enumerate(self[:SHOWN])
        )
        return f"<p>{escape(repr(self))}</p><table>{chats}</table>"

    def lines(self) -> Iterator[str]:
        """The lines that `ftc compile` writes for the target, without line ends."""
        return self._lines(self._training)

    def _lines(self, conversations: Conversations) -> Iterator[str]:
        written = encode_lines(conversations, TARGETS[self.target])
        return (line.decode() for data, _ in written for line in data.split(b"\n")[:-1])

    @overload
    def to_hf(self, *, splits: Literal[False] = False) -> "HfDataset": ...
    @overload
    def to_hf(self, *, splits: Literal[True]) -> "HfDatasetDict": ...
    def to_hf(self, *, splits: bool = False) -> "HfDataset | HfDatasetDict":
        """A `datasets.Dataset` whose rows are the target's lines (`trl` is the one that TRL's trainers read); with
        `splits`, a `DatasetDict` of `train` and, where something is held out, `validation`. Needs `ftc[hf]`."""
        from ftc.emit.hugging_face import to_dataset, to_splits

        if not importlib.util.find_spec("datasets"):
            raise ImportError("ds.to_hf() needs the `datasets` package: pip install 'ftc[hf]'")
        held_out = self._lines(self.validation)
        return to_splits(self.lines(), held_out) if splits else to_dataset(self.lines(), held_out)


def load(*paths: "str | os.PathLike[str]", target: str | None = None, data_checks: bool = True) -> Dataset:
    """Compile `.ft` files, by default for `openai`, or for pairs where their `train` says so.

    If there are errors, raises `FtcError`, which reads like the command line's report. Warnings are shown as a
    `FtcWarning` of Python's `warnings`, and kept in `Dataset.warnings`. The settings of a project are not heeded.
    """
    return _load([os.fspath(path) for path in paths], Loader(), target, data_checks)


def loads(text: str, *, target: str | None = None, data_checks: bool = True) -> Dataset:
    """Compile a text of `.ft`, as `load` does a file; names of files in it start from the current folder."""
    return _load(["-"], Loader(stdin=lambda: text.encode()), target, data_checks)


def _load(paths: list[str], loader: Loader, target: str | None, data_checks: bool) -> Dataset:
    if target is not None and target not in TARGETS:
        known = list(TARGETS)
        near = next(iter(get_close_matches(target, known, 1)), "")
        raise FtcError((Diagnostic("E701", None, {"name": target, "known": known, "nearest": near}),))
    result = compile(paths, loader, target=None if target is None else TARGETS[target], data_checks=data_checks)
    if result.plan is None:
        raise FtcError(result.diagnostics)
    if result.diagnostics:
        from ftc.report.text import render

        # The line that is shown is the one that called `load`.
        warnings.warn("\n\n" + render(result.diagnostics, color=False), FtcWarning, stacklevel=3)
    files = tuple(source.name for source in result.sources)
    return Dataset(result.plan, result.target.name, result.diagnostics, files, loader.contents)


def _reload(
    target: str, found: tuple[Diagnostic, ...], files: tuple[str, ...], contents: Mapping[str, bytes]
) -> Dataset:
    """The same dataset, of the sources as they were."""
    from ftc.recompile import recompile

    plan = recompile(files, contents, target)
    if plan is None:
        raise RuntimeError("this version of ftc does not compile the sources of the dataset")
    return Dataset(plan, target, found, files, contents)
