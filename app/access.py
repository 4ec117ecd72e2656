"""Who uses a shared server. With a password, a browser that knew it gets a token, so that it is known again.

A token is an identity drawn at random with a signature; the key of the signature depends on the passwords, so that a
changed password makes all tokens void.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.settings import ServerSettings

TOKEN_SECONDS = 30 * 24 * 3600
_FREE_TRIES = 3
_LONGEST_WAIT_SECONDS = 60.0
_MOST_DOUBLINGS = 10  # well past the longest wait; a power without an end would overflow
_ADDRESSES = 10_000  # whose wrong tries are remembered


@dataclass(frozen=True, slots=True)
class User:
    """``id`` names the folder of the user's own things; "" on a server that is not shared. An ``owner`` may change the
    course's files and see what everybody asked."""

    id: str = ""
    owner: bool = True

    @property
    def shared(self) -> bool:
        return bool(self.id)


class WrongPasswordError(Exception):
    """Refused. ``wait_seconds`` above 0: it was not even looked at."""

    def __init__(self, wait_seconds: float = 0.0) -> None:
        super().__init__("Wrong password.")
        self.wait_seconds = wait_seconds


class Gate:
    """The password of one server. Safe to share between threads."""

    def __init__(self, settings: ServerSettings, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._settings, self._clock, self._lock = settings, clock, threading.Lock()
        self._wrong: dict[str, tuple[int, float]] = {}  # address: how often in a row, when last
        passwords = f"{settings.password}\0{settings.owner_password}".encode()
        self._key = hmac.digest(_secret(folder / "login.key"), passwords, "sha256")

    def enter(self, password: str, address: str) -> User:
        """A new user, for the right password. After some wrong ones an address waits twice as long each time.

        Raises:
            WrongPasswordError: it is not, or it comes too soon.
        """
        with self._lock:
            times, last = self._wrong.get(address, (0, 0.0))
            doublings = min(times - _FREE_TRIES, _MOST_DOUBLINGS)
            wait = min(_LONGEST_WAIT_SECONDS, 2.0**doublings) if doublings >= 0 else 0.0
            left = last + wait - self._clock()
            if times and left > 0:
                raise WrongPasswordError(left)
            owner = _same(password, self._settings.owner_password)
            if not _same(password, self._settings.password) and not owner:
                if len(self._wrong) >= _ADDRESSES:
                    self._wrong.pop(next(iter(self._wrong)))
                self._wrong[address] = (times + 1, self._clock())
                raise WrongPasswordError
            self._wrong.pop(address, None)
        return User(secrets.token_hex(12), owner)

    def token(self, user: User) -> str:
        """What its browser shows the next time."""
        said = f"{user.id}.{int(user.owner)}.{int(self._clock()) + TOKEN_SECONDS}"
        return f"{said}.{self._sign(said)}"

    def user_of(self, token: str) -> User | None:
        """Who a token was made for; None for one that was not made here or is too old."""
        said, _, signature = token.rpartition(".")
        if not _same(signature, self._sign(said)):
            return None
        key, owner, expires = said.split(".")
        return User(key, owner == "1") if int(expires) > self._clock() else None

    def _sign(self, said: str) -> str:
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()


def account(claims: Mapping[str, Any], settings: ServerSettings) -> User:
    """The user of an account that an OpenID Connect provider vouches for."""
    subject = str(claims["sub"])
    names = {subject} | ({str(claims.get("email", ""))} if claims.get("email_verified") is True else set())
    owners = {name.strip() for name in settings.owners.split(",")} - {""}
    key = hashlib.sha256(f"{claims.get('iss', '')}\0{subject}".encode()).hexdigest()[:24]
    return User(key, owner=bool(names & owners))


def _same(given: str, right: str) -> bool:
    """In a time that says nothing about where they differ; an empty one is never right."""
    same = hmac.compare_digest(hashlib.sha256(given.encode()).digest(), hashlib.sha256(right.encode()).digest())
    return same and bool(right)


def _secret(file: Path) -> bytes:
    """Random bytes, drawn once; nobody else on the machine reads them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
        new.write(secrets.token_bytes(32))
    return file.read_bytes()
