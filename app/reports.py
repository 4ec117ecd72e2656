"""Evaluation for the browser: the ``seodang eval`` commands in a child process, their JSON as small dataclasses.

The child keeps the layers apart (this package knows nothing of ``eval`` but its commands), and a run neither slows the
answers of this process by its lock nor ends them when it crashes.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from app.places import runs_folder, user_folder
from ingest.errors import SeodangError

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
Period = Literal["day", "week"]
Decision = Literal["open", "accepted", "rejected"]
_WRONG = 2  # exit status: nothing was done
_COUNTED = re.compile(r"\b(\d+) of (\d+)\b")
_STOPPED = SeodangError("The evaluation was stopped.", "What it had finished is kept; start it again to go on.")


@dataclass(frozen=True, slots=True)
class Share:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A complete run. ``judge``: the model that judged its answers."""

    folder: str
    name: str
    finished: str
    cases: int
    synthetic: int
    headlines: dict[str, Share]
    judge: str | None


@dataclass(frozen=True, slots=True)
class Delta:
    """New minus base, with its interval and the chance of such a difference if nothing had changed."""

    mean: float
    low: float
    high: float
    count: int
    p: float


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of two runs."""

    metric: str
    base: float
    new: float
    difference: Delta
    significant: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same cases."""

    cases: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a proposed question's answer stands. ``quote`` None: anywhere there."""

    file: str
    quote: str | None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed question; without evidence its answer is not in the materials."""

    id: str
    question: str
    kind: str
    answers: tuple[str, ...]
    gold: tuple[Evidence, ...]
    state: Decision = "open"


@dataclass(frozen=True, slots=True)
class Edit:
    """A proposal in other words."""

    id: str
    question: str
    answers: tuple[str, ...]


class Evaluation:
    """The evaluation of one index."""

    def __init__(self, index: Path) -> None:
        self.index = index

    def changed(self) -> tuple[tuple[str, int], ...]:
        """Differs whenever what the other methods return may differ: files and their times."""
        folder, runs = user_folder(self.index), runs_folder(self.index)
        names = ("proposals.jsonl", "cases.jsonl", "feedback.jsonl", "conversations.sqlite")
        files = [*(folder / name for name in names), *runs.glob("*/manifest.json"), *runs.glob("*/judge.json")]
        return tuple((str(file), file.stat().st_mtime_ns) for file in sorted(files) if file.is_file())

    def runs(self) -> list[RunInfo]:
        """The newest first."""
        return self._read(list[RunInfo], "list", *self._of_index())

    def report(self, run: str, earlier: str | None) -> str:
        """A run's report as one HTML page, beside the run; with what changed since an ``earlier`` run over the same
        questions."""
        if earlier is None:
            _child("report", run)
            return (Path(run) / "report.html").read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "report.html"
            _child("report", run, "--compare", earlier, "--out", str(out))
            return out.read_text("utf-8")

    def compare(self, base: str, new: str) -> Comparison:
        return self._read(Comparison, "compare", base, new, "--json")

    def use(self, by: Period) -> str:
        """Real use over time as one HTML page; nothing is kept of it."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "use.html"
            _child("monitor", "--index", str(self.index), "--by", by, "--out", str(out))
            return out.read_text("utf-8")

    def proposals(self) -> list[Proposal]:
        """All proposed questions, also those decided."""
        return self._read(list[Proposal], "review", *self._of_index())

    def review(self, accept: Collection[str], reject: Collection[str], edits: Sequence[Edit]) -> list[Proposal]:
        """Reword, accept and reject; all proposals as they are then."""
        arguments = [*self._of_index(), "--edit", "-"]
        arguments += ["--accept", *accept] if accept else []
        arguments += ["--reject", *reject] if reject else []
        given = b"\n".join(msgspec.json.encode(edit) for edit in edits)
        return self._read(list[Proposal], "review", *arguments, given=given)

    def _of_index(self) -> tuple[str, ...]:
        return "--index", str(self.index), "--json"

    def _read(self, kind: type[T], *arguments: str, given: bytes = b"") -> T:
        return _decoded(_child(*arguments, given=given), kind)


@dataclass(frozen=True, slots=True)
class JobState:
    """``said`` is the child's last line of progress; ``done`` of ``total`` are questions, where it counts them."""

    command: str = ""
    running: bool = False
    said: str = ""
    done: int = 0
    total: int = 0
    error: SeodangError | None = None
    result: Any = None  # the command's JSON


class EvaluationJob:
    """A long command (run, make, judge) that goes on while the page is used: one at a time for an index."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False  # by us: what a terminated process exits with differs between systems
        self.state = JobState()

    def start(self, command: str, *arguments: str) -> bool:
        """Begin; False when one is at work already."""
        with self._lock:
            if self.state.running:
                return False
            self._stopped, self.state = False, JobState(command, running=True)
        threading.Thread(target=self._work, args=(command, *arguments), name="evaluation", daemon=True).start()
        return True

    def stop(self) -> None:
        """End it. A run that is started again goes on after its last question."""
        if self._process is not None:
            self._stopped = True
            self._process.terminate()

    def _work(self, command: str, *arguments: str) -> None:
        try:
            written = _child(command, *arguments, progress=self._note, started=self._hold)
            state = JobState(command, result=_decoded(written, object))
        except SeodangError as error:
            state = JobState(command, error=_STOPPED if self._stopped else error)
        except Exception as error:  # noqa: BLE001 (a thread has nobody to raise to: the page shows it)
            _LOG.exception("The evaluation failed.")
            state = JobState(command, error=SeodangError(f"{type(error).__name__}: {error}."))
        self._process = None
        self.state = state

    def _hold(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def _note(self, line: str) -> None:
        counted = _COUNTED.search(line)
        done, total = map(int, counted.groups()) if counted else (self.state.done, self.state.total)
        self.state = JobState(self.state.command, running=True, said=line, done=done, total=total)


def _child(
    *arguments: str,
    given: bytes = b"",
    progress: Callable[[str], None] = lambda _: None,
    started: Callable[[subprocess.Popen[bytes]], None] = lambda _: None,
) -> bytes:
    """What ``seodang eval ...`` writes; each line of its standard error goes to ``progress``.

    Raises:
        SeodangError: it did nothing or crashed, with its own last words.
    """
    command = [sys.executable, "-m", "app.cli", "eval", *arguments]
    with tempfile.TemporaryFile() as written, tempfile.TemporaryFile() as typed:
        typed.write(given)  # files, so that no pipe fills up while another is read
        typed.seek(0)
        process = subprocess.Popen(command, stdin=typed, stdout=written, stderr=subprocess.PIPE)
        started(process)
        assert process.stderr is not None
        last = ""
        with process.stderr:
            for line in process.stderr:
                last = line.decode("utf-8", errors="replace").strip() or last
                progress(last)
        status = process.wait()
        written.seek(0)
        result = written.read()
        if status == _WRONG:
            raise SeodangError(last.removeprefix("seodang: "))
        if status and not result:  # one that only met some failures has written its result
            cause = f"seodang eval {arguments[0]} ended with status {status}: {last.removesuffix('.')}."
            raise SeodangError(cause, "Run it in a terminal to see more.")
        return result


def _decoded(written: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(written, type=kind)
    except msgspec.DecodeError as error:
        raise SeodangError(f"The evaluation's result cannot be read: {error}.", "Run it again.") from error
