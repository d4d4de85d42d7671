"""The shape of each target's line, as pydantic models that forbid any other field.

Used by tests and to check a sample of the output, never for every line written. Imported only when needed.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, model_validator


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


JsonSchema = dict[str, object]

# ── openai ────────────────────────────────────────────────────────────────────────────────────────


class OpenAIFunction(_Shape):
    name: str
    description: str
    parameters: JsonSchema


class OpenAITool(_Shape):
    type: Literal["function"]
    function: OpenAIFunction


class OpenAICalledFunction(_Shape):
    name: str
    arguments: Json[dict[str, object]]


class OpenAIToolCall(_Shape):
    id: str
    type: Literal["function"]
    function: OpenAICalledFunction


class OpenAISystemMessage(_Shape):
    role: Literal["system"]
    content: str


class OpenAIUserMessage(_Shape):
    role: Literal["user"]
    content: str


class OpenAIAssistantMessage(_Shape):
    role: Literal["assistant"]
    content: str | None = None
    tool_calls: Annotated[list[OpenAIToolCall], Field(min_length=1)] | None = None
    weight: Literal[0, 1] | None = None

    @model_validator(mode="after")
    def _says_or_calls(self) -> "OpenAIAssistantMessage":
        if self.content is None and self.tool_calls is None:
            raise ValueError("an assistant message has a content or calls")
        return self


class OpenAIToolMessage(_Shape):
    role: Literal["tool"]
    content: str
    tool_call_id: str


OpenAIMessage = Annotated[
    OpenAISystemMessage | OpenAIUserMessage | OpenAIAssistantMessage | OpenAIToolMessage, Field(discriminator="role")
]


class OpenAILine(_Shape):
    messages: Annotated[list[OpenAIMessage], Field(min_length=1)]
    tools: list[OpenAITool] | None = None


class OpenAIPair(_Shape):
    input: OpenAILine
    preferred_output: Annotated[list[OpenAIAssistantMessage], Field(min_length=1, max_length=1)]
    non_preferred_output: Annotated[list[OpenAIAssistantMessage], Field(min_length=1, max_length=1)]


# ── trl ───────────────────────────────────────────────────────────────────────────────────────────


class TRLCalledFunction(_Shape):
    name: str
    arguments: dict[str, object]


class TRLToolCall(_Shape):
    type: Literal["function"]
    function: TRLCalledFunction


class TRLMessage(_Shape):
    role: Literal["system", "user", "assistant", "tool"]
    name: str | None = None
    content: str | None = None
    tool_calls: list[TRLToolCall] | None = None


class TRLLine(_Shape):
    messages: Annotated[list[TRLMessage], Field(min_length=1)]
    tools: list[OpenAITool] | None = None


# ── LLaMA-Factory ─────────────────────────────────────────────────────────────────────────────────


class ShareGPTMessage(_Shape):
    speaker: Annotated[Literal["human", "gpt", "function_call", "observation"], Field(alias="from")]
    value: str


class ShareGPTLine(_Shape):
    conversations: Annotated[list[ShareGPTMessage], Field(min_length=2)]
    system: str
    tools: Json[list[OpenAIFunction]] | Literal[""]


class AlpacaLine(_Shape):
    instruction: str
    input: str
    output: str
    system: str
    history: list[Annotated[list[str], Field(min_length=2, max_length=2)]]


# ── gemini ────────────────────────────────────────────────────────────────────────────────────────


class GeminiFunctionCall(_Shape):
    name: str
    args: dict[str, object]


class GeminiFunctionResponse(_Shape):
    name: str
    response: dict[str, object]


class GeminiPart(_Shape):
    text: str | None = None
    functionCall: GeminiFunctionCall | None = None  # noqa: N815 (the API's own name)
    functionResponse: GeminiFunctionResponse | None = None  # noqa: N815


class GeminiContent(_Shape):
    role: Literal["system", "user", "model"]
    parts: Annotated[list[GeminiPart], Field(min_length=1)]


class GeminiDeclarations(_Shape):
    functionDeclarations: list[OpenAIFunction]  # noqa: N815


class GeminiLine(_Shape):
    systemInstruction: GeminiContent | None = None  # noqa: N815
    contents: Annotated[list[GeminiContent], Field(min_length=2)]
    tools: list[GeminiDeclarations] | None = None


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
