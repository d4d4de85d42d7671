"""The compiled data as a Python sequence."""

import importlib.util
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, overload

from ftc.compile import compile
from ftc.diagnostics import Diagnostic, FtcError
from ftc.emit.write import encode_lines
from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import Conversations, Plan
from ftc.loader import Loader
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from datasets import Dataset as HfDataset
    from datasets import DatasetDict as HfDatasetDict


class Dataset(Sequence[Conversation]):
    """The training conversations of some `.ft` files, each computed when it is accessed.

    `count` is exact at any size (`len` stops at `sys.maxsize`); `validation` holds the conversations that are held out,
    `warnings` the compiler's warnings, and `plan` the counts of each block.
    """

    def __init__(self, plan: Plan, target: str, warnings: tuple[Diagnostic, ...]) -> None:
        self.plan = plan
        self.target = target
        self.warnings = warnings
        self._training = plan.training

    @property
    def count(self) -> int:  # type: ignore[override]  # as in `Conversations`
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
    """Compile `.ft` files. If there are errors, raises `FtcError`, which reads like the command line's report."""
    named = None if target is None else TARGETS[target]
    result = compile([os.fspath(p) for p in paths], Loader(), target=named, data_checks=data_checks)
    if result.plan is None:
        raise FtcError(result.diagnostics)
    return Dataset(result.plan, result.target.name, result.diagnostics)
