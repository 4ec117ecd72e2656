"""The two elements Streamlit does not have: an answer with citation chips, and a page with its quote marked.

They get plain data and build the page with textContent only: no text of a document or a model is ever read as HTML.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.answers import Answer
from app.phrases import Language
from app.ui.plain import visible
from app.ui.strings import words
from app.viewing import PageView

if TYPE_CHECKING:
    from streamlit.runtime.state.common import WidgetCallback

_EXACT = 0.9995  # score of a citation from which its quote stands on the page letter by letter
_HERE = Path(__file__).parent


def _text(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _component(name: str) -> Any:
    """A component with its style and script; formulas are drawn the same in each."""
    return st.components.v2.component(
        f"seodang_{name}", css=_text(f"{name}.css"), js=f"{_text('formula.js')}\n{_text(f'{name}.js')}"
    )


_answer, _page = _component("answer"), _component("page")
# The name of Streamlit's own KaTeX has a hash in it. Where it is gone, formulas are shown as they were written.
_KATEX = next((file.name for file in (Path(st.__file__).parent / "static/static/js").glob("katex.*.js")), "")


def answer_element(
    answer: Answer,
    language: Language,
    *,
    key: str,
    selected: int | None,
    fresh: bool,
    on_open: WidgetCallback = lambda: None,
    draft: bool = False,
) -> None:
    """The answer's sentences with their chips. A click leaves the citation's marker in ``session_state[key].open``
    and calls ``on_open``. A ``fresh`` answer scrolls into view; a ``draft`` cannot be copied yet."""
    data = answer_data(answer, language) | {"selected": selected, "fresh": fresh, "draft": draft}
    _answer(key=key, data=data, on_open_change=on_open)


def answer_data(answer: Answer, language: Language) -> dict[str, Any]:
    """What the element draws. A quote that is only like the page says so; a sentence without a citation is marked."""
    return {
        "claims": [
            {"text": visible(claim.text), "markers": list(claim.markers), "frame": claim.frame}
            for claim in answer.claims
        ],
        "citations": {
            str(citation.marker): {
                "location": visible(citation.location),
                "quote": visible(citation.quote),
                "about": words("about_quote", language, score=citation.score) if citation.score < _EXACT else "",
                "label": words("source_of", language, marker=citation.marker, location=visible(citation.location)),
            }
            for citation in answer.citations
        },
        "unsupported": words("unsupported", language),
        "copy": words("copy", language),
        "copied": words("copied", language),
        "plain": _as_text(answer),
        "katex": _KATEX,
    }


def _as_text(answer: Answer) -> str:
    """What the copy button copies: the answer with its sources."""
    sources = [f"[{citation.marker}] {citation.location}" for citation in answer.citations]
    return visible("\n".join([answer.text, *([""] if sources else []), *sources]))


def page_element(view: PageView, language: Language, *, key: str) -> None:
    """The page's image with the quote boxed, or its text with the quote marked."""
    image = base64.b64encode(view.image).decode("ascii") if view.image else ""
    data = {
        "image": f"data:image/png;base64,{image}" if image else "",
        "alt": words("page_image", language, place=visible(f"{view.document.path} {view.place}")),
        "mark": words("quote_box", language),
        "boxes": [[box.x0, box.y0, box.x1, box.y1] for box in view.boxes],
        "segments": [
            {"text": visible(segment.text), "marked": segment.marked, "style": segment.style, "block": segment.block}
            for segment in view.segments
        ],
        "language": view.document.language,
        "katex": _KATEX,
    }
    _page(key=key, data=data)
