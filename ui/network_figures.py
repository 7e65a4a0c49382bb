"""A trained network as figures for Plotly, plain dicts, each with a sentence that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.networks import Network, Snapshot, Trained, predict
from engine.networks.training import constant_loss
from engine.numerals import number
from ui.charts import layout
from ui.table import table
from ui.theme import theme

FLOOR = 1e-30
"""Below it float64 norms of these nets are rounding, and the lab says "0"."""
LIMITS = (-20.0, 6.0)
"""Colours of the heat maps end here, or one exploded step would leave none for all the others."""
GRID = 64
CLASSES = {"light": ("#2E78B5", "#C8603A"), "dark": ("#7DB7FF", "#FF9C6E")}


def heat(snapshots: Sequence[Snapshot], shared: tuple[float, float]) -> dict[str, Any]:
    """log10 of each layer's weight-gradient norm over the steps; both networks share the range of the colours."""
    norms = np.array([one.weight_gradients for one in snapshots]).T
    steps = [str(one.step) for one in snapshots]
    trace = {
        "type": "heatmap",
        "z": np.log10(np.maximum(norms, FLOOR)).tolist(),
        "x": steps,
        "y": list(range(1, len(norms) + 1)),
        "customdata": norms.tolist(),
        "colorscale": "Cividis",
        "zmin": shared[0],
        "zmax": shared[1],
        "hovertemplate": "layer %{y}, step %{x}: ‖∇W‖ = %{customdata:.3g}<extra></extra>",
        "colorbar": {"title": {"text": "log₁₀ ‖∇W‖", "side": "right"}, "thickness": 10, "len": 0.95},
    }
    axis = {"type": "category", "nticks": 6, "tickangle": 0}
    shape = layout(260, "training step", "layer", xaxis=axis, yaxis={"dtick": max(1, len(norms) // 6)})
    return {"data": [trace], "layout": shape}


def range_of(pictures: Sequence[Sequence[Snapshot]]) -> tuple[float, float]:
    """The lowest and highest log10 norm of several networks, at least a decade apart."""
    norms = np.concatenate([one.weight_gradients for snapshots in pictures for one in snapshots])
    logs = np.log10(np.maximum(norms[np.isfinite(norms)], FLOOR))
    low, high = (float(logs.min()), float(logs.max())) if len(logs) else (-1.0, 0.0)
    low = min(max(low, LIMITS[0]), LIMITS[1] - 1)
    return low, max(min(high, LIMITS[1]), low + 1)


def loss_curve(losses: np.ndarray, constant: float, bands: Sequence[np.ndarray] = ()) -> dict[str, Any]:
    """Loss over the steps, the loss of a constant output as a dotted line, and the spread of other seeds as a band."""
    dark = theme() == "dark"
    ink = "#E8ECF1" if dark else "#1A212B"
    traces: list[dict[str, Any]] = []
    if bands:
        length = min(len(one) for one in bands)
        stacked = np.array([one[:length] for one in bands])
        sound = stacked[:, np.isfinite(stacked).all(axis=0)]
        low, high = sound.min(axis=0), sound.max(axis=0)
        fill = "rgba(125,183,255,0.25)" if dark else "rgba(46,120,181,0.22)"
        edge = {"width": 0}
        traces.append({"y": high.tolist(), "mode": "lines", "line": edge, "hoverinfo": "skip"})
        traces.append(
            {
                "y": low.tolist(),
                "mode": "lines",
                "line": edge,
                "fill": "tonexty",
                "fillcolor": fill,
                "hoverinfo": "skip",
            }
        )
    finite = [value if np.isfinite(value) else None for value in losses.tolist()]
    traces.append({"y": finite, "mode": "lines", "line": {"color": ink, "width": 2}, "name": "loss"})
    traces.append(
        {
            "x": [0, len(losses) - 1],
            "y": [constant, constant],
            "mode": "lines",
            "line": {"dash": "dot", "color": ink, "width": 1},
            "hoverinfo": "skip",
        }
    )
    return {"data": traces, "layout": layout(200, "training step", "loss", yaxis={"type": "log", "nticks": 5})}


def fit(trained: Trained) -> dict[str, Any]:
    """What the network has learned: the plane in its two classes, or the line through a regression's points."""
    colours, data = CLASSES[theme()], trained.data
    inputs, targets = np.asarray(data.inputs), np.asarray(data.targets)
    if data.regression:
        xs = np.linspace(inputs.min() - 0.3, inputs.max() + 0.3, 200)
        line = predict(trained.network, trained.weights, xs[:, None])
        points = {
            "x": inputs[:, 0].tolist(),
            "y": targets.tolist(),
            "mode": "markers",
            "marker": {"color": colours[0], "size": 5},
        }
        drawn = {"x": xs.tolist(), "y": _plain(line), "mode": "lines", "line": {"color": colours[1], "width": 3}}
        return {"data": [points, drawn], "layout": layout(260, "input", "output")}
    edges = [np.linspace(inputs[:, axis].min() - 0.4, inputs[:, axis].max() + 0.4, GRID) for axis in (0, 1)]
    grid = np.stack(np.meshgrid(*edges), axis=-1).reshape(-1, 2)
    with np.errstate(over="ignore"):
        shares = 1 / (1 + np.exp(-predict(trained.network, trained.weights, grid).astype(np.float64)))
    plane = {
        "type": "contour",
        "x": edges[0].tolist(),
        "y": edges[1].tolist(),
        "z": [_plain(row) for row in shares.reshape(GRID, GRID)],
        "colorscale": [[0, colours[0]], [0.5, "#FFFFFF" if theme() == "light" else "#171E27"], [1, colours[1]]],
        "contours": {"start": 0, "end": 1, "size": 0.125},
        "line": {"width": 0},
        "opacity": 0.6,
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "hoverinfo": "skip",
    }
    dots = [
        {
            "x": inputs[targets == label, 0].tolist(),
            "y": inputs[targets == label, 1].tolist(),
            "mode": "markers",
            "marker": {"color": colours[label], "symbol": symbol, "size": 6, "line": {"width": 1, "color": "#FFFFFF"}},
            "hoverinfo": "skip",
        }
        for label, symbol in ((0, "circle"), (1, "diamond"))
    ]
    return {"data": [plane, *dots], "layout": layout(260, "first input", "second input")}


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def heat_words(snapshots: Sequence[Snapshot]) -> str:
    """What the heat map shows, for who does not see it."""
    first, last = snapshots[0], snapshots[-1]
    return (
        f"Gradient norm of the first layer's weights against the last's: {_norm(first.weight_gradients[0])} and "
        f"{_norm(first.weight_gradients[-1])} at the start, {_norm(last.weight_gradients[0])} and "
        f"{_norm(last.weight_gradients[-1])} at step {last.step:,}. First over last: weights "
        f"{number(first.weight_ratio)}, activations {number(first.activation_ratio)} at the start."
    )


def _norm(value: float) -> str:
    return f"below {number(FLOOR)}" if 0 < value < FLOOR else number(float(value))


def fit_words(trained: Trained) -> str:
    """What was learned, in a sentence."""
    last = trained.last
    reference = number(constant_loss(trained.data))
    score = "" if np.isnan(last.accuracy) else f", {100 * last.accuracy:.0f} % of the points on their class's side"
    shown = "no finite number" if not np.isfinite(trained.losses[-1]) else number(float(trained.losses[-1]))
    return f"Loss {shown} after {last.step:,} steps (a constant output has {reference}){score}."


def layers_table(network: Network, snapshot: Snapshot) -> str:
    """Layer by layer: gradient norms and the activations' statistics, as an HTML table."""
    head = ("Layer", "‖∇W‖", "‖∇h‖", "mean of h", "spread of h", "dead units", "saturated")
    rows = []
    for at in range(network.depth):
        hidden = at < network.depth - 1
        cells = [_norm(snapshot.weight_gradients[at])]
        cells += (
            [
                _norm(snapshot.activation_gradients[at]),
                number(float(snapshot.means[at])),
                number(float(snapshot.deviations[at])),
                f"{100 * snapshot.dead[at]:.0f} %",
                f"{100 * snapshot.saturated[at]:.0f} %",
            ]
            if hidden
            else [""] * 5
        )
        rows.append((f"{at + 1}{'' if hidden else ' (output)'}", cells))
    return table(head, rows)
