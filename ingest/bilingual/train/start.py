"""Start rows: the teacher's vector of each English piece; for each Hangul piece the association-weighted mean
of the English rows it occurs with across the pairs (one sparse matrix product)."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer

from ingest.bilingual.train.teacher import TEACHER
from ingest.bilingual.train.vocabulary import HANGUL_WORD
from ingest.model_files import find_model


def teacher_rows(pieces: Sequence[str]) -> NDArray[np.float32]:
    """(n, 384): the teacher's mean-pooled unit vector of each piece alone; pieces it lacks are read as text."""
    folder = find_model(TEACHER)
    vocabulary = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    start, end = vocabulary["[CLS]"], vocabulary["[SEP]"]
    ids = []
    for piece in pieces:
        inner = [vocabulary[piece]] if piece in vocabulary else tokenizer(piece, add_special_tokens=False)["input_ids"]
        ids.append([start, *inner[:12], end])
    rows = np.zeros((len(pieces), 384), np.float32)
    order = np.argsort([len(i) for i in ids], kind="stable")
    with torch.inference_mode():
        for begin in range(0, len(order), 512):
            part = order[begin : begin + 512]
            width = max(len(ids[i]) for i in part)
            feed = torch.zeros((len(part), width), dtype=torch.long)
            mask = torch.zeros((len(part), width), dtype=torch.long)
            for row, i in enumerate(part):
                feed[row, : len(ids[i])] = torch.tensor(ids[i])
                mask[row, : len(ids[i])] = 1
            hidden = model(input_ids=feed, attention_mask=mask).last_hidden_state
            pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            rows[part] = torch.nn.functional.normalize(pooled).numpy()
    return rows


def incidence(tokenizer: Tokenizer, texts: Sequence[str], size: int) -> sparse.csr_matrix:
    """(texts, pieces) 0/1 matrix of which piece occurs in which text."""
    indices: list[NDArray[np.int32]] = []
    lengths = [0]
    for begin in range(0, len(texts), 4096):
        for encoding in tokenizer.encode_batch_fast(list(texts[begin : begin + 4096]), add_special_tokens=False):
            unique = np.unique(np.asarray(encoding.ids, np.int32))
            indices.append(unique)
            lengths.append(len(unique))
    flat = np.concatenate(indices)
    return sparse.csr_matrix((np.ones(len(flat), np.float32), flat, np.cumsum(lengths)), (len(texts), size))


def is_hangul(piece: str) -> bool:
    return HANGUL_WORD.fullmatch(piece.removeprefix("##")) is not None


def start_rows(
    tokenizer: Tokenizer,
    pieces: Sequence[str],
    english: Sequence[str],
    korean: Sequence[str],
    *,
    keep: int = 12,
    weight_floor: float = 1e-3,
) -> NDArray[np.float32]:
    """(pieces, 384) rows, frequency-weighted as in SIF (Arora et al. 2017): a / (a + p) with a = `weight_floor`."""
    size = len(pieces)
    hangul = np.array([is_hangul(piece) for piece in pieces])
    rows = np.zeros((size, 384), np.float32)
    rows[~hangul] = teacher_rows([piece for piece in pieces if not is_hangul(piece)])
    # The teacher's piece vectors share a large common direction; it says nothing about meaning.
    rows[~hangul] -= rows[~hangul].mean(0)
    left, right = incidence(tokenizer, english, size), incidence(tokenizer, korean, size)
    count_left, count_right = np.asarray(left.sum(0)).ravel(), np.asarray(right.sum(0)).ravel()
    joint = (right.T @ left).tocsr()
    for piece in np.flatnonzero(hangul & (count_right > 0)):
        begin, end = joint.indptr[piece], joint.indptr[piece + 1]
        other, together = joint.indices[begin:end], joint.data[begin:end]
        lift = np.log(together * len(english) / (count_right[piece] * count_left[other]))
        score = np.maximum(lift, 0) * together / (together + 2) * np.sqrt(together / count_right[piece])
        score[hangul[other]] = 0
        best = np.argsort(score)[-keep:]
        weights = score[best] ** 2
        if weights.sum() > 0:
            rows[piece] = weights @ rows[other[best]] / weights.sum()
    rows = _fall_back(rows, pieces, count_right, hangul)
    total = count_left + count_right
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(norm > 0, norm, 1)
    probability = total / max(total.sum(), 1)
    weighted: NDArray[np.float32] = rows * (weight_floor / (weight_floor + probability))[:, None].astype(np.float32)
    return weighted


def _fall_back(
    rows: NDArray[np.float32],
    pieces: Sequence[str],
    counts: NDArray[np.float32],
    hangul: NDArray[np.bool_],
    strength: float = 3.0,
) -> NDArray[np.float32]:
    """Draws a rare Hangul piece towards its twin in the other position (`처리`, `##처리`) by their counts."""
    place = {piece: i for i, piece in enumerate(pieces)}
    mixed = rows.copy()
    for i in np.flatnonzero(hangul):
        piece = pieces[int(i)]
        twin = place.get(piece[2:] if piece.startswith("##") else "##" + piece)
        if twin is not None and counts[twin] > 0:
            trust = counts[twin] / (counts[twin] + strength) * strength
            mixed[i] = (counts[i] * rows[i] + trust * rows[twin]) / (counts[i] + trust)
    return mixed
