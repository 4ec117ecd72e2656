"""Every error Seodang raises on purpose. A message names the file, the cause and what to do.

SeodangError
├── UsageError          a wrong command, path or setting; nothing was done
├── ReadError           one course file could not be read
│   ├── EncryptedError  it wants a password
│   ├── LimitError      it broke a limit on time, memory, pages or unpacked size
│   └── ChangedError    it is no longer the file that was indexed
├── SnapshotError       the index folder
│   ├── NoIndexError    there is no index yet
│   ├── MismatchError   the index was made by another model, format or corpus
│   ├── BusyError       another ingest is at work on it
│   └── DamagedError    its files are not what the manifest says
├── EmbeddingError      an embedding model cannot be loaded, or its weights are not the expected ones
├── RerankerError       the same of a reranking model
└── ChatModelError      a language model failed (``retryable`` says whether a second try may help)
"""

from __future__ import annotations


class SeodangError(Exception):
    """Root of the tree. ``cause`` is what happened, ``remedy`` what a person can do about it."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(f"{cause} {remedy}".strip())
        self.cause = cause
        self.remedy = remedy


class UsageError(SeodangError):
    """Wrong use: nothing was done."""


class ReadError(SeodangError):
    """One course file could not be read; the others go on."""


class EncryptedError(ReadError):
    """The file wants a password."""


class LimitError(ReadError):
    """The file broke a limit on time, memory, pages or unpacked size."""


class ChangedError(ReadError):
    """The file is no longer the one that was indexed."""


class SnapshotError(SeodangError):
    """Something is wrong with the index folder."""


class NoIndexError(SnapshotError):
    """There is no index here yet."""


class MismatchError(SnapshotError):
    """The index was made by another model, format version or corpus root."""


class BusyError(SnapshotError):
    """Another ingest holds this index."""


class DamagedError(SnapshotError):
    """A file of the snapshot is missing or not what its manifest says."""


class EmbeddingError(SeodangError):
    """An embedding model cannot be loaded, or its weights are not the expected ones."""


class RerankerError(SeodangError):
    """A reranking model cannot be loaded."""


class ChatModelError(SeodangError):
    """A language model failed."""

    def __init__(self, cause: str, remedy: str = "", *, retryable: bool = False) -> None:
        super().__init__(cause, remedy)
        self.retryable = retryable
