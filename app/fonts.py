"""A font of this machine that can write a text: PDF files made here carry their font, and Korean ones are too large to
ship (Noto Sans CJK is 19 MB)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from ingest.errors import UsageError

# Where Linux distributions, macOS and Windows keep their Korean fonts, then wide ones without Korean.
_KNOWN = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "/Library/Fonts/NanumGothic.ttf",
    "C:/Windows/Fonts/malgun.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:/Windows/Fonts/arial.ttf",
)
_REMEDY = (
    "Install one (apt-get install fonts-noto-cjk) or name a TrueType or OpenType file in seodang.toml:"
    ' [app] font = "/path/to/font.ttf"'
)


@dataclass(frozen=True, slots=True)
class Font:
    """``number``: the face within a collection (.ttc)."""

    path: Path
    number: int = 0


def find_font(text: str, named: str = "") -> Font:
    """The named font, else the first known one on this machine that has every letter of the text.

    Raises:
        UsageError: there is none.
    """
    letters = {ord(letter) for letter in text if letter.isalpha()}
    for path in [Path(named)] if named else map(Path, _KNOWN):
        if not path.is_file():
            continue
        number = _face(path, letters, rare=len(letters) // 50)
        if number is not None:
            return Font(path, number)
    if named:
        raise UsageError(f"{named}: not a font that has the letters of this text.", _REMEDY)
    korean = any("가" <= chr(letter) <= "힣" for letter in letters)
    raise UsageError(f"No {'Korean ' if korean else ''}font for the PDF on this machine.", _REMEDY)


def _face(path: Path, letters: set[int], rare: int) -> int | None:
    """The face that has the letters, all but a ``rare`` few (a formula's letter is no reason to have no guide); of
    several the Korean one."""
    try:
        with path.open("rb") as file:  # ours to close: fontTools leaves a broken one open
            if path.suffix.lower() not in (".ttc", ".otc"):
                return 0 if _lacks(TTFont(file, lazy=True), letters) <= rare else None
            faces = TTCollection(file, lazy=True).fonts
            fit = [(" KR" not in _name(face), n) for n, face in enumerate(faces) if _lacks(face, letters) <= rare]
            return min(fit)[1] if fit else None
    except (TTLibError, OSError):
        return None


def _lacks(face: TTFont, letters: set[int]) -> int:
    return len(letters - (face.getBestCmap() or {}).keys())


def _name(face: TTFont) -> str:
    return face["name"].getDebugName(4) or ""
