"""Three learning rates: too low, just right and too high for a run."""

from dataclasses import dataclass
from typing import ClassVar

from engine import Run
from engine.frame import note
from engine.runs.feed import bucket
from engine.studies.rate_lanes import LANES
from engine.studies.trios import LONGER, rate_trio
from landscapes.on_data import cost_of, is_heavy
from live.queries.fields import BOWL, run_of
from live.queries.needs import Need, fed, lanes_of, work_of
from live.queries.query import Field, Kind


@dataclass(frozen=True)
class Trio:
    """Which rates are too low, just right and too high for this run, where it starts?"""

    seq: int
    run: Run
    kind: ClassVar[str] = "trio"

    @property
    def _longest(self) -> int:
        """On a surface whose every step asks a whole network no more steps are tried than the run's own."""
        return self.run.steps if is_heavy(self.run.landscape.loss) else max(self.run.steps, LONGER[-1])

    @property
    def needs(self) -> list[Need]:
        """A sweep, the search for the fastest rate, and the descents that prove what they found."""
        loss = self.run.landscape.loss
        sizes = dict.fromkeys(bucket(steps) for steps in (self.run.steps, self._longest))
        descents = [Need(loss, work_of(self.run, "descent"), rows) for rows in sizes]
        return [*lanes_of(self.run, fed(self.run, "rate")), Need(loss, work_of(self.run, "fastest")), *descents]

    @property
    def steps(self) -> int:
        """Those of the search's first look; the sweep is a small part of it."""
        return LANES * self._longest * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """Never: a search runs hundreds of rates."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: the three rates, null for one that is not there, the steps, and the sentence."""
        return note({"seq": self.seq, "kind": self.kind, **rate_trio(self.run, self._longest)._asdict()})


TRIO = Kind("trio", (Field("run", run_of, example=BOWL),), Trio)
