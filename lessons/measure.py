"""The numbers that lessons name, measured on the engine: when they are shown or, where that takes long, by a test."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import Run, basin_map, descend, escape, restarts, sharpness
from engine.basis.numerals import number
from engine.descent.ensemble import compute, from_seeds
from engine.studies.escapes import scatter
from lessons.networks import NETWORK_MEASURES, network_of, trained

if TYPE_CHECKING:
    from engine import Trajectory
    from lessons.record import Fact

GRID = 25
"""Starts along each side of the window, of which a basin's share is told."""


def _row(trajectory: Trajectory, step: int | None) -> int:
    last = len(trajectory.losses) - 1
    return last if step is None else min(step, last)


def loss(run: Run, step: int | None = None) -> float:
    """After so many updates, or at the end."""
    trajectory = descend(run)
    return float(trajectory.losses[_row(trajectory, step)])


def coordinate(run: Run, axis: int, step: int | None = None) -> float:
    """X (axis 0) or y (1) after so many updates, or at the end."""
    trajectory = descend(run)
    return float(trajectory.points[_row(trajectory, step), axis])


def slope(run: Run, axis: int, step: int | None = None) -> float:
    """The partial derivative along x (axis 0) or y (1) after so many updates, or at the end."""
    trajectory = descend(run)
    return float(trajectory.gradients[_row(trajectory, step), axis])


def gradient_norm(run: Run, step: int | None = None) -> float:
    """After so many updates, or at the end."""
    trajectory = descend(run)
    return float(np.linalg.norm(trajectory.gradients[_row(trajectory, step)]))


def steps(run: Run) -> float:
    """Updates made when the run ended."""
    return float(descend(run).outcome.step)


def evaluations(run: Run) -> float:
    """Gradients asked for until the run ended."""
    return float(descend(run).evaluations[-1])


def growth(run: Run, step: int = 0) -> float:
    """By which factor the next update changes the loss."""
    losses = descend(run).losses
    return float(losses[step + 1] / losses[step])


def way_left(run: Run, to: Sequence[float], step: int | None = None) -> float:
    """The share of the distance to a place that is left after so many updates, or at the end."""
    trajectory = descend(run)
    start, now = (math.dist(trajectory.points[row], to) for row in (0, _row(trajectory, step)))
    return now / start


def nearest(run: Run, to: Sequence[float]) -> float:
    """The shortest distance to a place of any iterate."""
    return float(np.min(np.linalg.norm(descend(run).points - np.asarray(to), axis=1)))


def start_distance(run: Run, to: Sequence[float]) -> float:
    """Of the start from a place."""
    return math.dist(run.start, to)


def farthest_step(run: Run) -> float:
    """The length of the longest step."""
    return float(np.max(np.linalg.norm(np.diff(descend(run).points, axis=0), axis=1)))


def turns(run: Run, axis: int) -> float:
    """How often a coordinate's partial derivative changes its sign."""
    slopes = descend(run).gradients[:, axis]
    return float(np.sum(slopes[1:] * slopes[:-1] < 0))


def curvature(run: Run, at: Sequence[float] | None = None) -> float:
    """The largest eigenvalue of the Hessian at a place, or at the run's start."""
    return float(sharpness(run.landscape, [run.start if at is None else at])[0])


def height(run: Run, at: Sequence[float]) -> float:
    """The loss at a place."""
    return loss(replace(run, start=(float(at[0]), float(at[1]))), 0)


def angle_off(run: Run, to: Sequence[float]) -> float:
    """Degrees between the first step and the way to a place."""
    (x0, y0), (x1, y1) = descend(run).points[:2]
    ahead = math.atan2(to[1] - y0, to[0] - x0)
    turned = math.degrees(math.atan2(y1 - y0, x1 - x0) - ahead)
    return abs((turned + 180) % 360 - 180)


def share(run: Run, to: Sequence[float]) -> float:
    """The share of a grid of starts over the surface's own window from which the run comes to rest at a minimum."""
    found = basin_map(run, resolution=GRID)
    if not len(found.minima):
        return 0.0
    label = int(np.argmin(np.linalg.norm(found.minima - np.asarray(to), axis=1)))
    return float(found.shares[label])


def share_of_starts(run: Run, tries: int) -> float:
    """The share of starts, drawn from the surface's window, from which the run ends at the lowest minimum."""
    return escape(run, scatter(run.landscape.window, tries)).probability


def share_of_seeds(run: Run, tries: int) -> float:
    """The share of seeds of the noise with which the run ends at the lowest minimum."""
    return escape(run, np.repeat([run.start], tries, axis=0)).probability


def share_lost(run: Run, tries: int) -> float:
    """The share of seeds of the noise with which the run does not end at the lowest minimum."""
    return 1 - share_of_seeds(run, tries)


def best_of(run: Run, starts: int, tries: int = 2000) -> float:
    """The share of tries in which at least one of some starts, drawn from the window, leads to the lowest minimum."""
    return restarts(run, starts, tries).probability


def mean_loss(run: Run, tries: int) -> float:
    """The loss at the end, averaged over seeds of the noise or of the mini-batches."""
    if run.batch_size is not None:
        return float(np.mean([loss(replace(run, seed=run.seed + more)) for more in range(tries)]))
    ensemble = from_seeds(run, run.seed + np.arange(tries), np.repeat([run.start], tries, axis=0))
    return float(np.concatenate(list(compute(ensemble, lambda ends: ends.loss))).mean())


def first_beyond(run: Run, axis: int, reach: float) -> float:
    """The first step at which a coordinate is farther from 0 than this; infinity if it never is."""
    beyond = np.abs(descend(run).points[:, axis]) > reach
    return float(np.argmax(beyond)) if beyond.any() else math.inf


def rises(run: Run) -> float:
    """How many steps raise the loss."""
    return float(np.sum(np.diff(descend(run).losses) > 0))


def rate(run: Run, step: int) -> float:
    """The learning rate of an update, counted from 0."""
    return float(descend(run).rates[step])


def bowls(run: Run, weights: int, tries: int = 5000) -> float:
    """The share of random symmetric Gaussian matrices, as many rows as weights, that curve upwards every way.

    A counting model of level places, not a measurement of the run.
    """
    drawn = np.random.default_rng(run.seed).standard_normal((tries, weights, weights))
    lowest = np.linalg.eigvalsh(drawn + drawn.transpose(0, 2, 1))[:, 0]
    return float(np.mean(lowest > 0))


MEASURES: Mapping[str, Callable[..., float]] = {
    measure.__name__: measure
    for measure in (
        loss,
        coordinate,
        slope,
        gradient_norm,
        steps,
        evaluations,
        growth,
        way_left,
        nearest,
        start_distance,
        farthest_step,
        turns,
        curvature,
        height,
        angle_off,
        share,
        share_of_starts,
        share_of_seeds,
        share_lost,
        best_of,
        mean_loss,
        first_beyond,
        rises,
        rate,
        bowls,
    )
}
"""By the name that a lesson's file uses; each takes a run and what the fact gives besides."""

OF_MANY = (share, share_of_starts, share_of_seeds, share_lost, best_of, mean_loss, bowls)
"""Measured on hundreds of runs, which would keep a learner waiting: what the file says is shown; a test measures it."""


def shown(fact: Fact, runs: Sequence[Run]) -> str:
    """The fact's number as a screen says it."""
    return fact.value if fact.of in NETWORK_MEASURES or MEASURES[fact.of] in OF_MANY else measured(fact, runs)


def measured(fact: Fact, runs: Sequence[Run]) -> str:
    """The fact's number as a text says it. `runs` are those of the screen's picture."""
    if fact.of in NETWORK_MEASURES:
        value = NETWORK_MEASURES[fact.of](trained(network_of(fact.given["network"])))
    else:
        value = MEASURES[fact.of](with_settings(runs[fact.run - 1], fact.settings), **fact.given)
    return f"{number(100 * value, 2)}\u00a0%" if fact.form == "percent" else number(value)


def with_settings(run: Run, settings: Mapping[str, Any]) -> Run:
    """The run with other fields. On another surface it begins at that one's own start; a method's knobs begin anew."""
    changes = dict(settings)
    if "landscape" in changes:
        changes.setdefault("start", None)
    if changes.get("optimizer", run.optimizer) != run.optimizer:
        changes.setdefault("knobs", {})
    elif "knobs" in changes:
        changes["knobs"] = {**run.knobs, **changes["knobs"]}
    if "start" in changes and changes["start"] is not None:
        x, y = changes["start"]
        changes["start"] = (float(x), float(y))
    return replace(run, **changes)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each {name} that has a value replaced by it; other braces are a formula's."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)
