"""The rows of the ablation table: each is what ships but for one choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.followup import standalone
from app.retrieval import RetrievalSettings, Retriever
from app.understanding import Query, understand
from eval.ablation.analysers import (
    ChangedAnalyser,
    as_it_stands,
    compounds_split,
    morphemes_alone,
    pairs_alone,
    unstemmed,
    whole_glossary,
    without_dictionary,
)
from eval.ablation.retrievers import (
    ChunkRetriever,
    FusedRetriever,
    convex,
    reciprocal_ranks,
)
from ingest.analyser import Analyser
from ingest.embedding import BUILTIN, Embedder, Vectors, load_embedder
from ingest.index import Index
from ingest.terms.corpus_terms import CorpusTerms


@dataclass(frozen=True, slots=True)
class Row:
    """``making`` names the index: rows of one making share it. ``settings`` are those of ingest; ``query`` makes the
    query of a question in its conversation."""

    retriever: Callable[[Index], Retriever] = Retriever
    making: str = "shipped"
    analyser: Callable[[], Analyser] = Analyser
    embedder: Callable[[], Embedder] = lambda: load_embedder(BUILTIN)
    settings: Mapping[str, int] = field(default_factory=dict)
    query: Callable[[str, Sequence[str], Retriever, Index], Query] = standalone


class WithoutHeadings:
    """The built-in model over texts without the heading path, their first line."""

    def __init__(self) -> None:
        self._embedder = load_embedder(BUILTIN)
        self.name, self.dimension = "builtin-without-headings", self._embedder.dimension
        self.fingerprint = f"{self._embedder.fingerprint}-without-headings"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.encode_documents([text.partition("\n")[2] or text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.encode_queries(texts)


def _minilm() -> Embedder:
    return load_embedder("all-MiniLM-L6-v2")


def _without_terms(index: Index) -> Retriever:
    index.terms = CorpusTerms(())
    return Retriever(index)


def _as_written(question: str, history: Sequence[str], retriever: Retriever, index: Index) -> Query:
    """Neither slips mended nor terms of the corpus; those in a conversation stay as they are."""
    return standalone(question, history, retriever, index) if history else understand(question, index.analyser)


def _settings(**chosen: float) -> Callable[[Index], Retriever]:
    return lambda index: Retriever(index, RetrievalSettings(**chosen))


def _analyser(name: str, make: Callable[[], Analyser]) -> Row:
    return Row(making=name, analyser=make)


ROWS: dict[str, Row] = {
    "shipped": Row(),
    "analyser: words as they stand": _analyser("as it stands", lambda: ChangedAnalyser("as it stands", as_it_stands)),
    "analyser: syllable pairs": _analyser("pairs", lambda: ChangedAnalyser("pairs", pairs_alone)),
    "analyser: Kiwi morphemes": _analyser("morphemes", lambda: ChangedAnalyser("morphemes", morphemes_alone)),
    "analyser: both, compounds split": _analyser("split", lambda: ChangedAnalyser("split", compounds_split)),
    "analyser: both, Kiwi's dictionary alone": _analyser("own", lambda: ChangedAnalyser("own", without_dictionary)),
    "analyser: both, the whole glossary": _analyser("glossary", lambda: ChangedAnalyser("glossary", whole_glossary)),
    "analyser: both, no stemming": _analyser("unstemmed", lambda: ChangedAnalyser("unstemmed", unstemmed)),
    "embedding: MiniLM": Row(making="minilm", embedder=_minilm),
    "embedding: MiniLM, dense only": Row(
        lambda index: FusedRetriever(index, convex(1)), making="minilm", embedder=_minilm
    ),
    "fusion: lexical only": Row(lambda index: FusedRetriever(index, convex(0))),
    "fusion: dense only": Row(lambda index: FusedRetriever(index, convex(1))),
    "fusion: reciprocal ranks": Row(lambda index: FusedRetriever(index, reciprocal_ranks)),
    "fusion: convex, dense 0.3": Row(lambda index: FusedRetriever(index, convex(0.3))),
    "fusion: convex, dense 0.6": Row(lambda index: FusedRetriever(index, convex(0.6))),
    "chunks: 300": Row(making="chunks-300", settings={"chunk_chars": 300}),
    "chunks: 500": Row(making="chunks-500", settings={"chunk_chars": 500}),
    "chunks: 700": Row(making="chunks-700", settings={"chunk_chars": 700}),
    "chunks: 1000": Row(making="chunks-1000", settings={"chunk_chars": 1000}),
    "chunks: 1200": Row(making="chunks-1200", settings={"chunk_chars": 1200}),
    "context: headings not embedded": Row(making="without-headings", embedder=WithoutHeadings),
    "context: no heading field": Row(_settings(headings=0.0)),
    "context: no neighbours": Row(ChunkRetriever),
    "words: no translations in BM25": Row(_settings(translations=0.0)),
    "words: none of the corpus's own terms": Row(_without_terms),
    "words: as they are written": Row(query=_as_written),
}
