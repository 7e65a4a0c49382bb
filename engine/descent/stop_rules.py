"""The stop rules at one point of a run, each with its number: what "repeat" asks before every step."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from engine.basis.numerals import compared, count, number
from engine.basis.parts import Parts
from engine.descent.loop import BY_BUDGET, BY_GRADIENT, BY_LOSS, DIVERGED, OUT_OF_BOUNDS, RUNNING
from engine.runs.place import Pair
from engine.runs.run import Run
from i18n import message, plural

ORDER = (DIVERGED, BY_GRADIENT, BY_LOSS, BY_BUDGET)
"""The order of `engine.descent.loop`: the first rule that is met ends the run."""


class StopTest(NamedTuple):
    """A stop rule: it is met where the value is below the threshold."""

    name: str
    value: float | None
    """None where there is nothing to measure yet."""
    threshold: float | None
    """None where the rule is switched off."""
    met: bool
    text: str
    """The same in words, for those who hear the page."""


def stop_rules(
    run: Run, step: int, verdict: int, loss: float, last_loss: float, gradient: Pair
) -> tuple[StopTest, ...]:
    """The three rules at a point: gradient norm, loss change, steps left. `verdict` is the compiled run's own.

    The rule that ended the run is met, and those before it are not, whatever this second computation rounds to.
    """

    def is_met(rule: int, value: float, threshold: float) -> bool:
        if verdict == RUNNING or ORDER.index(rule) < ORDER.index(verdict):
            return False
        return rule == verdict or value < threshold

    slope = sqrt(gradient[0] * gradient[0] + gradient[1] * gradient[1])
    change = abs(loss - last_loss) if step > 0 else None
    left = run.steps - step
    return (
        _tolerance(message("gradient norm"), slope, run.gradient_tolerance, BY_GRADIENT, is_met),
        _tolerance(message("loss change"), change, run.loss_tolerance, BY_LOSS, is_met),
        StopTest(message("steps left"), left, 1, is_met(BY_BUDGET, left, 1), _left(left, run.steps)),
    )


def _tolerance(name: str, value: float | None, tolerance: float, rule: int, is_met) -> StopTest:
    if tolerance == 0:
        return StopTest(name, value, None, False, message("{name}: switched off", name=name))
    if value is None:
        return StopTest(name, None, tolerance, False, message("{name}: no step is made yet", name=name))
    met = is_met(rule, value, tolerance)
    shown, limit = compared(value, tolerance)
    side = message("{name}: {value}, below {limit}") if met else message("{name}: {value}, not below {limit}")
    return StopTest(name, value, tolerance, met, message(side, name=name, value=shown, limit=limit))


def _left(left: int, steps: int) -> str:
    return message("{n} of {steps} left", n=f"{left:,}", steps=count(steps))


def ending(run: Run, verdict: int, parts: Parts) -> str:
    """Why no step follows, as the end of "The run ends here: "."""
    far = not np.abs(parts.old).max() <= OUT_OF_BOUNDS
    if verdict == BY_GRADIENT:
        return message("the gradient norm is below {tolerance}", tolerance=number(run.gradient_tolerance))
    if verdict == BY_LOSS:
        return message("the loss changed by less than {tolerance}", tolerance=number(run.loss_tolerance))
    if verdict == BY_BUDGET:
        return plural("its {n} step is made", "its {n} steps are made", run.steps, n=f"{run.steps:,}")
    if far:
        return message("it has diverged")
    return message("it breaks off") if parts.step else message("it cannot start")
