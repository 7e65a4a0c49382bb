"""The sentence of an outcome: which optimizer, how it ended, where, when, and which rule by which numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.basis.numerals import ROUNDED, after, compared, count, number, point
from engine.basis.numerals import slope as slope_text
from engine.runs.motion import is_worn, rate_back_at
from engine.runs.place import NEAR, Pair, Place, span
from engine.runs.run import Run
from engine.runs.trajectory import UNBEGUN
from engine.sentences.divergence import divergence
from engine.sentences.ending import Ending, Told
from engine.sentences.lane_names import branch_name
from engine.surfaces.surroundings import Surroundings
from i18n import message, plural

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

STILL = 1e-6
"""A slope that counts as none when no gradient rule is there to say so: the default tolerance."""
BESIDE_SADDLE = 1e-2
"""A loss rule stops earlier than a gradient rule, so farther from the saddle (window sides)."""


class _Said(NamedTuple):
    """A sentence, and what goes with it."""

    text: str
    fate: str
    arrived: bool = False
    reached: bool = False
    """Whether the run is at the critical point beside it."""


def tell(run: Run, losses: Float[np.ndarray, " n+1"], rates: Float[np.ndarray, " n"], ending: Ending) -> Told:
    """The sentence of an outcome, whether it is an arrival at a minimum, and the critical point it is at."""
    name = branch_name(run)
    if ending.kind == "diverged":
        return divergence(name, losses, ending)
    rule = {"budget": _budget, "converged_loss": _loss_rule}.get(ending.kind, _gradient_rule)
    said = rule(name, run, losses, rates, ending, ending.place)
    place = ending.place.words if ending.place and said.reached else None
    return Told(said.text, said.fate, said.arrived, place)


def tell_unbegun(run: Run, parent: Told) -> Told:
    """The same of a branch that never begins: how its way ended before it."""
    told = message("{name} never begins: {how}", name=branch_name(run), how=parent.sentence)
    return Told(told, UNBEGUN, False, None, parent.growth)


def _gradient_rule(name, run, losses, rates, ending: Ending, place: Place | None) -> _Said:
    slope, tolerance = compared(ending.slope, run.gradient_tolerance)
    if ending.slope < ROUNDED < run.gradient_tolerance:
        slope = slope_text(ending.slope)
    if ending.step == 0:
        why = message("the gradient norm, {slope}, is below {tolerance}", slope=slope, tolerance=tolerance)
    else:
        why = message("the gradient norm, {slope}, fell below {tolerance}", slope=slope, tolerance=tolerance)
    if place and place.distance <= NEAR and ending.kind == "converged_gradient" and place.is_minimum:
        return _Said(_arrival(name, run, ending, place, why), _at(message("arrives at {step}"), ending), True, True)
    told = {"name": name, "when": after(ending.step) if ending.step else message("at once"), "why": why}
    fate = _at(_STOPS.get(ending.kind, _SLOPELESS), ending)
    if place and place.distance <= BESIDE_SADDLE:
        but = _level(ending.around) if place.kind == "degenerate" else _FALLS.get(place.kind)
        if but:
            text = message("{name} stops at {place} {when}: {why}, {but}.", place=place.words, but=but, **told)
            return _Said(text, fate, reached=True)
    told["point"] = point(ending.position)
    if place and place.is_minimum and ending.kind == "converged_gradient":
        return _Said(
            message("{name} stops at {point} {when}, short of {place}: {why}.", place=place.words, **told), fate
        )
    told["loss"] = number(ending.loss)
    flat = _at(message("flat at {step}"), ending) if ending.kind == "at_saddle" else fate
    if run.gradient_tolerance > STILL:
        text = message(
            "{name} stops on what its tolerance of {tolerance} calls nearly flat ground at {point} {when}: {why}, "
            "yet this is no minimum (loss {loss}).",
            tolerance=tolerance,
            **told,
        )
        return _Said(text, flat)
    text = message(
        "{name} stops on nearly flat ground at {point} {when}: {why}, yet this is no minimum (loss {loss}).", **told
    )
    return _Said(text, flat)


_SLOPELESS = message("slope gone at {step}")
_STOPS = {"at_maximum": message("maximum at {step}"), "at_saddle": message("saddle at {step}")}
_FALLS = {
    "saddle": message("but the ground falls away along one direction"),
    "maximum": message("but the ground falls away in every direction"),
    "ridge": message("but the ground falls away to both sides"),
}


def _at(fate: str, ending: Ending) -> str:
    return message(fate, step=f"{ending.step:,}")


def _arrival(name: str, run: Run, ending: Ending, place: Place, why: str) -> str:
    told = {"name": name, "place": place.words, "why": why}
    if ending.step == 0:
        return message("{name} arrives at {place} at once, where it was put: {why}.", **told)
    told["when"] = after(ending.step)
    if ending.next_step > NEAR * span(run.landscape):
        return message(
            "{name} arrives at {place} {when}: {why} (caught in passing: its next step would be {length} long).",
            length=number(ending.next_step),
            **told,
        )
    return message("{name} arrives at {place} {when}: {why}.", **told)


def _level(around: Surroundings | None) -> str:
    """What the ground is like where curvature cannot tell."""
    if around is None:
        return message("but it is level there along at least one direction, so curvature cannot tell what it is")
    if around.kinked:
        low, high = (number(value) for value in around.slopes)
        if around.slopes[0] <= 0:
            return message(
                "but it is a kink, where the slope jumps and counts as 0: a side falls, with slope {low}", low=low
            )
        if low == high:
            return message(
                "but it is a kink, where the slope jumps and counts as 0: every side rises, with slope {low}", low=low
            )
        return message(
            "but it is a kink, where the slope jumps and counts as 0: every side rises, with slope {low} to {high}",
            low=low,
            high=high,
        )
    if around.is_plain:
        return message("but it is level all around")
    if around.falls:
        return message("but it is level there along one direction, and the ground falls away on a side")
    return message("where curvature cannot tell what it is, but no side is lower: a minimum, or one of a line of them")


def _loss_rule(name, run, losses, rates, ending: Ending, place: Place | None) -> _Said:
    change = abs(float(losses[-1]) - float(losses[-2]))
    changed, tolerance = compared(change, run.loss_tolerance)
    why = message("the loss changed by {change}, less than {tolerance}", change=changed, tolerance=tolerance)
    slope, rests = slope_text(ending.slope), _at(message("loss rests at {step}"), ending)
    told = {"name": name, "why": why, "slope": slope, "step": f"{ending.step:,}"}
    if place and place.is_minimum and place.distance <= NEAR:
        text = message(
            "{name} arrives at {place} {when}: {why} (gradient norm {slope}).",
            place=place.words,
            when=after(ending.step),
            **told,
        )
        return _Said(text, rests, True, True)
    if place and place.kind in ("saddle", "maximum", "ridge") and place.distance <= BESIDE_SADDLE:
        text = message(
            "{name} stops at step {step} because {why}, yet this is {place}, not a minimum: the gradient norm is "
            "{slope}.",
            place=place.words,
            **told,
        )
        return _Said(text, rests, reached=True)
    if place and place.kind == "degenerate" and place.distance <= BESIDE_SADDLE:
        text = message(
            "{name} stops at step {step} because {why}, at {place}: the gradient norm is {slope}, {level}.",
            place=place.words,
            level=_level(ending.around),
            **told,
        )
        return _Said(text, rests, reached=True)
    text = message(
        "{name} stops at step {step} because {why}, yet the gradient norm is {slope}: this is not a minimum.", **told
    )
    return _Said(text, rests)


def _budget(name, run, losses, rates, ending: Ending, place: Place | None) -> _Said:
    numbers = message("loss {loss}, gradient norm {slope}", loss=number(ending.loss), slope=slope_text(ending.slope))
    told, motion = {"name": name, "numbers": numbers}, ending.motion
    if place and place.distance <= NEAR and ending.slope < STILL:
        text = message(
            "{name} ends its {steps} at {place}: {numbers}, and no rule stopped it.",
            steps=count(ending.step),
            place=place.words,
            **told,
        )
        return _Said(text, message("no rule stopped it"), place.is_minimum, True)
    when = after(ending.step)
    told["when"] = when
    if not _inside(run, ending.position):
        told["when"] = message("{when}, outside the window at {point}", when=when, point=point(ending.position))
    if is_worn(run, rates):
        high, low = compared(float(rates.max()), float(rates[-1]))
        again = rate_back_at(run, rates)
        if again is None:
            text = message(
                "{name} has all but stopped {when}, because its learning rate fell from {high} to {low}: {numbers}.",
                high=high,
                low=low,
                **told,
            )
            return _Said(text, message("rate worn out"))
        text = message(
            "{name} pauses {when}, because its learning rate fell from {high} to {low}, and rises again from step "
            "{again} on: {numbers}.",
            high=high,
            low=low,
            again=f"{again:,}",
            **told,
        )
        return _Said(text, message("rate low for now"))
    if motion.rested:
        told |= {"when": when, "point": point(ending.position), "rest": _rest(run, ending)}
        return _Said(message("{name} rests at {point} {when}, {rest}: {numbers}.", **told), message("at rest"))
    told["still"] = _still(name, run)
    if motion.period:
        told |= {"steps": count(motion.period), "width": number(motion.width)}
        text = message("{still} {when}, round and round in a cycle of {steps}, {width} wide: {numbers}.", **told)
        return _Said(text, message("in a cycle"))
    return _Said(message("{still} {when}: {numbers}.", **told), message("still moving"))


def _still(name: str, run: Run) -> str:
    """That it is still moving, and by which chance."""
    if run.noise > 0 and run.batch_size is not None:
        return message(
            "{name} is still moving under noise {noise} on batches of {n}",
            name=name,
            noise=number(run.noise),
            n=run.batch_size,
        )
    if run.noise > 0:
        return message("{name} is still moving under noise {noise}", name=name, noise=number(run.noise))
    if run.batch_size is not None:
        return message("{name} is still moving on batches of {n}", name=name, n=run.batch_size)
    return message("{name} is still moving", name=name)


def _rest(run: Run, ending: Ending) -> str:
    """For how many steps it rests, and what holds a run whose steps are none, as far as its method says so."""
    rested = ending.motion.rested
    if rested == ending.step:
        rest = message("all of them without moving")
    else:
        rest = plural(
            "the last {n} of them without moving", "the last {n} of them without moving", rested, n=f"{rested:,}"
        )
    if run.optimizer == "bfgs":
        return message("{rest}, for its line search finds no lower loss", rest=rest)
    if run.knobs.get("weight_decay"):
        return message("{rest}, where its weight decay and the slope cancel", rest=rest)
    return rest


def _inside(run: Run, position: Pair) -> bool:
    (x0, x1), (y0, y1) = run.landscape.window
    return x0 <= position[0] <= x1 and y0 <= position[1] <= y1
