"""After any sequence of changes the next ingest equals one built from nothing (but for the content of stale files)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from fakes import HashingEmbedder
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ingest.analyser import Analyser
from ingest.errors import SnapshotError
from ingest.facets import NO_FILTERS
from ingest.index import Index
from ingest.lexical import LexicalBoosts, SearchWord
from ingest.pipeline import ingest
from ingest.report import IngestReport
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder
from ingest.terms.corpus_terms import TERMS

TOPICS = (
    "어텐션을 배운다",
    "gradient descent",
    "퍼셉트론 실습",
    "LoRA는 가볍다",
    "tokenizer notes",
    "경사 하강법(gradient descent)",
)
NAMES = ("notes.md", "week2/notes.md", "week2/강의 '노트'.md", "plan.txt", "week3/plan.txt", "의_사본.md", "a.rst")
BROKEN = b"\x00\x00\x00 no text"
WORDS = ("attention", "gradient", "descent", "어텐션", "배운다", "퍼셉트론", "lora", "일정")
_analyser = Analyser()

names = st.sampled_from(NAMES)
topics = st.sampled_from(TOPICS)


class Ingests(RuleBasedStateMachine):
    """Commands change the files as a person would; every ingest is compared with a fresh one."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.corpus = self.place / "course"
        self.corpus.mkdir()
        self.index = self.place / "index"
        self.ingested = False

    @initialize()
    def one_file_always(self) -> None:
        self.write("readme.md", "# 과목\n\n환영합니다.")

    @rule(name=names, topic=topics, sections=st.integers(1, 3))
    def add_or_edit(self, name: str, topic: str, sections: int) -> None:
        text = "".join(f"# {topic} {number}\n\n{topic}. {'설명이 이어진다. ' * 20}\n\n" for number in range(sections))
        self.write(name, text)

    @rule(old=names, new=names)
    def rename_or_move(self, old: str, new: str) -> None:
        if (self.corpus / old).is_file() and old != new:
            (self.corpus / new).parent.mkdir(exist_ok=True)
            (self.corpus / old).replace(self.corpus / new)

    @rule(one=names, other=names)
    def swap(self, one: str, other: str) -> None:
        first, second = self.corpus / one, self.corpus / other
        if first.is_file() and second.is_file() and one != other:
            first.replace(self.place / "held")
            second.replace(first)
            (self.place / "held").replace(second)

    @rule()
    def rename_a_folder(self) -> None:
        if (self.corpus / "week2").is_dir() and not (self.corpus / "week3").exists():
            (self.corpus / "week2").rename(self.corpus / "week3")

    @rule(old=names, new=names)
    def copy(self, old: str, new: str) -> None:
        if (self.corpus / old).is_file() and old != new:
            self.write(new, (self.corpus / old).read_bytes())

    @rule(name=names)
    def delete(self, name: str) -> None:
        (self.corpus / name).unlink(missing_ok=True)

    @rule(name=names)
    def break_a_file(self, name: str) -> None:
        self.write(name, BROKEN)

    @rule(name=names)
    def empty_a_file(self, name: str) -> None:
        self.write(name, b"")

    @precondition(lambda self: self.ingested)
    @rule()
    def crash(self) -> None:
        """What a killed ingest leaves behind: a half-filled staged folder, and a snapshot half collected."""
        for leftover in ("999.tmp", "998"):
            (self.index / "snapshots" / leftover).mkdir(exist_ok=True)
            (self.index / "snapshots" / leftover / "store.sqlite").write_bytes(b"half")

    @precondition(lambda self: self.ingested)
    @rule()
    def undo(self) -> None:
        folder = IndexFolder(self.index)
        try:
            with folder.exclusive():
                folder.undo()
        except SnapshotError:
            pass  # there is no earlier one

    @rule()
    def ingest(self) -> None:
        self.ingest_and_compare()

    @rule(name=names)
    def break_and_ingest(self, name: str) -> None:
        self.write(name, BROKEN)
        self.ingest_and_compare()

    @rule()
    def ingest_in_smaller_chunks(self) -> None:
        self.ingest_and_compare(smaller=True)

    def ingest_and_compare(self, *, smaller: bool = False) -> None:
        chosen = IngestSettings(workers=1, chunk_chars=300 if smaller else 700)
        known = self.searched()
        report = self.run(self.index, chosen)
        shutil.rmtree(self.place / "fresh", ignore_errors=True)
        fresh = self.run(self.place / "fresh", chosen)
        stale = {failure.path for failure in report.failed if failure.stale}
        self.ingested = True
        self.each_file_is_told_once(report)
        assert {failure.path for failure in report.failed} == {failure.path for failure in fresh.failed}
        assert stale <= known
        assert contents(self.index, without=stale) == contents(self.place / "fresh")
        if not stale:
            assert rankings(self.index) == rankings(self.place / "fresh")
            assert terms(self.index) == terms(self.place / "fresh")
        again = self.run(self.index, chosen)
        assert (again.snapshot, again.embedded) == (report.snapshot, 0)
        assert [again.added, again.changed, again.renamed, again.removed] == [[], [], [], []]
        leftovers = [p.name for p in (self.index / "snapshots").iterdir() if not (p / "manifest.json").is_file()]
        assert not report.added or not leftovers

    @invariant()
    def what_is_served_is_whole(self) -> None:
        if self.ingested:
            rankings(self.index)

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    def write(self, name: str, content: str | bytes) -> None:
        path = self.corpus / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, index: Path, chosen: IngestSettings) -> IngestReport:
        return ingest(self.corpus, index, chosen, HashingEmbedder(), _analyser)

    def searched(self) -> set[str]:
        return set(contents(self.index)) if self.ingested else set()

    def each_file_is_told_once(self, report: IngestReport) -> None:
        told = [*report.added, *report.changed, *report.unchanged, *(r.new for r in report.renamed)]
        told += [entry.path for part in (report.duplicates, report.failed, report.skipped) for entry in part]
        there = [path.relative_to(self.corpus).as_posix() for path in self.corpus.rglob("*") if path.is_file()]
        assert sorted(told) == sorted(there)


def contents(index: Path, without: Collection[str] = ()) -> dict[str, Any]:
    """Per document all that is stored of it, vectors included."""
    opened = Index(IndexFolder(index).require(), HashingEmbedder(), _analyser)
    found: dict[str, Any] = {}
    for row, chunk in enumerate(opened.chunks(range(len(opened)))):
        document = opened.document_of(chunk)
        vector = [float(opened.cosines(axis, np.array([row]))[0]) for axis in np.eye(32, dtype=np.float32)]
        found.setdefault(document.path, []).append((chunk.ordinal, chunk.chunk, vector, chunk.unit_tokens))
    for document in opened.documents():
        pages = [(page.number, page.text, page.places) for page in opened.pages(document)]
        about = (document.sha256, document.title, document.kind, document.course, pages)
        found[document.path] = (about, sorted(found.get(document.path, []), key=lambda row: row[0]))
    copies = {path: opened.copies_of(path) for path in found}
    opened.close()
    return {path: (found[path], copies[path]) for path in found if path not in without}


def terms(index: Path) -> bytes:
    """What is taken for a term of the corpus."""
    return (IndexFolder(index).require().folder / TERMS).read_bytes()


def rankings(index: Path) -> list[Any]:
    """What some words find, both ways, with the scores."""
    opened = Index(IndexFolder(index).require(), HashingEmbedder(), _analyser)
    found: list[Any] = []
    for word in WORDS:
        tokens = tuple(_analyser.tokens(word))
        boosts = LexicalBoosts(headings=0.5, translations=0.0)
        rows, scores = opened.lexical([SearchWord(tokens)], 10, boosts=boosts, filters=NO_FILTERS)
        near, cosines = opened.dense(HashingEmbedder().encode_queries([word])[0], 10)
        found.append(
            [opened.chunk_ids[rows].tolist(), scores.tolist(), opened.chunk_ids[near].tolist(), cosines.tolist()]
        )
    opened.close()
    return found


Ingests.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestIngests = Ingests.TestCase
