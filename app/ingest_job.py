"""An ingest that runs while questions go on being answered: one at a time per server, with its progress to look at."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from app.embedders import chosen_name, named_embedder
from ingest.errors import SeodangError
from ingest.index import Index
from ingest.pipeline import Progress, ingest
from ingest.report import IngestReport
from ingest.settings import IngestSettings, load_settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobState:
    """``progress`` is None until the first file is read; a finished job has a report or an error."""

    running: bool = False
    progress: Progress | None = None
    report: IngestReport | None = None
    error: SeodangError | None = None


class IngestJob:
    """Brings one index up to date in a thread. The state can be read at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.state = JobState()

    def start(self, index: Index) -> bool:
        """Begin; False when one is at work already. ``index`` lends its corpus and its models."""
        with self._lock:
            if self.state.running:
                return False
            self.state = JobState(running=True)
        threading.Thread(target=self._run, args=(index,), name="ingest", daemon=True).start()
        return True

    def preview(self, index: Index) -> IngestReport:
        """What an ingest would do now."""
        return self._ingest(index, dry_run=True)

    def _run(self, index: Index) -> None:
        try:
            self.state = JobState(report=self._ingest(index))
        except SeodangError as error:
            self.state = JobState(error=error)
        except Exception as error:  # noqa: BLE001 (a thread has nobody to raise to: the page shows it)
            _LOG.exception("The ingest failed.")
            self.state = JobState(error=SeodangError(f"{type(error).__name__}: {error}."))

    def _ingest(self, index: Index, *, dry_run: bool = False) -> IngestReport:
        settings = load_settings(IngestSettings, "ingest", self._path)
        made_with = index.snapshot.manifest.embedder
        name = chosen_name(settings.embedder, self._path)
        embedder = index.embedder if name == made_with else named_embedder(name, self._path)
        return ingest(
            index.corpus, self._path, settings, embedder, index.analyser, dry_run=dry_run, progress=self._note
        )

    def _note(self, progress: Progress) -> None:
        if self.state.running:
            self.state = JobState(running=True, progress=progress)
