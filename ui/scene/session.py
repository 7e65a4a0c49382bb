"""The visitor's scene: read from the link once, then kept in Streamlit's session."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from secrets import token_hex
from typing import Any

import streamlit as st

from engine import OPTIMIZERS
from engine.networks import model_on
from i18n import message, sentence_of
from ui.scene.link import KEYS, decode
from ui.scene.scene import Scene, opening, restored
from ui.scene.schedules import compares_schedules, opening_of_schedules, under_schedules
from ui.shared.language import t

# What Streamlit itself understands in an address is not ours to judge.
_STREAMLITS_OWN = ("embed", "embed_options")


LESSONS_PAGE = "learn"
"""The page whose scenes are a lesson's."""
SCHEDULES_PAGE = "schedules"
"""The page whose lanes share one optimizer."""
EXTENDED_STEPS = 1_000
"""Steps after which the opening's methods have come to rest from nearly every start."""


def session() -> str:
    """A name for this session of Streamlit's: by it a stage sees that the one it has spoken to is gone."""
    return st.session_state.setdefault("session", token_hex(8))


def scene() -> Scene:
    """The scene of this session; on arrival the one that the link says, or without a link the one that was left."""
    arrived = st.session_state.pop("away", "scene" not in st.session_state)
    if arrived:
        query = address()
        if query or "scene" not in st.session_state:
            st.session_state["scene"], st.session_state["notices"] = decode(query)
            st.session_state["revision"] = 0
        st.session_state["live"] = False
    return st.session_state["scene"]


def address() -> dict[str, list[str]]:
    """What the address says: each key with all its values, but for those that are Streamlit's."""
    return {key: st.query_params.get_all(key) for key in st.query_params if key not in _STREAMLITS_OWN}


def set_page(page: str) -> None:
    """The visitor looks at this page; where it was another one before, the page hears of it by `arrived`."""
    before = st.session_state.get("page")
    if before != page:
        if before == LESSONS_PAGE:
            _without_lesson()
        if before == SCHEDULES_PAGE:
            _without_schedules()
        st.session_state["page"] = page
        st.session_state["arrived"] = True


def arrived() -> bool:
    """Whether the visitor has come to this page since it last asked: then its address counts, and not later."""
    return st.session_state.pop("arrived", False)


def extend_steps() -> None:
    """Let the opening picture's runs end by themselves, where ends are what a page is about."""
    if scene() == opening():
        st.session_state["scene"] = replace(scene(), steps=EXTENDED_STEPS)


def with_model(opening: Callable[[], Scene]) -> None:
    """Let the scene be one of a model of two weights: the one that was left, or an opening. Another scene waits."""
    shown = scene()
    if model_on(shown.landscape) is None:
        st.session_state["aside"] = shown
        st.session_state["scene"] = st.session_state.pop("aside_model", None) or opening()


def picture_put() -> int:
    """How many pictures lessons have put on the stage so far: what it says of an earlier one comes late."""
    return st.session_state.get("lesson_picture_put", 0)


def put_scene(shown: Scene) -> None:
    """Let the stage of a lesson show this scene. The one of the other pages waits until the visitor goes there."""
    st.session_state.setdefault("aside_lesson", st.session_state.get("scene"))
    st.session_state["lesson_picture_put"] = picture_put() + 1
    st.session_state.pop("away", None)
    st.session_state["scene"] = shown


def _without_lesson() -> None:
    """Put the scene back that waits since a lesson was opened; where the next page's address says one, that counts."""
    if "aside_lesson" not in st.session_state:
        return
    waiting = st.session_state.pop("aside_lesson")
    if waiting is None:
        del st.session_state["scene"]
    else:
        st.session_state["scene"] = waiting
    mark_left()


def compare_schedules() -> None:
    """Let the lanes share one optimizer and differ in their schedules; another scene waits until the page is left.

    What a link says stays as it is, if it names one optimizer alone. Without one, the comparison that was left comes
    back, or begins: with its own picture, or with the run that the visitor had in focus.
    """
    came, shown = arrived(), scene()
    linked = came and is_linked()
    several = len({lane.optimizer for lane in shown.lanes}) > 1
    if not several and (linked or not came or compares_schedules(shown)):
        return
    left = None if linked else st.session_state.pop("left_schedules", None)
    st.session_state["aside_schedules"] = shown
    st.session_state["scene"] = left or (opening_of_schedules() if shown == opening() else under_schedules(shown))
    if linked:
        notice = message(
            "The link names several optimizers; this page compares schedules under one. {name} is taken.",
            name=OPTIMIZERS[shown.lanes[shown.focus].optimizer].name,
        )
        st.session_state["notices"] = [*(st.session_state.get("notices") or ()), notice]


def _without_schedules() -> None:
    """Put the scene back that waits since schedules were compared; what the next page's address says counts."""
    waiting = st.session_state.pop("aside_schedules", None)
    if waiting is not None:
        st.session_state["left_schedules"] = st.session_state["scene"]
        st.session_state["scene"] = waiting
        mark_left()


def without_model() -> None:
    """Put the scene back that waits since a model of two weights was looked at."""
    waiting = st.session_state.get("aside")
    if waiting is not None and model_on(scene().landscape) is not None:
        st.session_state["aside_model"] = st.session_state["scene"]
        st.session_state["scene"] = waiting
        st.session_state["aside"] = None


def is_linked() -> bool:
    """Whether the address says a picture: such a link opens the Playground, whatever page it names."""
    return any(key in KEYS for key in st.query_params)


def mark_left() -> None:
    """The visitor is on another page: the next link that opens the Playground counts again."""
    st.session_state["away"] = True


def change(edit: Callable[[Scene], Scene]) -> None:
    """Put an edited scene in place; a value that is refused becomes a notice, and nothing else is lost."""
    try:
        st.session_state["scene"] = edit(scene()).affordable()
    except ValueError as fault:
        st.session_state["notices"] = [sentence_of(fault)]


def apply_edit(hand: dict[str, Any]) -> None:
    """Take over what the hand did on the stage."""
    st.session_state["revision"] = int(hand["revision"])
    st.session_state["live"] = bool(hand["live"])
    change(lambda scene: restored(hand) if hand.get("whole") else scene.moved_by(hand))


def told() -> dict[str, Any] | None:
    """What the hand on the stage has told last. None where it went with the page that the stage was on: what was said
    there just before the visitor left is heard when another page runs.
    """
    return (st.session_state.get("stage") or {}).get("hand")


def take_up(asked: Mapping[str, Any]) -> None:
    """Begin with the picture that a stage has, where the session that it asks for is gone.

    One that is not has heard of it by `apply_edit`, and answers the question.
    """
    scene()  # on arrival the link's, which the picture then takes the place of
    if "hand" not in asked or asked["at"] == st.session_state.get("taken_up"):
        return
    st.session_state["taken_up"] = asked["at"]
    if asked["session"] == session():
        st.session_state["revision"] = int(asked["hand"]["revision"])
    else:
        apply_edit(asked["hand"])


def note_drawn(part: str, says: Any) -> None:
    """Note what a part of the page outside the stage's fragment was drawn with: "pickers", the first, then others."""
    drawn = {} if part == "pickers" else st.session_state.get("drawn", {})
    st.session_state["drawn"] = {**drawn, part: says}


def rerun_if_stale() -> None:
    """Let the whole page run again where a part outside the fragment says something else than the scene.

    The stage's hand, the doctor and other buttons inside the fragment run nothing but the fragment.
    """
    now = {"pickers": scene().picked, "file": scene(), "notices": _notices()}
    drawn = st.session_state.get("drawn", {})
    if any(now[part] != says for part, says in drawn.items()):
        st.rerun()


def _notices() -> tuple[str, ...]:
    return tuple(st.session_state.get("notices") or ())


def show_notices() -> None:
    """What a link or a value asked for and could not get, until the visitor has read it."""
    notices = [t(notice) for notice in _notices()]
    note_drawn("notices", _notices())
    with st.container(key="notices"):  # always there, so that nothing below is mounted anew when it empties
        if not notices:
            return
        st.warning("\n".join(f"- {_plain(notice)}" for notice in notices) if len(notices) > 1 else _plain(notices[0]))
        st.button(t("All right"), key="notices_read", on_click=lambda: st.session_state.update(notices=[]))


def _plain(text: str) -> str:
    """Text that markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-!|<>$:~&" else letter for letter in text)
