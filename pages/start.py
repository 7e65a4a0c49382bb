"""What this is, within seconds: a running descent, and doors to what exists."""

from html import escape

import streamlit as st

from engine.networks import MODEL_PREFIX
from lessons import LESSONS
from stage import stage
from ui.scene.link import encode
from ui.scene.scene import opening
from ui.scene.scenes import SCENES
from ui.scene.session import is_linked, mark_left
from ui.shared.language import spoken, t
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
    title = t("Learning is a walk downhill")
    promise = t(
        "Gradient descent, live. Put the ball anywhere, choose a learning rate, "
        "and watch the path answer while your hand still moves."
    )
    st.html(f'<h1 class="hero">{escape(title)}</h1><p class="hero">{escape(promise)}</p>')
    with st.container(key="enter", horizontal=True):
        st.page_link("playground.py", label=t("Open the playground"), icon=":material/explore:")
        learn = t("Learn it in {count} lessons", count=len(LESSONS))
        st.page_link("learn.py", label=learn, icon=":material/school:")
        st.page_link("lecture.py", label=t("Teach with it"), icon=":material/co_present:")
with picture:
    stage({**spoken(stage_data(opening(), None, 0)), "hero": True}, key="hero", on_hand=lambda: None)

doors = st.columns(len(SCENES), gap="medium")
for door, scene in zip(doors, SCENES, strict=True):
    with door, st.container(border=True, key=f"door_{scene.key}"):
        st.html(f'<h2 class="door">{escape(t(scene.title))}</h2><p class="door">{escape(t(scene.promise))}</p>')
        invitation, query = t(scene.invitation), encode(scene.scene)
        st.page_link("playground.py", label=invitation, icon=":material/arrow_forward:", query_params=query)
