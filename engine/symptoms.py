"""A verdict in words: the symptom with its cause, and what the textbook would try first, or where that is wrong.

Each sentence stands beside the outcome's own: what that calls still moving does not rest here, and what a rule or a
worn-out rate has stopped is not on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from engine.evidence import Evidence, at_minimum
from engine.motion import WORN_OUT
from engine.place import BESIDE
from engine.trajectory import Trajectory
from engine.verdicts import ALL_BUT, STANDING, rests_at

_RULES = {"converged_loss": "the loss rule", "converged_gradient": "the gradient rule"}


class Case(NamedTuple):
    """A run with its evidence, and how it came to its end."""

    trajectory: Trajectory
    seen: Evidence
    runaway: bool

    @property
    def rule(self) -> str:
        """The rule that stopped it, wherever that was; empty if its steps ran out."""
        return _RULES.get(self.trajectory.outcome.kind, "")

    @property
    def worn(self) -> bool:
        """Whether its schedule took the rate away."""
        return self.seen.rate_left <= WORN_OUT

    @property
    def moving(self) -> bool:
        """Whether only its steps ran out."""
        return self.trajectory.outcome.kind == "budget" and not self.worn and not self.trajectory.outcome.place

    @property
    def end(self) -> str:
        """What put an end to it, as a clause; empty if only its steps ran out."""
        if self.rule:
            return f"{self.rule} stopped it"
        return "its schedule took the rate away" if self.worn else ""

    @property
    def by_a_minimum(self) -> bool:
        """Whether a minimum is near enough to be what it is about."""
        near = self.trajectory.outcome.nearest
        return near is not None and near.is_minimum and near.distance <= BESIDE

    @property
    def chance(self) -> str:
        """Where its random steps come from."""
        return "the noise" if self.trajectory.run.noise else "the batch size"


def words(trajectory: Trajectory, seen: Evidence, verdict: str, runaway: bool) -> tuple[str, str]:
    """The sentence of a verdict, and the action; the latter is empty where there is nothing to try."""
    return _SAID[verdict](Case(trajectory, seen, runaway))


def _exploding(case: Case) -> tuple[str, str]:
    return (
        "The loss explodes: every step overshoots farther than the one before."
        if case.seen.growth
        else "A step led to where the loss is no finite number.",
        "First try: a rate 10 times lower, and again if that is not enough; or clip the gradient.",
    )


def _oscillating(case: Case) -> tuple[str, str]:
    momentum = case.trajectory.run.knobs.get("momentum", 0.0)
    return (
        "Its steps threw it out to where it is higher than it began."
        if case.seen.thrown
        else f"It swung across the valley until {case.end}."
        if case.end
        else "It swings across the valley and does not settle."
        if case.seen.shrinks >= STANDING
        else "It swings across the valley and settles only slowly.",
        "First try: less momentum; a lower rate only slows these swings."
        if momentum
        else "First try: a rate 2 to 5 times lower.",
    )


def _too_slow(case: Case) -> tuple[str, str]:
    all_but = case.seen.height is not None and case.seen.height <= ALL_BUT
    if case.rule:
        was = "all but there" if all_but else "thrown out by a step" if case.seen.thrown else "on its way"
        small = "a small slope is" if case.trajectory.outcome.kind == "converged_gradient" else "two like losses are"
        return f"It was {was} when {case.rule} stopped it.", f"First try: a smaller tolerance; {small} no minimum yet."
    return (
        "It is all but there: its steps ran out before a stop rule was met."
        if all_but
        else "A step threw it out, and it will not be back in time."
        if case.seen.thrown
        else "It is on its way and will not be there in time.",
        "First try: a rate 10 times lower, which does not throw it out."
        if case.seen.thrown
        else "First try: a rate 2 to 5 times higher; in a ravine that diverges, and momentum is the cure.",
    )


def _plateaued(case: Case) -> tuple[str, str]:
    if not case.worn:
        return (
            "It creeps over nearly level ground, with no minimum near."
            if case.moving
            else f"It was on level ground, with no minimum near, when {case.rule} stopped it."
            if case.rule
            else "It rests on level ground, with no minimum near.",
            "First try: a method that rescales small slopes, or a higher rate.",
        )
    if case.trajectory.run.noise > 0 and case.by_a_minimum:
        return (
            "It came down to where noise keeps it off the minimum, and its schedule then took the rate away.",
            "First try: more steps, so that the rate falls later; at a constant rate the noise would not rest.",
        )
    return (
        "Its schedule took the rate away before it arrived.",
        "First try: let the rate fall later, or not at all.",
    )


def _at_saddle(case: Case) -> tuple[str, str]:
    outcome = case.trajectory.outcome
    if case.runaway:
        if outcome.kind == "diverged":
            fate = "The surface falls without end this way: there is no minimum to arrive at"
        elif case.moving:
            fate = "It goes downhill where no minimum of this surface is known"
        else:
            fate = f"It went downhill where no minimum of this surface is known, until {case.end}"
        return f"{fate}, and the rate is not at fault.", ""
    if rests_at(case.trajectory) == "level":
        return (
            "It rests on nearly flat ground that is no minimum.",
            "First try: another start; no rate moves what feels no slope.",
        )
    stays = "It lingers near" if case.moving else f"It was stopped by {case.rule} at" if case.rule else "It rests at"
    return (
        f"{stays} a place that is no minimum: the ground falls away to a side.",
        "First try: a little noise or a nudge; a lower rate would only keep it here longer.",
    )


def _in_local_minimum(case: Case) -> tuple[str, str]:
    return (
        "It arrived, at a minimum that is not the lowest.",
        "First try: other starts; momentum or noise can carry it out, or out of a better one.",
    )


def _converged(case: Case) -> tuple[str, str]:
    lowest = "a minimum" if case.seen.height is None else "the lowest minimum known"
    if case.trajectory.outcome.kind == "budget" and not at_minimum(case.trajectory):
        return f"Healthy: its loss is that of {lowest}, to rounding; no stop rule was met.", ""
    return f"Healthy: it arrived at {lowest}.", ""


def _cycling(case: Case) -> tuple[str, str]:
    by_chance = case.trajectory.run.by_chance
    if case.by_a_minimum or not by_chance:
        goes = "went" if case.end else "goes"
        why = (
            f"at a distance that {case.chance} sets" if by_chance else "in steps that do not get shorter with the slope"
        )
        said = f"It {goes} round the minimum {why}"
    else:
        said = f"It {'wandered' if case.end else 'wanders'}: {case.chance} moves it more than the slope does"
    end = f", until {case.end}" if case.end else ""
    return f"{said}{end}.", "First try: a schedule that lowers the rate at the end."


def _no_start(case: Case) -> tuple[str, str]:
    return "No step was made: the surface has no number where the run would begin.", "First try: another start."


_SAID: Mapping[str, Callable[[Case], tuple[str, str]]] = {
    "exploding": _exploding,
    "oscillating": _oscillating,
    "too_slow": _too_slow,
    "plateaued": _plateaued,
    "at_saddle": _at_saddle,
    "in_local_minimum": _in_local_minimum,
    "converged": _converged,
    "cycling": _cycling,
    "no_start": _no_start,
}
