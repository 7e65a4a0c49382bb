"""Two weights of a real model: height is loss, position is weights, seen with the data and the fit beside it."""

import streamlit as st

from ui.session import leave
from ui.two_weights import show_two_weights

leave()
st.html(
    '<h1 class="net">Two weights of a real model</h1><p class="net">The landscape is no metaphor: here each place is a '
    "pair of weights, its height the loss of the model on the data. Move along the path, and the fit moves with the "
    "ball. Mini-batches feel the slope of a few points at a time.</p>"
)
st.fragment(show_two_weights)()
