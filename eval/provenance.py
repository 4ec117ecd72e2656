"""What made a figure: code, data, machine. A run that cannot say this is not evidence."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
import psutil

import app
import eval as evaluation  # the package; under its own name it would hide the builtin
import ingest
from eval.cases import Case, dump_case

_PACKAGES = (ingest, app, evaluation)
_LIBRARIES = (
    "faiss-cpu", "kiwipiepy", "langchain", "numpy", "sentence-transformers", "tantivy", "torch",
)  # fmt: skip


def fingerprint(value: object) -> str:
    """Twelve hex digits of the canonical JSON of ``value``."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:12]


def cases_fingerprint(cases: Iterable[Case]) -> str:
    """Of the selected cases, in order."""
    digest = hashlib.sha256()
    for case in cases:
        digest.update(dump_case(case) + b"\n")
    return digest.hexdigest()[:12]


def code_fingerprint() -> str:
    """Of every source file of the three packages: the same for the same code, committed or not."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{root.name}/{path.relative_to(root).as_posix()}\0".encode())
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def commit() -> str | None:
    """The commit the code stands at, with ``+`` when files differ from it; None outside a checkout."""
    root = Path(str(ingest.__file__)).parent.parent
    head = _git(root, "rev-parse", "HEAD")
    if head is None:
        return None
    return f"{head}+" if _git(root, "status", "--porcelain", "--untracked-files=no") else head


def machine() -> dict[str, Any]:
    """Enough to know whether two timings may be compared."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
