"""What a judge said, in HTML: grades with intervals, agreement with people, the worst answers with its reasons."""

from __future__ import annotations

from eval.judge import BEST
from eval.judged import Judged, JudgedCase
from eval.markup import Safe, tag
from eval.report_words import grades_words, pairwise_words, with_interval

_ABOUT = {
    "faithfulness": "what the answer says stands in the passages",
    "relevance": "it answers the question that was asked",
    "completeness": "it says all that was expected",
}


def judge_section(judged: Judged, each: int) -> Safe:
    """Everything of a judgement; ``each``: how many answers are shown."""
    head = tag("tr", [tag("th", name, scope="col") for name in ("grade", "mean", "equal to people", "kappa")])
    rows = []
    for aspect, found in judged.aspects.items():
        agreed = judged.agreement.get(aspect)
        cells = [found, agreed.same if agreed else None, agreed.kappa if agreed else None]
        name = tag("td", aspect.value, tag("span", _ABOUT[aspect], class_="about"))
        rows.append(tag("tr", name, [tag("td", with_interval(cell)) for cell in cells]))
    note = f"A model's opinion; 1 is the best grade. {judged.left_out} cases without an answer are left out. " + (
        "Kappa is its agreement with people beyond chance: 0 none, 1 complete."
        if judged.agreement
        else "Nobody has labelled these answers, so how far to trust it is not known."
    )
    parts: list[Safe] = [
        tag("h2", "Judged by a model"),
        tag("p", f"{judged.model}, {len(judged.cases)} answers, prompt {judged.prompt}", class_="soft"),
        tag("div", tag("table", tag("thead", head), tag("tbody", rows)), class_="wide", tabindex=0),
        tag("p", note, class_="small soft"),
    ]
    if judged.failed:
        parts.append(tag("p", f"No verdict came back for {', '.join(judged.failed)}.", class_="small soft"))
    if judged.pairwise:
        parts.append(tag("p", f"{pairwise_words(judged.pairwise)}."))
    if worst := judged.worst(each):
        parts += [tag("h3", "Lowest grades"), *(_case(case) for case in worst)]
    return tag("section", parts)


def _case(case: JudgedCase) -> Safe:
    reasons = [tag("p", f"{aspect} {one.grade} of {BEST}: {one.reason}") for aspect, one in case.grades.items()]
    said = tag("div", tag("h5", "Given"), tag("p", case.answer), class_="side")
    why = tag("div", tag("h5", "The judge"), reasons, class_="side")
    return tag(
        "article",
        tag("h5", f"{case.case_id} · {grades_words(case)}"),
        tag("p", case.question, class_="question"),
        tag("div", said, why, class_="sides"),
        class_="case",
    )
