"""Run in, trajectory out: one compiled loop per landscape."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.curvature import extreme_eigenvalues, settle_at_rest
from engine.feed import noise, scheduled_rates
from engine.loop import BY_BUDGET, BY_LOSS, DIVERGED, RUNNING, prepare
from engine.optimizers import OPTIMIZERS
from engine.packing import pack, unpack
from engine.place import Found, survey
from engine.programs import program
from engine.run import Run
from engine.trajectory import Outcome, Trajectory
from engine.words import Ending, tell

if TYPE_CHECKING:
    from jaxtyping import Array, Float

ROW = 7
"""x, y, loss, two gradient components, the rate of the step that follows, evaluations so far."""
FACTS = 13
"""Step and verdict; the Hessian at the end (3); Newton's point from there (2), last step and Hessian (3);
where the next step would have led (2)."""
KINDS = {BY_LOSS: "converged_loss", BY_BUDGET: "budget", DIVERGED: "diverged"}
SLOPELESS = {"saddle": "at_saddle", "maximum": "at_maximum", "ridge": "at_maximum"}
"""What a stop by gradient is called where the ground curves down."""


def build(loss_fn: Callable, curved: bool = False) -> Callable:
    """The traced descent on one landscape, by the optimizers that are `curved` or by those that are not."""

    def descent(settings: Float[Array, " s"], rates: Float[Array, " bucket"], z: Float[Array, "10000 2"]):
        # A loop that runs once: XLA compiles a loop as one piece, but hands out what stands around it op by op, and
        # those hundred small ones would cost more than 500 steps. It cannot know the count (steps is traced) and
        # cannot move the unpacking out (the settings change), so the loop stays.
        def once(carry):
            settings, *buffers = carry
            return jnp.zeros_like(settings), *_whole(loss_fn, curved, settings, rates, z, *buffers)

        carry = (settings, jnp.zeros((len(rates) + 1, ROW)), jnp.zeros(FACTS))
        _, rows, facts = jax.lax.while_loop(lambda carry: unpack(carry[0]).steps > 0, once, carry)
        return rows, facts

    return descent


def build_curved(loss_fn: Callable) -> Callable:
    """The descent of the optimizers that look at curvature."""
    return build(loss_fn, curved=True)


def _whole(loss_fn: Callable, curved: bool, settings, rates, z, rows, facts):
    """Fill the buffers: a row for every point, and the facts of the end."""
    first, step = prepare(loss_fn, settings, curved)

    def go_on(carry):
        return carry[1] == RUNNING

    def advance(carry):
        t, _, lane, rows = carry
        seen, following = step(t, lane, rates[t], z[t])
        row = jnp.concatenate([seen.position, seen.loss[None], seen.gradient, seen.rate[None], seen.evaluations[None]])
        rows = jax.lax.dynamic_update_slice(rows, row[None, :], (t, jnp.zeros_like(t)))
        return t + (seen.verdict == RUNNING), seen.verdict, following, rows

    beginning = (jnp.asarray(0), jnp.asarray(RUNNING), first(rates[0]), rows)
    t, verdict, lane, rows = jax.lax.while_loop(go_on, advance, beginning)
    end = rows[t, :2]
    rest = settle_at_rest(loss_fn, end)
    h, k = rest.hessian_before, rest.hessian
    values = [
        t,
        verdict,
        h[0, 0],
        h[0, 1],
        h[1, 1],
        *rest.position,
        rest.last_step,
        k[0, 0],
        k[0, 1],
        k[1, 1],
        *lane.position,
    ]
    return rows, jnp.stack([jnp.asarray(value, facts.dtype) for value in values])


class Started(NamedTuple):
    """A run on its way: JAX computes while Python goes on."""

    run: Run
    rows: Any
    facts: Any


def start(run: Run) -> Started:
    """Hand a run to its program."""
    compiled = program(build_curved if OPTIMIZERS[run.optimizer].curved else build, run.landscape.loss)
    return Started(run, *compiled(pack(run), scheduled_rates(run), noise(run)))


def descend(run: Run) -> Trajectory:
    """Compute one run.

    Divergence and a stop at a saddle are outcomes, not errors; rows end at the last point with finite coordinates.
    The first run on a landscape compiles its program (some tenths of a second, see `warm_up`).
    """
    return _finish(start(run))


def descend_many(runs: Iterable[Run]) -> list[Trajectory]:
    """Compute several runs, in the same order; they overlap where there are cores."""
    return [_finish(started) for started in [start(run) for run in runs]]


def _finish(started: Started) -> Trajectory:
    run, rows, facts = started.run, np.asarray(started.rows), np.asarray(started.facts).tolist()
    step, verdict = int(facts[0]), int(facts[1])
    count = step + 1
    seen = rows[step]
    if not np.isfinite(seen[:2]).all():
        count = step
    trajectory_rows = rows[:count].copy()  # one copy, or the whole bucket would live as long as the trajectory
    trajectory_rows.setflags(write=False)
    x, y, loss, gx, gy, _, _ = seen.tolist()
    bends = extreme_eigenvalues(math, *facts[2:5])
    rest = Found((facts[5], facts[6]), facts[7], extreme_eigenvalues(math, *facts[8:11]))
    place, ground = survey(run.landscape, (x, y), bends, rest)
    kind = KINDS.get(verdict) or SLOPELESS.get(ground, "converged_gradient")
    points, losses, gradients = trajectory_rows[:, :2], trajectory_rows[:, 2], trajectory_rows[:, 3:5]
    rates, evaluations = trajectory_rows[: count - 1, 5], trajectory_rows[:, 6]
    ending = Ending(kind, step, (x, y), loss, math.sqrt(gx * gx + gy * gy), math.dist((x, y), facts[11:]), place)
    told = tell(run, losses, rates, ending)
    outcome = Outcome(kind, step, told.sentence, told.arrived, told.place, place, told.growth)
    return Trajectory(points, losses, gradients, rates, evaluations, outcome, run)
