"""Reading in child processes that can be killed: course files are hostile, and parsers hang, crash and eat memory.

The parent sends a request down the child's standard input and waits for the answer with a deadline; a child that
misses it, dies or breaks its memory limit costs one file and is replaced. Messages are MessagePack behind a length:
nothing that comes back is ever unpickled.
"""

from __future__ import annotations

import queue
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.documents import Block, Kind, Page, PageFailure, Reading
from ingest.errors import EncryptedError, LimitError, ReadError
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile, read_document

_ERRORS: dict[str, type[ReadError]] = {e.__name__: e for e in (ReadError, EncryptedError, LimitError)}


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Per file: seconds of wall clock, megabytes of address space (Linux only)."""

    seconds: float
    memory_mb: int


class ReaderPool:
    """Reads files in ``processes`` children; use as a context manager."""

    def __init__(self, processes: int, limits: WorkerLimits) -> None:
        self._limits = limits
        self._ahead = 2 * processes  # how many results may wait: memory stays bounded however large the corpus
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")
        self._children: list[_Child] = []
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for _ in range(processes):
            child = _Child(limits)
            self._children.append(child)
            self._idle.put(child)

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for child in self._children:
            child.stop()

    def read_all(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, Reading | ReadError]]:
        """Results in the order of ``files``."""
        waiting: deque[tuple[SourceFile, Future[Reading | ReadError]]] = deque()
        for file in files:
            waiting.append((file, self._threads.submit(self._read, file)))
            if len(waiting) > self._ahead:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()

    def _read(self, file: SourceFile) -> Reading | ReadError:
        child = self._idle.get()
        try:
            return child.read(file)
        finally:
            self._idle.put(child)


class _Child:
    """One reading process, started when first needed and again after it had to be killed."""

    def __init__(self, limits: WorkerLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, file: SourceFile) -> Reading | ReadError:
        process = self._running()
        timer = threading.Timer(self._limits.seconds, process.kill)
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            _send(process.stdin, [str(file.path), file.relative])
            answer = _receive(process.stdout)
        except OSError:
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            return self._died(file, process)
        return _decode(answer)

    def stop(self) -> None:
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
            command = [sys.executable, "-m", "ingest.workers", str(self._limits.memory_mb)]
            # A parser's own messages go nowhere: what matters comes back as an error with the file's name.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _died(self, file: SourceFile, process: subprocess.Popen[bytes]) -> ReadError:
        status = process.wait()
        self.stop()
        if status == -9:
            return LimitError(
                f"{file.relative}: reading took longer than {self._limits.seconds:.0f} s or too much memory.",
                "Split the file, or raise file_seconds or file_memory_mb in seodang.toml.",
            )
        return ReadError(
            f"{file.relative}: the reader crashed on it (exit status {status}).",
            "The file is probably damaged: open it in its own program and save it again.",
        )


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """The child's side: one answer for each request until the pipe closes."""
    while (request := _receive(source)) is not None:
        path, relative = msgspec.msgpack.decode(request, type=tuple[str, str])
        try:
            answer: object = ["reading", read_document(SourceFile(Path(path), relative))]
        except ReadError as error:
            answer = [type(error).__name__, error.cause, error.remedy]
        except MemoryError:
            answer = [
                "LimitError",
                f"{relative}: needs more memory than a reader may use.",
                "Split the file.",
            ]
        except Exception as error:  # noqa: BLE001 (parsers raise anything on damaged files; one file must not stop the rest)
            cause = f"{relative}: {type(error).__name__}: {error}."
            answer = [
                "ReadError",
                cause,
                "The file is probably damaged: open it in its own program and save it again.",
            ]
        _send(target, answer)


def _send(pipe: IO[bytes], value: object) -> None:
    data = msgspec.msgpack.encode(value, enc_hook=_encode_array)
    pipe.write(struct.pack(">Q", len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
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


def _decode(answer: bytes) -> Reading | ReadError:
    parts = msgspec.msgpack.decode(answer)
    if parts[0] != "reading":
        name, cause, remedy = parts
        return _ERRORS.get(name, ReadError)(cause, remedy)
    reading = parts[1]
    return Reading(
        tuple(_decode_page(page) for page in reading["pages"]),
        reading["title"],
        Kind(reading["kind"]) if reading["kind"] else None,
        msgspec.convert(reading["failures"], tuple[PageFailure, ...]),
        tuple(reading["warnings"]),
    )


def _decode_page(page: dict[str, Any]) -> Page:
    boxes: NDArray[np.float32] | None = None
    if page["boxes"] is not None:
        boxes = np.frombuffer(page["boxes"], np.float32).reshape(-1, 4)
    return Page(
        page["number"],
        MappedText(page["content"]["text"], np.frombuffer(page["content"]["source"], np.int32)),
        msgspec.convert(page["places"], tuple[tuple[int, str], ...]),
        msgspec.convert(page["blocks"], tuple[Block, ...]),
        tuple(page["headings"]),
        boxes,
    )


def _main() -> None:
    if sys.platform == "linux":
        import resource

        limit = int(sys.argv[1]) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a parser that prints must not write into the pipe
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
