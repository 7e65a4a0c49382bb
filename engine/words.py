"""The sentence of an outcome: which optimizer, how it ended, where, when, and which rule by which numbers."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf, isfinite, isinf, isnan, log
from typing import TYPE_CHECKING, NamedTuple

from engine.numerals import apart, count, number, point
from engine.optimizers import OPTIMIZERS
from engine.place import NEAR, Pair, Place, span
from engine.run import Run

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

STILL = 1e-6
"""A slope that counts as none when no gradient rule is there to say so: the default tolerance."""
WORN_OUT = 1e-3
"""A rate that fell below this share of its largest moves nothing any more."""
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


class Told(NamedTuple):
    """What there is to say of an ending."""

    sentence: str
    arrived: bool
    place: str | None
    growth: float | None = None


def tell(run: Run, losses: Float[np.ndarray, " n+1"], rates: Float[np.ndarray, " n"], ending: Ending) -> Told:
    """The sentence of an outcome, whether it is an arrival at a minimum, and the critical point it is at."""
    name = OPTIMIZERS[run.optimizer].name
    if ending.kind == "diverged":
        return Told(f"{name} {_divergence(losses, ending)}.", False, None, growth(losses))
    rule = {"budget": _budget, "converged_loss": _loss_rule}.get(ending.kind, _gradient_rule)
    text, arrived, reached = rule(run, losses, rates, ending, ending.place)
    return Told(f"{name} {text}.", arrived, ending.place.words if ending.place and reached else None)


def _gradient_rule(run, losses, rates, ending: Ending, place: Place | None):
    tolerance, slope = number(run.gradient_tolerance), apart(ending.slope, run.gradient_tolerance)
    verb = "is" if ending.step == 0 else "fell"
    why = f"the gradient norm, {slope}, {verb} below {tolerance}"
    when = "at once" if ending.step == 0 else f"after {count(ending.step)}"
    if place and place.distance <= NEAR and ending.kind == "converged_gradient" and place.is_minimum:
        flying = ending.next_step > NEAR * span(run.landscape)
        caught = f" (caught in passing: its next step would be {number(ending.next_step)} long)" if flying else ""
        return f"arrives at {place.words} {when}: {why}{caught}", True, True
    if place and place.distance <= BESIDE_SADDLE:
        falls = {
            "saddle": "but the ground falls away along one direction",
            "maximum": "but the ground falls away in every direction",
            "ridge": "but the ground falls away to both sides",
            "degenerate": "but it is level there along at least one direction, so curvature cannot tell what it is",
        }
        if place.kind in falls:
            return f"stops at {place.words} {when}: {why}, {falls[place.kind]}", False, True
    end = point(ending.position)
    if place and place.is_minimum and ending.kind == "converged_gradient":
        return f"stops at {end} {when}, short of {place.words}: {why}", False, False
    return (
        f"stops on nearly flat ground at {end} {when}: {why}, yet this is no minimum (loss {number(ending.loss)})",
        False,
        False,
    )


def _loss_rule(run, losses, rates, ending: Ending, place: Place | None):
    change = abs(float(losses[-1]) - float(losses[-2]))
    why = f"the loss changed by {apart(change, run.loss_tolerance)}, less than {number(run.loss_tolerance)}"
    slope = number(ending.slope)
    if place and place.is_minimum and place.distance <= NEAR:
        return f"arrives at {place.words} after {count(ending.step)}: {why} (gradient norm {slope})", True, True
    stops = f"stops at step {ending.step:,} because {why}"
    if place and place.kind in ("saddle", "maximum", "ridge") and place.distance <= BESIDE_SADDLE:
        return f"{stops}, yet this is {place.words}, not a minimum: the gradient norm is {slope}", False, True
    if place and place.kind == "degenerate" and place.distance <= BESIDE_SADDLE:
        return f"{stops}, at {place.words}: the gradient norm is {slope}, curvature cannot tell what it is", False, True
    return f"{stops}, yet the gradient norm is {slope}: this is not a minimum", False, False


def _budget(run, losses, rates, ending: Ending, place: Place | None):
    numbers = f"loss {number(ending.loss)}, gradient norm {number(ending.slope)}"
    steps = count(ending.step)
    if place and place.distance <= NEAR and ending.slope < STILL:
        return f"ends its {steps} at {place.words}: {numbers}, and no rule stopped it", place.is_minimum, True
    largest, last = float(rates.max()), float(rates[-1])
    if last <= WORN_OUT * largest:
        worn = f"its learning rate fell from {number(largest)} to {number(last)}"
        return f"has all but stopped after {steps}, because {worn}: {numbers}", False, False
    noisy = f" under noise {number(run.noise)}" if run.noise > 0 else ""
    noisy += f" on batches of {run.batch_size}" if run.batch_size is not None else ""
    away = "" if _inside(run, ending.position) else f", outside the window at {point(ending.position)}"
    return f"is still moving{noisy} after {steps}{away}: {numbers}", False, False


def _divergence(losses, ending: Ending) -> str:
    x, y = ending.position
    step = f"step {ending.step:,}"
    bad = _not_finite(ending)
    far = max(abs(x), abs(y)) > 1e12
    if ending.step == 0:
        return f"cannot start at {point(ending.position)}: {bad or 'that is beyond 1e12'}"
    if not (isfinite(x) and isfinite(y)):
        how = "runs downhill without end" if losses[-1] < losses[0] else "blows up"
        before = f"(loss before it: {number(float(losses[-1]))})"
        return f"{how}: {step} overflowed, and the position is no longer a finite number {before}"
    if not far:
        return f"breaks off at {step}, at {point(ending.position)}: {bad}"
    if ending.loss < min(float(losses[0]), float(losses[-2])):
        return f"runs downhill without end: the position passed 1e12 at {step}, the loss is {number(ending.loss)}"
    passed = f"the position passed 1e12 at {step}"
    if isinf(ending.loss):
        return f"blows up: the loss {_growth(losses)}, then overflowed to infinity, and {passed}"
    return f"blows up: the loss {_growth(losses)} and {passed}"


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
    return f"went from {number(finite[0])} to {number(finite[-1])}"


def _inside(run: Run, position: Pair) -> bool:
    (x0, x1), (y0, y1) = run.landscape.window
    return x0 <= position[0] <= x1 and y0 <= position[1] <= y1
