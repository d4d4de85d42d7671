"""The libraries of `ftc[local]`: whether they are there, and how they are kept quiet.

They are large, so nothing imports them before a model is asked or trained.
"""

import importlib.util
import logging
import os
import sys
import warnings

from ftc.providers.provider import ProviderError

NEEDED = ("torch", "transformers", "gguf", "peft", "platformdirs")
"""What asking a model needs; training needs `trl` too."""


def require(*more: str) -> None:
    """ProviderError where a library is not installed."""
    for library in (*NEEDED, *more):
        if importlib.util.find_spec(library) is None:
            raise ProviderError("E820", library=library)


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
