"""What `descend` would say of each of many ends: its outcome kind, and the minimum it arrived at. The rules of
`engine.place` and `engine.words`, on arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.descent import KINDS, SLOPELESS
from engine.ensemble import Ends, Rests
from engine.loop import BY_BUDGET, BY_GRADIENT, BY_LOSS
from engine.place import MINIMA, NEAR, SETTLED, curvature_kind, span
from engine.trajectory import OUTCOME_KINDS
from engine.words import STILL
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

SAME = 1e-6
"""Newton's method leaves one critical point scattered by its own rounding, far less than this share of the window."""

APART = 2**32 + 15
"""Between columns of such cells, when one number names a cell: no two of a picture share theirs."""


class Arrivals(NamedTuple):
    """What became of n lanes; arrays (n,)."""

    outcomes: Int[np.ndarray, " n"]
    """Indices into OUTCOME_KINDS."""
    minima: Int[np.ndarray, " n"]
    """The minimum's number in the order they were found; -1 for a lane that did not arrive."""


class Surveyor:
    """Tells ends apart on one landscape, and keeps the minima it has met; numbers once given stay."""

    def __init__(self, landscape: Landscape):
        self._unit = span(landscape)
        declared = landscape.critical_points
        self._declared = np.array([point.position for point in declared]).reshape(-1, 2)
        self._declared_minimum = np.array([point.kind in MINIMA for point in declared], dtype=bool)
        self._cells: dict[tuple[int, int], int] = {}
        self._found: list[tuple[float, float]] = []

    @property
    def minima(self) -> Float[np.ndarray, "k 2"]:
        """Positions of the minima met so far, by number."""
        return np.array(self._found).reshape(-1, 2)

    def _near(self, dx, dy):
        return dx * dx + dy * dy <= (NEAR * self._unit) ** 2

    def tell(self, ends: Ends, rests: Rests) -> Arrivals:
        """The outcomes and minima of some lanes."""
        with np.errstate(invalid="ignore", over="ignore"):
            return self._tell(ends, rests)

    def _tell(self, ends: Ends, rests: Rests) -> Arrivals:
        reach = 1 + np.maximum(np.abs(rests.x), np.abs(rests.y))
        settled = np.isfinite(rests.last_step) & (rests.last_step <= SETTLED * reach)
        at_rest = settled & self._near(ends.x - rests.x, ends.y - rests.y)
        outcomes = _outcomes(ends, rests, at_rest)
        converged = outcomes == OUTCOME_KINDS.index("converged_gradient")
        still = (ends.verdict == BY_BUDGET) & (ends.slope < STILL)
        minima = np.full(len(ends.x), -1)
        lanes = np.flatnonzero(converged | (ends.verdict == BY_LOSS) | still)
        if len(lanes):
            minima[lanes] = self._arrived(ends, rests, settled, lanes)
        return Arrivals(outcomes, minima)

    def _arrived(self, ends: Ends, rests: Rests, settled: Bool[np.ndarray, " n"], lanes) -> Int[np.ndarray, " lanes"]:
        x, y, settled = ends.x[lanes], ends.y[lanes], settled[lanes]
        where_x, where_y = np.where(settled, rests.x[lanes], x), np.where(settled, rests.y[lanes], y)
        # One of every place stands for all that came there.
        finest = 1 / (SAME * self._unit)
        cells = np.rint(where_x * finest).astype(np.int64) * APART + np.rint(where_y * finest).astype(np.int64)
        _, first, place = np.unique(cells, return_index=True, return_inverse=True)
        spots, chosen = np.stack([where_x[first], where_y[first]], axis=1), lanes[first]
        anchors, is_minimum = spots.copy(), np.zeros(len(spots), dtype=bool)
        for index in np.flatnonzero(settled[first]):
            bends = float(rests.low[chosen[index]]), float(rests.high[chosen[index]])
            is_minimum[index] = curvature_kind(*bends) == "minimum"
        if len(self._declared):
            near = self._near(*(spots[:, None, :] - self._declared[None, :, :]).transpose(2, 0, 1))
            named, nearest = near.any(axis=1), np.argmax(near, axis=1)
            anchors[named] = self._declared[nearest[named]]
            is_minimum[named] = self._declared_minimum[nearest[named]]
        numbers = np.full(len(spots), -1)
        here = is_minimum[place] & self._near(x - anchors[place, 0], y - anchors[place, 1])
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


def _outcomes(ends: Ends, rests: Rests, at_rest: Bool[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Kinds of the ends, as `descend` names them; `place.curvature_kind` speaks for the ground."""
    outcomes = np.zeros(len(ends.x), dtype=np.int64)
    for verdict, kind in KINDS.items():
        outcomes[ends.verdict == verdict] = OUTCOME_KINDS.index(kind)
    sloped = ends.verdict == BY_GRADIENT
    outcomes[sloped] = OUTCOME_KINDS.index("converged_gradient")
    low, high = (np.where(at_rest, rests.low, rests.low_before), np.where(at_rest, rests.high, rests.high_before))
    # Only where the ground falls away is there anything to tell apart, and that is rare.
    for lane in np.flatnonzero(sloped & (low < 0)):
        kind = SLOPELESS.get(curvature_kind(float(low[lane]), float(high[lane])))
        if kind:
            outcomes[lane] = OUTCOME_KINDS.index(kind)
    return outcomes
