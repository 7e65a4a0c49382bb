"""The loss around a trained network on two planes: at once as pictures, and as surfaces to descend on."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from engine.basis.numerals import number
from engine.networks import PLANES, WINDOWS, Network, Sight, Trained, is_small, lay, loss_on_plane, plane_of, text_of
from i18n import joined, message
from landscapes.on_data import cost_of
from ui.scene.lane import Lane
from ui.scene.link import encode
from ui.scene.scene import Scene
from ui.shared.charts import colour_bar, inks, layout, show_chart
from ui.shared.language import t
from ui.shared.swatch import PALETTE
from ui.shared.theme import theme

SIDE, DEEP_SIDE, DEEP = 64, 32, 8
"""Points a side of a picture; fewer for networks of more layers, where a point costs more."""
STEPS = 200
PROMPT = 4_000_000
"""Steps of a formula that a plane's first picture may cost: as many as a hand still feels to be followed."""
NAMES = {
    "random": message("Loss along two random directions"),
    "path": message("Loss on the plane of its training"),
}
DECADES = (-5.0, 3.0)
"""Colours of log10 loss end here, the same in every picture, so that two networks can be compared."""
LINES = {"light": "rgba(26,33,43,0.3)", "dark": "rgba(232,236,241,0.25)"}
HEIGHT = 372
"""In px: a square plane in half a column, and the scale of its colours below it."""


def show_planes(side: str, trained: Trained) -> None:
    """A fold with both planes, filled when it is opened."""
    with st.expander(t("The loss around it, on two planes"), key=f"planes_{side}", on_change="rerun") as fold:
        if not fold.open:
            return
        if trained.kind == "diverged":
            _say(t("This training diverged: there are no weights to look around."))
            return
        kept = [one.weights for one in trained.snapshots if one.weights is not None]
        kinds = PLANES if len(kept) >= 3 else ("random",)
        path = np.asarray(kept or [trained.weights], dtype=np.float64)
        for column, kind in zip(st.columns(len(PLANES)), kinds, strict=False):
            with column:
                _show(side, trained.network, kind, lay(trained.network, path, kind))
        if len(kinds) < len(PLANES):
            _say(t("The path of so large a network is not kept: only the random plane is shown."))


def _say(words: str) -> None:
    st.html(f'<p class="aside">{escape(words)}</p>')


def _show(side: str, network: Network, kind: str, sight: Sight) -> None:
    resolution = SIDE if network.depth <= DEEP else DEEP_SIDE
    heights = loss_on_plane(network, sight.plane, WINDOWS[kind], resolution)
    words, title = t(_words(heights, kind, sight)), t(NAMES[kind])
    show_chart(plane_figure(heights, kind, sight), f"plane_{kind}_{side}", words, title)
    if is_small(network):
        st.page_link(
            "playground.py",
            label=t("Descend on this plane"),
            icon=":material/explore:",
            query_params=encode(_scene(network, kind, sight)),
        )
    else:
        _say(t("Descending on a plane of so large a network would take too long."))


def _scene(network: Network, kind: str, sight: Sight) -> Scene:
    """Two methods from where the training began, with steps as long in the weights as its own."""
    landscape = plane_of(text_of(network, kind).split(":", 1)[1])
    rate = float(f"{sight.rate(network.rate):.2g}")
    lanes = (Lane("gradient_descent", rate), Lane("momentum", float(f"{rate / 10:.2g}")))
    steps = min(STEPS, PROMPT // (cost_of(landscape.loss) * len(lanes)))
    x, y = (round(float(part), 4) for part in sight.trail[0])
    (x0, x1), (y0, y1) = landscape.window
    start = (x, y) if x0 < x < x1 and y0 < y < y1 else None
    return Scene(landscape, lanes, start=start, steps=steps)


def plane_figure(heights: np.ndarray, kind: str, sight: Sight) -> dict[str, Any]:
    """The loss on a plane as on the maps, deep is dark; on that of the training its way; in the middle its end."""
    (x0, x1), (y0, y1) = WINDOWS[kind]
    rows, columns = heights.shape
    ground, ink = PALETTE["surface"][theme()], inks()[0]
    casing = "#FFFFFF" if theme() == "light" else "#0B1016"
    with np.errstate(all="ignore"):
        logs = np.log10(np.clip(np.nan_to_num(heights, nan=np.inf), 10 ** DECADES[0], 10 ** DECADES[1]))
    powers = range(int(DECADES[0]), int(DECADES[1]) + 1, 2)
    contour = {
        "type": "contour",
        "x": np.linspace(x0, x1, columns).tolist(),
        "y": np.linspace(y0, y1, rows).tolist(),
        "z": logs.tolist(),
        "colorscale": [[at / (len(ground) - 1), colour] for at, colour in enumerate(ground)],
        "zmin": DECADES[0],
        "zmax": DECADES[1],
        "autocontour": False,
        "contours": {"start": DECADES[0], "end": DECADES[1], "size": 0.2},
        "line": {"width": 0.6, "color": LINES[theme()]},
        "colorbar": {
            **colour_bar(t("loss") + "\u2002"),
            "orientation": "h",
            "y": -0.22,
            "yanchor": "top",
            "tickvals": list(powers),
            "ticktext": [f"10<sup>{power}</sup>" for power in powers],
        },
        "customdata": [[number(float(height)) for height in row] for row in heights],
        "hovertemplate": t("loss %{customdata}") + "<extra></extra>",
    }
    drawn: list[dict[str, Any]] = [contour]
    if kind == "path":
        places = {"x": sight.trail[:, 0].tolist(), "y": sight.trail[:, 1].tolist(), "hoverinfo": "skip"}
        drawn += [
            {**places, "mode": "lines", "line": {"color": colour, "width": width}}
            for colour, width in ((casing, 5), (ink, 2))
        ]
    middle = {"size": 12, "color": ink, "symbol": "triangle-down", "line": {"width": 2, "color": casing}}
    drawn.append({"x": [0.0], "y": [0.0], "mode": "markers", "marker": middle, "hoverinfo": "skip"})
    shape = layout(
        HEIGHT,
        t("first direction"),
        t("second direction"),
        xaxis={"range": [x0, x1], "constrain": "domain", "showgrid": False},
        yaxis={"range": [y0, y1], "scaleanchor": "x", "constrain": "domain", "showgrid": False},
    )
    shape["margin"] = {**shape["margin"], "b": 112}
    return {"data": drawn, "layout": shape}


def _words(heights: np.ndarray, kind: str, sight: Sight) -> str:
    middle = float(heights[heights.shape[0] // 2, heights.shape[1] // 2])
    rim = np.concatenate([heights[0], heights[-1], heights[:, 0], heights[:, -1]])
    told = {"middle": number(middle), "rim": number(float(np.median(rim)))}
    if kind == "random":
        return message(
            "Two random directions, each filter scaled to the length of the trained one (Li et al. 2018), so that "
            "networks can be compared: loss {middle} in the middle, {rim} at the rim (median).",
            **told,
        )
    way = message(
        "The way that training took (ink), seen on the plane that keeps most of it: loss {middle} in the middle, {rim} "
        "at the rim (median).",
        **told,
    )
    return joined(" ", [way, sight.sentence])
