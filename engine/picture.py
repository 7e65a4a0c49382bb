"""What a stage draws, as one frame: outcomes and sentences in the header, paths and curves behind it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine import Trajectory, sharpness, summary
from engine.frame import Frame, finite_or_none
from engine.horizon import stability_factor


def picture(seq: int | None, trajectories: Sequence[Trajectory], focus: int | None = None) -> bytes:
    """The frame that a stage draws.

    Arrays of each run, n being the updates made: points (n+1, 2), losses (n+1, 1), rates (n, 1), slopes (n+1, 1), the
    gradient norms; of the one in focus also gradients (n+1, 2), sharpness (n+1, 1), the largest Hessian eigenvalues,
    and limits (n, 1), what the law of its method lets them be at each rate (gradient descent's, for one that has none).
    """
    frame = Frame()
    runs = []
    for index, trajectory in enumerate(trajectories):
        arrays: dict[str, Any] = {
            "points": trajectory.points,
            "losses": trajectory.losses,
            "rates": trajectory.rates,
            # hypot, because the square of a gradient on its way out overflows long before its norm does.
            "slopes": np.hypot(trajectory.gradients[:, 0], trajectory.gradients[:, 1]),
        }
        if index == focus:
            arrays["gradients"] = trajectory.gradients
            arrays["sharpness"] = sharpness(trajectory.run.landscape, trajectory.points)
            with np.errstate(divide="ignore"):
                arrays["limits"] = stability_factor(trajectory.run)[0] / trajectory.rates
        outcome = trajectory.outcome
        runs.append(
            {
                "outcome": {
                    "kind": outcome.kind,
                    "step": int(outcome.step),
                    "sentence": outcome.sentence,
                    "arrived": outcome.arrived,
                    "growth": finite_or_none(outcome.growth),
                },
                "arrays": frame.places(arrays),
            }
        )
    return frame.sealed({"seq": seq, "summary": summary(trajectories), "runs": runs})
