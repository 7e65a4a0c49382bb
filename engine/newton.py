"""Where Newton's method on the gradient leads from many starts: in rounds, each with those still on their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.curvature import MU
from engine.surface import on_points

if TYPE_CHECKING:
    from jaxtyping import Float

CHUNK = 512
"""Points of one call: the rounds grow thin, and what fills a call up is computed too."""
RESTED = 1e-12
"""A step this short, beside the longest allowed, cannot be followed by one that matters."""


class Seen(NamedTuple):
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


class Ends(NamedTuple):
    """Where n starts came to, and the length of the last step: tiny if Newton's method settled."""

    position: Float[np.ndarray, "n 2"]
    step: Float[np.ndarray, " n"]
    start: Seen
    end: Seen


def follow(
    loss: Callable, starts: Float[np.ndarray, "n 2"], field: Float[np.ndarray, "2 2"], longest: float, steps: int
) -> Ends:
    """Newton's method from each of `starts`, at most `steps` steps of at most `longest`.

    `field` is (low, high): whoever is so far outside that the steps left do not lead back is followed no further.
    """
    low, high = field
    position, step = starts.copy(), np.full(len(starts), np.inf)
    start = now = _look(loss, position)
    going = np.arange(len(starts))
    with np.errstate(all="ignore"):
        for left in range(steps - 1, -1, -1):
            move = _moves(now)
            length = np.hypot(*move.T)
            position[going] -= move * np.minimum(1.0, longest / np.where(length > 0, length, 1.0))[:, None]
            step[going] = np.minimum(length, longest)
            outside = np.hypot(*np.maximum(0.0, np.maximum(low - position[going], position[going] - high)).T)
            going = going[(step[going] > RESTED * longest) & (outside <= left * longest)]
            if not len(going):
                break
            now = _look(loss, position[going])
    return Ends(position, step, start, _look(loss, position))


def _moves(seen: Seen) -> Float[np.ndarray, "n 2"]:
    """(H^2 + mu^2)^-1 H g, as in `settle_at_rest`: Newton's step, and none along a direction without curvature."""
    (gx, gy), (a, b, c) = seen.gradient.T, seen[2:]
    mu = (MU * seen.bend) ** 2
    aa, bb, cc = a * a + b * b + mu, (a + c) * b, b * b + c * c + mu
    u, v = a * gx + b * gy, b * gx + c * gy
    determinant = aa * cc - bb * bb
    return np.stack([cc * u - bb * v, aa * v - bb * u], 1) / np.where(determinant > 0, determinant, np.inf)[:, None]


def _look(loss: Callable, points: Float[np.ndarray, "n 2"]) -> Seen:
    values = on_points(_bends, loss, points, CHUNK)
    return Seen(values[:, 0], values[:, 1:3], *values[:, 3:].T)


def _bends(loss_fn: Callable) -> Callable:
    """Loss, gradient and Hessian as six numbers for each point."""

    def slope(point):
        loss, gradient = jax.value_and_grad(loss_fn)(point)
        return gradient, (loss, gradient)

    def at(point):
        hessian, (loss, gradient) = jax.jacfwd(slope, has_aux=True)(point)
        return jnp.stack([loss, *gradient, hessian[0, 0], hessian[0, 1], hessian[1, 1]])

    return jax.vmap(at)
