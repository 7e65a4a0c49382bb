"""A visitor's own table as what both networks learn: pasted or uploaded, its columns chosen, standardised or not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape

import numpy as np
import streamlit as st

from engine.networks import USUAL, Network, OwnTable
from engine.tables import LARGEST_TABLE, Column, Table, read_table, to_learn
from i18n import message, sentence_of
from ui.networks.drawing import doors_opened, open_board
from ui.networks.file import is_pair, pair_json, read_pair
from ui.networks.pairs import SIDES
from ui.shared.language import t
from ui.shared.lists import in_a_row

EXAMPLE = "height;weight;species\n1,62;58,5;a\n1,81;80;b\n1,75;71,5;b"
SCALED = {"both": message("Both"), "neither": message("Neither"), "remedy": message("The remedy's only")}
"""Whose inputs are standardised: where the two sides differ, scaling itself is the remedy."""
_TABLE = "networks_table"


def pick_own_table() -> None:
    """The button that opens it, and where a table is learned what is made of it."""
    with st.popover(t("Your own data"), key=f"net_table {doors_opened()}", icon=":material/table:"):
        st.button(
            t("Draw the points"), key="net_draw", icon=":material/edit:", on_click=open_board, args=(True,),
            help=t("Move, add and remove points by hand, those that are shown or new ones"),
        )  # fmt: skip
        st.text_area(
            t("Paste a table"), key="net_paste", placeholder=EXAMPLE, height=120, max_chars=LARGEST_TABLE,
            help=t("From a spreadsheet, or as CSV: by commas, semicolons or tabs, with names in the first row or not."),
        )  # fmt: skip
        st.button(t("Use this table"), key="net_use", on_click=_take_paste)
        st.file_uploader(
            t("Or upload a CSV, or a saved pair"), ["csv", "tsv", "txt", "json"], key="net_file", on_change=_take_file
        )
        about = t(
            "4 to 2,000 rows, 1 to 16 inputs. They stay in this visit: a small table also stands in the link, a larger "
            "one in the saved file."
        )
        st.html(f'<p class="aside">{escape(about)}</p>')
        tables = own_tables()
        if tables:
            _settings(tables)
        st.download_button(
            t("Save the pair as a file"), partial(pair_json, dict(_pair())), "networks.json", "application/json",
            key="net_save", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def own_tables() -> dict[str, OwnTable]:
    """The tables that are learned, by side; no entry for a side that learns a prepared set."""
    return {side: network.own for side, network in _pair().items() if network.own}


def _settings(tables: Mapping[str, OwnTable]) -> None:
    own = next(iter(tables.values()))
    table = _table_of(own)
    st.session_state["net_inputs"] = list(own.input_names)
    st.multiselect(
        t("Inputs"),
        [name for name in table.names if name != own.target_name],
        key="net_inputs",
        on_change=_take_columns,
    )
    st.session_state["net_target"] = own.target_name
    st.selectbox(t("Target"), table.names, key="net_target", on_change=_take_columns)
    st.session_state["net_scaled"] = _scaled_of(tables)
    st.selectbox(
        t("Standardise"), list(SCALED), key="net_scaled", format_func=lambda key: t(SCALED[key]),
        on_change=_take_columns,
        help=t(
            "Shift and scale each input, and a target of numbers, to mean 0 and standard deviation 1. Where the two "
            "sides differ, scaling is what is compared."
        ),
    )  # fmt: skip
    st.button(t("Back to the prepared data"), key="net_leave", on_click=_leave)
    names = {"rows": f"{own.rows:,}", "target": own.target_name, "inputs": in_a_row(own.input_names)}
    if own.classes:
        learned = t("{rows} are learned: {target}, two classes, from {inputs}.", **names)
    else:
        learned = t("{rows} are learned: {target}, numbers, from {inputs}.", **names)
    left_out = table.left_out(*own.input_names, own.target_name)
    faults = "".join(f'<p class="aside">{escape(t(one))}</p>' for one in left_out)
    st.html(f'<p class="aside">{escape(f"{t(table.how)} {learned}")}</p>{faults}')


def _scaled_of(tables: Mapping[str, OwnTable]) -> str:
    scaled = [one.standardised for one in tables.values()]
    return "both" if all(scaled) else "remedy" if any(scaled) and tables["remedy"].standardised else "neither"


def _pair() -> dict[str, Network]:
    return st.session_state["networks"]


def _table_of(own: OwnTable) -> Table:
    """The table that was pasted; where the data came with a link or a file, the data themselves."""
    table = st.session_state.get(_TABLE)
    names = (*own.input_names, own.target_name)
    if table is not None and set(names) <= set(table.names):
        kept = table.rows_of(*names)
        columns = [table[name].values[kept] for name in own.input_names]
        if all(np.array_equal(one, two) for one, two in zip(columns, own.inputs.T, strict=True)):
            return table
    columns = [Column(name, values) for name, values in zip(names, [*own.inputs.T, own.targets], strict=True)]
    return Table(tuple(columns), _size(own.rows, len(columns)))


def _size(rows: int, columns: int) -> str:
    return message("{rows} rows, {columns} columns.", rows=f"{rows:,}", columns=columns)


def _take_paste() -> None:
    _take(st.session_state.get("net_paste", ""))


def _take_file() -> None:
    file = st.session_state["net_file"]
    if file is None:
        return
    content = file.getvalue()
    if not is_pair(content):
        _take(content)
        return
    try:
        pair, notices = read_pair(content)
    except ValueError as fault:
        st.session_state["notices"] = [sentence_of(fault)]
        return
    _show(pair)
    st.session_state["notices"] = notices


def _take(content: str | bytes) -> None:
    """Let both learn a table: its last column from all others, where those are no more than a network takes."""
    try:
        table = read_table(content)
        names = table.names
        _learn(table, names[:-1], names[-1], "both")
    except ValueError as fault:
        st.session_state["notices"] = [sentence_of(fault)]
        return
    st.session_state[_TABLE] = table


def _take_columns() -> None:
    tables = own_tables()
    if not tables:
        return
    own = next(iter(tables.values()))
    inputs, target = list(st.session_state["net_inputs"]), st.session_state["net_target"]
    if target in inputs and target != own.target_name:
        inputs = [own.target_name if name == target else name for name in inputs]  # the two change places
    try:
        _learn(_table_of(own), inputs, target, st.session_state["net_scaled"])
    except ValueError as fault:
        st.session_state["notices"] = [sentence_of(fault)]


def _learn(table: Table, inputs: list[str], target: str, scaled: str) -> None:
    on = {"problem": scaled == "both", "remedy": scaled != "neither"}
    owns = {side: to_learn(table, inputs, target, on[side]) for side in SIDES}  # held until the networks do
    _show({side: network.on(owns[side].name) for side, network in _pair().items()})


def _leave() -> None:
    _show({side: network.on(USUAL.data) for side, network in _pair().items()})


def _show(pair: dict[str, Network]) -> None:
    st.session_state["networks"] = pair
    st.session_state["networks_stopped"] = False
