"""Which rate, which momentum? Every learning rate, every pair of knobs, and the limit that curvature sets."""

import streamlit as st

from ui.scene.session import scene, show_notices
from ui.stage.doctor import find_setting, show_doctor
from ui.stage.page import pick_scene, show_stage
from ui.stage.take_home import keep_picture
from ui.stage.words import show_words


@st.fragment
def tuning() -> None:
    """The stage with its sweeps. Runs again by itself whenever the hand lets go."""
    trajectories = show_stage(page="tuning")
    show_doctor(scene(), trajectories)
    show_words(trajectories, scene().names)
    find_setting(trajectories, scene().focus)


with st.sidebar:
    pick_scene()
    keep_picture(scene())
show_notices()
tuning()
