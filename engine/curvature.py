"""Curvature of a surface over two coordinates, in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    """The critical point that Newton's method finds from where a run ended."""

    position: Float[Array, " 2"]
    last_step: Float[Array, ""]
    """Length of the last Newton step: tiny if it settled."""
    hessian: Float[Array, "2 2"]
    """At that critical point."""
    hessian_before: Float[Array, "2 2"]
    """Where the run ended."""


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


def settle_at_rest(loss_fn: Callable, position: Float[Array, " 2"]) -> Rest:
    """Newton's method on the gradient: it goes to whatever critical point is near, minimum, saddle or maximum alike.

    It moves by `newton_move`.
    """
    slope = jax.grad(loss_fn)
    bend = jax.jacfwd(lambda point: (slope(point),) * 2, has_aux=True)

    def go_on(carry):
        count, rest = carry
        moving = rest.last_step > RESTED * (1 + jnp.max(jnp.abs(rest.position)))
        return (count == 0) | ((count < NEWTON_STEPS) & moving)

    def advance(carry):
        count, rest = carry
        hessian, g = bend(rest.position)
        (a, b), (_, c) = hessian
        move = jnp.stack(newton_move(jnp, (a, b, c), g))
        before = jnp.where(count == 0, hessian, rest.hessian_before)
        return count + 1, Rest(rest.position - move, jnp.sqrt(jnp.sum(move**2)), hessian, before)

    none = jnp.zeros((2, 2))
    start = (jnp.asarray(0), Rest(position, jnp.full((), jnp.inf), none, none))
    return jax.lax.while_loop(go_on, advance, start)[1]
