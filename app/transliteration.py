"""Back-transliteration of foreign names (Knight & Graehl 1998): 너프 -> nerf, 덴스넷 -> densenet.

A name of the week stands in no dictionary. How it may have been spelled before it was written in Hangul is enumerated,
likelier spellings first, and what the corpus knows among the first is meant. Only words that look foreign are tried:
Sino-Korean words have few syllables, and most of what the rest of the language has is common and known.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from app.understanding import Query
from ingest.bilingual.model import shipped
from ingest.index import Index
from ingest.lexical import SearchWord
from ingest.terms.bridge import stems_of
from ingest.terms.candidates import phrase_tokens

_ONSETS, _VOWELS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_FIRST = ord("가")

# Spellings of a sound: of cost 0, then 1, then 2, apart by spaces; "-" is none. After the guidelines for writing
# foreign words in Hangul (외래어 표기법), read backwards, and after what English spelling does to a vowel.
_ONSET = {
    "ㄱ": "g - gg,gu,gh", "ㄲ": "g,k,c", "ㄴ": "n nn kn", "ㄷ": "d dd th", "ㄸ": "d,t", "ㄹ": "l,r ll,rr wr,rh",
    "ㅁ": "m mm", "ㅂ": "b,v bb", "ㅃ": "b,p", "ㅅ": "s c,ss,th sc,z,ps", "ㅆ": "s c,ss,th", "ㅇ": "-",
    "ㅈ": "j,g,z s dg,d", "ㅉ": "z,zz", "ㅊ": "ch t,tch", "ㅋ": "c,k q,ch ck,cc,kh", "ㅌ": "t tt th",
    "ㅍ": "p,f ph,ff pp", "ㅎ": "h wh",
}  # fmt: skip
_SOFT = "s,sh c,ti,ci,ch si,ss"  # ㅅ before a sound of y
_VOWEL = {
    "ㅏ": "a u,ar o,er,ah", "ㅐ": "a e ai,ae", "ㅑ": "ya ia,a", "ㅒ": "ya", "ㅓ": "e,er,u o,a,or,ur,ir i,ar,ou,ea,re",
    "ㅔ": "e a,ea ae,ai,er", "ㅕ": "yeo,ye,you yo,io", "ㅖ": "ye,e", "ㅗ": "o or,au,aw a,oa,oo,al,our",
    "ㅘ": "oi,wa,ua oa", "ㅙ": "wa,we", "ㅚ": "oe", "ㅛ": "yo,io o", "ㅜ": "u,oo o,ou,w ew,ue,wo",
    "ㅝ": "wo,wa ua,uo,wor", "ㅞ": "we,wa ue,ua", "ㅟ": "wi,we,ui whi,wy,wea", "ㅠ": "u,ew,yu you,ue,iew,eu",
    "ㅡ": "- e,o,u i,a", "ㅢ": "ui", "ㅣ": "i,e,y ee,ie,ea ey,ei",
    "ㅏㅣ": "i,y ai,igh,ie uy,ye,ei", "ㅔㅣ": "a ai,ay,e,ey ei,ea", "ㅐㅣ": "a", "ㅗㅜ": "o ow,oa", "ㅏㅜ": "ou,ow au",
    "ㅗㅣ": "oi,oy", "ㅣㅓ": "ear,ier,ia,ea ie,eer,ere,io e", "ㅔㅓ": "air,are,ea,a ear,er", "ㅣㅏ": "ia,ea",
    "ㅜㅓ": "our,oor,ure,ua ue", "ㅏㅣㅓ": "ire,ia,yer ier,ya", "ㅣㅗ": "io,eo", "ㅣㅜ": "iu,eu", "ㅜㅣ": "ui,we,wi",
    "ㅗㅓ": "ore,oor,oa,or o,ow,owe", "ㅠㅓ": "ure,uer ewer", "ㅘㅣ": "whi,hi,wi wai,why",
}  # fmt: skip
_CODA = {
    "ㄱ": "ck,k,c,g cc,que ch,x", "ㄴ": "n nn,gn", "ㄷ": "d,t", "ㄹ": "l ll,le rl", "ㅁ": "m mm,mb", "ㅂ": "p,b pp f",
    "ㅅ": "t tt,th d,ght,ts", "ㅇ": "ng,n", "ㅆ": "t,s", "ㅋ": "k", "ㅌ": "t", "ㅍ": "p,f", "ㄲ": "k",
}  # fmt: skip
_SHUN = "tion,sion ssion,cian,tian"  # 션
_TS = "ts,z,tz s,zz"  # 츠

_NAMES = 10  # in a question
_MOST = 500  # spellings of a name
_COST, _COST_SHORT = 2.0, 1.0  # of a spelling, at most; of one of two syllables, or of a word that looks Korean
_SHORTEST = 3  # letters
_COMMON = 0.1  # of the chunks: a word in more of them names nothing
_HANGUL = re.compile(r"[가-힣]{2,10}")


def back_transliterated(query: Query, index: Index) -> Query:
    """The query with the corpus's spelling of foreign names as their translations: of the first few, nobody asks of
    more at once."""
    left = _NAMES
    words = []
    for word in query.words:
        names = [] if word.translations else [name for name in stems_of(word.written) if _is_name(name, word, index)]
        left -= len(names)
        token = next(filter(None, (_known(name, index) for name in names)), None) if left >= 0 else None
        words.append(replace(word, translations=((token, 1.0),)) if token else word)
    return replace(query, words=tuple(words))


def _is_name(name: str, word: SearchWord, index: Index) -> bool:
    """It is made of whole morphemes, looks foreign or is a longer word that the corpus does not know, and is no common
    word of two syllables."""
    morphemes = phrase_tokens(word.tokens)
    whole = name in ("".join(morphemes[:count]) for count in range(1, len(morphemes) + 1))
    known = len(name) == 2 and len(shipped().pieces(name)) == 1
    if not whole or known or not _HANGUL.fullmatch(name):
        return False
    return _looks_foreign(name) or (len(name) > 2 and not any(map(index.document_frequency, morphemes)))


def _known(name: str, index: Index) -> str | None:
    """The corpus's token for it: its cost against how often it stands there."""
    dearest = _COST if len(name) > 2 and _looks_foreign(name) else _COST_SHORT
    known: list[tuple[float, str]] = []
    for spelling, cost in takewhile(lambda found: found[1] <= dearest, spellings(name, _MOST)):
        token = index.analyser.tokens_of(spelling)[0] if len(spelling) >= _SHORTEST else ""
        frequency = index.document_frequency(token) if token else 0
        if 0 < frequency <= max(1.0, _COMMON * len(index)):
            known.append((cost - math.log10(frequency), token))
    return min(known)[1] if known else None


def spellings(name: str, most: int) -> Iterator[tuple[str, float]]:
    """At most so many Latin spellings of a word in Hangul with their costs, rising from 0."""
    slots = [sorted(slot, key=lambda option: option[1]) for slot in _slots(name)]
    heap = [(sum(slot[0][1] for slot in slots), 0, (0,) * len(slots))]
    seen: set[str] = set()
    while heap and len(seen) < most:
        cost, moved, chosen = heapq.heappop(heap)
        spelling = "".join(slot[option][0] for slot, option in zip(slots, chosen, strict=True))
        if spelling not in seen:
            seen.add(spelling)
            yield spelling, cost
        for at in range(moved, len(slots)):  # every choice is reached once: by raising its slots from left to right
            option = chosen[at] + 1
            if option < len(slots[at]):
                dearer = cost + slots[at][option][1] - slots[at][option - 1][1]
                heapq.heappush(heap, (dearer, at, (*chosen[:at], option, *chosen[at + 1 :])))


_Slot = list[tuple[str, float]]


def _slots(name: str) -> list[_Slot]:
    """What may be written for each sound, in order."""
    syllables = [_letters(syllable) for syllable in name]
    slots: list[_Slot] = []
    at = 0
    while at < len(syllables):
        onset, vowel, coda = syllables[at]
        at += 1
        if (onset, vowel, coda) == ("ㅅ", "ㅕ", "ㄴ"):
            slots.append(_options(_SHUN))
            continue
        if (onset, vowel, coda) == ("ㅊ", "ㅡ", ""):
            slots.append(_options(_TS))
            continue
        slots.append(_options(_SOFT if onset in "ㅅㅆ" and vowel in "ㅑㅕㅛㅠㅣㅟ" else _ONSET[onset]))
        silent = onset in "ㅈㅊㅅ" and vowel == "ㅣ" and not coda and at == len(syllables)  # 배치, batch
        while not coda and at < len(syllables) and syllables[at][0] == "ㅇ" and vowel + syllables[at][1] in _VOWEL:
            vowel, coda = vowel + syllables[at][1], syllables[at][2]
            at += 1
        slots.append([("", 0.0), *_options(_VOWEL[vowel])] if silent else _options(_VOWEL[vowel]))
        after = syllables[at] if at < len(syllables) else ("", "", "")
        if coda == "ㄱ" and after[0] and after[0] in "ㅅㅆ":  # 텍스트, text
            slots.append(_options("x,cs,ks cks,cc,cts"))
            syllables[at] = ("ㅇ", *after[1:])
        elif coda == "ㄹ" and after[0] == "ㄹ":
            slots.append(_options("l ll"))
            syllables[at] = ("ㅇ", *after[1:])
        elif coda:
            slots.append(_options(_CODA.get(coda, "-")))
        slots.append(_options("- e s" if at == len(syllables) else "- e" if coda or vowel == "ㅡ" else "- r"))
    return slots


def _options(tiers: str) -> _Slot:
    found = ((text, float(cost)) for cost, tier in enumerate(tiers.split(" ")) for text in tier.split(","))
    return [("" if text == "-" else text, cost) for text, cost in found]


def _letters(syllable: str) -> tuple[str, str, str]:
    number = ord(syllable) - _FIRST
    return _ONSETS[number // 588], _VOWELS[number % 588 // 28], _CODAS[number % 28]


def _looks_foreign(name: str) -> bool:
    """It has a syllable that no Sino-Korean word has, or begins with ㄹ, as none does."""
    letters = [_letters(syllable) for syllable in name]
    return letters[0][0] == "ㄹ" or any(_is_foreign(*syllable) for syllable in letters)


def _is_foreign(onset: str, vowel: str, coda: str) -> bool:
    closed = bool(coda)
    return (
        onset in "ㅋㄲㄸㅃㅉ"
        or (closed and coda not in "ㄱㄴㄹㅁㅂㅇ")
        or vowel in "ㅒㅙㅞ"
        or (vowel == "ㅡ" and not closed)
        or (vowel == "ㅔ" and (closed or onset not in "ㄱㅅㅈㅊㅇ"))
        or (vowel == "ㅐ" and closed and coda in "ㄴㄹㅁㅂ")
        or (vowel == "ㅣ" and onset in "ㄷㅌ")
        or (vowel == "ㅠ" and onset in "ㄴㄷㅁㅂㅌㅍ")
        or (vowel == "ㅓ" and not closed and onset in "ㄴㄷㄹㅁㅂㅌㅍ")
    )
