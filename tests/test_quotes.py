"""What an answer without a model quotes: the evidence, little else; and names that are nearly those asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.answers import MAX_CITATIONS, Verdict
from app.assistant import Assistant
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.embedding import BuiltinEmbedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

Ask = Callable[[dict[str, str]], Assistant]


@pytest.fixture
def course_of(tmp_path: Path, analyser: Analyser) -> Iterator[Ask]:
    """An assistant over the given files, with the built-in embedding."""
    opened: list[Assistant] = []

    def make(files: dict[str, str]) -> Assistant:
        for name, text in files.items():
            (tmp_path / "course").mkdir(exist_ok=True)
            (tmp_path / "course" / name).write_text(text, "utf-8")
        settings, embedder = IngestSettings(workers=1), BuiltinEmbedder()
        ingest(tmp_path / "course", tmp_path / "index", settings, embedder, analyser)
        opened.append(Assistant(IndexFolder(tmp_path / "index"), embedder, analyser, AppSettings()))
        return opened[-1]

    yield make
    for assistant in opened:
        assistant.close()


def test_the_answer_says_what_its_quotes_say_and_is_short(course_of: Ask) -> None:
    filler = "\n\n".join(f"Remark {n}: the weather on day {n} was mild, and nobody took notes." for n in range(40))
    text = "The warehouse closes at nine. It opens again at six in the morning, except on Sundays."
    assistant = course_of({"hours.md": f"# Hours\n\n{filler}\n\n{text}\n\n{filler}"})
    answer = assistant.ask("When does the warehouse open in the morning?")
    assert answer.verdict is Verdict.ANSWER
    assert "It opens again at six" in answer.text
    assert sum(len(citation.quote) for citation in answer.citations) <= 600
    said = " ".join(claim.text for claim in answer.claims)
    assert all(" ".join(citation.quote.split()) in said for citation in answer.citations)
    assert all(claim.markers for claim in answer.claims)


def test_a_question_for_a_reason_is_answered_by_one(course_of: Ask) -> None:
    filler = "\n\n".join(f"Remark {n}: the weather on day {n} was mild, and nobody took notes." for n in range(40))
    room = "두 번째 방에는 창문이 없다. 두 번째 방의 벽은 희다. 서고로 쓰던 곳이어서 책이 바래지 않도록 빛을 막았다."
    assistant = course_of({"notes.md": f"# Notes\n\n{filler}\n\n{room}\n\n{filler}"})
    quotes = [citation.quote for citation in assistant.ask("왜 두 번째 방에는 창문이 없어?").citations]
    assert any("빛을 막았다" in quote for quote in quotes)


def test_sentences_side_by_side_become_one_quote(course_of: Ask) -> None:
    text = "Sourdough rises for twelve hours. Sourdough rises longer in a cold kitchen."
    assistant = course_of({"bread.md": f"# Bread\n\n{text}\n\n# Soup\n\nSoup needs an onion.\n"})
    quotes = [citation.quote for citation in assistant.ask("How long does sourdough rise?").citations]
    assert any("twelve hours. Sourdough rises longer" in quote for quote in quotes)


def test_a_heading_in_the_questions_own_words_is_no_answer(course_of: Ask) -> None:
    assistant = course_of({"net.md": "# 신경망\n\n## 드롭아웃\n\n드롭아웃은 뉴런 일부를 무작위로 끕니다.\n"})
    answer = assistant.ask("드롭아웃이 뭐야?")
    assert [citation.quote for citation in answer.citations] == ["드롭아웃은 뉴런 일부를 무작위로 끕니다."]


@pytest.mark.parametrize("question", ["Which documents mention quantization?", "어떤 자료에서 양자화를 언급해?"])
def test_a_list_over_documents_names_each(course_of: Ask, question: str) -> None:
    files = {f"note-{n}.md": f"# Note {n}\n\nWe tried quantization on model {n}.\n" for n in range(10)}
    files |= {f"talk-{n}.md": f"# Talk {n}\n\nThe weather was mild on day {n}.\n" for n in range(10)}
    answer = course_of(files).ask(question)
    assert answer.verdict is Verdict.ANSWER
    assert {citation.path for citation in answer.citations} == {f"note-{n}.md" for n in range(10)}


def test_rows_of_a_table_bring_their_columns_and_stay_within_the_limit(course_of: Ask) -> None:
    rows = "\n".join(f"| {name} | {n * 3} GB | {n + 1} h |" for n, name in enumerate(["LoRA", "QLoRA", "adapters"], 1))
    notes = {f"run-{n}.md": f"# Run {n}\n\n| method | memory | time |\n|---|---|---|\n{rows}\n" for n in range(6)}
    answer = course_of(notes).ask("How much memory does QLoRA need?")
    assert answer.verdict is Verdict.ANSWER
    assert "memory: 6 GB" in answer.text
    assert len(answer.citations) <= MAX_CITATIONS


def test_marks_of_markdown_are_not_said(course_of: Ask) -> None:
    text = "> **Dropout** drops *random* units in training,\n> `nn.Dropout(p)` 2 * p of them, **kwargs or not.\n"
    answer = course_of({"dropout.md": f"# Notes\n\n{text}"}).ask("What does nn.Dropout drop in training?")
    for said in ("Dropout drops random units in training,", "`nn.Dropout(p)` 2 * p of them, **kwargs or not."):
        assert said in answer.text


def test_a_name_with_another_number_is_another_name(course_of: Ask) -> None:
    text = (
        "# Models\n\nGPT-3 has 175 billion parameters.\n\nGPT-2 has 1.5 billion parameters.\n\nBERT reads both ways.\n"
    )
    assistant = course_of({"models.md": text})
    assert "175 billion" in assistant.ask("How many parameters does GPT-3 have?").text
    assert assistant.ask("GPT-3는 파라미터가 몇 개야?").verdict is Verdict.ANSWER
    assert assistant.ask("GPT3는 파라미터가 몇 개야?").verdict is Verdict.ANSWER  # written otherwise
    assert assistant.ask("GPT-4는 파라미터가 몇 개야?").verdict is Verdict.REFUSE


def test_a_document_is_known_by_the_name_of_its_file(course_of: Ask) -> None:
    assistant = course_of(
        {
            "8week-review.md": "# 첫 달\n\n## 4주차\n\n- PAL: 코드로 수학 문제 풀기\n- RAG: 자료를 찾아서 답하기\n",
            "plan.md": "# 계획\n\n매주 토요일에 모입니다.\n",
        }
    )
    answer = assistant.ask("회고 글에서 PAL은 뭐라고 했어?")  # 회고: review
    assert answer.verdict is Verdict.ANSWER
    assert "코드로 수학 문제" in answer.text


def test_one_answer_of_a_list_of_questions_is_not_mixed_with_the_next(course_of: Ask) -> None:
    questions = (
        ("색인과 자료를 따로 저장하는 까닭은 무엇인가요?", "색인의 영향을 받지 않아 저장이 빠르다."),
        ("비트맵 색인의 장점은 무엇인가요?", "비트로 되어 있어 저장 공간이 작다."),
        ("문서 저장소의 장점은 무엇인가요?", "조인이 없어 노드를 늘리기 쉽다."),
    )
    items = "\n".join(f"<details><summary>{q}</summary>\n<p>\n\n{a}\n\n</p>\n</details>\n" for q, a in questions)
    citations = course_of({"qa.md": f"# 질의응답\n\n{items}"}).ask("비트맵 색인 장점이 뭐야?").citations
    (quote,) = (citation.quote for citation in citations if "저장 공간이 작다" in citation.quote)
    assert "저장이 빠르다" not in quote
    assert "문서 저장소" not in quote


def test_a_time_of_the_day_is_asked_for_not_a_date(course_of: Ask) -> None:
    text = "과제 제출은 3월 20일이다. 과제는 22:00까지 올린다."
    filler = "\n\n".join(f"{n}번째 날은 맑았고 아무도 적지 않았다." for n in range(40))
    quotes = course_of({"a.md": f"# 과제\n\n{text}\n\n# 날씨\n\n{filler}"}).ask("과제 제출은 몇 시까지야?").citations
    assert any("22:00" in citation.quote for citation in quotes)


def test_the_same_sentence_in_two_formats_is_quoted_once(course_of: Ask) -> None:
    marked = "> The name of the **Monte Carlo** method comes from a town with a casino.\n"
    plain = "<html><body><h1>Names</h1><p>The name of the Monte Carlo method comes from a town with a casino."
    assistant = course_of({"a.md": f"# Names\n\n{marked}", "a.html": plain})
    answer = assistant.ask("Where does the name Monte Carlo come from?")
    assert len([claim for claim in answer.claims if "casino" in claim.text]) == 1


def test_a_word_taken_for_another_is_said(course_of: Ask) -> None:
    assistant = course_of({"a.md": "# Models\n\nThe transformer keeps every token of the sequence in view.\n"})
    answer = assistant.ask("What does the transfromer keep?")
    assert answer.notices == ("Searched for “transformer” instead of “transfromer”.",)
    assert assistant.ask("What does the transformer keep?").notices == ()


def test_code_is_said_as_one_block_and_addresses_of_files_are_left_out(course_of: Ask) -> None:
    code = "```python\ndef load(path):\n    return open(path)\n```"
    prose = "The function load opens the file at a path, see [the first day](day1_task.md)."
    assistant = course_of({"a.md": f"# Loading a file\n\n{prose}\n\n{code}\n"})
    answer = assistant.ask("Show me the code of the function load that opens a file at a path")
    said = " ".join(claim.text for claim in answer.claims)
    assert "```\ndef load(path):\n    return open(path)\n```" in said
    assert "see the first day." in said
    assert "python" not in said


def test_copies_of_a_sentence_from_other_years_are_quoted_once_unless_their_numbers_differ(course_of: Ask) -> None:
    line = "Hey, this year the groups of the seminar hand in their report {} the last meeting, {} people in each group."
    files = {
        "2020.md": f"# Groups\n\n{line.format('after', 4)}\n",
        "2021.md": f"# Groups\n\n{line.format('before', 4)}\n",
        "2022.md": f"# Groups\n\n{line.format('after', 3)}\n",
    }
    said = [claim.text for claim in course_of(files).ask("How many people are in each group of the seminar?").claims]
    assert len([text for text in said if "4 people" in text]) == 1
    assert len([text for text in said if "3 people" in text]) == 1


def test_code_that_is_asked_for_is_quoted_from_one_line_on_as_far_as_it_fits(course_of: Ask) -> None:
    lines = [f"    step_{number} = prepare(path, number={number})" for number in range(12)]
    code = "\n".join(["```python", "def load_everything(path):", *lines, "    return step_11", "```"])
    assistant = course_of({"a.md": f"# Loading\n\nEverything is loaded from its path in twelve steps.\n\n{code}\n"})
    answer = assistant.ask("Show me the code that loads everything from its path in steps")
    quotes = [citation.quote for citation in answer.citations]
    assert sum(quote.count("prepare(path") for quote in quotes) >= 5
    assert any(quote.startswith("def load_everything(path):\n    step_0") for quote in quotes)
    assert max(map(len, quotes)) <= 300


MILL = """# The old mill

The mill stands on the river below the village. It was built of oak, and its wheel is 6 metres wide.
The miller keeps 40 sacks of flour in the loft. He also keeps bees behind the house.

# 방앗간 쉼터

쉼터는 방앗간 옆에 있고 자리는 12개입니다. 저녁에는 등불을 켭니다. 등불은 마을 사람들이 직접 만들었습니다.
"""


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("How wide is the wheel of the mill?", Verdict.ANSWER),
        ("How many sacks of flour does the miller keep?", Verdict.ANSWER),
        ("How many bees does the miller keep?", Verdict.REFUSE),
        ("방앗간 쉼터에 자리는 몇 개야?", Verdict.ANSWER),
        ("쉼터에 켜는 등불은 몇 개야?", Verdict.REFUSE),
    ],
)
def test_a_number_is_answered_by_one_of_what_was_asked_for(course_of: Ask, question: str, verdict: Verdict) -> None:
    assert course_of({"mill.md": MILL}).ask(question).verdict is verdict


def test_a_comment_in_code_is_quoted_with_its_statement_and_brackets_are_closed(course_of: Ask) -> None:
    filler = "\n".join(f"total_{n} = count_sheep(field={n}, seed={n * 7})  # sheep of field {n}" for n in range(12))
    code = "# Keep only the last two letters\npost = LetterBox(\n    keep=2,\n)\n"
    assistant = course_of({"post.md": f"# Post\n\n```python\n{filler}\n{code}{filler}\n```\n"})
    quotes = " ".join(c.quote for c in assistant.ask("Which class keeps only the last letters?").citations)
    assert "# Keep only the last two letters\npost = LetterBox(\n    keep=2,\n)" in quotes
