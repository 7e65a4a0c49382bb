"""What a run is fed with as arrays: its scheduled rates and its noise."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import jax
import numpy as np

from engine.fields import MOST_STEPS, NOISY_STEPS
from engine.run import Run
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from jaxtyping import Array, Float

BUCKETS = (1_000, 10_000, MOST_STEPS)
STEP_NUMBERS = np.arange(MOST_STEPS, dtype=np.float64)
STEP_NUMBERS.setflags(write=False)


def bucket(steps: int) -> int:
    """Rows of the buffer for a run of that many steps: three lengths, so three compilations at the most."""
    return next(rows for rows in BUCKETS if steps <= rows)


def scheduled_rates(run: Run) -> Float[np.ndarray, " bucket"]:
    """The rate of every step, padded to the run's bucket. A rate that overflows is the run's to diverge on."""
    schedule = SCHEDULES[run.schedule]
    with np.errstate(all="ignore"):
        return schedule.rates(np, STEP_NUMBERS[: bucket(run.steps)], run.rate, run.schedule_knobs, run.steps)


@lru_cache(maxsize=1)
def _no_noise() -> Float[Array, "10000 2"]:
    return jax.device_put(np.zeros((NOISY_STEPS, 2)))


@lru_cache(maxsize=32)
def _drawn(seed: int) -> Float[Array, "10000 2"]:
    return jax.device_put(np.random.default_rng(seed).standard_normal((NOISY_STEPS, 2)))


def noise(run: Run) -> Float[Array, "10000 2"]:
    """The contract's standard normal numbers, kept on the device; zeros for a run without noise.

    Reads past the end of the array, which only a run without noise may do, give its last row: a zero.
    """
    return _drawn(run.seed) if run.noise > 0 else _no_noise()
