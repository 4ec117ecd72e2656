"""A child process that can be killed: course files are hostile, and parsers hang, crash and eat memory.

The parent sends a request down the child's standard input and waits for the answer with a deadline. Messages are
MessagePack behind a length: nothing that comes back is ever unpickled. A child is a module with a main that calls
``answer_requests``.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

T = TypeVar("T")
_KILLED = -9  # exit status, where there are signals, of a process that the system ended for its memory


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Per request: seconds of wall clock, megabytes of address space (Linux only; 0: as many as there are)."""

    seconds: float
    memory_mb: int = 0


class ChildDiedError(Exception):
    """The child gave no answer. ``over_limit``: it was ended for its time or memory; else it crashed with
    ``status``."""

    def __init__(self, status: int, *, late: bool) -> None:
        super().__init__(f"exit status {status}")
        self.status = status
        self.over_limit = late or status == _KILLED


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
        process = self.start()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self.limits.seconds, end)
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
            raise ChildDiedError(status, late=late.is_set())
        return answer

    def start(self) -> subprocess.Popen[bytes]:
        """The running process, a new one where there is none: worth calling ahead of the first request."""
        if self._process is None or self._process.poll() is not None:
            self.stop()
            command = [sys.executable, "-m", self._module, str(self.limits.memory_mb)]
            os.putenv("OPENBLAS_NUM_THREADS", "1")  # or numpy starts a thread for each core in every child: 50 ms
            # A parser's own messages go nowhere: what matters comes back as an error with the file's name.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

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


def answer_requests(serve: Callable[[IO[bytes], IO[bytes]], None]) -> None:
    """The child's main: take the memory limit from the command line, then serve until the pipe closes."""
    limit = int(sys.argv[1]) * 1024 * 1024
    if limit and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a parser that prints must not write into the pipe
    serve(sys.stdin.buffer, answers)


def send(pipe: IO[bytes], value: object) -> None:
    """One message; arrays and paths go as their bytes."""
    data = msgspec.msgpack.encode(value, enc_hook=_encoded)
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


def decode(message: bytes, kind: type[T]) -> T:
    """A message as what was sent."""
    return msgspec.msgpack.decode(message, type=kind, dec_hook=_decoded)


def _encoded(value: Any) -> bytes:
    if isinstance(value, Path):
        return os.fsencode(value)
    if hasattr(value, "tobytes"):
        return bytes(value.tobytes())
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _decoded(_: type, value: Any) -> Path:
    return Path(os.fsdecode(value))
