"""The language model of one browser session: named there, with a key that lives in the client object alone."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass, replace

from langsmith.utils import tracing_is_enabled

from app.chat_model import ChatModel
from app.model_run import Run
from app.settings import AppSettings

_CHECK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Destination:
    """Where questions and passages go. ``host`` is "" where the provider's client does not say. ``traced``: they
    go to LangSmith, too."""

    model: str
    host: str
    traced: bool

    @property
    def local(self) -> bool:
        """This machine: nothing leaves it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def destination(model: ChatModel) -> Destination:
    return Destination(model.name, model.host, bool(tracing_is_enabled()))


def load_session_model(name: str, base_url: str, key: str, settings: AppSettings) -> ChatModel:
    """A model as a person names it in the browser.

    A server named there gets the key given there or none: the one in the server's environment is not for any address
    that somebody types.

    Raises:
        FailedModelError: the provider's package or key is missing.
        UsageError: the base URL is no web address.
    """
    replace(settings, model=name, base_url=base_url)  # checks them as the settings are checked
    return ChatModel.load(
        name, base_url=base_url, api_key=key or ("none" if base_url else None), seconds=settings.model_seconds
    )


def check(model: ChatModel) -> float:
    """Seconds until the model has said something. Nothing of the course is sent.

    Raises:
        FailedModelError: it did not.
    """
    started = time.perf_counter()
    model.ask("Reply with one word.", "ok?", _Anything(), Run(time.monotonic() + _CHECK_SECONDS))
    return time.perf_counter() - started


class _Anything:
    """A listener that is content with any reply."""

    def restart(self) -> None: ...

    def hear(self, text: str) -> None: ...

    def finish(self, *, ended: bool) -> None: ...
