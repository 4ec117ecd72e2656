"""The course in time: weeks with their day, files and topics; what is on now; where the files disagree."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app import suggestions
from app.assistant import Assistant
from app.timeline import Event, Timeline, Week
from app.ui.plain import escaped
from app.ui.resources import course_timeline, open_viewer
from app.ui.session import Session, Source
from app.ui.source_panel import draw_source
from app.ui.strings import words
from ingest.facets import Filters
from ingest.store import StoredDocument

_TERMS = 5  # topics of a week


def draw_course(session: Session, assistant: Assistant) -> None:
    language = session.language
    st.title(words("course_page", language), anchor=False)
    course = course_timeline(assistant, session.index, assistant.index.snapshot.number)
    if not course.events and not course.weeks:
        st.info(words("course_empty", language), icon=":material/event_busy:")
        return
    st.caption(words("course_intro", language))
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="course"):
        _draw_upcoming(course, session)
        current = course.current(date.today())
        for week in course.weeks:
            _draw_week(week, session, assistant, now=week is current)
        _draw_others(course, session)
    with right, st.container(key="source-open" if session.source else "source-none"):
        draw_source(session, assistant, open_viewer(session.index))


def _draw_upcoming(course: Timeline, session: Session) -> None:
    upcoming = course.upcoming(date.today())
    if upcoming:
        with st.container(border=True, key="course-upcoming"):
            st.caption(words("course_upcoming", session.language))
            for number, event in enumerate(upcoming):
                _event_button(event, session, f"upcoming-{number}")


def _draw_week(week: Week, session: Session, assistant: Assistant, *, now: bool) -> None:
    language = session.language
    title = words("week", language, week=week.number)
    if week.day is not None:
        title = words("week_day", language, week=week.number, day=week.day.isoformat())
    if now:
        title = f"{title} · {words('course_now', language)}"
    if week.topic:
        title = f"{title} · {escaped(week.topic)}"

    def ask() -> None:
        session.begin()
        session.scope = Filters(weeks=(week.number,))

    def study() -> None:
        st.session_state["study-what"] = f"week {week.number}"

    with st.expander(title, expanded=now, icon=":material/radio_button_checked:" if now else ":material/circle:"):
        for number, event in enumerate(week.events):
            _event_button(event, session, f"week-{week.number}-{number}")
        if week.disputed:
            st.caption(f":material/warning: {words('course_disputed', language)}")
            for number, event in enumerate(week.disputed):
                _event_button(event, session, f"disputed-{week.number}-{number}")
        if week.notices:
            st.caption(f":material/campaign: {words('course_changed', language)}")
            _document_buttons(week.notices, session, f"notice-{week.number}")
        files = tuple(document for document in week.documents if document not in week.notices)
        if files:
            st.caption(words("course_files", language))
            _document_buttons(files, session, f"file-{week.number}")
        topics = suggestions.topics_of(assistant.index, week.documents, _TERMS)
        if topics:
            st.caption(words("course_terms", language))
            st.text(" · ".join(topics))
        with st.container(horizontal=True):
            asked = st.button(
                words("course_ask", language, week=week.number), key=f"ask-week-{week.number}", on_click=ask,
                icon=":material/chat:",
            )  # fmt: skip
            studied = st.button(
                words("course_study", language, week=week.number), key=f"study-week-{week.number}", on_click=study,
                icon=":material/school:",
            )  # fmt: skip
        if asked:
            st.switch_page(st.session_state["pages"]["chat"])
        if studied:
            st.switch_page(st.session_state["pages"]["study"])


def _draw_others(course: Timeline, session: Session) -> None:
    language = session.language
    dated = {id(event) for week in course.weeks for event in (*week.events, *week.disputed)}
    others = [event for event in course.events if id(event) not in dated]
    for name, events in (("course_other", others), ("course_earlier", course.earlier)):
        if events:
            with st.expander(words(name, language), icon=":material/event_note:"):
                for number, event in enumerate(events):
                    _event_button(event, session, f"{name}-{number}")


def _event_button(event: Event, session: Session, key: str) -> None:
    day = event.day.isoformat()
    text = event.text if day in event.text else f"{day} · {event.text}"

    def open_event() -> None:
        session.source = Source(event.path, event.span.page, event.span)

    st.button(
        escaped(text), key=f"event-{key}", type="tertiary", on_click=open_event, help=escaped(event.path),
        icon=":material/edit_calendar:" if event.revision else ":material/event:",
    )  # fmt: skip


def _document_buttons(documents: tuple[StoredDocument, ...], session: Session, key: str) -> None:
    def open_document(path: str) -> None:
        session.source = Source(path, 1)

    for document in documents:
        st.button(
            escaped(document.title or document.path), key=f"event-{key}-{document.id}", type="tertiary",
            icon=":material/description:", help=escaped(document.path), on_click=open_document, args=(document.path,),
        )  # fmt: skip
