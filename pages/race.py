"""Who is fastest, and on whose terms? Methods under one rule, with the room that each one's rate has."""

import streamlit as st

from ui.scene.session import scene, show_notices
from ui.stage.page import pick_scene, show_stage
from ui.stage.take_home import keep_picture


@st.fragment
def race() -> None:
    """The stage with its board. Runs again by itself whenever the hand lets go."""
    show_stage(page="race")


with st.sidebar:
    pick_scene()
    keep_picture(scene())
show_notices()
race()
