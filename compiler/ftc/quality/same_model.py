"""Whether two names are of one model: services, hubs and folders call it differently. No list of models is kept."""

import re

# A dated version of the model that the name without it is the newest of.
_VERSION = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest)$")
# How the numbers of a file are packed: `-Q4_K_M`, `.f16`.
_PACKED = re.compile(r"[-._](i?q\d\w*|b?f16|f32)$")


def same_model(one: str, other: str) -> bool:
    """Whether one name may be the other's model: `gpt-4.1-mini` is `gpt-4.1-mini-2025-04-14`, and
    `HuggingFaceTB/SmolLM2-135M-Instruct` the file `SmolLM2-135M-Instruct-Q4_1.gguf`."""
    left, right = _plain(one), _plain(other)
    return left == right or _undated(left) == right or left == _undated(right)


def _plain(name: str) -> str:
    """The name without the one who published it, its folder, and how it is packed."""
    last = re.split(r"[/\\]", name.strip().rstrip("/\\").casefold())[-1]
    return _PACKED.sub("", last.removesuffix(".gguf"))


def _undated(name: str) -> str:
    return _VERSION.sub("", name)
