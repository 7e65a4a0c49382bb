"""The list of pages: the app's main script."""

import streamlit as st

from ui.scene.session import set_page
from ui.shared.language import t
from ui.shared.language_switch import show_languages
from ui.shared.theme import ICON, dress

st.set_page_config(page_title="Descent Lab", page_icon=ICON, layout="wide")
dress()
pages = [
    st.Page("start.py", title=t("Start"), default=True),
    st.Page("learn.py", title=t("Learn")),
    st.Page("playground.py", title=t("Playground")),
    st.Page("race.py", title=t("Race")),
    st.Page("schedules.py", title=t("Schedules")),
    st.Page("terrain.py", title=t("Terrain")),
    st.Page("tuning.py", title=t("Tuning")),
    st.Page("two_weights.py", title=t("Two weights")),
    st.Page("networks.py", title=t("Networks")),
    st.Page("lecture.py", title=t("Lecture")),
]
page = st.navigation(pages, position="top")
# On a phone Streamlit hides the list behind a button: there these links are shown (ui/pages.css).
with st.container(key="pages", horizontal=True):
    for one in pages:
        with st.container(key="page_shown" if one is page else None, width="content"):
            st.page_link(one)
show_languages(page.url_path)
set_page(page.url_path)
page.run()
