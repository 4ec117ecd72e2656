"""The built-in bilingual embedding: one learned row a word piece, a text is the unit mean of its rows.

Needs numpy, tokenizers and safetensors only; loads in well under a second. Static embeddings distilled from a
sentence encoder: Reimers & Gurevych 2020 (arXiv 2004.09813), Tulkens & van Dongen 2024 (Model2Vec).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors
from tokenizers import Tokenizer

from ingest.bilingual.manifest import WEIGHTS, WeightsError, read_manifest

BLOCK = 256
"""Texts tokenised at once; bounds memory, never changes a vector."""

WIDTH = 512
"""Rows gathered at once: 0.8 MB of float32 stays in the processor's cache, five times faster than a large block."""

MOST_KNOWN = 100_000
"""Words whose pieces are remembered: some 25 MB."""

# Words as the tokeniser cuts them, or more than one of its words: it also cuts at rarer spaces and signs.
_WORD = re.compile(r"[^ \t\n\r!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")


class StaticEmbedding:
    """Texts in Korean or English -> unit float32 vectors in one space. Safe to share by threads."""

    def __init__(self, tokenizer: Tokenizer, rows: NDArray[np.float32], sha256: str) -> None:
        self._tokenizer = tokenizer
        self._rows = rows
        self._sha256 = sha256
        self._known: dict[str, list[int]] = {}

    @classmethod
    def load(cls, folder: str | os.PathLike[str] = WEIGHTS) -> StaticEmbedding:
        """Reads `manifest.json`, `tokenizer.json` and `model.safetensors`, checked against the manifest's sha256.

        WeightsError names the file, the cause and the remedy.
        """
        base = Path(folder)
        manifest = read_manifest(base)
        contents = {name: _checked(base / name, manifest) for name in ("model.safetensors", "tokenizer.json")}
        rows = read_rows(load_tensors(contents["model.safetensors"]), base / "model.safetensors")
        tokenizer = Tokenizer.from_str(contents["tokenizer.json"].decode("utf-8"))
        if tokenizer.get_vocab_size() != len(rows):
            raise WeightsError(
                f"{base}: {tokenizer.get_vocab_size()} word pieces but {len(rows)} rows; "
                "the files are of different versions, restore the folder from the package"
            )
        return cls(tokenizer, rows, manifest["sha256"]["model.safetensors"])

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    @property
    def sha256(self) -> str:
        """Hex sha256 of `model.safetensors`: the identity of the vectors for caches and manifests."""
        return self._sha256

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) float32 unit rows in the order of `texts`.

        A text without a known word piece (empty, white space, an unknown script) gets the zero row: its score with
        everything is 0. A row depends on its text alone, not on its neighbours in the call.
        """
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for begin in range(0, len(texts), BLOCK):
            self._encode_block(texts[begin : begin + BLOCK], vectors[begin : begin + BLOCK])
        return vectors

    def pieces(self, text: str) -> NDArray[np.intp]:
        """The text's word pieces: rows of ``rows``."""
        return self._pieces([text])[0]

    def words(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.intp]]:
        """The distinct words of all texts as sums of their rows, (m, dimension); which of them the texts have, one text
        after another, (n,); and where each text begins among those, (len(texts) + 1,)."""
        split = [_WORD.findall(text) for text in texts]
        place = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(split)))}
        at = np.fromiter(map(place.__getitem__, chain.from_iterable(split)), np.intp)
        known = self._pieces_of(place)
        pieces = np.fromiter(chain.from_iterable(map(known.__getitem__, place)), np.intp)
        counts = np.fromiter((len(known[word]) for word in place), np.intp)
        vectors = np.zeros((len(place), self.dimension), np.float32)
        if pieces.size:
            vectors[counts > 0] = np.add.reduceat(self._rows[pieces], (np.cumsum(counts) - counts)[counts > 0], axis=0)
        return vectors, at, np.cumsum([0, *map(len, split)])

    def _pieces(self, texts: Sequence[str]) -> list[NDArray[np.intp]]:
        words = [_WORD.findall(text) for text in texts]
        known = self._pieces_of(chain.from_iterable(words))
        return [np.fromiter(chain.from_iterable(map(known.__getitem__, own)), np.intp) for own in words]

    def _pieces_of(self, words: Iterable[str]) -> dict[str, list[int]]:
        """Of these words and others. The tokeniser never looks beyond a word: each goes through it once."""
        known = self._known
        new = list(set(words).difference(known))
        encodings = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
        known.update((word, encoding.ids) for word, encoding in zip(new, encodings, strict=True))
        if len(known) > MOST_KNOWN:
            self._known = {}  # another thread may still read the old one
        return known

    @property
    def rows(self) -> NDArray[np.float32]:
        """(pieces, dimension). A row's length is the piece's learned weight."""
        return self._rows

    def _encode_block(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Fills the zero rows `vectors`. Sums run text by text in one order: no neighbour can change a rounding."""
        gathered = np.empty((WIDTH, self.dimension), np.float32)
        for ids, vector in zip(self._pieces(texts), vectors, strict=True):
            for begin in range(0, len(ids), WIDTH):
                part = ids[begin : begin + WIDTH]
                # mode="clip" lets numpy write straight into `out`; the tokenizer's ids are all in range.
                np.take(self._rows, part, axis=0, out=gathered[: len(part)], mode="clip")
                vector += np.add.reduce(gathered[: len(part)], axis=0)
            norm = np.sqrt(np.add.reduce(vector * vector))
            if norm > 0:
                vector /= norm


@cache
def shipped() -> StaticEmbedding:
    """The model that ships with the package, loaded once."""
    return StaticEmbedding.load()


def _checked(path: Path, manifest: dict[str, Any]) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path}: {error}; restore the weights folder from the package") from error
    found, expected = hashlib.sha256(content).hexdigest(), manifest["sha256"].get(path.name)
    if found != expected:
        raise WeightsError(
            f"{path}: sha256 is {found}, the manifest says {expected}; the file was changed or cut "
            "off, restore the weights folder from the package"
        )
    return content


def read_rows(tensors: dict[str, NDArray[Any]], path: Path) -> NDArray[np.float32]:
    """(pieces, dimension) float32 rows out of 4-bit codes, two a byte in `codes`, and one scale a row in `scales`."""
    try:
        codes, scales = tensors["codes"], tensors["scales"]
    except KeyError as error:
        raise WeightsError(f"{path}: tensor {error} is missing; restore the weights folder") from error
    if codes.dtype != np.uint8 or codes.ndim != 2 or scales.shape != (len(codes),):
        raise WeightsError(
            f"{path}: unexpected tensors {codes.dtype}{codes.shape}, {scales.dtype}{scales.shape}; "
            "restore the weights folder or update the package"
        )
    rows = np.empty((len(codes), 2 * codes.shape[1]), np.float32)
    rows[:, 0::2] = codes & 15
    rows[:, 1::2] = codes >> 4
    rows -= 8  # codes are stored with 8 added
    rows *= scales[:, None]
    return rows
