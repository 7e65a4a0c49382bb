"""The learning rate of the fewest steps."""

from dataclasses import dataclass
from typing import ClassVar

from engine import Run
from engine.frame import note
from engine.studies.fastest import rates_here
from engine.studies.rate_lanes import LANES
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, any_run_of
from live.queries.needs import Need, descents_of, work_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal


@dataclass(frozen=True)
class Fastest:
    """Which learning rate makes this run arrive in the fewest steps?"""

    seq: int
    run: Run
    kind: ClassVar[str] = "fastest"

    @property
    def needs(self) -> list[Need]:
        """The search, what tells its ends apart, and the descents that its answer is proved by."""
        loss = self.run.landscape.loss
        search = "fastest of a branch" if self.run.before else "fastest"
        return [Need(loss, work_of(self.run, search)), Need(loss, "rests"), *descents_of(self.run)]

    @property
    def steps(self) -> int:
        """At most those of the search's first look, at rates over the whole range."""
        return LANES * self.run.steps * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """Never: a search runs hundreds of rates."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: the rate and its steps, null where none is reliable, and all else of `RatesHere`.

        Of a branch all is said of the part that is its own. Raises Refusal for one that has none.
        """
        try:
            here = rates_here(self.run)
        except ValueError as fault:
            raise Refusal(str(fault)) from None
        found = {"rate": here.fastest, "steps": here.steps, "some": here.some}
        examples = {"arriving": here.arriving, "diverging": here.diverging, "right": here.right}
        return note({"seq": self.seq, "kind": self.kind, **found, **examples})


FASTEST = Kind("fastest", (Field("run", any_run_of, example=BOWL),), Fastest)
