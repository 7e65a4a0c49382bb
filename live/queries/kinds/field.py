"""The arrows of a gradient field."""

from dataclasses import dataclass
from typing import ClassVar

from engine import field
from engine.frame import Frame
from landscapes import Landscape, Window
from live.queries import query
from live.queries.fields import landscape_of_text, whole, window_of
from live.queries.limits import LIMITS
from live.queries.needs import Need, slopes_cost


@dataclass(frozen=True)
class Arrows:
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
        return slopes_cost(self.landscape, self.columns * self.rows)

    @property
    def inline(self) -> bool:
        """On a formula: at most four chunks."""
        return self.steps <= LIMITS.inline_steps

    def answer(self) -> bytes:
        """Array gradients (columns * rows, 2): row after row with y ascending, x ascending in each."""
        gradients = field(self.landscape, self.landscape.window, self.columns, self.rows).reshape(-1, 2)
        frame = Frame()
        return frame.sealed({"seq": self.seq, "kind": self.kind, "arrays": frame.places({"gradients": gradients})})


def arrows(seq: int, landscape: Landscape, window: Window, columns: int, rows: int) -> Arrows:
    """The query over this window of the landscape."""
    return Arrows(seq, landscape.with_window(window), columns, rows)


FIELD = query.Kind(
    "field",
    (
        query.Field("landscape", landscape_of_text, example="bowl"),
        query.Field("window", window_of, example=[[-3, 3], [-3, 3]]),
        query.Field("columns", whole(*LIMITS.field_points), example=24),
        query.Field("rows", whole(*LIMITS.field_points), example=16),
    ),
    arrows,
)
