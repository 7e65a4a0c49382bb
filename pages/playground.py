"""One surface, one start, as many methods as you like: put the ball anywhere and watch the descents answer."""

import streamlit as st

from engine import descend_soon
from ui.doctor import show_doctor
from ui.session import scene, show_notices
from ui.stage_page import pick_scene, show_stage
from ui.take_home import keep_picture, show_code
from ui.words import show_words
from ui.zeros import found_in, show_zeros


@st.fragment
def playground() -> None:
    """The stage, and what it shows in words. Runs again by itself whenever the hand lets go."""
    trajectories = descend_soon(scene().runs())
    zeros = found_in(scene())
    show_stage(trajectories, zeros)
    show_doctor(scene(), trajectories)
    show_words(trajectories)
    show_zeros(zeros)
    show_code(scene())


with st.sidebar:
    pick_scene()
    keep_picture(scene())
show_notices()
playground()
