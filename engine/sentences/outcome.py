"""The sentence of an outcome: which optimizer, how it ended, where, when, and which rule by which numbers."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf, isfinite, isinf, isnan, log
from typing import TYPE_CHECKING, NamedTuple

from engine.basis.numerals import ROUNDED, compared, count, number, point
from engine.basis.numerals import slope as slope_text
from engine.runs.motion import Motion, is_worn, rate_back_at
from engine.runs.place import NEAR, Pair, Place, span
from engine.runs.run import Run
from engine.runs.trajectory import CANNOT_START, UNBEGUN
from engine.sentences.lane_names import branch_name
from engine.surfaces.surroundings import Surroundings

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

STILL = 1e-6
"""A slope that counts as none when no gradient rule is there to say so: the default tolerance."""
FARTHEST = 1e12
"""A coordinate beyond is out of bounds: `engine.descent.loop` stops there."""
_BEYOND = number(FARTHEST)
LAST_LOSSES = 6
"""What "the last steps" of a run that blew up are: five ratios."""
LARGEST_EXPONENT = 709.0
"""exp of more is no finite number."""
BESIDE_SADDLE = 1e-2
"""A loss rule stops earlier than a gradient rule, so farther from the saddle (window sides)."""


class Ending(NamedTuple):
    """How the loop stopped, and what it saw there."""

    kind: str
    step: int
    position: Pair
    loss: float
    slope: float
    next_step: float
    """Length of the step it would have made next: momentum may be caught in full flight."""
    place: Place | None
    """The critical point there, or the nearest one if it is not far."""
    motion: Motion
    """What its last steps do, where only its steps ran out."""
    around: Surroundings | None
    """The ground around, where it stopped at a point that curvature cannot tell."""


class Told(NamedTuple):
    """What there is to say of an ending."""

    sentence: str
    fate: str
    """The same in two or three words."""
    arrived: bool
    place: str | None
    growth: float | None = None


class _Said(NamedTuple):
    """A sentence behind the optimizer's name, and what goes with it."""

    text: str
    fate: str
    arrived: bool = False
    reached: bool = False
    """Whether the run is at the critical point beside it."""


def tell(run: Run, losses: Float[np.ndarray, " n+1"], rates: Float[np.ndarray, " n"], ending: Ending) -> Told:
    """The sentence of an outcome, whether it is an arrival at a minimum, and the critical point it is at."""
    name = branch_name(run)
    if ending.kind == "diverged":
        text, fate = _divergence(losses, ending)
        return Told(f"{name} {text}.", fate, False, None, growth(losses))
    rule = {"budget": _budget, "converged_loss": _loss_rule}.get(ending.kind, _gradient_rule)
    said = rule(run, losses, rates, ending, ending.place)
    place = ending.place.words if ending.place and said.reached else None
    return Told(f"{name} {said.text}.", said.fate, said.arrived, place)


def tell_unbegun(run: Run, parent: Told) -> Told:
    """The same of a branch that never begins: how its way ended before it."""
    name, text = branch_name(run), parent.sentence
    return Told(f"{name} {UNBEGUN}: {text}", UNBEGUN, False, None, parent.growth)


def _gradient_rule(run, losses, rates, ending: Ending, place: Place | None) -> _Said:
    slope, tolerance = compared(ending.slope, run.gradient_tolerance)
    if ending.slope < ROUNDED < run.gradient_tolerance:
        slope = slope_text(ending.slope)
    verb = "is" if ending.step == 0 else "fell"
    why = f"the gradient norm, {slope}, {verb} below {tolerance}"
    when = "at once" if ending.step == 0 else f"after {count(ending.step)}"
    if place and place.distance <= NEAR and ending.kind == "converged_gradient" and place.is_minimum:
        flying = ending.step > 0 and ending.next_step > NEAR * span(run.landscape)
        caught = f" (caught in passing: its next step would be {number(ending.next_step)} long)" if flying else ""
        put = ", where it was put" if ending.step == 0 else ""
        return _Said(f"arrives at {place.words} {when}{put}: {why}{caught}", f"arrives at {ending.step:,}", True, True)
    fate = {"at_maximum": f"maximum at {ending.step:,}", "at_saddle": f"saddle at {ending.step:,}"}
    stopped = fate.get(ending.kind, f"slope gone at {ending.step:,}")
    if place and place.distance <= BESIDE_SADDLE:
        falls = {
            "saddle": "but the ground falls away along one direction",
            "maximum": "but the ground falls away in every direction",
            "ridge": "but the ground falls away to both sides",
            "degenerate": _level(ending.around),
        }
        if place.kind in falls:
            return _Said(f"stops at {place.words} {when}: {why}, {falls[place.kind]}", stopped, reached=True)
    end = point(ending.position)
    if place and place.is_minimum and ending.kind == "converged_gradient":
        return _Said(f"stops at {end} {when}, short of {place.words}: {why}", stopped)
    flat = f"flat at {ending.step:,}" if ending.kind == "at_saddle" else stopped
    calls = f"what its tolerance of {tolerance} calls " if run.gradient_tolerance > STILL else ""
    no_minimum = f"yet this is no minimum (loss {number(ending.loss)})"
    return _Said(f"stops on {calls}nearly flat ground at {end} {when}: {why}, {no_minimum}", flat)


def _level(around: Surroundings | None) -> str:
    """What the ground is like where curvature cannot tell."""
    if around is None:
        return "but it is level there along at least one direction, so curvature cannot tell what it is"
    if around.kinked:
        low, high = (number(value) for value in around.slopes)
        sides = f"every side rises, with slope {low}" if around.slopes[0] > 0 else f"a side falls, with slope {low}"
        to = f" to {high}" if around.slopes[0] > 0 and low != high else ""
        return f"but it is a kink, where the slope jumps and counts as 0: {sides}{to}"
    if around.is_plain:
        return "but it is level all around"
    if around.falls:
        return "but it is level there along one direction, and the ground falls away on a side"
    return "where curvature cannot tell what it is, but no side is lower: a minimum, or one of a line of them"


def _loss_rule(run, losses, rates, ending: Ending, place: Place | None) -> _Said:
    change = abs(float(losses[-1]) - float(losses[-2]))
    changed, tolerance = compared(change, run.loss_tolerance)
    why = f"the loss changed by {changed}, less than {tolerance}"
    slope, rests = slope_text(ending.slope), f"loss rests at {ending.step:,}"
    if place and place.is_minimum and place.distance <= NEAR:
        text = f"arrives at {place.words} after {count(ending.step)}: {why} (gradient norm {slope})"
        return _Said(text, rests, True, True)
    stops = f"stops at step {ending.step:,} because {why}"
    if place and place.kind in ("saddle", "maximum", "ridge") and place.distance <= BESIDE_SADDLE:
        text = f"{stops}, yet this is {place.words}, not a minimum: the gradient norm is {slope}"
        return _Said(text, rests, reached=True)
    if place and place.kind == "degenerate" and place.distance <= BESIDE_SADDLE:
        text = f"{stops}, at {place.words}: the gradient norm is {slope}, {_level(ending.around)}"
        return _Said(text, rests, reached=True)
    return _Said(f"{stops}, yet the gradient norm is {slope}: this is not a minimum", rests)


def _budget(run, losses, rates, ending: Ending, place: Place | None) -> _Said:
    numbers = f"loss {number(ending.loss)}, gradient norm {slope_text(ending.slope)}"
    steps, motion = count(ending.step), ending.motion
    if place and place.distance <= NEAR and ending.slope < STILL:
        text = f"ends its {steps} at {place.words}: {numbers}, and no rule stopped it"
        return _Said(text, "no rule stopped it", place.is_minimum, True)
    away = "" if _inside(run, ending.position) else f", outside the window at {point(ending.position)}"
    if is_worn(run, rates):
        worn = "its learning rate fell from {} to {}".format(*compared(float(rates.max()), float(rates[-1])))
        again = rate_back_at(run, rates)
        if again is None:
            return _Said(f"has all but stopped after {steps}{away}, because {worn}: {numbers}", "rate worn out")
        rises = f"{worn}, and rises again from step {again:,} on"
        return _Said(f"pauses after {steps}{away}, because {rises}: {numbers}", "rate low for now")
    if motion.rested:
        last = "all of them" if motion.rested == ending.step else f"the last {motion.rested:,} of them"
        text = f"rests at {point(ending.position)} after {steps}, {last} without moving{_why_rest(run)}: {numbers}"
        return _Said(text, "at rest")
    noisy = f" under noise {number(run.noise)}" if run.noise > 0 else ""
    noisy += f" on batches of {run.batch_size}" if run.batch_size is not None else ""
    still = f"is still moving{noisy} after {steps}{away}"
    if motion.period:
        cycle = f"round and round in a cycle of {count(motion.period)}, {number(motion.width)} wide"
        return _Said(f"{still}, {cycle}: {numbers}", "in a cycle")
    return _Said(f"{still}: {numbers}", "still moving")


def _why_rest(run: Run) -> str:
    """What holds a run whose steps are none, as far as its method says so."""
    if run.optimizer == "bfgs":
        return ", for its line search finds no lower loss"
    return ", where its weight decay and the slope cancel" if run.knobs.get("weight_decay") else ""


def _divergence(losses, ending: Ending) -> tuple[str, str]:
    """The sentence, and the same in a few words."""
    x, y = ending.position
    step = f"step {ending.step:,}"
    bad = _not_finite(ending)
    far = max(abs(x), abs(y)) > FARTHEST
    if ending.step == 0:
        return f"cannot start at {point(ending.position)}: {bad or f'that is beyond {_BEYOND}'}", CANNOT_START
    up, down = f"blows up at {ending.step:,}", "falls for ever"
    if not (isfinite(x) and isfinite(y)):
        falls = losses[-1] < losses[0]
        how = "runs downhill without end" if falls else "blows up"
        before = f"(loss before it: {number(float(losses[-1]))})"
        text = f"{how}: {step} overflowed, and the position is no longer a finite number {before}"
        return text, down if falls else up
    if not far:
        return f"breaks off at {step}, at {point(ending.position)}: {bad}", f"breaks off at {ending.step:,}"
    if ending.loss < min(float(losses[0]), float(losses[-2])):
        text = f"runs downhill without end: the position passed {_BEYOND} at {step}, the loss is {number(ending.loss)}"
        return text, down
    passed = f"the position passed {_BEYOND} at {step}"
    if isinf(ending.loss):
        return f"blows up: the loss {_growth(losses)}, then overflowed to infinity, and {passed}", up
    return f"blows up: the loss {_growth(losses)} and {passed}", up


def _not_finite(ending: Ending) -> str:
    """What at the last point is no finite number; empty if all is."""
    if isnan(ending.loss):
        return "the loss there is not a number"
    if isinf(ending.loss):
        return f"the loss there is {'' if ending.loss > 0 else 'minus '}infinite"
    if isnan(ending.slope):
        return "the gradient there is not a number"
    return "the gradient there is infinite" if isinf(ending.slope) else ""


def growth(losses) -> float | None:
    """How many-fold the loss grew per step, on (geometric) average over its last finite values, six at the most.

    None where it did not grow, or was not above zero: then there is no such factor.
    """
    last = [float(loss) for loss in losses[-LAST_LOSSES:] if isfinite(loss)]
    if len(last) < 2 or min(last) <= 0 or last[-1] <= last[0]:
        return None
    exponent = (log(last[-1]) - log(last[0])) / (len(last) - 1)
    return exp(exponent) if exponent < LARGEST_EXPONENT else inf


def _growth(losses) -> str:
    """How the loss grew: by a steady factor if it was one over the last steps, else from where to where."""
    grown = [float(loss) for loss in losses[-LAST_LOSSES:] if isfinite(loss)]
    ratios = [after / before for before, after in pairwise(grown) if before > 0]
    factor = growth(losses)
    if factor and len(ratios) >= 2 and min(ratios) > 1 and max(ratios) < 1.5 * min(ratios):
        return f"grew {number(factor)}-fold a step"
    finite = [float(loss) for loss in losses if isfinite(loss)]
    return "went from {} to {}".format(*compared(finite[0], finite[-1]))


def _inside(run: Run, position: Pair) -> bool:
    (x0, x1), (y0, y1) = run.landscape.window
    return x0 <= position[0] <= x1 and y0 <= position[1] <= y1
