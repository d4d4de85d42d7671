"""Recording: a model is asked the prompts of a style, and each answer is written to the answers file at once.

An answer in the file is neither asked for again nor overwritten, so an interrupted recording resumes where it stopped.
This module knows no service and no terminal.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ftc.check.answers import CUT
from ftc.diagnostics import Diagnostic, FtcError
from ftc.expand.plan.plan import Plan
from ftc.loader import Loader
from ftc.loop.answers_file import AnswersFile
from ftc.printable import clean, inline
from ftc.providers.provider import Decoding, Model, ProviderError, Question, Reply
from ftc.quality import recorded
from ftc.quality.recorded import MAX_CONVERSATIONS
from ftc.syntax.raw import storable

Progress = Callable[[int], None]
"""Called with the number of prompts answered since the last call."""

_log = logging.getLogger("ftc.record")


@dataclass(frozen=True, slots=True)
class StylePrompts:
    """The prompts of a style in order, the file of their answers, and how to rewrite these, if at all."""

    style: str
    file: AnswersFile
    prompts: tuple[str, ...]
    rewrite: str | None

    def missing(self) -> list[str]:
        """The prompts without an answer."""
        text = self.file.read()
        answers = ((prompt, text.lookup(self.style, prompt)) for prompt in self.prompts)
        return [prompt for prompt, one in answers if one is None or (one.base is None and one.final is None)]

    def to_rewrite(self) -> list[tuple[str, str]]:
        """Prompts and base answers that still need a styled version."""
        if self.rewrite is None:
            return []
        text = self.file.read()
        answers = ((prompt, text.lookup(self.style, prompt)) for prompt in self.prompts)
        return [(prompt, one.base) for prompt, one in answers if one is not None and one.base and one.final is None]


@dataclass(frozen=True, slots=True)
class RecordingSetup:
    """The model that is asked, and how. `date` is the day to write down."""

    model: Model
    provider: str
    decoding: Decoding
    date: str

    def provenance(self, reply: Reply) -> str:
        """What `recorded:` says: `gpt-4.1-mini-2025-04-14 (openai), 2026-11-23, temperature 0, at most 9 tokens`."""
        name = inline(" ".join((reply.model or self.model.name).split()))
        cut = CUT if reply.cut else ""
        return storable(f"{name} ({self.provider}), {self.date}, {self.decoding}{cut}")


@dataclass(slots=True)
class Outcome:
    """The result of a recording. `not_asked` counts the prompts that were left out after too many failures in a row."""

    recorded: int = 0
    rewritten: int = 0
    cut: list[str] = field(default_factory=list)
    failed: list[tuple[str, Diagnostic]] = field(default_factory=list)
    not_asked: int = 0


def collect_prompts(plan: Plan, loader: Loader) -> list[StylePrompts]:
    """The prompts of each style in a plan whose files `loader` has read. FtcError where a style has too many, or its
    file is not an answers file. Two files may share a style by its name and answers file: then it is one."""
    files: dict[Path, AnswersFile] = {}
    found: dict[tuple[Path, str], StylePrompts] = {}
    for block in plan.blocks:
        style = block.declaration.style
        if block.kind != "style" or style is None or style.answers_path is None:
            continue
        count = block.once.count + block.validation.count
        if count > MAX_CONVERSATIONS:
            raise FtcError(
                (Diagnostic("E904", block.span, {"style": block.name, "count": count, "most": MAX_CONVERSATIONS}),)
            )
        path = loader.place(style.answers_path, block.span)
        name = (PurePosixPath(block.span.source.name).parent / style.answers_path).as_posix()
        file = files.setdefault(path, AnswersFile(path, name))
        before = found.get((path, block.name), StylePrompts(block.name, file, (), None))
        every = tuple(dict.fromkeys((*before.prompts, *recorded.prompts(block))))
        found[path, block.name] = StylePrompts(block.name, file, every, before.rewrite or style.rewrite)
    return list(found.values())


def record(styles: Sequence[StylePrompts], setup: RecordingSetup, progress: Progress) -> Outcome:
    """Ask for all missing answers, then for their rewritten versions; each answer is on the disk before the next prompt
    is sent. A failure is collected and affects no other prompt."""
    outcome = Outcome()
    missing = [(style, prompt) for style in styles for prompt in style.missing()]
    questions = [Question((_message("user", prompt),)) for _, prompt in missing]
    for at, reply in _replies(missing, questions, setup, outcome, progress):
        style, prompt = missing[at]
        base, how = storable(clean(reply.text)), setup.provenance(reply)
        if style.file.write(
            lambda text: text.record(style.style, prompt, base, how, _earlier(style.prompts, prompt))  # noqa: B023
        ):
            outcome.recorded += 1
    if outcome.not_asked:
        return outcome
    to_rewrite = [(style, prompt, base) for style in styles for prompt, base in style.to_rewrite()]
    rewrites = [_rewrite(style, prompt, base) for style, prompt, base in to_rewrite]
    for at, reply in _replies([each[:2] for each in to_rewrite], rewrites, setup, outcome, progress):
        style, prompt, _ = to_rewrite[at]
        final, how = storable(clean(reply.text)), setup.provenance(reply)
        if style.file.write(lambda text: text.rewrite(style.style, prompt, final, how)):  # noqa: B023
            outcome.rewritten += 1
    return outcome


def _message(role: str, content: str) -> dict[str, object]:
    return {"role": role, "content": content}


def _rewrite(style: StylePrompts, prompt: str, base: str) -> Question:
    """The instruction as the next turn of the conversation: so the model knows the question, and no system message is
    needed, which some models do not have."""
    instruction = style.rewrite or ""
    return Question((_message("user", prompt), _message("assistant", base), _message("user", instruction)))


def _earlier(order: Sequence[str], prompt: str) -> Iterable[str]:
    """The prompts before one, the nearest first."""
    return reversed(order[: order.index(prompt)])


def _replies(
    prompts: Sequence[tuple[StylePrompts, str]],
    questions: Sequence[Question],
    setup: RecordingSetup,
    outcome: Outcome,
    progress: Progress,
) -> Iterator[tuple[int, Reply]]:
    """The replies that can be written down, as they come; the others are collected as failures.

    After so many failures in a row that no prompt is likely to do better, the rest is not asked.
    """
    if not questions:
        return
    in_a_row = 0
    for done, (at, reply) in enumerate(setup.model.answer(questions, setup.decoding), 1):
        prompt = prompts[at][1]
        failure = None
        if isinstance(reply, ProviderError):
            failure = reply.diagnostics[0]
        elif not storable(reply.text):
            failure = Diagnostic("E903", None, {"prompt": " ".join(prompt.split())})
        if failure is None and isinstance(reply, Reply):
            in_a_row = 0
            if reply.cut:
                outcome.cut.append(prompt)
            yield at, reply
        elif failure is not None:
            in_a_row += 1
            outcome.failed.append((prompt, failure))
            if in_a_row >= 2 * setup.model.parallel:
                outcome.not_asked = len(questions) - done
                if outcome.not_asked:
                    _log.info("%d failures in a row: the other %d are not asked", in_a_row, outcome.not_asked)
                    return
        progress(1)
