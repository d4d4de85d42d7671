"""The models of a service, asked by several threads at once."""

from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

from ftc.providers.openai.connection import Connection
from ftc.providers.openai.errors import Asked, words
from ftc.providers.openai.retries import Passing
from ftc.providers.provider import Call, Decoding, ProviderError, Question, Reply

if TYPE_CHECKING:
    import openai

PARALLEL = 8

HOPELESS = frozenset({"E806", "E807", "E808", "E811", "E812", "E841"})
"""Where one question meets these, all would: the others are not asked."""


class ChatModel:
    """A model of a service."""

    def __init__(self, connection: Connection, name: str, parallel: int) -> None:
        self.name, self.parallel = name, parallel
        self._connection = connection
        self._asked = Asked("answer", "chat", model=name)
        self._limit = "max_tokens"

    def answer(self, questions: Sequence[Question], decoding: Decoding) -> Iterator[tuple[int, Reply | ProviderError]]:
        """The index of each question with its reply, as they come; an error where one could not be had."""
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
            # Not waited for at the end of the program: who interrupts it does not want to wait for an answer.
            Thread(target=work, daemon=True).start()
        try:
            for at in range(threads, threads + len(questions)):
                index, answer = done.get()
                if isinstance(answer, Exception) and not isinstance(answer, ProviderError):
                    raise answer
                yield index, answer
                # Here the reply is dealt with: only now is the next question put.
                if at < len(questions):
                    todo.put(at)
        finally:
            for _ in range(threads):
                todo.put(None)

    def stream(self, question: Question, decoding: Decoding) -> Iterator[str]:
        """The pieces of one reply as they come. What was cut in the middle is not asked for again: it is on show."""
        chunks = self._ask(question, decoding, stream=True)
        waiting = ""
        try:
            while True:
                try:
                    chunk = self._connection.once(self._asked, lambda _: next(chunks, None))
                except Passing as error:
                    raise error.error from None
                if chunk is None:
                    break
                waiting += self._piece(chunk)
                # What may be the beginning of the key waits for what follows it.
                sure, waiting = self._connection.parted(waiting)
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
            self._odd()
        named = (part for call in calls for part in (call.name, call.arguments))
        if not all(isinstance(each, str) for each in (text, model, *named)):
            self._odd()
        hide = self._connection.hidden_whole
        calls = tuple(Call(hide(each.name), hide(each.arguments)) for each in calls)
        return Reply(hide(text), words(model, self._connection), calls, cut)

    def _piece(self, chunk: Any) -> str:
        """The text of a piece of a stream: often there is none."""
        try:
            piece = chunk.choices[0].delta.content if chunk.choices and chunk.choices[0].delta else None
        except (AttributeError, LookupError, TypeError):
            self._odd()
        if not isinstance(piece, str | None):
            self._odd()
        return piece or ""

    def _odd(self) -> NoReturn:
        """The library takes what comes, whatever its shape."""
        raise ProviderError(
            "E816",
            name=self._connection.name,
            base_url=self._connection.address,
            what=self._asked.what,
            reason="it has no choices",
        ) from None

    def _ask(self, question: Question, decoding: Decoding, **more: object) -> Any:
        def put(client: "openai.OpenAI") -> Any:
            asked: dict[str, Any] = {
                "model": self.name,
                "messages": question.messages,
                "temperature": decoding.temperature,
                limit: decoding.max_tokens,
                **more,
            }
            if question.tools:
                asked["tools"] = question.tools
            if decoding.seed is not None:
                asked["seed"] = decoding.seed
            return client.chat.completions.create(**asked)

        limit = self._limit
        try:
            return self._connection.ask(self._asked, put)
        except ProviderError as error:
            # Most services know `max_tokens`, and some models of OpenAI's only its newer name.
            other = "max_completion_tokens"
            reason = str(error.diagnostics[0].data.get("reason"))
            if limit == other or (error.param != limit and other not in reason):
                raise
            limit = self._limit = other
        return self._connection.ask(self._asked, put)
