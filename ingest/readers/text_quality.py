"""Is this text what one sees on the page? Fonts without a character map give letters that mean nothing."""

from __future__ import annotations

import re
import unicodedata

LATIN_WORD = re.compile(r"[A-Za-zÀ-ÿ]{3,}")
VOWEL = re.compile("[aeiouyà-åè-ïò-öù-ý]", re.IGNORECASE)
HIGH_LATIN = re.compile("[\u0080-\u00ff]")
ENOUGH = 40  # characters or words, below which nothing can be said
NONSENSE = 0.3  # share of characters that are nothing
TOOL_TITLES = re.compile(
    r"microsoft \w+ - .*|untitled.*|powerpoint.*|제목 ?없음|(?:프레젠테이션|문서|presentation|document|slide) ?\d*"
    r"|.*\.(?:docx?|pptx?|hwpx?|tex|dvi|pdf)",
    re.I,
)
VOICELESS = 0.5  # share of Latin words without a vowel; English has under 0.05


def is_garbled(text: str) -> bool:
    """Whether the text is mostly characters that stand for nothing, mojibake, or letters out of place."""
    visible = "".join(text.split())
    if len(visible) < ENOUGH:
        return False
    if unseen_share(visible) > NONSENSE:
        return True
    letters = sum(character.isalpha() for character in visible)
    if letters > ENOUGH and len(HIGH_LATIN.findall(visible)) > 0.5 * letters:
        return True  # Korean bytes read as Latin-1
    words = LATIN_WORD.findall(text)
    voiceless = sum(not VOWEL.search(word) for word in words)
    return len(words) > ENOUGH and voiceless > VOICELESS * len(words)


def unseen_share(visible: str) -> float:
    """The share of characters that stand for nothing: private use, control, unassigned, replacement."""
    odd = sum(unicodedata.category(c) in ("Co", "Cc", "Cn") or c == "\ufffd" for c in visible)
    return odd / len(visible) if visible else 0.0


def stated_title(title: str) -> str:
    """What a file says it is called, on one line; empty where a program made it up."""
    title = " ".join(unicodedata.normalize("NFC", title).split())
    return "" if TOOL_TITLES.fullmatch(title) or is_garbled(title) else title
