"""Office files -> PDF by LibreOffice where it is installed, so that their pages can be shown as they look.

The file is hostile: LibreOffice works on a copy under a name of ours, in a profile made for this one conversion (no
macros, no links that update), without a network where the kernel can take it away, with limits on time and memory, and
is ended with all its children. What it makes is kept by the document's hash; that it failed is kept, too.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from ingest.child_process import WorkerLimits
from ingest.page_cache import PageCache
from ingest.settings import bare_environment

_LAUNCHER = str(Path(__file__).with_name("office_launcher.py"))
OFFICE = (".pptx", ".docx", ".hwp", ".hwpx")
LIMITS = WorkerLimits(seconds=90.0, memory_mb=4096)  # a deck of 20 slides takes 2 s and 0.3 GB
_FILTERS = {  # hidden slides are pages, too: slide n must be page n
    ".pptx": 'pdf:impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"}}',
}
_ITEM = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
    "</item>"
)
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),  # never
    ("Calc/Content/Update", "Link", "2"),  # never
    ("Common/Misc", "FirstRun", "false"),
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    + "</oor:items>"
)


class OfficeConverter:
    """Converts one file at a time, in the background. ``soffice``: the command's name or path; what is not there or ""
    means that there is none."""

    def __init__(self, soffice: str, cache: PageCache, limits: WorkerLimits = LIMITS) -> None:
        self._command = shutil.which(soffice) if soffice else None
        self._cache, self._limits = cache, limits
        self._worker = ThreadPoolExecutor(1, "office")
        self._turn = threading.Lock()
        self._running: dict[str, Future[None]] = {}
        self._child: subprocess.Popen[bytes] | None = None

    def takes(self, path: str) -> bool:
        return self._command is not None and path.lower().endswith(OFFICE)

    def start(self, file: Path, sha256: str) -> Future[None]:
        """Begin, or find the beginning of, a conversion; done at once when it was done before."""
        with self._turn:
            running = self._running.get(sha256)
            if running is None or (running.done() and self._kept(sha256) is None):
                running = self._running[sha256] = (
                    _nothing() if self._kept(sha256) else self._worker.submit(self._convert, file, sha256)
                )
            return running

    def pdf(self, sha256: str) -> Path | None:
        """What a finished conversion made; None when it failed."""
        kept = self._kept(sha256)
        return kept if kept is not None and kept.stat().st_size else None

    def close(self) -> None:
        """End what is running."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        if self._child is not None:
            _end(self._child)
        self._worker.shutdown(wait=True)

    def _kept(self, sha256: str) -> Path | None:
        return self._cache.path(f"{sha256}.pdf")

    def _convert(self, file: Path, sha256: str) -> None:
        with tempfile.TemporaryDirectory(prefix="seodang-office-", ignore_cleanup_errors=True) as folder:
            made = self._run(file, sha256, Path(folder))
        self._cache.put(f"{sha256}.pdf", made)  # empty: it cannot be converted, and need not be tried again

    def _run(self, file: Path, sha256: str, folder: Path) -> bytes:
        assert self._command is not None
        try:
            data = file.read_bytes()
        except OSError:
            return b""
        if hashlib.sha256(data).hexdigest() != sha256:
            return b""
        suffix = file.suffix.lower()
        copy, profile = folder / f"document{suffix}", folder / "profile"
        copy.write_bytes(data)
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        limits = (str(self._limits.memory_mb), str(max(1, int(self._limits.seconds))))
        command = [sys.executable, "-I", _LAUNCHER, *limits, self._command]
        command += [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
        command += ["--convert-to", _FILTERS.get(suffix, "pdf"), "--outdir", str(folder), str(copy)]
        home = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
        self._child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=bare_environment() | home, start_new_session=True,
        )  # fmt: skip
        try:
            self._child.wait(self._limits.seconds)
        except subprocess.TimeoutExpired:
            return b""
        finally:
            _end(self._child)
            self._child = None
        made = folder / "document.pdf"
        return made.read_bytes() if made.is_file() else b""


def _end(child: subprocess.Popen[bytes]) -> None:
    """The process and all its children."""
    with suppress(OSError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _nothing() -> Future[None]:
    done: Future[None] = Future()
    done.set_result(None)
    return done
