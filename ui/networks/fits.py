"""What a network has learned, drawn as its data allow: a plane, a line, or its answers beside the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.basis.numerals import number
from engine.networks import OwnTable, Trained, predict
from i18n import joined, message
from ui.networks import figures
from ui.networks.figures import CLASSES, CURVE, DEPTHS, GRID
from ui.shared.charts import inks, layout
from ui.shared.language import t
from ui.shared.theme import theme

ROOM = 0.06
"""Of a range, beside the outermost points."""


def fit(trained: Trained) -> dict[str, Any]:
    """The picture of what was learned; a table of more than two inputs has no plane to be drawn on."""
    own = trained.network.own
    if own is None:
        return figures.fit(trained)
    wide = own.inputs.shape[1]
    if own.classes:
        return _plane(trained, own) if wide == 2 else _chances(trained, own)
    return _line(trained, own) if wide == 1 else _heights(trained, own) if wide == 2 else _answers(trained, own)


def fit_words(trained: Trained) -> str:
    """What the picture shows, in a sentence that names the columns."""
    own, last = trained.network.own, trained.last
    assert own is not None
    wide = own.inputs.shape[1]
    if own.classes:
        right = points_right(last.step, last.accuracy)
        if wide == 2:
            return right
        height = message(
            "Height is how sure it is of class 1 of {target}; above one half it says 1.", target=own.target_name
        )
        return joined(" ", [right, height])
    told = {"target": own.target_name, "step": f"{last.step:,}"}
    if wide == 1:
        return message("The line is the network's {target} at step {step}.", **told)
    if wide == 2:
        return message(
            "Colour is {target}: of the points the table's, of the plane the network's, step {step}.", **told
        )
    return message("Each point is a row: across what {target} is, up what the network says at step {step}.", **told)


def points_right(step: int, share: float) -> str:
    """How many points are on the right side."""
    return message(
        "At step {step}: {share} of the points on their class's side.",
        step=f"{step:,}",
        share=f"{100 * share:.0f}\u00a0%",
    )


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in np.asarray(values, dtype=np.float64)]


def _title(own: OwnTable, at: int) -> str:
    name = own.input_names[at]
    return t("{name}, standardised", name=name) if own.standardised else name


def _dots(x: np.ndarray, y: np.ndarray, targets: np.ndarray) -> list[dict[str, Any]]:
    """The two classes, told apart by form as well as by colour."""
    paper = "#FFFFFF" if theme() == "light" else "#171E27"
    return [
        {
            "x": _plain(x[targets == label]),
            "y": _plain(y[targets == label]),
            "mode": "markers",
            "marker": {
                "color": CLASSES[theme()][label],
                "symbol": symbol,
                "size": 6,
                "line": {"width": 1, "color": paper},
            },
            "hoverinfo": "skip",
        }
        for label, symbol in ((0, "circle"), (1, "diamond"))
    ]


def _over(trained: Trained) -> tuple[Sequence[np.ndarray], np.ndarray]:
    """The network's outputs over the plane of two inputs."""
    inputs = trained.data.inputs
    edges = [np.linspace(*_range(inputs[:, axis]), GRID) for axis in (0, 1)]
    grid = np.stack(np.meshgrid(*edges), axis=-1).reshape(-1, 2)
    return edges, predict(trained.network, trained.weights, grid).reshape(GRID, GRID)


def _sure(outputs: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-outputs))


def _plane(trained: Trained, own: OwnTable) -> dict[str, Any]:
    edges, outputs = _over(trained)
    colours = CLASSES[theme()]
    paper = "#FFFFFF" if theme() == "light" else "#171E27"
    ground = {"x": edges[0].tolist(), "y": edges[1].tolist(), "z": [_plain(row) for row in _sure(outputs)]}
    quiet = {"showscale": False, "hoverinfo": "skip"}
    scale = [[0, colours[0]], [0.5, paper], [1, colours[1]]]
    plane = {"type": "heatmap", "zsmooth": "best", "colorscale": scale, "opacity": 0.55, "zmin": 0, "zmax": 1}
    half = {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"}
    border = {"type": "contour", "contours": half, "line": {"width": 2, "color": inks()[0]}}
    points = _dots(trained.data.inputs[:, 0], trained.data.inputs[:, 1], trained.data.targets)
    return {"data": [{**ground, **quiet, **plane}, {**ground, **quiet, **border}, *points], "layout": _two(own)}


def _two(own: OwnTable) -> dict[str, Any]:
    return layout(CURVE, _title(own, 0), _title(own, 1), xaxis={"showgrid": False}, yaxis={"showgrid": False})


def _heights(trained: Trained, own: OwnTable) -> dict[str, Any]:
    edges, outputs = _over(trained)
    targets = trained.data.targets
    low, high = float(targets.min()), float(targets.max())
    scale = [[at / (len(DEPTHS) - 1), colour] for at, colour in enumerate(DEPTHS)]
    plane = {"type": "heatmap", "zsmooth": "best", "colorscale": scale, "zmin": low, "zmax": high, "hoverinfo": "skip"}
    marker = {"color": _plain(targets), "colorscale": scale, "cmin": low, "cmax": high, "size": 7}
    x, y = (trained.data.inputs[:, axis].tolist() for axis in (0, 1))
    points = {
        "x": x,
        "y": y,
        "mode": "markers",
        "marker": {**marker, "line": {"width": 1.5, "color": inks()[0]}},
        "text": [number(value) for value in targets.tolist()],
        "hovertemplate": "%{text}<extra></extra>",
    }
    ground = {"x": edges[0].tolist(), "y": edges[1].tolist(), "z": [_plain(row) for row in outputs], "showscale": False}
    return {"data": [{**ground, **plane}, points], "layout": _two(own)}


def _line(trained: Trained, own: OwnTable) -> dict[str, Any]:
    inputs, targets = trained.data.inputs[:, 0], trained.data.targets
    xs = np.linspace(*_range(inputs), 2 * GRID)
    colours = CLASSES[theme()]
    points = {"x": inputs.tolist(), "y": targets.tolist(), "mode": "markers", "hoverinfo": "skip"}
    drawn = {"x": xs.tolist(), "y": _plain(predict(trained.network, trained.weights, xs[:, None])), "mode": "lines"}
    shape = layout(CURVE, _title(own, 0), own.target_name, yaxis={"range": _range(targets)}, xaxis={"showgrid": False})
    return {
        "data": [
            {**points, "marker": {"color": colours[0], "size": 5}},
            {**drawn, "line": {"color": colours[1], "width": 3}, "hoverinfo": "skip"},
        ],
        "layout": shape,
    }


def _answers(trained: Trained, own: OwnTable) -> dict[str, Any]:
    targets = trained.data.targets
    said = predict(trained.network, trained.weights, trained.data.inputs)
    ends = list(_range(targets))
    marker = {"color": CLASSES[theme()][0], "size": 5}
    points = {"x": targets.tolist(), "y": _plain(said), "mode": "markers", "marker": marker, "hoverinfo": "skip"}
    right = {"x": ends, "y": ends, "mode": "lines", "line": {"color": inks()[1], "width": 1.5, "dash": "dot"}}
    shape = layout(CURVE, own.target_name, t("the network's"), xaxis={"range": ends}, yaxis={"range": ends})
    return {"data": [points, {**right, "hoverinfo": "skip"}], "layout": shape}


def _chances(trained: Trained, own: OwnTable) -> dict[str, Any]:
    """How sure it is of class 1: over the only input, or row after row."""
    inputs, targets = trained.data.inputs, trained.data.targets
    half = {"mode": "lines", "line": {"color": inks()[1], "width": 1.5, "dash": "dot"}, "hoverinfo": "skip"}
    if inputs.shape[1] == 1:
        xs = np.linspace(*_range(inputs[:, 0]), 2 * GRID)
        curve = {"x": xs.tolist(), "y": _plain(_sure(predict(trained.network, trained.weights, xs[:, None])))}
        line = {"mode": "lines", "line": {"color": inks()[0], "width": 3}, "hoverinfo": "skip"}
        dots, title, ends = _dots(inputs[:, 0], targets, targets), _title(own, 0), [float(xs[0]), float(xs[-1])]
        drawn = [{**curve, **line}, *dots]
    else:
        sure = _sure(predict(trained.network, trained.weights, inputs))
        rows = np.arange(1, len(targets) + 1, dtype=np.float64)
        drawn, title, ends = _dots(rows, sure, targets), t("row"), [1.0, float(len(targets))]
    level = {"x": ends, "y": [0.5, 0.5], **half}
    shape = layout(CURVE, title, t("class 1, sure by"), xaxis={"showgrid": False}, yaxis={"range": [-0.05, 1.05]})
    return {"data": [level, *drawn], "layout": shape}
