"""A picture in words and numbers, for who reads rather than looks."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine import Trajectory, lane_names
from engine.basis.numerals import number
from ui.shared.table import table

_HEAD = ("Method", "Steps", "Ends at", "Loss", "‖∇L‖", "What happened")


def show_words(trajectories: Sequence[Trajectory], called: Sequence[str] = ()) -> None:
    """What became of each lane: where it ended, with which loss and gradient norm, and why there.

    `called` are the lanes' own names, empty where one goes by its optimizer.
    """
    rows = [(name, _cells(one)) for name, one in zip(lane_names(trajectories, called), trajectories, strict=True)]
    st.html(table(_HEAD, rows, "What became of each method"))


def _cells(one: Trajectory) -> tuple[str, ...]:
    x, y = one.points[-1]
    return (
        f"{one.outcome.step:,}",
        f"({number(x)}, {number(y)})",
        number(one.losses[-1]),
        number(float(np.hypot(*one.gradients[-1]))),
        one.outcome.sentence,
    )
