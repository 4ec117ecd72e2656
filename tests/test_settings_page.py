"""The settings page without a browser: whose model answers, who is told what, and whose key goes where."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openai_server import Reply, serving
from streamlit.testing.v1 import AppTest
from test_ui import ask, opened, page, session, shown

from app.chat_model import ChatModel
from app.session_model import check, destination, load_session_model
from app.settings import AppSettings
from ingest.errors import UsageError


def index_with(course_index: Path, folder: Path, base_url: str) -> Path:
    """A copy whose settings name a model."""
    shutil.copytree(course_index, folder / "index")
    (folder / "seodang.toml").write_text(f'[app]\nmodel = "fake"\nbase_url = "{base_url}"\n', "utf-8")
    return folder / "index"


def chat(index: Path) -> AppTest:
    return AppTest.from_function(page, default_timeout=60, args=(str(index),)).run()


def test_the_host_of_a_remote_model_is_named_before_anything_is_asked(course_index: Path, tmp_path: Path) -> None:
    index = index_with(course_index, tmp_path, "https://user:secret@models.example.com/v1")
    assert "**models\\.example\\.com**" in shown(chat(index))
    settings = opened(index, "settings")
    assert "models\\.example\\.com" in shown(settings)
    assert "secret" not in shown(settings)


def test_the_servers_model_can_be_tested_and_switched_off_for_oneself(course_index: Path, tmp_path: Path) -> None:
    with serving(Reply("ok")) as model:
        index = index_with(course_index, tmp_path, model.url)
        settings = opened(index, "settings")
        settings.button("model-test").click().run()
        assert "연결됐어요" in settings.success[0].value
        assert len(model.requests) == 1
        assert "week2" not in model.prompts()[0]

        settings.radio("model-use-ko").set_value("none").run()
        assert session(settings).model == "none"
        assert "모델 없이 답합니다" in shown(settings)
        app = chat(index)
        session(app).model = "none"
        ask(app, "드롭아웃이 뭐야?")
        assert session(app).turns[0].answer is not None
        assert len(model.requests) == 1
        assert session(chat(index)).model is None  # another visitor


def test_a_change_of_language_keeps_what_was_chosen(course_index: Path, tmp_path: Path) -> None:
    settings = opened(index_with(course_index, tmp_path, "http://127.0.0.1:9/v1"), "settings")
    settings.radio("model-use-ko").set_value("none").run()
    settings.radio("settings-language").set_value("en").run()
    assert not settings.exception
    assert session(settings).model == "none"
    assert settings.radio("model-use-en").value == "none"


def test_the_servers_key_never_goes_to_an_address_that_somebody_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-server")
    with serving(Reply("ok")) as model:
        check(load_session_model("fake", model.url, "", AppSettings()))
        check(load_session_model("fake", model.url, "sk-typed", AppSettings()))
    assert model.keys == ["Bearer none", "Bearer sk-typed"]


def test_what_is_on_this_machine_is_told_apart_from_what_is_not() -> None:
    def to(base_url: str) -> tuple[str, bool]:
        place = destination(ChatModel.load("fake", base_url=base_url, api_key="x"))
        return place.host, place.local

    assert to("http://localhost:11434/v1") == ("localhost", True)
    assert to("http://127.0.0.2/v1") == ("127.0.0.2", True)
    assert to("http://[::1]:8080/v1") == ("::1", True)
    assert to("http://192.168.0.7/v1") == ("192.168.0.7", False)
    assert to("https://localhost.example.com/v1") == ("localhost.example.com", False)
    assert destination(ChatModel.load("openai:gpt-x", api_key="x")).host == "api.openai.com"


def test_an_address_that_is_none_is_refused_with_an_example() -> None:
    with pytest.raises(UsageError, match="http://localhost"):
        load_session_model("fake", "file:///etc/passwd", "", AppSettings())
