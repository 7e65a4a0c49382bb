"""A picture in words and numbers, for who reads rather than looks."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from engine import OPTIMIZERS, Trajectory
from engine.numerals import number

_HEAD = ("Method", "Steps", "Ends at", "Loss", "‖∇L‖", "What happened")


def show_words(trajectories: Sequence[Trajectory]) -> None:
    """What became of each lane: where it ended, with which loss and gradient norm, and why there."""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    rows = "".join(_row(one) for one in trajectories)
    st.html(
        f'<table class="ends"><caption>What became of each method</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(one: Trajectory) -> str:
    x, y = one.points[-1]
    cells = (
        f"{one.outcome.step:,}",
        f"({number(x)}, {number(y)})",
        number(one.losses[-1]),
        number(float(np.hypot(*one.gradients[-1]))),
        one.outcome.sentence,
    )
    named = zip(_HEAD[1:], cells, strict=True)
    return (
        f'<tr><th scope="row">{escape(OPTIMIZERS[one.run.optimizer].name)}</th>'
        + "".join(f'<td data-name="{name}">{escape(cell)}</td>' for name, cell in named)
        + "</tr>"
    )
