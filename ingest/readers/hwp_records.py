"""The HWP 5 container: OLE streams, compression, records.

Follows the format description that Hancom publishes (HWP Document File Formats 5.0, revision 1.3).
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import dataclass, field

import olefile

from ingest.errors import EncryptedError, LimitError, ReadError
from ingest.readers import SourceFile

MAX_STREAM_BYTES = 128 << 20  # unpacked
MAX_SECTIONS = 1_000
SIGNATURE = b"HWP Document File"
COMPRESSED, PASSWORD, DISTRIBUTION = 1, 2, 4  # bits of the file header's properties
SECTION = re.compile(r"Section(\d+)")


@dataclass(slots=True)
class Record:
    """``tag`` as in the format description; children are the records one level deeper that follow."""

    tag: int
    data: bytes
    children: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HwpStreams:
    """The unpacked streams that hold text."""

    information: bytes
    sections: list[bytes]


def read_streams(file: SourceFile) -> HwpStreams:
    """The document information and the body sections.

    Raises:
        EncryptedError: the document wants a password or is a protected distribution copy.
        LimitError: a stream unpacks to too much.
        ReadError: no HWP 5 document.
    """
    data = file.read_bytes()
    if data.startswith(SIGNATURE):
        raise ReadError(f"{file.relative}: HWP 3 or older.", "Save it as HWPX in a current Hangul.")
    if not olefile.isOleFile(io.BytesIO(data)):  # short bytes would be taken for a file name
        raise ReadError(f"{file.relative}: not an HWP document.", "Open it in Hangul and save it as HWPX.")
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _streams(ole, file)
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise ReadError(f"{file.relative}: a damaged HWP document.", "Open it in Hangul and save it.") from error


def _streams(ole: olefile.OleFileIO, file: SourceFile) -> HwpStreams:
    if not ole.exists("FileHeader"):
        raise ReadError(f"{file.relative}: an OLE file, but no HWP document.", "Give it its true suffix.")
    header = ole.openstream("FileHeader").read(64)
    if len(header) < 40 or not header.startswith(SIGNATURE):
        raise ReadError(f"{file.relative}: an OLE file, but no HWP document.", "Give it its true suffix.")
    properties = struct.unpack_from("<I", header, 36)[0]
    if properties & PASSWORD:
        raise EncryptedError(f"{file.relative}: wants a password.", "Save a copy without one.")
    if properties & DISTRIBUTION:
        raise EncryptedError(f"{file.relative}: a distribution copy, locked by its author.", "Ask for the original.")
    packed = bool(properties & COMPRESSED)
    names = sorted(
        (int(match[1]), "/".join(entry))
        for entry in ole.listdir()
        if len(entry) == 2 and entry[0] == "BodyText" and (match := SECTION.fullmatch(entry[1]))
    )
    if not names:
        raise ReadError(f"{file.relative}: holds no text body.", "Open it in Hangul and save it anew.")
    return HwpStreams(
        _unpacked(ole.openstream("DocInfo").read(), packed, file) if ole.exists("DocInfo") else b"",
        [_unpacked(ole.openstream(name).read(), packed, file) for _, name in names[:MAX_SECTIONS]],
    )


def _unpacked(data: bytes, packed: bool, file: SourceFile) -> bytes:
    if not packed:
        return data
    unpacker = zlib.decompressobj(-15)
    try:
        plain = unpacker.decompress(data, MAX_STREAM_BYTES)
    except zlib.error as error:
        raise ReadError(f"{file.relative}: its text is damaged.", "Open it in Hangul and save it anew.") from error
    if unpacker.unconsumed_tail:
        raise LimitError(f"{file.relative}: unpacks to more than {MAX_STREAM_BYTES >> 20} MB.", "Split it.")
    return plain


def read_records(data: bytes) -> list[Record]:
    """The records of a stream as a forest; a stream that breaks off gives what stands before the break."""
    roots: list[Record] = []
    path: list[tuple[int, Record]] = []
    at = 0
    while at + 4 <= len(data):
        header = struct.unpack_from("<I", data, at)[0]
        tag, level, size = header & 0x3FF, header >> 10 & 0x3FF, header >> 20
        at += 4
        if size == 0xFFF:
            if at + 4 > len(data):
                break
            size = struct.unpack_from("<I", data, at)[0]
            at += 4
        record = Record(tag, data[at : at + size])
        at += size
        while path and path[-1][0] >= level:
            path.pop()
        (path[-1][1].children if path else roots).append(record)
        path.append((level, record))
    return roots
