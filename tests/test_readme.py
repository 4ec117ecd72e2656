"""What the README promises exists: commands, settings, files."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.cli import main
from app.settings import AppSettings, ServerSettings
from ingest.settings import IngestSettings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_listed_with_its_variable() -> None:
    for kind, section in ((IngestSettings, "ingest"), (AppSettings, "app"), (ServerSettings, "server")):
        for field in fields(kind):
            assert f"`[{section}] {field.name}` | `SEODANG_{field.name.upper()}`" in README
    for name in re.findall(r"`SEODANG_(\w+)`", README):
        assert name.lower() in {
            field.name for kind in (IngestSettings, AppSettings, ServerSettings) for field in fields(kind)
        }


def test_every_command_of_the_table_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for command in re.findall(r"^\| `seodang (\w+)", README, re.M):
        assert f"    {command} " in shown


def test_the_tree_is_the_tree() -> None:
    block = README.split("## How it works")[1].split("```")[1]
    for name in re.findall(r"^(\S+/|\S+\.toml)", block, re.M):
        assert (ROOT / name).exists(), name
