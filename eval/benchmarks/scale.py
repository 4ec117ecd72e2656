"""How large a corpus may grow: build and search of a synthetic corpus, each in a process of its own.

Built and searched with the product's own code, from the filled store on: what reading, analysing and embedding cost is
not in these figures.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
from numpy.typing import NDArray

from app.question_kinds import QuestionKind
from app.retrieval import RetrievalSettings, Retriever
from app.understanding import Query
from eval.benchmarks.synthetic import DIMENSION, WEEKS, Block, Question, Synthetic
from eval.memory import PeakMemory
from eval.tables import table
from ingest.analyser import Analyser
from ingest.documents import BlockKind, Chunk, Course, Document, Kind, Page, Reading, Span, Unit
from ingest.embedding import Vectors
from ingest.facets import Filters, facets_of
from ingest.index import STORE, Index
from ingest.mapped_text import MappedText
from ingest.search_files import write_search_files
from ingest.snapshots import FORMAT, IndexFolder, Manifest
from ingest.store import Store
from ingest.stored import ChunkRow, chunk_row, document_row, page_row

_QUESTIONS = 200
_WARM_UP = 20  # of them asked once before the clock starts
_K = 10
_KEPT = 40  # exact neighbours remembered for each question: ten, and those that score the same
_SHORTLIST = 200  # asked of each search, as the product does
_CHUNKS_A_PAGE = 10
_BLOCKS_AT_ONCE = 50  # scanned exactly together
_NO_SETTINGS: dict[str, object] = {}

T = TypeVar("T")
Best = dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]]
"""Week (0: no filter) -> ids and float32 scores of the exact nearest, (questions, kept)."""


@dataclass(frozen=True, slots=True)
class Built:
    """What the build took."""

    store_seconds: float  # chunks, pages and tokens into SQLite
    search_seconds: float  # vectors, lexical index, facets
    mebibytes: float  # on disk
    peak_mebibytes: float
    best: Best


@dataclass(frozen=True, slots=True)
class Searched:
    """Milliseconds by (what, week), and the share of the exact best ten found, by week. ``processor`` is what the
    asking thread itself took: on a busy machine the rest of a wall clock time is waiting for a core."""

    open_seconds: float
    resident_mebibytes: float
    milliseconds: dict[tuple[str, int], tuple[float, float]]  # median, 95th percentile
    processor: dict[tuple[str, int], float]  # 95th percentile
    recall: dict[int, float]


def scale(sizes: Sequence[int]) -> str:
    """Markdown tables for all sizes, smallest first."""
    builds, searches = [], []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            built = _alone(build, Path(folder), size)
            found = _alone(search, Path(folder), size, built.best)
        name = f"{size:,}"
        builds.append(
            [
                name,
                f"{built.store_seconds:.1f}",
                f"{built.search_seconds:.1f}",
                f"{built.mebibytes:,.0f}",
                f"{built.peak_mebibytes:,.0f}",
                f"{found.open_seconds:.2f}",
                f"{found.resident_mebibytes:,.0f}",
            ]
        )
        for week, recall in found.recall.items():
            cells = [f"{p50:.1f} / {p95:.1f}" for p50, p95 in (found.milliseconds[what, week] for what in _SEARCHES)]
            own = f"{found.processor['fused', week]:.1f}"
            searches.append([name, f"{100 / WEEKS[week]:g} %" if week else "all", *cells, own, f"{recall:.3f}"])
    header = ["chunks", "store s", "search files s", "MiB on disk", "build peak MiB", "open s", "query process MiB"]
    second = ["chunks", "filter keeps", *(f"{what} p50 / p95 ms" for what in _SEARCHES), "processor p95", "recall@10"]
    return f"{table(header, builds)}\n\n{table(second, searches)}\n"


def build(folder: Path, chunks: int) -> Built:
    """Write an index of the synthetic corpus into a folder."""
    material = Synthetic(chunks)
    questions = np.stack([question.vector for question in material.questions(_QUESTIONS)])
    exact = _Exact(questions)
    index = IndexFolder(folder)
    seconds = 0.0
    with PeakMemory() as memory, index.exclusive():
        staged = index.stage()
        store = Store.create(staged / STORE)
        ids = np.array([chunk_id(number) for number in range(chunks)], np.int64)
        vectors = np.zeros((chunks, DIMENSION), np.float16)
        for block in material.documents():
            own = ids[block.numbers.start : block.numbers.stop]
            vectors[block.numbers.start : block.numbers.stop] = block.vectors
            exact.add(block, own)
            begin = time.perf_counter()
            _store(store, block, own.tolist())
            seconds += time.perf_counter() - begin
        begin = time.perf_counter()
        store.commit()
        seconds += time.perf_counter() - begin
        vectors = vectors[np.argsort(ids)]
        begin = time.perf_counter()
        write_search_files(store, staged, np.sort(ids), lambda: vectors)
        store.close()
        index.publish(staged, _manifest(folder, chunks))
        search_seconds = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Built(seconds, search_seconds, size / 2**20, memory.mebibytes, exact.best())


def search(folder: Path, chunks: int, best: Best) -> Searched:
    """Ask every question under every filter."""
    questions = Synthetic(chunks).questions(_QUESTIONS)
    begin = time.perf_counter()
    index = Index(IndexFolder(folder).require(), _Vectors(questions), Analyser())
    opened = time.perf_counter() - begin
    milliseconds, processor, recall = {}, {}, {}
    for week in (0, *WEEKS):
        filters = Filters(weeks=(week,) if week else ())
        for what, ask in _SEARCHES.items():
            spent, own = [], []
            for number in [*range(_WARM_UP), *range(_QUESTIONS)]:
                begin, own_begin = time.perf_counter(), time.thread_time()
                ask(index, number, questions[number], filters)
                spent.append(1000 * (time.perf_counter() - begin))
                own.append(1000 * (time.thread_time() - own_begin))
            p50, p95 = np.percentile(spent[_WARM_UP:], [50, 95])
            milliseconds[what, week] = float(p50), float(p95)
            processor[what, week] = float(np.percentile(own[_WARM_UP:], 95))
        recall[week] = _recall(index, questions, filters, *best[week])
    resident = psutil.Process().memory_info().rss / 2**20
    index.close()
    return Searched(opened, resident, milliseconds, processor, recall)


def _dense(index: Index, number: int, question: Question, filters: Filters) -> object:  # noqa: ARG001 (one signature)
    return index.dense(question.vector, _SHORTLIST, index.allowed(filters))


def _lexical(index: Index, number: int, question: Question, filters: Filters) -> object:  # noqa: ARG001
    return index.lexical(question.words, _SHORTLIST, boosts=RetrievalSettings().boosts(), filters=filters)


def _fused(index: Index, number: int, question: Question, filters: Filters) -> object:
    """Both searches, words weighed, cosines of all candidates, the shortlist read from the store."""
    query = Query(str(number), "en", QuestionKind.OTHER, question.words, filters=filters)
    return Retriever(index).candidates(query)


_SEARCHES: dict[str, Callable[[Index, int, Question, Filters], object]] = {
    "dense": _dense,
    "lexical": _lexical,
    "fused": _fused,
}


def chunk_id(number: int) -> int:
    """Scattered over 63 bits, as the product's are."""
    return int.from_bytes(hashlib.blake2b(str(number).encode(), digest_size=8).digest()) >> 1


class _Vectors:
    """An embedder that knows the questions by number."""

    name = fingerprint = "synthetic"
    dimension = DIMENSION

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._questions[int(text)].vector for text in texts])

    encode_documents = encode_queries


def _store(store: Store, block: Block, ids: list[int]) -> None:
    number = block.numbers.start
    path = f"notes/{number:07}.md"
    pages = []
    for first in range(0, len(block.texts), _CHUNKS_A_PAGE):
        text = "\n".join(block.texts[first : first + _CHUNKS_A_PAGE])
        pages.append(Page(1 + first // _CHUNKS_A_PAGE, MappedText.of(text), ((0, f"part {first}"),)))
    reading = Reading(tuple(pages), f"Notes {number}")
    document = Document(path, f"{number:064}", reading.title, Kind.NOTES, "en", Course(), reading.pages)
    rows: list[ChunkRow] = []
    for key, text, week in zip(ids, block.texts, block.weeks, strict=True):
        page = 1 + len(rows) // _CHUNKS_A_PAGE
        start = sum(len(other) + 1 for other in block.texts[len(rows) - len(rows) % _CHUNKS_A_PAGE : len(rows)])
        unit = Unit(page, start, start + len(text), BlockKind.PARAGRAPH, 0)
        headings = (f"Week {week}",) if week else ()
        chunk = Chunk(key, headings, (Span(page, start, start + len(text)),), (unit,), text)
        rows.append(chunk_row(chunk, facets_of(path, document.kind, document.course, headings), "note", text))
    store.add_document(document_row(document, reading), map(page_row, pages), rows)


class _Exact:
    """The nearest chunks of every question, scanned in float32."""

    def __init__(self, questions: Vectors) -> None:
        self._questions = questions
        shape = len(questions), 0
        self._best: Best = {week: (np.zeros(shape, np.int64), np.zeros(shape, np.float32)) for week in (0, *WEEKS)}
        self._waiting: list[tuple[Block, NDArray[np.int64]]] = []

    def add(self, block: Block, ids: NDArray[np.int64]) -> None:
        self._waiting.append((block, ids))
        if len(self._waiting) == _BLOCKS_AT_ONCE:
            self._merge()

    def best(self) -> Best:
        self._merge()
        return self._best

    def _merge(self) -> None:
        if not self._waiting:
            return
        ids = np.concatenate([ids for _, ids in self._waiting])
        weeks = np.concatenate([block.weeks for block, _ in self._waiting])
        scores = self._questions @ np.concatenate([block.vectors for block, _ in self._waiting]).T
        for week, (kept_ids, kept) in self._best.items():
            columns = np.flatnonzero(weeks == week) if week else np.arange(len(weeks))
            all_scores = np.concatenate([kept, scores[:, columns]], axis=1)
            all_ids = np.concatenate([kept_ids, np.broadcast_to(ids[columns], (len(kept), len(columns)))], axis=1)
            order = np.argsort(-all_scores, axis=1, kind="stable")[:, :_KEPT]
            self._best[week] = np.take_along_axis(all_ids, order, 1), np.take_along_axis(all_scores, order, 1)
        self._waiting.clear()


def _recall(
    index: Index, questions: Sequence[Question], filters: Filters, ids: NDArray[np.int64], scores: NDArray[np.float32]
) -> float:
    """Found chunks that score at least as much as the exact tenth (or last), over all questions."""
    wanted = min(_K, ids.shape[1])
    shares = []
    for question, own_ids, own_scores in zip(questions, ids, scores, strict=True):
        rows, _ = index.dense(question.vector, wanted, index.allowed(filters))
        good = own_ids[own_scores >= own_scores[wanted - 1]]
        shares.append(float(np.isin(index.chunk_ids[rows], good).sum()) / wanted)
    return float(np.mean(shares))


def _manifest(folder: Path, chunks: int) -> Manifest:
    return Manifest(
        format=FORMAT,
        corpus=str(folder),
        embedder="synthetic",
        embedder_fingerprint="synthetic",
        dimension=DIMENSION,
        analyser=Analyser().name,
        settings=_NO_SETTINGS,
        documents=-(-chunks // 100),
        chunks=chunks,
        scanned_ns=0,
        parent=None,
        content="",
    )


def _alone(work: Callable[..., T], *arguments: object) -> T:
    """In a fresh process, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()
