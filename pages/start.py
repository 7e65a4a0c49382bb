"""What this is, within seconds: a running descent, and doors to what exists."""

import streamlit as st

from engine.networks import MODEL_PREFIX
from lessons import LESSONS
from stage import stage
from ui.scene.link import encode
from ui.scene.scene import opening
from ui.scene.scenes import SCENES
from ui.scene.session import is_linked, mark_left
from ui.stage.data import stage_data

mark_left()
query = {key: st.query_params.get_all(key) for key in st.query_params}
if "net" in query:
    st.switch_page("networks.py", query_params=query)
if is_linked():
    of_model = st.query_params.get("land", "").startswith(MODEL_PREFIX)
    st.switch_page("two_weights.py" if of_model else "playground.py", query_params=query)

words, picture = st.columns([0.42, 0.58], vertical_alignment="center", gap="medium")
with words:
    st.html(
        '<h1 class="hero">Learning is a walk downhill</h1>'
        '<p class="hero">Gradient descent, live. Put the ball anywhere, choose a learning rate, '
        "and watch the path answer while your hand still moves.</p>"
    )
    with st.container(key="enter", horizontal=True):
        st.page_link("playground.py", label="Open the playground", icon=":material/explore:")
        st.page_link("learn.py", label=f"Learn it in {len(LESSONS)} lessons", icon=":material/school:")
        st.page_link("lecture.py", label="Teach with it", icon=":material/co_present:")
with picture:
    stage({**stage_data(opening(), None, 0), "hero": True}, key="hero", on_hand=lambda: None)

doors = st.columns(len(SCENES), gap="medium")
for door, scene in zip(doors, SCENES, strict=True):
    with door, st.container(border=True, key=f"door_{scene.key}"):
        st.html(f'<h2 class="door">{scene.title}</h2><p class="door">{scene.promise}</p>')
        st.page_link(
            "playground.py", label=scene.invitation, icon=":material/arrow_forward:", query_params=encode(scene.scene)
        )
