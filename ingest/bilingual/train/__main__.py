r"""From the parallel corpus to the weights folder, one command:

python -m ingest.bilingual.train --pairs pairs.tsv.gz --documents DOCS --books BOOKS --test-material DATA \
    --work CACHE --out WEIGHTS
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ingest.bilingual.model import StaticEmbedding
from ingest.bilingual.train import frames
from ingest.bilingual.train.books import BOOKS, LICENCE, Module, read_books
from ingest.bilingual.train.console import say
from ingest.bilingual.train.documents import SOURCES, Example, read_examples, shingles
from ingest.bilingual.train.evaluate import read_tasks, report
from ingest.bilingual.train.fit import Recipe, Sampler, Taught, train
from ingest.bilingual.train.headings import Headings
from ingest.bilingual.train.mined import aligned_sentences, cldr_names
from ingest.bilingual.train.pairs import LICENCES, Pair, read_pairs, teacher_order
from ingest.bilingual.train.quantise import write_weights
from ingest.bilingual.train.space import first_rows, main_axes
from ingest.bilingual.train.start import start_rows
from ingest.bilingual.train.switch import Switch
from ingest.bilingual.train.taught_books import TaughtBooks, read_lessons
from ingest.bilingual.train.teacher import taught_vectors
from ingest.bilingual.train.vocabulary import build_tokenizer, build_vocabulary
from ingest.bilingual.train.windows import Batch, FlatText, Passages, frame

TEST_FOLDERS = ("hfcourse", "extra", "seeds", "squad2")
SHARES = {"pairs": 0.3, "documents": 0.3, "books": 0.15, "lessons": 0.25}
"""How often a step's batch comes from each kind of text, of those at hand."""
FRAME_CHANCE, SWITCH_CHANCE = 0.4, 0.3
HANGUL_PIECES, ENGLISH_WORDS = 18_000, 6_000
LESSON_CHUNKS = 40_960


def samplers(
    tokenizer: Tokenizer,
    pairs: Sequence[Pair],
    examples: Sequence[Example],
    of_books: Sequence[Example],
    lessons: TaughtBooks | None,
) -> list[tuple[float, Sampler]]:
    """Windows of the parallel corpus, headings of documentation and of books, lessons, each with its share; question
    words around some of their queries, English words of some others turned into Korean ones."""
    pairs = sorted(pairs, key=lambda pair: (pair.source, pair.order))
    names = {source: i for i, source in enumerate(sorted({pair.source for pair in pairs}))}
    passages = Passages(
        FlatText(tokenizer, [pair.english for pair in pairs]),
        FlatText(tokenizer, [pair.korean for pair in pairs]),
        np.array([names[pair.source] for pair in pairs]),
    )
    questions, switch = FlatText(tokenizer, frames.KOREAN + frames.ENGLISH), Switch(tokenizer)

    def asked(sample: Sampler) -> Sampler:
        def batch(generator: np.random.Generator, size: int) -> Batch:
            drawn = sample(generator, size)
            queries = frame(drawn.queries, questions, generator, FRAME_CHANCE)
            return replace(drawn, queries=switch(queries, generator, SWITCH_CHANCE))

        return batch

    drawn = [(SHARES["pairs"], asked(passages.sample))]
    for name, found in (("documents", examples), ("books", of_books)):
        if found:
            drawn.append((SHARES[name], asked(Headings(tokenizer, found).sample)))
    if lessons is not None:
        drawn.append((SHARES["lessons"], asked(lessons.sample)))
    return drawn


def about(
    recipe: Recipe, seeds: Sequence[int], date: str, pairs: Sequence[Pair], *, documents: bool, textbooks: bool
) -> dict[str, object]:
    """What the manifest says of the weights' origin."""
    read = {f"{s.repository} ({s.revision})": s.licence for s in SOURCES}
    read["unicode-org/cldr-json (b08a82b582f1)"] = "Unicode-3.0"
    return {
        "recipe": {**asdict(recipe), "seed": list(seeds)},
        "date": date,
        "sources": {
            "teacher": {"sentence-transformers/all-MiniLM-L6-v2": "Apache-2.0"},
            "parallel corpus": {name: LICENCES[name] for name in sorted({p.source for p in pairs} & set(LICENCES))},
            "documents": read if documents else {},
            "books": {f"openstax/osbooks-{name} ({commit})": LICENCE for name, commit in BOOKS.items()}
            if textbooks
            else {},
        },
    }


def main() -> None:
    """Command line of the training."""
    parser = argparse.ArgumentParser(description="Trains the bilingual embedding.")
    parser.add_argument("--pairs", type=Path, required=True, help="pairs.tsv.gz of the parallel corpus")
    parser.add_argument("--documents", type=Path, help="folder of checkouts, see documents.py")
    parser.add_argument("--books", type=Path, help="folder of textbooks, see books.py")
    parser.add_argument("--test-material", type=Path, help="folder whose sentences must not be trained on")
    parser.add_argument("--out", type=Path, required=True, help="weights folder to write")
    parser.add_argument("--work", type=Path, required=True, help="cache of the teacher's vectors")
    parser.add_argument("--teacher-pairs", type=int, default=131_072, help="how many pairs the teacher reads")
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[Recipe().seed], help="several: their rows are averaged"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--date", default="", help="written into the manifest")
    parser.add_argument("--share-alike", action="store_true", help="measure only: weights may then not ship")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)

    pairs = read_pairs(chosen.pairs, share_alike=chosen.share_alike)
    taught_pairs = teacher_order(pairs, 7)[: chosen.teacher_pairs]
    vectors = taught_vectors([pair.english for pair in taught_pairs], chosen.work / "pairs", maximum_tokens=96)
    seen = shingles(chosen.test_material / name for name in TEST_FOLDERS) if chosen.test_material else frozenset()
    examples = read_examples(chosen.documents, seen) if chosen.documents else []
    if chosen.documents:
        known = frozenset(pair.english for pair in pairs)
        mined = aligned_sentences(examples, known, 10_000_000)
        pairs += mined + cldr_names(chosen.documents / "cldr/cldr-json", 20_000_000)
    drawn = random.Random(7)  # noqa: S311 (a sample, not a secret)
    modules: list[Module] = read_books(chosen.books, seen, drawn) if chosen.books else []
    of_books = [example for module in modules for example in module.examples]
    english, korean = [pair.english for pair in pairs], [pair.korean for pair in pairs]
    general = [example.passage for example in of_books]
    pieces = build_vocabulary(
        english + [example.passage for example in examples if example.language == "en"],
        general,
        korean + [example.passage for example in examples if example.language == "ko"],
        hangul=HANGUL_PIECES,
        words=ENGLISH_WORDS,
    )
    tokenizer = build_tokenizer(pieces)
    say(
        f"{len(pairs):,} pairs, {len(vectors):,} taught, {len(examples):,} chunks, {len(of_books):,} of books, "
        f"{len(pieces):,} pieces"
    )
    axes = main_axes(vectors)
    rows = first_rows(start_rows(tokenizer, pieces, english + general, korean + [""] * len(general)), axes)
    taught = Taught(
        FlatText(tokenizer, [pair.english for pair in taught_pairs]),
        FlatText(tokenizer, [pair.korean for pair in taught_pairs]),
        vectors,
    )
    recipe = Recipe(steps=chosen.steps)
    lessons = TaughtBooks(tokenizer, read_lessons(modules, LESSON_CHUNKS, chosen.work, drawn)) if modules else None
    batches = samplers(tokenizer, pairs, examples, of_books, lessons)
    tasks = read_tasks(chosen.test_material) if chosen.test_material else []

    def watch(_step: int, now: NDArray[np.float32]) -> None:
        report(StaticEmbedding(tokenizer, now, "").encode, tasks)

    trained = []
    for seed in chosen.seeds:
        file = chosen.work / f"rows-{seed}.npy"  # a finished seed is kept and not redone
        if not file.exists():
            np.save(file, train(rows, axes, taught, batches, replace(recipe, seed=seed), watch))
        trained.append(np.load(file))
    notes = about(recipe, chosen.seeds, chosen.date, pairs, documents=bool(examples), textbooks=bool(modules))
    write_weights(chosen.out, tokenizer, np.mean(trained, axis=0, dtype=np.float32), notes)


if __name__ == "__main__":
    main()
