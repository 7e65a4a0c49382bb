"""Two weights of a real model: the surface of its loss on data, and beside it the fit that a place on it stands for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape
from math import isfinite
from typing import Any

import numpy as np
import streamlit as st

from engine import Run, descend, surface
from engine.networks import MODELS, TwoWeights, sgd_path
from engine.numerals import number, point
from engine.surface import losses
from ui.charts import CONFIG, layout
from ui.theme import theme

GRID = 80
NAMES = {
    "linear_regression": "Linear regression",
    "logistic_regression": "Logistic regression",
    "tanh_unit": "tanh unit",
}
COLOURS = {"light": ("#1A212B", "#C8603A", "#2E78B5"), "dark": ("#E8ECF1", "#FF9C6E", "#7DB7FF")}


@lru_cache(maxsize=8)
def model_of(key: str) -> TwoWeights:
    """The model on its own data, one for all visitors: its programs are then compiled once."""
    return MODELS[key]()


def show_two_weights() -> None:
    """The pickers, both pictures, and what they say."""
    head = st.columns([1.4, 1, 1, 1])
    with head[0]:
        key = st.selectbox("Model", list(MODELS), key="model", format_func=NAMES.__getitem__)
    model = model_of(key)
    with head[1]:
        rate = st.number_input("Learning rate", 1e-6, 1e3, 0.1, key="model_rate", format="%g")
    with head[2]:
        steps = st.number_input("Steps", 1, 5_000, 200, key="model_steps", step=50)
    with head[3]:
        size = st.slider("Batch size", 1, len(model.inputs), min(8, len(model.inputs)), key=f"model_batch_{key}")
    whole = descend(Run(model.landscape, rate=rate, steps=steps, gradient_tolerance=1e-9)).points
    noisy = sgd_path(model, rate, size, steps)
    at = st.slider("Step shown", 0, steps, steps, key=f"model_step_{steps}")
    left, right = st.columns(2, gap="large")
    with left:
        st.plotly_chart(_ground(model, whole, noisy, at), key="model_ground", config=CONFIG)
    with right:
        st.plotly_chart(_fit(model, whole, noisy, at), key="model_fit", config=CONFIG)
    st.html(f'<p class="aside">{escape(_words(model, whole, noisy, at, size))}</p>')


def _there(path: np.ndarray, at: int) -> np.ndarray:
    return path[min(at, len(path) - 1)]


def _ground(model: TwoWeights, whole: np.ndarray, noisy: np.ndarray, at: int) -> dict[str, Any]:
    (x0, x1), (y0, y1) = model.window
    heights = np.log10(np.maximum(surface(model.landscape, model.window, GRID, GRID), 1e-12))
    ink, warm, cool = COLOURS[theme()]
    scale = "Blues_r" if theme() == "light" else "Blues"
    contour = {
        "type": "contour",
        "x": np.linspace(x0, x1, GRID).tolist(),
        "y": np.linspace(y0, y1, GRID).tolist(),
        "z": heights.tolist(),
        "colorscale": scale,
        "opacity": 0.75,
        "ncontours": 16,
        "line": {"width": 0.5},
        "colorbar": {"title": {"text": "log₁₀ loss", "side": "right"}, "thickness": 10},
        "hoverinfo": "skip",
    }
    paths = [
        {
            "x": path[: at + 1, 0].tolist(),
            "y": path[: at + 1, 1].tolist(),
            "mode": "lines",
            "line": {"color": colour, "width": 2.5},
        }
        for path, colour in ((_sound(noisy), warm), (whole, cool))
    ]
    balls = [
        {
            "x": [float(_there(path, at)[0])],
            "y": [float(_there(path, at)[1])],
            "mode": "markers",
            "marker": {"size": 13, "color": colour, "line": {"width": 2, "color": "#FFFFFF"}, "symbol": symbol},
        }
        for path, colour, symbol in ((_sound(noisy), warm, "diamond"), (whole, cool, "circle"))
    ]
    minima = np.array(model.minima)
    stars = {
        "x": minima[:, 0].tolist(),
        "y": minima[:, 1].tolist(),
        "mode": "markers",
        "marker": {"symbol": "triangle-down", "size": 11, "color": ink},
    }
    shape = layout(420, *model.weights, xaxis={"range": [x0, x1]}, yaxis={"range": [y0, y1]})
    return {"data": [contour, *paths, stars, *balls], "layout": shape}


def _fit(model: TwoWeights, whole: np.ndarray, noisy: np.ndarray, at: int) -> dict[str, Any]:
    ink, warm, cool = COLOURS[theme()]
    xs = np.linspace(model.inputs.min() - 0.3, model.inputs.max() + 0.3, 160)
    dots = {
        "x": model.inputs.tolist(),
        "y": model.targets.tolist(),
        "mode": "markers",
        "marker": {"color": ink, "size": 6, "opacity": 0.75},
    }
    curves = [
        {
            "x": xs.tolist(),
            "y": _curve(model.predict, _there(path, at), xs),
            "mode": "lines",
            "line": {"color": colour, "width": 3, "dash": dash},
        }
        for path, colour, dash in ((_sound(noisy), warm, "dash"), (whole, cool, "solid"))
    ]
    return {"data": [dots, *curves], "layout": layout(420, "input", "output")}


def _curve(predict: Callable[..., Any], weights: np.ndarray, xs: np.ndarray) -> list[float | None]:
    return [value if isfinite(value) else None for value in np.asarray(predict(weights, xs)).tolist()]


def _sound(path: np.ndarray) -> np.ndarray:
    """As far as the weights are finite."""
    finite = np.isfinite(path).all(axis=1)
    return path[: len(path) if finite.all() else max(1, int(np.argmin(finite)))]


def _words(model: TwoWeights, whole: np.ndarray, noisy: np.ndarray, at: int, size: int) -> str:
    """The pictures in words: where each ball is, how high, and where the minimum lies."""
    blue, orange = _there(whole, at), _there(_sound(noisy), at)
    heights = losses(model.landscape, [blue, orange]).tolist()
    minima = " and ".join(point(one) for one in model.minima)
    epoch = len(model.inputs) // size
    return (
        f"Height is the mean loss on {len(model.inputs)} points, position the two weights {model.weights[0]} and "
        f"{model.weights[1]}. At step {at:,} full-batch descent (blue, solid) is at {point((blue[0], blue[1]))} with "
        f"loss {number(heights[0])}, mini-batches of {size} (orange, dashed) at {point((orange[0], orange[1]))} with "
        f"loss {number(heights[1])}; an epoch of these is {epoch} steps. The minimum, exactly: {minima}."
    )
