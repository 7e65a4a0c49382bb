"""What `descend` would say of each of many ends: its outcome kind, and the minimum it arrived at. The rules of
`engine.runs.place` and `engine.sentences.outcome`, on arrays.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.curvature import extreme_eigenvalues, settle_at_rest
from engine.basis.programs import program
from engine.descent.descend import KINDS, SLOPELESS
from engine.descent.ensemble import Ends
from engine.descent.lanes import WIDTH, by_coordinates
from engine.descent.loop import BY_BUDGET, BY_GRADIENT, BY_LOSS, RUNNING
from engine.runs.place import BESIDE, FLAT, MINIMA, NEAR, SETTLED, span
from engine.runs.trajectory import OUTCOME_KINDS
from engine.sentences.outcome import STILL
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_TOLD = {RUNNING: "budget", BY_GRADIENT: "converged_gradient", **KINDS}
KIND_OF_VERDICT = tuple(float(OUTCOME_KINDS.index(_TOLD[verdict])) for verdict in range(len(_TOLD)))
"""Index into OUTCOME_KINDS, for a stop by gradient where the ground does not fall away. Nobody ends running."""
AT_SADDLE, AT_MAXIMUM = OUTCOME_KINDS.index(SLOPELESS["saddle"]), OUTCOME_KINDS.index(SLOPELESS["maximum"])
SAME = 1e-3 * NEAR
"""Newton's method leaves one critical point scattered by its own rounding, far less than this share of the window."""
APART = 2**32 + 15
"""Between columns of such cells, when one number names a cell: no two of a picture share theirs."""
NOWHERE, BEYOND = np.iinfo(np.int64).min, np.iinfo(np.int64).max
"""The cell of a lane that did not arrive, and one after all others."""


class Arrivals(NamedTuple):
    """What became of n lanes; arrays (n,)."""

    outcomes: Float[np.ndarray, " n"]
    """Indices into OUTCOME_KINDS."""
    minima: Int[np.ndarray, " n"]
    """The minimum's number in the order they were found; -1 for a lane that did not arrive."""
    beside: Bool[np.ndarray, " n"]
    """Whether a rule stopped the lane at a minimum or, as a loose tolerance may, short of one: within BESIDE of it."""


def arrivals(loss_fn: Callable) -> Callable:
    """`(ends (CHUNKS, len(END), CHUNK), unit, declared (3, d)) -> (told (CHUNKS, 4, CHUNK), cells (CHUNKS, CHUNK))`.

    `unit` is the window's (see `place.span`), `declared` are the landscape's points: x, y and whether a run may arrive
    there. Told are the index of the outcome, the minimum's position where the lane arrived at one, and whether the lane
    stopped beside one; cells are int64, the same for places SAME apart.
    """
    slope = jax.grad(by_coordinates(loss_fn), argnums=(0, 1))

    def bend(x, y):
        (p, q), (a, b) = jax.jvp(slope, (x, y), (1.0, 0.0))
        _, (_, c) = jax.jvp(slope, (x, y), (0.0, 1.0))
        return (a, b, c), (p, q)

    def spectrum(hessian):
        low, high = extreme_eigenvalues(jnp, *hessian)
        return low, high, FLAT * jnp.maximum(jnp.abs(low), jnp.abs(high))

    def chunk(ends, unit, declared):
        x, y, _, steepness, verdict, _ = ends
        # Where `descend` could not say of an end that it is at a critical point, Newton's method stops at once.
        asked = (verdict == BY_GRADIENT) | (verdict == BY_LOSS) | ((verdict == BY_BUDGET) & (steepness < STILL))
        from_x, from_y = jnp.where(asked, x, jnp.nan), jnp.where(asked, y, jnp.nan)
        rest = settle_at_rest(jax.vmap(bend), from_x, from_y)
        settled = rest.last_step <= SETTLED * (1 + jnp.maximum(jnp.abs(rest.x), jnp.abs(rest.y)))

        def near(x, y, other_x, other_y, reach=NEAR):
            return (x - other_x) ** 2 + (y - other_y) ** 2 <= (reach * unit) ** 2

        outcome = jnp.full_like(x, KIND_OF_VERDICT[RUNNING])
        for number, kind in enumerate(KIND_OF_VERDICT):
            outcome = jnp.where(verdict == number, kind, outcome)
        there, here = spectrum(rest.hessian), spectrum(rest.hessian_before)
        at_rest = settled & near(rest.x, rest.y, x, y)
        low, high, flat = (jnp.where(at_rest, *both) for both in zip(there, here, strict=True))
        falls = (verdict == BY_GRADIENT) & (low < -flat)
        outcome = jnp.where(falls, jnp.where(high > flat, AT_SADDLE, AT_MAXIMUM), outcome)

        where_x, where_y = jnp.where(settled, rest.x, x), jnp.where(settled, rest.y, y)

        def look(back, index):
            at = declared.shape[1] - 1 - back  # the first that is near counts
            return jnp.where(near(where_x, where_y, declared[0, at], declared[1, at]), at, index)

        index = jax.lax.fori_loop(0, declared.shape[1], look, jnp.full(x.shape, -1))
        named, (named_x, named_y, may_arrive) = index >= 0, declared[:, index]
        anchor_x, anchor_y = jnp.where(named, named_x, where_x), jnp.where(named, named_y, where_y)
        is_minimum = jnp.where(named, may_arrive > 0, settled & (there[0] > there[2]))
        stopped = asked & ~falls & is_minimum
        arrived = stopped & near(x, y, anchor_x, anchor_y)
        beside = stopped & near(x, y, anchor_x, anchor_y, BESIDE)
        # Where Newton settled is known better than where somebody wrote it down.
        spot_x, spot_y = (
            jnp.where(arrived, jnp.where(settled, *both), 0.0) for both in ((rest.x, anchor_x), (rest.y, anchor_y))
        )
        column, row = (jnp.rint(spot / (SAME * unit)).astype(jnp.int64) for spot in (spot_x, spot_y))
        told = jnp.stack([outcome, spot_x, spot_y, beside.astype(x.dtype)])
        return told, jnp.where(arrived, column * APART + row, NOWHERE)

    return lambda ends, unit, declared: jax.lax.map(lambda one: chunk(one, unit, declared), ends)


class Surveyor:
    """Tells ends apart on one landscape, for several threads, and keeps the minima it has met; numbers stay."""

    def __init__(self, landscape: Landscape):
        self._program = program(arrivals, landscape.loss, **WIDTH)
        self._unit = span(landscape)
        nobody = [(np.nan, np.nan, 0.0)]  # an array of no columns would cost a program of its own
        points = [(*point.position, float(point.kind in MINIMA)) for point in landscape.critical_points]
        self._declared = np.array(points or nobody).T
        self._lock = threading.Lock()
        self._by_cell: dict[tuple[int, int], int] = {}
        self._found: list[tuple[float, float]] = []
        self._known = np.array([NOWHERE, BEYOND]), np.array([-1, -1])
        """Cells of `arrivals`, ascending, and their minima's numbers: replaced as a whole, so read without a lock."""

    @property
    def minima(self) -> Float[np.ndarray, "k 2"]:
        """Positions of the minima met so far, by number."""
        with self._lock:
            return np.array(self._found).reshape(-1, 2)

    def tell(self, ends: Ends) -> Arrivals:
        """The outcomes and minima of some lanes."""
        told, folded = self._program(ends.folded, self._unit, self._declared)
        told, cells = np.asarray(told), np.asarray(folded).reshape(-1)[: len(ends)]
        known, numbers = self._known
        at = np.searchsorted(known, cells)
        new = np.flatnonzero(known[at] != cells)
        if len(new):
            some, first = np.unique(cells[new], return_index=True)
            spots = told[:, 1:3].swapaxes(1, 2).reshape(-1, 2)[new[first]]
            known, numbers = self._learn(some, spots)
            at = np.searchsorted(known, cells)
        outcomes, beside = (told[:, row].reshape(-1)[: len(ends)] for row in (0, 3))
        return Arrivals(outcomes, numbers[at], beside > 0)

    def _learn(self, cells: Int[np.ndarray, " k"], spots: Float[np.ndarray, "k 2"]):
        with self._lock:
            known, numbers = self._known
            at = np.searchsorted(known, cells)
            new = known[at] != cells  # to the other threads, too
            told = [self._number(spot) for spot in spots[new].tolist()]
            self._known = np.insert(known, at[new], cells[new]), np.insert(numbers, at[new], told)
            return self._known

    def _number(self, position: tuple[float, float]) -> int:
        """The number of the minimum at a position, a new one if none is near."""
        x, y = position
        size = NEAR * self._unit
        column, row = round(x / size), round(y / size)
        for cell in [(column + i, row + j) for i in (0, -1, 1) for j in (0, -1, 1)]:
            number = self._by_cell.get(cell, -1)
            if number >= 0 and np.hypot(x - self._found[number][0], y - self._found[number][1]) <= size:
                return number
        self._found.append((x, y))
        self._by_cell[column, row] = len(self._found) - 1
        return len(self._found) - 1
