"""Reading files in killable child processes: a file that hangs, crashes or eats memory costs itself, not the ingest."""

from __future__ import annotations

import os
import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.child_process import ChildDiedError, ChildProcess, WorkerLimits, answer_requests, receive, send
from ingest.documents import Block, Kind, Page, PageFailure, Reading
from ingest.errors import EncryptedError, LimitError, ReadError
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile, read_document

__all__ = ["ReaderPool", "WorkerLimits", "serve"]

_ERRORS: dict[str, type[ReadError]] = {e.__name__: e for e in (ReadError, EncryptedError, LimitError)}


class ReaderPool:
    """Reads files in ``processes`` children; use as a context manager."""

    def __init__(self, processes: int, limits: WorkerLimits) -> None:
        self._ahead = 4 * processes  # how many results may wait: memory stays bounded however large the corpus
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")
        self._children: list[_Reader] = []
        self._idle: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
        for _ in range(processes):
            child = _Reader(limits)
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


class _Reader:
    """A reading process and what its death means for the file at hand."""

    def __init__(self, limits: WorkerLimits) -> None:
        self._child = ChildProcess("ingest.workers", limits)

    def read(self, file: SourceFile) -> Reading | ReadError:
        try:
            cache = None if file.ocr_cache is None else os.fsencode(file.ocr_cache)
            return _decode(self._child.ask([os.fsencode(file.path), file.relative, file.ocr_seconds, cache]))
        except ChildDiedError as death:
            if death.over_limit:
                return LimitError(
                    f"{file.relative}: reading took longer than {self._child.limits.seconds:.0f} s or too much memory.",
                    "Split the file, or raise file_seconds or file_memory_mb in seodang.toml.",
                )
            return ReadError(
                f"{file.relative}: the reader crashed on it (exit status {death.status}).",
                "The file is probably damaged: open it in its own program and save it again.",
            )

    def stop(self) -> None:
        self._child.stop()


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """The child's side: one answer for each request until the pipe closes."""
    while (request := receive(source)) is not None:
        path, relative, seconds, cache = msgspec.msgpack.decode(request, type=tuple[bytes, str, float, bytes | None])
        try:
            file = SourceFile(
                Path(os.fsdecode(path)), relative, seconds, None if cache is None else Path(os.fsdecode(cache))
            )
            answer: object = ["reading", read_document(file)]
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
        send(target, answer)


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
        msgspec.convert(reading["pictures"], tuple[tuple[str, str], ...]),
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


if __name__ == "__main__":
    answer_requests(serve)
