"""The house holds: who imports whom, who reads the environment, where each library lives."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"ingest": {"ingest"}, "app": {"app", "ingest"}, "eval": {"eval", "app", "ingest"}}
HOMES = {
    "faiss": {"ingest.dense"},
    "tantivy": {"ingest.lexical"},
    "kiwipiepy": {"ingest.korean"},
    "sqlite3": {"ingest.store", "ingest.disk_cache", "app.conversations", "app.study_files"},
    "fontTools": {"app.fonts"},
    "fpdf": {"app.study_pdf"},
    "playwright": {"eval.benchmarks.browser"},
    "langgraph": {"app.graph", "app.nodes", "app.state", "app.memory"},
    "langchain": {"app.chat_model"},
    "langchain_openai": set(),  # providers are named, never imported
    "rapidfuzz": {"app.citations", "app.quoting", "app.spelling"},
    "starlette": {"app.rest"},
    "uvicorn": {"app.rest"},
    "mcp": {"app.mcp_server"},
    "pptx": {"ingest.readers.pptx"},
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in MAY_IMPORT:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(path.read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_lower_layers_know_nothing_of_higher_ones() -> None:
    for name, tree in modules():
        for imported in imports(tree):
            top = imported.split(".")[0]
            if top in MAY_IMPORT:
                assert top in MAY_IMPORT[name.split(".")[0]], f"{name} imports {imported}"


def test_each_library_has_its_home() -> None:
    for name, tree in modules():
        for imported in imports(tree):
            homes = HOMES.get(imported.split(".")[0])
            if homes is not None and not name.startswith(("eval", "ingest.bilingual.train")):  # workshops
                assert name in homes, f"{name} imports {imported}"


def test_only_settings_read_the_environment() -> None:
    for name, tree in modules():
        reads = any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
            for node in ast.walk(tree)
        )
        assert not reads or name.endswith(".settings"), f"{name} reads the environment"


def test_no_module_of_app_has_a_standard_library_name() -> None:
    names = {path.stem for path in (ROOT / "app").rglob("*.py")} - {"__init__"}
    assert not names & set(sys.stdlib_module_names)
