"""The browser interface with a clock: cold start to usable page, first answer, click to marked page; then many sessions
that ask at once while an ingest runs, beside one session that asks alone.

A real server and a real Chromium. Sessions are browser contexts with a page each, driven from one event loop.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import psutil

from app.ui.server import serve_command
from eval import product
from eval.cases import load_cases
from eval.tables import table
from ingest.errors import UsageError

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_WAIT_MS = 120_000
_BOX = "[data-testid='stChatInputTextArea']"
_DONE = "[class*='st-key-actions-{turn}'] [class*='st-key-trace-{turn}'] button"  # drawn below a finished answer
_ERRORS = "[data-testid='stAlertContentError'], [data-testid='stException']"
_ALONE = 10  # questions of the single session


@dataclass(slots=True)
class Figures:
    """Seconds; ``errors`` are what a session saw go wrong."""

    cold: list[float] = field(default_factory=list)
    first_answer: list[float] = field(default_factory=list)
    marked: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    ingests: int = 0
    processor_alone: float = 0.0  # of the server, a question
    processor_together: float = 0.0

    def table(self) -> str:
        rows = [
            [name, str(len(values)), f"{median(values):.2f}", f"{np.percentile(values, 95):.2f}", f"{max(values):.2f}"]
            for name, values in (
                ("cold start to usable page", self.cold),
                ("first question to answer", self.first_answer),
                ("click on a citation to marked page", self.marked),
                ("question to answer, one session", self.alone),
                ("question to answer, all sessions at once, ingest running", self.together),
            )
            if values
        ]
        return table(["", "n", "median s", "p95 s", "most s"], rows)


def browser(corpus: Path, cases: Path, sessions: int, rounds: int) -> tuple[str, bool]:
    """The report, and whether everything went without an error. ``rounds``: cold starts, and questions a session."""
    chromium = next((found for name in _CHROMIUM if (found := shutil.which(name))), None)
    if chromium is None:
        raise UsageError("No Chromium on this machine.", "Run: apt-get install chromium")
    questions = [case.question for case in load_cases(cases) if case.answerable]
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        course, index = Path(folder) / "course", Path(folder) / "index"
        shutil.copytree(corpus, course)
        product.bring_up_to_date(course, index, {})
        asyncio.run(_measure(chromium, course, index, questions, sessions, rounds, figures))
    load = ", ".join(f"{value:.1f}" for value in psutil.getloadavg())
    machine = f"load {load} of {psutil.cpu_count()} cores"
    head = f"{sessions} sessions, {rounds} rounds, {figures.ingests} ingests meanwhile; {machine}\n"
    errors = "".join(f"error: {error}\n" for error in figures.errors) or "No error.\n"
    server = (
        f"Processor of the server, a question: {figures.processor_alone:.2f} s alone,"
        f" {figures.processor_together:.2f} s all at once.\n"
    )
    return f"{head}\n{figures.table()}\n\n{server}{errors}", not figures.errors


async def _measure(
    chromium: str, course: Path, index: Path, questions: Sequence[str], sessions: int, rounds: int, figures: Figures
) -> None:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(rounds):
            with _Server(index) as server:
                await _start(launched, server, questions, figures)
        with _Server(index) as server:
            await _Person(launched, server.address).open()  # loads the models
            alone = _Person(launched, server.address)
            await alone.open()
            before = server.processor()
            for question in questions[:_ALONE]:
                figures.alone.append(await alone.ask(question))
            figures.processor_alone = (server.processor() - before) / max(1, len(figures.alone))
            people = [_Person(launched, server.address) for _ in range(sessions)]
            await asyncio.gather(*(person.open() for person in people))
            before = server.processor()
            with _Ingesting(course, index) as ingesting:
                waits = (_talk(person, questions, number, rounds, figures) for number, person in enumerate(people))
                await asyncio.gather(*waits)
            figures.processor_together = (server.processor() - before) / max(1, len(figures.together))
            figures.ingests = ingesting.done
            figures.errors += ingesting.errors
            figures.errors += [error for person in [alone, *people] for error in person.errors]
        await launched.close()


async def _start(launched: Browser, server: _Server, questions: Sequence[str], figures: Figures) -> None:
    """From the command to a page that takes a question, to its answer, to the page behind a first citation."""
    person = _Person(launched, server.address)
    await person.open()
    figures.cold.append(time.perf_counter() - server.started)
    figures.first_answer.append(await person.ask(questions[0]))
    chip = person.page.locator(".chip").first
    for question in questions[1:_ALONE]:
        if await chip.count():
            break
        await person.ask(question)  # the one before was refused: nothing to click
        await asyncio.sleep(0.5)
    if await chip.count():
        begin = time.perf_counter()
        await chip.click()
        await person.page.locator(".box, mark").first.wait_for()
        figures.marked.append(time.perf_counter() - begin)
    figures.errors += person.errors


async def _talk(person: _Person, questions: Sequence[str], number: int, rounds: int, figures: Figures) -> None:
    """Each session asks its own questions, one when the last is answered."""
    for turn in range(rounds):
        try:
            figures.together.append(await person.ask(questions[(7 * number + turn) % len(questions)]))
        except Exception as error:  # noqa: BLE001 (counted; the others go on)
            person.errors.append(f"session {number}: {type(error).__name__}: {str(error)[:200]}")
            return


class _Person:
    """One browser session."""

    def __init__(self, launched: Browser, address: str) -> None:
        self._launched, self._address, self._turn = launched, address, 0
        self.errors: list[str] = []
        self.page: Page

    async def open(self) -> None:
        context = await self._launched.new_context(locale="ko-KR")
        self.page = await context.new_page()
        self.page.set_default_timeout(_WAIT_MS)
        self.page.on("pageerror", lambda error: self.errors.append(f"page: {error}"))
        while True:
            try:
                await self.page.goto(self._address)
                break
            except Exception:  # noqa: BLE001 (the server is not there yet)
                await asyncio.sleep(0.05)
        await self.page.locator(f"{_BOX}:enabled").wait_for()
        await self.page.locator("[class*='st-key-example-']").first.wait_for()

    async def ask(self, question: str) -> float:
        """Seconds until the answer is drawn."""
        box = self.page.locator(_BOX)
        await box.fill(question)
        begin = time.perf_counter()
        await box.press("Enter")
        await self.page.locator(_DONE.format(turn=self._turn)).wait_for()
        spent = time.perf_counter() - begin
        self._turn += 1
        if await self.page.locator(_ERRORS).count():
            self.errors.append(f"an error instead of an answer: {question}")
        return spent


class _Server:
    """``seodang chat`` for an index; ``started`` when the command was given."""

    def __init__(self, index: Path) -> None:
        self._index = index

    def __enter__(self) -> _Server:
        with closing(socket.socket()) as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        self.address = f"http://localhost:{port}"
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            serve_command(self._index, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self

    def processor(self) -> float:
        """Seconds of processor that the server has used."""
        used = psutil.Process(self._process.pid).cpu_times()
        return float(used.user + used.system)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


class _Ingesting:
    """While it is open, files of the course change and are ingested, one ingest after the other, each a command of its
    own as a person would give it."""

    def __init__(self, course: Path, index: Path) -> None:
        self._course, self._index = course, index
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.done, self.errors = 0, list[str]()

    def __enter__(self) -> _Ingesting:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            note = f"# 새 노트 {self.done}\n\n{self.done}번째로 더한 노트는 학습률 예열을 다룬다.\n"
            (self._course / f"added-{self.done}.md").write_text(note, "utf-8")
            command = [sys.executable, "-m", "app.cli", "ingest", str(self._course), "--index", str(self._index)]
            ended = subprocess.run(command, capture_output=True, check=False)
            if ended.returncode > 1:
                self.errors.append(f"ingest: {ended.stderr.decode(errors='replace')[-200:]}")
                return
            self.done += 1
