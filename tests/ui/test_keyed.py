"""A widget is heard as long as it shows the scene; one that was replaced only where it says what it did not show."""

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from ui.shared.keyed import keyed
from ui.stage.pickers import _pressed


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(st, "session_state", {})
    return []


def widget(value: Any, heard: list[Any]) -> Callable[[Any], None]:
    """Draw one that shows `value`; returns what the browser does with it."""

    def take(chosen: Any) -> Any:
        heard.append(chosen)
        return chosen

    drawn = keyed("menu", value, value, take)

    def says(chosen: Any) -> None:
        st.session_state[drawn["key"]] = chosen
        drawn["on_change"]()

    return says


def test_a_choice_stays_in_its_widget(heard: list[Any]):
    widget("a", heard)("b")
    before = dict(st.session_state)
    widget("b", heard)
    assert heard == ["b"]
    assert st.session_state["menu widget"][0] == before["menu widget"][0]


def test_an_old_value_is_no_choice(heard: list[Any]):
    old = widget("a", heard)
    new = widget("b", heard)
    old("a")
    assert heard == []
    new("c")
    assert heard == ["c"]


def test_a_choice_from_a_menu_that_was_open_is_heard_once(heard: list[Any]):
    old = widget("a", heard)
    widget("b", heard)
    old("c")
    old("c")
    assert heard == ["c"]


def test_a_refused_choice_is_said_and_the_value_shown_again(heard: list[Any]):
    def take(chosen: Any) -> Any:
        raise ValueError(f"not {chosen}")

    drawn = keyed("menu", "a", "a", take)
    st.session_state[drawn["key"]] = "b"
    drawn["on_change"]()
    assert st.session_state["notices"] == ["not b"]
    assert keyed("menu", "a", "a", take)["key"] == drawn["key"]
    assert st.session_state[drawn["key"]] == "a"


@pytest.mark.parametrize(
    ("now", "shown", "picked", "chosen"),
    [
        ("ab", "ab", "abc", "abc"),
        ("ab", "ab", "b", "b"),
        ("a", "a", "", ""),
        ("a", "abc", "abcd", "ad"),  # b and c went meanwhile
        ("abc", "ab", "a", "ac"),  # c came meanwhile
        ("a", "ab", "a", "a"),  # what was let go has gone already
    ],
)
def test_pressing_a_pill_changes_that_one_alone(now: str, shown: str, picked: str, chosen: str):
    assert "".join(_pressed(now, shown, picked)) == chosen
