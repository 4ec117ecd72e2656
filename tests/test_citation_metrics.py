"""Citations are judged by where their quotes stand."""

import pytest

from eval.cases import Case, Gold
from eval.citation_metrics import (
    Claim,
    citation_precision,
    citation_recall,
    claims,
    evidence_recall,
    evidence_shown,
    gold_place,
    page_exact,
    uncited_claims,
    without_markers,
)
from eval.evidence import covers, document_ranks, gold_ranks, holds, names_places, place_ranks, shows, supports
from eval.results import CitationResult, PassageResult

GOLD = Gold(file="plan.md", quote="CH6. RAG And Agents", location="plan.md › 3월 22일")


def cite(
    quote: str, path: str = "plan.md", location: str = "plan.md › 3월 22일", marker: str = "[1]"
) -> CitationResult:
    return CitationResult(marker=marker, path=path, location=location, quote=quote)


def found(text: str, path: str = "plan.md", location: str = "") -> PassageResult:
    return PassageResult(path=path, text=text, location=location)


def test_a_passage_holds_the_whole_quote_in_the_right_file() -> None:
    assert holds(found("- **CH6.** RAG\n  And Agents (#6)"), GOLD)
    assert not holds(found("CH6. RAG And"), GOLD)
    assert not holds(found("CH6. RAG And Agents", path="other.md"), GOLD)
    assert holds(found("anything"), Gold(file="plan.md", quote=None))


def test_what_stands_beyond_1200_characters_of_a_passage_earns_nothing() -> None:
    assert holds(found("x" * 1180 + " CH6. RAG And Agents"), GOLD)
    assert not holds(found("x" * 1182 + " CH6. RAG And Agents"), GOLD)


def test_ranks_of_quotes_files_and_places() -> None:
    other = Gold(file="notes.md", quote="never")
    case = Case(
        case_id="a", question="q", language="en", kind="x", answers=("x",), gold=(GOLD, other),
        equivalent_files=("en/notes.md",),
    )  # fmt: skip
    passages = [
        found("no", "en/notes.md"),
        found("no", location="plan.md › 3월 22일"),
        found("CH6. RAG And Agents"),
    ]
    assert gold_ranks(case, passages) == (3, None)
    assert document_ranks(case, passages) == (1, 1)
    assert place_ranks(case, passages, {}) == (2,)
    assert names_places(passages)
    assert names_places([])
    assert not names_places([found("no", "a.md", "a.md"), found("no", "a.md", "")])


def test_a_citation_shows_evidence_when_it_holds_half_of_the_quote_in_one_piece() -> None:
    gold = Gold(file="plan.md", quote="abcdefghij")
    assert shows(cite("xx c*d e f g yy"), gold)  # cdefg: five of ten
    assert not shows(cite("cdef"), gold)
    assert not shows(cite("abc hij"), gold)  # six characters, but in two pieces
    assert not shows(cite("x" * 300 + "abcdefghij"), gold)  # beyond what a quote may show
    assert evidence_shown([], [gold]) == 0.0


def test_a_quote_inside_the_evidence_supports_without_showing_it() -> None:
    gold = Gold(file="plan.md", quote="abcdefghij")
    assert supports(cite("cde"), gold)
    assert not shows(cite("cde"), gold)
    assert not supports(cite(" ** "), gold)


def test_evidence_recall_counts_gold_quotes() -> None:
    gold = [GOLD, Gold(file="plan.md", quote="CH7. something else")]
    assert evidence_recall([cite("CH6. RAG And Agents")], gold) == 0.5
    with pytest.raises(ValueError, match="no gold"):
        evidence_recall([], [])


def test_claims_are_sentences_with_the_markers_that_follow() -> None:
    assert claims("Alpha is beta. [1] Gamma is delta [2]. It is 3.5 high.[1, 3]\n\nEnd.") == (
        Claim("Alpha is beta.", frozenset("1")),
        Claim("Gamma is delta .", frozenset("2")),
        Claim("It is 3.5 high.", frozenset("13")),
        Claim("End.", frozenset()),
    )
    assert claims("첫 문장입니다. [1][2] 둘째 문장입니다.") == (
        Claim("첫 문장입니다.", frozenset("12")),
        Claim("둘째 문장입니다.", frozenset()),
    )
    assert claims("only a line [1]\nand a second [2]", ["and a second"]) == (Claim("only a line", frozenset("1")),)
    assert claims("| **1. Basics** | week 1 | [3]") == (Claim("| **1. Basics** | week 1 |", frozenset("3")),)
    assert claims("") == claims(" [1] ") == ()
    assert without_markers("A [1][2] b [1, 2].") == "A b ."


def test_alce_precision_and_recall_by_hand() -> None:
    citations = [cite("CH6. RAG And Agents", marker="[1]"), cite("irrelevant", marker="[2]")]
    made = claims("CH6 is on 22 March. [1] It rains. [2] The end.")
    assert citation_precision(citations, [GOLD]) == 0.5
    assert citation_recall(made, citations, [GOLD]) == pytest.approx(1 / 3)
    assert uncited_claims(made, citations) == pytest.approx(1 / 3)
    assert uncited_claims(claims("It rains. [9]"), citations) == 1.0  # the marker leads nowhere


def test_an_answer_without_claims_or_citations_has_no_rate() -> None:
    assert citation_precision([], [GOLD]) is None
    assert citation_recall([], [], [GOLD]) is None
    assert uncited_claims([], []) is None
    assert page_exact([], {}) is None


@pytest.mark.parametrize(
    ("location", "wanted", "inside"),
    [
        ("a.pdf p. 12", "p. 12", True),
        ("p. 12", "a.pdf p. 12", True),
        ("a.pdf p. 3–p. 5", "p. 4", True),
        ("a.pdf p. 3–5", "p. 4", True),
        ("a.pdf p. 3–p. 5", "p. 6", False),
        ("a.pdf p. 3–p. 5", "slide 4", False),
        ("a.md › Intro–› Ende", "› Ende", True),
        ("a.md › Weeks 1–2", "› Weeks 1–2", True),
        ("a.md › Intro", "› Ende", False),
        ("a.vtt 12:34–13:10", "12:59", True),
        ("a.vtt 59:59–1:00:10", "1:00:05", True),
    ],
)
def test_a_printed_location_covers_a_place(location: str, wanted: str, inside: bool) -> None:
    assert covers(location, wanted, location.split()[0] if "." in location.split()[0][1:-1] else "a.pdf") is inside


def test_what_lies_between_two_headings_is_known_from_the_index() -> None:
    order = ("› One", "› Tasks", "› Two", "› Tasks", "› Three")
    assert covers("a.md › One–› Three", "› Two", "a.md", order)
    assert covers("a.md › One–› Tasks", "› Two", "a.md", order)  # a repeated heading: the widest reading
    assert not covers("a.md › Two–› Three", "› One", "a.md", order)
    assert not covers("a.md › One–› Three", "› Two", "a.md")


def test_page_exact_looks_the_quote_up_at_the_place_it_names() -> None:
    places = {"a.pdf": [("p. 1", "first page"), ("p. 2", "second *page* en"), ("p. 3", "ds here")]}

    def rate(quote: str, location: str, path: str = "a.pdf") -> float | None:
        return page_exact([cite(quote, path, location)], places)

    assert rate("second page", "a.pdf p. 2") == 1.0
    assert rate("second page", "a.pdf p. 3") == 0.0  # off by one
    assert rate("page ends here", "a.pdf p. 2–p. 3") == 1.0
    assert rate("page ends here", "a.pdf p. 2") == 0.0
    assert rate("second page", "a.pdf p. 9") == 0.0
    assert rate("second page", "b.pdf p. 2", "b.pdf") == 0.0


def test_gold_place_judges_only_citations_of_gold() -> None:
    right, wrong = cite("CH6. RAG And Agents"), cite("CH6. RAG And Agents", location="plan.md › 4월 5일")
    assert gold_place([right, wrong, cite("other")], [GOLD], {}) == 0.5
    assert gold_place([cite("other")], [GOLD], {}) is None
