"""What a lesson and a challenge show alike: a task's parts, where it stands in a course, and links to what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import streamlit as st

from engine.basis.registry import Registry
from i18n import message
from lessons import Lesson
from lessons.challenge import Challenge
from lessons.course import Stop
from lessons.mark import Part
from lessons.measure import filled
from ui.learn.course import course_shown, note_of
from ui.shared.language import t


def where_in_course(key: str, otherwise: str) -> str:
    """Which part of the course that is shown this is, as markup; `otherwise` outside of one."""
    course = course_shown()
    place = course.place_of(key) if course else None
    if course is None or place is None:
        return otherwise
    title = f" · {escape(course.title)}" if course.title else ""
    return f"{t('Part {number} of {count}', number=place + 1, count=len(course.stops))}{title}"


def said(text: str, facts: Mapping[str, str]) -> str:
    """A text of a lesson as the visitor reads it, with the numbers that it names."""
    return filled(t(text), {name: t(fact) for name, fact in facts.items()})


def note_in_course(key: str) -> None:
    """What the teacher notes to this lesson or challenge."""
    course = course_shown()
    place = course.place_of(key) if course else None
    if course is not None and place is not None and course.stops[place].note:
        st.html(note_of(course.stops[place]))


def links_onward(
    shown: Lesson | Challenge, order: Registry[Lesson] | Registry[Challenge], kind: str, last: bool = True
) -> None:
    """Links to what follows, on its last screen, and to the list: of the course if one is shown, else of its kind."""
    course = course_shown()
    if course is None:
        stops, query = [Stop(key) for key in order], {}
        label = t("All lessons") if kind == "lesson" else t("All challenges")
    else:
        stops, query, label = list(course.stops), course.query, t("The course")
    keys = [stop.key for stop in stops]
    after = stops[keys.index(shown.key) + 1 :] if last and shown.key in keys else []
    for stop in after[:1]:
        st.page_link(
            "learn.py",
            label=t("Next: {title}", title=message(stop.shown.title)),
            icon=":material/arrow_forward:",
            query_params={stop.kind: stop.key, **query},
        )
    st.page_link("learn.py", label=label, icon=":material/list:", query_params=query)


def listed_parts(parts: Iterable[Part]) -> str:
    """A list: each part in words, and what was measured of it."""
    return f'<ul class="lesson-parts" role="status">{"".join(map(_part, parts))}</ul>'


def _part(part: Part) -> str:
    task = message(part.says)
    look = "done" if part.done else "open"
    says = t("Done: {task}.", task=task) if part.done else t("Not yet: {task}.", task=task)
    return f'<li class="{look}"><b>{escape(says)}</b> {escape(t(part.measured))}</li>'
