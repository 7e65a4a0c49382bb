"""A run that is to be judged in words, with its evidence and what may be asked of it."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

from engine.diagnosis.evidence import Evidence
from engine.runs.motion import is_worn
from engine.runs.place import BESIDE
from engine.runs.run import Run
from engine.runs.trajectory import Trajectory
from engine.studies.prospects import LOWER, Prospect, at_rate, can_be_asked, with_more_steps
from i18n import message

_STOPPED = {
    "converged_loss": message("the loss rule stopped it"),
    "converged_gradient": message("the gradient rule stopped it"),
}
LOWER_RATE = {
    3: message("First try: a rate 2 to 5 times lower."),
    10: message("First try: a rate 10 times lower."),
    100: message("First try: a rate 100 times lower."),
}
SMALLER_TOLERANCE = message("First try: a smaller tolerance.")


class Case(NamedTuple):
    """A run with its evidence, and how it came to its end."""

    trajectory: Trajectory
    seen: Evidence
    runaway: bool
    thrown: bool
    """Whether its steps threw it to where the surface falls on."""

    @property
    def run(self) -> Run:
        """The run itself."""
        return self.trajectory.run

    @property
    def stopped(self) -> str:
        """Which rule stopped it, wherever that was, as a clause; empty if its steps ran out."""
        return _STOPPED.get(self.trajectory.outcome.kind, "")

    @property
    def worn(self) -> bool:
        """Whether its schedule took the rate away."""
        return is_worn(self.run, self.trajectory.rates)

    @property
    def moving(self) -> bool:
        """Whether only its steps ran out."""
        return self.trajectory.outcome.kind == "budget" and not self.worn and not self.trajectory.outcome.place

    @property
    def end(self) -> str:
        """What put an end to it, as a clause; empty if only its steps ran out."""
        return self.stopped or (message("its schedule took the rate away") if self.worn else "")

    @property
    def by_a_minimum(self) -> bool:
        """Whether a minimum is near enough to be what it is about."""
        near = self.trajectory.outcome.nearest
        return near is not None and near.is_minimum and near.distance <= BESIDE

    @property
    def chance(self) -> str:
        """Where its random steps come from."""
        return message("the noise") if self.run.noise else message("the batch size")

    @property
    def may_ask(self) -> bool:
        """Whether the engine may be asked what becomes of it otherwise: chance answers for one seed only."""
        return can_be_asked(self.run) and not self.run.by_chance

    @property
    def longer(self) -> Prospect | None:
        """What becomes of it with more steps; None if that is not known."""
        return with_more_steps(self.run) if self.may_ask else None

    def ends_lower(self, other: Prospect) -> bool:
        """Whether another run comes lower than this one."""
        last = self.seen.last_loss
        return not other.diverges and (other.arrives or not isfinite(last) or other.loss < last - self.seen.floor)

    def lower_rate(self, otherwise: str) -> str:
        """The first try where the rate is too high, by the first share of it that does better; or what else to try."""
        if not self.may_ask:
            return message("First try: a rate 2 to 5 times lower.")
        better = (times for times in LOWER if self.ends_lower(at_rate(self.run, 1 / times)))
        found = next(better, None)
        return otherwise if found is None else LOWER_RATE[found]
