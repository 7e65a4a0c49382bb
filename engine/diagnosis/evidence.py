"""What is measured of a finished run before anything is said about its health."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.runs.motion import is_worn
from engine.runs.place import MINIMA, NEAR, span
from engine.runs.trajectory import Trajectory
from engine.sentences.outcome import STILL
from engine.surfaces.critical import critical_points
from engine.surfaces.grids import field, losses
from engine.surfaces.surroundings import GRID, ROUNDING, surroundings
from engine.surfaces.surroundings import relief as relief_of
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Float

TAIL = 0.25
"""The part of a run that says how it is going: its last quarter."""
LEAST_TAIL = 16
SHOWN = 1e-4
"""Of a loss, or of 1: what a reader of three digits takes for the same."""
LOCAL = 1e-5
"""Of the relief: a minimum this much above the lowest is another one; stop rules leave less."""


class Evidence(NamedTuple):
    """Numbers about a run; those of its tail are of the last quarter of its steps."""

    first_loss: float
    last_loss: float
    last_slope: float
    """Gradient norm at the end."""
    usual_slope: float
    """Median gradient norm over the window."""
    steep_slope: float
    """The gradient norm that a tenth of the window exceeds."""
    growth: float | None
    """How many-fold the loss grew per step before a run blew up."""
    flips: float
    """Share of the tail's steps that go back where the one before came from, along the steepest direction."""
    rises: float
    """Share of the tail's steps after which the loss is higher."""
    shrinks: float
    """Length of the tail's last steps, in units of its first: below 1 it settles."""
    gained: float
    """Share of all the loss lost that was lost in the tail."""
    wander: float
    """How far the tail's points lie from their mean, in window sides."""
    drop: float
    """Mean loss of the tail's second half below that of its first, in units of the spreads within them."""
    rate_left: float
    """The last rate, in units of the largest that the run used."""
    above_lowest: float | None
    """The loss at the end above the lowest minimum known in the window; None if none is known."""
    height: float | None
    """The same in units of the relief; None likewise."""
    relief: float
    """How much higher the highest tenth of the window lies than its lowest."""
    bottomless: bool
    """Whether the window's critical points are known, and the ground falls away from all of them."""
    outside: bool
    """Whether it ended outside the window."""
    floor: float
    """A difference of losses that counts as none: rounding, in units of the surface's relief."""

    @property
    def short_by(self) -> float:
        """`above_lowest` where three digits of the loss show it, else 0: steps of one size stop beside it."""
        above = self.above_lowest or 0.0
        return above if above > SHOWN * max(1.0, abs(self.last_loss - above)) else 0.0

    @property
    def below_all(self) -> bool:
        """Whether it ended below every minimum known: such a run has found a lower one, or left the window."""
        return self.height is not None and self.height < -LOCAL

    @property
    def thrown(self) -> bool:
        """Whether it ended higher than it began."""
        return self.last_loss > self.first_loss + self.floor


def evidence_of(trajectory: Trajectory, find: bool = True) -> Evidence:
    """Measure a run; `find` as for `lowest_loss`."""
    run = trajectory.run
    unit = span(run.landscape)
    usual, steep = _usual(run.landscape)
    relief = relief_of(run.landscape)
    values, points, rates = trajectory.losses, trajectory.points, trajectory.rates
    count = len(points) - 1
    begin = max(0, count - max(LEAST_TAIL, int(TAIL * count)))
    tail, tail_losses = points[begin:], values[begin:]
    steps = np.diff(tail, axis=0)
    lengths = np.hypot(*steps.T) if len(steps) else np.zeros(0)
    part = max(1, len(lengths) // 4)
    with np.errstate(all="ignore"):
        shrinks = float(np.median(lengths[-part:]) / np.median(lengths[:part])) if len(lengths) > 1 else 0.0
        # fmin passes over NaN, and is NaN itself only where all are.
        lost = float(values[0] - np.fmin.reduce(values))
        gained = float((np.fmin.reduce(values[: begin + 1]) - np.fmin.reduce(values)) / lost) if lost > 0 else 0.0
        halves = np.array_split(tail_losses, 2)
        noise = float(sum(np.nanstd(half) for half in halves)) if len(tail) > 3 else 0.0
        fall = float(np.nanmean(halves[0]) - np.nanmean(halves[-1])) if len(tail) > 3 else 0.0
        wander = float(np.sqrt(np.mean(np.sum((tail - tail.mean(axis=0)) ** 2, axis=1))) / unit)
    lowest = lowest_loss(run.landscape, find)
    return Evidence(
        first_loss=float(values[0]),
        last_loss=float(values[-1]),
        last_slope=float(np.hypot(*trajectory.gradients[-1])),
        usual_slope=usual,
        steep_slope=steep,
        growth=trajectory.outcome.growth,
        flips=_flips(steps),
        rises=float(np.mean(np.diff(tail_losses) > 0)) if len(tail) > 1 else 0.0,
        shrinks=shrinks,
        gained=gained,
        wander=wander,
        drop=fall / noise if noise > 0 else 0.0,
        rate_left=float(rates[-1] / rates.max()) if len(rates) and rates.max() > 0 else 1.0,
        above_lowest=None if lowest is None else float(values[-1]) - lowest,
        height=None if lowest is None else (float(values[-1]) - lowest) / relief,
        relief=relief,
        bottomless=_bottomless(run.landscape, find),
        outside=not _inside(run.landscape, points[-1]),
        floor=ROUNDING * relief,
    )


def _inside(landscape: Landscape, position: Float[np.ndarray, " 2"]) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(position, landscape.window, strict=True))


def _flips(steps: Float[np.ndarray, "n 2"]) -> float:
    """How often steps turn back along the direction in which they vary most."""
    finite = steps[np.isfinite(steps).all(axis=1)]
    if len(finite) < 3:
        return 0.0
    scaled = finite / max(float(np.abs(finite).max()), 1e-300)
    _, directions = np.linalg.eigh(scaled.T @ scaled)
    along = scaled @ directions[:, -1]
    moving = along[np.abs(along) > 0]
    return float(np.mean(np.signbit(moving[1:]) != np.signbit(moving[:-1]))) if len(moving) > 2 else 0.0


@lru_cache(maxsize=256)
def _usual(landscape: Landscape) -> tuple[float, float]:
    """The median and the steep slope over the window."""
    slopes = np.hypot(*field(landscape, landscape.window, GRID, GRID).reshape(-1, 2).T)
    finite = slopes[np.isfinite(slopes)]
    usual, steep = np.quantile(finite, [0.5, 0.9]).tolist() if len(finite) else (1.0, 1.0)
    return max(usual, 1e-300), max(steep, 1e-300)


@lru_cache(maxsize=256)
def lowest_loss(landscape: Landscape, find: bool = True) -> float | None:
    """The loss of the lowest minimum known: declared in the record, or found in the window of a typed surface.

    None where there is none, or where it would have to be looked for and `find` is false.
    """
    known = [point.position for point in landscape.critical_points if point.kind in MINIMA]
    if known:
        return float(losses(landscape, known).min())
    if landscape.critical_points or not find:
        return None
    found = [place.loss for place in critical_points(landscape).points if place.kind in MINIMA]
    return min(found) if found else None


@lru_cache(maxsize=256)
def _bottomless(landscape: Landscape, find: bool) -> bool:
    known = landscape.critical_points
    places = [point.position for point in known]
    if not known:
        found = critical_points(landscape) if find else None
        if found is None or found.notes:
            return False
        places = [point.position for point in found.points]
    return all(surroundings(landscape, place).falls for place in places)


def at_minimum(trajectory: Trajectory) -> bool:
    """Whether the run ended at a minimum, and stays there, whatever stopped it."""
    outcome, near = trajectory.outcome, trajectory.outcome.nearest
    still = float(np.hypot(*trajectory.gradients[-1])) < STILL
    # What its own arithmetic holds there is at rest; what a worn-out rate holds is short of it.
    still = still or (outcome.motion.rested > 0 and not is_worn(trajectory.run, trajectory.rates))
    return outcome.arrived or bool(still and near and near.is_minimum and near.distance <= NEAR)
