"""A fair race: methods under one rule of fairness, who ended lowest, and how wide each one's window of rates is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engine.checks import whole_within
from engine.descent import descend, descend_many
from engine.fastest import QUICKEST, SLOWEST, fastest_rate
from engine.knob_maps import RateSweep, rate_sweep
from engine.numerals import number
from engine.optimizers import OPTIMIZERS
from engine.registry import unknown
from engine.run import Run
from engine.trajectory import LOST, Trajectory

MOST_BUDGET = 10_000
RATES = 241
"""Of the sweep that measures a window: 48 a decade, neighbours 5 % apart."""
TIED = 1e-6
"""Two ends are equally low if they differ by at most this share of the fall of the lowest."""
_SHARED = (
    "landscape", "start", "gradient_tolerance", "loss_tolerance", "noise", "seed", "clip_norm", "clip_value",
    "batch_size",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class FairRace:
    """What became of each lane; lanes and windows are in the order of the runs."""

    rule: str
    budget: int
    lanes: tuple[Trajectory, ...]
    order: tuple[int, ...]
    """Indices of the lanes, the winner first: the lower end first, of equally low ends the one with the lower cost
    (steps; gradient evaluations under the rule equal_evaluations). Loss that falls without end is lowest of all; a lane
    that diverged uphill is last."""
    windows: tuple[tuple[float, float] | None, ...]
    """(lowest, highest) learning rate of the stretch around the fastest in which every rate of a sweep arrives at a
    minimum, in as many steps as the lane may make; None if none does."""


def fair_race(runs: Sequence[Run], rule: str, budget: int) -> FairRace:
    """Race methods from one start, with one seed, under one rule.

    Args:
        runs: one for each lane, 1 to 16; they share landscape, start, seed, noise, stop rules and clipping, and differ
            in optimizer, rate, knobs and schedule. Their own steps do not count.
        rule: "same_rate", every lane at the first run's rate; "best_rate", each lane at its own best rate in
            1e-4 .. 10: the one that arrives in the fewest steps or, where none arrives, the one that ends lowest;
            "equal_evaluations", each at the rate it has, stopped when its gradient evaluations are spent, of which a
            step of Newton's method costs 3.
        budget: most steps of each lane, or most gradient evaluations; 1 to 10,000.

    Raises:
        ValueError: with a sentence, for an unknown rule, runs that do not share what they must, or a budget that pays
            for no step.
    """
    if not isinstance(rule, str) or rule not in RULES:
        raise ValueError(unknown("rule of a fair race", rule, RULES))
    budget = whole_within("The budget of a race", budget, 1, MOST_BUDGET)
    whole_within("The number of runs in a race", len(runs), 1, len(OPTIMIZERS))
    for name in _SHARED:
        _check_shared(runs, name)
    lanes = RULES[rule].run([replace(run, steps=budget) for run in runs])
    costs = [RULES[rule].cost(lane) for lane in lanes]
    windows = tuple(_window(_sweep(lane.run)) for lane in lanes)
    return FairRace(rule, budget, tuple(lanes), _order(lanes, costs), windows)


def _check_shared(runs: Sequence[Run], name: str) -> None:
    first, *others = (getattr(run, name) for run in runs)
    for other in others:
        if other != first:
            got = (f"{first.name} and {other.name}") if name == "landscape" else f"{first} and {other}"
            raise ValueError(f"The runs of a fair race share their {name}, got {got}: give them all the same.")


def _same_rate(runs: list[Run]) -> list[Trajectory]:
    return descend_many([replace(run, rate=runs[0].rate) for run in runs])


def _best_rate(runs: list[Run]) -> list[Trajectory]:
    return descend_many([replace(run, rate=_best(run)) for run in runs])


def _best(run: Run) -> float:
    fastest = fastest_rate(run)
    if fastest is not None:
        return fastest
    told = _sweep(run)
    lost = told.outcomes == LOST
    with np.errstate(invalid="ignore"):
        ends = np.where(lost, np.where(told.final_losses < told.first_loss, -np.inf, np.inf), told.final_losses)
    return float(told.rates[min(range(len(ends)), key=lambda lane: (ends[lane], told.steps[lane]))])


def _equal_evaluations(runs: list[Run]) -> list[Trajectory]:
    return [_paid_for(run) for run in runs]


def _paid_for(run: Run) -> Trajectory:
    """The longest run with at most `run.steps` evaluations; another length may be another schedule, so it is run."""
    budget = run.steps
    while True:
        trajectory = descend(run)
        if trajectory.evaluations[-1] <= budget:
            return trajectory
        steps = int(np.searchsorted(trajectory.evaluations, budget, side="right")) - 1
        if steps < 1:
            raise ValueError(
                f"A budget of {budget} gradient evaluations pays for no step of {OPTIMIZERS[run.optimizer].name}, "
                f"whose first costs {number(float(trajectory.evaluations[1]))}: take a larger one."
            )
        run = replace(run, steps=steps)


def _steps(lane: Trajectory) -> int:
    return lane.outcome.step


def _evaluations(lane: Trajectory) -> int:
    return int(lane.evaluations[-1])


class Rule(NamedTuple):
    """What is equal for all, and what is counted."""

    run: Callable[[list[Run]], list[Trajectory]]
    """Of runs whose steps are the budget."""
    cost: Callable[[Trajectory], int]


RULES: Mapping[str, Rule] = {
    "same_rate": Rule(_same_rate, _steps),
    "best_rate": Rule(_best_rate, _steps),
    "equal_evaluations": Rule(_equal_evaluations, _evaluations),
}


def _order(lanes: Sequence[Trajectory], costs: Sequence[int]) -> tuple[int, ...]:
    ends = [_end(lane) for lane in lanes]
    lowest = min(ends)
    fall = lanes[0].losses[0] - lowest
    slack = TIED * fall if np.isfinite(fall) and fall > 0 else 0.0
    ranks: dict[int, float] = {}
    level = lowest
    for lane in sorted(range(len(lanes)), key=ends.__getitem__):
        if ends[lane] > level + slack:
            level = ends[lane]
        ranks[lane] = level
    return tuple(sorted(ranks, key=lambda lane: (ranks[lane], costs[lane])))


def _end(lane: Trajectory) -> float:
    """The loss that a lane is judged by: its last one, infinite for one that diverged, up or down."""
    loss = float(lane.losses[-1])
    if lane.outcome.kind != "diverged":
        return loss
    return -np.inf if loss < lane.losses[0] else np.inf


def _sweep(run: Run) -> RateSweep:
    return rate_sweep(run, np.geomspace(SLOWEST, QUICKEST, RATES))


def _window(told: RateSweep) -> tuple[float, float] | None:
    if not told.arrived.any():
        return None
    fastest = int(np.argmin(np.where(told.arrived, told.steps, np.iinfo(told.steps.dtype).max)))
    gaps = np.flatnonzero(~told.arrived)
    low = int(gaps[gaps < fastest].max(initial=-1)) + 1
    high = int(gaps[gaps > fastest].min(initial=len(told.rates))) - 1
    return float(told.rates[low]), float(told.rates[high])
