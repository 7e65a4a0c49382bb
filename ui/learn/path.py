"""The list of all lessons, by groups, with what the browser remembers of each."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from lessons import LESSONS, Lesson
from stage import progress
from ui.scene.session import show_notices
from ui.shared.base import base_path


def show_path() -> None:
    """Every lesson in order; the browser marks those that are done (`stage/web/progress.js`)."""
    show_notices()
    groups = [(name, list(lessons)) for name, lessons in groupby(LESSONS.values(), key=lambda lesson: lesson.group)]
    with st.container(key="path_head", horizontal=True):
        st.html(
            '<h1 class="path">From one slope to a deep network</h1>'
            f'<p class="path">{len(LESSONS)} short lessons. You say what will happen, then the ball shows you.</p>'
        )
        progress({"base": base_path(), "done": None, "lessons": list(LESSONS), "go_on": True}, key="progress")
    with st.container(key="path"):
        for name, lessons in groups:
            with st.container(key=f"group_{name.lower().replace(' ', '_')}"):
                st.html(f'<h2 class="path">{name}</h2>')
                for lesson in lessons:
                    _row(lesson)


def _row(lesson: Lesson) -> None:
    with st.container(key=f"lesson_{lesson.key}"):
        st.page_link("learn.py", label=lesson.title, query_params={"lesson": lesson.key})
        st.html(f'<p class="path-about">{lesson.about}</p>')
