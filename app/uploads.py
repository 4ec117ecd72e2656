"""Files people bring: hostile until looked at. What they are is read from their bytes, names are made harmless."""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from ingest.index import Index
from ingest.readers import format_of
from ingest.scan import on_disk

MAX_FILES = 50  # of one upload
MAX_FILE_BYTES = 100 << 20
MAX_TOTAL_BYTES = 500 << 20
_MAX_NAME = 120  # characters
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]')
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)  # names Windows keeps for devices


class Verdict(StrEnum):
    """What would become of an uploaded file."""

    NEW = "new"
    REPLACES = "replaces"  # another content stands under this name
    KNOWN = "known"  # the same content is in the course already
    REFUSED = "refused"


class Refusal(StrEnum):
    """Why a file is not taken."""

    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NO_READER = "no_reader"
    NOT_ITS_KIND = "not_its_kind"  # the bytes are not what the suffix says


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came. ``name`` is what its sender called it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Planned:
    """``path`` is where it would go, relative to the corpus. ``known_as``: where the same content stands already."""

    upload: Upload
    path: str
    verdict: Verdict
    refusal: Refusal | None = None
    known_as: str = ""


def plan_uploads(uploads: Sequence[Upload], folder: str, index: Index) -> list[Planned]:
    """What would happen to each file; nothing is written."""
    by_hash = {document.sha256: document.path for document in index.documents()}
    taken: set[str] = set()
    total = 0
    planned = []
    for number, upload in enumerate(uploads):
        total += len(upload.data)
        path = str(PurePosixPath(safe_folder(folder)) / safe_name(upload.name))
        refusal = refusal_of(upload)
        if number >= MAX_FILES:
            refusal = Refusal.TOO_MANY
        elif total > MAX_TOTAL_BYTES:
            refusal = Refusal.TOO_LARGE
        known = by_hash.get(hashlib.sha256(upload.data).hexdigest(), "")
        if refusal:
            planned.append(Planned(upload, path, Verdict.REFUSED, refusal))
        elif known:
            planned.append(Planned(upload, path, Verdict.KNOWN, known_as=known))
        else:
            path = _free(path, taken)
            replaces = on_disk(index.corpus, path).exists()
            planned.append(Planned(upload, path, Verdict.REPLACES if replaces else Verdict.NEW))
        taken.add(path)
    return planned


def refusal_of(upload: Upload) -> Refusal | None:
    """Why the file cannot be taken, or None."""
    if not upload.data:
        return Refusal.EMPTY
    if len(upload.data) > MAX_FILE_BYTES:
        return Refusal.TOO_LARGE
    suffix = PurePosixPath(safe_name(upload.name)).suffix.lower()
    if format_of(Path(f"a{suffix}")) is None:
        return Refusal.NO_READER
    return None if _CHECKS.get(suffix, _is_text)(upload.data) else Refusal.NOT_ITS_KIND


def safe_name(name: str) -> str:
    """A file name without folders and without characters that mean something to a file system or disguise a suffix."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = " ".join(_UNSAFE.sub("", last).split()).lstrip(".~$ ").rstrip(". ")
    if not clean or _RESERVED.match(clean):
        clean = f"file-{clean}" if clean else "file"
    suffix = PurePosixPath(clean).suffix[:12]
    return clean if len(clean) <= _MAX_NAME else clean[: _MAX_NAME - len(suffix)] + suffix


def safe_folder(folder: str) -> str:
    """A folder inside the corpus: no part leads up or hides."""
    parts = [safe_name(part) for part in re.split(r"[/\\]", folder) if part.strip(". ")]
    return "/".join(parts[:4])


def _free(path: str, taken: set[str]) -> str:
    """The path, numbered when another file of the same upload has it."""
    pure, number, free = PurePosixPath(path), 2, path
    while free in taken:
        free = str(pure.with_name(f"{pure.stem} ({number}){pure.suffix}"))
        number += 1
    return free


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(beginnings)


def _zip_with(*members: str) -> Callable[[bytes], bool]:
    """An archive that has one of the members, or one in a folder of that name."""

    def check(data: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = archive.namelist()[:20_000]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
            return False
        return any(name == member or name.startswith(f"{member}/") for name in names for member in members)

    return check


def _is_notebook(data: bytes) -> bool:
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(notebook, dict) and ("cells" in notebook or "worksheets" in notebook)


def _is_text(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in data


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHECKS: dict[str, Callable[[bytes], bool]] = {
    ".pdf": lambda data: b"%PDF-" in data[:1024],
    ".ipynb": _is_notebook,
    ".hwp": _starts(_OLE),
    ".hwpx": _zip_with("Contents", "mimetype"),
    ".epub": _zip_with("META-INF"),
    ".png": _starts(b"\x89PNG\r\n\x1a\n"),
    ".jpg": _starts(b"\xff\xd8\xff"),
    ".jpeg": _starts(b"\xff\xd8\xff"),
    ".webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
    **dict.fromkeys((".docx", ".docm"), _zip_with("word")),
    **dict.fromkeys((".pptx", ".pptm"), _zip_with("ppt")),
    **dict.fromkeys((".xlsx", ".xlsm"), _zip_with("xl")),
}
