"""How many of a room's answers are right: where a run ends, which run wins, how large the rate may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from engine.basis.numerals import number
from engine.descent.descend import descend, descend_many
from engine.runs.run import Run
from engine.runs.trajectory import Trajectory
from engine.sentences.lane_names import lane_names
from engine.studies.knob_maps import rate_sweep
from engine.surfaces.critical import known_points
from i18n import message, plural
from landscapes import Landscape
from landscapes.on_data import is_heavy

Point = tuple[float, float]
REACH = 0.2
"""Of the window's shorter side: how far from the run's end an answer may lie."""
FACTOR = 2.0
"""A rate is called as large as it may be if the run arrives with it and not with so many times it."""


class Judged(NamedTuple):
    """Which answers are right, in their order, what was measured, and what right means."""

    right: list[bool]
    measured: str
    rule: str


def judge_ends(run: Run, places: Sequence[Point]) -> Judged:
    """Right is a place near the run's end, in the same valley: see `rule` of the answer.

    The valley is told by the nearest of the surface's minima, those of its record, else those found in its window; on a
    surface without any, and on a network's plane, nearness alone counts.
    """
    trajectory = descend(run)
    x, y = (float(value) for value in trajectory.points[-1])
    (x0, x1), (y0, y1) = run.landscape.window
    reach = REACH * min(x1 - x0, y1 - y0)
    minima = _minima(run.landscape)

    def is_right(place: Point) -> bool:
        return math.dist(place, (x, y)) <= reach and _nearest(minima, place) == _nearest(minima, (x, y))

    if len(minima) > 1:
        rule = message(
            "Right is at most {reach} from its last point, and nearer to the same minimum than to any other.",
            reach=number(reach),
        )
    else:
        rule = message("Right is at most {reach} from its last point.", reach=number(reach))
    return Judged([is_right(place) for place in places], trajectory.outcome.sentence, rule)


def judge_winners(runs: Sequence[Run], choices: Sequence[int], names: Sequence[str] = ()) -> Judged:
    """Right is the run that arrives in the fewest steps; where none arrives, the one that ends lowest. Ties all are."""
    ends = descend_many(runs)
    called = lane_names(ends, names)
    arrived = [end.outcome.step for end in ends if end.outcome.arrived]
    if arrived:
        first = min(arrived)
        best = [place for place, end in enumerate(ends) if end.outcome.arrived and end.outcome.step == first]
        measured = plural(
            "{names} arrives first, at step {step}.",
            "{names} arrive first, at step {step}.",
            len(best),
            names=_listed(called, best),
            step=f"{first:,}",
        )
        rule = message("Right is the run that arrives at a minimum in the fewest steps.")
    else:
        losses = [_last_loss(end) for end in ends]
        lowest = min(losses)
        best = [place for place, loss in enumerate(losses) if loss == lowest and math.isfinite(loss)]
        measured = message("Each run diverges.")
        if best:
            measured = plural(
                "{names} ends lowest, at a loss of {loss}.",
                "{names} end lowest, at a loss of {loss}.",
                len(best),
                names=_listed(called, best),
                loss=number(lowest),
            )
        rule = message("No run arrives at a minimum: right is the one that ends with the lowest loss.")
    return Judged([choice in best for choice in choices], measured, rule)


def judge_rates(run: Run, rates: Sequence[float]) -> Judged:
    """Right is a rate with which the run arrives, but not with twice as much."""
    asked = sorted({*rates, *(FACTOR * rate for rate in rates)})
    arrives: dict[float, bool] = {}
    for at in range(0, len(asked), 1_000):
        some = asked[at : at + 1_000]
        arrives |= dict(zip(some, rate_sweep(run, some).arrived.tolist(), strict=True))
    good = [rate for rate in asked if arrives[rate]]
    measured = message("With none of these rates does it arrive at a minimum.")
    if good:
        measured = message(
            "Of all rates here and their doubles, the largest with which it arrives is {rate}.",
            rate=number(max(good)),
        )
    rule = message(
        "Right is a rate with which the run arrives at a minimum within its steps, and with twice as much does not."
    )
    return Judged([arrives[rate] and not arrives[FACTOR * rate] for rate in rates], measured, rule)


def _minima(landscape: Landscape) -> list[Point]:
    if is_heavy(landscape.loss):
        return []
    known = landscape.critical_points or known_points(landscape).points
    return [(float(one.position[0]), float(one.position[1])) for one in known if one.kind.endswith("minimum")]


def _nearest(places: Sequence[Point], to: Point) -> int | None:
    return min(range(len(places)), key=lambda at: math.dist(places[at], to), default=None)


def _last_loss(end: Trajectory) -> float:
    loss = float(end.losses[-1])
    return loss if math.isfinite(loss) and end.outcome.kind != "diverged" else math.inf


def _listed(names: Sequence[str], places: Sequence[int]) -> str:
    """All of them, with "and" between any two."""
    said, *others = [names[place] for place in places]
    for name in others:
        said = message("{others} and {last}", others=said, last=name)
    return said
