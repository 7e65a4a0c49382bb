"""What a lesson and a challenge show alike: what a task asks for, part by part, and the link to what follows."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from engine.basis.registry import Registry
from lessons import Lesson
from lessons.challenge import Challenge
from lessons.mark import Part


def link_to_next(shown: Lesson | Challenge, order: Registry[Lesson] | Registry[Challenge], kind: str) -> None:
    """A link to what follows in the list, by the key that its address has for this kind; nothing at the last one."""
    keys = list(order)
    at = keys.index(shown.key) + 1
    if at < len(keys):
        label, query = f"Next: {order[keys[at]].title}", {kind: keys[at]}
        st.page_link("learn.py", label=label, icon=":material/arrow_forward:", query_params=query)


def listed_parts(parts: Iterable[Part]) -> str:
    """A list: each part in words, and what was measured of it."""
    return f'<ul class="lesson-parts" role="status">{"".join(map(_part, parts))}</ul>'


def _part(part: Part) -> str:
    look, word = ("done", "Done") if part.done else ("open", "Not yet")
    return f'<li class="{look}"><b>{word}: {escape(part.says)}.</b> {escape(part.measured)}</li>'
