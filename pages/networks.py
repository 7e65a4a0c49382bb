"""Vanishing and exploding gradients in real networks, trained in sight: a problem, and beside it a remedy."""

from pathlib import Path

import streamlit as st

import ui
from ui.networks.drawing import draw_points
from ui.networks.page import pick_pair, show_title, take_link, train_both
from ui.networks.settings import pick_settings
from ui.scene.session import mark_left, show_notices

mark_left()
take_link()
st.html(Path(ui.__file__).parent / "networks.css")
show_title()
# No fragment: Streamlit lets a page's first run end before it hears a click in one, and that run trains.
bar = pick_pair()
show_notices()
draw_points()
pick_settings()
train_both(bar)
