"""The page as a person uses it, without a browser: ask, read, open a source, switch the language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openai_server import Reply, serving
from streamlit.testing.v1 import AppTest

from app.answers import Answer, Citation, Claim, Verdict
from app.chat_model import ChatModel
from app.feedback import Feedback
from app.places import user_folder
from app.ui.elements import answer_data
from app.ui.plain import escaped, visible
from app.ui.session import Session, Source
from ingest.documents import Span


def page(index: str) -> None:
    from pathlib import Path

    from app.ui.chat import draw

    draw(Path(index))


def other_page(index: str, name: str) -> None:
    """A page that stands behind a link of the sidebar, drawn by itself."""
    from importlib import import_module
    from pathlib import Path

    from app.ui.resources import open_assistant
    from app.ui.session import current_session

    module = import_module(f"app.ui.{name}_page")
    getattr(module, f"draw_{name}")(current_session(Path(index)), open_assistant(Path(index)))


def opened(index: Path, name: str) -> AppTest:
    app = AppTest.from_function(other_page, default_timeout=60, args=(str(index), name)).run()
    assert not app.exception
    return app


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


def test_a_conversation_is_resumed_from_its_link(app: AppTest, course_index: Path) -> None:
    ask(app, "드롭아웃이 뭐야?")
    key = session(app).conversation
    assert key is not None
    later = AppTest.from_function(page, default_timeout=60, args=(str(course_index),))
    later.query_params["c"] = key
    later.run()
    assert [turn.question for turn in session(later).turns] == ["드롭아웃이 뭐야?"]
    assert session(later).turns[0].answer == session(app).turns[0].answer


def test_a_link_to_nothing_says_so(course_index: Path) -> None:
    app = AppTest.from_function(page, default_timeout=60, args=(str(course_index),))
    app.query_params["c"] = "unknown"
    app.run()
    assert not app.exception
    assert "없어요" in app.info[0].value


def test_a_changed_question_replaces_what_came_after(app: AppTest) -> None:
    ask(app, "드롭아웃이 뭐야?")
    ask(app, "어텐션이 뭐야?")
    app.button("edit-0").click().run()
    app.text_area[0].set_value("What does momentum keep?")
    next(button for button in app.button if "이렇게 묻기" in button.label).click().run()
    assert not app.exception
    (turn,) = session(app).turns
    assert turn.question == "What does momentum keep?"
    assert turn.answer is not None


def test_an_answer_can_be_asked_for_again(app: AppTest) -> None:
    ask(app, "드롭아웃이 뭐야?")
    first = session(app).turns[0].answer
    app.button("again-0").click().run()
    again = session(app).turns[0].answer
    assert first is not None
    assert again is not None
    assert again is not first
    assert again.text == first.text


def test_asking_again_knows_only_what_was_asked_before(app: AppTest) -> None:
    for question in ("드롭아웃이 뭐야?", "그건 뭘 끄는 거야?", "What does momentum keep?"):
        ask(app, question)
    first = session(app).turns[1].answer
    app.button("again-1").click().run()
    again = session(app).turns[1].answer
    assert first is not None
    assert again is not None
    assert again is not first
    assert again.text == first.text
    assert again.verdict is Verdict.ANSWER


def test_a_question_can_be_confined_to_a_week(app: AppTest) -> None:
    app.multiselect("scope-weeks-ko").set_value([1]).run()
    ask(app, "드롭아웃이 뭐야?")
    answer = session(app).turns[0].answer
    assert answer is not None
    assert {passage.path for passage in answer.passages} <= {"week1/optimisers.pdf"}
    assert answer.verdict.value == "refuse"


def test_a_deleted_conversation_comes_back_with_undo(app: AppTest) -> None:
    ask(app, "드롭아웃이 뭐야?")
    key = session(app).conversation
    app.button(f"delete-{key}").click().run()
    assert session(app).turns == []
    app.button("undo-delete").click().run()
    assert not app.exception
    assert session(app).conversation == key
    assert len(session(app).turns) == 1


def test_how_it_was_found_can_be_looked_at(app: AppTest) -> None:
    ask(app, "드롭아웃이 뭐야?")
    app.button("trace-0").click().run()
    assert not app.exception
    assert "week2/notes.md" in str(app.dataframe[0].value)


def test_it_says_what_a_model_searched_for_and_what_it_took(app: AppTest) -> None:
    phrasing = '{"phrasings": ["<b>김치찌개</b> 드롭아웃 재료"]}'
    with serving(Reply(phrasing), Reply('{"verdict": "none"}')) as server:
        session(app).model = ChatModel.load("fake", base_url=server.url, api_key="none")
        ask(app, "김치찌개에는 어떤 재료가 들어가?")
        app.button("trace-0").click().run()
    assert not app.exception
    assert "<b>김치찌개</b> 드롭아웃 재료" in [text.value for text in app.text]
    assert any("읽은 토큰 1,000개, 쓴 토큰 50개" in str(text.value) for text in app.text)


def test_the_language_of_the_interface_can_be_changed(app: AppTest) -> None:
    app.radio("language").set_value("en").run()
    assert "New conversation" in shown(app)
    assert "새 대화" not in shown(app)


def test_a_bad_answer_becomes_a_case_in_two_clicks(app: AppTest, course_index: Path) -> None:
    ask(app, "드롭아웃이 뭐야?")
    app.feedback("thumbs-0").set_value(0).run()
    next(button for button in app.button if str(button.key).startswith("case-0-")).click().run()
    assert not app.exception
    kept = Feedback(user_folder(course_index))
    assert kept.ratings()[-1]["good"] is False
    assert kept.cases()[-1]["question"] == "드롭아웃이 뭐야?"


def test_the_library_lists_and_filters(course_index: Path) -> None:
    app = opened(course_index, "library")
    rows = app.dataframe[0].value
    assert set(rows["파일"]) >= {"week1/optimisers.pdf", "week2/notes.md"}
    app.text_input("library-search").set_value("optim").run()
    assert list(app.dataframe[0].value["파일"]) == ["week1/optimisers.pdf"]
    app.text_input("library-search").set_value("없는 자료").run()
    assert "맞는 자료가 없어요." in shown(app)


def test_what_changed_is_shown_before_an_ingest(course_index: Path) -> None:
    app = opened(course_index, "library")
    app.button("ingest-check").click().run()
    assert "새 파일 0" in app.info[0].value


def test_the_course_shows_weeks_and_opens_their_files(course_index: Path) -> None:
    app = opened(course_index, "course")
    assert [expander.label for expander in app.expander] == ["1주차 · optimisers", "2주차 · 어텐션"]
    next(button for button in app.button if button.label == "어텐션").click().run()
    source = session(app).source
    assert source is not None
    assert source.path == "week2/attention.pptx"


def test_study_without_material_says_so(course_index: Path) -> None:
    assert "문장이 없어요" in shown(opened(course_index, "study"))


def test_the_owner_sees_what_was_asked(app: AppTest, course_index: Path) -> None:
    ask(app, "드롭아웃이 뭐야?")
    page = opened(course_index, "insights")
    assert "드롭아웃이 뭐야?" in list(page.dataframe[0].value["많이 물은 것"])


def test_several_courses_have_a_switcher_and_conversations_of_their_own(course_index: Path, tmp_path: Path) -> None:
    for name in ("대수학", "통계학"):
        shutil.copytree(course_index, tmp_path / name)
    app = AppTest.from_function(page, default_timeout=60, args=(str(tmp_path / "대수학"),)).run()
    ask(app, "드롭아웃이 뭐야?")
    app.selectbox("course-switch").set_value("통계학").run()
    assert not app.exception
    assert session(app).index == tmp_path / "통계학"
    assert session(app).turns == []
    app.selectbox("course-switch").set_value("대수학").run()
    assert len(session(app).store.find()) == 1


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


def test_what_an_answer_is_drawn_from_says_how_far_to_trust_it() -> None:
    """A quote that is only like the page, and a sentence without any, are marked; text stays what it is."""
    citation = Citation(1, "a.md", "a.md › A", "글 <b>", Span(1, 0, 3), score=0.9)
    answer = Answer("q", Verdict.PARTIAL, (Claim("글 <b>", (1,)), Claim("근거 없음")), (citation,), ())
    data = answer_data(answer, "ko")
    assert data["citations"]["1"]["about"] == "원문과 90% 일치"
    assert [claim["markers"] for claim in data["claims"]] == [[1], []]
    assert data["claims"][0]["text"] == "글 <b>"
