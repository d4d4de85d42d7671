"""What the local provider can do; known without its libraries."""

from ftc.providers.provider import Capabilities, EpochRule

CAPABILITIES = Capabilities(
    abilities=frozenset({"chat", "files", "jobs"}),
    settings=frozenset({"epochs", "batch_size", "learning_rate", "beta", "seed", "suffix", "lora_rank"}),
    targets={"supervised": "openai", "dpo": "openai-dpo"},
    default_model="smollm2-135m-instruct",
    paid=False,
    epochs=EpochRule(600, 3, 10, "measured with the default model: benchmarks/README.md"),
    poll=0.5,
)
