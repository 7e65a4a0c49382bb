"""How a run moves at its end, by its steps and not by its stop rules: at rest, round and round, or on its way."""

from __future__ import annotations

from math import isfinite
from sys import float_info
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.optimizers import OPTIMIZERS
from engine.runs.feed import rates_at
from engine.runs.run import Run
from engine.runs.segments import segments
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from jaxtyping import Float

WORN_OUT = 1e-3
"""A rate that fell below this share of its largest moves nothing any more."""
AHEAD = 10
"""How many times the run's length is looked ahead for a rate that rises again."""
ROUNDINGS = 8
"""Units in the last place that a position at rest may tremble by."""
RESTING = 32
"""Steps that must be at rest: a slow one moves by more than rounding over so many."""
LONGEST_PERIOD = 64
SAME = 1e-8
"""Share of a cycle's width to which it comes back to where it was."""
ROUNDS = 64
"""Steps over which it must come back, and two rounds at least: a method of steps of one length, such as Lion, repeats
itself for some twenty before its averages tip it over."""


class Motion(NamedTuple):
    """What the last steps of a run do."""

    rested: int = 0
    """How many of the last steps moved it by no more than rounding; 0 if it moves."""
    period: int = 0
    """Steps of the cycle that it goes round in; 0 if it is in none."""
    width: float = 0.0
    """The largest distance between two points of that cycle."""


ON_ITS_WAY = Motion()
"""What neither rests nor goes round."""


def motion_of(points: Float[np.ndarray, "n+1 2"], unit: float, by_chance: bool = False) -> Motion:
    """What the last steps of a path do; `unit` is the window's shorter side.

    Steps that chance has a part in rest only where they are exactly 0, and are in no cycle.
    """
    count = len(points) - 1
    x, y = points[-1].tolist()
    if count < 1 or not (isfinite(x) and isfinite(y)):
        return ON_ITS_WAY
    rounding = 0.0 if by_chance else ROUNDINGS * float_info.epsilon * max(abs(x), abs(y), unit / 2)
    before_x, before_y = points[-2].tolist()  # who has just moved does not rest, which most have
    least, end = min(RESTING, count), points[-1]
    if max(abs(before_x - x), abs(before_y - y)) <= rounding and np.abs(points[-1 - least :] - end).max() <= rounding:
        moved = np.flatnonzero(np.abs(points - end).max(axis=1) > rounding)
        return Motion(rested=count - (int(moved[-1]) + 1 if len(moved) else 0))
    return ON_ITS_WAY if by_chance else _cycle(points, 1e3 * rounding)


def _cycle(points: Float[np.ndarray, "n+1 2"], least: float) -> Motion:
    """The cycle that a path has come to, if it is wider than `least`."""
    recent = points[-1 - 3 * LONGEST_PERIOD :]
    parts = np.abs(recent[-2::-1] - recent[-1])
    away = np.maximum(parts[:, 0], parts[:, 1])
    back = (away[:LONGEST_PERIOD] <= SAME * away.max()).nonzero()[0]
    if not len(back) or back[0] == 0:
        return ON_ITS_WAY
    # A cycle may pass one point twice: the shortest way back need not be all the way round.
    for period in (back + 1).tolist():
        round_ = recent[-period:]
        width = float(np.sqrt(((round_[:, None] - round_[None]) ** 2).sum(axis=-1).max()))
        watched = max(ROUNDS, 2 * period)
        if len(recent) < watched + period or width <= least:
            continue
        shifted = np.abs(recent[-watched:] - recent[-watched - period : -period]).max()
        if shifted <= SAME * width:
            return Motion(period=period, width=width)
    return ON_ITS_WAY


def is_worn(run: Run, rates: Float[np.ndarray, " n"]) -> bool:
    """Whether the schedule has taken the rate away, of a method whose steps follow it."""
    follows = OPTIMIZERS[run.optimizer].follows_rate
    return follows and len(rates) > 0 and float(rates[-1]) <= WORN_OUT * float(rates.max())


def rate_back_at(run: Run, rates: Float[np.ndarray, " n"]) -> int | None:
    """The step at which a schedule gives back a rate it had taken away; None if it does not in ten times the steps.

    Of a branch the rates are those since it began.

    What reacts to the loss never raises the rate.
    """
    schedule = SCHEDULES[run.schedule]
    if schedule.reacts or not is_worn(run, rates):
        return None
    ahead = run.begin + np.arange(len(rates), (1 + AHEAD) * max(len(rates), 100), dtype=np.float64)
    following = rates_at(run, ahead, segments(run)[-1].counted)
    risen = np.flatnonzero(following > WORN_OUT * float(rates.max()))
    return int(ahead[risen[0]]) if len(risen) else None
