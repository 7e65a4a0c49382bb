"""What the stage says late of a lesson's picture that has gone changes nothing of the next one."""

import pytest
import streamlit as st

from ui.learn import stage
from ui.learn.state import Place, open_screen
from ui.scene.session import picture_put, scene
from ui.stage import page


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> dict:
    """Streamlit's memory of a visitor, as a plain dictionary."""
    kept: dict = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def said(start: list[float], picture: int, revision: int) -> dict:
    """A word of the stage: the start was moved."""
    lanes = [{"optimizer": lane.optimizer, "rate": lane.rate} for lane in scene().lanes]
    moved = {"start": start, "lanes": lanes, "focus": 0, "playhead": None}
    return {
        "hand": {"landscape": scene().landscape.text, "revision": revision, "live": True, "picture": picture, **moved}
    }


def test_a_late_word_of_the_screen_before_is_no_edit_of_this_one(memory: dict):
    open_screen(Place("saddles", 1))
    before = picture_put()
    memory["stage"] = said([1.0, 1.0], before, 3)
    stage._heard()
    assert scene().start == (1.0, 1.0)
    open_screen(Place("saddles", 2))
    own = scene()
    assert own.landscape.text == "saddle_valleys"
    memory["stage"] = said([1.5, 0.5], before, 4)
    stage._heard()
    assert scene() == own
    assert memory["revision"] == 4, "its number counts: what the stage is sent next is no older"
    memory["stage"] = said([1.5, 0.5], picture_put(), 5)
    stage._heard()
    assert scene().start == (1.5, 0.5)


@pytest.mark.parametrize("heard", [stage._heard, page._heard])
@pytest.mark.parametrize("left", [{}, {"stage": None}, {"stage": {}}])
def test_a_word_that_went_with_the_page_it_was_said_on_changes_nothing(memory: dict, heard, left: dict):
    """A visitor who leaves a page at once after the hand let go: Streamlit tells of it when its state is gone."""
    open_screen(Place("saddles", 1))
    before = scene()
    memory.update(left)
    heard()
    assert scene() == before
