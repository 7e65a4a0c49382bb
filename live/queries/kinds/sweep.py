"""A run under each of many learning rates."""

from dataclasses import dataclass
from typing import ClassVar

from engine import Run
from engine.basis.checks import echo
from engine.frame import Frame
from engine.studies.regimes import regimes_of
from i18n import message
from live.queries.fields import BOWL, checked, run_of, whole
from live.queries.limits import LIMITS
from live.queries.needs import Need, fed, lanes_cost, lanes_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal


@dataclass(frozen=True)
class Sweep:
    """What becomes of a run under each of many learning rates?"""

    seq: int
    run: Run
    low: float
    high: float
    count: int
    kind: ClassVar[str] = "sweep"

    @property
    def needs(self) -> list[Need]:
        """The lanes of the run's optimizer, and what tells their ends apart."""
        return lanes_of(self.run, fed(self.run, "rate"))

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time; a slice is always full."""
        return lanes_cost(self.run, 4_096)

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Arrays rates, losses, steps, outcomes (indices into OUTCOME_KINDS) and arrived (n,), and where they part."""
        told, regimes = regimes_of(self.run, self.low, self.high, self.count)
        frame = Frame()
        arrays = {
            "rates": told.rates,
            "losses": told.final_losses,
            "steps": told.steps,
            "outcomes": told.outcomes,
            "arrived": told.arrived,
        }
        return frame.sealed({"seq": self.seq, "kind": self.kind, **regimes._asdict(), "arrays": frame.places(arrays)})


def sweep(seq: int, run: Run, low: float, high: float, count: int) -> Sweep:
    """The query, if its range rises. Raises Refusal."""
    if high <= low:
        raise Refusal(message('"high" must be above "low", {low}; got {high}.', low=echo(low), high=echo(high)))
    return Sweep(seq, run, low, high, count)


SWEEP = Kind(
    "sweep",
    (
        Field("run", run_of, example=BOWL),
        Field("low", checked("rate"), default=1e-5),
        Field("high", checked("rate"), default=10.0),
        Field("count", whole(2, LIMITS.sweep_rates), default=240),
    ),
    sweep,
)
