"""Notebooks from percent-format Python, with the outputs the code really prints.

`# %% [markdown]` starts a text cell (its lines are comments), `# %%` a code cell. Cells run in one
namespace, NumPy only; the value of a last expression is shown as a notebook shows it.
"""

from __future__ import annotations

import ast
import contextlib
import io
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def _cells(text: str) -> list[tuple[bool, str]]:
    cells: list[tuple[bool, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("# %%"):
            cells.append(("[markdown]" in line, []))
        else:
            cells[-1][1].append(line)
    return [(prose, "\n".join(lines).strip("\n")) for prose, lines in cells]


def _prose(text: str) -> str:
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines())


def _run(code: str, names: dict[str, Any], count: int) -> list[Any]:
    tree = ast.parse(code)
    tail = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, f"<cell {count}>", "exec"), names)  # noqa: S102 - our own source, run to get its output
        if tail is not None:
            value = eval(compile(ast.Expression(tail.value), f"<cell {count}>", "eval"), names)  # noqa: S307
    outputs = []
    if printed.getvalue():
        outputs.append(new_output("stream", name="stdout", text=printed.getvalue()))
    if value is not None:
        outputs.append(new_output("execute_result", data={"text/plain": repr(value)}, execution_count=count))
    return outputs


def write(source: Path, path: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    cells, count = [], 0
    for index, (prose, text) in enumerate(_cells(source.read_text(encoding="utf-8")), 1):
        if prose:
            cell = new_markdown_cell(_prose(text))
        else:
            count += 1
            cell = new_code_cell(text, execution_count=count, outputs=_run(text, names, count))
        cell["id"] = f"cell-{index:02d}"
        cells.append(cell)
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
