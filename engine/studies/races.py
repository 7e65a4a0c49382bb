"""A fair race: methods under one rule of fairness, who ended lowest, and with how much room in the learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.checks import whole_within
from engine.basis.numerals import count, number, three_digits
from engine.basis.registry import unknown
from engine.descent.descend import descend, descend_many
from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run
from engine.runs.trajectory import LOST, Trajectory
from engine.studies.fastest import HIGH, LOW, QUICKEST, ROOM, SLOWEST, fastest_rate
from engine.studies.knob_maps import RateSweep, rate_sweep
from i18n import joined, message

if TYPE_CHECKING:
    from jaxtyping import Float

MOST_BUDGET = 10_000
RATES = np.unique([three_digits(rate) for rate in np.geomspace(LOW, HIGH, 1000).tolist()])
"""Of the sweep that measures a window: some 200 a decade, numbers of three digits about 1 % apart."""
AROUND = np.linspace(1 - ROOM, 1 + ROOM, 101)
"""Of a rate: those that have to do as well."""
LOOKED_AT = 8
"""Rates, the best by the sweep, that are judged with all AROUND them."""
TIED = 1e-6
"""Two ends are equally low if they differ by at most this share of the fall of the lowest."""
_SHARED = (
    "landscape", "start", "gradient_tolerance", "loss_tolerance", "noise", "seed", "clip_norm", "clip_value",
    "batch_size",
)  # fmt: skip


CRITERIA = ("loss", "steps", "area")
"""What wins: the lowest loss at the end; arriving first; the lowest mean loss over the whole budget."""


class Held(NamedTuple):
    """What every rate within 5 % of a lane's own does as well."""

    loss: float
    """The highest at which one of them ends; -inf if all fall without end."""
    steps: int
    """The most that one of them makes."""
    arrived: bool
    """Whether all arrive at a minimum."""


@dataclass(frozen=True, eq=False)
class FairRace:
    """What became of each lane; lanes and windows are in the order of the runs."""

    rule: str
    budget: int
    lanes: tuple[Trajectory, ...]
    order: tuple[int, ...]
    """Indices of the lanes, the winner first: the lower end first, of equally low ends the one with the lower cost
    (steps; gradient evaluations under the rule equal_evaluations). Loss that falls without end is lowest of all; a lane
    that diverged uphill is last. Under the rule best_rate a lane counts for what its rate holds; without it, last."""
    windows: tuple[tuple[float, float] | None, ...]
    """(lowest, highest) learning rate of the stretch in which every rate of a sweep arrives at a minimum, in as many
    steps as the lane may make: the one that the lane's own rate is in or, if it is in none, the one around the fastest;
    None if no rate arrives."""
    holds: tuple[Held | None, ...]
    """None where one of the rates within 5 % of the lane's own diverges uphill or ends no lower than it began."""
    sentences: tuple[str, ...]
    """What can be said of each lane's rate: what it holds, if it does, and whether it is at the end of those tried."""


@dataclass(frozen=True, eq=False)
class Contender:
    """One lane of a race, measured by itself: what it does does not depend on the others."""

    lane: Trajectory
    window: tuple[float, float] | None
    """As in `FairRace.windows`."""
    held: Held | None
    """As in `FairRace.holds`."""
    sentence: str
    end: float
    """The loss that it is judged by."""
    cost: int
    """Steps, or gradient evaluations under the rule equal_evaluations; what its rate holds under best_rate."""
    arrived: bool
    area: float
    """The mean loss after each of the budget's steps; once a run has ended, its last loss counts on."""


def contend(run: Run, rule: str) -> Contender:
    """Measure one lane; `run.steps` is the budget. Under the rule same_rate its rate is the common one.

    Raises:
        ValueError: with a sentence, for an unknown rule or a budget that pays for no step.
    """
    if not isinstance(rule, str) or rule not in RULES:
        raise ValueError(unknown("rule of a fair race", rule, RULES))
    (lane,) = RULES[rule].run([run])
    window, held = _window(rate_sweep(lane.run, RATES), lane.run.rate), _held(lane.run)
    end, cost, arrived = _end(lane), RULES[rule].cost(lane), lane.outcome.arrived
    is_best = rule == "best_rate"
    if is_best:
        end = np.inf if held is None else held.loss
        cost, arrived = (cost, False) if held is None else (held.steps, held.arrived)
    return Contender(lane, window, held, _sentence(lane, held, is_best), end, cost, arrived, _area(lane, run.steps))


def order_of(contenders: Sequence[Contender], criterion: str = "loss") -> tuple[int, ...]:
    """Places in the list, the winner first.

    By "loss" as in `FairRace.order`. By "steps" those that arrive come first, by their cost, then the others by their
    loss. By "area" the lowest mean loss wins; one that diverged uphill is last.
    """
    if criterion not in CRITERIA:
        raise ValueError(unknown("criterion of a race", criterion, CRITERIA))
    ends, costs = [one.end for one in contenders], [one.cost for one in contenders]
    by_loss = _order(ends, costs, float(contenders[0].lane.losses[0]))
    if criterion == "loss":
        return by_loss
    if criterion == "area":
        return tuple(sorted(range(len(contenders)), key=lambda at: (contenders[at].area, costs[at])))
    place = {at: place for place, at in enumerate(by_loss)}
    arrived = [one.arrived for one in contenders]
    return tuple(sorted(place, key=lambda at: (not arrived[at], costs[at] if arrived[at] else 0, place[at])))


def _area(lane: Trajectory, budget: int) -> float:
    """Infinite where the run diverged uphill, -inf where it fell without end."""
    if not np.isfinite(_end(lane)):
        return _end(lane)
    after = lane.losses[1:]
    last = float(lane.losses[-1])
    return (float(np.sum(after)) + last * (budget - len(after))) / budget


def fair_race(runs: Sequence[Run], rule: str, budget: int) -> FairRace:
    """Race methods from one start, with one seed, under one rule.

    Args:
        runs: one for each lane, 1 to 16; they share landscape, start, seed, noise, stop rules and clipping, and differ
            in optimizer, rate, knobs and schedule. Their own steps do not count.
        rule: "same_rate", every lane at the first run's rate; "best_rate", each lane at its own best rate in
            1e-4 .. 10, a number of three digits: the one around which all within 5 % arrive in the fewest steps or,
            where there is none, end lowest, the worst of them counted; "equal_evaluations", each at the rate it has,
            stopped when its gradient evaluations are spent, of which a step of Newton's method costs 3.
        budget: most steps of each lane, or most gradient evaluations; 1 to 10,000.

    Raises:
        ValueError: with a sentence, for an unknown rule, runs that do not share what they must, or a budget that pays
            for no step.
    """
    if not isinstance(rule, str) or rule not in RULES:
        raise ValueError(unknown("rule of a fair race", rule, RULES))
    budget = whole_within("The budget of a race", budget, 1, MOST_BUDGET)
    check_terms(runs)
    rate = {"rate": runs[0].rate} if rule == "same_rate" else {}
    found = [contend(replace(run, steps=budget, **rate), rule) for run in runs]
    return FairRace(
        rule,
        budget,
        tuple(one.lane for one in found),
        order_of(found),
        tuple(one.window for one in found),
        tuple(one.held for one in found),
        tuple(one.sentence for one in found),
    )


def check_terms(runs: Sequence[Run]) -> None:
    """Raises ValueError with a sentence for runs that do not race: none, too many, or from different starts."""
    whole_within("The number of runs in a race", len(runs), 1, len(OPTIMIZERS))
    for name in _SHARED:
        _check_shared(runs, name)


def _check_shared(runs: Sequence[Run], name: str) -> None:
    first, *others = (getattr(run, name) for run in runs)
    for other in others:
        if other != first:
            surface = name == "landscape"
            told = {"first": first.name if surface else first, "other": other.name if surface else other}
            raise ValueError(
                message(
                    "The runs of a fair race share their {name}, got {first} and {other}: give them all the same.",
                    name=name,
                    **told,
                )
            )


def _same_rate(runs: list[Run]) -> list[Trajectory]:
    return descend_many(runs)


def _best_rate(runs: list[Run]) -> list[Trajectory]:
    return descend_many([replace(run, rate=_best(run)) for run in runs])


def _best(run: Run) -> float:
    fastest = fastest_rate(run)
    if fastest is not None:
        return fastest
    told = rate_sweep(run, RATES)
    ends = _ends(told)
    near = np.searchsorted(RATES, RATES * (1 - ROOM)), np.searchsorted(RATES, RATES * (1 + ROOM), side="right")
    worst = np.array([ends[low:high].max() for low, high in zip(*near, strict=True)])
    offered = np.flatnonzero((RATES >= SLOWEST) & (RATES <= QUICKEST))
    # Of rates that are equally bad, such as all that have a neighbour that diverges, the luckiest: it is shown as such.
    order = sorted(offered, key=lambda lane: (worst[lane], ends[lane], told.steps[lane]))
    held = {lane: _held(replace(run, rate=float(RATES[lane]))) for lane in order[:LOOKED_AT]}
    best = min(held, key=lambda lane: np.inf if (found := held[lane]) is None else found.loss)
    return float(RATES[best])


def _ends(told: RateSweep) -> Float[np.ndarray, " n"]:
    """The losses that the rates of a sweep are judged by: infinite for one that diverged, up or down."""
    with np.errstate(invalid="ignore"):
        falls = np.where(told.final_losses < told.first_loss, -np.inf, np.inf)
    ends = np.where(told.outcomes == LOST, falls, told.final_losses)
    return np.where(np.isnan(ends), np.inf, ends)


def _held(run: Run) -> Held | None:
    told = rate_sweep(run, run.rate * AROUND)
    loss = float(_ends(told).max())
    return Held(loss, int(told.steps.max()), bool(told.arrived.all())) if loss < told.first_loss else None


def _sentence(lane: Trajectory, held: Held | None, is_best: bool) -> str:
    run = lane.run
    rate, name = number(run.rate), OPTIMIZERS[run.optimizer].name
    told = {"name": name, "rate": rate}
    if held is None and is_best:
        said = message(
            "No rate of {name} holds: within 5 % of each one diverges or ends no lower than it began; alone, {rate} "
            "ends lowest, at {loss}.",
            loss=number(_end(lane)),
            **told,
        )
    elif held is None:
        said = message("{name} at {rate}: a rate within 5 % of it diverges or ends no lower than it began.", **told)
    elif held.arrived:
        said = message(
            "{name} at {rate}: every rate within 5 % of it arrives, in at most {steps}.",
            steps=count(held.steps),
            **told,
        )
    elif held.loss == -np.inf:
        said = message("{name} at {rate}: with every rate within 5 % of it the loss falls without end.", **told)
    else:
        said = message(
            "{name} at {rate}: every rate within 5 % of it ends at a loss of at most {loss}.",
            loss=number(held.loss),
            **told,
        )
    end = _at_the_end(run.rate) if is_best else ""
    return joined(" ", [said, end]) if end else said


def _at_the_end(rate: float) -> str:
    told = {"low": number(SLOWEST), "high": number(QUICKEST)}
    if rate * (1 + ROOM) >= QUICKEST:
        return message(
            "It is at the upper end of the rates tried, {low} to {high}: a higher one may do better.", **told
        )
    if rate * (1 - ROOM) <= SLOWEST:
        return message("It is at the lower end of the rates tried, {low} to {high}: a lower one may do better.", **told)
    return ""


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
                message(
                    "A budget of {budget} gradient evaluations pays for no step of {name}, whose first costs {cost}: "
                    "take a larger one.",
                    budget=budget,
                    name=OPTIMIZERS[run.optimizer].name,
                    cost=number(float(trajectory.evaluations[1])),
                )
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


def _order(ends: Sequence[float], costs: Sequence[int], first_loss: float) -> tuple[int, ...]:
    lowest = min(ends)
    fall = first_loss - lowest
    slack = TIED * fall if np.isfinite(fall) and fall > 0 else 0.0
    ranks: dict[int, float] = {}
    level = lowest
    for lane in sorted(range(len(ends)), key=ends.__getitem__):
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


def _window(told: RateSweep, rate: float) -> tuple[float, float] | None:
    if not told.arrived.any():
        return None
    nearest = int(np.argmin(np.abs(np.log(told.rates / rate))))
    if not told.arrived[nearest]:
        nearest = int(np.argmin(np.where(told.arrived, told.steps, np.iinfo(told.steps.dtype).max)))
    gaps = np.flatnonzero(~told.arrived)
    low = int(gaps[gaps < nearest].max(initial=-1)) + 1
    high = int(gaps[gaps > nearest].min(initial=len(told.rates))) - 1
    return float(told.rates[low]), float(told.rates[high])
