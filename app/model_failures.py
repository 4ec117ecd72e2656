"""Why a language model gave no answer: the kinds of failure, and a provider's exception read as one of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from ingest.errors import ChatModelError


class Failure(StrEnum):
    """Why there is no answer of the model; each has its phrase in ``app.phrases``."""

    NOT_INSTALLED = "model_not_installed"
    NO_KEY = "model_no_key"
    REJECTED = "model_rejected"  # key or request refused, model unknown
    UNREACHABLE = "model_unreachable"
    BUSY = "model_busy"
    SERVER = "model_server"
    TIMEOUT = "model_timeout"
    CUT_OFF = "model_cut_off"
    MALFORMED = "model_malformed"
    UNVERIFIED = "model_unverified"
    CANCELLED = "model_cancelled"


_RETRYABLE = {Failure.UNREACHABLE, Failure.BUSY, Failure.SERVER, Failure.CUT_OFF, Failure.MALFORMED}


class FailedModelError(ChatModelError):
    """A failure with its kind. Never carries a provider's own words: they may hold a key or a prompt."""

    def __init__(self, failure: Failure, *, wait_seconds: float | None = None) -> None:
        super().__init__(f"The language model failed: {failure.name.lower()}.", retryable=failure in _RETRYABLE)
        self.failure = failure
        self.wait_seconds = wait_seconds


def failure_of(error: Exception, *, begun: bool) -> FailedModelError:
    """A provider's exception by its status, else by its name: each provider has its own classes."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    name = type(error).__name__.lower()
    if status == 408 or "timeout" in name:
        return FailedModelError(Failure.TIMEOUT)
    if status in (409, 429, 529):
        return FailedModelError(Failure.BUSY, wait_seconds=_asked_to_wait(response))
    if isinstance(status, int):
        return FailedModelError(Failure.SERVER if status >= 500 else Failure.REJECTED)
    if begun or "protocol" in name or "incomplete" in name:
        return FailedModelError(Failure.CUT_OFF)
    if "connect" in name:
        return FailedModelError(Failure.UNREACHABLE)
    if isinstance(error, ValueError):
        return FailedModelError(Failure.MALFORMED)
    return FailedModelError(Failure.SERVER)


def _asked_to_wait(response: Any) -> float | None:
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
