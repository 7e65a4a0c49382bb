"""A lecture's scenes as the stage shows them: the browser keeps the lecture, and asks for all its pictures at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from engine.networks import MODELS, model_of
from engine.runs.run import points_of
from i18n import message
from landscapes import Landscape
from lessons.lecture import LECTURES
from stage import deck
from ui.networks.link import decode as decode_networks
from ui.networks.pairs import SIDES, difference, title
from ui.scene.link import decode
from ui.scene.scene import Scene, opening, opening_of, restored
from ui.scene.session import EXTENDED_STEPS
from ui.shared.language import spoken
from ui.stage.data import stage_data

MOST_SCENES = 60
"""As stage/web/base/scenes.js has it."""
LONGEST = 8_000
"""Letters of one picture's query."""
STAGES = {
    "playground": "playground",
    "race": "race",
    "schedules": "schedules",
    "terrain": "terrain",
    "tuning": "tuning",
    "two_weights": "models",
}
"""The stage of each page that has one."""


def show_deck() -> None:
    """The lecture of this browser; its pictures come when it asks for them."""
    wanted = (st.session_state.get("deck") or {}).get("wanted")
    prepared = [lecture.file() for lecture in LECTURES.values()]
    deck(spoken({"answer": _answer(wanted), "prepared": prepared}), key="deck")


def _answer(wanted: Any) -> dict[str, Any] | None:
    """What was asked, with a picture for each scene; None where nothing was."""
    if not isinstance(wanted, Mapping) or not isinstance(wanted.get("scenes"), list):
        return None
    return {"id": wanted.get("id"), "scenes": [picture_of(*_named(one)) for one in wanted["scenes"][:MOST_SCENES]]}


def _named(scene: Any) -> tuple[str, str]:
    if not isinstance(scene, list) or len(scene) != 2 or not all(isinstance(part, str) for part in scene):
        return "playground", ""
    return scene[0], scene[1][:LONGEST]


@lru_cache(maxsize=512)
def picture_of(page: str, query: str) -> dict[str, Any]:
    """The data of a page's stage for the query of its address, and a notice for each value that could not be read.

    A page without a stage has no data. Never raises for what a query holds.
    """
    if page not in STAGES:
        return {"page": page, "data": None, "notices": []}
    scene, notices = _scene(page, query)
    return {"page": page, "data": stage_data(scene, None, 0, None, STAGES[page]), "notices": notices}


def shown_of(page: str, query: str, hand: Mapping[str, Any] | None) -> dict[str, Any]:
    """The same for a hall's phones, with what a hand on the stage has made of it; `about` says what has no data.

    Raises ValueError with a sentence for a hand's that is no picture.
    """
    if page not in STAGES:
        return {"data": None, "about": about_networks(query)}
    if hand is None:
        return {"data": picture_of(page, query)["data"]}
    return {"data": stage_data(hand_scene(hand), None, 0, None, STAGES[page])}


def hand_scene(hand: Mapping[str, Any]) -> Scene:
    """The scene as a hand on a stage has made it. Raises ValueError with a sentence for what is none."""
    try:
        return restored(hand).affordable()
    except (AttributeError, KeyError, OverflowError, TypeError):
        raise ValueError("The stage sent a picture that cannot be read; reload the page.") from None


def about_networks(query: str, here: bool = True) -> str:
    """What the page Networks shows for this query, in a sentence; `here` where a projector does."""
    pair, _ = decode_networks(parse_qs(query, keep_blank_values=True))
    problem, remedy = (pair[side] for side in SIDES)
    told = {"network": title(problem), "difference": difference(problem, remedy)}
    if here:
        return message("The projector shows two networks that learn: {network}. {difference}", **told)
    return message("Descent Lab shows two networks that learn: {network}. {difference}", **told)


def _scene(page: str, query: str) -> tuple[Scene, list[str]]:
    words = parse_qs(query, keep_blank_values=True)
    if page == "two_weights":
        scene, notices = decode(words) if words else (opening_of(_first_model()), [])
        return (scene, notices) if points_of(scene.landscape) else (opening_of(_first_model()), [*notices, _NO_MODEL])
    scene, notices = decode(words)
    if not words and page == "terrain":
        scene = replace(opening(), steps=EXTENDED_STEPS)
    return scene, notices


_NO_MODEL = message(
    "The page Two weights shows models on data; this scene has another surface, and the first model is shown."
)


def _first_model() -> Landscape:
    return model_of(next(iter(MODELS))).landscape
