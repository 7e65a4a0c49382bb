"""Where does every start end? Basins under the paths, the critical points, and ways out of a valley."""

import streamlit as st

from engine import descend_many
from stage import stage
from ui.own_surface import pick_own_surface
from ui.pickers import pick_conditions, pick_landscape, pick_optimizers, pick_schedule
from ui.session import heard, scene, show_notices, unroll
from ui.stage_data import stage_data
from ui.ways_out import show_ways_out
from ui.words import show_words
from ui.zeros import found_in, show_zeros


@st.fragment
def terrain() -> None:
    """The stage with the map of starts under it. Runs again by itself whenever the hand lets go."""
    trajectories = descend_many(scene().runs())
    alone = not st.session_state.get("live", False)
    zeros = found_in(scene(), always=True)
    revision = st.session_state.get("revision", 0)
    data = stage_data(scene(), trajectories if alone else None, revision, zeros, page="terrain")
    stage(data, key="stage", on_hand=lambda: heard(st.session_state["stage"]["hand"]))
    show_words(trajectories)
    show_zeros(zeros)
    show_ways_out(scene(), zeros)


unroll()
with st.sidebar:
    pick_landscape(scene())
    pick_own_surface(scene())
    pick_optimizers(scene())
    pick_schedule(scene())
    pick_conditions(scene())
show_notices()
terrain()
