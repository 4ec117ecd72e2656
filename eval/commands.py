"""What the commands of evaluation do."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.places import corpus_of, index_for, runs_folder, user_folder
from eval import product
from eval.baselines import bm25_contender, langchain_contender, langchain_is_here, langchain_same_contender
from eval.cases import Case, Selection, load_cases, stale_gold
from eval.comparison import compare, comparison_table, load_scored
from eval.evidence import PlaceTexts
from eval.gate import check, gate_table, parse_rule
from eval.importers import cases_beside, import_beir, import_squad
from eval.provenance import fingerprint
from eval.review import ReviewList, State
from eval.runs import Run, execute
from eval.systems import OURS, Contender
from ingest.errors import UsageError

DONE, SOME_FAILED, GATE_FAILED = 0, 1, 1
Neighbour = Callable[[Path, PlaceTexts], Contender]
BASELINES: dict[str, Neighbour] = {
    "langchain": langchain_contender,
    "langchain-same": langchain_same_contender,
    "bm25": bm25_contender,
}
_HOME = Path(".seodang")


def run(arguments: argparse.Namespace) -> int:
    """`eval run`."""
    if arguments.k < 1 or (arguments.limit is not None and arguments.limit < 1):
        raise UsageError("-k and --limit count, so they are at least 1.")
    neighbours = _baselines(arguments.baselines)
    index, corpus = index_and_corpus(arguments)
    cases_file, asked = _cases(arguments.cases, index)
    cases = _selection(arguments).of(asked)
    variants = _variants(index, arguments.vary)
    for variant in variants:
        if arguments.corpus is not None or variant.index != index:
            _say(f"{variant.name}: bringing {variant.index} up to date")
            for failed in product.bring_up_to_date(corpus, variant.index, variant.flags).failed:
                _say(f"{variant.name}: not indexed: {failed.path}: {failed.reason}")
    texts = product.page_texts(variants[0].index)
    places = {variant.name: product.place_texts(variant.index) for variant in variants}
    _refuse_indexed_cases(cases_file, corpus, texts)
    job = Run(
        cases=cases,
        contenders=(
            *(product.contender(variant.name, variant.index, variant.flags) for variant in variants),
            *(neighbour(corpus, places[variants[0].name]) for neighbour in neighbours),
        ),
        k=arguments.k,
        answers=not arguments.retrieval_only,
        identity={"corpus": corpus.name},
        places=places,
        stale=tuple(stale_gold(cases, texts)),
    )
    name = f"{corpus.name}-{cases_file.stem}-{fingerprint(job.plan())}"
    folder: Path = arguments.out or runs_folder(index) / name
    text = execute(job, folder, fresh=arguments.fresh, progress=_say)
    _say(f"written to {folder}")
    _print((folder / "figures.json").read_text(encoding="utf-8") if arguments.json else text)
    crashed = msgspec.json.decode((folder / "manifest.json").read_bytes())["crashed"]
    return SOME_FAILED if any(crashed.values()) else DONE


def compare_runs(arguments: argparse.Namespace) -> int:
    """`eval compare`."""
    rules = [parse_rule(text) for text in arguments.fail_on]
    base, new = load_scored(arguments.base, arguments.base_system), load_scored(arguments.new, arguments.system)
    found, checked = compare(base, new), check(base, new, rules)
    if arguments.json:
        value = msgspec.to_builtins(found)
        if rules:
            value["gate"] = [{**msgspec.to_builtins(one), "verdict": one.verdict} for one in checked]
        _print(msgspec.json.encode(value).decode())
    else:
        _print(comparison_table(found) + (f"\n{gate_table(checked)}" if rules else ""))
    return GATE_FAILED if any(one.failed for one in checked) else DONE


def import_set(arguments: argparse.Namespace) -> int:
    """`eval import`."""
    out: Path = arguments.out
    if arguments.form == "squad":
        done = import_squad(arguments.source, out, arguments.language)
    else:
        done = import_beir(arguments.source, out, split=arguments.split, language=arguments.language)
    if arguments.json:
        _print(msgspec.json.encode(done).decode())
    else:
        left_out = f", {done.left_out} queries without a relevant document left out" if done.left_out else ""
        _print(f"{done.documents} documents in {out}, {done.cases} cases in {cases_beside(out)}{left_out}")
    return DONE


@dataclass(frozen=True, slots=True)
class _Variant:
    """One column of ours: its name, its index and the settings that differ."""

    name: str
    index: Path
    flags: dict[str, str]


def _variants(index: Path, vary: str | None) -> list[_Variant]:
    if vary is None:
        return [_Variant(OURS, index, {})]
    key, values = product.parse_variation(vary)
    found = []
    for value in values:
        name = re.sub(r"[^\w.=-]", "_", f"{key}={value}")
        own = _HOME / "vary" / index.name / name if product.is_ingest_setting(key) else index
        found.append(_Variant(name, own, {key: value}))
    return found


def _cases(given: Path | None, index: Path) -> tuple[Path, Sequence[Case]]:
    """The file named, else what was accepted for this index, else what was proposed and not rejected."""
    if given is not None:
        return given, load_cases(given)
    review = ReviewList(user_folder(index))
    if accepted := review.accepted():
        return review.cases_file, accepted
    if proposed := review.proposals(State.OPEN):
        _say(f"{len(proposed)} proposed cases, which nobody has reviewed yet: seodang eval review")
        return review.proposals_file, proposed
    raise UsageError("There are no cases.", "Give --cases FILE.jsonl, or let some be made: seodang eval make FOLDER")


def index_and_corpus(arguments: argparse.Namespace) -> tuple[Path, Path]:
    """The index to use and its corpus, from the folder or ``--index``."""
    if arguments.corpus is not None:
        if not arguments.corpus.is_dir():
            raise UsageError(f"{arguments.corpus}: no such folder.", "Name the folder of course files.")
        return arguments.index or index_for(arguments.corpus), arguments.corpus
    if arguments.index is None:
        raise UsageError("Nothing to evaluate.", "Give the corpus folder, or --index.")
    return arguments.index, corpus_of(arguments.index)


def _baselines(text: str | None) -> list[Neighbour]:
    if text == "none":
        return []
    if text is None:
        names = [name for name in BASELINES if not name.startswith("langchain") or langchain_is_here()]
        if len(names) < len(BASELINES):
            _say('The langchain baselines are left out: they need `pip install "seodang[baselines]"`.')
    else:
        names = [name.strip() for name in text.split(",")]
    if unknown := sorted(set(names) - set(BASELINES)):
        raise UsageError(f"--baselines: no {', '.join(unknown)}.", f"Choose from {', '.join(BASELINES)}, or none.")
    return [BASELINES[name] for name in dict.fromkeys(names)]


def _selection(arguments: argparse.Namespace) -> Selection:
    where = []
    for text in arguments.where:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--where {text}: give KEY=VALUE, as in standalone=true.")
        where.append((key, value))
    return Selection(tuple(arguments.question_kind), tuple(arguments.language), tuple(where), arguments.limit)


def _refuse_indexed_cases(cases: Path, corpus: Path, indexed: Container[str]) -> None:
    """Cases that are themselves searched would answer themselves."""
    inside = cases.resolve().is_relative_to(corpus.resolve())
    if inside and cases.resolve().relative_to(corpus.resolve()).as_posix() in indexed:
        raise UsageError(f"{cases}: the cases are part of the index.", "Move them out of the corpus and ingest again.")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _print(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
