"""Other starts: where no setting helps from here, as on a plain, the run is tried from starts drawn over the window."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.numerals import typed_rates
from engine.descent.ensemble import compute, from_starts
from engine.runs.place import span
from engine.runs.run import Run
from engine.runs.trajectory import LOST
from engine.studies.arrivals import Surveyor
from engine.studies.escapes import scatter

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

DRAWN = 64
RATES = typed_rates(1e-3, 10, 9)
"""Tried from all drawn starts where the run's own rate arrives from none."""
SAME = 1e-6
"""Of the descent: ends this close in loss are the same minimum."""


class Elsewhere(NamedTuple):
    """A start from which the run does better."""

    run: Run
    """From that start, of those that end lowest the one nearest to where the run began."""
    arriving: int
    """Of the DRAWN starts, those from which it arrives there with this rate; 0 if it arrives from none."""


class _Ends(NamedTuple):
    losses: Float[np.ndarray, " n"]
    arrived: Bool[np.ndarray, " n"]


def from_another_start(run: Run, below: float) -> Elsewhere | None:
    """The run from the best of the drawn starts: arriving at a minimum, else ending lower than `below`; None if none.

    Its own rate is kept where that comes as low as any; else of the rates that do, the one that arrives from most.
    """
    starts = _drawn(run)
    trials = [(trial, _ends(trial, starts)) for trial in (replace(run, rate=rate) for rate in (run.rate, *RATES))]
    better = [ends.losses < below for _, ends in trials]
    arrives = any((good & ends.arrived).any() for good, (_, ends) in zip(better, trials, strict=True))
    kept = [
        np.where(good & (ends.arrived | (not arrives)), ends.losses, np.inf)
        for good, (_, ends) in zip(better, trials, strict=True)
    ]
    lowest = min(float(one.min()) for one in kept)
    if not np.isfinite(lowest):
        return None
    room = SAME * max(abs(below - lowest) if np.isfinite(below) else abs(lowest), np.finfo(float).tiny)
    counts = [int(np.count_nonzero(one <= lowest + room)) for one in kept]
    chosen = 0 if counts[0] else int(np.argmax(counts))
    equals = np.flatnonzero(kept[chosen] <= lowest + room)
    nearest = equals[np.argmin(np.hypot(*(starts[equals] - np.array(run.start)).T))]
    x, y = starts[nearest].tolist()
    return Elsewhere(replace(trials[chosen][0], start=(x, y)), counts[chosen] if arrives else 0)


def _drawn(run: Run) -> Float[np.ndarray, "n 2"]:
    """Starts with as many decimals as the eye can use: a thousandth of the window."""
    decimals = max(0, ceil(-log10(1e-3 * span(run.landscape))))
    return np.round(scatter(run.landscape.window, DRAWN, run.seed), decimals)


def _ends(run: Run, starts: Float[np.ndarray, "n 2"]) -> _Ends:
    """Where the run ends from each start; what diverged has an infinite loss."""
    surveyor = Surveyor(run.landscape)
    parts = compute(from_starts(run, starts), lambda ends: (ends.loss, surveyor.tell(ends)))
    losses, told = zip(*parts, strict=True)
    outcomes = np.concatenate([one.outcomes for one in told])
    values = np.concatenate(losses)
    arrived = np.concatenate([one.minima for one in told]) >= 0
    return _Ends(np.where((outcomes != LOST) & np.isfinite(values), values, np.inf), arrived)
