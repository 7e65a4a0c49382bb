"""All optimizers and schedules: what a stage must know to add a run of any."""

from dataclasses import dataclass
from typing import ClassVar

from engine import OPTIMIZERS, SCHEDULES
from engine.facts import facts_of
from engine.frame import note
from live.queries.needs import Need
from live.queries.query import Kind


@dataclass(frozen=True)
class Methods:
    """Which optimizers and schedules are there, and what knobs have they?"""

    seq: int
    kind: ClassVar[str] = "methods"

    @property
    def needs(self) -> list[Need]:
        """Nothing is computed."""
        return []

    @property
    def steps(self) -> int:
        """None."""
        return 0

    @property
    def inline(self) -> bool:
        """Always."""
        return True

    def answer(self) -> bytes:
        """A frame without arrays: "optimizers" and "schedules" by key, each with its name and its knobs."""
        return note({"seq": self.seq, "kind": self.kind, **facts_of(OPTIMIZERS, SCHEDULES)})


METHODS = Kind("methods", (), Methods)
