"""The stage of a lesson: the same as everywhere, with what the screen shows of it and what its question hides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from engine import descend_soon
from landscapes.on_data import is_heavy
from stage import stage
from ui.learn.attempt import Attempt
from ui.learn.solution import picture_of
from ui.learn.state import Place, take_mark
from ui.scene.session import apply_edit, picture_put, scene, session, told
from ui.shared.language import spoken
from ui.stage.data import stage_data
from ui.stage.page import asked_at

LOOKS = ("playhead", "focus", "view", "lecture", "axes")
"""What a learner may look at without leaving the lesson's picture."""


def show_lesson_stage(shown: Place | Attempt, link: str, back: Callable[[], None], back_words: str) -> None:
    """The stage with the learner's scene, which begins as the screen's picture; `back` leads to that."""
    now, content = scene(), shown.content
    alone = not st.session_state.get("live", False) and not is_heavy(now.landscape.loss)
    trajectories = descend_soon(now.runs()) if alone else None
    data = stage_data(now, trajectories, st.session_state.get("revision", 0), None, "learn")
    lesson = {
        "veiled": shown.veiled,
        "asks": content.ask.kind if content.ask else None,
        "mark": shown.given if isinstance(shown.given, tuple) else None,
        "panels": content.panels,
        "challenge": isinstance(shown, Attempt),
        "play": shown.played if content.play or shown.mark else None,
        "picture": picture_put(),
    }
    stage(
        {
            **spoken(data),
            "link": link,
            "picture": data["link"],
            "lesson": lesson,
            "session": session(),
            "asked": asked_at(),
        },
        key="stage",
        on_hand=_heard,
    )
    own = picture_of(content.picture)
    if replace(now, **{name: getattr(own, name) for name in LOOKS}) != own:
        st.button(back_words, key="lesson_picture", type="tertiary", on_click=back)


def _heard() -> None:
    hand = told()
    if hand is None:
        return
    if hand.get("picture") == picture_put():
        apply_edit(hand)
        take_mark(hand)
    else:  # said of a picture that has gone: a lesson's screens share surfaces, and its edits would seem to fit
        st.session_state["revision"], st.session_state["live"] = int(hand["revision"]), bool(hand["live"])
