"""HTML and SVG made of elements, escaped unless it was made here: text of documents cannot become markup."""

from __future__ import annotations

import html
from collections.abc import Iterable

from app.ui.plain import visible

_VOID = frozenset({"br", "meta"})


class Safe(str):
    """Markup. Only ``tag``, ``join`` and ``style_sheet`` make it."""

    __slots__ = ()


Child = str | Iterable["str | Safe"] | None


def tag(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Safe:
    """One element. A child or attribute that is not ``Safe`` is text. ``class_`` is class and ``stroke_width``
    stroke-width; True stands for an attribute without a value, None and False leave it out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Safe(f"<{name}{written}>")
    return Safe(f"<{name}{written}>{''.join(_child(child) for child in children)}</{name}>")


def join(*children: Child) -> Safe:
    """Several elements or texts, one after the other."""
    return Safe("".join(_child(child) for child in children))


def style_sheet(css: str) -> Safe:
    """A style element with a style sheet of ours; never with text of documents."""
    return Safe(f"<style>\n{css}</style>")


def document(language: str, *children: Child) -> str:
    """A whole page that may load nothing and run nothing, whatever is in it."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = join(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
    )
    return f"<!doctype html>\n{tag('html', head, *children, lang=language)}\n"


def _attribute(key: str, value: str | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f' {name}="{html.escape(visible(text))}"'


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Safe):
        return str(child)
    if isinstance(child, str):
        return html.escape(visible(child))
    return "".join(_child(one) for one in child)
