"""What the README promises exists: commands, settings, files."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from app.cli import main
from app.settings import AppSettings, ServerSettings
from ingest.settings import IngestSettings

ROOT = Path(__file__).parent.parent
Help = Callable[..., str]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_listed_with_its_variable() -> None:
    for kind, section in ((IngestSettings, "ingest"), (AppSettings, "app"), (ServerSettings, "server")):
        for field in fields(kind):
            assert f"`[{section}] {field.name}` | `SEODANG_{field.name.upper()}`" in README
    for name in re.findall(r"`SEODANG_(\w+)`", README):
        assert name.lower() in {
            field.name for kind in (IngestSettings, AppSettings, ServerSettings) for field in fields(kind)
        }


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Help:
    """What ``--help`` says of a command, white space made even."""

    def help_of(*command: str) -> str:
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        return " ".join(capsys.readouterr().out.split())

    return help_of


def listed() -> Iterator[tuple[str, ...]]:
    """The commands of the README's table."""
    for row in re.findall(r"^\| ((?:`.+?`(?:, )?)+) \|", README.split("## Use")[1], re.M):
        for names in re.findall(r"`(?:seodang )?((?:eval )?[a-z\\|]+)", row):
            group, _, commands = names.rpartition(" ")
            yield from ((*group.split(), command) for command in commands.split("\\|"))


def test_every_command_of_the_table_is_there(told: Help) -> None:
    assert len(set(listed())) == 22
    for command in listed():
        assert told(*command).startswith(f"usage: seodang {' '.join(command)} ")


def test_json_and_index_are_offered_where_they_do_something(told: Help) -> None:
    assert {command for command in listed() if "--json" not in told(*command)} == {("chat",), ("serve",), ("mcp",)}
    without_index = {command for command in listed() if "--index" not in told(*command)}
    assert without_index == {("eval", "compare"), ("eval", "import")}


def test_help_keeps_its_capitals_and_speaks_to_users(told: Help) -> None:
    assert "Put files or arXiv papers into the course, then ingest." in told("add")
    assert "Answer programs over HTTP on this machine." in told("serve")
    assert "entry point" not in told("eval")


def test_the_tree_is_the_tree() -> None:
    block = README.split("## How it works")[1].split("```")[1]
    for name in re.findall(r"^(\S+/|\S+\.toml)", block, re.M):
        assert (ROOT / name).exists(), name
