"""The optional reranker: a real cross-encoder of random weights, made here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from app.answers import Passage
from app.assistant import Assistant
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.errors import RerankerError
from ingest.report import IngestReport
from ingest.snapshots import IndexFolder

QUESTION = "How does attention weigh the scores?"


def searched(folder: Path, settings: AppSettings) -> tuple[Passage, ...]:
    assistant = Assistant(IndexFolder(folder / "index"), HashingEmbedder(), Analyser(), settings)
    found = assistant.search(QUESTION, k=5).passages
    assistant.close()
    return found


def cross_encoder(folder: Path, labels: int = 1) -> Path:
    folder.mkdir()
    letters = [chr(code) for code in range(33, 127)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(pieces), "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        initializer_range=0.5, num_labels=labels, max_position_embeddings=512,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_the_best_passages_are_put_in_the_model_s_order(
    run_ingest: Callable[..., IngestReport], tmp_path: Path, corpus: Path
) -> None:
    for name in ("one", "two", "three"):
        (corpus / f"{name}.md").write_text(f"# {name}\n\nAttention weighs the scores of part {name}.", "utf-8")
    run_ingest()
    model = cross_encoder(tmp_path / "tiny")
    plain, found = (searched(tmp_path, settings) for settings in (AppSettings(), AppSettings(reranker=str(model))))
    scores = CrossEncoder(str(model), device="cpu").predict([(QUESTION, f"{p.heading}\n{p.text}") for p in plain])
    by_model = sorted(zip(scores, plain, strict=True), key=lambda pair: -float(pair[0]))
    assert [p.location for p in found] == [p.location for _, p in by_model]
    assert [p.rank for p in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda folder: str(folder / "missing"), "no such folder"),
        (lambda folder: str(cross_encoder(folder / "three", labels=3)), "3 scores"),
    ],
)
def test_a_model_that_cannot_rerank_is_refused(
    run_ingest: Callable[..., IngestReport], tmp_path: Path, make: Callable[[Path], str], cause: str
) -> None:
    run_ingest()
    with pytest.raises(RerankerError, match=cause) as failure:
        searched(tmp_path, AppSettings(reranker=make(tmp_path)))
    assert "leave the setting reranker empty" in failure.value.remedy
