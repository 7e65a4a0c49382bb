"""A picture in words and numbers, for who reads rather than looks."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine import Trajectory, lane_names
from engine.basis.numerals import number
from i18n import Message, message
from ui.shared.language import t
from ui.shared.table import table

_HEAD = (message("Steps"), message("Ends at"), message("Loss"), "‖∇L‖", message("What happened"))


def show_words(trajectories: Sequence[Trajectory], called: Sequence[str] = (), by_schedule: bool = False) -> None:
    """What became of each lane: where it ended, with which loss and gradient norm, and why there.

    `called` are the lanes' own names, empty where one goes by its optimizer, or `by_schedule`.
    """
    names = lane_names(trajectories, called, by_schedule)
    rows = [(t(name), _cells(one)) for name, one in zip(names, trajectories, strict=True)]
    first = t("Schedule") if by_schedule else t("Method")
    caption = t("What became of each schedule") if by_schedule else t("What became of each method")
    st.html(table((first, *map(_said, _HEAD)), rows, caption))


def _said(head: str) -> str:
    """A column's name; signs are the same in every language."""
    return t(head) if isinstance(head, Message) else head


def _cells(one: Trajectory) -> tuple[str, ...]:
    x, y = one.points[-1]
    return (
        f"{one.outcome.step:,}",
        f"({number(x)}, {number(y)})",
        number(one.losses[-1]),
        number(float(np.hypot(*one.gradients[-1]))),
        t(one.outcome.sentence),
    )
