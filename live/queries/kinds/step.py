"""One step of a run, explained."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine import Run, explain
from engine.descent.explain import Row
from engine.descent.stop_rules import StopTest
from engine.frame import finite_or_none, note, pair
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, LARGEST_SEQ, any_run_of, whole
from live.queries.limits import LIMITS
from live.queries.needs import Need, steps_of
from live.queries.query import Field, Kind


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
        return steps_of(self.run)

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
            "gradient": pair(told.gradient),
            "felt": pair(told.effective_gradient),
            "old": pair(told.old),
            "new": pair(told.new),
            "update": pair(told.update),
            "carried": None if told.carried is None else pair(told.carried),
            "formula": told.formula,
            "sentence": told.sentence,
            "rows": [_row(row) for row in told.rows],
            "tests": [_test(test) for test in told.tests],
        }
        return note(header)


def _row(row: Row) -> Mapping[str, Any]:
    return {**row._asdict(), "values": pair(row.values)}


def _test(test: StopTest) -> Mapping[str, Any]:
    return {**test._asdict(), "value": finite_or_none(test.value)}


STEP = Kind(
    "step",
    (
        Field("run", any_run_of, example=BOWL),
        Field("step", whole(0, LARGEST_SEQ, "The start is step 0."), example=3),
    ),
    Step,
)
