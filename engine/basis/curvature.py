"""Curvature of a surface over two coordinates, in closed form."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Array, Float

NEWTON_STEPS = 60
"""Enough for the slow, linear approach to a flat (quartic) minimum: (2/3)^60 = 3e-11. Usually 2 to 4 are made."""
MU = 1e-8
TINY = float(np.finfo(np.float64).tiny)
RESTED = 1e-10
"""A Newton step this short, in units of the position (at least 1), has settled: about 1e6 roundings."""


class Rest(NamedTuple):
    """The critical points that Newton's method finds from where runs ended: each a scalar, or an array of all lanes."""

    x: Any
    y: Any
    last_step: Any
    """Length of the last Newton step: tiny if it settled."""
    hessian: Any
    """Its (a, b, c) at that critical point."""
    hessian_before: Any
    """The same where the run ended."""


def extreme_eigenvalues(xp, a, b, c):
    """Lowest and highest eigenvalue of the symmetric [[a, b], [b, c]], elementwise."""
    middle = (a + c) / 2
    radius = xp.hypot((a - c) / 2, b)
    return middle - radius, middle + radius


def sharpness_at(loss_fn: Callable, point: Float[Array, " 2"]) -> Float[Array, ""]:
    """Largest Hessian eigenvalue at one point."""
    hessian = jax.hessian(loss_fn)(point)
    return extreme_eigenvalues(jnp, hessian[0, 0], hessian[0, 1], hessian[1, 1])[1]


def newton_move(xp, hessian, gradient):
    """What Newton's method subtracts from a position (x, y), elementwise, by Hessian (a, b, c) and gradient (p, q).

    It is (H^2 + mu^2)^-1 H g with mu = MU |H|: Newton's where the curvature is sound, and none along a direction
    without any (the floor of a circular valley), where dividing by it would throw the point away.
    """
    (a, b, c), (p, q) = hessian, gradient
    # In units of the Hessian's own size, so that squares neither overflow nor vanish.
    size = xp.maximum(xp.maximum(abs(a), abs(b)), xp.maximum(abs(c), TINY))
    a, b, c, p, q = a / size, b / size, c / size, p / size, q / size
    # By the two eigenvalues: multiplied out, mu^2 is rounded away beside H^2, and (x + y)^2 would divide by zero.
    mean, d = (a + c) / 2, (a - c) / 2
    apart = xp.sqrt(d * d + b * b)
    upper, lower = ((value / (value**2 + MU**2)) for value in (mean + apart, mean - apart))
    both, turn = (upper + lower) / 2, (upper - lower) / (2 * xp.where(apart > 0, apart, xp.inf))
    return both * p + turn * (d * p + b * q), both * q + turn * (b * p - d * q)


def stiff_newton_move(xp, hessian, gradient):
    """`newton_move` along the direction of the largest curvature alone, elementwise.

    It comes to rest wherever the slope across is zero, so at points of a critical curve all along it.
    """
    (a, b, c), (p, q) = hessian, gradient
    mean, d = (a + c) / 2, (a - c) / 2
    curvature = xp.where(mean < 0, mean - xp.hypot(d, b), mean + xp.hypot(d, b))
    angle = xp.arctan2(b, d) / 2 + xp.where(mean < 0, xp.pi / 2, 0.0)
    across, up = xp.cos(angle), xp.sin(angle)
    along = xp.where(curvature != 0, (p * across + q * up) / xp.where(curvature != 0, curvature, 1.0), 0.0)
    return along * across, along * up


def bending(loss_fn: Callable) -> Callable:
    """`(x, y) -> ((a, b, c), (p, q))`: the Hessian and the gradient of `loss_fn((2,))` at one place."""
    slope = jax.grad(loss_fn)
    both = jax.jacfwd(lambda point: (slope(point),) * 2, has_aux=True)

    def bend(x, y):
        hessian, gradient = both(jnp.stack([x, y]))
        return (hessian[0, 0], hessian[0, 1], hessian[1, 1]), (gradient[0], gradient[1])

    return bend


def settle_at_rest(bend: Callable, x, y) -> Rest:
    """Newton's method on the gradient: it goes to whatever critical point is near, minimum, saddle or maximum alike.

    It moves by `newton_move`. `bend` is as `bending` gives it, of scalars or, elementwise, of all lanes.
    """

    def moving(now: Rest):
        return now.last_step > RESTED * (1 + jnp.maximum(jnp.abs(now.x), jnp.abs(now.y)))

    def go_on(carry):
        count, now = carry
        return (count == 0) | ((count < NEWTON_STEPS) & jnp.any(moving(now)))

    def advance(carry):
        count, now = carry
        hessian, gradient = bend(now.x, now.y)
        across, up = newton_move(jnp, hessian, gradient)
        length = jnp.sqrt(across * across + up * up)
        before = jax.tree.map(partial(jnp.where, count == 0), hessian, now.hessian_before)
        moved = (now.x - across, now.y - up, length, hessian)
        # Lanes in one loop, not a loop of one vectorized over them: a third of the time.
        x, y, last_step, there = jax.tree.map(partial(jnp.where, (count == 0) | moving(now)), moved, now[:4])
        return count + 1, Rest(x, y, last_step, there, before)

    none = (jnp.zeros_like(x),) * 3
    start = (jnp.asarray(0), Rest(x, y, jnp.full_like(x, jnp.inf), none, none))
    return jax.lax.while_loop(go_on, advance, start)[1]
