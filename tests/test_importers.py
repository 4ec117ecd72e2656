"""Public question sets become a corpus and cases that speak of it."""

import json
from pathlib import Path

import pytest

from eval.cases import load_cases, stale_gold
from eval.importers import import_beir, import_squad
from ingest.errors import UsageError
from ingest.readers import SourceFile, read_document

FIRST = "철수는 1989년 2월 15일 서울에서 태어났다. 그는 GPT-4를 만들지 않았다.\n\n# 이 줄은 제목이 아니다"
SECOND = "1990년에 부산으로 갔다."


def squad_file(tmp_path: Path, **question: object) -> Path:
    value = {
        "version": "x",
        "data": [
            {
                "title": "철수/영희_이야기",
                "paragraphs": [
                    {
                        "context": FIRST,
                        "qas": [
                            {
                                "id": "q1",
                                "question": "언제 태어났나?",
                                "answers": [
                                    {"text": "1989년 2월 15일", "answer_start": FIRST.index("1989")},
                                    {"text": "1989년 2월 15일", "answer_start": FIRST.index("1989")},
                                ],
                            }
                        ],
                    },
                    {
                        "context": SECOND,
                        "qas": [
                            {
                                "id": "q2",
                                "question": "Where?",
                                "answers": [],
                                "is_impossible": True,
                                **question,
                            }
                        ],
                    },
                ],
            }
        ],
    }
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def page_texts(corpus: Path) -> dict[str, list[str]]:
    return {
        (name := path.relative_to(corpus).as_posix()): [
            page.text for page in read_document(SourceFile(path, name)).pages
        ]
        for path in sorted(corpus.rglob("*.md"))
    }


def test_squad_becomes_one_file_per_article_and_one_section_per_paragraph(tmp_path: Path) -> None:
    done = import_squad(squad_file(tmp_path), tmp_path / "out")
    assert (done.documents, done.cases, done.left_out) == (1, 2, 0)
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == "001-철수_영희_이야기.md"
    pages = read_document(SourceFile(file, file.name)).pages
    assert "› 문단 1" in [page.place() for page in pages]
    assert SECOND in next(page.text for page in pages if page.place() == "› 문단 2")


def test_squad_cases_name_sentence_and_paragraph(tmp_path: Path) -> None:
    import_squad(squad_file(tmp_path), tmp_path / "out")
    answered, impossible = load_cases(tmp_path / "out.cases.jsonl")
    assert answered.answers == ("1989년 2월 15일",)
    assert answered.gold[0].quote == "철수는 1989년 2월 15일 서울에서 태어났다."
    assert answered.gold[0].location == "001-철수_영희_이야기.md › 문단 1"
    assert (answered.language, answered.kind) == ("ko", "extractive")
    assert (impossible.language, impossible.kind, impossible.answerable) == ("en", "unanswerable", False)
    assert impossible.extra["about"].endswith("› 문단 2")
    assert not list(stale_gold([answered, impossible], page_texts(tmp_path / "out")))


def test_the_language_can_be_given(tmp_path: Path) -> None:
    import_squad(squad_file(tmp_path), tmp_path / "out", "de")
    assert {case.language for case in load_cases(tmp_path / "out.cases.jsonl")} == {"de"}


def test_an_import_is_never_mixed_into_another(tmp_path: Path) -> None:
    import_squad(squad_file(tmp_path), tmp_path / "out")
    with pytest.raises(UsageError, match="there is something already"):
        import_squad(squad_file(tmp_path), tmp_path / "out")


@pytest.mark.parametrize("content", ["{", "[]", '{"data": [{"title": "x"}]}'])
def test_a_file_of_another_form_is_wrong_use(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="not a SQuAD file"):
        import_squad(path, tmp_path / "out")
    with pytest.raises(UsageError, match="cannot be read"):
        import_squad(tmp_path / "none.json", tmp_path / "out")


def beir_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    documents = [
        {"_id": "a/1", "title": "Water", "text": "Water boils."},
        {"_id": "a:1", "title": "", "text": "No title."},
    ]
    queries = [{"_id": "7", "text": "When does it boil?"}, {"_id": "8", "text": "Nothing?"}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    judgements = "query-id\tcorpus-id\tscore\n7\ta/1\t2\n7\ta:1\t1\n8\ta/1\t0\n"
    (folder / "qrels" / "test.tsv").write_text(judgements, encoding="utf-8")
    return folder


def test_beir_becomes_a_file_per_document_and_graded_cases(tmp_path: Path) -> None:
    done = import_beir(beir_folder(tmp_path), tmp_path / "out")
    assert (done.documents, done.cases, done.left_out) == (2, 1, 1)
    texts = page_texts(tmp_path / "out")
    assert texts["0000/a_1.md"] == ["# Water\n\nWater boils.\n"]
    assert texts["0000/a_1-1.md"] == ["No title.\n"]  # ids that one file name cannot tell apart
    (case,) = load_cases(tmp_path / "out.cases.jsonl")
    assert [(gold.file, gold.quote, gold.grade) for gold in case.gold] == [
        ("0000/a_1.md", None, 2.0),
        ("0000/a_1-1.md", None, 1.0),
    ]
    assert case.answerable


def test_beir_errors_name_file_and_line(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path)
    with pytest.raises(UsageError, match=r"dev\.tsv"):
        import_beir(folder, tmp_path / "a", split="dev")
    (folder / "qrels" / "dev.tsv").write_text("7\ta/1\tmany\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        import_beir(folder, tmp_path / "b", split="dev")
    (folder / "queries.jsonl").write_text('{"_id": "7"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"queries\.jsonl, line 1"):
        import_beir(folder, tmp_path / "c")
