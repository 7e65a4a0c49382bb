"""A formula that was entered is taken once, however often Streamlit says it."""

from streamlit.testing.v1 import AppTest


def _entries() -> None:
    import streamlit as st

    from landscapes import LANDSCAPES
    from ui.scene import session
    from ui.stage import own_surface

    session.scene()
    own_surface._take_entry("x**2 + 2*y**2", entry="10 1")
    st.text(session.scene().landscape.expression)
    session.change(lambda scene: scene.with_landscape(LANDSCAPES["ravine"]))
    own_surface._take_entry("x**2 + 2*y**2", entry="10 1")
    own_surface._take_entry()
    st.text(session.scene().landscape.key)
    own_surface._take_entry("x**2 + 2*y**2", entry="20 2")
    st.text(session.scene().landscape.expression)


def test_an_entry_that_is_said_again_takes_no_newer_surface_away():
    app = AppTest.from_function(_entries, default_timeout=60).run()
    assert not app.exception
    assert [text.value for text in app.text] == ["x**2 + 2*y**2", "ravine", "x**2 + 2*y**2"]
