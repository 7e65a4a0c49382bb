"""Which lesson and screen are shown: `?lesson=rates&screen=2`, read when the address says another one than before."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from engine.basis.checks import echo
from engine.basis.registry import unknown
from lessons import LESSONS, Lesson
from ui.learn.state import Place, forget, open_screen, place_shown
from ui.scene.session import arrived


def lesson_shown() -> Lesson | None:
    """The lesson of the address, opened at its screen; None for the list. What it says wrongly becomes a notice."""
    said = (st.query_params.get("lesson"), st.query_params.get("screen"))
    if arrived():
        st.session_state["live"] = False
        st.session_state.pop("lesson_address", None)
    if st.session_state.get("lesson_address") != said:
        st.session_state["lesson_address"] = said
        shown = place_shown()
        if shown is None or said != (shown.key, str(shown.screen + 1)):
            _open(*said)
    shown = place_shown()
    return None if shown is None else LESSONS[shown.key]


def _open(key: str | None, screen: str | None) -> None:
    forget()
    if key is None:
        return
    if key not in LESSONS:
        st.session_state["notices"] = [f"{unknown('lesson', key, LESSONS)} The list of all is shown."]
        return
    count, number = len(LESSONS[key].screens), screen or "1"
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= count):
        st.session_state["notices"] = [f"This lesson has screens 1 to {count}; got {echo(number)}. The first is shown."]
        number = "1"
    open_screen(Place(key, int(number) - 1))


def address_of(place: Place) -> str:
    """The query of a screen."""
    return urlencode({"lesson": place.key, "screen": place.screen + 1})
