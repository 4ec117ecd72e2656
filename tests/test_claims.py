"""Claims are read from a model's text however it is cut into pieces and wrapped."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers import Verdict
from app.claims import ClaimReader, RawClaim
from app.model_failures import FailedModelError

CLAIMS = [
    RawClaim('A "quoted" {brace} claim.', ((1, "a } b {"),)),
    RawClaim("둘째 문장.", ((2, "인용"), (3, "또 인용"))),
]
LINES = [
    json.dumps({"claim": c.text, "evidence": [{"passage": n, "quote": q} for n, q in c.evidence]}, ensure_ascii=False)
    for c in CLAIMS
]
VERDICT = '{"verdict": "partial"}'


def read(pieces: list[str]) -> tuple[list[RawClaim], Verdict | None]:
    found: list[RawClaim] = []
    reader = ClaimReader(found.append, found.clear)
    reader.restart()
    for piece in pieces:
        reader.hear(piece)
    reader.finish(ended=True)
    return found, reader.verdict


@pytest.mark.parametrize(
    "wrap",
    [
        lambda lines: "\n".join(lines),
        lambda lines: "```json\n" + "\n".join(lines) + "\n```",
        lambda lines: "[" + ",\n".join(lines) + "]",
        lambda lines: "Sure {here}:\n" + "\n\n".join(lines),
        lambda lines: "\n".join(json.dumps(json.loads(line), indent=2) for line in lines),
        lambda lines: "{broken: yes}\n" + "\n".join(lines),
    ],
    ids=["lines", "fenced", "list", "prose", "indented", "broken-first"],
)
@given(cuts=st.lists(st.integers(0, 400), max_size=12))
def test_any_wrapping_in_any_pieces(wrap: Callable[[list[str]], str], cuts: list[int]) -> None:
    text = wrap([*LINES, VERDICT])
    ends = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    pieces = [text[a:b] for a, b in pairwise(ends)]
    assert read(pieces) == (CLAIMS, Verdict.PARTIAL)


@given(st.text(alphabet='{}[]",:\\ \nab1claimevidence', max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(FailedModelError):
        read([text[:7], text[7:]])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"claim": "x"}', RawClaim("x", ())),
        ('{"claim": "x", "evidence": {"passage": "2", "quote": "q"}}', RawClaim("x", ((2, "q"),))),
        ('{"claim": "x", "evidence": [1, null, {"quote": 3}, {"quote": "q"}]}', RawClaim("x", ((0, "q"),))),
        ('{"claim": " a\\n b ", "evidence": [], "number": 4}', RawClaim("a b", (), 4)),
    ],
)
def test_fields_that_are_missing_or_odd(line: str, expected: RawClaim) -> None:
    assert read([line])[0] == [expected]


def test_no_end_and_no_claims_are_failures() -> None:
    reader = ClaimReader(lambda _: None, lambda: None)
    reader.restart()
    reader.hear(LINES[0])
    with pytest.raises(FailedModelError, match="cut_off"):
        reader.finish(ended=False)
    with pytest.raises(FailedModelError, match="malformed"):
        read(["nothing of the kind"])
    with pytest.raises(FailedModelError, match="malformed"):
        reader.hear("x" * 300_000)
