"""The house holds: who imports whom, who reads the environment, where each library lives."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
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
    "playwright": set(),  # for the workshops
    "langgraph": {"app.graph", "app.nodes", "app.state", "app.memory"},
    "langchain": {"app.chat_model"},
    "langchain_openai": set(),  # providers are named, never imported
    "rapidfuzz": {"app.citations", "app.quoting", "app.spelling"},
    "starlette": {"app.rest"},
    "uvicorn": {"app.rest"},
    "mcp": {"app.mcp_server"},
    "pptx": set(),  # slides are read as the XML they are
}
NO_LIBRARIES = {*sys.stdlib_module_names, *MAY_IMPORT}


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


def distributions(*requirements: Iterable[str]) -> set[str]:
    """Their names in one spelling: ``huggingface_hub>=1`` is huggingface-hub."""
    found = {re.match(r"[\w.-]+", requirement) for listed in requirements for requirement in listed}
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in found if name}


def test_lower_layers_know_nothing_of_higher_ones() -> None:
    for name, tree in modules():
        for imported in imports(tree):
            top = imported.split(".")[0]
            if top in MAY_IMPORT:
                assert top in MAY_IMPORT[name.split(".")[0]], f"{name} imports {imported}"


def test_each_library_has_its_home() -> None:
    found: dict[str, set[str]] = {library: set() for library in HOMES}
    for name, tree in modules():
        for library in {imported.split(".")[0] for imported in imports(tree)} & set(HOMES):
            if not name.startswith(("eval", "ingest.bilingual.train")):  # workshops
                found[library].add(name)
    assert found == HOMES


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


def test_every_library_is_declared_and_every_declared_one_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    product = distributions(project["dependencies"])
    with_extras = product | distributions(extras["mcp"], extras["baselines"])
    origins = packages_distributions()
    used: set[str] = set()
    for name, tree in modules():
        declared = with_extras | distributions(extras["dev"]) if name.startswith("eval.benchmarks") else with_extras
        for library in {imported.split(".")[0] for imported in imports(tree)} - NO_LIBRARIES:
            found = distributions(origins.get(library, []))
            assert found & declared, f"{name} imports {library}"
            used |= found
    assert product - used == {"pystemmer"}  # snowballstemmer takes it by itself
