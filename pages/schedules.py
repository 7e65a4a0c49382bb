"""Does a schedule help? One optimizer on one surface under several schedules: rates, paths and losses."""

import streamlit as st

from ui.scene.session import scene, show_notices
from ui.stage.page import pick_schedules_scene, show_stage
from ui.stage.take_home import keep_picture, show_code
from ui.stage.words import show_words


@st.fragment
def schedules() -> None:
    """The stage with its curves. Runs again by itself whenever the hand lets go."""
    trajectories = show_stage(page="schedules")
    show_words(trajectories, scene().names, by_schedule=True)
    show_code(scene())


with st.sidebar:
    pick_schedules_scene()
    keep_picture(scene())
show_notices()
schedules()
