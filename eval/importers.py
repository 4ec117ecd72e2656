"""Public question sets -> a corpus folder and cases: SQuAD and KorQuAD files, BEIR folders.

The corpus is written as Markdown, so that it goes through the same readers as a course. Whoever imports keeps
to the licence of the set: KorQuAD, for one, may not be passed on in changed form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from eval.cases import NO_ANSWER, Case, Gold, write_cases
from ingest.errors import UsageError
from ingest.sentences import sentence_spans

_FILES_PER_FOLDER = 1000
_HANGUL = re.compile(r"[가-힣]")
_UNSAFE = re.compile(r'[\x00-\x1f\\/:*?"<>|\s]+')


class _Answer(msgspec.Struct):
    text: str
    answer_start: int


class _Question(msgspec.Struct):
    id: str
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(msgspec.Struct):
    context: str
    qas: tuple[_Question, ...]


class _Article(msgspec.Struct):
    title: str
    paragraphs: tuple[_Paragraph, ...]


class _Squad(msgspec.Struct):
    data: tuple[_Article, ...]


class _Record(msgspec.Struct):
    """A line of BEIR's ``corpus.jsonl`` or ``queries.jsonl``."""

    key: str = msgspec.field(name="_id")
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote, and what it left out and why."""

    documents: int
    cases: int
    left_out: int


def import_squad(source: Path, out: Path, language: str | None = None) -> Imported:
    """SQuAD 1.1, SQuAD 2.0 or KorQuAD 1.0 JSON: a file per article, a numbered section per paragraph.

    The gold quote is the sentence (or sentences) that the first answer stands in; the gold location is the
    paragraph's section, so that "the gold paragraph came first" is ``place@1``. Questions marked impossible
    become unanswerable cases. ``language`` None: Korean for a question with Hangul, else English.
    """
    articles = _squad_articles(source)
    _fresh_folder(out)
    cases: list[Case] = []
    for number, article in enumerate(articles, start=1):
        title = _plain(article.title).replace("_", " ")
        file = f"{number:03d}-{_safe(title)}.md"
        section = "문단" if any(_HANGUL.search(p.context) for p in article.paragraphs) else "Paragraph"
        text = [f"# {title}\n"]
        for place, paragraph in enumerate(article.paragraphs, start=1):
            text.append(f"## {section} {place}\n\n{_plain(paragraph.context)}\n")
            location = f"{file} › {section} {place}"
            cases.extend(_squad_case(qa, paragraph.context, file, location, language) for qa in paragraph.qas)
        (out / file).write_text("\n".join(text), encoding="utf-8")
    write_cases(cases_beside(out), cases)
    return Imported(len(articles), len(cases), 0)


def import_beir(source: Path, out: Path, *, split: str = "test", language: str | None = None) -> Imported:
    """A BEIR folder (``corpus.jsonl``, ``queries.jsonl``, ``qrels/<split>.tsv``): a file per document.

    Gold is the whole file with its grade; judgements of 0 are no gold, and a query without any gold is left
    out.
    """
    judged = _judgements(source / "qrels" / f"{split}.tsv")
    _fresh_folder(out)
    files: dict[str, str] = {}
    taken: set[str] = set()
    for count, record in enumerate(_records(source / "corpus.jsonl")):
        name = _safe(_plain(record.key))
        if name.casefold() in taken:  # two ids that differ only in what file names cannot hold
            name = f"{name}-{count}"
        taken.add(name.casefold())
        file = files[record.key] = f"{count // _FILES_PER_FOLDER:04d}/{name}.md"
        path = out / file
        path.parent.mkdir(exist_ok=True)
        title = _plain(record.title)
        heading = f"# {title}\n\n" if title else ""
        path.write_text(f"{heading}{_plain(record.text)}\n", encoding="utf-8")
    cases: list[Case] = []
    left_out = 0
    for record in _records(source / "queries.jsonl"):
        grades = {key: grade for key, grade in judged.get(record.key, {}).items() if key in files}
        if not grades:
            left_out += 1
            continue
        question = _plain(record.text)
        gold = tuple(Gold(file=files[key], quote=None, grade=grade) for key, grade in grades.items())
        cases.append(
            Case(
                case_id=record.key, question=question, kind="judged", answers=(), gold=gold,
                language=language or _language(question),
            )
        )  # fmt: skip
    if not cases:
        raise UsageError(f"{source}: no query of split {split!r} has a relevant document.", "Choose another --split.")
    write_cases(cases_beside(out), cases)
    return Imported(len(files), len(cases), left_out)


def _squad_articles(source: Path) -> tuple[_Article, ...]:
    try:
        return msgspec.json.decode(source.read_bytes(), type=_Squad).data
    except OSError as error:
        raise UsageError(f"{source}: cannot be read ({error}).", "Give the JSON file of SQuAD or KorQuAD.") from error
    except msgspec.MsgspecError as error:
        raise UsageError(f"{source}: not a SQuAD file: {error}.", "Give the JSON file of SQuAD or KorQuAD.") from error


def _squad_case(qa: _Question, context: str, file: str, location: str, language: str | None) -> Case:
    answers = () if qa.is_impossible else qa.answers
    question = _plain(qa.question)
    gold: tuple[Gold, ...] = ()
    if answers:
        quote = _sentence_at(context, answers[0].answer_start, len(answers[0].text))
        gold = (Gold(file=file, quote=_plain(quote), location=location),)
    return Case(
        case_id=qa.id,
        question=question,
        language=language or _language(question),
        kind="extractive" if answers else NO_ANSWER,
        answers=tuple(dict.fromkeys(_plain(answer.text) for answer in answers)),
        gold=gold,
        extra={} if answers else {"about": location},
    )


def _sentence_at(text: str, start: int, length: int) -> str:
    """The sentences that ``text[start:start + length]`` touches."""
    touched = [(a, b) for a, b in sentence_spans(text) if a < start + max(length, 1) and start < b]
    return text[touched[0][0] : touched[-1][1]] if touched else text


def _judgements(path: Path) -> dict[str, dict[str, float]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error}).", "Give a BEIR folder and one of its --split names."
        ) from error
    judged: dict[str, dict[str, float]] = {}
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and cells[-1] == "score"):
            continue
        try:
            query, document, grade = cells
            if float(grade) > 0:
                judged.setdefault(query, {})[document] = float(grade)
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: {error}.", "A line is: query, document, score.") from error
    return judged


def _records(path: Path) -> Iterator[_Record]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield msgspec.json.decode(line, type=_Record)
                except msgspec.MsgspecError as error:
                    raise UsageError(f"{path}, line {number}: {error}.", "A line needs _id and text.") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error}).", "Give a BEIR folder.") from error


def cases_beside(out: Path) -> Path:
    """Where the cases of an imported corpus go: beside it, never into it."""
    return out.resolve().with_name(f"{out.resolve().name}.cases.jsonl")


def _fresh_folder(out: Path) -> None:
    """Make ``out``. What is there already is never mixed with new files nor deleted."""
    if cases_beside(out).exists() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise UsageError(f"{out}: there is something already, here or in {cases_beside(out)}.", "Give another --out.")
    out.mkdir(parents=True, exist_ok=True)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _safe(name: str) -> str:
    """A file name for every system: at most 80 characters, nothing that a path reads, never empty."""
    return _UNSAFE.sub("_", name).strip("._ ")[:80] or "untitled"


def _language(question: str) -> str:
    return "ko" if _HANGUL.search(question) else "en"
