"""ZIP containers (pptx, docx, xlsx, hwpx, epub) opened with care: files are hostile.

Members are read into memory by name and never unpacked to disk, so no name in an archive reaches a path.
What a member unpacks to is limited as it is read, whatever its header says.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from ingest.errors import EncryptedError, LimitError, ReadError
from ingest.readers import SourceFile

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 128 << 20  # unpacked; an XML tree of it takes some six times as much
MAX_TOTAL_BYTES = 1 << 30  # unpacked, by the archive's own account
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an encrypted office file, or one from before 2007

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    ValueError,
)


@contextmanager
def opened(file: SourceFile) -> Iterator[zipfile.ZipFile]:
    """The archive, its size checked.

    Raises:
        EncryptedError: it is an encrypted office file.
        LimitError: it holds or unpacks to too much.
        ReadError: it is no archive, or damaged.
    """
    try:
        with file.path.open("rb") as stream:
            start = stream.read(8)
        if not start:
            raise ReadError(f"{file.relative}: the file is empty (0 bytes).", "Copy it again.")
        if start == OLE_MAGIC:
            raise EncryptedError(
                f"{file.relative}: wants a password, or is in the format from before 2007.",
                "Save it without a password in the current format.",
            )
        archive = zipfile.ZipFile(file.path)
    except DAMAGED as error:
        raise ReadError(f"{file.relative}: not a readable file of its kind.", "Open it and save it anew.") from error
    with archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
            raise LimitError(
                f"{file.relative}: unpacks to more than {MAX_TOTAL_BYTES >> 20} MB or {MAX_MEMBERS} parts.",
                "Split it, or take out large media.",
            )
        yield archive


def member(archive: zipfile.ZipFile, name: str, file: SourceFile) -> bytes:
    """One member's bytes.

    Raises:
        EncryptedError: the member is encrypted.
        LimitError: it unpacks to more than ``MAX_MEMBER_BYTES``.
        ReadError: it is missing or damaged.
    """
    try:
        info = archive.getinfo(name)
        if info.flag_bits & 0x1:
            raise EncryptedError(f"{file.relative}: wants a password.", "Save a copy without one.")
        with archive.open(info) as stream:
            data = stream.read(MAX_MEMBER_BYTES + 1)
    except DAMAGED as error:
        raise ReadError(f"{file.relative}: its part {name} is missing or damaged.", "Save it anew.") from error
    if len(data) > MAX_MEMBER_BYTES:
        raise LimitError(f"{file.relative}: {name} unpacks to more than {MAX_MEMBER_BYTES >> 20} MB.", "Split it.")
    return data


def xml_tree(data: bytes, name: str, file: SourceFile) -> etree._Element:
    """XML without entities, DTDs or network; what is damaged is mended as far as it goes.

    Raises:
        ReadError: no element can be made out.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{file.relative}: {name} is not XML.", "Save it anew.") from error
    if root is None:
        raise ReadError(f"{file.relative}: {name} is not XML.", "Save it anew.")
    return root
