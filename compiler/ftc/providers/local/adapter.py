"""The settings of an adapter that ftc has trained: only what ftc writes is accepted.

The library would read much more from such a file: other kinds of adapters, and the names of modules to import.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field

from ftc.check.settings import SETTINGS
from ftc.providers.provider import ProviderError
from ftc.records import BadRecord, read_record

if TYPE_CHECKING:
    from peft import LoraConfig

FILE = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
RANK = int(SETTINGS["lora_rank"].high)


class _Adapter(BaseModel):
    """The settings that are used, or must be as ftc writes them. Others are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    peft_type: Literal["LORA"]
    r: Annotated[int, Field(ge=1, le=RANK)]
    lora_alpha: Annotated[float, Field(gt=0, le=1e6)]
    target_modules: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]{1,200}$")]], FailFast(), Field(max_length=1000)
    ]
    bias: Literal["none"] = "none"
    use_dora: Literal[False] = False
    use_rslora: Literal[False] = False
    modules_to_save: None = None
    rank_pattern: Annotated[dict[str, int], Field(max_length=0)] = Field(default_factory=dict)
    alpha_pattern: Annotated[dict[str, int], Field(max_length=0)] = Field(default_factory=dict)


def config(folder: Path) -> "LoraConfig":
    """The settings of the adapter in a folder; ProviderError where it is not one of ours, or has other weights."""
    from peft import LoraConfig

    try:
        settings = read_record(folder / FILE, _Adapter)
    except (OSError, BadRecord) as error:
        raise ProviderError("E824", path=str(folder), reason=f"its {FILE} cannot be read: {error}") from error
    if not (folder / WEIGHTS).is_file():
        raise ProviderError("E824", path=str(folder), reason=f"it has no {WEIGHTS}")
    return LoraConfig(
        r=settings.r, lora_alpha=settings.lora_alpha, target_modules=settings.target_modules, task_type="CAUSAL_LM"
    )
