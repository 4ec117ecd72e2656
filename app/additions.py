"""``seodang add``: files and arXiv papers into the corpus, under harmless names, never over another file.

arXiv is the one place on the network that is asked, by hosts on a list; a redirect elsewhere is not followed.
"""

from __future__ import annotations

import os
import re
import tempfile
import urllib.error
import urllib.request
from collections.abc import Collection
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from app.uploads import MAX_FILE_BYTES, Refusal, Upload, refusal_of, safe_name
from ingest.errors import UsageError

ARXIV = "https://arxiv.org"
HOSTS = frozenset(["arxiv.org", "www.arxiv.org", "export.arxiv.org"])
_SECONDS = 60.0
_ID = r"(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)"
_PAPER = re.compile(rf"arxiv:{_ID}", re.I)
_PATH = re.compile(rf"/(?:abs|pdf)/{_ID}(?:\.pdf)?")
_WHY = {
    Refusal.EMPTY: "it is empty",
    Refusal.TOO_LARGE: f"it is larger than {MAX_FILE_BYTES >> 20} MB",
    Refusal.NO_READER: "no reader for its kind",
    Refusal.NOT_ITS_KIND: "its content is not what its name says",
}


def add(source: str, corpus: Path, *, arxiv: str = ARXIV, hosts: Collection[str] = HOSTS) -> str:
    """Put one file or paper into the corpus; the path it has there. What is there already stays as it is.

    Raises:
        UsageError: there is nothing to add, or it is refused, with the reason.
    """
    paper = _paper_of(source, hosts)
    if paper is not None:
        name = f"arxiv-{paper.replace('/', '-')}.pdf"
        return _put(Upload(name, _download(f"{arxiv}/pdf/{paper}", hosts)), corpus, source)
    file = Path(source)
    if file.is_file() and file.resolve().is_relative_to(corpus.resolve()):
        return file.resolve().relative_to(corpus.resolve()).as_posix()
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise UsageError(f"{source}: {_WHY[Refusal.TOO_LARGE]}.", "Split it, or copy it into the folder yourself.")
        return _put(Upload(file.name, file.read_bytes()), corpus, source)
    except OSError as error:
        raise UsageError(f"{source}: {error.strerror}.", "Give a file, arxiv:ID or an arxiv.org address.") from error


def _paper_of(source: str, hosts: Collection[str]) -> str | None:
    """The identifier, where the source is a paper.

    Raises:
        UsageError: an address of another place, or none of a paper.
    """
    found = _PAPER.fullmatch(source)
    if found is None and re.match(r"(?:arxiv:|\w+://)", source, re.I):
        address = urlsplit(source)
        if address.scheme == "https" and address.hostname in hosts:
            found = _PATH.fullmatch(address.path)
        if found is None:
            remedy = "Give arxiv:2106.09685 or https://arxiv.org/abs/2106.09685; download other files yourself."
            raise UsageError(f"{source}: only papers of arXiv are fetched.", remedy)
    return found["id"] if found else None


class _ListedHosts(urllib.request.HTTPRedirectHandler):
    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = hosts

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).hostname not in self._hosts or urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            raise UsageError(f"{req.full_url}: leads to {newurl}, which is not on the list of hosts.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _download(address: str, hosts: Collection[str]) -> bytes:
    opener = urllib.request.build_opener(_ListedHosts(hosts))
    request = urllib.request.Request(address, headers={"User-Agent": "seodang"})  # noqa: S310 (https, listed hosts)
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            data: bytes = answer.read(MAX_FILE_BYTES + 1)
    except (OSError, HTTPException) as error:  # URLError and timeouts are OSErrors
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise UsageError(f"{address}: {reason}.", "Check the identifier and the network; nothing was added.") from error
    return data


def _put(upload: Upload, corpus: Path, source: str) -> str:
    refusal = refusal_of(upload)
    if refusal is not None:
        raise UsageError(f"{source}: {_WHY[refusal]}.", "It was not added.")
    name = safe_name(upload.name)
    with tempfile.TemporaryDirectory(dir=corpus, prefix=".adding-") as folder:
        complete = Path(folder) / "file"
        complete.write_bytes(upload.data)
        complete.chmod(0o644)
        for number in range(1, 1_000):
            target = corpus / (name if number == 1 else f"{Path(name).stem} ({number}){Path(name).suffix}")
            try:
                os.link(complete, target)  # unlike a rename it never replaces
            except FileExistsError:
                if target.is_file() and target.read_bytes() == upload.data:
                    return target.name
                continue
            return target.name
    raise UsageError(f"{source}: too many files of the name {name}.", "Rename it.")
