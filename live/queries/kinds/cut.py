"""The loss along one line through a step."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine import Run, cut
from engine.basis.registry import unknown
from engine.descent.cut import ALONG, PLACES, Along
from engine.frame import Frame, finite_or_none, pair
from i18n import message
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, LARGEST_SEQ, any_run_of, whole
from live.queries.limits import LIMITS
from live.queries.needs import Need, steps_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal


@dataclass(frozen=True)
class Cut:
    """What is the loss along the line of this step, or through there along an axis?"""

    seq: int
    run: Run
    step: int
    along: Along
    kind: ClassVar[str] = "cut"

    @property
    def needs(self) -> list[Need]:
        """A descent that remembers one step, the losses of the line, and the Hessian."""
        return [*steps_of(self.run), Need(self.run.landscape.loss, "cut")]

    @property
    def steps(self) -> int:
        """All that lead there, and the points of the line."""
        return (min(self.step, self.run.steps) + 1 + PLACES) * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """As for a descent of that length."""
        return self.steps <= LIMITS.inline_steps

    def answer(self) -> bytes:
        """Arrays places (m,) and rises (m,), distances and losses as they differ from those at the ball.

        Losses themselves would lose to float32 what a line shows near a minimum.
        """
        told = cut(self.run, self.step, self.along)
        frame = Frame()
        with np.errstate(all="ignore"):
            arrays = {"places": told.places, "rises": told.losses - told.explained.loss}
        header = {
            "seq": self.seq,
            "kind": self.kind,
            "step": told.explained.step,
            "made": told.explained.made,
            "position": pair(told.explained.old),
            "direction": told.direction,
            "loss": finite_or_none(told.explained.loss),
            "rate": finite_or_none(told.explained.rate),
            "slope": finite_or_none(told.slope),
            "curvature": finite_or_none(told.curvature),
            "reach": finite_or_none(told.reach),
            "landing": finite_or_none(told.landing),
            "best": told.best,
            "best_rate": told.best_rate,
            "sentence": told.sentence,
            "arrays": frame.places(arrays),
        }
        return frame.sealed(header)


def _along(name: str, value: Any) -> Along:
    if value not in ALONG:
        raise Refusal(unknown(message('"{name}" of a cut', name=name), value, ALONG))
    return value


CUT = Kind(
    "cut",
    (
        Field("run", any_run_of, example=BOWL),
        Field("step", whole(0, LARGEST_SEQ, "The start is step 0."), example=3),
        Field("along", _along, default="step", example="x"),
    ),
    Cut,
)
