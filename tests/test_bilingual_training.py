"""How the built-in embedding is trained: what books say, words switched to the other language, the teacher's order."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from ingest.bilingual.manifest import WEIGHTS
from ingest.bilingual.train.books import read_books
from ingest.bilingual.train.fit import score_distillation
from ingest.bilingual.train.switch import Switch
from ingest.bilingual.train.windows import FlatText

MODULE = """<document xmlns="http://cnx.rice.edu/cnxml"><title>The Printing Press</title><content>
<section class="learning-objectives"><title>Learning Objectives</title><para>You will be able to print.</para></section>
<para>Movable type spread from Mainz <figure><media alt="a press"/><caption>A press of wood.</caption></figure>to every
large town of Europe within fifty years.</para>
<section><title>Paper</title><para>Paper came to Europe long before the press and made it worth while, for skins were
dear.</para><exercise><problem><para>Why did printers want paper?</para><list><item>It was cheap.</item></list>
</problem></exercise></section>
<para>Broadsheets told the news of the week to whoever could read it, and soon to whoever listened in the inn.</para>
</content></document>"""


def test_a_book_is_read_by_its_headings(tmp_path: Path) -> None:
    (tmp_path / "world-history/m1").mkdir(parents=True)
    (tmp_path / "world-history/m1/index.cnxml").write_text(MODULE, "utf-8")
    (module,) = read_books(tmp_path, frozenset(), random.Random(0))
    first, paper, last = module.examples
    assert first.passage == "Movable type spread from Mainz to every large town of Europe within fifty years."
    assert paper.queries[:2] == ("Paper", "The Printing Press Paper")
    assert last.queries[0] == "The Printing Press"
    assert module.questions == ("Why did printers want paper?",)


def test_a_sentence_of_test_material_is_not_learned(tmp_path: Path) -> None:
    (tmp_path / "world-history/m1").mkdir(parents=True)
    (tmp_path / "world-history/m1/index.cnxml").write_text(MODULE, "utf-8")
    seen = frozenset({"PapercametoEuropelongbeforethepressandmadeitworthwhile,forskinswere"[:60]})
    (module,) = read_books(tmp_path, seen, random.Random(0))
    assert [example.queries[0] for example in module.examples] == ["The Printing Press", "The Printing Press"]


def test_english_words_become_korean_ones() -> None:
    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    texts = FlatText(tokenizer, ["the gradient of the loss", "한국어 문장", "the of"])
    bags = texts.slices(texts.starts[:-1], texts.starts[1:])
    switch = Switch(tokenizer)
    same = switch(bags, np.random.default_rng(0), 0.0)
    assert np.array_equal(same.ids, bags.ids)
    assert np.array_equal(same.offsets, bags.offsets)
    words = set()
    for seed in range(20):
        switched = switch(bags, np.random.default_rng(seed), 1.0)
        ends = [*switched.offsets[1:], len(switched.ids)]
        english, korean, bare = (
            [tokenizer.id_to_token(int(i)) for i in switched.ids[begin:end]]
            for begin, end in zip(switched.offsets, ends, strict=True)
        )
        words |= set(english)
        assert korean == [tokenizer.id_to_token(int(i)) for i in texts.ids[texts.starts[1] : texts.starts[2]]]
        assert bare  # never empty
    assert "손실" in words
    assert "gradient" in words  # one word in ten stays


def test_the_teachers_own_order_is_no_distance() -> None:
    scores = torch.tensor([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, 2.5]])
    assert score_distillation(scores, scores).item() < 1e-6
    assert score_distillation(scores, scores.T.flip(0)).item() > 0.1
