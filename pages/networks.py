"""Vanishing and exploding gradients in real networks, trained in sight: a problem, and beside it a remedy."""

import streamlit as st

from ui.networks import SIDES, pick_network, pick_pair, train_both
from ui.session import leave, show_notices

leave()
st.html(
    '<h1 class="net">Deep networks</h1><p class="net">Backpropagation multiplies: through twenty layers a gradient can '
    "fade to nothing or grow without bound. Two real networks train here, measured layer by layer.</p>"
)


@st.fragment
def laboratory() -> None:
    """The two networks. Runs again by itself whenever a switch is turned."""
    pick_pair()
    show_notices()
    for column, side in zip(st.columns(2, gap="large"), SIDES, strict=True):
        with column:
            pick_network(side)
    train_both()


laboratory()
