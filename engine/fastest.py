"""The learning rate that arrives in the fewest steps, found by running them all side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.curvature import extreme_eigenvalues
from engine.descent import SLOPELESS, descend
from engine.feed import noise
from engine.loop import BY_GRADIENT, DIVERGED, RUNNING, Lane, prepare
from engine.optimizers import OPTIMIZERS
from engine.packing import FAMILIES, LENGTH, pack
from engine.place import curvature_kind
from engine.programs import program
from engine.regimes import SLOWER
from engine.run import Run
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from jaxtyping import Array, Float

SLOWEST, QUICKEST, GRID = 1e-4, 10.0, 121
LANES = 160
"""Lanes of the program: the grid, or all three-digit rates between two of its neighbours (at most 145)."""
COUNTS_AS_ARRIVED = 1e-6
BLOCK = 256
"""Steps that one call of the program makes at most: one shape, so one compilation, for runs of any length."""
OFFERED = 8
"""Candidates that are run again, one by one, before the search gives up."""
EXAMPLES = (0.0001, 0.01, 1.0)
"""The document's three rates; the grid holds them."""


class RatesHere(NamedTuple):
    """What the rates do for one run."""

    fastest: float | None
    """As `fastest_rate` says."""
    arriving: tuple[float, ...]
    """Of EXAMPLES, those whose run arrives."""
    diverging: tuple[float, ...]
    """Those whose run diverges."""
    right: tuple[float, ...]
    """Of those that arrive, the ones that a sweep calls just right: they take at most SLOWER times the fewest steps."""


def fastest_rate(run: Run) -> float | None:
    """The rate in 1e-4 .. 10 whose run arrives at a minimum in the fewest of `run.steps` steps; None if none arrives.

    Arriving is stopping by gradient norm, at `run.gradient_tolerance` or 1e-6 if that is smaller or off, at what
    `descend` calls a minimum: not on a plain that a long step has thrown the run to. A log grid is searched, then every
    rate of three digits around its best; the answer has been run by `descend` itself.
    """
    return rates_here(run).fastest


def rates_here(run: Run) -> RatesHere:
    """The fastest rate, and what becomes of the three examples: by the same search."""
    run = replace(run, gradient_tolerance=max(run.gradient_tolerance, COUNTS_AS_ARRIVED))
    ratio = (QUICKEST / SLOWEST) ** (1 / (GRID - 1))
    grid = np.array([float(f"{rate:.2e}") for rate in np.geomspace(SLOWEST, QUICKEST, GRID)])
    coarse, lost = _arrivals(run, grid)
    examples = [end for end in coarse if end.rate in EXAMPLES]
    arriving = tuple(sorted(end.rate for end in examples if not end.is_level or _arrives(run, end.rate)))
    diverging = tuple(rate for rate in EXAMPLES if rate in lost)
    if not coarse:
        return RatesHere(None, arriving, diverging, ())
    best = coarse[0].rate
    fine, _ = _arrivals(run, _three_digits(max(best / ratio, SLOWEST), min(best * ratio, QUICKEST)))
    found = next((end for end in sorted({*fine, *coarse})[:OFFERED] if _arrives(run, end.rate)), None)
    if found is None:
        return RatesHere(None, arriving, diverging, ())
    quick = {end.rate for end in examples if end.steps <= SLOWER * found.steps}
    return RatesHere(found.rate, arriving, diverging, tuple(rate for rate in arriving if rate in quick))


def _arrives(run: Run, rate: float) -> bool:
    return descend(replace(run, rate=rate)).outcome.arrived


def _three_digits(low: float, high: float) -> Float[np.ndarray, " k"]:
    """All numbers of three significant digits between two rates less than a decade apart."""
    rates = []
    for exponent in range(int(np.floor(np.log10(low))), int(np.floor(np.log10(high))) + 1):
        for digits in range(100, 1000):
            rate = float(f"{digits}e{exponent - 2}")  # read as decimal, so that 0.25 is 0.25
            if low <= rate <= high:
                rates.append(rate)
    return np.array(rates[:LANES])


class End(NamedTuple):
    """Of a run that stopped by its gradient norm where the ground does not curve down; the best are the smallest."""

    is_level: bool
    """Where curvature cannot tell a minimum from a plain: only `descend` can, if a minimum is declared there."""
    steps: int
    slope: float
    rate: float


def _arrivals(run: Run, rates: Float[np.ndarray, " k"]) -> tuple[list[End], set[float]]:
    """The ends of those that may have arrived, best first; and the rates that diverge."""
    lanes = np.full(LANES, rates[-1])
    lanes[: len(rates)] = rates
    schedule, settings = SCHEDULES[run.schedule], pack(run)
    curved = OPTIMIZERS[run.optimizer].curved
    compiled = program(_curved_side_by_side if curved else _side_by_side, run.landscape.loss)
    state = _blank(curved)
    for begin in range(0, run.steps + 1, BLOCK):
        numbers = np.arange(begin, begin + BLOCK, dtype=np.float64)
        with np.errstate(all="ignore"):
            scheduled = schedule.rates(np, numbers[:, None], lanes, run.schedule_knobs, run.steps)
        state = compiled(settings, np.int64(begin), state, scheduled, noise(run))
        if not np.any(np.asarray(state.verdict) == RUNNING):
            break
    columns = (state.verdict, state.steps, state.slope, lanes, state.low, state.high)
    facts = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)[: len(rates)].tolist()
    arrived = sorted(
        End(curvature_kind(low, high) == "degenerate", int(steps), float(slope), float(rate))
        for verdict, steps, slope, rate, low, high in facts
        if verdict == BY_GRADIENT and curvature_kind(low, high) not in SLOPELESS
    )
    return arrived, {float(rate) for verdict, _, _, rate, _, _ in facts if verdict == DIVERGED}


class State(NamedTuple):
    """All lanes between two blocks; a lane that has stopped stays as it stopped."""

    lanes: Lane
    verdict: Any
    steps: Any
    slope: Any
    low: Any
    high: Any
    """Hessian eigenvalues where the lane stopped, or where it stands after the block."""


def _fresh(loss_fn: Callable, curved: bool, settings, rates: Float[Array, " lanes"]) -> State:
    none = jnp.zeros(len(rates), dtype=int)
    zeros = jnp.zeros_like(rates)
    return State(jax.vmap(prepare(loss_fn, settings, FAMILIES[curved])[0])(rates), none, none, zeros, zeros, zeros)


@lru_cache(maxsize=2)
def _blank(curved: bool) -> State:
    """A state of the right shapes for the first block, which does not read it; no landscape changes them."""
    shapes = jax.eval_shape(partial(_fresh, jnp.sum, curved), np.zeros(LENGTH), np.zeros(LANES))
    return jax.tree.map(lambda shape: np.zeros(shape.shape, shape.dtype), shapes)


def _curved_side_by_side(loss_fn: Callable) -> Callable:
    return _side_by_side(loss_fn, curved=True)


def _side_by_side(loss_fn: Callable, curved: bool = False) -> Callable:
    def search(settings: Float[Array, " s"], begin, state: State, rates: Float[Array, "block lanes"], z):
        step = jax.vmap(prepare(loss_fn, settings, FAMILIES[curved])[1], in_axes=(None, 0, 0, None))
        state = jax.tree.map(
            lambda new, old: jnp.where(begin == 0, new, old), _fresh(loss_fn, curved, settings, rates[0]), state
        )

        def go_on(carry):
            t, state = carry
            return (t < begin + BLOCK) & jnp.any(state.verdict == RUNNING)

        def advance(carry):
            t, state = carry
            seen, following = step(t, state.lanes, rates[t - begin], z[t])
            running = state.verdict == RUNNING
            goes_on = running & (seen.verdict == RUNNING)
            # A lane that stops stays where it stopped: there its curvature is asked for.
            lanes = jax.tree.map(
                lambda new, old: jnp.where(goes_on.reshape((-1,) + (1,) * (new.ndim - 1)), new, old),
                following,
                state.lanes,
            )
            slope = jnp.sqrt(jnp.sum(seen.gradient**2, axis=1))
            return t + 1, state._replace(
                lanes=lanes,
                verdict=jnp.where(running, seen.verdict, state.verdict),
                steps=state.steps + goes_on,
                slope=jnp.where(running, slope, state.slope),
            )

        _, state = jax.lax.while_loop(go_on, advance, (begin, state))
        h = jax.vmap(jax.hessian(loss_fn))(state.lanes.position)
        low, high = extreme_eigenvalues(jnp, h[:, 0, 0], h[:, 0, 1], h[:, 1, 1])
        return state._replace(low=low, high=high)

    return search
