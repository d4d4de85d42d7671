"""The shape of a line of each target, once each, as models that refuse any other field.

For tests and for checks of a sample: never for each line written. Loaded only when asked for.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, model_validator


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


Schema = dict[str, object]

# ── openai ────────────────────────────────────────────────────────────────────────────────────────


class Function(_Shape):
    name: str
    description: str
    parameters: Schema


class Tool(_Shape):
    type: Literal["function"]
    function: Function


class Called(_Shape):
    name: str
    arguments: Json[dict[str, object]]


class ToolCall(_Shape):
    id: str
    type: Literal["function"]
    function: Called


class SystemMessage(_Shape):
    role: Literal["system"]
    content: str


class UserMessage(_Shape):
    role: Literal["user"]
    content: str


class AssistantMessage(_Shape):
    role: Literal["assistant"]
    content: str | None = None
    tool_calls: Annotated[list[ToolCall], Field(min_length=1)] | None = None
    weight: Literal[0, 1] | None = None

    @model_validator(mode="after")
    def _says_or_calls(self) -> "AssistantMessage":
        if self.content is None and self.tool_calls is None:
            raise ValueError("an assistant message has a content or calls")
        return self


class ToolMessage(_Shape):
    role: Literal["tool"]
    content: str
    tool_call_id: str


Message = Annotated[SystemMessage | UserMessage | AssistantMessage | ToolMessage, Field(discriminator="role")]


class OpenAILine(_Shape):
    messages: Annotated[list[Message], Field(min_length=1)]
    tools: list[Tool] | None = None


class OpenAIPair(_Shape):
    input: OpenAILine
    preferred_output: Annotated[list[AssistantMessage], Field(min_length=1, max_length=1)]
    non_preferred_output: Annotated[list[AssistantMessage], Field(min_length=1, max_length=1)]


# ── trl ───────────────────────────────────────────────────────────────────────────────────────────


class TRLCalled(_Shape):
    name: str
    arguments: dict[str, object]


class TRLToolCall(_Shape):
    type: Literal["function"]
    function: TRLCalled


class TRLMessage(_Shape):
    role: Literal["system", "user", "assistant", "tool"]
    name: str | None = None
    content: str | None = None
    tool_calls: list[TRLToolCall] | None = None


class TRLLine(_Shape):
    messages: Annotated[list[TRLMessage], Field(min_length=1)]
    tools: list[Tool] | None = None


# ── LLaMA-Factory ─────────────────────────────────────────────────────────────────────────────────


class ShareGPTMessage(_Shape):
    speaker: Annotated[Literal["human", "gpt", "function_call", "observation"], Field(alias="from")]
    value: str


class ShareGPTLine(_Shape):
    conversations: Annotated[list[ShareGPTMessage], Field(min_length=2)]
    system: str
    tools: Json[list[Function]] | Literal[""]


class AlpacaLine(_Shape):
    instruction: str
    input: str
    output: str
    system: str
    history: list[Annotated[list[str], Field(min_length=2, max_length=2)]]


# ── gemini ────────────────────────────────────────────────────────────────────────────────────────


class FunctionCall(_Shape):
    name: str
    args: dict[str, object]


class FunctionResponse(_Shape):
    name: str
    response: dict[str, object]


class Part(_Shape):
    text: str | None = None
    functionCall: FunctionCall | None = None  # noqa: N815 (the API's own name)
    functionResponse: FunctionResponse | None = None  # noqa: N815


class Content(_Shape):
    role: Literal["system", "user", "model"]
    parts: Annotated[list[Part], Field(min_length=1)]


class Declarations(_Shape):
    functionDeclarations: list[Function]  # noqa: N815


class GeminiLine(_Shape):
    systemInstruction: Content | None = None  # noqa: N815
    contents: Annotated[list[Content], Field(min_length=2)]
    tools: list[Declarations] | None = None


# ── bedrock ───────────────────────────────────────────────────────────────────────────────────────


class BedrockText(_Shape):
    text: Annotated[str, Field(min_length=1)]


class BedrockMessage(_Shape):
    role: Literal["user", "assistant"]
    content: Annotated[list[BedrockText], Field(min_length=1)]


class BedrockLine(_Shape):
    schemaVersion: Literal["bedrock-conversation-2024"]  # noqa: N815
    system: list[BedrockText] | None = None
    messages: Annotated[list[BedrockMessage], Field(min_length=2)]
