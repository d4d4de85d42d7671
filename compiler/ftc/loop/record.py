"""Recording: a style's prompts are put to the model, and what it says goes into the file of answers, each at once.

What is on record is neither asked again nor overwritten, so a recording that was ended goes on where it was. This knows
no service and no terminal.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ftc.diagnostics import Diagnostic, FtcError
from ftc.expand.plan.plan import Plan
from ftc.loader import Loader
from ftc.loop.answers_file import AnswersFile
from ftc.printable import clean, inline
from ftc.providers.provider import Decoding, Model, ProviderError, Question, Reply
from ftc.quality.recorded import MAX_CONVERSATIONS, prompts
from ftc.syntax.raw import storable

Progress = Callable[[int], None]
"""Called with how many more are done."""

_log = logging.getLogger("ftc.record")


@dataclass(frozen=True, slots=True)
class StylePrompts:
    """The prompts of a style in their order, the file of their answers, and what is to be made of these."""

    style: str
    file: AnswersFile
    prompts: tuple[str, ...]
    rewrite: str | None

    def missing(self) -> list[str]:
        """The prompts without an answer."""
        text = self.file.read()
        said = ((prompt, text.said(self.style, prompt)) for prompt in self.prompts)
        return [prompt for prompt, one in said if one is None or (one.base is None and one.final is None)]

    def plain(self) -> list[tuple[str, str]]:
        """Prompts and base answers of which a styled version is to be made: none where one stands."""
        if self.rewrite is None:
            return []
        text = self.file.read()
        said = ((prompt, text.said(self.style, prompt)) for prompt in self.prompts)
        return [(prompt, one.base) for prompt, one in said if one is not None and one.base and one.final is None]


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask, and how. `date` is the day to note."""

    model: Model
    provider: str
    decoding: Decoding
    date: str

    def noted(self, reply: Reply) -> str:
        """What `recorded:` says: `gpt-4.1-mini-2025-04-14 (openai), 2026-11-23, temperature 0, at most 512 tokens`."""
        name = inline(" ".join((reply.model or self.model.name).split()))
        cut = ", cut off there" if reply.cut else ""
        return storable(f"{name} ({self.provider}), {self.date}, {self.decoding}{cut}")


@dataclass(slots=True)
class Outcome:
    """What a recording came to. `unasked` were not, as nothing but failures came back."""

    recorded: int = 0
    rewritten: int = 0
    cut: list[str] = field(default_factory=list)
    failed: list[tuple[str, Diagnostic]] = field(default_factory=list)
    unasked: int = 0


def styles(plan: Plan, loader: Loader) -> list[StylePrompts]:
    """The styles of a plan that have prompts; `loader` has read its files. FtcError where one has too many, or where
    its file is none of answers. Two files may have a style of one name and its answers in common: then it is one."""
    files: dict[Path, AnswersFile] = {}
    found: dict[tuple[Path, str], StylePrompts] = {}
    for block in plan.blocks:
        style = block.block.style
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
        every = tuple(dict.fromkeys((*before.prompts, *prompts(block))))
        found[path, block.name] = StylePrompts(block.name, file, every, before.rewrite or style.rewrite)
    return list(found.values())


def record(wanted: Sequence[StylePrompts], asking: Asking, progress: Progress) -> Outcome:
    """Ask for all that is missing, then for what is to be made of it; each answer is on the disk before its place is
    taken by the next. Failures are kept, and end nothing but their own prompt."""
    outcome = Outcome()
    asked = [(style, prompt) for style in wanted for prompt in style.missing()]
    questions = [Question((_message("user", prompt),)) for _, prompt in asked]
    for at, reply in _replies(asked, questions, asking, outcome, progress):
        style, prompt = asked[at]
        base, how = storable(clean(reply.text)), asking.noted(reply)
        if style.file.write(
            lambda text: text.record(style.style, prompt, base, how, _earlier(style.prompts, prompt))  # noqa: B023
        ):
            outcome.recorded += 1
    if outcome.unasked:
        return outcome
    plain = [(style, prompt, base) for style in wanted for prompt, base in style.plain()]
    rewrites = [_rewrite(style, prompt, base) for style, prompt, base in plain]
    for at, reply in _replies([each[:2] for each in plain], rewrites, asking, outcome, progress):
        style, prompt, _ = plain[at]
        final, how = storable(clean(reply.text)), asking.noted(reply)
        if style.file.write(lambda text: text.rewrite(style.style, prompt, final, how)):  # noqa: B023
            outcome.rewritten += 1
    return outcome


def _message(role: str, content: str) -> dict[str, object]:
    return {"role": role, "content": content}


def _rewrite(style: StylePrompts, prompt: str, base: str) -> Question:
    """The instruction as the next turn of the talk: so the model knows the question, and needs no system message,
    which some have not."""
    instruction = style.rewrite or ""
    return Question((_message("user", prompt), _message("assistant", base), _message("user", instruction)))


def _earlier(order: Sequence[str], prompt: str) -> Iterable[str]:
    """The prompts before one, the nearest first."""
    return reversed(order[: order.index(prompt)])


def _replies(
    asked: Sequence[tuple[StylePrompts, str]],
    questions: Sequence[Question],
    asking: Asking,
    outcome: Outcome,
    progress: Progress,
) -> Iterator[tuple[int, Reply]]:
    """The replies that can be put down, as they come; what cannot is kept as a failure.

    Where so many fail one after the other that none is likely to do better, the rest is left.
    """
    if not questions:
        return
    in_a_row = 0
    for done, (at, reply) in enumerate(asking.model.answer(questions, asking.decoding), 1):
        prompt = asked[at][1]
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
            if in_a_row >= 2 * asking.model.parallel:
                outcome.unasked = len(questions) - done
                if outcome.unasked:
                    _log.info("%d failures in a row: the other %d are not asked", in_a_row, outcome.unasked)
                    return
        progress(1)
