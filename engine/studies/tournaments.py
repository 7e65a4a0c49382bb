"""A tournament: methods on many problems, a problem being a surface and a start, as a performance profile.

Dolan and Moré (2002), Mathematical Programming 91:201-213: of a method s, rho_s(tau) is the share of problems that it
solves at no more than tau times the cost of the one that solves it at the least.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.checks import whole_within
from engine.basis.numerals import three_digits
from engine.basis.registry import unknown
from engine.descent.ensemble import Ends, Varied, compute, from_settings
from engine.descent.loop import BY_GRADIENT
from engine.optimizers import OPTIMIZERS
from engine.runs.packing import pack
from engine.runs.run import Run
from engine.studies.arrivals import Surveyor
from engine.studies.fastest import COUNTS_AS_ARRIVED, QUICKEST, SLOWEST
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Float, Int

MOST_STARTS, MOST_BUDGET = 256, 10_000
RATES = np.array([three_digits(rate) for rate in np.geomspace(SLOWEST, QUICKEST, 200).tolist()])
"""That are tried, neighbours some 6 % apart."""
SEARCHED = 8
"""Starts that a rate is tried from; none of them is played from."""
RULES: Mapping[str, str] = {
    "best_rate": "each method at its own best rate on each surface",
    "same_rate": "all methods at the same rate",
}


class Played(NamedTuple):
    """One method on one surface."""

    run: Run
    """At the rate that it was played at."""
    costs: Float[np.ndarray, " starts"]
    """Gradient evaluations until it arrived at a minimum; infinite where it did not within the budget."""


class Ended(NamedTuple):
    """How n runs of a method ended; arrays (n,)."""

    costs: Float[np.ndarray, " n"]
    """As in `Played`."""
    losses: Float[np.ndarray, " n"]


class Profile(NamedTuple):
    """What came of all methods on all problems."""

    ratios: Float[np.ndarray, "methods counted"]
    """A method's cost over the least of any, of the problems that some method solves; infinite where it does not."""
    problems: int
    """All, those that none solves among them."""

    def share_within(self, tau: float) -> Float[np.ndarray, " methods"]:
        """Of the problems that some method solves, the share that each does at no more than tau times the least."""
        return np.mean(self.ratios <= tau, axis=1) if self.ratios.shape[1] else np.zeros(len(self.ratios))

    def within(self, tau: float) -> Int[np.ndarray, " methods"]:
        """How many these are."""
        return np.sum(self.ratios <= tau, axis=1)

    @property
    def solved(self) -> Int[np.ndarray, " methods"]:
        """How many each solves at all."""
        return np.sum(np.isfinite(self.ratios), axis=1)


def starts_in(landscape: Landscape, count: int, first: int = 0) -> Float[np.ndarray, "count 2"]:
    """Points of Halton's sequence in the landscape's window, of as many digits as one would type."""
    parts = np.array([[_mirrored(1 + first + at, base) for base in (2, 3)] for at in range(count)])
    sides = np.array(landscape.window)
    places = sides[:, 0] + parts * (sides[:, 1] - sides[:, 0])
    return np.stack([np.round(places[:, axis], _decimals(*sides[axis])) for axis in (0, 1)], axis=1)


def played_starts(landscape: Landscape, count: int) -> Float[np.ndarray, "count 2"]:
    """Those that a tournament is played from: behind the ones that rates are tried from."""
    return starts_in(landscape, count, SEARCHED)


def play(run: Run, rule: str, budget: int, starts: int) -> Played:
    """One method on one surface.

    Args:
        run: method, knobs, schedule, and the gradient tolerance that decides what arriving is; under the rule
            same_rate its rate too. Its start and steps are not used; it makes as many steps as the budget can pay for.
        rule: of RULES.
        budget: gradient evaluations from each start, 1 to 10,000: what costs more is not solved.
        starts: how many, 1 to 256.

    Raises:
        ValueError: with a sentence, for a rule, a budget or a number of starts that is none.
    """
    if rule not in RULES:
        raise ValueError(unknown("rule of a tournament", rule, RULES))
    budget = whole_within("The budget of a tournament", budget, 1, MOST_BUDGET)
    starts = whole_within("The number of starts", starts, 1, MOST_STARTS)
    run = replace(run, steps=max(1, int(budget // OPTIMIZERS[run.optimizer].least)))
    if rule == "best_rate":
        run = replace(run, rate=best_rate(run, budget))
    return Played(run, ended(run, np.full(starts, run.rate), played_starts(run.landscape, starts), budget).costs)


def best_rate(run: Run, budget: int) -> float:
    """Of RATES, the one that solves the most of SEARCHED starts, and of equally good ones costs the least.

    A rate counts for no more than both its neighbours do: a lucky one between two that fail is none. What is not solved
    costs the budget. Where no rate solves anything, the one whose median loss at the end is lowest.
    """
    rates, starts = np.repeat(RATES, SEARCHED), np.tile(starts_in(run.landscape, SEARCHED), (len(RATES), 1))
    costs, losses = (each.reshape(len(RATES), SEARCHED) for each in ended(run, rates, starts, budget))
    solved, total = np.isfinite(costs).sum(axis=1), np.minimum(costs, budget).sum(axis=1)
    middle = np.median(np.where(np.isnan(losses), np.inf, losses), axis=1)
    worst = [_beside(each, np.maximum) for each in (-solved, total, middle)]
    return float(RATES[np.lexsort((worst[2], worst[1], -solved, worst[0]))[0]])


def ended(run: Run, rates: Float[np.ndarray, " n"], starts: Float[np.ndarray, "n 2"], budget: int) -> Ended:
    """What the run costs until it arrives at a minimum, at each rate from its start, and where it ends.

    Arriving is what `descend` calls so; with a tolerance above 1e-6 a run that it stops beside a minimum counts.
    """
    optimizer, packed, surveyor = OPTIMIZERS[run.optimizer], pack(run), Surveyor(run.landscape)
    loose = run.gradient_tolerance > COUNTS_AS_ARRIVED

    def settings(lanes: Int[np.ndarray, " lanes"]) -> Varied:
        return Varied(np.repeat(packed[:, None], len(lanes), axis=1), rates[lanes], run.schedule_knobs, starts[lanes].T)

    def read(ends: Ends) -> Ended:
        told = surveyor.tell(ends.uncounted if optimizer.curved else ends)
        arrived = told.minima >= 0
        if loose:
            arrived |= told.beside & (ends.verdict == BY_GRADIENT)
        cost = ends.evaluations if optimizer.curved else optimizer.least * ends.steps
        return Ended(np.where(arrived & (cost <= budget), cost, np.inf), ends.loss)

    # Whose steps all cost the same needs no program that counts: a sweep's own will do.
    ensemble = from_settings(run, len(rates), settings, run.schedule_knobs["warmup_steps"] > 0)
    parts = compute(replace(ensemble, counted=optimizer.curved), read, threads=1)
    return Ended(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def profile(costs: Float[np.ndarray, "methods problems"]) -> Profile:
    """The performance profile of these costs. Problems that no method solves tell them not apart and are left out.

    Who begins at a minimum has paid nothing: that counts as one evaluation, or there would be no ratio.
    """
    costs = np.maximum(costs, 1.0)
    least = costs.min(axis=0)
    counted = np.isfinite(least)
    return Profile(costs[:, counted] / least[counted], costs.shape[1])


def _beside(values, worst):
    """The worst of each value and its two neighbours."""
    padded = np.concatenate([values[:1], values, values[-1:]])
    return worst(worst(padded[:-2], padded[2:]), values)


def _mirrored(index: int, base: int) -> float:
    """The digits of a whole number to a base behind the point, the last one first."""
    value, part = 0.0, 1.0
    while index:
        part /= base
        index, digit = divmod(index, base)
        value += part * digit
    return value


def _decimals(low: float, high: float) -> int:
    return 3 - int(np.floor(np.log10(high - low)))
