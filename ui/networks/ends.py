"""Where two trainings ended: how fast the loss rises around it, and the straight lines that lead there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import numpy as np
import streamlit as st

from engine.basis.numerals import number
from engine.networks import RADII, Network, Trained, interpolation, rise_around
from i18n import Message, joined, message
from ui.networks.figures import lines_between, rises
from ui.networks.pairs import PAIRS, SIDES, prepared
from ui.shared.charts import show_chart
from ui.shared.language import t

TOLD_AT = 0.3
"""The distance whose rises the sentence compares."""
TRAINING_ONLY = (
    "initialisation",
    "optimizer",
    "rate",
    "schedule",
    "clip_norm",
    "clip_value",
    "batch_size",
    "steps",
    "knobs",
    "schedule_knobs",
)
"""What may differ between two networks that are the same function of their weights."""


def show_ends(shown: Mapping[str, Trained], seeds: Mapping[str, Sequence[Trained]]) -> None:
    """A fold with both pictures, filled when it is opened; open where the chosen pair is about it."""
    if len(shown) < len(SIDES):
        return
    at = prepared(*(shown[side].network for side in SIDES))
    asked = at is not None and PAIRS[at].ends
    label = t("Where they ended: sharp or flat, and the straight line between")
    with st.expander(label, expanded=asked, key=f"net_ends_{asked}", on_change="rerun") as fold:
        if not fold.open:
            return
        left, right = st.columns(2, gap="large")
        with left:
            _show_rises(seeds)
        with right:
            _show_lines(shown)


def _show_rises(seeds: Mapping[str, Sequence[Trained]]) -> None:
    found = {side: np.array([_rise(one) for one in told if _sound(one)]) for side, told in seeds.items()}
    found = {side: rows for side, rows in found.items() if len(rows)}
    if not found:
        _say(t("No training ended at finite weights: there is nothing to look around."))
        return
    title = t("How fast the loss rises around where each ended")
    show_chart(rises(RADII, found), "net_rises", t(rise_words(found)), title)


def _say(words: str) -> None:
    st.html(f'<p class="net-words">{escape(words)}</p>')


def rise_words(found: Mapping[str, np.ndarray]) -> Message:
    """What the rises say: which is flatter, in how many of the seeds, and what was measured."""
    how = message(
        "Median of 24 random filter-normalised directions (Li et al. 2018) around where each seed ended. Lines: middle "
        "of the seeds; bands: all of them."
    )
    if len(found) < len(SIDES):
        return how
    at = RADII.index(TOLD_AT)
    one, other = (found[side][:, at] for side in SIDES)
    count = min(len(one), len(other))
    flatter = int(np.sum(other[:count] < one[:count]))
    told = {
        "distance": TOLD_AT,
        "flatter": flatter,
        "count": count,
        "problem": number(float(np.median(one))),
        "remedy": number(float(np.median(other))),
    }
    if flatter > 0.75 * count:
        verdict = message(
            "At distance {distance}, the remedy ended flatter ({flatter} of {count} seeds): the loss rises by "
            "{problem} for the problem, {remedy} for the remedy.",
            **told,
        )
    elif flatter < 0.25 * count:
        verdict = message(
            "At distance {distance}, the remedy ended sharper ({flatter} of {count} seeds): the loss rises by "
            "{problem} for the problem, {remedy} for the remedy.",
            **told,
        )
    else:
        verdict = message(
            "At distance {distance}, neither is flatter throughout ({flatter} of {count} seeds): the loss rises by "
            "{problem} for the problem, {remedy} for the remedy.",
            **told,
        )
    return joined(" ", [verdict, how])


def _sound(trained: Trained) -> bool:
    return trained.last.weights is not None and bool(np.isfinite(trained.weights).all()) and trained.kind != "diverged"


def _rise(trained: Trained) -> np.ndarray:
    memory = st.session_state.setdefault("networks_rises", {})
    key = f"{trained.network} {trained.last.step}"
    if key not in memory:
        memory[key] = rise_around(trained.network, trained.weights)
    return memory[key]


def _show_lines(shown: Mapping[str, Trained]) -> None:
    lines = {
        side: interpolation(one.network, one.snapshots[0].weights, one.weights)
        for side, one in shown.items()
        if _sound(one) and one.snapshots[0].weights is not None
    }
    one, other = (shown[side] for side in SIDES)
    same = alike(one.network, other.network)
    if same and _sound(one) and _sound(other):
        lines["between"] = interpolation(one.network, one.weights, other.weights)
    if not lines:
        _say(t("No training has both ends of a line to show: it diverged, or is too large."))
        return
    title = t("Loss on the straight way from start to end")
    show_chart(lines_between(lines), "net_lines", t(line_words(lines, same)), title)


def alike(one: Network, other: Network) -> bool:
    """Whether both are one function of their weights, on the same data: then a line between them means something."""
    return replace(one, **{name: getattr(other, name) for name in TRAINING_ONLY}) == other


def line_words(lines: Mapping[str, tuple[np.ndarray, np.ndarray]], same: bool) -> Message:
    """What the lines say: whether a hill lies on the way."""
    words = [message("Loss on the straight line from a network's first weights (0) to its last (1).")]
    if "between" in lines:
        shares, losses = lines["between"]
        inside = losses[(shares >= 0) & (shares <= 1)]
        height = float(np.nanmax(inside)) - float(max(inside[0], inside[-1]))
        hill = message(
            "Dotted: from the problem's last weights to the remedy's; a hill {height} high lies between.",
            height=number(height),
        )
        level = message("Dotted: from the problem's last weights to the remedy's; no hill lies between.")
        words.append(hill if height > 0.01 else level)
    elif not same:
        words.append(message("Between the two there is no such line: they are different functions of their weights."))
    return joined(" ", words)
