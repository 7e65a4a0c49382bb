"""What ails a run: rules from measured evidence to a verdict, with the number that decided. They never contradict the
outcome.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.basis.numerals import compared, number
from engine.basis.numerals import slope as slope_text
from engine.diagnosis.evidence import LOCAL, TAIL, Evidence, at_minimum
from engine.runs.motion import is_worn
from engine.runs.place import BESIDE, LOWEST, MINIMA, NEAR, Place
from engine.runs.run import Run
from engine.runs.trajectory import CANNOT_START, Trajectory
from engine.sentences.outcome import STILL
from engine.studies.prospects import LOWER, at_rate, can_be_asked, with_more_steps
from engine.surfaces.surroundings import surroundings
from i18n import message, plural

VERDICTS = (
    "exploding",
    "oscillating",
    "too_slow",
    "plateaued",
    "at_saddle",
    "in_local_minimum",
    "converged",
    "cycling",
    "no_start",
)
"""The last one is of a run that made no step, because the surface has no number where it would have begun."""
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "converged_gradient": (
        "converged",
        "in_local_minimum",
        "plateaued",
        "at_saddle",
        "oscillating",
        "too_slow",
        "cycling",
    ),
    "converged_loss": ("converged", "in_local_minimum", "plateaued", "at_saddle", "oscillating", "too_slow", "cycling"),
    "at_saddle": ("at_saddle",),
    "at_maximum": ("at_saddle",),
    "budget": tuple(verdict for verdict in VERDICTS if verdict not in ("exploding", "no_start")),
    "diverged": ("exploding", "at_saddle", "no_start"),
}
"""Which verdicts an outcome allows: the doctor may not say otherwise than the outcome's sentence. A `budget` that ends
at a minimum is one that arrived and was told by no rule to stop."""
FLIPPING = 0.6
"""Share of steps that turn back from which on a run swings rather than walks; noise alone turns back half of them."""
STANDING = 0.7
"""Steps that shrink by less than this over the tail's length do not settle."""
FAINT, HIGH = 1e-2, 0.3
"""Of the steep slopes, and of the relief above the lowest minimum: level ground high up carries no plain step far."""
PULL = 1e-2
"""Of the usual slope: so near a saddle the way down has not begun yet."""
ALL_BUT = 1e-6
"""Of the relief: this little above the lowest minimum, nothing is left to be seen of the descent."""
NARROW = 2e-2
"""Window sides: a cycle no wider than this is one around a minimum, a wider one is an oscillation."""
JUMPING = 0.3
"""Share of steps that raise the loss from which on a run without a new low jumps about, whichever way it turns."""
TREND = 1.0
"""Spreads by which the tail's loss must fall to be a trend under noise."""
SETTLING = 1e-2
"""Share of the descent that the tail must still gain for a run to be on its way."""


def verdict_of(trajectory: Trajectory, seen: Evidence) -> tuple[str, str]:
    """One of VERDICTS, and the number that decided, in words."""
    outcome, run = trajectory.outcome, trajectory.run
    near = outcome.nearest
    if outcome.kind == "diverged":
        if outcome.fate == CANNOT_START:
            return "no_start", outcome.why
        if seen.last_loss < seen.first_loss:
            return "at_saddle", message(_FELL, first=number(seen.first_loss), last=number(seen.last_loss))
        return "exploding", _how_it_exploded(trajectory, seen)
    lowest = near is not None and near.is_minimum and near.distance <= NEAR and seen.above_lowest is not None
    level = near is not None and near.kind == "degenerate" and near.distance <= NEAR
    end = tuple(trajectory.points[-1].tolist())
    slope = slope_text(seen.last_slope)
    still = outcome.kind == "budget" and (seen.last_slope < STILL or outcome.motion.rested > 0)
    stopped = outcome.kind in ("converged_gradient", "converged_loss")
    if near and level and (stopped or still):
        # Curvature cannot tell a level minimum, the ground around can. A loss rule stops on the slope beside it.
        around = surroundings(run.landscape, near.position if outcome.kind == "converged_loss" else end)
        if around.is_plain:
            return "plateaued", message("the gradient norm is {slope}, and no side is lower or higher", slope=slope)
        if not around.falls:
            return _which_minimum(near, seen, outcome.kind != "budget")
    if at_minimum(trajectory) or (lowest and seen.above_lowest is not None and seen.above_lowest <= seen.floor):
        return _which_minimum(near, seen, outcome.kind != "budget")
    if outcome.kind in ("at_saddle", "at_maximum"):
        if near is None:
            return "at_saddle", message("the gradient norm is {slope}, and no critical point is near", slope=slope)
        return "at_saddle", message("the gradient norm is {slope}, and the ground falls away to a side", slope=slope)
    falls = near is not None and near.kind in ("saddle", "maximum", "ridge") and near.distance <= BESIDE
    if falls and outcome.kind == "converged_loss" and outcome.place:
        return "at_saddle", message("the gradient norm is {slope} at {place}", slope=slope, place=outcome.place)
    stalls = seen.last_slope <= PULL * seen.usual_slope and seen.gained <= SETTLING
    if near and falls and stalls and seen.flips < FLIPPING:
        return "at_saddle", message(
            "{place} is near, and the gradient norm is {slope}, {share} of the usual one",
            place=near.words,
            slope=number(seen.last_slope),
            share=number(seen.last_slope / seen.usual_slope),
        )
    if seen.bottomless and seen.last_loss < seen.first_loss:
        return "at_saddle", message("{fell}, and no critical point of the window is a minimum", fell=_fell(seen))
    if falls_on(trajectory, seen):
        fell = _fell(seen)
        return "at_saddle", message("{fell}, below every minimum known", fell=fell) if seen.below_all else fell
    if rested := outcome.motion.rested:
        return "plateaued", plural(
            "the last {n} step moved it by no more than rounding",
            "the last {n} steps moved it by no more than rounding",
            rested,
            n=f"{rested:,}",
        )
    if run.by_chance:
        return _under_noise(trajectory, seen)
    return _without_noise(trajectory, seen)


def _how_it_exploded(trajectory: Trajectory, seen: Evidence) -> str:
    if seen.growth:
        return message("the loss grew {factor}-fold a step", factor=number(seen.growth))
    finite = trajectory.losses[np.isfinite(trajectory.losses)]
    if not np.isfinite(seen.last_loss):
        if not len(finite):
            return message("no loss")
        last, before = number(seen.last_loss), number(float(finite[-1]))
        return message("the loss is {last}, after {before}", last=last, before=before)
    if not np.isfinite(seen.last_slope):
        return message("the gradient norm is {slope}", slope=number(seen.last_slope))
    first, last = compared(seen.first_loss, seen.last_loss)
    return message("the loss went from {first} to {last}", first=first, last=last)


def _fell(seen: Evidence) -> str:
    first, last = compared(seen.first_loss, seen.last_loss)
    return message(_FELL, first=first, last=last)


_FELL = message("the loss fell from {first} to {last}")


def falls_on(trajectory: Trajectory, seen: Evidence) -> bool:
    """Whether it left the window downhill, out of steps, and with more of them goes on down to no minimum."""
    run, outcome = trajectory.run, trajectory.outcome
    if outcome.kind != "budget" or outcome.motion.rested or run.by_chance or not can_be_asked(run):
        return False
    if not (seen.below_all or (seen.outside and seen.last_loss < seen.first_loss)):
        return False
    longer = with_more_steps(run)
    if longer is None:
        return seen.below_all
    return not longer.arrives and longer.loss < seen.last_loss and (longer.diverges or seen.below_all)


def _which_minimum(near: Place | None, seen: Evidence, stopped: bool) -> tuple[str, str]:
    known = near is not None and near.kind in LOWEST
    if not known and seen.above_lowest is not None and seen.height is not None and seen.height > LOCAL:
        above = number(seen.above_lowest)
        return "in_local_minimum", message("the loss is {above} above that of the lowest minimum known", above=above)
    if seen.last_slope >= STILL and not stopped:
        return "converged", message("the loss is the lowest known at a minimum, to rounding")
    return "converged", message("the gradient norm is {slope} at a minimum", slope=slope_text(seen.last_slope))


def _under_noise(trajectory: Trajectory, seen: Evidence) -> tuple[str, str]:
    if is_worn(trajectory.run, trajectory.rates):
        return "plateaued", message("the rate fell to {share} of its largest", share=number(seen.rate_left))
    near = trajectory.outcome.nearest
    there = near is not None and near.is_minimum and near.distance <= BESIDE
    if seen.drop >= TREND and (seen.gained > SETTLING or not there):
        return "too_slow", message(
            "the loss still falls by {times} times its own spread in the last quarter", times=number(seen.drop)
        )
    return "cycling", message(
        "the last quarter's loss falls by {times} times its own spread only", times=number(max(0.0, seen.drop))
    )


def _without_noise(trajectory: Trajectory, seen: Evidence) -> tuple[str, str]:
    near = trajectory.outcome.nearest
    stands = seen.shrinks >= STANDING
    if trajectory.outcome.step == 0:
        slope = slope_text(seen.last_slope)
        return "too_slow", message("the gradient norm, {slope}, is below its tolerance from the start", slope=slope)
    if seen.thrown and seen.rises > 0:
        last, first = compared(seen.last_loss, seen.first_loss)
        return "oscillating", message("the loss is {last}, above the {first} of the start", last=last, first=first)
    jumps = seen.rises >= JUMPING and seen.gained <= SETTLING and (stands or seen.wander > NARROW)
    # A ball that overshoots once while it comes down as fast as before is on its way.
    humps = seen.rises >= 0.1 and seen.gained <= TAIL and "momentum" in trajectory.run.knobs
    swings = seen.flips >= FLIPPING or jumps or humps
    around = near is not None and near.is_minimum and seen.wander <= NARROW
    motion = trajectory.outcome.motion
    if motion.period:
        kind = "cycling" if around and not _plain(trajectory.run) else "oscillating"
        return kind, message(
            "its steps repeat every {n}, over a width of {width}", n=motion.period, width=number(motion.width)
        )
    if swings and stands and around and not _plain(trajectory.run):
        flips = _percent(seen.flips)
        return "cycling", message("steps turn back {share} of the time and keep their length", share=flips)
    if swings:
        return "oscillating", message(
            "{flips} of the last steps turn back, {rises} raise the loss",
            flips=_percent(seen.flips),
            rises=_percent(seen.rises),
        )
    if is_worn(trajectory.run, trajectory.rates):
        return "plateaued", message("the rate fell to {share} of its largest", share=number(seen.rate_left))
    beside = near is not None and near.kind in MINIMA and near.distance <= BESIDE
    if seen.last_slope <= FAINT * seen.steep_slope and not beside and (seen.height is None or seen.height > HIGH):
        share = number(seen.last_slope / seen.steep_slope)
        return "plateaued", message("the gradient norm is {share} of what is steep here", share=share)
    if stands and around and seen.rises >= 0.2:
        rises = _percent(seen.rises)
        return "cycling", message("steps keep their length around a minimum, {share} raise the loss", share=rises)
    gained = _percent(seen.gained)
    return "too_slow", message("the last quarter of the steps brought {share} of the descent", share=gained)


def _plain(run: Run) -> bool:
    """Methods whose step is in proportion to the slope: where these go round, the rate is at its edge."""
    return run.optimizer in ("gradient_descent", "momentum", "nesterov")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 or share == 0 else f"{number(100 * share)} %"


def is_runaway(trajectory: Trajectory, seen: Evidence, verdict: str) -> bool:
    """Whether a run "at_saddle" goes downhill where there is nothing to arrive at: no setting is at fault."""
    goes = seen.bottomless and seen.last_loss < seen.first_loss and seen.last_slope > PULL * seen.usual_slope
    fell = verdict == "at_saddle" and (trajectory.outcome.kind == "diverged" or goes or falls_on(trajectory, seen))
    return fell and arrives_with(trajectory.run) is None


def arrives_with(run: Run) -> float | None:
    """How many times lower a rate arrives at a minimum from the same start, of those that are tried; None if none."""
    if not can_be_asked(run):
        return None
    return next((times for times in LOWER if at_rate(run, 1 / times).arrives), None)


def was_thrown(trajectory: Trajectory, seen: Evidence, verdict: str) -> bool:
    """Whether its steps threw a run "at_saddle" to where the surface falls on: a lower rate arrives."""
    fell = trajectory.outcome.kind == "diverged" or falls_on(trajectory, seen)
    return verdict == "at_saddle" and fell and arrives_with(trajectory.run) is not None


def rests_at(trajectory: Trajectory) -> str:
    """The kind of critical point that a run "at_saddle" is at; "level" if it was stopped on nearly flat ground."""
    near = trajectory.outcome.nearest
    return near.kind if near is not None else "level"
