"""The visitor's scene: read from the link once, then kept in Streamlit's session."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from ui.link import KEYS, decode
from ui.scene import Scene, opening

# What Streamlit itself understands in an address is not ours to judge.
_STREAMLITS_OWN = ("embed", "embed_options")


UNROLLED = 1_000
"""Steps after which the opening's methods have come to rest from nearly every start."""


def scene() -> Scene:
    """The scene of this session; on arrival the one that the link says, or without a link the one that was left."""
    arrived = st.session_state.pop("away", "scene" not in st.session_state)
    if arrived:
        query = {key: st.query_params.get_all(key) for key in st.query_params if key not in _STREAMLITS_OWN}
        if query or "scene" not in st.session_state:
            st.session_state["scene"], st.session_state["notices"] = decode(query)
            st.session_state["revision"] = 0
        st.session_state["live"] = False
    return st.session_state["scene"]


def unroll() -> None:
    """Let the opening picture's runs end by themselves, where ends are what a page is about."""
    if scene() == opening():
        st.session_state["scene"] = replace(scene(), steps=UNROLLED)


def is_linked() -> bool:
    """Whether the address says a picture: such a link opens the Playground, whatever page it names."""
    return any(key in KEYS for key in st.query_params)


def leave() -> None:
    """The visitor is on another page: the next link that opens the Playground counts again."""
    st.session_state["away"] = True


def change(edit: Callable[[Scene], Scene]) -> None:
    """Put an edited scene in place; a value that is refused becomes a notice, and nothing else is lost."""
    try:
        st.session_state["scene"] = edit(scene())
    except ValueError as fault:
        st.session_state["notices"] = [str(fault)]


def heard(hand: dict[str, Any]) -> None:
    """Take over what the hand did on the stage."""
    st.session_state["revision"] = int(hand["revision"])
    st.session_state["live"] = bool(hand["live"])
    change(lambda scene: scene.moved_by(hand))


def show_notices() -> None:
    """What a link or a value asked for and could not get, until the visitor has read it."""
    notices = st.session_state.get("notices")
    with st.container(key="notices"):  # always there, so that nothing below is mounted anew when it empties
        if not notices:
            return
        st.warning("\n".join(f"- {_plain(notice)}" for notice in notices) if len(notices) > 1 else _plain(notices[0]))
        st.button("All right", key="notices_read", on_click=lambda: st.session_state.update(notices=[]))


def _plain(text: str) -> str:
    """Text that markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-!|<>$:~&" else letter for letter in text)
