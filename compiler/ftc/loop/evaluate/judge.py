"""A judge: a model that is asked whether an answer means the same as the expected one. Its verdict is reported beside
the score and never replaces it."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from ftc.providers.provider import Decoding, Model, ProviderError, Question

Verdict = Literal["yes", "no", "unclear"]

INSTRUCTION = (
    "You compare answers. Say whether the given answer says the same as the expected answer, in whatever words."
    " Reply with one word: yes or no."
)
MAX_TOKENS = 16

YES_OR_NO = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


def question(asked: str, expected: Sequence[str], given: str) -> Question:
    """The question to the judge about one answer."""
    accepted = "\n\nor:\n".join(expected)
    text = f"Question:\n{asked}\n\nExpected answer:\n{accepted}\n\nGiven answer:\n{given}\n\nDo they say the same?"
    return Question(({"role": "system", "content": INSTRUCTION}, {"role": "user", "content": text}))


def verdicts(judge: Model, questions: Sequence[Question]) -> Iterator[tuple[int, Verdict]]:
    """The verdict on each, as they come. What is neither yes nor no, or no reply at all, is unclear.

    Raises ProviderError where the judge never replies.
    """
    silence: list[ProviderError] = []
    for index, reply in judge.answer(questions, Decoding(max_tokens=MAX_TOKENS)):
        if isinstance(reply, ProviderError):
            silence.append(reply)
            yield index, "unclear"
        else:
            yield index, verdict(reply.text)
    if silence and len(silence) == len(questions):
        raise silence[0]


def verdict(text: str) -> Verdict:
    """The first word, if it is one of the two."""
    found = YES_OR_NO.match(text)
    if found is None:
        return "unclear"
    return "yes" if found[1].lower() == "yes" else "no"
