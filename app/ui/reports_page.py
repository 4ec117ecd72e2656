"""For the owner of a course: measure the answers, read and compare reports, decide on questions, see the use."""

from __future__ import annotations

import streamlit as st

from app.assistant import Assistant
from app.feedback import Feedback
from app.places import user_folder
from app.reports import Comparison, Evaluation, Period, RunInfo
from app.ui.evaluation_panel import draw_evaluation, run_label
from app.ui.plain import visible
from app.ui.report_frame import draw_report
from app.ui.resources import compared_runs, evaluation_runs, report_page, use_page
from app.ui.review_panel import draw_review
from app.ui.session import Session
from app.ui.strings import words

_VIEWS = ("runs", "questions", "use")
_PERIODS: tuple[Period, ...] = ("day", "week")


def draw_reports(session: Session, assistant: Assistant) -> None:  # noqa: ARG001 (every page has the same signature)
    language, evaluation = session.language, Evaluation(session.index)
    st.title(words("reports_page", language), anchor=False)
    st.caption(words("reports_intro", language))
    view = st.segmented_control(
        words("reports_page", language), _VIEWS, default="runs", key="reports-view", required=True,
        format_func=lambda view: words(f"reports_{view}", language), label_visibility="collapsed",
    )  # fmt: skip
    with st.container(key="reports"):
        if view == "questions":
            draw_review(evaluation, session)
        elif view == "use":
            _draw_use(evaluation, session)
        else:
            _draw_runs(evaluation, session)


def _draw_runs(evaluation: Evaluation, session: Session) -> None:
    language = session.language
    draw_evaluation(evaluation, session)
    runs = evaluation_runs(evaluation, session.index, evaluation.changed())
    if not runs:
        st.info(words("runs_none", language), icon=":material/info:")
        return
    st.dataframe([_row(run, session) for run in runs], hide_index=True, key="runs-table")
    names = {run.folder: run_label(run) for run in runs}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(words("run_report", language), list(names), format_func=names.__getitem__, key="run-open")
        others = [folder for folder in names if folder != chosen]
        earlier = st.selectbox(
            words("run_compare", language), ["", *others], key="run-earlier",
            format_func=lambda folder: names[folder] if folder else words("run_alone", language),
        )  # fmt: skip
        if st.button(words("run_read", language), type="primary", icon=":material/article:", key="run-read"):
            st.session_state["run-shown"] = (chosen, earlier)
    shown = st.session_state.get("run-shown")
    if shown != (chosen, earlier):
        return
    with st.spinner(words("report_making", language)):
        if earlier:
            _draw_comparison(compared_runs(evaluation, earlier, chosen, evaluation.changed()), session)
        page = report_page(evaluation, chosen, earlier or None, evaluation.changed())
    name = next(run.name for run in runs if run.folder == chosen)
    draw_report(page, language, key="report", file_name=f"{name}.html")


def _draw_comparison(found: Comparison, session: Session) -> None:
    """What moved, beyond chance first; the report below has everything."""
    language = session.language
    telling = sum(change.significant for change in found.changes)
    st.markdown(words("compare_summary" if telling else "compare_nothing", language, count=telling, cases=found.cases))
    rows = [
        {
            words("compare_figure", language): change.metric,
            words("compare_before", language): round(change.base, 3),
            words("compare_now", language): round(change.new, 3),
            words("compare_difference", language): f"{change.difference.mean:+.3f}"
            f" [{change.difference.low:+.3f}, {change.difference.high:+.3f}]",
            "p": round(change.difference.p, 4),
            words("compare_verdict", language): words(f"verdict_{change.verdict.partition(' ')[0]}", language),
        }
        for change in sorted(found.changes, key=lambda change: not change.significant)
        if change.base != change.new
    ]
    if rows:
        st.dataframe(rows, hide_index=True, key="compare-table")


def _draw_use(evaluation: Evaluation, session: Session) -> None:
    language = session.language
    if not session.store.find(limit=1) and not Feedback(user_folder(session.index)).ratings():
        st.info(words("insights_empty", language), icon=":material/info:")
        return
    by = st.segmented_control(
        words("use_by", language), _PERIODS, default="day", key="use-by", required=True,
        format_func=lambda by: words(f"use_{by}", language),
    )  # fmt: skip
    with st.spinner(words("report_making", language)):
        page = use_page(evaluation, session.index, by, evaluation.changed())
    draw_report(page, language, key="use-report", file_name=f"{session.index.name}-use.html")


def _row(run: RunInfo, session: Session) -> dict[str, object]:
    language = session.language
    figures = {
        words(f"figure_{name}", language): None if (share := run.headlines.get(name)) is None else round(share.mean, 3)
        for name in ("hit@5", "mrr@10", "evidence_shown", "false_refusal", "false_answer")
    }
    return {
        words("run_finished", language): run.finished[:16].replace("T", " "),
        words("run_cases", language): run.cases,
        words("run_synthetic", language): run.synthetic,
        **figures,
        words("run_judge", language): visible(run.judge or ""),
        words("run_name", language): visible(run.name),
    }
