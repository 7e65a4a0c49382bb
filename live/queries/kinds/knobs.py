"""A run under every pair of two knobs' values."""

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np

from engine import Run, knob_map
from engine.basis.checks import echo
from engine.basis.cores import BACKGROUND_CORES
from engine.basis.numerals import three_digits
from engine.frame import Frame, finite_or_none
from engine.studies.basins import MOST_PIXELS_A_SIDE
from engine.studies.knob_maps import PARAMETER, KnobMap, check_axes
from engine.studies.laws import law_on
from i18n import message, sentence_of
from live.queries.fields import BOWL, run_of, whole
from live.queries.limits import LIMITS
from live.queries.needs import Need, fed, lanes_cost, lanes_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal


@dataclass(frozen=True)
class Knobs:
    """What becomes of a run under every pair of two knobs' values?"""

    seq: int
    run: Run
    x_knob: str
    xs: tuple[float, ...]
    y_knob: str
    ys: tuple[float, ...]
    kind: ClassVar[str] = "knobs"

    @property
    def needs(self) -> list[Need]:
        """The lanes of the run's optimizer, and what tells their ends apart."""
        return lanes_of(self._there, fed(self.run, self.x_knob, self.y_knob))

    @property
    def _there(self) -> Run:
        """The run on a surface of the family where a parameter is an axis: all of them share programs."""
        for knob, values in ((self.x_knob, self.xs), (self.y_knob, self.ys)):
            if knob.startswith(PARAMETER):
                landscape = self.run.landscape.with_values({knob.removeprefix(PARAMETER): values[0]})
                return replace(self.run, landscape=landscape, start=self.run.start)
        return self.run

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time."""
        return lanes_cost(self.run, len(self.xs) * len(self.ys))

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Arrays losses, steps, outcomes and arrived (rows, columns): rows those of `ys`."""
        told: KnobMap = knob_map(self.run, self.x_knob, self.xs, self.y_knob, self.ys, threads=BACKGROUND_CORES)
        law = law_on(told)
        frame = Frame()
        first = {} if isinstance(told.first_loss, float) else {"first_losses": told.first_loss}
        arrays = {
            "losses": told.final_losses,
            "steps": told.steps,
            "outcomes": told.outcomes,
            "arrived": told.arrived,
            **first,
        }
        return frame.sealed(
            {
                "seq": self.seq,
                "kind": self.kind,
                "law": None if law is None else law._asdict(),
                "first_loss": finite_or_none(told.first_loss) if isinstance(told.first_loss, float) else None,
                "arrays": frame.places(arrays),
            }
        )


class Axis(NamedTuple):
    """What one side of the map goes through."""

    knob: str
    low: float
    high: float
    log: bool

    def values(self, count: int) -> tuple[float, ...]:
        """So many values, evenly spaced or on a log scale, rounded as the stage's sliders round."""
        if self.log:
            return tuple(map(three_digits, np.geomspace(self.low, self.high, count).tolist()))
        # What is said of a cell is what was run there.
        decimals = max(0, math.ceil(3 - math.log10(self.high - self.low)))
        return tuple(np.round(np.linspace(self.low, self.high, count), decimals).tolist())


def knobs(seq: int, run: Run, x: Axis, y: Axis, columns: int, rows: int) -> Knobs:
    """The query, if the run has these knobs and it is not too large. Raises Refusal."""
    if columns * rows > LIMITS.map_starts:
        raise Refusal(
            message(
                "A map may hold {most} runs; got {n}. Ask for fewer columns.",
                most=f"{LIMITS.map_starts:,}",
                n=f"{columns * rows:,}",
            )
        )
    xs, ys = x.values(columns), y.values(rows)
    try:
        check_axes(run, x.knob, (xs[0], xs[-1]), y.knob, (ys[0], ys[-1]))
    except ValueError as fault:
        raise Refusal(sentence_of(fault)) from None
    return Knobs(seq, run, x.knob, xs, y.knob, ys)


def _axis(name: str, axis: Any) -> Axis:
    shaped = isinstance(axis, list) and len(axis) == 4 and isinstance(axis[0], str) and isinstance(axis[3], bool)
    if not shaped or not all(isinstance(end, int | float) and not isinstance(end, bool) for end in axis[1:3]):
        raise Refusal(
            message(
                'The axis "{name}" must be a knob, its lowest and highest value, and whether it is on a log scale, '
                'such as ["rate", 1e-4, 1, true]; got {value}.',
                name=name,
                value=echo(axis),
            )
        )
    knob, low, high, log = axis
    if low >= high or (log and low <= 0):
        raise Refusal(
            message(
                'The axis of "{knob}" must rise, on a log scale from above 0; got {low} to {high}.',
                knob=echo(knob),
                low=low,
                high=high,
            )
        )
    return Axis(knob, float(low), float(high), log)


_side = whole(2, MOST_PIXELS_A_SIDE)
KNOBS = Kind(
    "knobs",
    (
        Field("run", run_of, example={**BOWL, "optimizer": "momentum"}),
        Field("x", _axis, example=["rate", 1e-4, 1, True]),
        Field("y", _axis, example=["momentum", 0, 0.99, False]),
        Field("columns", _side, default=64),
        Field("rows", _side, default=64),
    ),
    knobs,
)
