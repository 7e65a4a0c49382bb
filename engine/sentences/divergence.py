"""The sentence of a run that left all bounds, or came to where the surface has no number."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf, isfinite, isinf, isnan, log

from engine.basis.numerals import compared, number, point
from engine.runs.trajectory import CANNOT_START, FALLS_FOR_EVER
from engine.sentences.ending import Ending, Told
from i18n import message

FARTHEST = 1e12
"""A coordinate beyond is out of bounds: `engine.descent.loop` stops there."""
_BEYOND = number(FARTHEST)
LAST_LOSSES = 6
"""What "the last steps" of a run that blew up are: five ratios."""
LARGEST_EXPONENT = 709.0
"""exp of more is no finite number."""


def divergence(name: str, losses, ending: Ending) -> Told:
    """Where it went, and how its loss grew on the way."""
    x, y = ending.position
    bad = _not_finite(ending)
    far = max(abs(x), abs(y)) > FARTHEST
    told = {"name": name, "step": f"{ending.step:,}", "loss": number(ending.loss), "far": _BEYOND}
    if ending.step == 0:
        why = bad or message("that is beyond {far}", far=_BEYOND)
        text = message("{name} cannot start at {point}: {why}.", name=name, point=point(ending.position), why=why)
        return Told(text, CANNOT_START, False, None, growth(losses), why)
    up, down = message("blows up at {step}", step=told["step"]), FALLS_FOR_EVER
    if not (isfinite(x) and isfinite(y)):
        told["loss"] = number(float(losses[-1]))
        if losses[-1] < losses[0]:
            text = message(
                "{name} runs downhill without end: step {step} overflowed, and the position is no longer a finite "
                "number (loss before it: {loss}).",
                **told,
            )
            return _lost(text, down, losses)
        text = message(
            "{name} blows up: step {step} overflowed, and the position is no longer a finite number "
            "(loss before it: {loss}).",
            **told,
        )
        return _lost(text, up, losses)
    if not far:
        text = message(
            "{name} breaks off at step {step}, at {point}: {why}.", point=point(ending.position), why=bad, **told
        )
        return _lost(text, message("breaks off at {step}", step=told["step"]), losses)
    if ending.loss < min(float(losses[0]), float(losses[-2])):
        text = message(
            "{name} runs downhill without end: the position passed {far} at step {step}, the loss is {loss}.", **told
        )
        return _lost(text, down, losses)
    told["growth"] = _growth(losses)
    if isinf(ending.loss):
        text = message(
            "{name} blows up: {growth}, then overflowed to infinity, and the position passed {far} at step {step}.",
            **told,
        )
        return _lost(text, up, losses)
    text = message("{name} blows up: {growth} and the position passed {far} at step {step}.", **told)
    return _lost(text, up, losses)


def _lost(text: str, fate: str, losses) -> Told:
    return Told(text, fate, False, None, growth(losses))


def _not_finite(ending: Ending) -> str:
    """What at the last point is no finite number; empty if all is."""
    if isnan(ending.loss):
        return message("the loss there is not a number")
    if isinf(ending.loss):
        return message("the loss there is infinite") if ending.loss > 0 else message("the loss there is minus infinite")
    if isnan(ending.slope):
        return message("the gradient there is not a number")
    return message("the gradient there is infinite") if isinf(ending.slope) else ""


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
        return message("the loss grew {factor}-fold a step", factor=number(factor))
    finite = [float(loss) for loss in losses if isfinite(loss)]
    first, last = compared(finite[0], finite[-1])
    return message("the loss went from {first} to {last}", first=first, last=last)
