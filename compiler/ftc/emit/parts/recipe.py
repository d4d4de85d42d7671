"""All that lines are made from, as a value that can be sent to any process: the sources and the options.

It holds no plan: the receiver of a recipe compiles the sources again, so all see the same text, even if the files
changed since. How lines are distributed over processes and files is decided here, and nowhere else.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from ftc.emit import version
from ftc.targets import TARGETS, Target

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations, Plan

Split = Literal["training", "validation"]


class Stretch(NamedTuple):
    """Consecutive conversations of a split; `first` is the index of the first of them in the whole split."""

    split: Split
    first: int
    conversations: "Conversations"

    def cut(self, at: int, of: int) -> "Stretch":
        """Part `at` of `of`: their lengths differ by one at most, and together they are the whole."""
        count = self.conversations.count
        low, high = count * at // of, count * (at + 1) // of
        return Stretch(self.split, self.first + low, self.conversations[low:high])


@dataclass(frozen=True)
class Recipe:
    """`files` are those of the `sources` that were named. `shuffle` is the seed of the order of the training lines,
    `limit` the most lines of a split; `shard` (at, of), counted from 0, selects a part of them. `parts` is the number
    of files that the lines are written to, each with `suffix`.

    Each split is cut on its own: part `k` has the k-th part of the training lines and the k-th of those held out.
    """

    files: tuple[str, ...]
    sources: Mapping[str, bytes]
    target: str
    shuffle: int | None = None
    limit: int | None = None
    shard: tuple[int, int] = (0, 1)
    parts: int = 1
    suffix: str = ".jsonl"
    ftc: str = field(default_factory=version.running)

    @property
    def target_format(self) -> Target:
        return TARGETS[self.target]

    def stretches(self, plan: "Plan") -> Iterator[Stretch]:
        """The training conversations and, where there are any, those held out."""
        training = plan.training if self.shuffle is None else plan.training.shuffled(self.shuffle)
        yield from self._selected("training", training)
        if plan.validation.count:
            yield from self._selected("validation", plan.validation)

    def _selected(self, split: Split, conversations: "Conversations") -> Iterator[Stretch]:
        # Where not every conversation is a line, the limit is only known when the lines are written.
        if self.limit is not None and not self.target_format.pairs:
            conversations = conversations[: self.limit]
        whole = Stretch(split, 0, conversations)
        yield whole if self.shard == (0, 1) else whole.cut(*self.shard)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of everything that the bytes of the parts depend on."""
        from json import dumps

        from xxhash import xxh3_128_hexdigest

        read = [[name, xxh3_128_hexdigest(data)] for name, data in self.sources.items()]
        options = [self.ftc, self.target, self.shuffle, self.limit, self.shard, self.parts, self.suffix]
        return xxh3_128_hexdigest(dumps([options, self.files, read], ensure_ascii=True).encode())


Remake = Callable[[Recipe], "Plan"]
"""Compiles the sources of a recipe: a function of a module, so that another process finds it by its name."""
