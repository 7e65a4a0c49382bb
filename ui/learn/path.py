"""The lists of all lessons, by groups, and of all challenges, with what the browser remembers of each."""

from __future__ import annotations

from html import escape
from itertools import groupby

import streamlit as st

from lessons import LESSONS, Lesson
from lessons.challenge import CHALLENGES
from lessons.course import NEW, ORDER
from stage import progress
from ui.learn.kept import browsers_data
from ui.scene.session import show_notices
from ui.shared.language import spoken, t


def show_path() -> None:
    """Every lesson in order; the browser marks those that are done (`stage/web/progress.js`)."""
    show_notices()
    groups = [(name, list(lessons)) for name, lessons in groupby(LESSONS.values(), key=lambda lesson: lesson.group)]
    with st.container(key="path_head", horizontal=True):
        title = t("From one slope to a deep network")
        about = t("{count} short lessons. You say what will happen, then the ball shows you.", count=len(LESSONS))
        st.html(f'<h1 class="path">{escape(title)}</h1><p class="path">{escape(about)}</p>')
        order = [["lesson", key] for key in LESSONS]
        progress(spoken({**browsers_data(), "order": order, "go_on": True}), key="progress")
    with st.container(key="path"):
        for name, lessons in groups:
            with st.container(key=f"group_{name.lower().replace(' ', '_')}"):
                st.html(f'<h2 class="path">{escape(t(name))}</h2>')
                for lesson in lessons:
                    _row(lesson)
    _challenges()
    with st.container(key="course_foot"):
        st.page_link(
            "learn.py",
            label=t("Make a course of these for a class"),
            icon=":material/playlist_add:",
            query_params={ORDER: NEW},
        )


def _row(lesson: Lesson) -> None:
    with st.container(key=f"lesson_{lesson.key}"):
        st.page_link("learn.py", label=t(lesson.title), query_params={"lesson": lesson.key})
        st.html(f'<p class="path-about">{t(lesson.about)}</p>')


def _challenges() -> None:
    with st.container(key="challenges_head"):
        about = t(
            "{count} tasks, each judged by the engine, the easiest first. The par shows once you have solved it.",
            count=len(CHALLENGES),
        )
        st.html(f'<h2 class="challenges">{escape(t("Challenges"))}</h2><p class="challenges">{escape(about)}</p>')
    with st.container(key="challenges"):
        for one in CHALLENGES.values():
            with st.container(key=f"challenge_{one.key}"):
                st.page_link(
                    "learn.py",
                    label=t(one.title),
                    icon=":material/military_tech:",
                    query_params={"challenge": one.key},
                )
                st.html(f'<p class="challenge-about">{t(one.about)}</p><p class="challenge-best"></p>')
