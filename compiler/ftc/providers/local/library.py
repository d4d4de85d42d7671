"""The libraries of `ftc[local]`: whether they are installed, and how their output is silenced.

They are large, so nothing imports them before a model is used.
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
"""The libraries for asking a model; training needs `trl` too."""


def require(*more: str) -> None:
    """ProviderError where a library is not installed."""
    for library in (*NEEDED, *more):
        if importlib.util.find_spec(library) is None:
            raise ProviderError("E820", library=library)


@contextmanager
def no_input() -> Iterator[None]:
    """A context without standard input, in Python and below it: a library cannot ask the user anything. Meant for the
    one thread that loads a model."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        kept = os.dup(0)
    except OSError:
        # It was closed already.
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
    """A context in which a panic of a Rust library is a RuntimeError; it is not even an Exception otherwise."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(str(error)) from error
        raise


def line(error: BaseException) -> str:
    """The message of an exception, shortened to one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def quiet() -> None:
    """Import transformers and silence it: ftc reports what matters as diagnostics and log lines of its own."""
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
