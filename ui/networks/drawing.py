"""Points that a visitor draws by hand for both networks to learn: those of a set or a table, moved, or new ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from engine.networks import Network, OwnTable, hold, make_data
from engine.networks.own_data import FEWEST_ROWS
from engine.tables import LINKED_POINTS
from i18n import sentence_of
from stage import point_board
from ui.networks.figures import CLASSES
from ui.networks.pairs import SIDES
from ui.shared.language import surroundings, t
from ui.shared.theme import theme

_NAMES = {"plane": ("x1", "x2", "class"), "line": ("x", "y")}


def draw_points() -> None:
    """The board, where the visitor has opened it."""
    if not st.session_state.get("networks_drawing"):
        return
    with st.container(border=True, key="net_board"):
        point_board(_board(_networks()["problem"]), key="net_points", on_drawn=_take_drawn)
        st.button(t("Close the board"), key="net_board_close", on_click=open_board, args=(False,))


def open_board(opened: bool) -> None:
    """Show the board, or put it away; what is drawn on it stays what is learned."""
    st.session_state["networks_drawing"] = opened
    st.session_state["net_table_doors"] = doors_opened() + 1


def doors_opened() -> int:
    """How many doors to the board were used: one that lies over it is replaced by a new one, which is closed."""
    return st.session_state.get("net_table_doors", 0)


def _networks() -> dict[str, Network]:
    return st.session_state["networks"]


def _board(network: Network) -> dict[str, Any]:
    """What stands on the board: the points that the problem learns, where a hand can draw such."""
    shown = points_of(network)
    return {
        **surroundings(),
        "name": network.own.name if network.own else f"{network.data} {network.seed} {network.noise}",
        "kind": "plane",
        "classes": False,
        "points": [],
        **shown,
        "names": names_of(network.own, shown.get("kind", "plane")),
        "fewest": FEWEST_ROWS,
        "most": LINKED_POINTS,
        "colours": CLASSES[theme()],
        "revision": (st.session_state.get("net_points", {}).get("drawn") or {}).get("revision", 0),
    }


def points_of(network: Network) -> dict[str, Any]:
    """Kind, points and whether a line's targets are classes; nothing of a table that is on no board.

    A table of many inputs or rows, or of numbers over two inputs, has none.
    """
    own = network.own
    if own is None:
        data = make_data(network.data, min(network.points, LINKED_POINTS), network.noise, network.seed)
        inputs, targets, classes = data.inputs, data.targets, not data.regression
    else:
        inputs, targets, classes = own.inputs, own.targets, own.classes
    wide = inputs.shape[1]
    if len(targets) > LINKED_POINTS or wide > 2 or (wide == 2 and not classes):
        return {}
    last = targets if wide == 2 else np.zeros(len(targets))
    second = inputs[:, 1] if wide == 2 else targets
    points = np.column_stack([inputs[:, 0], second, last]).tolist()
    return {"kind": "plane" if wide == 2 else "line", "classes": classes, "points": points}


def names_of(own: OwnTable | None, kind: str) -> tuple[str, ...]:
    """Of the inputs and of the target: a table's, where it has as many."""
    usual = _NAMES[kind]
    return (*own.input_names, own.target_name) if own and len(own.input_names) == len(usual) - 1 else usual


def _take_drawn() -> None:
    """Let both learn what was drawn."""
    drawn = st.session_state["net_points"].get("drawn")
    if not drawn:
        return
    try:
        pair = with_drawn(_networks(), drawn["points"], drawn["kind"], drawn["classes"])
    except ValueError as fault:
        st.session_state["notices"] = [sentence_of(fault)]
        return
    st.session_state["networks"] = pair
    st.session_state["networks_stopped"] = False


def with_drawn(
    pair: dict[str, Network], points: list[list[float]], kind: str, classes: bool = False
) -> dict[str, Network]:
    """The pair on these points, each side standardised as it was. Raises ValueError with a sentence.

    points: x, y and class of each; kind and classes as `stage.point_board` has them.
    """
    x, y, label = np.array(points, dtype=np.float64).reshape(-1, 3).T
    plane = kind == "plane"
    *inputs, target = names_of(pair["problem"].own, kind)
    columns, targets = (np.column_stack([x, y]), label) if plane else (x[:, None], y)
    scaled = {side: own.standardised if (own := pair[side].own) else True for side in SIDES}
    table = partial(OwnTable, columns, targets, tuple(inputs), target, plane or classes)
    owns = {side: hold(table(scaled[side])) for side in SIDES}  # until the networks hold them
    return {side: network.on(owns[side].name) for side, network in pair.items()}
