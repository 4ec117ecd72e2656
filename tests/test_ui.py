"""The page as a person uses it, without a browser: ask, read, open a source, switch the language."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.plain import escaped, visible
from app.ui.session import Session, Source


def page(index: str) -> None:
    from pathlib import Path

    from app.ui.chat import draw

    draw(Path(index))


@pytest.fixture
def app(course_index: Path) -> AppTest:
    return AppTest.from_function(page, default_timeout=60, args=(str(course_index),)).run()


def shown(app: AppTest) -> str:
    """All text on the page that Streamlit itself draws."""
    parts = [*app.title, *app.markdown, *app.caption, *app.text, *app.error, *app.info]
    return "\n".join([*(str(part.value) for part in parts), *(button.label for button in app.button)])


def session(app: AppTest) -> Session:
    kept = app.session_state["session"]
    assert isinstance(kept, Session)
    return kept


def ask(app: AppTest, question: str) -> None:
    app.chat_input[0].set_value(question).run()
    assert not app.exception


def test_it_opens_with_questions_about_this_course(app: AppTest) -> None:
    examples = [button.label for button in app.button if str(button.key).startswith("example-")]
    assert any("주차" in example for example in examples)
    assert any("드롭아웃" in example or "Momentum" in example for example in examples)


def test_an_example_is_asked_with_one_click(app: AppTest) -> None:
    next(button for button in app.button if str(button.key).startswith("example-")).click().run()
    assert not app.exception
    assert session(app).turns[0].answer is not None


def test_an_answer_carries_citations(app: AppTest) -> None:
    ask(app, "드롭아웃이 뭐야?")
    answer = session(app).turns[0].answer
    assert answer is not None
    assert "절반" in answer.text
    assert answer.citations[0].path == "week2/notes.md"


def test_a_source_turns_its_pages_and_closes(app: AppTest) -> None:
    session(app).source = Source("week1/optimisers.pdf", 1)
    app.run()
    assert "week1/optimisers.pdf p. 1" in shown(app)
    app.button("source-next").click().run()
    assert "week1/optimisers.pdf p. 2" in shown(app)
    assert app.button("source-next").disabled
    app.button("source-close").click().run()
    assert "optimisers.pdf p." not in shown(app)


def test_a_source_that_left_the_index_is_said_to_be_gone(app: AppTest) -> None:
    session(app).source = Source("week9/gone.pdf", 1)
    app.run()
    assert not app.exception
    assert "색인에 없어요" in shown(app)


def test_a_refusal_names_places_that_open(app: AppTest) -> None:
    ask(app, "화성의 수도는 어디인가요?")
    turn = session(app).turns[0]
    assert turn.answer is not None
    assert turn.answer.verdict.value == "refuse"
    places = [button for button in app.button if str(button.key).startswith("nearest-")]
    assert places
    places[0].click().run()
    assert session(app).source is not None


def test_the_language_of_the_interface_can_be_changed(app: AppTest) -> None:
    app.radio("language").set_value("en").run()
    assert "New conversation" in shown(app)
    assert "새 대화" not in shown(app)


def test_a_missing_index_is_explained_without_a_traceback(tmp_path: Path) -> None:
    app = AppTest.from_function(page, default_timeout=60, args=(str(tmp_path / "nothing"),)).run()
    assert not app.exception
    assert "seodang ingest" in visible(app.error[0].value.replace("\\", ""))


@pytest.mark.parametrize(
    "text",
    ["![x](https://example.com/x.png)", "[a](javascript:alert(1))", "<img src=x>", ":red[x] $x$ :material/home:"],
)
def test_markdown_in_a_label_is_text(text: str) -> None:
    assert escaped(text).replace("\\", "") == text
    assert "](" not in escaped(text)
    assert "<" not in escaped(text).replace("\\<", "")


def test_marks_that_turn_the_writing_are_dropped() -> None:
    assert visible("week1\u202efdp.exe\x07\n") == "week1fdp.exe\n"
