"""Two networks side by side, a problem and a remedy: chosen, trained in sight, stopped, spread over seeds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from engine.export import network_code
from engine.networks import Network, Trained
from i18n import sentence_of
from stage import link_button
from ui.networks.ends import show_ends
from ui.networks.link import decode, encode, opening
from ui.networks.own_table import pick_own_table
from ui.networks.pairs import PAIRS, SIDES, TROUBLES, Pair, depths, difference, on_prepared_data, prepared
from ui.networks.planes import show_planes
from ui.networks.seeds import show_seeds
from ui.networks.settings import networks, pick_own
from ui.networks.trainings import (
    SEEDS,
    UnderWay,
    keep,
    known,
    other_seeds,
    place_to_train,
    seeded,
    shown,
    without_path,
)
from ui.networks.view import Scales, layers_table, numbers, show_network, waiting
from ui.scene.session import address, arrived
from ui.shared.language import spoken, t

MOST_WORK = 15_000_000
"""Weights times steps of a training whose other seeds are trained unasked: some seconds for all."""
PAINTED_EVERY, TOLD_EVERY = 0.7, 0.15
"""Seconds between the first two pictures, and two numbers, of a training under way."""
SLOWER = 1.25
"""How many times longer each pause between pictures is than the one before: a slow browser draws eight charts in
seconds, and would show pictures that wait in line, and hear no Stop, long after the training has ended."""


def take_link() -> None:
    """Let the pair be the link's, if the visitor has just come with one; without one it is the pair that was left."""
    come, query = arrived(), address()
    if "networks" not in st.session_state or (come and "net" in query):
        st.session_state["networks"], st.session_state["notices"] = decode(query)
        st.session_state["networks_stopped"] = False


def show_title() -> None:
    """What the page is about."""
    title = escape(t(depths(*networks().values())))
    asks = escape(t("Backpropagation multiplies, layer after layer. What is left at the first one?"))
    st.html(f'<div class="net-head"><h1 class="net">{title}</h1><p class="net">{asks}</p></div>')


def pick_pair() -> Any:
    """The document's problems, each with its remedies, the shown ones chosen; returns the place of the bar."""
    pair = networks()
    known = prepared(pair["problem"], pair["remedy"])
    trouble = _trouble(known, pair["problem"])
    st.session_state["pick_trouble"] = None if known is None else trouble
    st.session_state["pick_remedy"] = known
    with st.container(key="net_troubles", horizontal=True, vertical_alignment="center"):
        st.html(f'<span class="net-label" aria-hidden="true">{escape(t("The problem"))}</span>', width="content")
        st.segmented_control(
            t("The problem"),
            list(TROUBLES),
            format_func=t,
            key="pick_trouble",
            on_change=_take_trouble,
            label_visibility="collapsed",
        )
    with st.container(key="net_remedies", horizontal=True, vertical_alignment="center"):
        st.html(f'<span class="net-label" aria-hidden="true">{escape(t("The remedy"))}</span>', width="content")
        st.pills(
            t("The remedy"),
            TROUBLES[trouble],
            key="pick_remedy",
            format_func=lambda at: t(PAIRS[at].name),
            on_change=_take_remedy,
            label_visibility="collapsed",
        )
        with st.container(key="net_tools", horizontal=True, width="content"):
            pick_own_table()
            pick_own()
            link = "" if pair == opening() else urlencode(encode(pair), safe=",;=:*()")
            link_button(spoken({"link": link}), key="net_link")
    says = t("Your own pair.") if known is None else t(PAIRS[known].says)
    different = escape(t(difference(pair["problem"], pair["remedy"])))
    words, bar = st.columns([1.7, 1], vertical_alignment="center", gap="large")
    with words:
        st.html(f'<p class="net-pair"><b>{escape(says)}</b> {different}</p>')
    with bar:
        return st.container(key="net_bar").empty()


def _trouble(known: int | None, problem: Network) -> str:
    """The problem that a pair belongs to; that of its own networks where they have one, or the one chosen last."""
    if known is None:
        found = [one.trouble for one in PAIRS if one.problem == on_prepared_data(problem)]
        before = st.session_state.get("networks_trouble", PAIRS[0].trouble)
        trouble = found[0] if found and before not in found else before
    else:
        trouble = PAIRS[known].trouble
    st.session_state["networks_trouble"] = trouble
    return trouble


def _take_trouble() -> None:
    trouble = st.session_state["pick_trouble"]
    if trouble is not None:
        _take(PAIRS[TROUBLES[trouble][0]])


def _take_remedy() -> None:
    at = st.session_state["pick_remedy"]
    if at is not None:
        _take(PAIRS[at])


def _take(pair: Pair) -> None:
    """Show a prepared pair; where a table of the visitor's own is learned, on that."""
    chosen = {"problem": pair.problem, "remedy": pair.remedy}
    before = networks()
    st.session_state["networks"] = {
        side: network.on(before[side].data) if before[side].own else network for side, network in chosen.items()
    }
    st.session_state["networks_stopped"] = False


def train_both(bar: Any) -> None:
    """Train what is not trained yet, and show each as it grows; then the other seeds, and where the trainings ended."""
    pair = networks()
    frames = {}
    for side, column in zip(SIDES, st.columns(2, gap="large"), strict=True):
        with column:
            frames[side] = st.empty()
    below = st.container()
    missing = [one for one in dict.fromkeys(pair.values()) if known(one) is None]
    running = _under_way(missing)
    stopped = st.session_state.get("networks_stopped", False)
    full = None
    if running and not stopped:
        with place_to_train() as full:
            if full is None:
                _train(running, frames, bar)
    done = {side: told for side, network in pair.items() if (told := shown(network)) is not None}
    for side, frame in frames.items():
        with frame.container():
            if side in done:
                _finished(side, done[side], Scales.of(list(done.values())))
            else:
                waiting(side, pair[side])
    with below:
        show_seeds(pair)
        show_ends(done, {side: [one for one in [known(pair[side]), *other_seeds(pair[side])] if one] for side in SIDES})
    if full is not None:
        _told(bar, full, go_on=True)
    elif running and stopped:
        _told(bar, t("Stopped: what was trained stays."), go_on=True)
    elif len(done) == len(SIDES):
        _train_seeds(pair, bar, stopped)


def _under_way(missing: list[Network]) -> list[UnderWay]:
    """The trainings that are still to be made; those that a click interrupted go on where they were."""
    before: Mapping[str, UnderWay] = st.session_state.get("networks_under_way", {})
    now = {str(network): before.get(str(network)) or UnderWay(network) for network in missing}
    st.session_state["networks_under_way"] = now
    return list(now.values())


def _train(running: list[UnderWay], frames: Mapping[str, Any], bar: Any) -> None:
    for side, network in networks().items():
        if shown(network) is None:
            with frames[side].container():
                waiting(side, network)
    progress = _told(bar, t("Compiling"))
    fresh = [one for one in running if not one.seen]
    if fresh:
        # Two sizes of network are two compilations: one for each core.
        with ThreadPoolExecutor(len(fresh)) as threads:
            list(threads.map(UnderWay.advance, fresh))
    painted = told = -np.inf
    pause = PAINTED_EVERY
    going = list(running)
    while going:
        going = [one for one in going if _goes_on(one)]
        now = time.monotonic()
        if now - told > TOLD_EVERY:
            told = now
            progress.progress(min(1.0, sum(one.share for one in running) / len(running)), text=t("Training both"))
        if going and now - painted > pause:
            _paint(frames, len(going[0].seen))
            painted, pause = time.monotonic(), SLOWER * pause
    st.session_state["networks_under_way"] = {}


def _goes_on(one: UnderWay) -> bool:
    """Make a step. A training that has ended is told as such at once, however long the other one still takes."""
    if one.advance():
        return True
    keep(one.trained)
    return False


def _told(bar: Any, text: str, go_on: bool = False, seeds: bool = False) -> Any:
    """The line above the networks: how far it is, and the button that stops it or goes on."""
    with bar.container(horizontal=True, vertical_alignment="center"):
        if go_on:
            st.html(f'<p class="net-bar">{escape(text)}</p>')
            st.button(t("Continue"), key="net_continue", icon=":material/play_arrow:", on_click=_stop, args=(False,))
            return None
        progress = st.progress(0.0, text=text)
        key = f"net_stop{'_seeds' * seeds}"
        st.button(t("Stop"), key=key, icon=":material/stop:", on_click=_stop, args=(True,))
        return progress


def _stop(stopped: bool) -> None:
    st.session_state["networks_stopped"] = stopped


def _paint(frames: Mapping[str, Any], mark: int) -> None:
    """Both as far as they are."""
    growing = {side: told for side, network in networks().items() if (told := shown(network)) is not None}
    scales = Scales.of(list(growing.values()))
    for side, trained in growing.items():
        under_way = known(trained.network) is None
        with frames[side].container():
            show_network(side, trained, other_seeds(trained.network), scales, f"growing_{mark}", under_way)


def _finished(side: str, trained: Trained, scales: Scales) -> None:
    show_network(side, trained, other_seeds(trained.network), scales, "done", growing=False)
    show_planes(side, trained)
    with st.expander(t("Layer by layer, in numbers")):
        tables = [layers_table(trained.network, one) for one in (trained.snapshots[0], trained.last)]
        st.html(numbers(trained) + "".join(tables))
    _program(side, trained.network)


def _program(side: str, network: Network) -> None:
    """The training as a program to take home, with its data; where torch has none, why not."""
    try:
        code = network_code(network)
    except ValueError as fault:
        st.html(f'<p class="aside">{escape(t(sentence_of(fault)))}</p>')
        return
    st.download_button(
        t("Download this training as a PyTorch program"),
        partial(str, code),  # written when it is asked for, as the Playground's is
        f"network_{side}.py",
        "text/x-python",
        key=f"net_program_{side}",
        on_click="ignore",
        icon=":material/download:",
    )


def _train_seeds(pair: Mapping[str, Network], bar: Any, stopped: bool) -> None:
    """The same over eight seeds, so that no claim hangs on one draw."""
    todo = [other for network in dict.fromkeys(pair.values()) for other in seeded(network) if known(other) is None]
    if not todo:
        with bar.container():
            st.html(f'<p class="net-bar">{escape(t("Trained, eight seeds of each."))}</p>')
        return
    quick = all(network.steps * network.bucket[0] * network.bucket[1] ** 2 <= MOST_WORK for network in pair.values())
    if stopped or not (quick or st.session_state.get("networks_all_seeds")):
        with bar.container(horizontal=True, vertical_alignment="center"):
            left = t("Trained, one seed of each. Other seeds still to train: {count}.", count=len(todo))
            st.html(f'<p class="net-bar">{escape(left)}</p>')
            label = t("Train {count} seeds of both", count=SEEDS)
            st.button(label, key="net_seeds", icon=":material/casino:", on_click=_all_seeds)
        return
    with place_to_train() as full:
        if full is None:
            _train_each(todo, bar)
    if full is None:
        st.rerun()
    _told(bar, full, go_on=True)


def _train_each(todo: list[Network], bar: Any) -> None:
    progress = _told(bar, t("The other seeds"), seeds=True)
    for count, network in enumerate(todo):
        under_way, told = UnderWay(network), -np.inf
        while under_way.advance():
            # Each word to the browser is a place where a click is heard.
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                done = (count + under_way.share) / len(todo)
                progress.progress(done, text=t("The other seeds: {done} of {count}", done=count, count=len(todo)))
        keep(without_path(under_way.trained))


def _all_seeds() -> None:
    st.session_state["networks_stopped"] = False
    st.session_state["networks_all_seeds"] = True
