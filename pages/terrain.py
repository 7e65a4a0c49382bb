"""Where does every start end? Basins under the paths, the critical points, and ways out of a valley."""

import streamlit as st

from ui.scene.session import scene, show_notices, unroll
from ui.stage.page import pick_scene, show_stage
from ui.stage.take_home import keep_picture
from ui.stage.ways_out import show_ways_out
from ui.stage.words import show_words
from ui.stage.zeros import found_in, show_zeros


@st.fragment
def terrain() -> None:
    """The stage with the map of starts under it. Runs again by itself whenever the hand lets go."""
    zeros = found_in(scene(), always=True)
    trajectories = show_stage(zeros, page="terrain")
    show_words(trajectories)
    show_zeros(zeros)
    show_ways_out(scene(), zeros)


unroll()
with st.sidebar:
    pick_scene()
    keep_picture(scene())
show_notices()
terrain()
