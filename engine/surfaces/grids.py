"""A surface, its slopes and its curvature on many points at once: in chunks of one shape, so nothing recompiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.checks import whole_within
from engine.basis.curvature import sharpness_at
from engine.basis.programs import program
from engine.runs.fields import check_field
from landscapes.on_data import is_heavy
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Float
    from numpy.typing import ArrayLike

LOSS_CHUNK = 4_096
SHARPNESS_CHUNK = 1_024
SLOPES_CHUNK = 512
"""One position under a cursor, or a field of 24 x 20 arrows, in one call."""
HEAVY_CHUNK = 16
"""Of any of these where each point asks a whole network: it carries what that makes of all the data along."""
MOST_POINTS_A_SIDE = 2_000


def surface(landscape: Landscape, window, columns: int, rows: int) -> Float[np.ndarray, "rows columns"]:
    """Losses on a grid over `window` ((x0, x1), (y0, y1)): rows with y ascending, columns with x ascending.

    May hold NaN and infinities where the surface does. Raises ValueError with a sentence for a bad window or size.
    """
    points = _grid(window, columns, rows)
    return on_points(_losses, landscape.loss, points.reshape(-1, 2), LOSS_CHUNK).reshape(points.shape[:2])


def field(landscape: Landscape, window, columns: int, rows: int) -> Float[np.ndarray, "rows columns 2"]:
    """Gradients on a grid, as `surface` has the losses; not finite where the gradient is not."""
    points = _grid(window, columns, rows)
    return on_points(_slopes, landscape.loss, points.reshape(-1, 2), SLOPES_CHUNK)[:, 1:].reshape(points.shape)


class Probe(NamedTuple):
    """A surface at one position."""

    loss: float
    gradient: tuple[float, float]


def probe(landscape: Landscape, position) -> Probe:
    """Loss and gradient at `position` (x, y); not finite where the surface is not.

    Raises ValueError with a sentence for anything but two finite numbers.
    """
    point = np.array([check_field("position", position)])
    loss, gx, gy = on_points(_slopes, landscape.loss, point, SLOPES_CHUNK)[0].tolist()
    return Probe(loss, (gx, gy))


def losses(landscape: Landscape, points: ArrayLike) -> Float[np.ndarray, " n"]:
    """The loss at each of `points` (n, 2); not finite where the surface is not."""
    return on_points(_losses, landscape.loss, np.asarray(points, dtype=np.float64), LOSS_CHUNK)


def sharpness(landscape: Landscape, points: ArrayLike) -> Float[np.ndarray, " n"]:
    """Largest Hessian eigenvalue at each of `points` (n, 2); NaN where the Hessian is not finite."""
    return on_points(_sharpness, landscape.loss, np.asarray(points, dtype=np.float64), SHARPNESS_CHUNK)


def _losses(loss_fn: Callable) -> Callable:
    return jax.vmap(loss_fn)


def _sharpness(loss_fn: Callable) -> Callable:
    return jax.vmap(lambda point: sharpness_at(loss_fn, point))


def _slopes(loss_fn: Callable) -> Callable:
    """Loss and gradient as three numbers for each point."""

    def at(point):
        loss, gradient = jax.value_and_grad(loss_fn)(point)
        return jnp.concatenate([loss[None], gradient])

    return jax.vmap(at)


def _grid(window, columns: int, rows: int) -> Float[np.ndarray, "rows columns 2"]:
    (x0, x1), (y0, y1) = check_field("window", window)
    columns = whole_within("The number of columns", columns, 2, MOST_POINTS_A_SIDE)
    rows = whole_within("The number of rows", rows, 2, MOST_POINTS_A_SIDE)
    return np.stack(np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)), axis=-1)


def chunk_of(loss: Callable, usual: int) -> int:
    """Points of one call of a program."""
    return HEAVY_CHUNK if is_heavy(loss) else usual


def on_points(build: Callable, loss: Callable, points: Float[np.ndarray, "n 2"], chunk: int) -> np.ndarray:
    """What `build(loss)` makes of n points, in calls of `chunk` points each: of one shape, so nothing recompiles."""
    compiled = program(build, loss)
    chunk = chunk_of(loss, chunk)
    values = []
    for begin in range(0, len(points), chunk):
        part = np.zeros((chunk, 2))
        part[: len(points) - begin] = points[begin : begin + chunk]
        values.append(compiled(part))
    return np.concatenate([np.asarray(one) for one in values])[: len(points)] if values else np.zeros(0)
