"""What became of both networks over all seeds, as a table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from engine.basis.numerals import number
from engine.networks import Network, Trained
from i18n import lowered, message
from ui.networks.pairs import SIDES
from ui.networks.trainings import SEEDS, known, other_seeds
from ui.networks.view import HEADINGS, VERDICTS
from ui.shared.language import t
from ui.shared.lists import in_a_row
from ui.shared.table import table


def show_seeds(pair: Mapping[str, Network]) -> None:
    """What became of all seeds, once there are several."""
    told = {side: [one for one in [known(pair[side]), *other_seeds(pair[side])] if one] for side in SIDES}
    if any(len(one) < SEEDS for one in told.values()):
        return
    head = (
        "",
        t("Verdicts"),
        t("‖∇‖ at the start"),
        t("W at the start"),
        t("A at the start"),
        t("Loss at the end"),
        t("Right at the end, %"),
    )
    rows = [(t(HEADINGS[side]), _cells(all_seeds)) for side, all_seeds in told.items()]
    caption = t("Over {count} seeds: middle [lowest, highest]", count=SEEDS)
    st.html(table(head, rows, caption, wraps=True))


def _cells(told: list[Trained]) -> list[str]:
    kinds = [one.verdict.kind for one in told]
    names = ("gradient_norm", "weight_ratio", "activation_ratio")
    spreads = [_middle(np.array([getattr(one.snapshots[0], name) for one in told])) for name in names]
    counted = [(kinds.count(kind), lowered(VERDICTS[kind])) for kind in dict.fromkeys(kinds)]
    verdicts = in_a_row([message("{count} {verdict}", count=count, verdict=verdict) for count, verdict in counted])
    losses = np.array([one.losses[-1] for one in told])
    right = "" if told[0].data.regression else _middle(np.array([100 * one.last.accuracy for one in told]))
    return [t(verdicts), *spreads, _middle(losses), right]


def _middle(values: np.ndarray) -> str:
    """Middle, lowest and highest of those that are finite."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return t("not finite")
    middle, low, high = (number(float(at(finite))) for at in (np.median, np.min, np.max))
    return f"{middle} [{low}, {high}]"
