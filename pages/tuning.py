"""Which rate, which momentum? Every learning rate, every pair of knobs, and the limit that curvature sets."""

import streamlit as st

from engine import descend_many
from stage import stage
from ui.doctor import show_doctor
from ui.own_surface import pick_own_surface
from ui.pickers import pick_conditions, pick_landscape, pick_optimizers, pick_schedule
from ui.session import heard, scene, show_notices
from ui.stage_data import stage_data
from ui.words import show_words


@st.fragment
def tuning() -> None:
    """The stage with its sweeps. Runs again by itself whenever the hand lets go."""
    trajectories = descend_many(scene().runs())
    alone = not st.session_state.get("live", False)
    revision = st.session_state.get("revision", 0)
    data = stage_data(scene(), trajectories if alone else None, revision, page="tuning")
    stage(data, key="stage", on_hand=lambda: heard(st.session_state["stage"]["hand"]))
    show_doctor(scene(), trajectories)
    show_words(trajectories)


with st.sidebar:
    pick_landscape(scene())
    pick_own_surface(scene())
    pick_optimizers(scene())
    pick_schedule(scene())
    pick_conditions(scene())
show_notices()
tuning()
