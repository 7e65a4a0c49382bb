"""Every setting of the two networks, side by side and in one order; what differs is marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from engine import OPTIMIZERS, SCHEDULES
from engine.basis.knob import Knob
from engine.networks import ACTIVATIONS, DATA_SETS, INITIALISATIONS, NETWORK_OPTIMIZERS, Network
from i18n import capitalized, message, sentence_of
from ui.networks.link import POINTS
from ui.networks.pairs import SIDES, WORDS, differing, name_of
from ui.shared.language import t
from ui.shared.number_box import number_box

ACROSS = 4
GROUPS = {
    (message("Network of the problem"), message("Network of the remedy")): (
        "depth",
        "width",
        "activation",
        "initialisation",
        "batch_norm",
        "residual",
        "residual_scale",
    ),
    (message("Training of the problem"), message("Training of the remedy")): (
        "optimizer",
        "rate",
        "schedule",
        "knobs",
        "clip_norm",
        "clip_value",
        "batch_size",
        "steps",
    ),
    (message("Data of the problem"), message("Data of the remedy")): ("data", "points", "noise", "seed"),
}
_MENUS: Mapping[str, tuple] = {
    "data": tuple(DATA_SETS),
    "activation": tuple(ACTIVATIONS),
    "initialisation": tuple(INITIALISATIONS),
    "optimizer": NETWORK_OPTIMIZERS,
    "schedule": tuple(SCHEDULES),
    "points": POINTS,
}
_SLIDERS = {"depth": (2, 50), "width": (2, 128)}
# Bounds are the engine's to judge, with a sentence, and no link could hold more.
_NUMBERS: Mapping[str, dict[str, Any]] = {
    "rate": {},
    "steps": {"whole": True},
    "clip_norm": {"empty": message("off")},
    "clip_value": {"empty": message("off")},
    "batch_size": {"whole": True, "empty": message("all points")},
    "residual_scale": {},
    "noise": {},
    "seed": {"whole": True},
}


def networks() -> dict[str, Network]:
    """The two networks of this session."""
    return st.session_state["networks"]


def pick_own() -> None:
    """The button that opens all settings, and closes them."""
    opened = st.session_state.get("networks_own", False)
    st.button(
        t("Close the settings") if opened else t("Own networks"),
        key="net_own",
        icon=":material/tune:",
        help=t("Network, training and data of both sides"),
        on_click=_open_settings,
        args=(not opened,),
    )


def _open_settings(opened: bool) -> None:
    st.session_state["networks_own"] = opened


def pick_settings() -> None:
    """All of them, side by side, where the visitor has asked for them."""
    if not st.session_state.get("networks_own"):
        return
    different = differing(*networks().values())
    with st.container(border=True, key="net_settings"):
        for column, side in zip(st.columns(2, gap="large"), SIDES, strict=True):
            with column:
                for (group, of_remedy), names in GROUPS.items():
                    title = t(group if side == "problem" else of_remedy)
                    st.html(f'<h3 class="net">{escape(title)}</h3>')
                    _grid(side, names, different)


def _grid(side: str, names: tuple[str, ...], different: set[str]) -> None:
    if networks()[side].own:
        names = tuple(name for name in names if name not in ("points", "noise"))  # a table has the rows that it has
    for first in range(0, len(names), ACROSS):
        for column, name in zip(st.columns(ACROSS), names[first : first + ACROSS], strict=False):
            other = bool({"knobs", "schedule_knobs"} & different) if name == "knobs" else name in different
            with column, st.container(key=f"{'differs' if other else 'same'}_{side}_{name}"):
                _knobs(side) if name == "knobs" else _widget(side, name, "  ≠" if other else "")


def _widget(side: str, name: str, mark: str) -> None:
    """One setting; its key lets the widget start anew from the network whenever that is replaced."""
    key, value = f"net_{side}_{name}", getattr(networks()[side], name)
    called = capitalized(WORDS[name])
    label = called + mark
    if name in _NUMBERS:
        number_box(label, value, lambda value: edit(side, **{name: value}), key=key, name=called, **_NUMBERS[name])
        return
    st.session_state[key] = value
    told = {"key": key, "on_change": _change, "args": (side, name)}
    if name in _MENUS:
        tables = dict.fromkeys(one.data for one in networks().values() if one.own) if name == "data" else ()
        st.selectbox(t(label), (*_MENUS[name], *tables), format_func=lambda key: t(name_of(key)), **told)
    elif name in _SLIDERS:
        st.slider(t(label), *_SLIDERS[name], **told)
    else:
        st.checkbox(t(label), **told)


def _knobs(side: str) -> None:
    """The hyper-parameters of the chosen optimizer and of the chosen schedule."""
    network = networks()[side]
    rule, schedule = OPTIMIZERS[network.optimizer], SCHEDULES[network.schedule]
    with st.popover(t("Their knobs"), key=f"net_{side}_knobs_fold", icon=":material/tune:", width="stretch"):
        for owner, field, knobs in ((rule, "knobs", rule.knobs), (schedule, "schedule_knobs", schedule.knobs)):
            if knobs:
                st.markdown(f"**{t(owner.name)}**")
            for name, knob in knobs.items():
                _knob(side, field, name, knob)


def _knob(side: str, field: str, name: str, knob: Knob) -> None:
    key, value = f"net_{side}_{field}_{name}", getattr(networks()[side], field)[name]
    if knob.many:
        written = ", ".join(f"{one:g}" for one in value)
        key = f"{key} {written}"  # a new field for a new value: see `number_box`
        st.session_state[key] = written
        st.text_input(t(knob.name), key=key, on_change=_turn_many, args=(side, field, name, key))
        return
    number_box(knob.name, value, lambda value: _turn(side, field, name, value), key=key, whole=knob.whole)


def _change(side: str, name: str) -> None:
    if name == "data":
        on = networks()[side].on(st.session_state[f"net_{side}_data"])
        edit(side, data=on.data, points=on.points, batch_size=on.batch_size)
        return
    more = {"optimizer": {"knobs": {}}, "schedule": {"schedule_knobs": {}}}.get(name, {})
    edit(side, **{name: st.session_state[f"net_{side}_{name}"]}, **more)


def _turn_many(side: str, field: str, name: str, key: str) -> None:
    text = st.session_state[key]
    try:
        values = [float(one) for one in text.split(",")]
    except ValueError:
        st.session_state["notices"] = [message("{text} is no list of numbers: write one such as 30, 80.", text=text)]
        return
    _turn(side, field, name, values)


def _turn(side: str, field: str, name: str, value: Any) -> None:
    edit(side, **{field: {**getattr(networks()[side], field), name: value}})


def edit(side: str, **changes: Any) -> None:
    """Put an edited network in place; a value that is refused becomes a notice, and nothing else is lost."""
    try:
        changed = replace(networks()[side], **changes)
    except ValueError as fault:
        st.session_state["notices"] = [sentence_of(fault)]
        return
    st.session_state["networks"] = {**networks(), side: changed}
    st.session_state["networks_stopped"] = False
