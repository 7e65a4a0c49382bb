"""The three regimes of a learning rate, measured: too low, just right, too high, and where theory puts the border."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.checks import positive, whole_within
from engine.basis.numerals import count, number, point, typed_rates
from engine.descent.descend import descend
from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run
from engine.runs.trajectory import LOST, OUTCOME_KINDS
from engine.sentences.outcome import STILL
from engine.studies.horizon import stability_factor
from engine.studies.knob_maps import MOST_VALUES, RateSweep, rate_sweep
from engine.studies.prospects import no_side_is_lower
from engine.surfaces.grids import sharpness
from i18n import joined, message, plural

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

TOO_LOW, JUST_RIGHT, TOO_HIGH = 0, 1, 2
NAMES = (message("too low"), message("just right"), message("too high"))
NAMES_WITHOUT_ARRIVAL = (message("lower rates"), message("end lowest"), message("higher rates"))
"""No rate is right that arrives nowhere before the steps run out."""
NAMES_WITHOUT_BOTTOM = (message("lower rates"), message("fall without end"), message("higher rates"))
"""Nor where there is no bottom, as on a saddle: there a higher rate only falls sooner."""
NAMES_WITHOUT_START = (message("cannot start"), message("cannot start"), message("cannot start"))
NAMES_WITHOUT_GAIN = (message("end no lower"), message("end lowest"), message("end higher"))
"""Nor where no rate gets anywhere, as on a plain."""
SLOWER = 3.0
"""A rate is just right if it arrives in at most so many times the fewest steps; the advices go by 2 to 5."""

OUT_OF_STEPS = OUTCOME_KINDS.index("budget")
STOPPED = [OUTCOME_KINDS.index(kind) for kind in ("converged_gradient", "converged_loss")]
SHORT = 1e-3
"""Share of the best descent that a rate may fall short of it, where none arrives."""


class Limit(NamedTuple):
    """A border that a law puts on the rate, for the curvature of one place."""

    rate: float
    words: str


class Regimes(NamedTuple):
    """What a sweep shows."""

    regimes: list[int]
    """TOO_LOW, JUST_RIGHT or TOO_HIGH of each rate."""
    names: tuple[str, str, str]
    """What to call the three here."""
    fastest: float | None
    """The rate that arrives at a minimum in the fewest steps, those beside it in the sweep counted; where they do not
    arrive with any, the quickest alone. None if no rate arrives."""
    edge: float | None
    """Beyond it every rate diverges or ends higher than it began; None if there is no such rate in the sweep."""
    limits: list[Limit]
    """What 2/λmax and its like say of the start and of the minimum; empty for methods without such a law."""
    sentence: str


def regimes_of(run: Run, low: float, high: float, count_of: int = 240) -> tuple[RateSweep, Regimes]:
    """Sweep `count_of` log-spaced rates of three digits from `low` to `high`, and tell the regimes apart.

    A rate is just right if it arrives at a minimum in at most three times the fewest steps of any rate; too low if it
    does not and is below the fastest, too high if it is above. Where no rate arrives, none is called right: the middle
    is what falls without end if any does, else what comes down at least 99.9 % as far as the rate that ends lowest
    without diverging; the others lie beside it.
    Raises ValueError with a sentence for rates that are none.
    """
    low, high = positive("The lowest rate", low), positive("The highest rate", high)
    if high <= low:
        raise ValueError(
            message("The highest rate must be above the lowest, {low}; got {high}.", low=number(low), high=number(high))
        )
    count_of = whole_within("The number of rates", count_of, 2, MOST_VALUES)
    told = rate_sweep(run, typed_rates(low, high, count_of))
    fastest, slowest = _fastest(told)
    regimes = _told_apart(told, fastest)
    limits = _limits(run, told, fastest)
    rate = None if fastest is None else float(told.rates[fastest])
    names = NAMES if fastest is not None else _names_without_arrival(told, regimes)
    sentence = _sentence(told, regimes, fastest, slowest, limits)
    return told, Regimes(regimes.tolist(), names, rate, told.edge, limits, sentence)


def _fastest(told: RateSweep) -> tuple[int | None, int | None]:
    """The place of the fastest rate, and the most steps of it and those beside it; None if not all of them arrive."""
    steps = np.where(told.arrived, told.steps.astype(float), np.inf)
    if not told.arrived.any():
        return None, None
    # At both ends of the sweep there is one beside it.
    worst = np.max(np.lib.stride_tricks.sliding_window_view(np.pad(steps, 1, "edge"), 3), axis=1)
    best = int(np.argmin(worst))
    return (best, int(worst[best])) if np.isfinite(worst[best]) else (int(np.argmin(steps)), None)


def _told_apart(told: RateSweep, fastest: int | None) -> Int[np.ndarray, " n"]:
    if fastest is not None:
        good = told.arrived & (told.steps <= SLOWER * told.steps[told.arrived].min())
        side = np.where(told.rates < told.rates[fastest], TOO_LOW, TOO_HIGH)
        return np.where(good, JUST_RIGHT, side)
    endless = _endless(told)
    if endless.any():
        side = np.where(told.rates < told.rates[endless].min(), TOO_LOW, TOO_HIGH)
        return np.where(endless, JUST_RIGHT, side)
    kept = np.isfinite(told.final_losses) & (told.outcomes != LOST)
    losses = np.where(kept, told.final_losses, np.inf)
    best = int(np.argmin(losses))
    with np.errstate(invalid="ignore"):
        good = (losses - losses[best] <= SHORT * (told.first_loss - losses[best])) & (losses < told.first_loss)
    if not good.any():
        return np.where(losses <= told.first_loss, TOO_LOW, TOO_HIGH)
    return np.where(good, JUST_RIGHT, np.where(told.rates < told.rates[best], TOO_LOW, TOO_HIGH))


def _names_without_arrival(told: RateSweep, regimes: Int[np.ndarray, " n"]) -> tuple[str, str, str]:
    if not told.starts:
        return NAMES_WITHOUT_START
    if _endless(told).any():
        return NAMES_WITHOUT_BOTTOM
    return NAMES_WITHOUT_ARRIVAL if (regimes == JUST_RIGHT).any() else NAMES_WITHOUT_GAIN


def _endless(told: RateSweep) -> Bool[np.ndarray, " n"]:
    """Which rates went past every bound downhill: outcomes that `engine.sentences.outcome` calls so."""
    with np.errstate(invalid="ignore"):
        return (told.outcomes == LOST) & (told.final_losses < told.first_loss)


def _level_rates(told: RateSweep) -> Float[np.ndarray, " k"]:
    """The rates by which the run ends where curvature cannot tell and no side is lower: stopped by a rule, or with a
    slope that the usual rule would stop at, where there is none.
    """
    ended = np.isin(told.outcomes, STOPPED)
    if told.run.gradient_tolerance < STILL:
        ended |= told.outcomes == OUT_OF_STEPS
    stopped = [told.rates[at] for at in np.flatnonzero(ended & ~told.arrived)]
    kept = []
    for rate in stopped:
        path = descend(replace(told.run, rate=float(rate)))
        if path.outcome.kind == "budget" and not np.hypot(*path.gradients[-1]) < STILL:
            continue
        x, y = path.points[-1].tolist()
        there = replace(
            told.run, start=(x, y), steps=1, gradient_tolerance=1e300, schedule="constant", schedule_knobs={}
        )
        kept += [rate] if no_side_is_lower(there) else []
    return np.array(kept)


def _limits(run: Run, told: RateSweep, fastest: int | None) -> list[Limit]:
    factor, law = stability_factor(run)
    if law is None:
        return []
    places = [(message("the start"), np.array(run.start))]
    if fastest is not None:
        end = descend(replace(run, rate=float(told.rates[fastest]))).points[-1]
        place = message("the minimum {point}", point=point((float(end[0]), float(end[1]))))
        places.append((place, end))
    bends = sharpness(run.landscape, np.stack([place for _, place in places]))
    return [
        Limit(
            float(factor / bend),
            message("{law} at {place}: λmax {bend}", law=law, place=place, bend=number(float(bend))),
        )
        for (place, _), bend in zip(places, bends, strict=True)
        if np.isfinite(bend) and bend > 0
    ]


def _sentence(
    told: RateSweep, regimes: Int[np.ndarray, " n"], fastest: int | None, slowest: int | None, limits: list[Limit]
) -> str:
    if not told.starts:
        why = descend(told.run).outcome
        return message(
            "{name} cannot start at {point}: {why}; no learning rate changes that.",
            name=OPTIMIZERS[told.run.optimizer].name,
            point=point(told.run.start),
            why=why.why,
        )
    parts = _without_arrival(told, regimes) if fastest is None else [_with_arrivals(told, fastest, slowest)]
    if told.edge is not None and not _endless(told).any():
        beyond = int(np.sum(told.rates > told.edge))
        parts.append(
            plural(
                "above {edge} the only run diverged or ended higher than it began",
                "above {edge} all {n} runs diverged or ended higher than they began",
                max(1, beyond),
                edge=number(told.edge),
                n=beyond,
            )
        )
    if fastest is not None and limits:
        border = number(limits[-1].rate)
        parts.append(message("the law puts the border at {rate} for the minimum it reaches", rate=border))
    return message("{parts}.", parts=joined("; ", parts))


def _without_arrival(told: RateSweep, regimes: Int[np.ndarray, " n"]) -> list[str]:
    """That no rate arrives at a minimum, and what the best of them do."""
    level = _level_rates(told)
    head = {
        "name": OPTIMIZERS[told.run.optimizer].name,
        "steps": count(told.run.steps),
        "low": number(float(told.rates[0])),
        "high": number(float(told.rates[-1])),
    }
    parts: list[str] = []
    if len(level):
        parts.append(
            message("{name} arrives at no isolated minimum within {steps} at any rate between {low} and {high}", **head)
        )
        parts.append(
            plural(
                "with a rate of {low} it stops at a kink or on a line of minima, where no side is lower",
                "with {n} rates from {low} to {high} it stops at a kink or on a line of minima, where no side is lower",
                len(level),
                n=len(level),
                low=number(float(level.min())),
                high=number(float(level.max())),
            )
        )
    else:
        parts.append(
            message("{name} arrives at no minimum within {steps} at any rate between {low} and {high}", **head)
        )
    endless = _endless(told)
    if endless.any():
        rates = told.rates[endless]
        parts.append(
            message(
                "with {n} rates from {low} to {high} the loss falls without end: there is no bottom",
                n=len(rates),
                low=number(float(rates.min())),
                high=number(float(rates.max())),
            )
        )
    elif (regimes == JUST_RIGHT).any():
        losses = np.where(regimes == JUST_RIGHT, told.final_losses, np.inf)
        best = int(np.argmin(losses))
        # Between two rates of a sweep a chaotic run may end anywhere: what is said is said of those that were run.
        parts.append(
            message(
                "of these {n} {rate} ends lowest, at a loss of {loss}",
                n=len(told.rates),
                rate=number(float(told.rates[best])),
                loss=number(float(losses[best])),
            )
        )
    else:
        parts.append(message("none ends lower than it began"))
    return parts


def _with_arrivals(told: RateSweep, fastest: int, slowest: int | None) -> str:
    """With which rates it arrives, and which of them is the fastest."""
    rates = told.rates[told.arrived]
    between = int(np.sum((told.rates >= rates.min()) & (told.rates <= rates.max())))
    said = {
        "name": OPTIMIZERS[told.run.optimizer].name,
        "n": len(rates),
        "between": between,
        "low": number(float(rates.min())),
        "high": number(float(rates.max())),
        "tried": len(told.rates),
        "fastest": _about(told, fastest, slowest),
    }
    if len(rates) == between:
        return message("{name} arrives with rates from {low} to {high}, fastest of these {tried} at {fastest}", **said)
    return message(
        "{name} arrives with {n} of the {between} rates from {low} to {high}, fastest of these {tried} at {fastest}",
        **said,
    )


def _about(told: RateSweep, fastest: int, slowest: int | None) -> str:
    rate = number(float(told.rates[fastest]))
    if slowest is None:
        steps = count(int(told.steps[fastest]))
        return message("{rate} in {steps}, but one of those beside it does not arrive", rate=rate, steps=steps)
    return message("about {rate}, with those beside it in at most {steps}", rate=rate, steps=count(slowest))
