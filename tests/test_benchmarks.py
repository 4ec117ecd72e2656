"""Races: turns, ratios within a round, memory of children too."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from app.assistant import Assistant
from eval.benchmarks.asking import asking
from eval.benchmarks.encoding import Encode, chunks_a_second, chunks_of, stretches
from eval.benchmarks.harness import Measurement, Race, race
from eval.benchmarks.outcomes import outcomes
from eval.benchmarks.scale import scale
from eval.benchmarks.stages import STAGES, ours
from eval.benchmarks.synthetic import Synthetic
from eval.benchmarks.update import update
from eval.memory import PeakMemory
from ingest.bilingual.model import StaticEmbedding
from ingest.dense import DenseIndex
from ingest.errors import UsageError
from ingest.scan import scan_corpus


def test_candidates_take_turns_and_the_warm_up_is_thrown_away() -> None:
    order: list[str] = []
    done = race({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, baseline="a", rounds=3)
    assert order == ["a", "b"] * 4
    assert [len(one.seconds) for one in done.measurements] == [3, 3]


def test_ratios_are_taken_round_by_round() -> None:
    slow_machine = 10.0  # the third round ran on a busy machine; the ratio does not mind
    base = Measurement("base", (1.0, 1.0, slow_machine), 100.0)
    new = Measurement("new", (0.5, 0.6, slow_machine / 2), 200.0)
    done = Race("base", (base, new))
    assert done.ratio("new") == pytest.approx((0.5, 0.5, 0.6))
    assert "0.50 [0.50, 0.60]" in done.table()
    assert "base (baseline)" in done.table()


def test_medians_and_spread() -> None:
    one = Measurement("x", (1.0, 2.0, 3.0, 4.0, 5.0), 0.0)
    assert (one.median, one.spread) == (3.0, pytest.approx(2 / 3))
    assert Measurement("x", (1.0,), 0.0).spread == 0.0


def test_a_slower_candidate_is_seen_as_slower() -> None:
    done = race({"quick": lambda: None, "slow": lambda: time.sleep(0.02)}, baseline="slow", rounds=3)
    assert done.ratio("quick")[0] < 0.5


def test_memory_counts_child_processes() -> None:
    hold = "block = bytearray(120 * 2**20); import time; time.sleep(0.6)"
    with PeakMemory() as alone:
        time.sleep(0.05)
    with PeakMemory() as together:
        subprocess.run([sys.executable, "-c", hold], check=True)
    assert together.mebibytes - alone.mebibytes > 100


def test_a_race_without_its_baseline_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="There are: a"):
        race({"a": lambda: None}, baseline="b")
    with pytest.raises(UsageError, match="at least one round"):
        race({"a": lambda: None}, baseline="a", rounds=0)


def test_scale_prints_a_row_for_every_size_and_filter() -> None:
    printed = scale([1_200])
    assert printed.count("1,200") == 1 + 4
    assert all(float(line.split("|")[-2]) >= 0.99 for line in printed.splitlines()[-4:])  # float16 rounds


def test_synthetic_corpora_repeat_and_have_the_words_of_a_language() -> None:
    one, two = list(Synthetic(500).documents()), list(Synthetic(500).documents())
    assert [block.texts for block in one] == [block.texts for block in two]
    assert all(np.array_equal(a.vectors, b.vectors) for a, b in zip(one, two, strict=True))
    words = Counter(word for block in one for text in block.texts for word in text.split())
    assert words.most_common(1)[0][1] > 20 * words.most_common(200)[-1][1]
    assert sum(count == 1 for count in words.values()) > len(words) / 3


def test_every_stage_of_an_ingest_is_timed(corpus: Path, tmp_path: Path) -> None:
    watch = ours(list(scan_corpus(corpus).files), tmp_path)
    assert set(watch.seconds) == set(STAGES)
    assert watch.counts["pages"] >= watch.counts["chunks"] >= 2
    assert len(DenseIndex.load(tmp_path)) == watch.counts["chunks"]


def test_outcomes_count_files_reasons_and_strings(corpus: Path, tmp_path: Path) -> None:
    (corpus / "broken.pdf").write_bytes(b"no PDF")
    (corpus / "old.doc").write_bytes(b"x")
    strings = tmp_path / "list.jsonl"
    strings.write_text(
        '{"file": "files/notes.md", "text": ["freeze the Sun", "square root of the key dimension"]}\n', "utf-8"
    )
    printed = outcomes(corpus, strings)
    cells = [cell.strip() for cell in printed.splitlines()[2].split("|")]
    assert cells[1:7] == ["4", "2", "0", "1", "1", "0"]
    assert "- skipped, 1: no reader for .doc: save it as .docx" in printed
    assert "- notes.md: 'freeze the Sun' (its file is)" in printed
    assert [cell.strip() for cell in printed.split("| .md")[1].splitlines()[0].split("|")][1:4] == ["2", "2", "1"]


def test_an_update_is_measured_in_fresh_processes(tmp_path: Path) -> None:
    first, changed, nothing = update(tmp_path, chunks=200, rounds=1)
    assert (first.report["chunks"], first.report["embedded"]) == (200, 200)
    assert changed.report["changed"] == ["노트 0.md"]
    assert 0 < changed.report["embedded"] < 10
    assert len(nothing.report["unchanged"]) == 2
    assert nothing.mebibytes > 10


def test_a_question_is_split_into_nodes_graph_and_record(assistant: Assistant, tmp_path: Path) -> None:
    times = asking(assistant, ["LoRA는 뭘 학습해?", "How are the scores scaled?"], tmp_path)
    assert len(times.nodes) == len(times.record) == 2
    assert min(times.nodes + times.graph + times.record) > 0
    assert times.table().count("ms") == 1
    assert len(assistant.conversations.find()) == 2


def test_encoding_is_measured_over_chunks_of_200_tokens_and_a_fresh_model(corpus: Path) -> None:
    model = StaticEmbedding.load()
    texts = [*chunks_of(corpus), *stretches("어텐션은 가중합이다. Attention is a weighted sum. " * 200, model)]
    assert len(texts) > 5
    assert all(200 <= len(model.pieces(text)) < 210 for text in texts)
    loaded: list[StaticEmbedding] = []

    def load() -> Encode:
        loaded.append(StaticEmbedding.load())
        return loaded[-1].encode

    rates = chunks_a_second(load, texts, rounds=3)
    assert len(loaded) == 3
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] > 0
