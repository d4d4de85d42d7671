"""The models of a service, which several threads query at once."""

from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

from ftc.providers.openai.connection import Connection
from ftc.providers.openai.errors import Operation, presentable
from ftc.providers.openai.retries import TransientError
from ftc.providers.provider import Call, Decoding, ProviderError, Question, Reply

if TYPE_CHECKING:
    import openai

PARALLEL = 8

HOPELESS = frozenset({"E806", "E807", "E808", "E811", "E812", "E841"})
"""Errors that every question would meet: after one of them the others are not asked."""


class ChatModel:
    """A model of a service."""

    def __init__(self, connection: Connection, name: str, parallel: int) -> None:
        self.name, self.parallel = name, parallel
        self._connection = connection
        self._operation = Operation("answer", "chat", model=name)
        self._limit = "max_tokens"

    def answer(self, questions: Sequence[Question], decoding: Decoding) -> Iterator[tuple[int, Reply | ProviderError]]:
        """The index of each question with its reply, as they come; an error in place of a reply that failed."""
        _ = self._connection.client
        todo: SimpleQueue[int | None] = SimpleQueue()
        done: SimpleQueue[tuple[int, Reply | Exception]] = SimpleQueue()
        hopeless: list[ProviderError] = []

        def work() -> None:
            while (at := todo.get()) is not None:
                done.put((at, hopeless[0] if hopeless else reply(questions[at])))

        def reply(question: Question) -> Reply | Exception:
            try:
                return self._reply(question, decoding)
            except ProviderError as error:
                if error.diagnostics[0].code in HOPELESS:
                    hopeless.append(error)
                return error
            except Exception as error:
                return error

        threads = min(self.parallel, len(questions))
        for at in range(threads):
            todo.put(at)
            # Daemon threads, so that an interrupted program does not wait for their answers.
            Thread(target=work, daemon=True).start()
        try:
            for at in range(threads, threads + len(questions)):
                index, answer = done.get()
                if isinstance(answer, Exception) and not isinstance(answer, ProviderError):
                    raise answer
                yield index, answer
                # The caller has processed the reply: only now the next question is sent.
                if at < len(questions):
                    todo.put(at)
        finally:
            for _ in range(threads):
                todo.put(None)

    def stream(self, question: Question, decoding: Decoding) -> Iterator[str]:
        """The pieces of one reply as they come. One that breaks off is not retried, as its beginning has been shown."""
        chunks = self._ask(question, decoding, stream=True)
        waiting = ""
        try:
            while True:
                try:
                    chunk = self._connection.once(self._operation, lambda _: next(chunks, None))
                except TransientError as error:
                    raise error.error from None
                if chunk is None:
                    break
                waiting += self._piece(chunk)
                # A possible beginning of the key is held back until the next piece.
                sure, waiting = self._connection.split_safe(waiting)
                if sure:
                    yield sure
            if waiting:
                yield waiting
        finally:
            chunks.close()

    def _reply(self, question: Question, decoding: Decoding) -> Reply:
        completion = self._ask(question, decoding)
        try:
            choice = completion.choices[0]
            message = choice.message
            calls = tuple(
                Call(each.function.name, each.function.arguments or "")
                for each in message.tool_calls or ()
                if each.type == "function"
            )
            text = message.content or message.refusal or ""
            model = completion.model or self.name
            cut = choice.finish_reason == "length"
        except (AttributeError, LookupError, TypeError):
            self._malformed()
        named = (part for call in calls for part in (call.name, call.arguments))
        if not all(isinstance(each, str) for each in (text, model, *named)):
            self._malformed()
        hide = self._connection.redact_answer
        calls = tuple(Call(hide(each.name), hide(each.arguments)) for each in calls)
        return Reply(hide(text), presentable(model, self._connection), calls, cut)

    def _piece(self, chunk: Any) -> str:
        """The text of a piece of a stream; often it is empty."""
        try:
            piece = chunk.choices[0].delta.content if chunk.choices and chunk.choices[0].delta else None
        except (AttributeError, LookupError, TypeError):
            self._malformed()
        if not isinstance(piece, str | None):
            self._malformed()
        return piece or ""

    def _malformed(self) -> NoReturn:
        """The library takes what comes, whatever its shape."""
        raise ProviderError(
            "E816",
            name=self._connection.name,
            base_url=self._connection.address,
            what=self._operation.what,
            reason="it has no choices",
        ) from None

    def _ask(self, question: Question, decoding: Decoding, **more: object) -> Any:
        def put(client: "openai.OpenAI") -> Any:
            request: dict[str, Any] = {
                "model": self.name,
                "messages": question.messages,
                "temperature": decoding.temperature,
                limit: decoding.max_tokens,
                **more,
            }
            if question.tools:
                request["tools"] = question.tools
            if decoding.seed is not None:
                request["seed"] = decoding.seed
            return client.chat.completions.create(**request)

        limit = self._limit
        try:
            return self._connection.ask(self._operation, put)
        except ProviderError as error:
            # Most services know `max_tokens`, and some models of OpenAI only its newer name.
            other = "max_completion_tokens"
            reason = str(error.diagnostics[0].data.get("reason"))
            if limit == other or (error.param != limit and other not in reason):
                raise
            limit = self._limit = other
        return self._connection.ask(self._operation, put)
