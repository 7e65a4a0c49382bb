"""Where a run ended: the critical point it is at, and what kind of point that is."""

from __future__ import annotations

from functools import lru_cache
from math import dist, isfinite
from typing import NamedTuple

from engine.basis.numerals import point
from i18n import message
from landscapes import LANDSCAPES
from landscapes.record import Landscape

NEAR = 1e-3
"""Two points this close, in units of the window's shorter side, are one to the eye: a pixel of a stage of 1,000."""
BESIDE = 1e-1
"""Close enough to be worth naming as the point that was missed."""
SETTLED = 1e-9
"""Newton's last step, relative to the position, below which it has found a critical point."""
FLAT = 1e-8
"""An eigenvalue this small beside the other one says nothing about the ground. On a level valley floor it is zero, and
comes out as its slope times how well the place is known, which Newton settles to about 1e-9 of the position."""
_A = {
    "global minimum": message("a global minimum {point}"),
    "lowest minimum": message("a minimum {point}"),
    "local minimum": message("a local minimum {point}"),
    "saddle": message("a saddle {point}"),
    "maximum": message("a maximum {point}"),
    "degenerate": message("a level point {point}"),
}
"""A critical point of a record by its kind, where it has several of them."""
_THE = {
    "global minimum": message("the global minimum {point}"),
    "lowest minimum": message("the lowest minimum of the window {point}"),
    "local minimum": message("the local minimum {point}"),
    "saddle": message("the saddle {point}"),
    "maximum": message("the maximum {point}"),
    "degenerate": message("the level point {point}"),
}
"""The only one of its kind."""
_FOUND = {
    "minimum": message("a minimum at {point}"),
    "saddle": message("a saddle at {point}"),
    "maximum": message("a maximum at {point}"),
    "ridge": message("a ridge top at {point}"),
    "degenerate": message("a level point at {point}"),
}
"""One that Newton has settled at."""
LOWEST = ("global minimum", "lowest minimum")
MINIMA = (*LOWEST, "local minimum", "minimum")

Pair = tuple[float, float]


class Place(NamedTuple):
    """A critical point near the end of a run."""

    kind: str
    words: str
    """"the saddle (0, 0)"."""
    distance: float
    """From the end of the run, in units of the window's shorter side."""
    position: Pair

    @property
    def is_minimum(self) -> bool:
        """Whether a run may be said to arrive here."""
        return self.kind in MINIMA


def curvature_kind(low: float, high: float) -> str:
    """What a critical point with these Hessian eigenvalues is: minimum, saddle, maximum, ridge or degenerate.

    The tolerance is relative to the larger of them (see FLAT).
    """
    rounding = FLAT * max(abs(low), abs(high))
    if low > rounding:
        return "minimum"
    if low < -rounding:
        return "saddle" if high > rounding else "maximum" if high < -rounding else "ridge"
    return "degenerate"


def span(landscape: Landscape) -> float:
    """The window's shorter side: the unit in which distances are near or far."""
    (x0, x1), (y0, y1) = landscape.window
    return min(x1 - x0, y1 - y0)


class Found(NamedTuple):
    """What `curvature.settle_at_rest` found from the end of a run."""

    position: Pair
    last_step: float
    bends: Pair
    """Lowest and highest Hessian eigenvalue there."""

    @property
    def settled(self) -> bool:
        """Whether that is a critical point; on a plateau Newton wanders on."""
        reach = 1 + max(abs(self.position[0]), abs(self.position[1]))
        return isfinite(self.last_step) and self.last_step <= SETTLED * reach


def classify_endpoint(landscape: Landscape, end: Pair, bends: Pair, rest: Found) -> tuple[Place | None, str]:
    """The critical point at or beside `end` if there is one, and the `curvature_kind` there.

    A declared critical point is named if there is one, else the one that Newton settled at. `bends` are the lowest and
    highest Hessian eigenvalue at `end`; they speak where no critical point is near enough to ask.
    """
    unit = span(landscape)
    at_rest = rest.settled and dist(end, rest.position) <= NEAR * unit
    ground = curvature_kind(*(rest.bends if at_rest else bends))
    where = rest.position if rest.settled else end
    for critical in landscape.critical_points:
        if dist(where, critical.position) <= NEAR * unit:
            distance = dist(end, critical.position) / unit
            return Place(critical.kind, _name(landscape, critical), distance, critical.position), ground
    if not rest.settled or dist(end, rest.position) > BESIDE * unit:
        return None, ground
    kind = curvature_kind(*rest.bends)
    # A coordinate that Newton left at rounding of zero is printed as zero.
    shown = (_rounded(rest.position[0], unit), _rounded(rest.position[1], unit))
    return Place(
        kind, message(_FOUND[kind], point=point(shown)), dist(end, rest.position) / unit, rest.position
    ), ground


def _rounded(value: float, unit: float) -> float:
    return 0.0 if abs(value) < SETTLED * unit else value


def _name(landscape: Landscape, critical) -> str:
    alone = sum(other.kind == critical.kind for other in landscape.critical_points) == 1
    if critical.kind == "lowest minimum":
        # What is lowest in the record's own window need not be in another one.
        known = LANDSCAPES.get(landscape.key)
        own = known is not None and known.window == landscape.window
        if own and not alone:
            return _placed(_A_LOWEST, critical.position)
        alone = own
    return _placed((_THE if alone else _A)[critical.kind], critical.position)


_A_LOWEST = message("a lowest minimum of the window {point}")


@lru_cache(maxsize=1024)
def _placed(template: str, position: Pair) -> str:
    return message(template, point=point(position))
