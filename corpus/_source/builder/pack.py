"""Zip packages (pptx, xlsx, hwpx) with the same bytes every time."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

STAMP = (2026, 3, 1, 9, 0, 0)
ISO = b"2026-03-01T09:00:00Z"


def write(path: Path, members: list[tuple[str, bytes]], stored: frozenset[str] = frozenset()) -> None:
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members:
            info = zipfile.ZipInfo(name, STAMP)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(info, data)


def normalise(path: Path) -> None:
    """Rewrite a package made by a library: fixed member times and fixed dates in its core properties."""
    with zipfile.ZipFile(path) as package:
        members = [(name, package.read(name)) for name in package.namelist()]
    dates = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
    members = [(n, dates.sub(rb"\g<1>" + ISO, d) if n == "docProps/core.xml" else d) for n, d in members]
    write(path, members)
