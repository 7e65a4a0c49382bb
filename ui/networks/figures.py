"""Networks in training as figures for Plotly, plain dicts of one look: ink on paper, axes that say what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.basis.numerals import number
from engine.networks import FLOOR, Trained, norm_words, predict, recorded_steps
from engine.networks.training import constant_loss
from i18n import message
from ui.shared.charts import colour_bar, inks, layout
from ui.shared.language import t
from ui.shared.theme import theme

LIMITS = (-20.0, 6.0)
"""Colours of the heat maps end here, or one exploded step would leave none for all the others."""
HIGHEST, LOWEST = 1e4, 1e-6
"""Losses beyond are drawn at the edge: the sentence says the number."""
GRID = 64
HEAT, CURVE, STATISTICS, ENDS = 250, 220, 210, 280
"""Heights in px."""
SIDE_COLOURS = {
    "light": {"problem": "#AD5010", "remedy": "#00088F"},
    "dark": {"problem": "#EE9138", "remedy": "#8D97FF"},
}
CLASSES = {"light": ("#2E78B5", "#C8603A"), "dark": ("#7DB7FF", "#FF9C6E")}
DEPTHS = ("#0B1B2F", "#12324F", "#1F5279", "#3A7FA8", "#58AAD0", "#9BCED8", "#D4E3D9", "#FBF4E7")
"""Deep is dark, high is pale, as on the maps; a wider range of them, for a gradient's thirty decades."""


def heat(trained: Trained, shared: tuple[float, float]) -> dict[str, Any]:
    """log10 of each layer's weight-gradient norm over the steps; both networks share the range of the colours.

    The steps to come have their room from the start, so that nothing moves while a training grows.
    """
    norms = trained.over_steps("weight_gradients").T
    steps = [one.step for one in trained.snapshots]
    to_come = [step for step in recorded_steps(trained.network.steps) if step > steps[-1]]
    ended = trained.kind == "diverged"
    logs = [[*_plain(row), *[None] * (0 if ended else len(to_come))] for row in np.log10(np.maximum(norms, FLOOR))]
    trace = {
        "type": "heatmap",
        "z": logs,
        "x": [f"{step:,}" for step in [*steps, *([] if ended else to_come)]],
        "y": list(range(1, len(norms) + 1)),
        "customdata": [[*(t(norm_words(norm)) for norm in row), *[""] * len(to_come)] for row in norms.tolist()],
        "colorscale": [[at / (len(DEPTHS) - 1), colour] for at, colour in enumerate(DEPTHS)],
        "zmin": shared[0],
        "zmax": shared[1],
        "hoverongaps": False,
        "hovertemplate": t("layer %{y}, step %{x}: ‖∇W‖ = %{customdata}") + "<extra></extra>",
        "colorbar": {**colour_bar("log₁₀ ‖∇W‖"), "len": 1.0, "nticks": 6, "x": 1.01},
    }
    shape = layout(
        HEAT,
        t("training step, early ones wide"),
        t("layer (1 = first)"),
        xaxis={"type": "category", "nticks": 7, "tickangle": 0, "showgrid": False},
        yaxis={"tickvals": _layer_ticks(len(norms)), "showgrid": False},
    )
    shape["margin"] = {**shape["margin"], "r": 76}
    return {"data": [trace], "layout": shape}


def _layer_ticks(layers: int, about: int = 5) -> list[int]:
    between = max(1, round(layers / about))
    return sorted({1, layers, *(at for at in range(between, layers, between) if between // 2 < layers - at)})


def range_of(pictures: Sequence[Trained]) -> tuple[float, float]:
    """The lowest and highest log10 norm of several networks, at least a decade apart."""
    norms = np.concatenate([one.over_steps("weight_gradients").ravel() for one in pictures] or [np.ones(1)])
    logs = np.log10(np.maximum(norms[np.isfinite(norms)], FLOOR))
    low, high = (float(logs.min()), float(logs.max())) if len(logs) else (-1.0, 0.0)
    low = min(max(low, LIMITS[0]), LIMITS[1] - 1)
    return low, max(min(high, LIMITS[1]), low + 1)


def losses_range(pictures: Sequence[Trained]) -> tuple[float, float]:
    """log10 of the lowest and highest loss of several networks, their constants included: one scale for both sides."""
    found = [constant_loss(one.data) for one in pictures]
    for one in pictures:
        found += one.losses[np.isfinite(one.losses)].tolist()
    found = np.log10(np.clip(found or [1.0], LOWEST, HIGHEST))
    return float(found.min()) - 0.15, float(found.max()) + 0.15


def loss_curve(
    trained: Trained, side: str, seeds: Sequence[Trained], shared: tuple[float, float] | None = None
) -> dict[str, Any]:
    """Loss over the steps, the loss of a constant output as a dotted line, and the spread of other seeds as a band."""
    ink = inks()[0]
    colour = SIDE_COLOURS[theme()][side]
    traces: list[dict[str, Any]] = []
    if len(seeds) > 1:
        low, high = _band([one.losses for one in seeds])
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        traces.append({"y": high, **edge})
        traces.append({"y": low, "fill": "tonexty", "fillcolor": _faint(colour), **edge})
    curve = np.clip(trained.losses, LOWEST, HIGHEST)
    traces.append(
        {
            "y": _plain(np.where(np.isfinite(trained.losses), curve, np.nan)),
            "mode": "lines",
            "line": {"color": colour, "width": 2.2},
            "customdata": _texts(trained.losses),
            "hovertemplate": t("loss %{customdata} at step %{x:,}") + "<extra></extra>",
        }
    )
    constant = constant_loss(trained.data)
    rule = {"color": ink, "width": 1.2, "dash": "dot"}
    traces.append({"x": [0, trained.network.steps], "y": [constant] * 2, "mode": "lines", "line": rule})
    traces[-1]["hovertemplate"] = t("a constant output: {loss}", loss=number(constant)) + "<extra></extra>"
    said = t("loss of the step's batch") if trained.network.batch_size else t("loss")
    log = {"type": "log", "dtick": 1, "range": shared, "exponentformat": "power"}
    room = {"range": [0, trained.network.steps], "nticks": 5, "showgrid": False}
    return {"data": traces, "layout": layout(CURVE, t("training step"), said, xaxis=room, yaxis=log)}


def _band(losses: Sequence[np.ndarray]) -> tuple[list[float], list[float]]:
    """Lowest and highest loss of several seeds at each step; a seed that diverged is at the upper edge from there."""
    length = max(len(one) for one in losses)
    rows = [np.concatenate([one, np.full(length - len(one), np.inf)]) for one in losses]
    stacked = np.clip(np.nan_to_num(rows, nan=np.inf), LOWEST, HIGHEST)
    return stacked.min(axis=0).tolist(), stacked.max(axis=0).tolist()


def _faint(colour: str, share: float = 0.2) -> str:
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return f"rgba({parts[0]},{parts[1]},{parts[2]},{share})"


def fit(trained: Trained) -> dict[str, Any]:
    """What the network has learned: the plane in its two classes, or the line through a regression's points."""
    colours, data = CLASSES[theme()], trained.data
    paper = "#FFFFFF" if theme() == "light" else "#171E27"
    inputs, targets = np.asarray(data.inputs), np.asarray(data.targets)
    if data.regression:
        xs = np.linspace(inputs.min() - 0.3, inputs.max() + 0.3, GRID * GRID)
        line = predict(trained.network, trained.weights, xs[:, None])
        dots = {"mode": "markers", "marker": {"color": colours[0], "size": 5}, "hoverinfo": "skip"}
        shown = slice(None, None, 16)
        drawn = {"mode": "lines", "line": {"color": colours[1], "width": 3}, "hoverinfo": "skip"}
        points = {"x": inputs[:, 0].tolist(), "y": targets.tolist(), **dots}
        fitted = {"x": xs[shown].tolist(), "y": _plain(line[shown]), **drawn}
        reach = float(np.abs(targets).max()) + 0.6
        shape = layout(CURVE, t("input"), t("output"), xaxis={"showgrid": False}, yaxis={"range": [-reach, reach]})
        return {"data": [points, fitted], "layout": shape}
    edges = [np.linspace(inputs[:, axis].min() - 0.4, inputs[:, axis].max() + 0.4, GRID) for axis in (0, 1)]
    grid = np.stack(np.meshgrid(*edges), axis=-1).reshape(-1, 2)
    with np.errstate(over="ignore"):
        shares = 1 / (1 + np.exp(-predict(trained.network, trained.weights, grid)))
    plane = {
        "type": "heatmap",
        "zsmooth": "best",
        "x": edges[0].tolist(),
        "y": edges[1].tolist(),
        "z": [_plain(row) for row in shares.reshape(GRID, GRID)],
        "colorscale": [[0, colours[0]], [0.5, paper], [1, colours[1]]],
        "opacity": 0.55,
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "hoverinfo": "skip",
    }
    border = {
        **{name: plane[name] for name in ("x", "y", "z", "showscale", "hoverinfo")},
        "type": "contour",
        "contours": {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
        "line": {"width": 2, "color": inks()[0]},
    }
    dots = [
        {
            "x": inputs[targets == label, 0].tolist(),
            "y": inputs[targets == label, 1].tolist(),
            "mode": "markers",
            "marker": {"color": colours[label], "symbol": symbol, "size": 6, "line": {"width": 1, "color": paper}},
            "hoverinfo": "skip",
        }
        for label, symbol in ((0, "circle"), (1, "diamond"))
    ]
    bare = {"showgrid": False}
    return {
        "data": [plane, border, *dots],
        "layout": layout(CURVE, t("first input"), t("second input"), xaxis=bare, yaxis=bare),
    }


def statistics(trained: Trained, side: str) -> dict[str, Any]:
    """Each hidden layer's activations where training is: mean and spread, and how many units pass no gradient on."""
    last, colour = trained.last, SIDE_COLOURS[theme()][side]
    layers = list(range(1, len(last.means) + 1))
    low, high = last.means - last.deviations, last.means + last.deviations
    edge = {"x": layers, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    traces: list[dict[str, Any]] = [
        {**edge, "y": _plain(high)},
        {**edge, "y": _plain(low), "fill": "tonexty", "fillcolor": _faint(colour)},
        {
            "x": layers,
            "y": _plain(last.means),
            "mode": "lines+markers",
            "line": {"color": colour, "width": 2},
            "marker": {"size": 5},
            "customdata": list(zip(_texts(last.means), _texts(last.deviations), strict=True)),
            "hovertemplate": t("layer %{x}: mean %{customdata[0]}, spread %{customdata[1]}") + "<extra></extra>",
        },
        _bars(layers, 100 * last.saturated, _faint(colour, 0.35), t("layer %{x}: %{y:.0f} % saturated")),
        _bars(layers, 100 * last.dead, colour, t("layer %{x}: %{y:.0f} % of the units dead")),
    ]
    ticks = {"tickvals": _layer_ticks(len(layers), 3), "showgrid": False, "range": [0.4, len(layers) + 0.6]}
    shape = layout(
        STATISTICS,
        t("hidden layer"),
        t("mean ± spread"),
        xaxis={**ticks, "domain": [0, 0.4]},
        yaxis={"nticks": 5},
        xaxis2={**ticks, "domain": [0.6, 1], "anchor": "y2"},
        yaxis2={"range": [0, 100], "anchor": "x2", "nticks": 5},
    )
    shape["xaxis2"]["title"] = {**shape["xaxis"]["title"]}
    shape["yaxis2"]["title"] = {**shape["yaxis"]["title"], "text": t("saturated, dead, %")}
    return {"data": traces, "layout": {**shape, "barmode": "overlay", "bargap": 0.15}}


def _bars(layers: Sequence[int], shares: np.ndarray, colour: str, said: str) -> dict[str, Any]:
    place = {"xaxis": "x2", "yaxis": "y2", "hovertemplate": said + "<extra></extra>"}
    return {"type": "bar", "x": list(layers), "y": _plain(shares), "marker": {"color": colour}, **place}


def rises(radii: Sequence[float], found: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """How much the loss rises on the way out from where each seed ended: middle of the seeds, lowest to highest."""
    traces: list[dict[str, Any]] = []
    for side, rows in found.items():
        colour = SIDE_COLOURS[theme()][side]
        edge = {"x": list(radii), "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        traces.append({**edge, "y": _plain(rows.max(axis=0))})
        traces.append({**edge, "y": _plain(rows.min(axis=0)), "fill": "tonexty", "fillcolor": _faint(colour)})
        traces.append(_named(list(radii), np.median(rows, axis=0), side, colour))
    shape = layout(ENDS, t("distance, in lengths of the weights"), t("rise of the loss"), xaxis={"range": [0, 0.58]})
    return {"data": traces, "layout": shape}


def lines_between(lines: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """The loss along straight lines in weight space, each by what it leads from and to."""
    colours = {**SIDE_COLOURS[theme()], "between": inks()[0]}
    traces = [
        _named(shares.tolist(), np.clip(losses, LOWEST, HIGHEST), key, colours[key])
        for key, (shares, losses) in lines.items()
    ]
    log = {"type": "log", "exponentformat": "power", "dtick": 1}
    ends = {"tickvals": [-0.25, 0, 0.25, 0.5, 0.75, 1, 1.25], "range": [-0.27, 1.45]}
    shape = layout(ENDS, t("share of the way"), t("loss"), xaxis=ends, yaxis=log)
    marks = [{"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1} for x in (0, 1)]
    line = {"color": inks()[1], "width": 1, "dash": "dot"}
    return {"data": traces, "layout": {**shape, "shapes": [{**one, "line": line} for one in marks]}}


NAMES = {"problem": message("problem"), "remedy": message("remedy"), "between": message("between")}
"""What stands at the ends of lines."""


def _named(x: list[float], y: np.ndarray, name: str, colour: str) -> dict[str, Any]:
    """A line whose name stands at its end, and whose dash tells it apart without colour."""
    dash = {"problem": "solid", "remedy": "dash", "between": "dot"}[name]
    return {
        "x": x,
        "y": _plain(y),
        "mode": "lines+text",
        "line": {"color": colour, "width": 2.6, "dash": dash},
        "text": [*[""] * (len(x) - 1), f" {t(NAMES[name])}"],
        "textposition": "middle right",
        "textfont": {"color": colour, "size": 13.5},
        "cliponaxis": False,
        "customdata": [
            t("{height} at {place}", height=number(height), place=number(place, 2))
            for place, height in zip(x, y.tolist(), strict=True)
        ],
        "hovertemplate": f"{t(NAMES[name])}: %{{customdata}}<extra></extra>",
    }


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in np.asarray(values, dtype=np.float64)]


def _texts(values: np.ndarray) -> list[str]:
    return [number(float(value)) for value in values]
