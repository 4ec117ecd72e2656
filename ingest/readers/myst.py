"""Markdown of Jupyter Book, Quarto and Sphinx (MyST) -> the Markdown that they are made of.

A directive such as ```` ```{note} ```` or ``::: {.callout-tip}`` looks like a block of code and holds prose: its first
and last lines and its options are left out. Directives of code (``{code-cell}``, ``{r, echo=FALSE}``, ``{math}``) stay.
Specification: mystmd.org and quarto.org, "Directives" and "Divs".
"""

from __future__ import annotations

import re

from ingest.mapped_text import MappedText

_PROSE = frozenset(
    """
    note tip warning important hint attention caution danger error seealso admonition topic sidebar margin epigraph
    exercise exercise-start solution solution-start dropdown card grid grid-item tab-set tab-item figure figure-md
    proof theorem lemma corollary definition proposition remark example axiom conjecture observation property glossary
    """.split()  # noqa: SIM905
)
_FENCE = re.compile(
    r"^[ \t]*(?P<marks>`{3,}|~{3,}|:{3,})[ \t]*(?:\{(?P<name>[^\s,}]*+)[^}\n]*+\})?(?P<rest>[^\n]*)$", re.M
)
_OPTIONS = re.compile(r"(?:\n[ \t]*:[\w-]+:[^\n]*)+")
_LABEL = re.compile(r"^\([\w:. -]+\)=[ \t]*$", re.M)
_ROLE = re.compile(r"\{[a-z][\w:.-]*\}(?=`)")


def without_directives(content: MappedText) -> MappedText:
    """The same text where none of these stands in it."""
    text = content.text
    left_out = _lines_of_directives(text)
    for pattern in (_LABEL, _ROLE):
        left_out += [match.span() for match in pattern.finditer(text)]
    parts: list[MappedText] = []
    at = 0
    for start, end in sorted(left_out):
        parts.append(content[at : max(at, start)])
        at = max(at, end)
    return MappedText.concat([*parts, content[at:]]) if left_out else content


def _lines_of_directives(text: str) -> list[tuple[int, int]]:
    """Ranges of the first lines (but for a title), options and last lines of directives that hold prose."""
    found: list[tuple[int, int]] = []
    open_fences: list[tuple[str, bool]] = []  # marks, whether it holds prose
    for fence in _FENCE.finditer(text):
        marks, bare = fence["marks"], not (fence["name"] or fence["rest"].strip())
        if bare and open_fences and open_fences[-1][0][0] == marks[0] and len(open_fences[-1][0]) <= len(marks):
            if open_fences.pop()[1]:
                found.append(fence.span())
        elif not open_fences or open_fences[-1][1]:  # nothing begins inside code
            name = fence["name"] or ""
            prose = marks[0] == ":" or name in _PROSE or name.startswith("prf:")
            open_fences.append((marks, prose))
            if prose:
                options = _OPTIONS.match(text, fence.end())
                titled = bool(fence["rest"].strip()) and not fence["rest"].strip().startswith((".", "/"))
                first = fence.start("rest") if titled else fence.end()
                found.append((fence.start(), first))
                if options:
                    found.append(options.span())
    return found
