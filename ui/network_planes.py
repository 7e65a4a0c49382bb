"""The loss around a trained network, on two planes through its weights: random, and along its own path."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from engine.networks import Plane, Trained, loss_on_plane, path_plane, random_plane
from engine.numerals import number
from ui.charts import CONFIG, layout

SIDE, DEEP_SIDE, DEEP = 64, 32, 8
"""Points a side of a plane; fewer for networks of more layers, where a point costs more."""


def show_planes(side: str, trained: Trained) -> None:
    """A fold with both planes, filled when it is opened."""
    with st.expander("The loss around it, on two planes", key=f"planes_{side}", on_change="rerun") as fold:
        if not fold.open:
            return
        if trained.kind == "diverged":
            st.html('<p class="aside">This training diverged: there are no weights to look around.</p>')
            return
        resolution = SIDE if trained.network.depth <= DEEP else DEEP_SIDE
        weights = np.asarray(trained.weights, dtype=np.float64)
        plane = random_plane(trained.network, weights)
        heights = loss_on_plane(trained.network, plane, ((-1.0, 1.0), (-1.0, 1.0)), resolution)
        st.plotly_chart(_figure(heights, (-1.0, 1.0), (-1.0, 1.0), None), key=f"plane_random_{side}", config=CONFIG)
        st.html(f'<p class="aside">{escape(_random_words(heights))}</p>')
        _along_the_path(side, trained, resolution)


def _along_the_path(side: str, trained: Trained, resolution: int) -> None:
    kept = [one.weights for one in trained.snapshots if one.weights is not None]
    if len(kept) < 3:
        st.html('<p class="aside">The path of so large a network is not kept: only the random plane is shown.</p>')
        return
    path = np.asarray(kept, dtype=np.float64)
    plane: Plane = path_plane(path)
    places = plane.coordinates(path)
    across, up = _span(places[:, 0]), _span(places[:, 1])
    heights = loss_on_plane(trained.network, plane, (across, up), resolution)
    st.plotly_chart(_figure(heights, across, up, places), key=f"plane_path_{side}", config=CONFIG)
    shares = plane.explained or (0.0, 0.0)
    st.html(
        f'<p class="aside">The plane of the training path\'s two leading principal components, with the path projected '
        f"on it: they keep {100 * sum(shares):.1f} % of its variance ({100 * shares[0]:.1f} % and "
        f"{100 * shares[1]:.1f} %). Off the plane the loss may be another.</p>"
    )


def _span(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = max(0.3 * (high - low), 1e-6)
    return low - room, high + room


Side = tuple[float, float]


def _figure(heights: np.ndarray, across: Side, up: Side, path: np.ndarray | None) -> dict[str, Any]:
    rows, columns = heights.shape
    contour = {
        "type": "contour",
        "x": np.linspace(across[0], across[1], columns).tolist(),
        "y": np.linspace(up[0], up[1], rows).tolist(),
        "z": np.log10(np.maximum(heights, 1e-12)).tolist(),
        "colorscale": "Cividis",
        "ncontours": 18,
        "line": {"width": 0.6},
        "colorbar": {"title": {"text": "log₁₀ loss", "side": "right"}, "thickness": 10},
    }
    drawn: list[dict[str, Any]] = [contour]
    if path is not None:
        line = {"color": "#FFFFFF", "width": 2.5}
        drawn.append({"x": path[:, 0].tolist(), "y": path[:, 1].tolist(), "mode": "lines+markers", "line": line})
    end = path[-1] if path is not None else np.zeros(2)
    marker = {"size": 12, "color": "#C8603A", "line": {"width": 2, "color": "#FFFFFF"}}
    drawn.append({"x": [float(end[0])], "y": [float(end[1])], "mode": "markers", "marker": marker})
    return {"data": drawn, "layout": layout(300, "first direction", "second direction")}


def _random_words(heights: np.ndarray) -> str:
    middle = float(heights[heights.shape[0] // 2, heights.shape[1] // 2])
    rim = np.concatenate([heights[0], heights[-1], heights[:, 0], heights[:, -1]])
    return (
        "Two random directions, each filter scaled to the length of the trained one (Li et al. 2018), so that networks "
        f"can be compared: loss {number(middle)} in the middle, {number(float(np.median(rim)))} at the rim (median)."
    )
