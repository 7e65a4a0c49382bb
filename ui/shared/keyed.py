"""A widget that says what the scene says, and is heard only as long as it does.

Streamlit's browser sends the values of all widgets with every request. One that was under way while the program gave a
widget another value still has the old one, and Streamlit takes that for the visitor's choice: a run that was replaced
on the stage came back by the pills of the sidebar. So a value that the visitor did not choose stands in a new widget,
and the old one is not heard, unless it says what it did not show: that, the visitor has chosen.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from i18n import sentence_of


def keyed(name: str, value: Any, shown: Any, take: Callable[[Any], Any]) -> dict[str, Any]:
    """The `key` and the `on_change` of a widget of Streamlit's.

    Args:
        name: of the widget on the page; its key is the name and a number.
        value: the value of the scene that it is about, for comparison.
        shown: the same as the widget holds it.
        take: called with what the visitor has set it to, as the widget holds it; returns that as `value` is written.
            A ValueError becomes a notice, and the widget shows the scene's value again.
    """
    place = f"{name} widget"
    number, before = st.session_state.get(place, (0, value))
    if value not in (before, st.session_state.get(f"{name} {number} chosen", before)):
        number += 1
    key = f"{name} {number}"
    st.session_state[place] = (number, value)
    st.session_state[key] = shown

    def chosen() -> None:
        says = st.session_state[key]
        if st.session_state[place][0] != number and says in (shown, st.session_state.get(f"{key} heard", shown)):
            return
        st.session_state[f"{key} heard"] = says
        try:
            st.session_state[f"{key} chosen"] = take(says)
        except ValueError as fault:
            st.session_state["notices"] = [sentence_of(fault)]

    return {"key": key, "on_change": chosen}
