"""The learning rate of the fewest steps."""

from dataclasses import dataclass
from typing import ClassVar

from engine import Run
from engine.frame import note
from engine.runs.feed import bucket
from engine.studies.fastest import rates_here
from engine.studies.rate_lanes import LANES
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, run_of
from live.queries.needs import Need, work_of
from live.queries.query import Field, Kind


@dataclass(frozen=True)
class Fastest:
    """Which learning rate makes this run arrive in the fewest steps?"""

    seq: int
    run: Run
    kind: ClassVar[str] = "fastest"

    @property
    def needs(self) -> list[Need]:
        """The search, what tells its ends apart, and the descent that its answer is proved by."""
        loss = self.run.landscape.loss
        descent = Need(loss, work_of(self.run, "descent"), bucket(self.run.steps))
        return [Need(loss, work_of(self.run, "fastest")), Need(loss, "rests"), descent]

    @property
    def steps(self) -> int:
        """At most those of the search's first look, at rates over the whole range."""
        return LANES * self.run.steps * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """Never: a search runs hundreds of rates."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: the rate and its steps, null where none is reliable, and all else of `RatesHere`."""
        here = rates_here(self.run)
        found = {"rate": here.fastest, "steps": here.steps, "some": here.some}
        examples = {"arriving": here.arriving, "diverging": here.diverging, "right": here.right}
        return note({"seq": self.seq, "kind": self.kind, **found, **examples})


FASTEST = Kind("fastest", (Field("run", run_of, example=BOWL),), Fastest)
