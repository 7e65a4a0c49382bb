"""What a stage draws, as one frame: outcomes and sentences in the header, paths and curves behind it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine import Trajectory, sharpness, summary
from engine.export import optimizer_code, scheduler_code
from engine.frame import Frame, finite_or_none
from engine.runs.trajectory import CANNOT_START
from engine.studies.decisions import decisions
from engine.studies.horizon import stability_factor


def picture(
    seq: int | None,
    trajectories: Sequence[Trajectory],
    focus: int | None = None,
    names: Sequence[str] = (),
    schedules: bool = False,
) -> bytes:
    """The frame that a stage draws.

    Arrays of each run, n being the updates made: points (n+1, 2), losses (n+1, 1), rates (n, 1), slopes (n+1, 1), the
    gradient norms; of the one in focus also gradients (n+1, 2) and sharpness (n+1, 1), the largest Hessian eigenvalues.
    The "factor" of that run is what rate x sharpness must stay below by the law of its method (2, gradient descent's,
    for one that has none); of the others it is null. In the sentence lanes are called by their `names`.

    A branch has the step at which it "begin"s; its rows before that one are its parent's.

    Where `schedules` are what is compared, lanes without a name are called by theirs; each then has the lines that make
    it in PyTorch, and the cuts that it decided on: steps, rates and why.
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
        outcome = trajectory.outcome
        runs.append(
            {
                "outcome": {
                    "kind": outcome.kind,
                    "step": int(outcome.step),
                    "sentence": outcome.sentence,
                    "arrived": outcome.arrived,
                    "fate": outcome.fate,
                    "growth": finite_or_none(outcome.growth),
                    **({"started": False} if outcome.fate == CANNOT_START else {}),
                },
                "factor": stability_factor(trajectory.run)[0] if index == focus else None,
                "arrays": frame.places(arrays),
                **({"begin": trajectory.run.begin} if trajectory.run.before else {}),
                **(_schedule(trajectory) if schedules else {}),
            }
        )
    return frame.sealed({"seq": seq, "summary": summary(trajectories, names, schedules), "runs": runs})


def _schedule(trajectory: Trajectory) -> dict[str, Any]:
    run = trajectory.run
    cuts = [
        {"step": one.step, "before": one.before, "after": one.after, "sentence": one.sentence}
        for one in decisions(trajectory)
    ]
    return {"optimizer_code": optimizer_code(run), "scheduler_code": scheduler_code(run), "cuts": cuts}
