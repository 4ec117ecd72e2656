"""``ingest --watch``: a saved file is searchable within five seconds, one report a line, readers go on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from ingest.index import STORE
from ingest.snapshots import IndexFolder
from ingest.store import Store


def test_a_saved_file_is_searchable_within_five_seconds(corpus: Path, tmp_path: Path) -> None:
    index = corpus / ".seodang" / "index"  # inside the corpus: its own writes must wake nobody
    command = [sys.executable, "-m", "app.cli", "ingest", str(corpus), "--index", str(index), "--watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watcher:
        try:
            assert watcher.stdout is not None
            first = json.loads(watcher.stdout.readline())
            assert first["added"] == ["schedule.md", "week3/notes.md"]
            reader = IndexFolder(index).require()
            saved = time.monotonic()
            (corpus / "새 글.md").write_text("# 양자화\n\n가중치를 8비트로 줄인다.\n", "utf-8")
            second = json.loads(watcher.stdout.readline())
            assert time.monotonic() - saved < 5
            assert second["added"] == ["새 글.md"]
            assert second["snapshot"] == first["snapshot"] + 1
            store = Store.open(reader.folder / STORE)  # the snapshot a reader had opened is still there
            assert len(store.documents()) == 2
            store.close()
            (corpus / "schedule.md").unlink()
            third = json.loads(watcher.stdout.readline())
            assert third["removed"] == ["schedule.md"]
            watcher.send_signal(signal.SIGINT)
            rest, errors = watcher.communicate(timeout=30)
            assert rest == ""
            assert "Traceback" not in errors
            assert watcher.returncode == 0
        finally:
            watcher.kill()  # whatever failed: never wait for it for ever
