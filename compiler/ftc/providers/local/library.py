"""The libraries of `ftc[local]`: whether they are there, and how they are kept quiet.

They are large, so nothing imports them before a model is asked or trained.
"""

import importlib.util
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from ftc.providers.provider import ProviderError

NEEDED = ("torch", "transformers", "gguf", "peft", "platformdirs", "psutil")
"""What asking a model needs; training needs `trl` too."""


def require(*more: str) -> None:
    """ProviderError where a library is not installed."""
    for library in (*NEEDED, *more):
        if importlib.util.find_spec(library) is None:
            raise ProviderError("E820", library=library)


@contextmanager
def no_input() -> Iterator[None]:
    """While it lasts, the process has no standard input, in Python and below it: whatever a library asks there, nobody
    answers for the user. Meant for the one thread that loads a model."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        kept = os.dup(0)
    except OSError:
        # It was closed from the start.
        kept = None
    before = sys.stdin
    try:
        os.dup2(nothing, 0)
        with open(os.devnull, encoding="utf-8") as sys.stdin:  # noqa: PTH123
            yield
    finally:
        sys.stdin = before
        os.close(nothing)
        if kept is None:
            os.close(0)
        else:
            os.dup2(kept, 0)
            os.close(kept)


@contextmanager
def no_panic() -> Iterator[None]:
    """What a library written in Rust raises where it gives up is no Exception; in here it is one."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(str(error)) from error
        raise


def line(error: BaseException) -> str:
    """What a library raised, on one line and not endless."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def quiet() -> None:
    """Import transformers, and have it say nothing: what matters of it comes as a diagnostic or a log line of ours."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    if not sys.stderr.isatty():
        os.environ.setdefault("TQDM_DISABLE", "1")
    warnings.filterwarnings("ignore", module=r"(transformers|trl|peft|torch|accelerate|datasets)(\.|$)")
    import transformers

    transformers.logging.set_verbosity(logging.CRITICAL)
    transformers.logging.disable_progress_bar()
    for library in ("trl", "peft", "accelerate", "datasets", "torch"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
