"""Which way each knob would lower the final loss."""

from dataclasses import dataclass
from typing import ClassVar

from engine import Run, hypergradients
from engine.frame import finite_or_none, note
from engine.runs.feed import bucket
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, run_of
from live.queries.needs import Need, work_of
from live.queries.query import Field, Kind


@dataclass(frozen=True)
class Hints:
    """Which way would each knob of this run lower its final loss?"""

    seq: int
    run: Run
    kind: ClassVar[str] = "hints"

    @property
    def needs(self) -> list[Need]:
        """The derivative of the whole run, and the run."""
        loss, rows = self.run.landscape.loss, bucket(self.run.steps)
        whole = f"derivative of {self.run.optimizer}, {self.run.schedule}"
        return [Need(loss, whole, len(self.run.schedule_knobs)), Need(loss, work_of(self.run, "descent"), rows)]

    @property
    def steps(self) -> int:
        """A derivative and two runs for each knob."""
        knobs = 1 + len(self.run.knobs) + len(self.run.schedule_knobs)
        return 4 * self.run.steps * knobs * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """Never: it is asked when the hand rests."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: for each knob its derivative (null where there is none), and a sentence."""
        told = hypergradients(self.run)
        slopes = {
            name: {
                "value": None if slope.value is None else finite_or_none(slope.value),
                "trusted": slope.trusted,
                "sentence": slope.sentence,
            }
            for name, slope in told.slopes.items()
        }
        return note({"seq": self.seq, "kind": self.kind, "steps": told.steps, "slopes": slopes})


HINTS = Kind("hints", (Field("run", run_of, example=BOWL),), Hints)
