"""Loss and gradient under the cursor."""

from dataclasses import dataclass
from typing import ClassVar

from engine import probe
from engine.frame import finite_or_none, note, pair
from landscapes import Landscape
from live.queries.fields import checked, landscape_of_text
from live.queries.limits import LIMITS
from live.queries.needs import Need, slopes_cost
from live.queries.query import Field, Kind


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
        return slopes_cost(self.landscape, 1)

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
                "gradient": pair(gradient),
            }
        )


POINT = Kind(
    "point",
    (
        Field("landscape", landscape_of_text, example="bowl"),
        Field("position", checked("position"), example=[1, 2]),
    ),
    Point,
)
