"""Ways out of a valley, as numbers: how often does a remedy reach the global minimum, and at what cost?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import dist, inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.checks import finite_number, positive, whole_within
from engine.basis.interval import wilson
from engine.descent.ensemble import THREADS, Ends, Ensemble, aimed_at, compute, from_seeds, from_starts, in_blocks
from engine.descent.lanes import LOOK
from engine.descent.loop import DIVERGED
from engine.runs.fields import LARGEST_SEED
from engine.runs.place import BESIDE, LOWEST, MINIMA, NEAR, span
from engine.runs.run import Run
from i18n import message
from landscapes.record import Landscape, Window, checked_window

if TYPE_CHECKING:
    from jaxtyping import Bool, Float
    from numpy.typing import ArrayLike

MOST_TRIES = 20_000
MOST_SEEDS = 2_000
"""Of one cloud: what a picture shows, and one slice holds."""


class Target(NamedTuple):
    """What a run must end near to: one of some points."""

    points: Float[np.ndarray, "k 2"]
    radius: float

    def holds(self, x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
        """Which of n ends are near."""
        apart = np.hypot(x[:, None] - self.points[None, :, 0], y[:, None] - self.points[None, :, 1])
        return np.any(apart <= self.radius, axis=1)


@dataclass(frozen=True)
class Escape:
    """How often a remedy reached the global minimum."""

    run: Run
    """Its settings; the tries have starts and seeds of their own."""
    tries: int
    reached: int
    mean_steps: float | None
    """Updates (gradients, restarts added up) that a try took which reached it, until a rule stopped it; None if none
    did."""
    mean_first_steps: float | None
    """Updates until such a try was first near it: noise and restarts go on after that, and make the whole
    budget whatever they find."""

    @property
    def probability(self) -> float:
        """The share that was counted."""
        return self.reached / self.tries

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the probability."""
        return wilson(self.reached, self.tries)


def global_minimum(landscape: Landscape, points: ArrayLike | None = None, radius: float | None = None) -> Target:
    """The landscape's global minima as a target, or where it goes lower elsewhere the lowest of its window.

    Args:
        landscape: its declared critical points are used.
        points: (k, 2), in place of the declared ones: a typed formula has none.
        radius: an end this near has reached it; None is a tenth of the window's shorter side, or half the way to the
            nearest other minimum that is declared if that is less.

    Raises:
        ValueError: with a sentence, if there is nothing to aim at.
    """
    minima = [point for point in landscape.critical_points if point.kind in MINIMA]
    if points is None:
        points = [point.position for point in minima if point.kind in LOWEST]
    aims = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(aims) == 0:
        raise ValueError(
            message(
                "No global minimum of {surface} is known: find its critical points, and give the lowest as points.",
                surface=landscape.name,
            )
        )
    if radius is None:
        others = [dist(aim, point.position) for aim in aims.tolist() for point in minima]
        radius = min(BESIDE * span(landscape), min((one / 2 for one in others if one > 0), default=inf))
    return Target(aims, positive("The radius", radius))


def scatter(window, count: int, seed: int = 0) -> Float[np.ndarray, "count 2"]:
    """Starts drawn uniformly from a window ((x0, x1), (y0, y1)) by `numpy.random.default_rng(seed)`."""
    (x0, x1), (y0, y1) = checked_window(window)
    count = whole_within("The number of starts", count, 1, MOST_TRIES * 100)
    return np.random.default_rng(seed).uniform((x0, y0), (x1, y1), size=(count, 2))


def around(point, spread: float, count: int, seed: int = 0) -> Float[np.ndarray, "count 2"]:
    """Starts drawn uniformly from the square of half side `spread` about a point; no spread repeats the point."""
    x, y = (finite_number("The point", value) for value in point)
    offsets = np.random.default_rng(seed).uniform(-1, 1, size=(count, 2))
    return np.array([x, y]) + spread * offsets


def escape(run: Run, starts: ArrayLike, target: Target | None = None, threads: int = THREADS) -> Escape:
    """The run from each of `starts` (n, 2): a try is one descent. Up to 20,000.

    Without noise the tries differ in their starts alone, so a single point has a probability of 0 or 1: `scatter` or
    `around` ask a question that has an answer. With noise, try i has the seed `run.seed + i`.

    Memory holds a few slices of 4,096 tries, whatever their number.
    """
    points = _starts(starts)
    return _escape(run, _tries(run, points), target, 1, threads)


def restarts(
    run: Run,
    count: int,
    tries: int = 500,
    window: Window | None = None,
    target: Target | None = None,
    seed: int = 0,
    threads: int = THREADS,
) -> Escape:
    """Random restarts: a try is `count` runs of run.steps each from uniform starts in the window, the best kept.

    The best has reached the global minimum if any has: nothing is lower.
    """
    count = whole_within("The number of restarts", count, 1, 100)
    tries = whole_within("The number of tries", tries, 1, MOST_TRIES)
    starts = scatter(run.landscape.window if window is None else window, count * tries, seed)
    return _escape(run, _tries(run, starts), target, count, threads)


def slopes_above(run: Run, point, count: int, seed: int = 0) -> Float[np.ndarray, "n 2"]:
    """Up to `count` starts of the run's window from which it ends at `point`: a ball with momentum gets there with
    speed, as one that is put down there does not.

    Drawn uniformly; of a small basin few or none are found among 8 times as many draws.
    """
    count = whole_within("The number of starts", count, 1, MOST_TRIES)
    starts = scatter(run.landscape.window, 8 * count, seed)
    there = Target(np.asarray(point, dtype=np.float64).reshape(1, 2), NEAR * span(run.landscape))
    parts = compute(from_starts(run, starts), lambda ends: there.holds(ends.x, ends.y) & (ends.verdict != DIVERGED))
    return starts[np.concatenate(list(parts))][:count]


def cloud(run: Run, seeds: int = 500, every: int = LOOK) -> Iterator[tuple[int, Float[np.ndarray, "seeds 2"]]]:
    """An ensemble of noisy runs as a moving cloud: (updates made, positions), from the start on, as it is computed.

    Args:
        run: with noise; member i has the seed `run.seed + i` and every member its start. One that has stopped stays.
        seeds: how many, up to 2,000.
        every: updates between two pictures, rounded up to a multiple of 16.

    Raises:
        ValueError: with a sentence, for a run without noise or a number out of range.
    """
    if run.noise == 0:
        raise ValueError(
            message("A cloud needs a run with noise, got noise 0: without it all its members walk one path.")
        )
    seeds = whole_within("The number of seeds", seeds, 1, MOST_SEEDS)
    every = -(-whole_within("The number of updates between pictures", every, 1, run.steps) // LOOK) * LOOK
    starts = np.repeat([run.start], seeds, axis=0)
    return _cloud(run, from_seeds(run, _seeds(run, seeds), starts, every), seeds)


def _cloud(run: Run, ensemble: Ensemble, seeds: int) -> Iterator[tuple[int, Float[np.ndarray, "seeds 2"]]]:
    yield 0, np.repeat([run.start], seeds, axis=0)
    for block in in_blocks(ensemble, np.arange(seeds)):
        yield block.steps, np.stack([block.ends.x, block.ends.y], axis=1)


def _starts(starts: ArrayLike) -> Float[np.ndarray, "n 2"]:
    points = np.asarray(starts, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or not 1 <= len(points) <= MOST_TRIES:
        raise ValueError(
            message(
                "Starts must be 1 to {most} pairs (n, 2), got an array of shape {shape}: see `scatter`.",
                most=f"{MOST_TRIES:,}",
                shape=str(points.shape),
            )
        )
    return points


def _seeds(run: Run, count: int):
    # Around the end of the range, where seeds begin again at 0.
    return (run.seed + np.arange(count)) % (LARGEST_SEED + 1)


def _tries(run: Run, starts: Float[np.ndarray, "n 2"]) -> Ensemble:
    return from_seeds(run, _seeds(run, len(starts)), starts) if run.noise > 0 else from_starts(run, starts)


def _escape(run: Run, ensemble: Ensemble, target: Target | None, each: int, threads: int) -> Escape:
    aim = global_minimum(run.landscape) if target is None else target

    def read(ends: Ends):
        return aim.holds(ends.x, ends.y) & (ends.verdict != DIVERGED), ends.steps, ends.first

    parts = compute(aimed_at(ensemble, aim.points, aim.radius), read, threads)
    here, steps, first = (np.concatenate(one).reshape(-1, each) for one in zip(*parts, strict=True))
    reached, cost = here.any(axis=1), steps.sum(axis=1)
    # Restarts are made one after the other: those before the one that gets there cost all their steps.
    arrival = np.where(here, np.cumsum(steps, axis=1) - steps + np.minimum(first, steps), inf).min(axis=1)
    means = (float(one[reached].mean()) if reached.any() else None for one in (cost, arrival))
    return Escape(run, reached.size, int(reached.sum()), *means)
