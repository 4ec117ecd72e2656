"""Slides written in Markdown inside a web page (remark, xaringan, reveal): their Markdown, as one text."""

from __future__ import annotations

import re

from lxml import etree

_SOURCES = "//textarea[@id='source' or @data-template] | //script[@type='text/template' or @type='text/x-markdown']"
_BETWEEN = re.compile(r"^[ \t]*---?[ \t]*$", re.M)  # slides, and what comes one after another on a slide
_PROPERTIES = re.compile(
    r"\A\s*(?:(?:class|name|layout|template|count|exclude|background-\w+)[ \t]*:[^\n]*(?:\n|\Z)\s*)+"
)
_NOTES = re.compile(r"^\?\?\?[ \t]*$", re.M)
_CLASS = re.compile(r"(?<![\w)])\.[a-z][\w-]*(?:\.[a-z][\w-]*)*\[")


def deck_of(root: etree._Element) -> str:
    """Empty where the page has no such slides."""
    slides = [slide for source in root.xpath(_SOURCES) for slide in _BETWEEN.split("".join(source.itertext()))]
    return "\n\n".join(_NOTES.sub("", _without_classes(_PROPERTIES.sub("", slide))).strip() for slide in slides).strip()


def _without_classes(slide: str) -> str:
    """``.pull-left[text]`` -> ``text``; what is never closed stays as it is written."""
    kept: list[str] = []
    opened: list[bool] = []  # of each open bracket, whether it is a class's
    at = 0
    classes = {match.end() - 1: match.start() for match in _CLASS.finditer(slide)}
    for place, character in enumerate(slide):
        if character == "[":
            opened.append(place in classes)
            if place in classes:
                kept.append(slide[at : classes[place]])
                at = place + 1
        elif character == "]" and opened and opened.pop():
            kept.append(slide[at:place])
            at = place + 1
    return slide if any(opened) else "".join([*kept, slide[at:]])
