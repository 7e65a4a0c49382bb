"""A verdict in words: the symptom with its cause, and what the textbook would try first, or where that is wrong.

Each sentence stands beside the outcome's own: what that calls still moving does not rest here, and what a rule or a
worn-out rate has stopped is not on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import NamedTuple

import numpy as np

from engine.basis.numerals import after, count, number
from engine.diagnosis.case import LOWER_RATE, SMALLER_TOLERANCE, Case
from engine.diagnosis.evidence import Evidence, at_minimum
from engine.diagnosis.rests import at_saddle, plateaued
from engine.diagnosis.verdicts import ALL_BUT, STANDING
from engine.runs.trajectory import Trajectory
from engine.studies.prospects import LOWER, at_rate, with_less_momentum
from i18n import message


def words(trajectory: Trajectory, seen: Evidence, verdict: str, runaway: bool, thrown: bool = False) -> tuple[str, str]:
    """The sentence of a verdict, and the action; the latter is empty where there is nothing to try."""
    return _SAID[verdict](Case(trajectory, seen, runaway, thrown))


def _exploding(case: Case) -> tuple[str, str]:
    lengths = np.hypot(*np.diff(case.trajectory.points, axis=0).T)
    if case.seen.growth:
        if len(lengths) > 1 and bool(np.all(np.diff(lengths) > 0)):
            sentence = message("The loss explodes: every step overshoots farther than the one before.")
        else:
            sentence = message("The loss explodes: its steps overshoot farther and farther.")
    elif not isfinite(case.seen.last_loss):
        sentence = message("A step led to where the loss is no finite number.")
    elif not isfinite(case.seen.last_slope):
        sentence = message("A step led to where the gradient is no finite number.")
    else:
        sentence = message("The loss explodes: its steps led past every bound.")
    if not case.may_ask or not at_rate(case.run, 0.1).diverges:
        return sentence, message(
            "First try: a rate 10 times lower, and again if that is not enough; or clip the gradient."
        )
    if not at_rate(case.run, 0.01).diverges:
        return sentence, message("First try: a rate 100 times lower; or clip the gradient.")
    return sentence, message(
        "First try: another start, or a clipped gradient; at a rate 100 times lower it ends as badly."
    )


def _oscillating(case: Case) -> tuple[str, str]:
    return _swings(case), _against_swings(case)


def _swings(case: Case) -> str:
    motion, longer = case.trajectory.outcome.motion, case.longer
    if motion.period:
        cycle = {"steps": count(motion.period), "width": number(motion.width)}
        if case.seen.thrown:
            return message(
                "Its steps threw it out to where it is higher than it began, into a cycle of {steps}, {width} wide.",
                **cycle,
            )
        return message("It goes round and round in a cycle of {steps}, {width} wide, and does not settle.", **cycle)
    if case.seen.thrown:
        return message("Its steps threw it out to where it is higher than it began.")
    if case.end:
        return message("It swung across the valley until {end}.", end=case.end)
    if longer is None:
        if case.seen.shrinks >= STANDING:
            return message("It swings across the valley and does not settle.")
        return message("It swings across the valley and settles only slowly.")
    if longer.arrives:
        return message("It swings across the valley and settles only slowly: it would {arrive}.", arrive=longer.when)
    if longer.stopped:
        return message(
            "It swings across the valley, and a rule would stop it, at no minimum, {when}.", when=after(longer.steps)
        )
    if case.ends_lower(longer) and case.seen.rises < HALF:
        return message("It swings across the valley and settles only slowly.")
    return message(
        "It swings across the valley and does not settle, nor would it in {steps}.", steps=count(longer.steps)
    )


HALF = 0.5
"""Steps that raise the loss every other time do not come down."""


def _against_swings(case: Case) -> str:
    """What to try first, of what would indeed come lower."""
    longer = case.longer
    arrives = longer is not None and longer.arrives
    calmer = message("First try: more steps.") if arrives else _COOLING
    if not case.run.knobs.get("momentum"):
        return case.lower_rate(calmer)
    if not case.may_ask:
        return message("First try: less momentum.")
    if not case.ends_lower(with_less_momentum(case.run)):
        return case.lower_rate(calmer)
    if case.ends_lower(at_rate(case.run, 1 / LOWER[0])):
        return message("First try: less momentum, or a lower rate.")
    return message("First try: less momentum; a lower rate only slows these swings.")


_COOLING = message("First try: a schedule that lowers the rate at the end.")


def _too_slow(case: Case) -> tuple[str, str]:
    height = case.seen.height
    all_but = height is not None and abs(height) <= ALL_BUT
    if not case.stopped:
        return _on_its_way(case, all_but), _faster(case)
    if case.trajectory.outcome.step == 0:
        tolerance = number(case.run.gradient_tolerance)
        return (
            message("Its tolerance of {tolerance} stopped it before the first step.", tolerance=tolerance),
            SMALLER_TOLERANCE,
        )
    if all_but:
        said = message("It was all but there when {end}.", end=case.stopped)
    elif case.seen.thrown:
        said = message("It was thrown out by a step when {end}.", end=case.stopped)
    else:
        said = message("It was on its way when {end}.", end=case.stopped)
    if case.trajectory.outcome.kind == "converged_gradient":
        return said, message("First try: a smaller tolerance; a small slope is no minimum yet.")
    return said, message("First try: a smaller tolerance; two like losses are no minimum yet.")


def _on_its_way(case: Case, all_but: bool) -> str:
    """How far it is, by what becomes of it with more steps where that is known."""
    longer = case.longer
    if all_but:
        return message("It is all but there: its steps ran out before a stop rule was met.")
    way = _AND_IT if case.seen.thrown else _IT
    if longer is None:
        return message(way.unknown)
    if longer.arrives:
        return message(way.arrives, arrive=longer.when, steps=f"{case.run.steps:,}")
    if longer.stopped:
        return message(way.stopped, when=after(longer.steps))
    return message(way.on if case.ends_lower(longer) else way.lost, when=after(longer.steps))


class _Way(NamedTuple):
    """What is said of a run that is not there yet."""

    unknown: str
    arrives: str
    stopped: str
    on: str
    lost: str


_IT = _Way(
    message("It is on its way and will not be there in time."),
    message("It is on its way: it would {arrive}, and makes {steps}."),
    message("It is on its way, and a rule would stop it short of a minimum, {when}."),
    message("It is on its way, and would not be there {when} either."),
    message("It is not there yet, and no lower {when} either."),
)
_AND_IT = _Way(
    message("A step threw it out, and it is on its way and will not be there in time."),
    message("A step threw it out, and it is on its way: it would {arrive}, and makes {steps}."),
    message("A step threw it out, and it is on its way, and a rule would stop it short of a minimum, {when}."),
    message("A step threw it out, and it is on its way, and would not be there {when} either."),
    message("A step threw it out, and it is not there yet, and no lower {when} either."),
)
"""Of one that a step had thrown out first."""


def _faster(case: Case) -> str:
    """What to try first: a higher rate where that comes lower."""
    if case.seen.thrown:
        if case.may_ask and at_rate(case.run, 0.1).loss <= case.seen.first_loss + case.seen.floor:
            return message("First try: a rate 10 times lower, which does not throw it out.")
        return LOWER_RATE[10]
    higher = at_rate(case.run, 3) if case.may_ask else None
    if higher is not None and higher.diverges:
        return message("First try: momentum; a rate 3 times higher diverges here.")
    if higher is not None and not case.ends_lower(higher):
        return message("First try: momentum or more steps; a rate 3 times higher ends no lower here.")
    return message("First try: a rate 2 to 5 times higher; in a ravine that diverges, and momentum is the cure.")


def _in_local_minimum(case: Case) -> tuple[str, str]:
    if case.trajectory.outcome.arrived:
        said = message("It arrived, at a minimum that is not the lowest.")
    else:
        said = message("It rests at a minimum that is not the lowest.")
    return said, message("First try: other starts; momentum or noise can carry it out, or out of a better one.")


HEALTHY = message("Healthy: {how}.")


def _converged(case: Case) -> tuple[str, str]:
    if case.seen.below_all and case.seen.outside:
        how = message("it arrived at a minimum outside the window, lower than every one in it")
    elif case.seen.below_all:
        how = message("it arrived at a minimum lower than every one known")
    else:
        lowest = message("a minimum") if case.seen.height is None else message("the lowest minimum known")
        kind = case.trajectory.outcome.kind
        if kind == "budget" and not at_minimum(case.trajectory):
            how = message("its loss is that of {minimum}, to rounding; no stop rule was met", minimum=lowest)
        elif kind == "converged_loss" and (above := case.seen.short_by):
            said = message(
                "Healthy, but the loss rule stopped it close beside {minimum}, {above} above.",
                minimum=lowest,
                above=number(above),
            )
            return said, ""
        else:
            how = message("it arrived at {minimum}", minimum=lowest)
    return message(HEALTHY, how=how), ""


def _cycling(case: Case) -> tuple[str, str]:
    by_chance = case.trajectory.run.by_chance
    told = {"chance": case.chance, "end": case.end}
    round_ = _ROUND_BY_CHANCE if by_chance else _ROUND
    goes = round_ if case.by_a_minimum or not by_chance else _WANDERS
    return message(goes.ended if case.end else goes.on, **told), _COOLING


class _Goes(NamedTuple):
    """What is said of a run that does not settle, and of one that something put an end to."""

    on: str
    ended: str


_ROUND = _Goes(
    message("It goes round the minimum in steps that do not get shorter with the slope."),
    message("It went round the minimum in steps that do not get shorter with the slope, until {end}."),
)
_ROUND_BY_CHANCE = _Goes(
    message("It goes round the minimum at a distance that {chance} sets."),
    message("It went round the minimum at a distance that {chance} sets, until {end}."),
)
_WANDERS = _Goes(
    message("It wanders: {chance} moves it more than the slope does."),
    message("It wandered: {chance} moves it more than the slope does, until {end}."),
)


def _no_start(case: Case) -> tuple[str, str]:
    return (
        message("No step was made: the surface has no number where the run would begin."),
        message("First try: another start."),
    )


_SAID: Mapping[str, Callable[[Case], tuple[str, str]]] = {
    "exploding": _exploding,
    "oscillating": _oscillating,
    "too_slow": _too_slow,
    "plateaued": plateaued,
    "at_saddle": at_saddle,
    "in_local_minimum": _in_local_minimum,
    "converged": _converged,
    "cycling": _cycling,
    "no_start": _no_start,
}
