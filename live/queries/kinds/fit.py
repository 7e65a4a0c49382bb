"""What a two-weight model predicts."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from engine.basis.checks import echo
from engine.frame import Frame
from engine.networks import TwoWeights, model_on
from engine.runs.batches import batches
from engine.surfaces.grids import losses
from i18n import message
from landscapes import Landscape
from live.queries.fields import checked, is_index, landscape_of_text
from live.queries.limits import LIMITS
from live.queries.needs import Need
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal

FIT_POINTS = 96
"""Inputs across the data, and a little beyond, at which a fit is told."""


class Batch(NamedTuple):
    """The mini-batch of one step."""

    size: int
    seed: int
    step: int


_batches = lru_cache(maxsize=32)(batches)
"""A film asks for one step after the other."""


@dataclass(frozen=True)
class Fit:
    """What does the model make of its inputs at these places of its surface?"""

    seq: int
    model: TwoWeights
    places: tuple[tuple[float, float], ...]
    batch: Batch | None = None
    kind: ClassVar[str] = "fit"

    @property
    def needs(self) -> list[Need]:
        """The model's own prediction."""
        return [Need(self.model.loss, "fit", len(self.places))]

    @property
    def steps(self) -> int:
        """A line of points for each place."""
        return len(self.places)

    @property
    def inline(self) -> bool:
        """Always: it takes some microseconds."""
        return True

    def answer(self) -> bytes:
        """Arrays inputs (m,), fits (places, m) and losses (places,); `rows` are the points of the mini-batch."""
        frame, inputs = Frame(), self.model.across(FIT_POINTS)
        heights = losses(self.model.landscape, self.places)
        fits = self.model.fits(np.array(self.places), inputs)
        return frame.sealed(
            {
                "seq": self.seq,
                "kind": self.kind,
                "rows": None if self.batch is None else self._rows(self.batch),
                "arrays": frame.places({"inputs": inputs, "fits": fits, "losses": heights}),
            }
        )

    def _rows(self, batch: Batch) -> list[int]:
        return _batches(len(self.model.inputs), batch.size, LIMITS.steps, batch.seed)[batch.step].tolist()


def fit(seq: int, landscape: Landscape, places: tuple[tuple[float, float], ...], batch: Any) -> Fit:
    """The query, if the landscape is a model's. Raises Refusal."""
    model = model_on(landscape)
    if model is None:
        raise Refusal(
            message(
                "{surface} is no model with a fit to draw. Ask as in {example}.",
                surface=landscape.name,
                example=json.dumps(FIT.example),
            )
        )
    return Fit(seq, model, places, None if batch is None else _batch(batch, len(model.inputs)))


def _places(name: str, places: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(places, list) or not 1 <= len(places) <= LIMITS.fits:
        raise Refusal(
            message(
                '"{name}" must be a list of 1 to {most} positions; got {value}.',
                name=name,
                most=LIMITS.fits,
                value=echo(places),
            )
        )
    return tuple(checked("position")("position", place) for place in places)


def _batch(batch: Any, points: int) -> Batch:
    """Which mini-batch is meant: of `size` points, drawn from `seed`, at `step`."""
    if not isinstance(batch, dict) or set(batch) != {"size", "seed", "step"}:
        raise Refusal(
            message('"batch" must be such as {"size": 8, "seed": 0, "step": 3}; got {value}.', value=echo(batch))
        )
    size, seed = (checked(field)(field, batch[name]) for field, name in (("batch_size", "size"), ("seed", "seed")))
    step = batch["step"]
    if size is None or size > points or not is_index(step, LIMITS.steps - 1):
        raise Refusal(
            message(
                '"batch" must be such as {"size": 8, "seed": 0, "step": 3}, with at most {points} points and {steps} '
                "steps; got {value}.",
                points=points,
                steps=f"{LIMITS.steps - 1:,}",
                value=echo(batch),
            )
        )
    return Batch(size, seed, step)


FIT = Kind(
    "fit",
    (
        Field("landscape", landscape_of_text, example="model:linear_regression"),
        Field("places", _places, example=[[1.5, -0.5]]),
        Field("batch", lambda _name, value: value, default=None),
    ),
    fit,
)
