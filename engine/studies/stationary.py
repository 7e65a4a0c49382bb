"""How far noise keeps descent from the bottom of a quadratic: the variance measured, and its closed form."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.interval import Z95
from engine.basis.numerals import number
from engine.runs.run import Run
from engine.studies.decay import is_steady
from engine.studies.laws import quadratic_hessian
from i18n import joined, message

if TYPE_CHECKING:
    from jaxtyping import Float

REMEMBERED = 1e-3
"""Share of the variance that may be missing yet for a run to count as stationary."""
ALIGNED = 1e-9


class Along(NamedTuple):
    """The spread of the ends of many seeds along one axis of the bowl."""

    axis: str
    curvature: float
    measured: float
    """Sample variance."""
    low: float
    high: float
    """Its 95 % interval."""
    predicted: float
    """rate sigma^2 / (curvature (2 - rate curvature))."""

    @property
    def holds(self) -> bool:
        """Whether the closed form lies in the interval."""
        return self.low <= self.predicted <= self.high


def stationary(run: Run, points: Float[np.ndarray, "seeds 2"], full: bool) -> list[Along]:
    """Both axes of a quadratic bowl under plain descent at a constant rate; empty where the law says nothing.

    w <- w - rate (curvature w + sigma z) along each axis forgets its start by (1 - rate curvature) a step, and its
    variance solves v = (1 - rate curvature)^2 v + rate^2 sigma^2. The ends are normally distributed, so their sample
    variance has a chi-square interval. Source: Mandt, Hoffman and Blei (2017), JMLR 18(134), in one dimension.
    """
    free = run.clip_norm is None and run.clip_value is None and run.batch_size is None
    plain = run.optimizer == "gradient_descent" and run.noise > 0 and is_steady(run)
    if not (free and plain and full) or len(points) < 30:
        return []
    hessian = quadratic_hessian(run.landscape)
    if hessian is None:
        return []
    curvatures, axes = np.linalg.eigh(hessian)
    told = []
    for curvature, axis in zip(curvatures.tolist(), axes.T, strict=True):
        kept = (1 - run.rate * curvature) ** 2
        if kept >= 1 or kept**run.steps > REMEMBERED:
            return []
        measured = float(np.var(points @ axis, ddof=1))
        low, high = variance_interval(measured, len(points))
        predicted = run.rate * run.noise**2 / (curvature * (2 - run.rate * curvature))
        told.append(Along(_called(run, axis), curvature, measured, low, high, predicted))
    return told


def variance_interval(variance: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a variance that was measured on so many normal numbers.

    By Wilson and Hilferty's cube root of a chi-square quantile (1931), PNAS 17:684-688; to 10⁻⁴ from 30 numbers on.
    """
    freedom = count - 1
    part = 2 / (9 * freedom)
    high, low = ((1 - part + z * sqrt(part)) ** 3 for z in (-Z95, Z95))
    return variance / low, variance / high


def _called(run: Run, axis: Float[np.ndarray, " 2"]) -> str:
    names = run.landscape.axes
    if np.abs(axis).max() > 1 - ALIGNED:
        return names[int(np.argmax(np.abs(axis)))]
    x, y = (axis if axis[0] > 0 else -axis).tolist()
    return f"({number(x, 2)}, {number(y, 2)})"


def stationary_sentence(name: str, run: Run, told: list[Along]) -> str:
    """Both variances beside their closed form."""
    parts = joined("; ", map(_along, told))
    rate = number(run.rate)
    return message("{name}, variance of the ends at rate {rate}: {parts}.", name=name, rate=rate, parts=parts)


def _along(one: Along) -> str:
    told = {
        "axis": one.axis,
        "measured": number(one.measured),
        "low": number(one.low),
        "high": number(one.high),
        "predicted": number(one.predicted),
    }
    if one.holds:
        return message("along {axis} {measured} (95 %: {low} to {high}), closed form {predicted}", **told)
    return message("along {axis} {measured} (95 %: {low} to {high}), closed form {predicted}, outside it", **told)
