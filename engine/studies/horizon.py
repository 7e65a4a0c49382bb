"""The stability horizon: where along a path the learning rate is too high for the curvature there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.runs.run import Run
from engine.runs.trajectory import Trajectory
from engine.surfaces.grids import sharpness
from i18n import message

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


@dataclass(frozen=True, eq=False)
class Horizon:
    """Curvature against its limit for each of a run's n updates."""

    sharpness: Float[np.ndarray, " n"]
    """Largest Hessian eigenvalue where the update started."""
    limits: Float[np.ndarray, " n"]
    """The largest that the rate of this update can settle on; infinite where the rate is 0."""
    law: str | None
    """Whose limit it is: "rate × λ < 2" and its like, exact on a quadratic; None for a method that has no such law: its
    `limits` are then gradient descent's, for comparison."""

    @property
    def beyond(self) -> Bool[np.ndarray, " n"]:
        """The updates whose rate is too high for the curvature they start from."""
        with np.errstate(invalid="ignore"):
            return self.sharpness > self.limits


def stability_horizon(trajectory: Trajectory) -> Horizon:
    """Sharpness along a computed run, and the limit that its rates set.

    The limits: gradient descent 2 / rate, heavy ball 2 (1 + beta) / rate, Nesterov 2 (1 + beta) / ((1 + 2 beta) rate).
    There a root of the recursion's characteristic polynomial on a quadratic reaches -1 (Polyak (1964) has the heavy
    ball's). On a quadratic they are sharp; elsewhere a step beyond them overshoots here, and may be back in the next.
    """
    factor, law = stability_factor(trajectory.run)
    with np.errstate(divide="ignore"):
        limits = factor / trajectory.rates
    return Horizon(sharpness(trajectory.run.landscape, trajectory.points[: len(limits)]), limits, law)


def stability_factor(run: Run) -> tuple[float, str | None]:
    """What rate x curvature must stay below for this method, and its law in words; 2 and None where there is none."""
    beta = run.knobs.get("momentum", 0.0)
    simple = not run.knobs.get("dampening") and not run.knobs.get("weight_decay")
    laws = {
        "gradient_descent": (2.0, _DESCENT),
        "momentum": (2 * (1 + beta), _HEAVY_BALL),
        "nesterov": (2 * (1 + beta) / (1 + 2 * beta), _NESTEROV),
    }
    return laws[run.optimizer] if run.optimizer in laws and simple else (2.0, None)


_DESCENT = message("rate × λ < 2")
_HEAVY_BALL = message("rate × λ < 2 (1 + β)")
_NESTEROV = message("rate × λ < 2 (1 + β) / (1 + 2 β)")
