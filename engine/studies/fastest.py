"""The learning rate at which a run arrives in the fewest steps, with room on both sides, found by running them all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.descent.descend import descend
from engine.runs.place import BESIDE
from engine.runs.run import Run
from engine.runs.trajectory import LOST, OUTCOME_KINDS, Outcome
from engine.studies.rate_lanes import LANES, RateLanes
from engine.studies.regimes import SLOWER

if TYPE_CHECKING:
    from jaxtyping import Float

SLOWEST, QUICKEST = 1e-4, 10.0
ROOM = 0.05
"""A rate is offered for what all rates within this share of it do: nobody who sets one by hand meets it exactly."""
COUNTS_AS_ARRIVED = 1e-6
NO_WORSE = 1.02
"""Of rates that take at most so many times the fewest steps, the shortest number is taken."""
PROVED = 1.03
"""One that its proof finds slower by no more is taken, before the others are proved."""
WORTH = 1.05
"""A rate that might be faster by less is not looked for."""
OFFERED = 8
"""Rates that are run again, one by one, before the search looks elsewhere."""
EXAMPLES = (0.0001, 0.01, 1.0)
"""The document's three rates."""


class RatesHere(NamedTuple):
    """What the rates do for one run."""

    fastest: float | None
    """As `fastest_rate` says."""
    steps: int | None
    """In how many steps every rate within ROOM of it arrives; None likewise."""
    some: bool
    """Whether any single rate of those tried arrives."""
    arriving: tuple[float, ...]
    """Of EXAMPLES, those whose run arrives."""
    diverging: tuple[float, ...]
    """Those whose run diverges."""
    right: tuple[float, ...]
    """Of those that arrive, the ones that a sweep calls just right: they take at most SLOWER times the fewest steps of
    any rate."""


def fastest_rate(run: Run) -> float | None:
    """The rate in 1e-4 .. 10 around which all arrive at a minimum in the fewest of `run.steps` steps.

    A rate counts by the slowest of those within 5 % of it, so that a lucky one between two that fail is none. It is a
    number of two or three digits, and has been run by `descend` itself, as have the rates 5 % below and above it. None
    if there is no rate whose neighbours arrive as well.

    Of a branch it is the rate from where it begins on, and the steps are those from there.

    Arriving is what `descend` calls so, by the run's own rules, with a gradient tolerance of 1e-6 where it is smaller
    or off. Where it is larger, a run that it stops beside a minimum counts: by its own rule, it is done.
    """
    return rates_here(run).fastest


def rates_here(run: Run) -> RatesHere:
    """The fastest rate, and what becomes of the three examples."""
    loose = run.gradient_tolerance > COUNTS_AS_ARRIVED
    run = replace(run, gradient_tolerance=max(run.gradient_tolerance, COUNTS_AS_ARRIVED))
    examples = {rate: descend(replace(run, rate=rate)).outcome for rate in EXAMPLES}
    arriving = tuple(rate for rate, outcome in examples.items() if counts(outcome, loose))
    diverging = tuple(rate for rate, outcome in examples.items() if outcome.kind == OUTCOME_KINDS[LOST])
    search = _Search(run, loose)
    found = search.proved()
    taken = {rate: examples[rate].step - run.begin for rate in arriving}
    fewest = min([search.fewest, *taken.values()])
    right = tuple(rate for rate in arriving if taken[rate] <= SLOWER * fewest)
    some = bool(arriving) or bool(np.isfinite(search.fewest))
    return RatesHere(*(found or (None, None)), some, arriving, diverging, right)


def counts(outcome: Outcome, loose: bool) -> bool:
    """Whether a run arrived or, where its tolerance is `loose`, was stopped by it beside a minimum."""
    if outcome.arrived or not loose or outcome.kind != "converged_gradient":
        return outcome.arrived
    return outcome.nearest is not None and outcome.nearest.is_minimum and outcome.nearest.distance <= BESIDE


def numbers_of_three_digits(low: float, high: float) -> Float[np.ndarray, " n"]:
    """All numbers of three significant digits from one rate to another."""
    exponents = range(int(np.floor(np.log10(low))), int(np.floor(np.log10(high))) + 1)
    # Read as decimals, so that 0.25 is 0.25.
    rates = np.array([float(f"{digits}e{exponent - 2}") for exponent in exponents for digits in range(100, 1000)])
    return rates[(rates >= low) & (rates <= high)]


def digits_of(rate: float) -> int:
    """Significant digits of a number that has at most three."""
    return len(f"{rate:.2e}"[:4].rstrip("0").replace(".", ""))


LOW, HIGH = SLOWEST * (1 - ROOM), QUICKEST * (1 + ROOM)
COARSE = np.geomspace(LOW, HIGH, LANES)
"""Neighbours 2.3 % apart: within ROOM of a rate lie its nearest one here and that one's two neighbours."""
FINE = np.geomspace(LOW, HIGH, round(np.log(HIGH / LOW) / 0.0025))
"""Neighbours 0.25 % apart: 40 lie within ROOM of a rate."""
OFFERS = numbers_of_three_digits(SLOWEST, QUICKEST)
_BEGIN = np.searchsorted(FINE, OFFERS * (1 - ROOM))
_END = np.searchsorted(FINE, OFFERS * (1 + ROOM), side="right")
"""Of FINE, those from _BEGIN to _END lie within ROOM of each of OFFERS."""
_NEAREST = np.searchsorted(np.sqrt(COARSE[1:] * COARSE[:-1]), OFFERS)
"""Of COARSE, for each of OFFERS."""


class _Search:
    """Coarse rates tell where it is worth looking, from the best on; there, rates that one can type are judged."""

    def __init__(self, run: Run, loose: bool):
        self.fewest = np.inf
        """Steps of the quickest single rate met."""
        self._run, self._loose = run, loose
        self._open = np.ones(len(COARSE), dtype=bool)
        """Around which of COARSE nothing has been judged yet."""

    def proved(self) -> tuple[float, int] | None:
        """The rate that holds and is the fastest, with the steps in which it and its neighbours arrive."""
        coarse = RateLanes(self._run, COARSE, self._loose)
        while not coarse.over:
            coarse.advance()
            self.fewest = min(self.fewest, float(coarse.steps.min()))
            steps = np.concatenate([[np.inf], coarse.steps, [np.inf]])
            # No rate whose nearest one this is can be faster than these three.
            least = np.max(np.lib.stride_tricks.sliding_window_view(steps, 3), axis=1)
            least[[0, -1]] = coarse.steps[[0, -1]]
            found = self._found(least)
            if found is not None:
                return found
        return None

    def _found(self, least: Float[np.ndarray, " coarse"]) -> tuple[float, int] | None:
        """The same where this is the least that can be hoped for around each coarse rate."""
        judged: dict[float, float] = {}
        best = np.inf
        while (hopes := np.flatnonzero(self._open & np.isfinite(least) & (least * WORTH < best))).size:
            judged |= self._judged(hopes[np.argsort(least[hopes], kind="stable")], best)
            best = min(judged.values(), default=np.inf)
        alike = NO_WORSE * best
        order = sorted(judged, key=lambda rate: (judged[rate] > alike, digits_of(rate) > 2, judged[rate], rate))
        proofs = []
        for rate in order[:OFFERED]:
            steps = self._proof(rate, judged[rate])
            if steps <= PROVED * best:
                return rate, int(steps)
            proofs.append((steps, rate))
        steps, rate = min(proofs, default=(np.inf, 0.0))
        return (rate, int(steps)) if np.isfinite(steps) else None

    def _judged(self, hopes, best: float) -> dict[float, float]:
        """Of as many of the offers around these coarse rates as can be judged at once, in this order: those whose
        neighbours all arrive, with the steps of the slowest. It need not know those no better than the best.
        """
        lanes, wanted = np.zeros(len(FINE), dtype=bool), np.zeros(len(OFFERS), dtype=bool)
        for place in hopes:
            around, more = place == _NEAREST, lanes.copy()
            if around.any():
                more[_BEGIN[around].min() : _END[around].max()] = True
            if more.sum() > LANES:
                break
            lanes, self._open[place] = more, False
            wanted |= around
        if not wanted.any():
            return {}
        offers = np.flatnonzero(wanted)
        spans = np.stack([_BEGIN[offers], _END[offers]], axis=1).ravel()
        side_by_side = RateLanes(self._run, FINE[lanes], self._loose)
        steps = np.full(len(FINE) + 1, np.inf)
        while True:
            side_by_side.advance()
            steps[:-1][lanes] = side_by_side.steps
            worst = np.maximum.reduceat(steps, spans)[::2]
            if side_by_side.over or np.isfinite(worst).any() or side_by_side.made * WORTH >= best:
                break
        self.fewest = min(self.fewest, float(steps.min()))
        holds = np.isfinite(worst)
        return dict(zip(OFFERS[offers[holds]].tolist(), worst[holds].tolist(), strict=True))

    def _proof(self, rate: float, steps: float) -> float:
        """The steps in which all of LANES rates within its ROOM arrive, and by `descend` itself the rate and those at
        both ends; infinite if not all do.
        """
        close = RateLanes(self._run, rate * np.linspace(1 - ROOM, 1 + ROOM, LANES), self._loose)
        while not (close.over or close.failed):
            close.advance()
        if close.failed:
            return np.inf
        rates = (rate, rate * (1 - ROOM), rate * (1 + ROOM))
        outcomes = [descend(replace(self._run, rate=one)).outcome for one in rates]
        begin = self._run.begin
        proofs = [outcome.step - begin if counts(outcome, self._loose) else np.inf for outcome in outcomes]
        return max(steps, float(close.steps.max()), *proofs)
