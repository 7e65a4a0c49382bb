"""One surface, one start, as many methods as you like: put the ball anywhere and watch the descents answer."""

import streamlit as st

from ui.scene.session import scene, show_notices
from ui.stage.critical_points import found_in, show_critical_points
from ui.stage.doctor import find_setting, show_doctor
from ui.stage.page import pick_scene, show_stage
from ui.stage.take_home import keep_picture, show_code
from ui.stage.words import show_words


@st.fragment
def playground() -> None:
    """The stage, and what it shows in words. Runs again by itself whenever the hand lets go."""
    critical = found_in(scene())
    trajectories = show_stage(critical)
    show_doctor(scene(), trajectories)
    show_words(trajectories, scene().names)
    show_critical_points(critical, scene().landscape.axes)
    show_code(scene())
    find_setting(trajectories, scene().focus)


with st.sidebar:
    pick_scene()
    keep_picture(scene())
show_notices()
playground()
