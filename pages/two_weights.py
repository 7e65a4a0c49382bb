"""Two weights of a real model: height is loss, position is weights, and the fit moves with the ball."""

import streamlit as st

from ui.scene.session import scene, show_notices
from ui.stage.critical_points import found_in, show_critical_points
from ui.stage.doctor import find_setting, show_doctor
from ui.stage.page import pick_model_scene, show_stage
from ui.stage.take_home import keep_picture, show_code
from ui.stage.words import show_words


@st.fragment
def two_weights() -> None:
    """The stage with the data and the fit beside it. Runs again by itself whenever the hand lets go."""
    critical = found_in(scene())
    trajectories = show_stage(critical, page="models")
    show_doctor(scene(), trajectories)
    show_words(trajectories, scene().names)
    show_critical_points(critical)
    show_code(scene())
    find_setting(trajectories, scene().focus)


with st.sidebar:
    pick_model_scene()
    keep_picture(scene())
show_notices()
two_weights()
