"""Who may use a shared server: the password, its tokens, wrong tries, accounts and their rights."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.access import TOKEN_SECONDS, Gate, WrongPasswordError, account
from app.settings import ServerSettings
from ingest.errors import UsageError

SETTINGS = ServerSettings(password="open sesame", owner_password="쪽지시험 없음")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_each_who_knows_the_password_is_another_user(tmp_path: Path) -> None:
    gate = Gate(SETTINGS, tmp_path)
    first, second = gate.enter("open sesame", "a"), gate.enter("open sesame", "a")
    assert first.id != second.id
    assert first.shared
    assert not first.owner
    assert gate.enter("쪽지시험 없음", "a").owner


def test_a_token_is_good_after_a_restart_and_void_once_the_password_changed(tmp_path: Path) -> None:
    user = Gate(SETTINGS, tmp_path).enter("open sesame", "a")
    token = Gate(SETTINGS, tmp_path).token(user)
    assert Gate(SETTINGS, tmp_path).user_of(token) == user
    assert Gate(ServerSettings(password="another"), tmp_path).user_of(token) is None
    assert "open sesame" not in token


def test_a_token_cannot_be_made_up(tmp_path: Path) -> None:
    gate = Gate(SETTINGS, tmp_path)
    token = gate.token(gate.enter("open sesame", "a"))
    key, _, rest = token.split(".", 2)
    for forged in ("", ".", "...", f"{key}.1.{rest}", f"x{token}", token[:-1], f"{token}0"):
        assert gate.user_of(forged) is None, forged


def test_an_old_token_is_void(tmp_path: Path) -> None:
    clock = Clock()
    gate = Gate(SETTINGS, tmp_path, clock=clock)
    token = gate.token(gate.enter("open sesame", "a"))
    clock.now += TOKEN_SECONDS - 1
    assert gate.user_of(token)
    clock.now += 1
    assert gate.user_of(token) is None


def test_wrong_tries_wait_longer_and_longer_and_one_address_does_not_lock_out_another(tmp_path: Path) -> None:
    clock = Clock()
    gate = Gate(SETTINGS, tmp_path, clock=clock)

    def refused(password: str) -> float:
        with pytest.raises(WrongPasswordError) as error:
            gate.enter(password, "a")
        return error.value.wait_seconds

    assert [refused("guess"), refused("guess"), refused("guess")] == [0, 0, 0]
    waits = []
    for _ in range(8):
        waits.append(refused("open sesame"))  # the right one is not looked at either
        clock.now += waits[-1]
        assert refused("guess") == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert gate.enter("open sesame", "b")
    clock.now += 60
    assert gate.enter("open sesame", "a")
    assert refused("guess") == 0


def test_the_right_password_is_good_after_any_number_of_wrong_ones(tmp_path: Path) -> None:
    clock = Clock()
    gate = Gate(SETTINGS, tmp_path, clock=clock)
    for _ in range(1100):
        with pytest.raises(WrongPasswordError):
            gate.enter("guess", "a")
        clock.now += 60
    assert gate.enter("open sesame", "a")


def test_the_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    Gate(SETTINGS, tmp_path)
    assert stat.S_IMODE((tmp_path / "login.key").stat().st_mode) == 0o600


def test_passwords_are_not_in_what_is_printed() -> None:
    assert "sesame" not in repr(SETTINGS)
    assert "쪽지" not in repr(SETTINGS)


def test_an_owner_password_alone_or_the_same_twice_is_refused() -> None:
    for settings in ({"owner_password": "x"}, {"password": "x", "owner_password": "x"}):
        with pytest.raises(UsageError):
            ServerSettings(**settings)


def test_an_account_is_the_same_user_every_time_and_owner_only_when_vouched_for() -> None:
    settings = ServerSettings(owners="prof@example.edu, subject-9")
    claims = {"iss": "https://id.example.edu", "sub": "subject-1", "email": "prof@example.edu"}
    assert account(claims, settings).owner is False
    assert account(claims | {"email_verified": True}, settings).owner is True
    assert account(claims | {"sub": "subject-9"}, settings).owner is True
    assert account(claims, settings).id == account(claims | {"email": "new@example.edu"}, settings).id
    assert account(claims, settings).id != account(claims | {"iss": "https://other.example"}, settings).id
