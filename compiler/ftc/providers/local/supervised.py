"""TRL's SFTTrainer with a loss whose cost depends on the trained tokens only.

Without Triton, TRL scores every position of a batch, and measures entropies too: without a graphics card that is a
third of a step. Here the model scores only the positions at which some conversation of the batch is trained.
"""

from typing import Any

from torch.nn.functional import cross_entropy
from trl import SFTTrainer

from ftc.providers.local.examples import IGNORED


class Supervised(SFTTrainer):  # type: ignore[misc,unused-ignore]
    """The mean loss over the trained tokens of a batch."""

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        following = inputs["labels"][:, 1:]
        trained = (following != IGNORED).any(dim=0).nonzero().flatten()
        # Padding is on the right, where no token attends to it: a mask would only cost time.
        outputs = model(input_ids=inputs["input_ids"], logits_to_keep=trained, use_cache=False)
        labels = following[:, trained]
        total = cross_entropy(
            outputs.logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        count = (labels != IGNORED).sum() if num_items_in_batch is None else num_items_in_batch
        loss = total / count
        return (loss, outputs) if return_outputs else loss
