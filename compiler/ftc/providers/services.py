"""The services that speak OpenAI's API, each with its address, its key and the part of the API that it has.

`openai` with another `base_url` stands for any service that speaks the whole API.
"""

from dataclasses import dataclass

from ftc.providers.provider import Ability, Capabilities

ABILITY_NAMES: dict[Ability, str] = {
    "chat": "models to ask",
    "tools": "models that call tools",
    "files": "files to train on",
    "jobs": "training jobs",
}
"""The abilities in words: `together has no training jobs`."""


@dataclass(frozen=True, slots=True)
class Service:
    """`base_url` is None where every customer has an address of their own; `key` is the environment variable with the
    key, None where the service needs none."""

    name: str
    base_url: str | None
    key: str | None
    capabilities: Capabilities


_CHAT: frozenset[Ability] = frozenset({"chat", "tools"})
_ALL: frozenset[Ability] = frozenset({"chat", "tools", "files", "jobs"})
# https://platform.openai.com/docs/api-reference/fine-tuning, /docs/guides/supervised-fine-tuning
_SETTINGS = frozenset({"epochs", "batch_size", "learning_rate_multiplier", "beta", "seed", "suffix"})
_TRAINING = Capabilities(
    abilities=_ALL,
    settings=_SETTINGS,
    targets={"supervised": "openai", "dpo": "openai-dpo"},
    max_file_bytes=512 * 2**20,
    min_lines=10,
)

SERVICES: dict[str, Service] = {
    each.name: each
    for each in (
        Service("openai", "https://api.openai.com/v1", "OPENAI_API_KEY", _TRAINING),
        Service("azure", None, "AZURE_OPENAI_API_KEY", _TRAINING),
        Service("together", "https://api.together.xyz/v1", "TOGETHER_API_KEY", Capabilities(_CHAT)),
        Service("fireworks", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", Capabilities(_CHAT)),
        Service("vllm", "http://localhost:8000/v1", None, Capabilities(_CHAT)),
        Service("llamacpp", "http://localhost:8080/v1", None, Capabilities(_CHAT)),
        Service("ollama", "http://localhost:11434/v1", None, Capabilities(_CHAT)),
    )
}
