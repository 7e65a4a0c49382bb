"""The networks of a lesson in place of the stage: trained in sight once the question is answered."""

from __future__ import annotations

import time
from html import escape
from pathlib import Path

import streamlit as st

from engine.networks import Network
from lessons.networks import network_of
from stage import link_button
from ui.learn.attempt import Attempt
from ui.learn.state import Place
from ui.networks.figures import heat, range_of
from ui.networks.pairs import title
from ui.networks.trainings import UnderWay, keep, known, without_path
from ui.networks.view import TITLES, heat_words, tiles
from ui.shared.charts import show_chart
from ui.shared.language import spoken, t

TOLD_EVERY = 0.15
"""Seconds between two words about a training under way."""


def networks_style() -> None:
    """The style of the page Networks. Put outside fragments: in one, Streamlit lost count of what comes after it."""
    st.html(Path(__file__).parents[1] / "networks.css")


def show_lesson_networks(shown: Place | Attempt, link: str) -> None:
    """Each network's line; behind the question the gradient of its layers, three numbers and the verdict."""
    networks = [network_of(text) for text in shown.content.networks]
    if not shown.veiled:
        for network in networks:
            _train(network)
    pictures = [told for network in networks if not shown.veiled and (told := known(network))]
    for at, (column, network) in enumerate(zip(st.columns(len(networks), gap="large"), networks, strict=True)):
        with column:
            _network(shown, network, range_of(pictures), f"heat_{shown.key}_{shown.screen}_{at}")
    texts = (*shown.content.networks, *shown.content.networks)[:2]
    label = t("Open it on the page Networks") if len(networks) == 1 else t("Open both on the page Networks")
    pairs = [("net", text) for text in texts]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("networks.py", label=label, icon=":material/arrow_forward:", query_params=pairs)
        link_button(spoken({"link": link}), key="lesson_link")


def _network(shown: Place | Attempt, network: Network, colours: tuple[float, float], key: str) -> None:
    st.html(f'<h2 class="lesson-net">{escape(t(title(network)))}</h2>')
    if shown.veiled:
        st.html(f'<p class="lesson-net">{escape(t("It is trained when you have answered."))}</p>')
    told = None if shown.veiled else known(network)
    if told is None:
        return
    look = "well" if told.verdict.kind == "healthy" else "ill"
    head, sentence = t(told.verdict.head), t(told.verdict.sentence)
    st.html(f'<p class="lesson-net {look}"><b>{escape(head)}.</b> {escape(sentence)}</p>')
    st.html(tiles(told))
    show_chart(heat(told, colours), key, t(heat_words(told)), t(TITLES["heat"]))


def _train(network: Network) -> None:
    """Train what this session has not trained yet: half a second, more where its size is compiled first."""
    if known(network) is not None:
        return
    bar, told = st.progress(0.0, text=t("Training")), 0.0
    under_way = UnderWay(network)
    while under_way.advance():
        if time.monotonic() - told > TOLD_EVERY:
            told = time.monotonic()
            bar.progress(under_way.share, text=t("Training"))
    keep(without_path(under_way.trained))
    bar.empty()
