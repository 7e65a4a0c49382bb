"""What decaying the rate is worth: a schedule beside a constant rate, over many seeds, and each at its best rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.basis.numerals import typed_rates
from engine.descent.ensemble import Ensemble, Varied, compute
from engine.descent.lanes import BLOCK
from engine.descent.loop import DIVERGED
from engine.runs.packing import pack
from engine.runs.run import Run
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

SEEDS = 1_000
CHOOSING = 100
"""Other seeds, by which the best rate is chosen: so that the choice does not flatter it."""
RATES = typed_rates(1e-4, 10.0, 80)
"""Start rates that are tried for each, a factor of 1.16 apart."""
MOST_TRIED = 2_000
"""Steps of a run whose best rate is looked for; a longer one would keep others waiting."""


@dataclass(frozen=True, eq=False)
class Ends:
    """Where a run ends under each seed."""

    points: Float[np.ndarray, "seeds 2"]
    losses: Float[np.ndarray, " seeds"]
    """Exact; infinite where it diverged."""
    full: bool
    """Whether every one made all its steps."""


@dataclass(frozen=True, eq=False)
class Decay:
    """One schedule, and a constant rate beside it, under the same seeds."""

    run: Run
    ends: Ends
    constant: Ends
    halfway: Ends
    """Of the constant rate, after half the steps."""
    best: Run | None
    """The run at the best of RATES; None where it has too many steps for that."""
    best_ends: Ends | None
    best_constant: Run | None
    best_constant_ends: Ends | None


def is_steady(run: Run) -> bool:
    """Whether its rate is the same at every step."""
    return run.schedule == "constant" and not run.schedule_knobs["warmup_steps"]


def at_constant_rate(run: Run) -> Run:
    """The same run without its schedule and its warm-up."""
    return run if is_steady(run) else replace(run, schedule="constant", schedule_knobs={})


def measure(run: Run, seeds: int = SEEDS, rates: Sequence[float] = tuple(RATES), choosing: int = CHOOSING) -> Decay:
    """Measure a noisy run; member i has the seed `run.seed + i`, those that choose the rate have the seeds behind.

    Raises ValueError, with a sentence, for a run without noise, and for one by mini-batches.
    """
    if run.noise == 0:
        raise ValueError("Many seeds are for a run with noise, got noise 0: without it all of them walk one path.")
    if run.batch_size is not None:
        raise ValueError("Many seeds at once are for runs with noise: set the batch size to all points.")
    constant = at_constant_rate(run)
    half = replace(constant, steps=max(1, run.steps // 2))
    best = best_constant = None
    if run.steps <= MOST_TRIED:
        best = best_rate(run, tuple(rates), seeds, choosing)
        best_constant = best_rate(constant, tuple(rates), seeds, choosing)
    return Decay(
        run,
        seed_ends(run, seeds),
        seed_ends(constant, seeds),
        seed_ends(half, seeds),
        best,
        best and seed_ends(best, seeds),
        best_constant,
        best_constant and seed_ends(best_constant, seeds),
    )


@lru_cache(maxsize=128)
def seed_ends(run: Run, seeds: int) -> Ends:
    """Where the run ends under so many seeds from its own on."""
    return _ends(run, np.full(seeds, run.rate), run.seed + np.arange(seeds))


def best_rate(run: Run, rates: Sequence[float], skipped: int, seeds: int) -> Run:
    """The run at the rate with the lowest mean loss at its end, over so many seeds behind the first `skipped`.

    Where every rate diverges under some seed, the one that does so least.
    """
    return _best_rate(replace(run, rate=rates[0]), tuple(rates), skipped, seeds)


@lru_cache(maxsize=64)
def _best_rate(run: Run, rates: tuple[float, ...], skipped: int, seeds: int) -> Run:
    ends = _ends(run, np.repeat(rates, seeds), np.tile(run.seed + skipped + np.arange(seeds), len(rates)))
    losses = ends.losses.reshape(len(rates), seeds)
    lost = np.isinf(losses).sum(axis=1)
    with np.errstate(invalid="ignore", over="ignore"):
        means = np.where(lost == lost.min(), np.where(np.isinf(losses), 0.0, losses).mean(axis=1), np.inf)
    return replace(run, rate=rates[int(np.argmin(means))])


def _ends(run: Run, rates: Float[np.ndarray, " n"], seeds: Float[np.ndarray, " n"]) -> Ends:
    """Each lane has its own rate and seed; its noise is `default_rng(seed)`'s, drawn once for all of one seed."""
    schedule = SCHEDULES[run.schedule]

    def blocks(lanes):
        varied = Varied(pack(run), rates[lanes], run.schedule_knobs)
        own, place = np.unique(seeds[lanes], return_inverse=True)
        drawing = [np.random.default_rng(seed) for seed in own.tolist()]

        def feed(begin: int):
            numbers = np.arange(begin, begin + BLOCK, dtype=np.float64)[:, None]
            drawn = np.stack([generator.standard_normal((BLOCK, 2)) for generator in drawing], axis=-1)
            with np.errstate(all="ignore"):
                scheduled = schedule.rates(np, numbers, varied.rates[None, :], varied.schedule_knobs, run.steps)
            return {"z": drawn[..., place], "rates": np.broadcast_to(scheduled, (BLOCK, len(lanes)))}

        return feed

    def owned(lanes):
        return {"starts": np.repeat(np.array(run.start)[:, None], len(lanes), axis=1)}

    def read(ends):
        losses = np.where((ends.verdict == DIVERGED) | ~np.isfinite(ends.loss), np.inf, ends.loss)
        return np.stack([ends.x, ends.y, losses, ends.steps])

    ensemble = Ensemble(run, len(rates), {"settings": pack(run)}, owned, blocks)
    x, y, losses, steps = np.concatenate(list(compute(ensemble, read)), axis=1)
    return Ends(np.stack([x, y], axis=1), losses, bool(np.all(steps == run.steps)))
