"""Questions about one step of a run, and about the ground under the cursor."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from engine import Run, explain, field, probe
from engine.descent.explain import Row
from engine.descent.stop_rules import StopTest
from engine.frame import Frame, finite_or_none, note
from engine.networks import TwoWeights
from engine.runs.batches import batches
from engine.surfaces.grids import chunk_of, losses
from landscapes import Landscape
from landscapes.on_data import cost_of
from live.queries.limits import LIMITS
from live.queries.questions import Need, work_of


@dataclass(frozen=True)
class Step:
    """Why is this step what it is? One beyond the end is the end's."""

    seq: int
    run: Run
    step: int
    kind: ClassVar[str] = "step"

    @property
    def needs(self) -> list[Need]:
        """A descent that remembers one step."""
        return [Need(self.run.landscape.loss, work_of(self.run, "step"))]

    @property
    def steps(self) -> int:
        """All that lead there."""
        return (min(self.step, self.run.steps) + 1) * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """As for a descent of that length."""
        return self.steps <= LIMITS.inline_steps

    def answer(self) -> bytes:
        """A frame without arrays; numbers that are not finite are null."""
        told = explain(self.run, self.step)
        header = {
            "seq": self.seq,
            "kind": self.kind,
            "step": told.step,
            "made": told.made,
            "loss": finite_or_none(told.loss),
            "rate": finite_or_none(told.rate),
            "gradient": _pair(told.gradient),
            "felt": _pair(told.effective_gradient),
            "old": _pair(told.old),
            "new": _pair(told.new),
            "update": _pair(told.update),
            "carried": None if told.carried is None else _pair(told.carried),
            "formula": told.formula,
            "sentence": told.sentence,
            "rows": [_row(row) for row in told.rows],
            "tests": [_test(test) for test in told.tests],
        }
        return note(header)


@dataclass(frozen=True)
class Point:
    """What are loss and gradient at this position?"""

    seq: int
    landscape: Landscape
    position: tuple[float, float]
    kind: ClassVar[str] = "point"

    @property
    def needs(self) -> list[Need]:
        """The slopes of a chunk of points."""
        return [Need(self.landscape.loss, "slopes")]

    @property
    def steps(self) -> int:
        """One gradient."""
        return _slopes(self.landscape, 1)

    @property
    def inline(self) -> bool:
        """On a formula: it takes some microseconds."""
        return self.steps <= LIMITS.inline_steps

    def answer(self) -> bytes:
        """A frame without arrays; numbers that are not finite are null."""
        loss, gradient = probe(self.landscape, self.position)
        return note(
            {
                "seq": self.seq,
                "kind": self.kind,
                "position": list(self.position),
                "loss": finite_or_none(loss),
                "gradient": _pair(gradient),
            }
        )


@dataclass(frozen=True)
class Field:
    """Which way is up, on a grid over the landscape's window?"""

    seq: int
    landscape: Landscape
    columns: int
    rows: int
    kind: ClassVar[str] = "field"

    @property
    def needs(self) -> list[Need]:
        """The slopes of a chunk of points."""
        return [Need(self.landscape.loss, "slopes")]

    @property
    def steps(self) -> int:
        """A gradient for each point."""
        return _slopes(self.landscape, self.columns * self.rows)

    @property
    def inline(self) -> bool:
        """On a formula: at most four chunks."""
        return self.steps <= LIMITS.inline_steps

    def answer(self) -> bytes:
        """Array gradients (columns * rows, 2): row after row with y ascending, x ascending in each."""
        gradients = field(self.landscape, self.landscape.window, self.columns, self.rows).reshape(-1, 2)
        frame = Frame()
        return frame.sealed({"seq": self.seq, "kind": self.kind, "arrays": frame.places({"gradients": gradients})})


def _slopes(landscape: Landscape, count: int) -> int:
    """The cost of so many gradients; where each counts, those that fill up a chunk do too."""
    cost, chunk = cost_of(landscape.loss), chunk_of(landscape.loss, 1)
    return -(-count // chunk) * chunk * cost


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


def _pair(values: tuple[float, float]) -> list[float | None]:
    return [finite_or_none(value) for value in values]


def _row(row: Row) -> Mapping[str, Any]:
    return {**row._asdict(), "values": _pair(row.values)}


def _test(test: StopTest) -> Mapping[str, Any]:
    return {**test._asdict(), "value": finite_or_none(test.value)}
