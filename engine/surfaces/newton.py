"""Where Newton's method on the gradient leads from many starts: in rounds, each with those still on their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.curvature import newton_move
from engine.surfaces.grids import on_points

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

CHUNK = 512
"""Points of one call: the rounds grow thin, and what fills a call up is computed too."""
RESTED = 1e-12
"""A step this short, beside the longest allowed, cannot be followed by one that matters."""


class Ground(NamedTuple):
    """A surface at n places: loss (n,), gradient (n, 2), and the Hessian [[a, b], [b, c]] as (n,) each."""

    loss: Float[np.ndarray, " n"]
    gradient: Float[np.ndarray, "n 2"]
    a: Float[np.ndarray, " n"]
    b: Float[np.ndarray, " n"]
    c: Float[np.ndarray, " n"]

    @property
    def bend(self) -> Float[np.ndarray, " n"]:
        """The Hessian's Frobenius norm."""
        return np.sqrt(self.a**2 + 2 * self.b**2 + self.c**2)


class Reached(NamedTuple):
    """Where n starts came to, and the length of the last step: tiny if Newton's method settled."""

    position: Float[np.ndarray, "n 2"]
    step: Float[np.ndarray, " n"]
    start: Ground
    end: Ground


def follow(
    loss: Callable,
    starts: Float[np.ndarray, "n 2"],
    field: Float[np.ndarray, "2 2"],
    longest: float,
    steps: int,
    among: Callable[[Ground], Bool[np.ndarray, " n"]] | None = None,
    move: Callable = newton_move,
) -> Reached:
    """Newton's method from each of `starts`, at most `steps` steps of at most `longest`.

    `field` is (low, high): whoever is so far outside that the steps left do not lead back is followed no further.
    `among` picks, by the surface at all starts, whom to follow at all; the others stay, with a last step of infinity.
    `move` is what a step subtracts: `newton_move`, or `stiff_newton_move`.
    """
    low, high = field
    position, step = starts.copy(), np.full(len(starts), np.inf)
    start = _look(loss, position)
    followed = going = np.arange(len(starts)) if among is None else np.flatnonzero(among(start))
    now = start if among is None else Ground(*(one[followed] for one in start))
    with np.errstate(all="ignore"):
        for left in range(steps - 1, -1, -1):
            away = np.stack(move(np, now[2:], now.gradient.T), axis=1)
            length = np.hypot(*away.T)
            position[going] -= away * np.minimum(1.0, longest / np.where(length > 0, length, 1.0))[:, None]
            step[going] = np.minimum(length, longest)
            outside = np.hypot(*np.maximum(0.0, np.maximum(low - position[going], position[going] - high)).T)
            going = going[(step[going] > RESTED * longest) & (outside <= left * longest)]
            if not left or not len(going):
                break
            now = _look(loss, position[going])
    end = Ground(*(one.copy() for one in start))
    for whole, part in zip(end, _look(loss, position[followed]), strict=True):
        whole[followed] = part
    return Reached(position, step, start, end)


def _look(loss: Callable, points: Float[np.ndarray, "n 2"]) -> Ground:
    values = on_points(_bends, loss, points, CHUNK)
    return Ground(values[:, 0], values[:, 1:3], *values[:, 3:].T)


def _bends(loss_fn: Callable) -> Callable:
    """Loss, gradient and Hessian as six numbers for each point."""

    def slope(point):
        loss, gradient = jax.value_and_grad(loss_fn)(point)
        return gradient, (loss, gradient)

    def at(point):
        hessian, (loss, gradient) = jax.jacfwd(slope, has_aux=True)(point)
        return jnp.stack([loss, *gradient, hessian[0, 0], hessian[0, 1], hessian[1, 1]])

    return jax.vmap(at)
