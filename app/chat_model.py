"""The one home of language models: any ``provider:name`` of langchain, or any server that speaks OpenAI's protocol.

Time limits and retries are done here, the same for every provider: a provider's own retries are switched off, and its
stream is read in a thread of its own, so that a limit holds whatever the network does.
"""

from __future__ import annotations

import contextvars
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
)
from langchain_core.runnables import Runnable
from pydantic import BaseModel

from app.model_failures import FailedModelError, Failure, failure_of
from app.model_run import Run, Usage

T = TypeVar("T")
ToolRound = tuple[Sequence[ToolCall], Sequence[str]]  # the calls of a reply and a result each
_LOG = logging.getLogger(__name__)
_TRIES = 3
_BACK_OFF_SECONDS = 0.5  # before the second try, doubled before the third
_LONGEST_WAIT_SECONDS = 10.0  # a server that asks for more is treated as busy
_LISTEN_SECONDS = 0.1  # how often a cancelled question is noticed
_LATIN_CHARS_PER_TOKEN = 3.5  # a first guess on the safe side; what servers report corrects it
_OTHER_CHARS_PER_TOKEN = 1.2


class Listener(Protocol):
    """Hears a reply as it comes."""

    def restart(self) -> None:
        """A new try begins: forget the last one."""

    def hear(self, text: str) -> None: ...

    def finish(self, *, ended: bool) -> None:
        """The stream is over; ``ended``: the model says that it finished.

        Raises:
            FailedModelError: that was no reply.
        """


class ChatModel:
    """A chat model with patience and a budget. Safe to share between threads."""

    def __init__(self, model: BaseChatModel, name: str, *, pause: Callable[[float], object] = time.sleep) -> None:
        self.name = name
        self._model, self._pause = model, pause
        self._correction = 1.0  # reported tokens over our estimate

    @classmethod
    def load(cls, name: str, *, base_url: str = "", api_key: str | None = None, seconds: float = 60.0) -> ChatModel:
        """``provider:name``; with ``base_url`` a server that speaks OpenAI's protocol, and a bare name will do.

        The key comes from the provider's own environment variable (``OPENAI_API_KEY`` and so on) unless a session gives
        one; it is kept in the client alone.

        Raises:
            FailedModelError: the provider's package or key is missing.
        """
        # Behind a base URL everything before a colon but "openai" belongs to the model's name: qwen3:8b.
        full = f"openai:{name}" if base_url and not name.startswith("openai:") else name
        options: dict[str, Any] = {"timeout": seconds, "max_retries": 0}
        if full.startswith("openai:"):
            options["stream_usage"] = True  # off by default for servers other than OpenAI's
        if base_url:
            options["base_url"] = base_url
        if api_key:
            options["api_key"] = api_key
        try:
            try:
                model = init_chat_model(full, **options)
            except Exception as error:
                if not base_url or api_key or isinstance(error, ImportError):
                    raise
                model = init_chat_model(full, **options, api_key="none")  # local servers want none, the client one
        except ImportError as error:
            raise FailedModelError(Failure.NOT_INSTALLED) from error
        except Exception as error:  # noqa: BLE001 (each provider has its own classes)
            # ValueError: init_chat_model knows no such provider. Everything else: the client wants its key.
            raise FailedModelError(
                Failure.NOT_INSTALLED if isinstance(error, ValueError) and "provider" in str(error) else Failure.NO_KEY
            ) from None  # the client's message may repeat the key
        return cls(cast("BaseChatModel", model), name)

    @property
    def host(self) -> str:
        """Where prompts go, as far as the provider's client says; "" when it does not."""
        client = getattr(self._model, "root_client", None) or getattr(self._model, "_client", None)
        address = getattr(client, "base_url", None) or getattr(self._model, "base_url", None)
        return urlsplit(str(address or "")).hostname or ""

    def tokens(self, text: str) -> int:
        """About how many of this model's tokens a text is. Tokenizers are not at hand for most models (and would be
        downloaded for the rest), so it is an estimate by script, corrected by what the server reported so far."""
        latin = sum(1 for character in text if character < "\u0250")
        estimate = latin / _LATIN_CHARS_PER_TOKEN + (len(text) - latin) / _OTHER_CHARS_PER_TOKEN
        return round(estimate * self._correction) + 1

    def room(self, wanted: int) -> int:
        """Tokens a prompt may have: what is wanted, or half of what the model is known to take."""
        known = (self._model.profile or {}).get("max_input_tokens")
        return min(wanted, known // 2) if known else wanted

    def ask(self, system: str, user: str, listener: Listener, run: Run, *, tries: int = _TRIES) -> None:
        """One reply into the listener, tried again where that may help.

        Raises:
            FailedModelError: there is none within the limits.
        """
        messages: list[BaseMessage] = [SystemMessage(system), HumanMessage(user)]

        def once() -> None:
            listener.restart()
            whole = self._listen(self._model, messages, run, listener.hear)
            listener.finish(ended=whole is not None and _ended(whole))

        self._patiently(once, run, tries)

    def call_tools(
        self, system: str, user: str, done: Sequence[ToolRound], tools: Sequence[type[BaseModel]], run: Run
    ) -> list[ToolCall]:
        """The tools that the model wants to use next, after the rounds that are done; none when it has enough.

        Raises:
            FailedModelError: as for ``ask``; MALFORMED for a model that knows no tools.
        """
        messages: list[BaseMessage] = [SystemMessage(system), HumanMessage(user)]
        for calls, results in done:
            messages.append(AIMessage("", tool_calls=list(calls)))
            messages += [ToolMessage(text, tool_call_id=call["id"]) for call, text in zip(calls, results, strict=True)]
        try:
            model = self._model.bind_tools(list(tools))
        except NotImplementedError as error:
            raise FailedModelError(Failure.MALFORMED) from error

        def once() -> list[ToolCall]:
            whole = self._listen(model, messages, run, lambda _: None)
            calls = whole.tool_calls if whole is not None else []
            # Some local servers give a call no id; a result cannot be sent back without one.
            return [{**call, "id": call["id"] or f"call-{len(done)}-{n}"} for n, call in enumerate(calls)]

        return self._patiently(once, run)

    def _patiently(self, once: Callable[[], T], run: Run, tries: int = _TRIES) -> T:
        for attempt in itertools.count(1):
            run.check()
            try:
                return once()
            except FailedModelError as failure:
                _LOG.warning("%s: %s (try %d of %d)", self.name, failure.failure.name, attempt, tries)
                wait = failure.wait_seconds or _BACK_OFF_SECONDS * 2 ** (attempt - 1)
                last = attempt == tries or wait > min(_LONGEST_WAIT_SECONDS, run.left())
                if last or not failure.retryable:
                    raise
                self._pause(wait)
        raise AssertionError

    def _listen(
        self,
        model: Runnable[LanguageModelInput, AIMessage],
        messages: Sequence[BaseMessage],
        run: Run,
        hear: Callable[[str], None],
    ) -> AIMessageChunk | None:
        """The whole reply, each piece of its text heard as it comes."""
        heard: queue.Queue[AIMessageChunk | Exception | None] = queue.Queue()
        over = threading.Event()
        context = contextvars.copy_context()  # tracing finds its parent run there

        def read() -> None:
            try:
                for chunk in model.stream(list(messages)):
                    if over.is_set():
                        return
                    heard.put(cast("AIMessageChunk", chunk))
                heard.put(None)
            except Exception as error:  # noqa: BLE001 (handed over to the thread that asked)
                heard.put(error)

        threading.Thread(target=context.run, args=(read,), name="chat-model", daemon=True).start()
        whole: AIMessageChunk | None = None
        try:
            while True:
                run.check()
                try:
                    chunk = heard.get(timeout=min(_LISTEN_SECONDS, max(0.001, run.left())))
                except queue.Empty:
                    continue
                if isinstance(chunk, Exception):
                    raise failure_of(chunk, begun=whole is not None) from chunk
                if chunk is None:
                    break
                whole = chunk if whole is None else whole + chunk
                if chunk.text:
                    hear(str(chunk.text))
        finally:
            over.set()
            self._count(messages, whole, run)
        return whole

    def _count(self, messages: Sequence[BaseMessage], whole: AIMessageChunk | None, run: Run) -> None:
        usage = whole.usage_metadata if whole is not None else None
        used = Usage(1, usage["input_tokens"], usage["output_tokens"]) if usage else Usage(1)
        run.usage += used
        if used.input_tokens:
            estimate = sum(self.tokens(str(message.text)) for message in messages) / self._correction
            self._correction = min(3.0, max(0.3, used.input_tokens / max(1.0, estimate)))


def _ended(whole: AIMessageChunk) -> bool:
    """The provider says why the reply ended, and it was not for want of room."""
    said = whole.response_metadata
    reason = said.get("finish_reason") or said.get("stop_reason") or said.get("done_reason")
    return reason is not None and reason not in ("length", "max_tokens", "content_filter")
