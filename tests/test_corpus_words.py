"""Terms that a corpus explains itself, and slips of the keyboard: found by search over a real index."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder

from app.assistant import Assistant
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.index import Index
from ingest.report import IngestReport
from ingest.snapshots import IndexFolder

GLOSSES = """# 용어

이번 장에서는 순환 신경망(RNN)과 역전파(backpropagation)를 다룬다. 논문(TBD)과 발표(Zorbnet)는 나중에.
We use Low-Rank Adaptation (LoRA) here. 발표자: AI(정훈), LLM(태호). 베이지안 개인화 순위 (BPR)도 나온다.
합성곱 신경망(Convolutional Neural Network, CNN)은 그림에 쓴다. 각 값을 지정된 장치(GPU)로 옮긴다.

## 가중치 감쇠 Weight decay

가중치를 작게 한다.
"""
PAGES = {
    "bpr.md": "# One\n\nBPR ranks the items that a user liked above the others.",
    "rnn.md": "# 둘\n\n순환 신경망은 순서를 기억한다. 시그모이드는 값을 누른다.",
    "lora.md": "# Three\n\nThe low-rank adaptation keeps the transformer frozen. Interstellar is a film.",
    "other.md": "# Four\n\nGamma is a letter. 데이터를 나누고 컴퓨터를 쓴다.",
}


@pytest.fixture
def ingested(run_ingest: Callable[..., IngestReport], corpus: Path, tmp_path: Path) -> Path:
    (corpus / "terms.md").write_text(GLOSSES, "utf-8")
    for name, text in PAGES.items():
        (corpus / name).write_text(text, "utf-8")
    run_ingest()
    return tmp_path / "index"


def terms(index: Path, analyser: Analyser, text: str) -> set[str]:
    opened = Index(IndexFolder(index).require(), HashingEmbedder(), analyser)
    found = opened.terms.phrases([tokens for _, tokens in analyser.words(text)])
    opened.close()
    return {" ".join(phrase) for phrases in found for phrase in phrases}


def test_headings_of_parallel_files_name_the_same(
    run_ingest: Callable[..., IngestReport], corpus: Path, tmp_path: Path, analyser: Analyser
) -> None:
    for language, headings in {
        "ko": ("인코더 모델[[encoder]]", "동적 패딩", "왜 이게 필요할까요?"),
        "en": ("Encoder models", "Dynamic padding", "Why is all of this necessary?"),
        "de": ("Encodermodelle", "Auffüllen", "Warum?"),
    }.items():
        (corpus / language).mkdir()
        page = "\n\n".join(f"## {heading}\n\nText {language} {n}." for n, heading in enumerate(headings))
        (corpus / language / "2.md").write_text(f"# {language}\n\n{page}\n", "utf-8")
    (corpus / "en" / "3.md").write_text("# Three\n\n## Attention\n", "utf-8")
    (corpus / "ko" / "3.md").write_text("# 셋\n\n### 어텐션\n", "utf-8")  # of another depth: something else, it may be
    run_ingest()
    index = tmp_path / "index"
    assert terms(index, analyser, "인코더 모델") == {"encod model"}
    assert terms(index, analyser, "dynamic padding") == {"동적 패딩"}
    assert terms(index, analyser, "어텐션") == set()
    shutil.rmtree(corpus / "en")
    run_ingest()
    assert terms(index, analyser, "인코더 모델") == set()


def test_a_corpus_explains_its_terms(ingested: Path, analyser: Analyser) -> None:
    def called(text: str) -> set[str]:
        return terms(ingested, analyser, text)

    assert called("역전파") == {"backpropag"}
    assert called("BPR") == {"베이지안 개인화 순위"}
    assert called("베이지안 개인화 순위는") == {"bpr"}
    assert called("순환신경망") == {"rnn"}
    assert called("lora") == {"low rank adapt"}
    assert called("low rank adaptation") == {"lora"}
    assert called("CNN") == {"convolut neural network", "합성곱 신경망"}
    assert called("가중치 감쇠") == {"weight decay"}


def test_what_only_stands_in_parentheses_is_no_term(ingested: Path, analyser: Analyser) -> None:
    for text in ("TBD", "논문", "발표", "Zorbnet", "정훈", "태호", "AI", "LLM", "GPU", "장치"):
        assert terms(ingested, analyser, text) == set(), text


def search(index: Path, analyser: Analyser, question: str) -> tuple[str, list[list[str]]]:
    assistant = Assistant(IndexFolder(index), HashingEmbedder(), analyser, AppSettings())
    found = assistant.search(question, k=3)
    assistant.close()
    return found.passages[0].path, found.trace.get("corrected", [])


@pytest.mark.parametrize(
    ("question", "path", "corrected"),
    [
        ("What does the transfromer keep?", "lora.md", [["transfromer", "transformer"]]),
        ("Which film is Itnerstellar?", "lora.md", [["Itnerstellar", "interstellar"]]),
        ("Wht does the transformer keep?", "lora.md", [["Wht", "what"]]),
        ("Which film is Inetrstelalr?", "lora.md", [["Inetrstelalr", "interstellar"]]),
        ("gamam은 어떤 글자야?", "other.md", [["gamam", "gamma"]]),
        ("시그머이드는 뭘 눌러?", "rnn.md", [["시그머이드는", "시그모이드는"]]),
        ("시그 모이드는 뭘 눌러?", "rnn.md", [["시그 모이드는", "시그모이드는"]]),
        ("순환 신경망은 뭘 기억해?", "rnn.md", []),
    ],
)
def test_slips_are_mended_and_said(
    ingested: Path, analyser: Analyser, question: str, path: str, corrected: list[list[str]]
) -> None:
    assert search(ingested, analyser, question) == (path, corrected)


@pytest.mark.parametrize("question", ["What is Gemma?", "gemm 함수는?", "quantization은 뭐야?", "컴파일러는 뭐야?"])
def test_what_the_corpus_lacks_is_no_slip(ingested: Path, analyser: Analyser, question: str) -> None:
    assert search(ingested, analyser, question)[1] == []
