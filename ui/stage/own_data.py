"""Data of the visitor's own under a model of two weights: a pasted or uploaded table, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from engine import sharpness
from engine.basis.numerals import three_digits
from engine.tables import (
    LARGEST_TABLE,
    LOSSES,
    Column,
    OwnData,
    Table,
    condition_sentence,
    data_on,
    own_model,
    read_table,
)
from i18n import message
from ui.scene.scene import Scene
from ui.scene.session import change
from ui.shared.language import t

EXAMPLE = "area;price\n52;148,5\n71;190\n88;231"
_TABLE = "own_table"
_LOSS_OF_CLASSES = "logistic"
_PLAIN = ("gradient_descent", "momentum", "nesterov")
"""Methods whose step is the rate times a gradient: the surface's curvature says which rate they can take."""


def pick_own_data(scene: Scene) -> None:
    """The door to it below the menu of models, and where its surface is shown what it is made of."""
    data = data_on(scene.landscape)
    with st.popover(t("Your own data"), key="own_data", icon=":material/table:"):
        st.text_area(
            t("Paste a table"), key="own_paste", placeholder=EXAMPLE, height=140, max_chars=LARGEST_TABLE,
            help=t("From a spreadsheet, or as CSV: by commas, semicolons or tabs, with names in the first row or not."),
        )  # fmt: skip
        st.button(t("Use this table"), key="own_use", on_click=_take_paste)
        st.file_uploader(t("Or upload a CSV"), ["csv", "tsv", "txt"], key="own_file", on_change=_take_file)
        about = t(
            "Up to 2,000 rows. They stay in this visit: up to 200 points also stand in the link, more of them in the "
            "saved file."
        )
        st.html(f'<p class="aside">{escape(about)}</p>')
    if data is not None:
        _settings(data)


def _settings(data: OwnData) -> None:
    table = _table_of(data)
    columns = st.columns(2)
    of_input, of_target = ("own_input", t("Input"), data.input_name), ("own_target", t("Target"), data.target_name)
    for column, (key, label, name) in zip(columns, (of_input, of_target), strict=True):
        st.session_state[key] = name
        column.selectbox(label, table.names, key=key, on_change=_take_columns)
    st.session_state["own_loss"] = data.loss
    two = table[data.target_name].has_two_values
    usable = [loss for loss, kind in LOSSES.items() if two or not kind.is_classification]
    st.selectbox(
        t("Loss"),
        usable,
        key="own_loss",
        format_func=lambda loss: t(LOSSES[loss].name),
        help=t("Squared, absolute and Huber for numbers; logistic and hinge for a target of two values."),
        on_change=_take_loss,
    )
    st.session_state["own_l2"] = data.l2
    st.slider(
        t("L2 strength"),
        0.0, max(1.0, data.l2), key="own_l2", step=0.01,
        help=t("This number times the square of the slope is added to the mean loss."),
        on_change=lambda: _with(l2=st.session_state["own_l2"]),
    )  # fmt: skip
    st.session_state["own_scaled"] = data.standardised
    st.toggle(
        t("Standardise the input"),
        key="own_scaled",
        help=t(
            "Shift and scale it to mean 0 and standard deviation 1. The rates of plain methods follow the curvature."
        ),
        on_change=lambda: _with(standardised=st.session_state["own_scaled"]),
    )
    faults = table.left_out(data.input_name, data.target_name)
    told = " ".join(t(sentence) for sentence in (table.how, condition_sentence(data)) if sentence)
    listed = "".join(f'<p class="aside">{escape(t(fault))}</p>' for fault in faults)
    st.html(f'<p class="lesson">{escape(told)}</p>{listed}')


def _table_of(data: OwnData) -> Table:
    """The table that was pasted; where the data came with a link, or points were moved since, the data themselves."""
    table = st.session_state.get(_TABLE)
    names = (data.input_name, data.target_name)
    if table is not None and set(names) <= set(table.names):
        kept = table.rows_of(*names)
        if np.array_equal(table[names[0]].values[kept], data.inputs):
            return table
    return Table(
        (Column(names[0], data.inputs), Column(names[1], data.targets)),
        message("{points} points.", points=f"{data.points:,}"),
    )


def _take_paste() -> None:
    _take(st.session_state.get("own_paste", ""))


def _take_file() -> None:
    file = st.session_state["own_file"]
    if file is not None:
        _take(file.getvalue())


def _take(content: str | bytes) -> None:
    """Show the model of a table's first column of numbers and its last."""

    def edit(scene: Scene) -> Scene:
        table = read_table(content)
        shown = _shown(scene, _first_look(table))
        st.session_state[_TABLE] = table
        return shown

    change(edit)


def _first_look(table: Table) -> OwnData:
    *inputs, target = table.names
    if table[target].classes or (table[target].has_two_values and np.isin(table[target].values, (0, 1)).all()):
        return OwnData.of(table, inputs[0], target, _LOSS_OF_CLASSES)
    return OwnData.of(table, inputs[0], target)


def _take_columns() -> None:
    def edit(scene: Scene) -> Scene:
        data = _data(scene)
        table = _table_of(data)
        names = st.session_state["own_input"], st.session_state["own_target"]
        loss = data.loss if not LOSSES[data.loss].is_classification or table[names[1]].has_two_values else "squared"
        return _shown(scene, OwnData.of(table, *names, loss, l2=data.l2, standardised=data.standardised))

    change(edit)


def _take_loss() -> None:
    def edit(scene: Scene) -> Scene:
        data = _data(scene)
        names = data.input_name, data.target_name
        loss = st.session_state["own_loss"]
        return _shown(scene, OwnData.of(_table_of(data), *names, loss, l2=data.l2, standardised=data.standardised))

    change(edit)


def _with(**changes: Any) -> None:
    change(lambda scene: _shown(scene, replace(_data(scene), **changes)))


def _data(scene: Scene) -> OwnData:
    data = data_on(scene.landscape)
    if data is None:
        raise ValueError(message("Another model is shown by now: choose your data again."))
    return data


def _shown(scene: Scene, data: OwnData) -> Scene:
    """The surface of these data from its own start, all points at every step, and rates that plain methods can take."""
    landscape = own_model(data).landscape
    shown = replace(scene.with_landscape(landscape), batch_size=None)
    steepest = float(sharpness(landscape, [np.mean(landscape.window, axis=1)])[0])
    if not (np.isfinite(steepest) and steepest > 0):
        return shown
    rate = three_digits(min(max(1 / steepest, 1e-9), 10.0))
    lanes = tuple(replace(lane, rate=rate) if lane.optimizer in _PLAIN else lane for lane in shown.lanes)
    return replace(shown, lanes=lanes)
