"""Three learning rates for one run, too low, just right and too high here, each of which has been run."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from engine.basis.numerals import count, number, three_digits
from engine.descent.descend import descend
from engine.runs.run import Run
from engine.studies.fastest import QUICKEST, SLOWEST, rates_here
from engine.studies.regimes import JUST_RIGHT, regimes_of
from i18n import joined, message

RATES = 160
"""Of the sweep: some thirty a decade."""
SHARES = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Of the right rate, to be tried as one that is too low: the largest that is still shows the most of its way."""
BEYOND = (1.02, 1.05, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0)
"""Times the highest right rate, to be tried as one that is too high: just beyond the border swings grow slowly."""


LONGER = (500, 1_000, 2_000)
"""Steps that are tried where no rate arrives within the run's own."""


class Trio(NamedTuple):
    """Rates to be shown side by side; None where there is none of the kind."""

    too_low: float | None
    """Below `just_right`; has not arrived when the steps run out."""
    just_right: float | None
    """Arrives at a minimum, as do the rates beside it where there are such."""
    too_high: float | None
    """Above `just_right`; diverges or ends higher than it began; where none tried does, has not arrived at the end."""
    steps: int
    """Within which it is so: the run's own, or more where no rate arrives within those."""
    sentence: str
    """What was measured, or which of the three is missing and why."""


def rate_trio(run: Run, longest: int = LONGER[-1]) -> Trio:
    """Rates that are too low, just right and too high for this run, measured by a sweep and each run once more.

    Just right is the rate that `fastest_rate` offers, else the fastest of the sweep; where none arrives, of the same
    run with more steps, up to `longest`.
    """
    for steps in (run.steps, *(more for more in LONGER if run.steps < more <= longest)):
        longer = replace(run, steps=steps)
        told, regimes = regimes_of(longer, SLOWEST, QUICKEST, RATES)
        right = rates_here(longer).fastest or regimes.fastest
        if right is not None and _arrives(longer, right):
            good = [rate for rate, regime in zip(told.rates, regimes.regimes, strict=True) if regime == JUST_RIGHT]
            return _beside(longer, right, max([right, *map(float, good)]))
    tried = max(run.steps, longest)
    sentence = message("From this start no learning rate arrives at a minimum within {steps}.", steps=count(tried))
    return Trio(None, None, None, run.steps, sentence)


def _beside(run: Run, right: float, border: float) -> Trio:
    low = next((rate for rate in (float(f"{share * right:.2g}") for share in SHARES) if not _arrives(run, rate)), None)
    beyond = [three_digits(times * border) for times in BEYOND]
    failing = [rate for rate in beyond if not _arrives(run, rate)]
    high = next((rate for rate in failing if _is_worse(run, rate)), failing[0] if failing else None)
    steps = count(run.steps)
    parts: list[str] = [message("{rate} arrives at a minimum within {steps}", rate=number(right), steps=steps)]
    parts += [message("{rate} does not", rate=number(rate)) for rate in (low, high) if rate is not None]
    parts += [message("none tried below it, down to a thousandth, is too low")] if low is None else []
    parts += [message("none tried above it is too high")] if high is None else []
    return Trio(low, right, high, run.steps, message("{parts}.", parts=joined("; ", parts)))


def _arrives(run: Run, rate: float) -> bool:
    return descend(replace(run, rate=rate)).outcome.arrived


def _is_worse(run: Run, rate: float) -> bool:
    """Whether it ends higher than it began, or diverges."""
    told = descend(replace(run, rate=rate))
    return told.outcome.kind == "diverged" or bool(told.losses[-1] > told.losses[0])
