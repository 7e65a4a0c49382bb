"""A verdict in words: the symptom with its cause, and what the textbook would try first, or where that is wrong.

Each sentence stands beside the outcome's own: what that calls still moving does not rest here, and what a rule or a
worn-out rate has stopped is not on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import NamedTuple

import numpy as np

from engine.basis.numerals import count, number
from engine.diagnosis.evidence import Evidence, at_minimum
from engine.diagnosis.verdicts import ALL_BUT, STANDING, arrives_with, rests_at
from engine.runs.motion import is_worn, rate_back_at
from engine.runs.place import BESIDE
from engine.runs.run import Run
from engine.runs.trajectory import Trajectory
from engine.sentences.outcome import STILL
from engine.studies.prospects import LOWER, Prospect, at_rate, can_be_asked, with_less_momentum, with_more_steps

_RULES = {"converged_loss": "the loss rule", "converged_gradient": "the gradient rule"}


class Case(NamedTuple):
    """A run with its evidence, and how it came to its end."""

    trajectory: Trajectory
    seen: Evidence
    runaway: bool
    thrown: bool
    """Whether its steps threw it to where the surface falls on."""

    @property
    def run(self) -> Run:
        """The run itself."""
        return self.trajectory.run

    @property
    def rule(self) -> str:
        """The rule that stopped it, wherever that was; empty if its steps ran out."""
        return _RULES.get(self.trajectory.outcome.kind, "")

    @property
    def worn(self) -> bool:
        """Whether its schedule took the rate away."""
        return is_worn(self.run, self.trajectory.rates)

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
        return "the noise" if self.run.noise else "the batch size"

    @property
    def may_ask(self) -> bool:
        """Whether the engine may be asked what becomes of it otherwise: chance answers for one seed only."""
        return can_be_asked(self.run) and not self.run.by_chance

    @property
    def longer(self) -> Prospect | None:
        """What becomes of it with more steps; None if that is not known."""
        return with_more_steps(self.run) if self.may_ask else None

    def ends_lower(self, other: Prospect) -> bool:
        """Whether another run comes lower than this one."""
        last = self.seen.last_loss
        return not other.diverges and (other.arrives or not isfinite(last) or other.loss < last - self.seen.floor)

    def lower_rate(self, otherwise: str) -> str:
        """The first try where the rate is too high, by the first share of it that does better; or what else to try."""
        if not self.may_ask:
            return "First try: a rate 2 to 5 times lower."
        better = (times for times in LOWER if self.ends_lower(at_rate(self.run, 1 / times)))
        found = next(better, None)
        return otherwise if found is None else f"First try: a rate {_TIMES[found]} lower."


_TIMES = {3: "2 to 5 times", 10: "10 times", 100: "100 times"}


def words(trajectory: Trajectory, seen: Evidence, verdict: str, runaway: bool, thrown: bool = False) -> tuple[str, str]:
    """The sentence of a verdict, and the action; the latter is empty where there is nothing to try."""
    return _SAID[verdict](Case(trajectory, seen, runaway, thrown))


def _exploding(case: Case) -> tuple[str, str]:
    lengths = np.hypot(*np.diff(case.trajectory.points, axis=0).T)
    if case.seen.growth:
        grow = len(lengths) > 1 and bool(np.all(np.diff(lengths) > 0))
        how = "every step overshoots farther than the one before" if grow else "its steps overshoot farther and farther"
        sentence = f"The loss explodes: {how}."
    elif not isfinite(case.seen.last_loss):
        sentence = "A step led to where the loss is no finite number."
    elif not isfinite(case.seen.last_slope):
        sentence = "A step led to where the gradient is no finite number."
    else:
        sentence = "The loss explodes: its steps led past every bound."
    if not case.may_ask or not at_rate(case.run, 0.1).diverges:
        return sentence, "First try: a rate 10 times lower, and again if that is not enough; or clip the gradient."
    if not at_rate(case.run, 0.01).diverges:
        return sentence, "First try: a rate 100 times lower; or clip the gradient."
    return sentence, "First try: another start, or a clipped gradient; at a rate 100 times lower it ends as badly."


def _oscillating(case: Case) -> tuple[str, str]:
    return _swings(case), _against_swings(case)


def _swings(case: Case) -> str:
    motion, longer = case.trajectory.outcome.motion, case.longer
    if motion.period:
        cycle = f"a cycle of {count(motion.period)}, {number(motion.width)} wide"
        if case.seen.thrown:
            return f"Its steps threw it out to where it is higher than it began, into {cycle}."
        return f"It goes round and round in {cycle}, and does not settle."
    if case.seen.thrown:
        return "Its steps threw it out to where it is higher than it began."
    if case.end:
        return f"It swung across the valley until {case.end}."
    if longer is None:
        stands = case.seen.shrinks >= STANDING
        return f"It swings across the valley and {'does not settle' if stands else 'settles only slowly'}."
    if longer.arrives:
        return f"It swings across the valley and settles only slowly: it would {longer.when}."
    if longer.stopped:
        return f"It swings across the valley, and a rule would stop it, at no minimum, after {count(longer.steps)}."
    if case.ends_lower(longer) and case.seen.rises < HALF:
        return "It swings across the valley and settles only slowly."
    return f"It swings across the valley and does not settle, nor would it in {count(longer.steps)}."


HALF = 0.5
"""Steps that raise the loss every other time do not come down."""


def _against_swings(case: Case) -> str:
    """What to try first, of what would indeed come lower."""
    longer = case.longer
    arrives = longer is not None and longer.arrives
    calmer = f"First try: {'more steps' if arrives else 'a schedule that lowers the rate at the end'}."
    if not case.run.knobs.get("momentum"):
        return case.lower_rate(calmer)
    if not case.may_ask:
        return "First try: less momentum."
    if not case.ends_lower(with_less_momentum(case.run)):
        return case.lower_rate(calmer)
    slows = not case.ends_lower(at_rate(case.run, 1 / LOWER[0]))
    return f"First try: less momentum{'; a lower rate only slows these swings' if slows else ', or a lower rate'}."


def _too_slow(case: Case) -> tuple[str, str]:
    height = case.seen.height
    all_but = height is not None and abs(height) <= ALL_BUT
    if case.rule:
        if case.trajectory.outcome.step == 0:
            return (
                f"Its tolerance of {number(case.run.gradient_tolerance)} stopped it before the first step.",
                "First try: a smaller tolerance.",
            )
        was = "all but there" if all_but else "thrown out by a step" if case.seen.thrown else "on its way"
        small = "a small slope is" if case.trajectory.outcome.kind == "converged_gradient" else "two like losses are"
        return f"It was {was} when {case.rule} stopped it.", f"First try: a smaller tolerance; {small} no minimum yet."
    return _on_its_way(case, all_but), _faster(case)


def _on_its_way(case: Case, all_but: bool) -> str:
    """How far it is, by what becomes of it with more steps where that is known."""
    longer = case.longer
    if all_but:
        return "It is all but there: its steps ran out before a stop rule was met."
    thrown = "A step threw it out, and it" if case.seen.thrown else "It"
    if longer is None:
        return f"{thrown} is on its way and will not be there in time."
    if longer.arrives:
        return f"{thrown} is on its way: it would {longer.when}, and makes {case.run.steps:,}."
    if longer.stopped:
        return f"{thrown} is on its way, and a rule would stop it short of a minimum, after {count(longer.steps)}."
    if case.ends_lower(longer):
        return f"{thrown} is on its way, and would not be there after {count(longer.steps)} either."
    return f"{thrown} is not there yet, and no lower after {count(longer.steps)} either."


def _faster(case: Case) -> str:
    """What to try first: a higher rate where that comes lower."""
    if case.seen.thrown:
        calm = case.may_ask and at_rate(case.run, 0.1).loss <= case.seen.first_loss + case.seen.floor
        return "First try: a rate 10 times lower" + (", which does not throw it out." if calm else ".")
    higher = at_rate(case.run, 3) if case.may_ask else None
    if higher is not None and higher.diverges:
        return "First try: momentum; a rate 3 times higher diverges here."
    if higher is not None and not case.ends_lower(higher):
        return "First try: momentum or more steps; a rate 3 times higher ends no lower here."
    return "First try: a rate 2 to 5 times higher; in a ravine that diverges, and momentum is the cure."


def _plateaued(case: Case) -> tuple[str, str]:
    if case.trajectory.outcome.motion.rested:
        return _resting(case)
    if not case.worn:
        return (
            "It creeps over nearly level ground, with no minimum near."
            if case.moving
            else f"It was on level ground, with no minimum near, when {case.rule} stopped it."
            if case.rule
            else "It rests on level ground, with no minimum near.",
            "First try: a method that rescales small slopes, or a higher rate.",
        )
    if case.run.noise > 0 and case.by_a_minimum:
        return (
            "It came down to where noise keeps it off the minimum, and its schedule then took the rate away.",
            "First try: more steps, so that the rate falls later; at a constant rate the noise would not rest.",
        )
    again = rate_back_at(case.run, case.trajectory.rates)
    if again is not None:
        return (
            f"It pauses: its schedule lowered the rate, and raises it again from step {again:,} on.",
            "First try: more steps, or a schedule that lowers the rate only at the end.",
        )
    return (
        "Its schedule took the rate away before it arrived.",
        "First try: let the rate fall later, or not at all.",
    )


def _resting(case: Case) -> tuple[str, str]:
    """It stands still, and no rule said so."""
    if case.run.optimizer == "bfgs":
        return (
            "It rests at no minimum: its line search finds no lower loss on the line that it looks along.",
            "First try: another method from here, or another start.",
        )
    if case.run.knobs.get("weight_decay"):
        return (
            "It rests where its weight decay balances the slope, beside the minimum of the loss.",
            "First try: less weight decay.",
        )
    if case.worn:
        return (
            "Its schedule took the rate away before it arrived.",
            "First try: let the rate fall later, or not at all.",
        )
    return (
        "It rests at no known minimum: its steps are less than a number of 16 digits can show.",
        "First try: a higher rate, or another start.",
    )


def _at_saddle(case: Case) -> tuple[str, str]:
    outcome = case.trajectory.outcome
    if case.thrown:
        times = arrives_with(case.run)
        return (
            "Its steps threw it past the minima, to where the surface falls on: from the same start a rate "
            f"{times} times lower arrives at one.",
            "First try: that lower rate.",
        )
    if case.runaway:
        if outcome.kind == "diverged":
            fate = "The surface falls without end this way: there is no minimum to arrive at"
        elif case.moving:
            fate = "It goes downhill where no minimum of this surface is known"
        else:
            fate = f"It went downhill where no minimum of this surface is known, until {case.end}"
        return f"{fate}, and the rate is not at fault.", ""
    if rests_at(case.trajectory) in ("level", "degenerate"):
        return _level(case)
    stays = "It lingers near" if case.moving else f"It was stopped by {case.rule} at" if case.rule else "It rests at"
    return (
        f"{stays} a place that is no minimum: the ground falls away to a side.",
        "First try: a little noise or a nudge; a lower rate would only keep it here longer.",
    )


def _level(case: Case) -> tuple[str, str]:
    if case.moving:
        return (
            "It creeps downhill over nearly flat ground, where no minimum of this surface is known.",
            "First try: a method that rescales small slopes, or another start.",
        )
    tolerance = case.run.gradient_tolerance
    if case.trajectory.outcome.kind != "budget" and case.seen.last_slope >= STILL:
        return (
            f"Its tolerance of {number(tolerance)} calls this ground flat; it is no minimum.",
            "First try: a smaller tolerance.",
        )
    return (
        "It rests on nearly flat ground that is no minimum.",
        "First try: another start; no rate moves what feels no slope.",
    )


def _in_local_minimum(case: Case) -> tuple[str, str]:
    return (
        f"It {'arrived,' if case.trajectory.outcome.arrived else 'rests'} at a minimum that is not the lowest.",
        "First try: other starts; momentum or noise can carry it out, or out of a better one.",
    )


def _converged(case: Case) -> tuple[str, str]:
    if case.seen.below_all:
        where = "outside the window, lower than every one in it" if case.seen.outside else "lower than every one known"
        return f"Healthy: it arrived at a minimum {where}.", ""
    lowest = "a minimum" if case.seen.height is None else "the lowest minimum known"
    if (kind := case.trajectory.outcome.kind) == "budget" and not at_minimum(case.trajectory):
        return f"Healthy: its loss is that of {lowest}, to rounding; no stop rule was met.", ""
    if kind == "converged_loss" and (above := case.seen.short_by):
        return f"Healthy, but the loss rule stopped it close beside {lowest}, {number(above)} above.", ""
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
