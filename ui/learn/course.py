"""A teacher's course: its list as students see it, and the page that makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from i18n import message
from lessons import LESSONS
from lessons.challenge import CHALLENGES
from lessons.course import LONGEST_NOTE, LONGEST_TITLE, Course, Stop
from stage import link_button, progress
from ui.learn.kept import browsers_data
from ui.scene.session import show_notices
from ui.shared.keyed import keyed
from ui.shared.language import many, spoken, t

LONG = 2000
"""Characters of a link that every mail program and learning platform takes."""
UNTITLED = message("A course")


def course_shown() -> Course | None:
    """The course that the learner is in."""
    return st.session_state.get("course")


def put_course(course: Course | None) -> None:
    """The learner is in this course from now on, or in none."""
    if course is None:
        st.session_state.pop("course", None)
        st.session_state.pop("course_made", None)
    else:
        st.session_state["course"] = course


def with_course(link: str) -> str:
    """The link to a lesson or challenge, within the course that is shown."""
    course = course_shown()
    return f"{link}&{course.link}" if course is not None else link


def show_course(course: Course) -> None:
    """The list of its stops, or the page that makes it."""
    show_notices()
    if not course.stops or st.session_state.get("course_made", False):
        _make(course)
    else:
        _list(course)


def _list(course: Course) -> None:
    count = len(course.stops)
    with st.container(key="path_head", horizontal=True):
        about = many("{count} part, in this order.", "{count} parts, in this order.", count, count=count)
        title = course.title or t(UNTITLED)
        st.html(f'<h1 class="path">{escape(title)}</h1><p class="path">{escape(about)}</p>')
        order = [[stop.kind, stop.key] for stop in course.stops]
        progress(spoken({**browsers_data(), "order": order, "go_on": True}), key="progress")
    with st.container(key="course"):
        for stop in course.stops:
            _row(stop, course)
    with st.container(key="course_foot", horizontal=True, vertical_alignment="center"):
        link_button(spoken({"link": course.link}), key="course_link")
        change = t("Change this course")
        st.button(change, key="course_change", type="tertiary", icon=":material/edit:", on_click=_open_maker)
        st.page_link("learn.py", label=t("All lessons"), icon=":material/list:")


def _row(stop: Stop, course: Course) -> None:
    with st.container(key=f"{stop.kind}_{stop.key}"):
        st.page_link("learn.py", label=t(stop.shown.title), query_params={stop.kind: stop.key, **course.query})
        about = t(stop.shown.about) if stop.kind == "lesson" else _about_challenge(stop)
        st.html(f'<p class="path-about">{escape(about)}</p>{note_of(stop)}')


def _about_challenge(stop: Stop) -> str:
    return t("Challenge. {about}", about=message(stop.shown.about))


def note_of(stop: Stop) -> str:
    """The teacher's note, as markup."""
    return f'<p class="course-note">{escape(stop.note)}</p>' if stop.note else ""


def _open_maker() -> None:
    st.session_state["course_made"] = True


def _done() -> None:
    st.session_state["course_made"] = False


def _make(course: Course) -> None:
    about = t(
        "Choose lessons and challenges, put them in your order, note what your students shall mind. "
        "The link holds it all: nothing is kept on the server."
    )
    st.html(f'<h1 class="path">{escape(t("Make a course"))}</h1><p class="path">{escape(about)}</p>')
    with st.container(key="course_maker"):
        st.text_input(
            t("Title"),
            max_chars=LONGEST_TITLE,
            placeholder=t("Week 3: how networks learn"),
            **keyed("course_title", course.title, course.title, _set_title),
        )
        for place, stop in enumerate(course.stops):
            _stop(place, stop, len(course.stops))
        _add(course)
        _finish(course)


def _stop(place: int, stop: Stop, count: int) -> None:
    with st.container(key=f"stop_{stop.key}"):
        with st.container(horizontal=True, vertical_alignment="center", key=f"stop_head_{stop.key}"):
            st.html(f'<p class="course-stop"><b>{place + 1}</b> {escape(_title(stop))}</p>')
            title = message(stop.shown.title)
            up = ("up", t("Up"), t("Move “{title}” up", title=title), -1, place == 0)
            down = ("down", t("Down"), t("Move “{title}” down", title=title), 1, place == count - 1)
            for key, says, explained, way, off in (up, down):
                st.button(
                    says,
                    icon=f":material/arrow_{key}ward:",
                    key=f"stop_{key}_{stop.key}",
                    help=explained,
                    disabled=off,
                    type="tertiary",
                    on_click=partial(_edit, partial(_moved, place=place, way=way)),
                )
            st.button(
                t("Remove"),
                icon=":material/close:",
                key=f"stop_out_{stop.key}",
                help=t("Take “{title}” out of the course", title=title),
                type="tertiary",
                on_click=partial(_take_out, stop),
            )
        st.text_input(
            t("Note to {title}", title=title),
            max_chars=LONGEST_NOTE,
            placeholder=t("A note for your students"),
            label_visibility="collapsed",
            **keyed(f"course_note_{stop.key}", stop.note, stop.note, partial(_set_note, stop.key)),
        )


def _title(stop: Stop) -> str:
    title = message(stop.shown.title)
    return t(title) if stop.kind == "lesson" else t("Challenge: {title}", title=title)


def _add(course: Course) -> None:
    left = [key for key in (*LESSONS, *CHALLENGES) if course.place_of(key) is None]
    if not left:
        return
    key = f"course_add_{st.session_state.get('course_added', 0)}"
    st.selectbox(
        t("Add a lesson or a challenge"),
        left,
        index=None,
        format_func=lambda key: _title(Stop(key)),
        placeholder=t("Choose one"),
        key=key,
        on_change=lambda: _put_in(st.session_state[key]),
    )


def _finish(course: Course) -> None:
    with st.container(key="course_foot", horizontal=True, vertical_alignment="center"):
        if course.stops:
            link_button(spoken({"link": course.link}), key="course_link")
            st.button(t("See it as your students do"), key="course_done", type="primary", on_click=_done)
        st.page_link("learn.py", label=t("All lessons"), icon=":material/list:")
    if len(course.link) > LONG:
        long = t(
            "This link has {letters} characters. Some mail programs cut a link after {most}: shorter notes make it "
            "shorter.",
            letters=f"{len(course.link):,}",
            most=f"{LONG:,}",
        )
        st.html(f'<p class="lesson-keys" role="status">{long}</p>')


def _edit(edit: Callable[[Course], Course]) -> None:
    course = course_shown()
    assert course is not None, "the maker is only shown with a course"
    st.session_state["course_made"] = True
    put_course(edit(course))


def _moved(course: Course, place: int, way: int) -> Course:
    stops = list(course.stops)
    stops.insert(place + way, stops.pop(place))
    return replace(course, stops=tuple(stops))


def _take_out(stop: Stop) -> None:
    st.session_state[f"course_note_kept_{stop.key}"] = stop.note  # put in again, it has its note again
    _edit(lambda course: replace(course, stops=tuple(one for one in course.stops if one.key != stop.key)))


def _put_in(key: str | None) -> None:
    if key is None:
        return
    st.session_state["course_added"] = st.session_state.get("course_added", 0) + 1
    stop = Stop(key, st.session_state.pop(f"course_note_kept_{key}", ""))
    # Streamlit plays a choice again when a run has overtaken it; a course names each once.
    _edit(
        lambda course: course if course.place_of(stop.key) is not None else replace(course, stops=(*course.stops, stop))
    )


def _set_title(title: str) -> str:
    title = " ".join(title.split())
    _edit(lambda course: replace(course, title=title))
    return title


def _set_note(key: str, note: str) -> str:
    note = " ".join(note.split())

    def noted(course: Course) -> Course:
        stops = (replace(stop, note=note) if stop.key == key else stop for stop in course.stops)
        return replace(course, stops=tuple(stops))

    _edit(noted)
    return note
