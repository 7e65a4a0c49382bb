"""What a run is fed with as arrays: its scheduled rates and its noise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from engine.runs.batches import batches
from engine.runs.fields import MOST_STEPS, NOISY_STEPS
from engine.runs.run import Run, points_of, rows_of
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from jaxtyping import Array, Float

BUCKETS = (1_000, 10_000, MOST_STEPS)
STEP_NUMBERS = np.arange(MOST_STEPS, dtype=np.float64)
STEP_NUMBERS.setflags(write=False)


def bucket(steps: int) -> int:
    """Rows of the buffer for a run of that many steps: three lengths, so three compilations at the most."""
    return next(rows for rows in BUCKETS if steps <= rows)


def scheduled_rates(run: Run, counted: int = 0) -> Float[np.ndarray, " bucket"]:
    """The rate of every step, padded to the run's bucket. A rate that overflows is the run's to diverge on.

    A schedule that counts from a step of a branch says nothing of those before it. The array is not to be written in: a
    drag asks for the same one at each move.
    """
    return _scheduled(run.schedule, run.rate, tuple(run.schedule_knobs.items()), run.steps, counted)


def rates_at(run: Run, steps: Float[np.ndarray, " k"], counted: int = 0) -> Float[np.ndarray, " k"]:
    """The rates that the run's own schedule, which counts from a step, has at these steps of the whole."""
    return _rates(run.schedule, run.rate, run.schedule_knobs, run.steps, counted, steps)


def _rates(schedule: str, rate: float, knobs: Mapping[str, float], steps: int, counted: int, at: Any) -> Any:
    if counted:
        at = np.maximum(at - counted, 0.0)
    with np.errstate(all="ignore"):
        return SCHEDULES[schedule].rates(np, at, rate, knobs, max(1, steps - counted))


@lru_cache(maxsize=64)
def _scheduled(schedule: str, rate: float, knobs: tuple[tuple[str, float], ...], steps: int, counted: int) -> Any:
    rates = np.array(_rates(schedule, rate, dict(knobs), steps, counted, STEP_NUMBERS[: bucket(steps)]), np.float64)
    rates.setflags(write=False)
    return rates


@lru_cache(maxsize=1)
def _no_noise() -> Float[Array, "10000 2"]:
    return jax.device_put(np.zeros((NOISY_STEPS, 2)))


@lru_cache(maxsize=32)
def _drawn(seed: int) -> Float[Array, "10000 2"]:
    return jax.device_put(np.random.default_rng(seed).standard_normal((NOISY_STEPS, 2)))


@lru_cache(maxsize=8)
def _with_batches(seed: int, noisy: bool, points: int, rows: int, size: int) -> Float[Array, "10000 2+rows"]:
    weights = np.zeros((NOISY_STEPS, rows))
    np.put_along_axis(weights, batches(points, size, NOISY_STEPS, seed), 1 / size, axis=1)
    return jax.device_put(np.concatenate([np.asarray(_drawn(seed) if noisy else _no_noise()), weights], axis=1))


def noise(run: Run) -> Float[Array, "10000 z"]:
    """What chance adds to each step, kept on the device: the contract's two standard normal numbers, zeros for a run
    without noise; with mini-batches the weights of all rows of the data behind them.

    Reads past the end of the array, which only a run without either may do, give its last row: a zero.
    """
    if run.batch_size is not None:
        points, rows = points_of(run.landscape), rows_of(run.landscape)
        return _with_batches(run.seed, run.noise > 0, points, rows, run.batch_size)
    return _drawn(run.seed) if run.noise > 0 else _no_noise()
