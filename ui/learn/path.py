"""The lists of all lessons, by groups, and of all challenges, with what the browser remembers of each."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from lessons import LESSONS, Lesson
from lessons.challenge import CHALLENGES
from lessons.course import NEW, ORDER
from stage import progress
from ui.learn.kept import browsers_data
from ui.scene.session import show_notices


def show_path() -> None:
    """Every lesson in order; the browser marks those that are done (`stage/web/progress.js`)."""
    show_notices()
    groups = [(name, list(lessons)) for name, lessons in groupby(LESSONS.values(), key=lambda lesson: lesson.group)]
    with st.container(key="path_head", horizontal=True):
        st.html(
            '<h1 class="path">From one slope to a deep network</h1>'
            f'<p class="path">{len(LESSONS)} short lessons. You say what will happen, then the ball shows you.</p>'
        )
        order = [["lesson", key] for key in LESSONS]
        progress({**browsers_data(), "order": order, "go_on": True}, key="progress")
    with st.container(key="path"):
        for name, lessons in groups:
            with st.container(key=f"group_{name.lower().replace(' ', '_')}"):
                st.html(f'<h2 class="path">{name}</h2>')
                for lesson in lessons:
                    _row(lesson)
    _challenges()
    with st.container(key="course_foot"):
        st.page_link(
            "learn.py",
            label="Make a course of these for a class",
            icon=":material/playlist_add:",
            query_params={ORDER: NEW},
        )


def _row(lesson: Lesson) -> None:
    with st.container(key=f"lesson_{lesson.key}"):
        st.page_link("learn.py", label=lesson.title, query_params={"lesson": lesson.key})
        st.html(f'<p class="path-about">{lesson.about}</p>')


def _challenges() -> None:
    with st.container(key="challenges_head"):
        st.html(
            '<h2 class="challenges">Challenges</h2>'
            f'<p class="challenges">{len(CHALLENGES)} tasks, each judged by the engine, the easiest first. '
            "The par shows once you have solved it.</p>"
        )
    with st.container(key="challenges"):
        for one in CHALLENGES.values():
            with st.container(key=f"challenge_{one.key}"):
                st.page_link(
                    "learn.py",
                    label=one.title,
                    icon=":material/military_tech:",
                    query_params={"challenge": one.key},
                )
                st.html(f'<p class="challenge-about">{one.about}</p><p class="challenge-best"></p>')
