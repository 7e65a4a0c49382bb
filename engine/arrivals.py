"""What `descend` would say of each of many ends: its outcome kind, and the minimum it arrived at. The rules of
`engine.place` and `engine.words`, on arrays.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.descent import KINDS, SLOPELESS
from engine.ensemble import Ends, Rests
from engine.loop import BY_GRADIENT, RUNNING
from engine.place import MINIMA, NEAR, curvature_kind, span
from engine.trajectory import OUTCOME_KINDS
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Float, Int

SAME = 1e-6
"""Newton's method leaves one critical point scattered by its own rounding, far less than this share of the window."""

_TOLD = {RUNNING: "budget", BY_GRADIENT: "converged_gradient", **KINDS}
KIND_OF_VERDICT = np.array([OUTCOME_KINDS.index(_TOLD[verdict]) for verdict in range(len(_TOLD))], dtype=np.int8)
"""Index into OUTCOME_KINDS, for a stop by gradient where the ground does not fall away. Nobody ends running."""
AT_SADDLE, AT_MAXIMUM = OUTCOME_KINDS.index("at_saddle"), OUTCOME_KINDS.index("at_maximum")
APART = 2**32 + 15
"""Between columns of such cells, when one number names a cell: no two of a picture share theirs."""


class Arrivals(NamedTuple):
    """What became of n lanes; arrays (n,)."""

    outcomes: Int[np.ndarray, " n"]
    """Indices into OUTCOME_KINDS."""
    minima: Int[np.ndarray, " n"]
    """The minimum's number in the order they were found; -1 for a lane that did not arrive."""


class Surveyor:
    """Tells ends apart on one landscape, for several threads, and keeps the minima it has met; numbers stay."""

    def __init__(self, landscape: Landscape):
        self._unit = span(landscape)
        declared = landscape.critical_points
        self._declared = np.array([point.position for point in declared]).reshape(-1, 2)
        self._declared_minimum = np.array([point.kind in MINIMA for point in declared], dtype=bool)
        self._lock = threading.Lock()
        self._cells: dict[tuple[int, int], int] = {}
        self._found: list[tuple[float, float]] = []

    @property
    def minima(self) -> Float[np.ndarray, "k 2"]:
        """Positions of the minima met so far, by number."""
        with self._lock:
            return np.array(self._found).reshape(-1, 2)

    def _near(self, dx, dy):
        return dx * dx + dy * dy <= (NEAR * self._unit) ** 2

    def tell(self, ends: Ends, rests: Rests) -> Arrivals:
        """The outcomes and minima of some lanes."""
        with np.errstate(invalid="ignore", over="ignore"):
            outcomes = KIND_OF_VERDICT[ends.verdict.astype(np.intp)]
            # Where no ground falls away there is nothing to tell apart, and that is rare.
            for lane in np.flatnonzero((ends.verdict == BY_GRADIENT) & (rests.ground_low < 0)):
                kind = SLOPELESS.get(curvature_kind(float(rests.ground_low[lane]), float(rests.ground_high[lane])))
                outcomes[lane] = OUTCOME_KINDS.index(kind or "converged_gradient")
            minima = np.full(len(ends.x), -1)
            lanes = np.flatnonzero(~np.isnan(rests.near) & (outcomes != AT_SADDLE) & (outcomes != AT_MAXIMUM))
            if len(lanes) == len(minima):  # mostly
                minima = self._arrived(ends, rests)
            elif len(lanes):
                minima[lanes] = self._arrived(Ends(*(e[lanes] for e in ends)), Rests(*(r[lanes] for r in rests)))
        return Arrivals(outcomes, minima)

    def _arrived(self, ends: Ends, rests: Rests) -> Int[np.ndarray, " lanes"]:
        x, y, settled = ends.x, ends.y, rests.settled > 0
        where_x, where_y = np.where(settled, rests.x, x), np.where(settled, rests.y, y)
        # One of every place stands for all that came there.
        finest = 1 / (SAME * self._unit)
        cells = np.rint(where_x * finest).astype(np.int64) * APART + np.rint(where_y * finest).astype(np.int64)
        _, first, place = np.unique(cells, return_index=True, return_inverse=True)
        spots = np.stack([where_x[first], where_y[first]], axis=1)
        anchors, is_minimum = spots.copy(), np.zeros(len(spots), dtype=bool)
        for index in np.flatnonzero(settled[first]):
            bends = float(rests.low[first[index]]), float(rests.high[first[index]])
            is_minimum[index] = curvature_kind(*bends) == "minimum"
        if len(self._declared):
            near = self._near(*(spots[:, None, :] - self._declared[None, :, :]).transpose(2, 0, 1))
            named, nearest = near.any(axis=1), np.argmax(near, axis=1)
            anchors[named] = self._declared[nearest[named]]
            is_minimum[named] = self._declared_minimum[nearest[named]]
        numbers = np.full(len(spots), -1)
        here = is_minimum[place] & self._near(x - anchors[place, 0], y - anchors[place, 1])
        with self._lock:
            for index in np.flatnonzero(np.bincount(place[here], minlength=len(spots))):
                # Where Newton settled is known better than where somebody wrote it down.
                numbers[index] = self._number(spots[index] if settled[first[index]] else anchors[index])
        return np.where(here, numbers[place], -1)

    def _number(self, position: Float[np.ndarray, " 2"]) -> int:
        """The number of the minimum at a position, a new one if none is near."""
        x, y = position.tolist()
        size = NEAR * self._unit
        column, row = round(x / size), round(y / size)
        for cell in [(column + i, row + j) for i in (0, -1, 1) for j in (0, -1, 1)]:
            number = self._cells.get(cell, -1)
            if number >= 0 and np.hypot(x - self._found[number][0], y - self._found[number][1]) <= size:
                return number
        self._found.append((x, y))
        self._cells[column, row] = len(self._found) - 1
        return len(self._found) - 1
