"""Files -> drafts in killable child processes: one that hangs, crashes or eats memory costs itself, not the ingest."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Condition
from typing import IO

import msgspec

from ingest.child_process import ChildDiedError, ChildProcess, WorkerLimits, answer_requests, decode, receive, send
from ingest.chunking import ChunkSettings
from ingest.drafting import Draft, draft_of
from ingest.errors import EncryptedError, LimitError, ReadError
from ingest.readers import SourceFile, read_document

__all__ = ["ReaderPool", "WorkerLimits", "serve"]

_MOST_HELD = 32 << 20  # bytes of results that may wait: memory stays bounded however large the corpus
_MOST_WAITING = 1_000  # files whose reading is arranged for
_CLOSED = -1
_ERRORS: dict[str, type[ReadError]] = {e.__name__: e for e in (ReadError, EncryptedError, LimitError)}


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read and draft. ``sha256`` is what its bytes are expected to be."""

    file: SourceFile
    sha256: str
    chunks: ChunkSettings


class _Answer(msgspec.Struct, array_like=True):
    error: tuple[str, str, str] = ("", "", "")  # name of its class, cause, remedy
    draft: Draft | None = None


class ReaderPool:
    """Reads files in ``processes`` children; use as a context manager.

    A slow file holds up the results behind it, not the reading: that goes on while there is room for what waits.
    """

    def __init__(self, processes: int, limits: WorkerLimits) -> None:
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")
        self._children: list[_Reader] = []
        self._idle: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
        for _ in range(processes):
            child = _Reader(limits)
            self._children.append(child)
            self._idle.put(child)
        self._room = Condition()
        self._held = 0  # bytes of results that wait
        self._turn = 0  # number of the result that is asked for next

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, *_: object) -> None:
        with self._room:
            self._turn = _CLOSED
            self._room.notify_all()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for child in self._children:
            child.stop()

    def read_all(self, jobs: Iterable[Job]) -> Iterator[tuple[str, Draft | ReadError]]:
        """Results in the order of ``jobs``, with the file's path in the corpus."""
        waiting: deque[tuple[str, Future[tuple[Draft | ReadError, int]]]] = deque()
        for number, job in enumerate(jobs):
            waiting.append((job.file.relative, self._threads.submit(self._read, number, job)))
            if len(waiting) > _MOST_WAITING:
                yield self._take(*waiting.popleft())
        while waiting:
            yield self._take(*waiting.popleft())

    def _take(self, path: str, future: Future[tuple[Draft | ReadError, int]]) -> tuple[str, Draft | ReadError]:
        result, size = future.result()
        with self._room:
            self._held -= size
            self._turn += 1
            self._room.notify_all()
        return path, result

    def _read(self, number: int, job: Job) -> tuple[Draft | ReadError, int]:
        """The result and its size."""
        with self._room:  # what is asked for next must not wait for those behind it
            self._room.wait_for(lambda: self._held < _MOST_HELD or self._turn in (number, _CLOSED))
            if self._turn == _CLOSED:
                raise CancelledError
        child = self._idle.get()
        try:
            result, size = child.read(job)
        finally:
            self._idle.put(child)
        with self._room:
            self._held += size
        return result, size


class _Reader:
    """A reading process and what its death means for the file at hand."""

    def __init__(self, limits: WorkerLimits) -> None:
        self._child = ChildProcess("ingest.workers", limits)

    def read(self, job: Job) -> tuple[Draft | ReadError, int]:
        """The result and how many bytes it was sent as."""
        try:
            message = self._child.ask(job)
        except ChildDiedError as death:
            return self._error(job.file.relative, death), 0
        answer = decode(message, _Answer)
        if answer.draft is None:
            name, cause, remedy = answer.error
            return _ERRORS.get(name, ReadError)(cause, remedy), 0
        return answer.draft, len(message)

    def _error(self, path: str, death: ChildDiedError) -> ReadError:
        if death.over_limit:
            return LimitError(
                f"{path}: reading took longer than {self._child.limits.seconds:.0f} s or too much memory.",
                "Split the file, or raise file_seconds or file_memory_mb in seodang.toml.",
            )
        return ReadError(
            f"{path}: the reader crashed on it (exit status {death.status}).",
            "The file is probably damaged: open it in its own program and save it again.",
        )

    def stop(self) -> None:
        self._child.stop()


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """The child's side: one answer for each request until the pipe closes."""
    while (request := receive(source)) is not None:
        job = decode(request, Job)
        path = job.file.relative
        try:
            answer = _Answer(draft=_draft(job))
        except ReadError as error:
            answer = _Answer((type(error).__name__, error.cause, error.remedy))
        except MemoryError:
            answer = _Answer(("LimitError", f"{path}: needs more memory than a reader may use.", "Split the file."))
        except Exception as error:  # noqa: BLE001 (parsers raise anything on damaged files; one file must not stop the rest)
            cause = f"{path}: {type(error).__name__}: {error}."
            remedy = "The file is probably damaged: open it in its own program and save it again."
            answer = _Answer(("ReadError", cause, remedy))
        send(target, answer)


def _draft(job: Job) -> Draft:
    path, reading = job.file.relative, read_document(job.file)
    if not any(page.text.strip() for page in reading.pages):
        reasons = (*reading.warnings, *(failure.reason for failure in reading.failures[:1]))
        raise ReadError(f"{path}: holds no text. {' '.join(reasons)}".strip())
    return draft_of(path, job.sha256, reading, job.chunks)


if __name__ == "__main__":
    answer_requests(serve)
