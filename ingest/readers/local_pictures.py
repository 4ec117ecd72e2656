"""Pictures that a Markdown file shows and that lie in the corpus: where they are, and the text in them.

Nothing outside the corpus is opened, whatever a file or a link in it says. Which pictures a document was made from is
kept (``Reading.pictures``): when one changes, comes or goes, the document is read again.
"""

from __future__ import annotations

import hashlib
import posixpath
import unicodedata
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from ingest.readers import SourceFile
from ingest.readers.pictures import Pictures

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MAX_BYTES = 20 << 20
MAX_PICTURES = 200  # of one document


class LocalPictures:
    """The pictures of one document. ``used``: path in the corpus -> sha256, empty where there is no such picture."""

    def __init__(self, file: SourceFile) -> None:
        self._folder = PurePosixPath(file.relative).parent
        self._root = file.path.parents[len(PurePosixPath(file.relative).parts) - 1]
        self.used: dict[str, str] = {}

    def text(self, pictures: Pictures, target: str) -> str:
        """The text in the picture that a mark points to; empty for one on the web, outside the corpus or missing."""
        path = self._path(target)
        if path is None:
            return ""
        if path in self.used or len(self.used) >= MAX_PICTURES:
            return pictures.known_text(self.used.get(path, ""))
        found = picture_at(self._root, path)
        try:
            data = found.read_bytes() if found else b""
        except OSError:
            data = b""
        self.used[path] = hashlib.sha256(data).hexdigest() if data else ""
        return pictures.text(data) if data else ""

    def _path(self, target: str) -> str | None:
        """Relative to the corpus; a leading slash means its root."""
        plain = unquote(target.strip().strip("<>").partition("#")[0].partition("?")[0])
        if ":" in plain or "\\" in plain or "\0" in plain or plain.startswith("//"):
            return None
        joined = posixpath.normpath(posixpath.join("/", str(self._folder), plain)).lstrip("/")
        climbs = posixpath.normpath(posixpath.join(str(self._folder), plain)).startswith("..")
        if climbs or not joined.lower().endswith(SUFFIXES):
            return None
        return unicodedata.normalize("NFC", joined)


def picture_at(root: Path, path: str) -> Path | None:
    """The file that a path in the corpus leads to, links followed; None where it leads out of the corpus, to nothing or
    to something too large."""
    for form in ("NFC", "NFD"):
        try:
            found = root.joinpath(unicodedata.normalize(form, path)).resolve(strict=True)
            if found.is_file() and found.is_relative_to(root.resolve()) and found.stat().st_size <= MAX_BYTES:
                return found
        except (OSError, RuntimeError, ValueError):  # missing, a loop of links, a name that no file can have
            continue
    return None
