"""What a check of the data is given, and what it is."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from itertools import islice

from ftc.check.model import Expectation, Model
from ftc.diagnostics import Diagnostic
from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.lower.lines import Framer
from ftc.quality.recorded import missing_answers
from ftc.quality.units import Unit, units
from ftc.quality.untold.names import UntoldName
from ftc.quality.untold.search import untold_in
from ftc.quality.untold.witness import TwoAnswers
from ftc.slotted import slotted
from ftc.targets.target import Target

# A block can go wrong in as many ways as it has conversations: so many findings of one check are given.
MAX_FINDINGS = 10

Advance = Callable[[int], None]
"""Called with how many more conversations have been looked at."""

ProgressBar = Callable[[int], AbstractContextManager[Advance]]
"""Opened with how many conversations will be looked at."""


def no_progress_bar(total: int) -> AbstractContextManager[Advance]:
    """For callers that show nothing."""
    return nullcontext(lambda more: None)


class Context:
    """A plan to check, with the options of the run and what several checks need, each worked out once."""

    def __init__(
        self,
        model: Model,
        plan: Plan,
        target: Target,
        *,
        data_checks: bool = True,
        unanswered: bool = False,
        near: bool = True,
        progress: ProgressBar = no_progress_bar,
    ) -> None:
        self.model = model
        self.plan = plan
        self.target = target
        self.data_checks = data_checks
        self.unanswered = unanswered
        self.near = near
        self.progress = progress
        self.framer = Framer(target)
        self.examined = NOT_EXAMINED
        """What the pass over the conversations found: it is made before the first check runs."""

    @cached_property
    def missing_answers(self) -> Mapping[BlockPlan, list[str]]:
        """The prompts without a recorded answer, for each style that has any; none where that is allowed."""
        missing = {} if self.unanswered else {block: missing_answers(block) for block in self.plan.blocks}
        return {block: prompts for block, prompts in missing.items() if prompts}

    @cached_property
    def inspects_conversations(self) -> bool:
        """Whether the conversations are looked at: not where the caller does not want it, nor where answers are
        missing, for then they are not yet what they will be."""
        return self.data_checks and not self.unanswered and not self.missing_answers

    @cached_property
    def units(self) -> list[Unit]:
        """All conversations that are looked at, in order: a check that goes through them goes through these."""
        return list(units(self.plan)) if self.inspects_conversations else []

    @cached_property
    def untold(self) -> list[tuple[UntoldName, TwoAnswers]]:
        """The first names that answers show and nothing before them told."""
        return list(islice(untold_in(self.plan), 2 * MAX_FINDINGS)) if self.data_checks else []

    @cached_property
    def untold_names(self) -> Mapping[str, Set[str]]:
        """Their names, by the block: that such a block repeats itself is no mistake of its own."""
        names: dict[str, set[str]] = defaultdict(set)
        for untold, _ in self.untold:
            names[untold.answer.program.block.name].add(untold.name)
        return names

    @cached_property
    def counts_tokens(self) -> bool:
        """Whether some `expect` is about the longest conversation."""
        return any(map(about_tokens, self.model.expectations))


def about_tokens(expectation: Expectation) -> bool:
    """Whether it is about the longest conversation."""
    return any(read.name.name == "longest_tokens" for read in expectation.condition.reads)


Check = Callable[[Context], Iterator[Diagnostic]]
"""A check of the data: it finds one kind of mistake in the plan or its conversations."""


def never_proved(context: Context, unit: Unit) -> bool:
    """For checks of which nothing is proved: each conversation is made and inspected, up to a million."""
    return False


@slotted
class EachConversation:
    """A check that looks at one conversation at a time; all checks of this kind share one pass over the conversations.

    `inspect` finds what is wrong with a conversation. `proved_absent` says of a unit that it would find nothing there:
    conversations are only made for the checks that cannot prove it. Of findings with one code and place the first is
    given.
    """

    inspect: Callable[[Context, Conversation], Iterator[Diagnostic]]
    proved_absent: Callable[[Context, Unit], bool] = never_proved

    def __call__(self, context: Context) -> Iterator[Diagnostic]:
        return islice(context.examined.findings.get(self, ()), MAX_FINDINGS)


@slotted
class Examined:
    """What one pass over the conversations found, kept for the checks whose findings these are."""

    failing_picks: list[Diagnostic]
    findings: Mapping[EachConversation, list[Diagnostic]]
    repeats: list[Diagnostic]
    near_repeats: list[Diagnostic]
    longest_tokens: int | None
    """None where tokens were not, or cannot be, counted."""
    left_out: int
    """How many conversations there were too many of, with the limit that they are beyond."""
    limit: int
    near_left_out: int
    """How many conversations there were too many of to be searched for what is nearly the same."""


NOT_EXAMINED = Examined([], {}, [], [], None, 0, 0, 0)
