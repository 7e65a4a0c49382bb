"""Basins of attraction: where every start of a window goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine import Run, basin_band
from engine.basis.checks import echo
from engine.basis.cores import BACKGROUND_CORES
from engine.frame import Frame, finite_or_none
from engine.studies.basins import DIVERGED, MOST_PIXELS_A_SIDE, BasinMap
from i18n import message
from landscapes import Window
from live.queries.fields import BOWL, is_index, run_of, whole, window_of
from live.queries.limits import LIMITS
from live.queries.needs import STARTS, Need, lanes_cost, lanes_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal


@dataclass(frozen=True)
class Basins:
    """Where does every start of a window go? Some rows of the map, or all."""

    seq: int
    run: Run
    columns: int
    rows: int
    window: Window
    band: tuple[int, int]
    kind: ClassVar[str] = "basin"

    @property
    def needs(self) -> list[Need]:
        """The lanes of the run's optimizer, and what tells their ends apart."""
        return lanes_of(self.run, STARTS)

    @property
    def steps(self) -> int:
        """As many as a single run could make in the time."""
        return lanes_cost(self.run, (self.band[1] - self.band[0]) * self.columns)

    @property
    def inline(self) -> bool:
        """Never: the loop is for hands."""
        return False

    def answer(self) -> bytes:
        """Arrays labels and steps (rows of the band, columns): y ascending, x ascending; labels index `minima`.

        `mean_steps` of a minimum are the updates of the starts that arrive there; `unstarted` are those of the
        `diverged` where the surface has no number to begin at.
        """
        told = basin_band(self.run, self.columns, self.rows, self.window, self.band, threads=BACKGROUND_CORES)
        frame = Frame()
        arrays = frame.places({"labels": told.labels, "steps": told.steps})
        return frame.sealed(
            {
                "seq": self.seq,
                "kind": self.kind,
                "band": list(self.band),
                "minima": _minima(told),
                "diverged": int(np.sum(told.labels == DIVERGED)),
                "unstarted": int(np.sum((told.labels == DIVERGED) & (told.steps == 0))),
                "starts": told.labels.size,
                "arrays": arrays,
            }
        )


def _minima(told: BasinMap) -> list[Mapping[str, Any]]:
    arrived = told.labels >= 0
    labels, steps = told.labels[arrived], told.steps[arrived]
    counts = np.bincount(labels, minlength=len(told.minima))
    sums = np.bincount(labels, weights=steps, minlength=len(told.minima))
    return [
        {"position": position, "loss": finite_or_none(loss), "starts": int(count), "mean_steps": total / max(1, count)}
        for position, loss, count, total in zip(
            told.minima.tolist(), told.losses.tolist(), counts.tolist(), sums.tolist(), strict=True
        )
    ]


def basins(
    seq: int, run: Run, resolution: int, columns: int | None, rows: int | None, window: Window | None, band: Any
) -> Basins:
    """The query: by default of the run's own window, as fine in both directions, and of all rows. Raises Refusal."""
    columns, rows = (resolution if size is None else size for size in (columns, rows))
    band = [0, rows] if band is None else band
    if not (isinstance(band, list) and len(band) == 2 and all(is_index(part, rows) for part in band)):
        raise Refusal(
            message(
                '"band" must be the first row and the end, such as [0, {rows}]; got {value}.',
                rows=rows,
                value=echo(band),
            )
        )
    first, end = band
    if first >= end or (end - first) * columns > LIMITS.map_starts:
        raise Refusal(
            message(
                '"band" must hold 1 to {most} rows of {columns} starts; got {value}. Ask for the map in several bands.',
                most=f"{LIMITS.map_starts // columns:,}",
                columns=f"{columns:,}",
                value=echo(band),
            )
        )
    return Basins(seq, run, columns, rows, run.landscape.window if window is None else window, (first, end))


_side = whole(2, MOST_PIXELS_A_SIDE)
BASIN = Kind(
    "basin",
    (
        Field("run", run_of, example=BOWL),
        Field("resolution", _side, default=256),
        Field("columns", _side, default=None),
        Field("rows", _side, default=None),
        Field("window", window_of, default=None),
        Field("band", lambda _name, value: value, default=None),
    ),
    basins,
)
