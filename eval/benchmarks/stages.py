"""`python -m eval.benchmarks.stages CORPUS [--rounds 3]`: where an ingest spends its time, beside LangChain's stock.

Each round times our stages one after the other in one process (parse without OCR; draft: cut into chunks and
words; analyse, embed, commit), then
the stock pipeline over the same files (its loaders, recursive splitter, all-MiniLM-L6-v2, FAISS). LangChain has
nothing that is analysed: its row is empty there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np

from eval.benchmarks.stock import LOADED, Stopwatch, langchain
from eval.memory import PeakMemory
from eval.tables import table
from ingest.analyser import Analyser
from ingest.documents import Reading
from ingest.drafting import draft_of
from ingest.embedding import load_embedder
from ingest.enriching import enricher
from ingest.errors import ReadError
from ingest.index import STORE
from ingest.readers import SourceFile, read_document
from ingest.scan import FoundFile, scan_corpus
from ingest.search_files import write_search_files
from ingest.settings import IngestSettings
from ingest.store import Store

STAGES = ("parse", "draft", "analyse", "embed", "commit")


def ours(files: list[FoundFile], folder: Path) -> Stopwatch:
    """All stages over the files, the models loaded before the clock runs."""
    watch, analyser, embedder = Stopwatch(), Analyser(), load_embedder("builtin")
    analyser.tokens("가")
    settings = IngestSettings().chunks()
    with enricher(folder, embedder, analyser, anew=False) as enriching:
        with watch.at("parse"):
            readings = [(file.relative, _read(file)) for file in files]
        with watch.at("draft"):
            drafts = [
                draft_of(path, f"{number:064}", reading, settings)
                for number, (path, reading) in enumerate(readings)
                if reading is not None and reading.pages
            ]
        with watch.at("analyse"):
            rows = enriching.analyse(drafts)
        with watch.at("embed"):
            vectors, _ = enriching.embed(drafts).result()
        with watch.at("commit"):
            store = Store.create(folder / STORE)
            for draft, own in zip(drafts, rows, strict=True):
                store.add_document(draft.document, draft.pages, own)
            ids = np.array([chunk.id for draft in drafts for chunk in draft.chunks], np.int64)
            write_search_files(store, folder, np.sort(ids), lambda: vectors[np.argsort(ids)])
            store.commit()
            store.close()
    watch.counts |= {"pages": sum(len(draft.pages) for draft in drafts), "chunks": len(ids)}
    return watch


def stock(files: list[FoundFile], folder: Path) -> Stopwatch:
    """LangChain's over the same files."""
    return langchain([file.path for file in files], folder)


def _read(file: FoundFile) -> Reading | None:
    try:
        return read_document(SourceFile(file.path, file.relative))
    except ReadError:
        return None


def main() -> int:
    """Print one table: medians over the rounds."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.stages", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=10_000, help="only the first so many files")
    arguments = parser.parse_args()
    found = [file for file in scan_corpus(arguments.corpus).files if file.path.suffix in LOADED]
    files = found[: arguments.limit]
    rows = []
    runs: dict[str, list[tuple[Stopwatch, float]]] = {"seodang": [], "langchain": []}
    for _ in range(arguments.rounds):
        for name, pipeline in (("seodang", ours), ("langchain", stock)):
            with tempfile.TemporaryDirectory() as folder, PeakMemory() as memory:
                watch = pipeline(files, Path(folder))
            runs[name].append((watch, memory.mebibytes))
    for name, rounds in runs.items():
        watch = rounds[0][0]
        seconds = [median(one.seconds.get(stage, 0.0) for one, _ in rounds) for stage in STAGES]
        pages, chunks = watch.counts["pages"], watch.counts["chunks"]
        shown = [
            f"{value:.2f}" if stage in watch.seconds else "–" for stage, value in zip(STAGES, seconds, strict=True)
        ]
        speed = f"{pages / sum(seconds):,.0f}"
        rows.append([name, *shown, f"{sum(seconds):.2f}", str(pages), str(chunks), speed, f"{rounds[-1][1]:,.0f}"])
    header = ["pipeline", *(f"{stage} s" for stage in STAGES), "sum s", "pages", "chunks", "pages/s", "MiB"]
    sys.stdout.write(f"{len(files)} files, {arguments.rounds} rounds\n\n{table(header, rows)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
