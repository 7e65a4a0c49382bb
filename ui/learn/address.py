"""What is shown: a lesson's screen `?lesson=rates&screen=2`, `?challenge=one_step`, or `?course=1,2,5`.

The address is read when it says something else than before.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import streamlit as st

from engine.basis.checks import echo
from engine.basis.registry import unknown
from i18n import joined, message
from lessons import LESSONS, Lesson
from lessons.challenge import CHALLENGES
from lessons.course import ORDER, Course, belongs_to_course, read_course
from ui.learn.attempt import Attempt, attempt_shown, open_challenge
from ui.learn.course import course_shown, put_course, with_course
from ui.learn.state import Place, forget, open_screen, place_shown
from ui.scene.session import address, arrived

Said = tuple[tuple[str, tuple[str, ...]], ...]


def what_is_shown() -> Lesson | Attempt | Course | None:
    """The lesson of the address, opened at its screen, or the challenge, or the course's list; None for that of all.

    What the address says wrongly becomes a notice.
    """
    said = _said(address())
    if arrived():
        st.session_state["live"] = False
        st.session_state.pop("lesson_address", None)
    if st.session_state.get("lesson_address") != said:
        st.session_state["lesson_address"] = said
        if said != _own():
            _open(said)
    shown = place_shown()
    return attempt_shown() or course_shown() if shown is None else LESSONS[shown.key]


def _said(query) -> Said:
    return tuple(sorted((key, tuple(values)) for key, values in query.items()))


def _own() -> Said | None:
    """What the address says of what is shown already."""
    place, attempt, course = place_shown(), attempt_shown(), course_shown()
    if place is None and attempt is None:
        return None if course is None else _said(parse_qs(course.link, keep_blank_values=True))
    own = address_of(place) if place is not None else with_course(attempt.link) if attempt is not None else ""
    return _said(parse_qs(own, keep_blank_values=True))


def _open(said: Said) -> None:
    forget()
    query = {key: list(values) for key, values in said}
    _open_course(query)
    query = {key: values for key, values in query.items() if not belongs_to_course(key)}
    if "challenge" in query:
        _open_challenge(query.pop("challenge")[-1], query)
    elif "lesson" in query:
        _open_lesson(query["lesson"][-1], query.get("screen", ["1"])[-1])


def _open_course(query: dict[str, list[str]]) -> None:
    if ORDER not in query:
        put_course(None)
        return
    course, notices = read_course(query)
    put_course(course)
    for notice in notices:
        _tell(notice)


def _tell(notice: str) -> None:
    st.session_state.setdefault("notices", []).append(notice)


def _open_challenge(key: str, query: dict[str, list[str]]) -> None:
    if key in CHALLENGES:
        open_challenge(key, query)
    else:
        _tell(joined(" ", [unknown(message("challenge"), key, CHALLENGES), message("The list is shown.")]))


def _open_lesson(key: str, number: str) -> None:
    if key not in LESSONS:
        _tell(joined(" ", [unknown(message("lesson"), key, LESSONS), message("The list is shown.")]))
        return
    count = len(LESSONS[key].screens)
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= count):
        got = echo(number)
        _tell(message("This lesson has screens 1 to {count}; got {got}. The first is shown.", count=count, got=got))
        number = "1"
    open_screen(Place(key, int(number) - 1))


def address_of(place: Place) -> str:
    """The query of a screen, within the course that is shown."""
    return with_course(urlencode({"lesson": place.key, "screen": place.screen + 1}))
