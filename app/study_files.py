"""Study items as files: CSV, and a deck that Anki imports (.apkg)."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from app.study import Item

# Our own writer and not genanki: its last release is of 2023, it brings four packages (the newest release of one is of
# 2021), and all that a deck of plain cards needs is the five tables of schema 11, which every Anki since 2.0 reads.
_FIELDS = ("Question", "Choices", "Answer", "Sentence", "Source")
_MODEL_ID = 1732150800001  # ours for ever: with another id Anki would make a second note type
_FRONT = '{{Question}}{{#Choices}}<div class="choices">{{Choices}}</div>{{/Choices}}'
_BACK = '{{FrontSide}}<hr id="answer"><b>{{Answer}}</b><p>{{Sentence}}</p><small>{{Source}}</small>'
_CSS = ".card { font-family: sans-serif; font-size: 20px; line-height: 1.6 } .choices, small { color: gray }"
_SCHEMA = """
CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
  ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
  models text not null, decks text not null, dconf text not null, tags text not null);
CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
  usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
  flags integer not null, data text not null);
CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
  mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
  ivl integer not null, factor integer not null, reps integer not null, lapses integer not null, left integer not null,
  odue integer not null, odid integer not null, flags integer not null, data text not null);
CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
  ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
  type integer not null);
CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null);
CREATE INDEX ix_notes_usn on notes (usn);
CREATE INDEX ix_cards_usn on cards (usn);
CREATE INDEX ix_revlog_usn on revlog (usn);
CREATE INDEX ix_cards_nid on cards (nid);
CREATE INDEX ix_cards_sched on cards (did, queue, due);
CREATE INDEX ix_revlog_cid on revlog (cid);
CREATE INDEX ix_notes_csum on notes (csum);
"""


def to_csv(items: Sequence[Item]) -> str:
    """A row an item, with a header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["question", "answer", "choices", "sentence", "source"])
    for item in items:
        row = [item.question, item.answer, " / ".join(item.choices), item.sentence, item.location]
        writer.writerow([_safe(value) for value in row])
    return out.getvalue()


def to_apkg(items: Sequence[Item], deck: str, now: float) -> bytes:
    """A deck of one card an item. A note's guid is made from its item, so that a later export imported over an earlier
    one updates its cards and keeps their schedule. ``now`` is in seconds; Anki takes the newer note."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "collection.anki2"
        _write_collection(file, list({item.key: item for item in items}.values()), deck, int(now))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
            archive.writestr("media", "{}")
    return out.getvalue()


def _write_collection(file: Path, items: Sequence[Item], deck: str, now: int) -> None:
    deck_id = _MODEL_ID + 1 + _checksum(deck)
    documents = (_CONF, _model(now, deck_id), _decks(deck, deck_id, now), _DECK_OPTIONS)
    with closing(sqlite3.connect(file)) as database:
        database.executescript(_SCHEMA)
        database.execute(
            "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
            (now, now * 1000, now * 1000, *map(json.dumps, documents)),
        )
        for place, item in enumerate(items):
            number = now * 1000 + place  # ids are milliseconds; Anki renumbers what is taken
            values = (item.question, " / ".join(item.choices), item.answer, item.sentence, item.location)
            first, *rest = (" ".join(value.split()) for value in values)
            fields = "\x1f".join(_as_html(value) for value in (first, *rest))
            database.execute(
                "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ' seodang ', ?, ?, ?, 0, '')",
                (number, item.key, _MODEL_ID, now, fields, first, _checksum(first)),
            )
            database.execute(
                "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
                (number, number, deck_id, now, place),
            )
        database.commit()


def _model(now: int, deck_id: int) -> dict[str, object]:
    fields = [
        {"name": name, "ord": place, "font": "Arial", "size": 20, "rtl": False, "sticky": False, "media": []}
        for place, name in enumerate(_FIELDS)
    ]
    template = {
        "name": "Seodang", "ord": 0, "qfmt": _FRONT, "afmt": _BACK, "bqfmt": "", "bafmt": "", "did": None,
    }  # fmt: skip
    model = {
        "id": _MODEL_ID, "name": "Seodang", "type": 0, "mod": now, "usn": -1, "sortf": 0, "did": deck_id,
        "tmpls": [template], "flds": fields, "css": _CSS, "latexPre": "", "latexPost": "", "tags": [], "vers": [],
        "req": [[0, "any", [0]]],
    }  # fmt: skip
    return {str(_MODEL_ID): model}


def _decks(name: str, deck_id: int, now: int) -> dict[str, object]:
    def deck(number: int, title: str) -> dict[str, object]:
        return {
            "id": number, "name": title, "mod": now, "usn": -1, "desc": "", "dyn": 0, "conf": 1, "collapsed": False,
            "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0], "extendNew": 10,
            "extendRev": 50,
        }  # fmt: skip

    return {"1": deck(1, "Default"), str(deck_id): deck(deck_id, name.replace("::", ":"))}  # "::" makes a subdeck


_CONF = {
    "nextPos": 1, "estTimes": True, "activeDecks": [1], "sortType": "noteFld", "timeLim": 0, "sortBackwards": False,
    "addToCur": True, "curDeck": 1, "newSpread": 0, "dueCounts": True, "curModel": str(_MODEL_ID), "collapseTime": 1200,
}  # fmt: skip
_DECK_OPTIONS = {
    "1": {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0, "replayq": True,
        "new": {"delays": [1, 10], "ints": [1, 4, 7], "initialFactor": 2500, "order": 1, "perDay": 20, "bury": True,
                "separate": True},
        "rev": {"perDay": 100, "ease4": 1.3, "fuzz": 0.05, "minSpace": 1, "ivlFct": 1, "maxIvl": 36500, "bury": True},
        "lapse": {"delays": [10], "mult": 0, "minInt": 1, "leechFails": 8, "leechAction": 0},
    }
}  # fmt: skip


def _as_html(text: str) -> str:
    """Anki shows fields as HTML and reads ``{{c1::…}}``, ``[sound:…]`` and ``\\(`` in them: here they are text."""
    return html.escape(text).translate({ord(mark): f"&#{ord(mark)};" for mark in "{}[]\\\x1f"})


def _checksum(text: str) -> int:
    """What Anki keeps of a note's first field to find equal ones: the first eight digits of its SHA-1."""
    return int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)


def _safe(value: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t")) else value
