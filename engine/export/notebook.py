"""A run as a Jupyter notebook: the program in PyTorch and in JAX, how far they agree, and a figure of the path."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from engine.descent.descend import descend
from engine.export.jax_script import jax_code
from engine.export.pytorch_script import pytorch_code
from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run

COLUMNS = 120
"""Of the grid that the figure's level lines are drawn through, and rows."""

_AGREE = """\
import numpy as np

count = min(len(torch_points), len(points))
apart = np.abs(np.array(torch_points[:count]) - np.array(points[:count])).max()
print(f"PyTorch made {len(torch_points) - 1} steps, JAX {len(points) - 1}; points are at most {apart:.1g} apart")"""

_FIGURE = """\
import plotly.graph_objects as go

(x0, x1), (y0, y1) = {window}
xs, ys = np.linspace(x0, x1, {columns}), np.linspace(y0, y1, {columns})
grid = jnp.array(np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2))
heights = np.asarray(jax.vmap(lambda place: loss_fn(place))(grid)).reshape(len(ys), len(xs))
shown = np.log10(heights - np.nanmin(heights) + 1e-3 * np.nanstd(heights) + 1e-12)
path = np.array(points)

figure = go.Figure(
    [
        go.Contour(x=xs, y=ys, z=shown, customdata=heights, colorscale="Blues", reversescale=True, ncontours=25,
                   showscale=False, hovertemplate="loss %{{customdata:.4g}}<extra></extra>"),
        go.Scatter(x=path[:, 0], y=path[:, 1], mode="lines+markers", name={name}, line_color={colour}, marker_size=5),
    ]
)
figure.update_xaxes(range=[x0, x1], title={axes[0]})
figure.update_yaxes(range=[y0, y1], title={axes[1]}, scaleanchor="x")
figure.update_layout(title={title}, width=760, height=560)
figure.show()"""


def notebook_text(run: Run, own: str = "") -> str:
    """The notebook as JSON in the format that nbformat calls 4.5; its cells run from top to bottom.

    Needs PyTorch, JAX, NumPy and Plotly where it is run, nothing of ours.
    Raises ValueError, with a sentence, for a surface that is no formula.
    """
    name, surface = OPTIMIZERS[run.optimizer].name, run.landscape.name
    title = f"{name} on {surface}"
    jax_words, jax_lines = _split(jax_code(run, own))
    torch_words, torch_lines = _split(pytorch_code(run, own))
    figure = _FIGURE.format(
        window=tuple(tuple(map(float, side)) for side in run.landscape.window),
        columns=COLUMNS,
        name=repr(own or name),
        colour=repr("#AD5010"),
        axes=[repr(axis) for axis in run.landscape.axes],
        title=repr(title),
    )
    cells = [
        _words(f"# {title}\n\n{_settings(run)}\n\nIf a library is missing: `%pip install torch jax numpy plotly`."),
        _words(f"## {torch_words}"),
        _code(torch_lines + "\ntorch_points = points"),
        _words(f"## {jax_words}\n\nThe same run with its rule written out."),
        _code(jax_lines),
        _words(
            "## Do they agree?\n\nUp to rounding, unless the run is chaotic: there a last digit grows with each step."
        ),
        _code(_AGREE),
        _words("## The path on its surface\n\nColours follow the logarithm of the loss above its lowest value here."),
        _code(figure),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{place} {cell['source']}".encode()).hexdigest()[:8]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _settings(run: Run) -> str:
    x, y = run.start
    outcome = descend(run).outcome
    return (
        f"Start ({x:g}, {y:g}), learning rate {run.rate:g}, at most {run.steps:,} steps. "
        f"In Descent Lab this run ended so: {outcome.sentence}"
    )


def _split(program: str) -> tuple[str, str]:
    """What a program says of itself in its first line, and the lines below."""
    first, _, rest = program.partition("\n")
    return first.strip('"').rstrip("."), rest.strip()


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text.rstrip()}
