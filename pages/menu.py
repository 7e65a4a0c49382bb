"""The list of pages: the app's main script."""

import streamlit as st

from ui.scene.session import set_page
from ui.shared.theme import ICON, dress

st.set_page_config(page_title="Descent Lab", page_icon=ICON, layout="wide")
dress()
pages = [
    st.Page("start.py", title="Start", default=True),
    st.Page("learn.py", title="Learn"),
    st.Page("playground.py", title="Playground"),
    st.Page("race.py", title="Race"),
    st.Page("schedules.py", title="Schedules"),
    st.Page("terrain.py", title="Terrain"),
    st.Page("tuning.py", title="Tuning"),
    st.Page("two_weights.py", title="Two weights"),
    st.Page("networks.py", title="Networks"),
    st.Page("lecture.py", title="Lecture"),
]
page = st.navigation(pages, position="top")
# On a phone Streamlit hides the list behind a button: there these links are shown (ui/pages.css).
with st.container(key="pages", horizontal=True):
    for one in pages:
        with st.container(key="page_shown" if one is page else None, width="content"):
            st.page_link(one)
set_page(page.url_path)
page.run()
