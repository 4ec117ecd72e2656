"""What a file is by its first bytes, whatever its name says: renamed downloads and exports are common."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAGIC = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"HWP Document File", ".hwp"),
)
ZIP, WEBP = b"PK\x03\x04", b"WEBP"
PARTS = (("ppt/", ".pptx"), ("word/", ".docx"), ("xl/", ".xlsx"), ("Contents/section", ".hwpx"))


def suffix_by_content(path: Path) -> str | None:
    """The suffix that the content deserves; None when the bytes do not tell, as with all kinds of text."""
    try:
        with path.open("rb") as stream:
            start = stream.read(1024)
    except OSError:
        return None
    if start.startswith(ZIP):
        return _archive_suffix(path)
    if start[:4] == b"RIFF" and start[8:12] == WEBP:
        return ".webp"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-"):
        return ".pdf"
    return next((suffix for magic, suffix in MAGIC if start.startswith(magic)), None)


def _archive_suffix(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return None
    if "META-INF/container.xml" in names and any(name.endswith(".opf") for name in names):
        return ".epub"
    return next((suffix for part, suffix in PARTS if any(name.startswith(part) for name in names)), None)
