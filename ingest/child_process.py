"""A child process that can be killed: course files are hostile, and parsers hang, crash and eat memory.

The parent sends a request down the child's standard input and waits for the answer with a deadline. Messages are
MessagePack behind a length: nothing that comes back is ever unpickled. A child is a module with a main that calls
``answer_requests``.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import msgspec
import numpy as np

_KILLED = -9  # exit status of a process that its parent ended


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Per request: seconds of wall clock, megabytes of address space (Linux only)."""

    seconds: float
    memory_mb: int


class ChildDiedError(Exception):
    """The child gave no answer. ``over_limit``: it was ended for its time; else it crashed with ``status``."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status = status
        self.over_limit = status == _KILLED


class ChildProcess:
    """One process at work on one request at a time; started when first needed, and again after its death."""

    def __init__(self, module: str, limits: WorkerLimits) -> None:
        self.limits = limits
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: object) -> bytes:
        """The child's answer, still encoded.

        Raises:
            ChildDiedError: it missed the deadline or crashed.
        """
        process = self._running()
        timer = threading.Timer(self.limits.seconds, process.kill)
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            send(process.stdin, request)
            answer = receive(process.stdout)
        except OSError:
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            status = process.wait()
            self.stop()
            raise ChildDiedError(status)
        return answer

    def stop(self) -> None:
        """End the process if one runs; the next request starts another."""
        if self._process is not None:
            with suppress(OSError):
                if self._process.stdin:
                    self._process.stdin.close()
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            command = [sys.executable, "-m", self._module, str(self.limits.memory_mb)]
            # A parser's own messages go nowhere: what matters comes back as an error with the file's name.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process


def answer_requests(serve: Callable[[IO[bytes], IO[bytes]], None]) -> None:
    """The child's main: take the memory limit from the command line, then serve until the pipe closes."""
    if sys.platform == "linux":
        import resource

        limit = int(sys.argv[1]) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a parser that prints must not write into the pipe
    serve(sys.stdin.buffer, answers)


def send(pipe: IO[bytes], value: object) -> None:
    """One message; arrays go as their bytes."""
    data = msgspec.msgpack.encode(value, enc_hook=_encode_array)
    pipe.write(struct.pack(">Q", len(data)) + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """One message, still encoded; None when the other side is gone."""
    head = pipe.read(8)
    if len(head) < 8:
        return None
    (length,) = struct.unpack(">Q", head)
    data = pipe.read(length)
    return data if len(data) == length else None


def _encode_array(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tobytes()
    raise TypeError(f"{type(value).__name__} cannot be sent")
