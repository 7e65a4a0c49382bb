"""The ground around a place where curvature says nothing: which sides are lower, and whether the slope jumps there."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engine.runs.place import Pair, span
from engine.surfaces.grids import losses
from landscapes.record import Landscape

RADIUS, INNER = 1e-2, 1e-2 / 16
"""Of two circles around a place, in window sides."""
SIDES = 32
ROUNDING = 1e-13
"""Of the relief: losses this close are one."""
STEADY = 0.5
"""A height above the inner circle of more than this share of what a straight line to the outer one has is a kink:
a smooth ground rises with the square, to a sixteenth."""
GRID = 24
"""Points a side of the grid that says what relief a surface has."""


class Surroundings(NamedTuple):
    """Heights of a circle around a place, relative to it."""

    lowest: float
    highest: float
    kinked: bool
    """Whether the ground rises or falls in a straight line from the place on some side: it has no slope there."""
    slopes: Pair
    """Least and greatest height over distance on the inner circle: the slopes of a kink."""
    rounding: float
    """What counts as no height."""

    @property
    def falls(self) -> bool:
        """Whether some side is lower."""
        return not self.lowest >= -self.rounding

    @property
    def is_plain(self) -> bool:
        """Whether no side is lower or higher."""
        return max(-self.lowest, self.highest) <= self.rounding


def surroundings(landscape: Landscape, position: Pair) -> Surroundings:
    """The ground around a position, by the losses on two circles."""
    angles = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)
    circle = span(landscape) * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    heights = losses(landscape, np.concatenate([[position], position + RADIUS * circle, position + INNER * circle]))
    outer, inner = np.split(heights[1:] - heights[0], 2)
    rounding = ROUNDING * relief(landscape)
    # Heights that a rounding of the loss itself could make say nothing about how they came about.
    seen = np.abs(outer) > max(1e6 * rounding, 1e-9 * abs(heights[0]))
    kinked = seen & (np.abs(inner) * (RADIUS / INNER) > STEADY * np.abs(outer))
    slopes = inner / (INNER * span(landscape))
    return Surroundings(
        float(outer.min()), float(outer.max()), bool(kinked.any()), (float(slopes.min()), float(slopes.max())), rounding
    )


@lru_cache(maxsize=256)
def relief(landscape: Landscape) -> float:
    """How much higher the highest tenth of the window lies than its lowest."""
    (x0, x1), (y0, y1) = landscape.window
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID)), axis=-1).reshape(-1, 2)
    heights = losses(landscape, grid)
    high = heights[np.isfinite(heights)]
    low, top = np.quantile(high, [0.1, 0.9]) if len(high) else (0.0, 1.0)
    return max(float(top - low), 1e-300)
