"""The built-in bilingual embedding: equal to sentence-transformers, deterministic, and refuses changed weights."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ingest.bilingual.manifest import WEIGHTS, WeightsError
from ingest.bilingual.model import StaticEmbedding

TEXTS = [
    "트랜스포머는 자연어처리 모델입니다.",
    "The transformer is a model for natural language processing.",
    "학습률(learning rate)을 너무 크게 잡으면 발산한다",
    "```py\nfrom datasets import load_dataset\n```",
    "가각 뷁 쀍 123.45 v2.0",
    "",
    "긴 글 " * 900,
]


@pytest.fixture(scope="module")
def model() -> StaticEmbedding:
    return StaticEmbedding.load()


def test_equals_sentence_transformers(model: StaticEmbedding, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from ingest.bilingual.train.export import export

    export(tmp_path / "exported")
    theirs = SentenceTransformer(str(tmp_path / "exported"), device="cpu").encode(TEXTS, convert_to_numpy=True)
    ours = model.encode(TEXTS)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_rows_are_unit_float32_and_empty_text_is_zero(model: StaticEmbedding) -> None:
    vectors = model.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), model.dimension)
    expected = [0.0 if not text else 1.0 for text in TEXTS]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), expected, atol=1e-5)
    assert model.encode([]).shape == (0, model.dimension)
    assert not model.encode([" \n"]).any()


def test_a_row_depends_on_its_text_alone(model: StaticEmbedding) -> None:
    together = model.encode(TEXTS * 400)
    for i, text in enumerate(TEXTS):
        alone = model.encode([text])[0]
        assert np.array_equal(together[i], alone)
        assert np.array_equal(together[-len(TEXTS) + i], alone)


def test_two_loads_agree(model: StaticEmbedding) -> None:
    again = StaticEmbedding.load(WEIGHTS)
    assert again.sha256 == model.sha256
    assert np.array_equal(again.encode(TEXTS), model.encode(TEXTS))


def test_decomposed_hangul_is_the_same_text(model: StaticEmbedding) -> None:
    import unicodedata

    decomposed = [unicodedata.normalize("NFD", text) for text in TEXTS]
    assert np.array_equal(model.encode(decomposed), model.encode(TEXTS))


def test_a_text_is_the_sum_of_its_words(model: StaticEmbedding) -> None:
    texts = ["학습률을 조절한다, 조절한다.", "", "The Huguenots of 1562", "\u0000"]
    words, at, begins = model.words(texts)
    sums = np.array([words[at[a:b]].sum(axis=0) for a, b in pairwise(begins)])
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    np.testing.assert_allclose(sums / np.where(lengths > 0, lengths, 1), model.encode(texts), atol=1e-6)
    assert len(set(at[begins[0] : begins[1]])) == 4  # the word that recurs is one


def test_a_translation_is_nearer_than_another_sentence(model: StaticEmbedding) -> None:
    korean, english, other = model.encode(
        [
            "역전파로 기울기를 계산한다",
            "gradients are computed with backpropagation",
            "how to install the package",
        ]
    )
    assert korean @ english > korean @ other


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_changed_weights_are_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(WeightsError, match=name):
        StaticEmbedding.load(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "manifest.json"])
def test_missing_files_are_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=name):
        StaticEmbedding.load(folder)
