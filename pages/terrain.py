"""Where does every start end? Basins under the paths, the critical points, and ways out of a valley."""

import streamlit as st

from ui.scene.session import extend_steps, scene, show_notices
from ui.stage.critical_points import found_in, show_critical_points
from ui.stage.escapes import show_escapes
from ui.stage.page import pick_scene, show_stage
from ui.stage.take_home import keep_picture
from ui.stage.words import show_words


@st.fragment
def terrain() -> None:
    """The stage with the map of starts under it. Runs again by itself whenever the hand lets go."""
    critical = found_in(scene(), always=True)
    trajectories = show_stage(critical, page="terrain")
    show_words(trajectories, scene().names)
    show_critical_points(critical, scene().landscape.axes)
    show_escapes(scene(), critical)


extend_steps()
with st.sidebar:
    pick_scene()
    keep_picture(scene())
show_notices()
terrain()
