"""What is said of a run that is at rest where no minimum is, or that goes on downhill past all of them."""

from __future__ import annotations

from engine.basis.numerals import number
from engine.diagnosis.case import SMALLER_TOLERANCE, Case
from engine.diagnosis.verdicts import arrives_with, rests_at
from engine.runs.motion import rate_back_at
from engine.sentences.outcome import STILL
from i18n import message


def plateaued(case: Case) -> tuple[str, str]:
    """It is on ground without a slope, or its steps have come to nothing."""
    if case.trajectory.outcome.motion.rested:
        return _resting(case)
    if not case.worn:
        return _on_level_ground(case), message("First try: a method that rescales small slopes, or a higher rate.")
    if case.run.noise > 0 and case.by_a_minimum:
        return (
            message("It came down to where noise keeps it off the minimum, and its schedule then took the rate away."),
            message(
                "First try: more steps, so that the rate falls later; at a constant rate the noise would not rest."
            ),
        )
    again = rate_back_at(case.run, case.trajectory.rates)
    if again is not None:
        return (
            message(
                "It pauses: its schedule lowered the rate, and raises it again from step {step} on.",
                step=f"{again:,}",
            ),
            message("First try: more steps, or a schedule that lowers the rate only at the end."),
        )
    return _WORN


_WORN = (
    message("Its schedule took the rate away before it arrived."),
    message("First try: let the rate fall later, or not at all."),
)


def _on_level_ground(case: Case) -> str:
    if case.moving:
        return message("It creeps over nearly level ground, with no minimum near.")
    if case.stopped:
        return message("It was on level ground, with no minimum near, when {end}.", end=case.stopped)
    return message("It rests on level ground, with no minimum near.")


def _resting(case: Case) -> tuple[str, str]:
    """It stands still, and no rule said so."""
    if case.run.optimizer == "bfgs":
        return (
            message("It rests at no minimum: its line search finds no lower loss on the line that it looks along."),
            message("First try: another method from here, or another start."),
        )
    if case.run.knobs.get("weight_decay"):
        return (
            message("It rests where its weight decay balances the slope, beside the minimum of the loss."),
            message("First try: less weight decay."),
        )
    if case.worn:
        return _WORN
    return (
        message("It rests at no known minimum: its steps are less than a number of 16 digits can show."),
        message("First try: a higher rate, or another start."),
    )


def at_saddle(case: Case) -> tuple[str, str]:
    """It is where the ground falls away, or goes on falling."""
    outcome = case.trajectory.outcome
    if case.thrown:
        return (
            message(
                "Its steps threw it past the minima, to where the surface falls on: from the same start a rate "
                "{times} times lower arrives at one.",
                times=arrives_with(case.run),
            ),
            message("First try: that lower rate."),
        )
    if case.runaway:
        if outcome.kind == "diverged":
            fate = message("The surface falls without end this way: there is no minimum to arrive at")
        elif case.moving:
            fate = message("It goes downhill where no minimum of this surface is known")
        else:
            fate = message("It went downhill where no minimum of this surface is known, until {end}", end=case.end)
        return message("{fate}, and the rate is not at fault.", fate=fate), ""
    if rests_at(case.trajectory) in ("level", "degenerate"):
        return _level(case)
    return _beside_a_way_down(case), message(
        "First try: a little noise or a nudge; a lower rate would only keep it here longer."
    )


def _beside_a_way_down(case: Case) -> str:
    if case.moving:
        return message("It lingers near a place that is no minimum: the ground falls away to a side.")
    kind = case.trajectory.outcome.kind
    if kind == "converged_loss":
        return message(
            "It was stopped by the loss rule at a place that is no minimum: the ground falls away to a side."
        )
    if kind == "converged_gradient":
        return message(
            "It was stopped by the gradient rule at a place that is no minimum: the ground falls away to a side."
        )
    return message("It rests at a place that is no minimum: the ground falls away to a side.")


def _level(case: Case) -> tuple[str, str]:
    if case.moving:
        return (
            message("It creeps downhill over nearly flat ground, where no minimum of this surface is known."),
            message("First try: a method that rescales small slopes, or another start."),
        )
    if case.trajectory.outcome.kind != "budget" and case.seen.last_slope >= STILL:
        tolerance = number(case.run.gradient_tolerance)
        said = message("Its tolerance of {tolerance} calls this ground flat; it is no minimum.", tolerance=tolerance)
        return said, SMALLER_TOLERANCE
    return (
        message("It rests on nearly flat ground that is no minimum."),
        message("First try: another start; no rate moves what feels no slope."),
    )
