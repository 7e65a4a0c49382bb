"""One surface, one start, as many methods as you like: put the ball anywhere and watch the descents answer."""

import streamlit as st

from engine import descend_many
from stage import stage
from ui.doctor import show_doctor
from ui.own_surface import pick_own_surface
from ui.pickers import pick_conditions, pick_landscape, pick_optimizers, pick_schedule
from ui.session import heard, scene, show_notices
from ui.stage_data import stage_data
from ui.take_home import keep_picture, show_code
from ui.words import show_words
from ui.zeros import found_in, show_zeros


@st.fragment
def playground() -> None:
    """The stage, and what it shows in words. Runs again by itself whenever the hand lets go."""
    trajectories = descend_many(scene().runs())
    alone = not st.session_state.get("live", False)
    zeros = found_in(scene())
    data = stage_data(scene(), trajectories if alone else None, st.session_state.get("revision", 0), zeros)
    stage(data, key="stage", on_hand=lambda: heard(st.session_state["stage"]["hand"]))
    show_doctor(scene(), trajectories)
    show_words(trajectories)
    show_zeros(zeros)
    show_code(scene())


with st.sidebar:
    pick_landscape(scene())
    pick_own_surface(scene())
    pick_optimizers(scene())
    pick_schedule(scene())
    pick_conditions(scene())
    keep_picture(scene())
show_notices()
playground()
