"""Where a typed surface begins: at a point where its loss is a number, its parameters at their defaults."""

from __future__ import annotations

import math
from functools import lru_cache

from landscapes.language import Expression, letters_of, parse, value_at
from landscapes.parameters import Parameter
from landscapes.record import Point, Window

# Off both axes, where most textbook formulas have a slope worth following.
FORMULA_START: Point = (2.5, 1.5)
SIDE = 20
"""Cells a side of the window, whose middles are looked at where the formula has no value at FORMULA_START."""


def is_number_at(expression: str, point: Point) -> bool:
    """Whether a formula's loss is a finite number at `point`."""
    return _is_number(parse(expression), point)


def start_of(expression: str, window: Window) -> Point:
    """FORMULA_START if the loss is a finite number there and the window holds it; else the first such cell from the
    window's middle out, one whose four neighbours are numbers as well before one at an edge of them. Where there is
    none, FORMULA_START.
    """
    return _start(parse(expression), window)


@lru_cache(maxsize=256)
def _start(tree: Expression, window: Window) -> Point:
    (x0, x1), (y0, y1) = window
    (x, y) = FORMULA_START
    if x0 <= x <= x1 and y0 <= y <= y1 and _is_number(tree, FORMULA_START):
        return FORMULA_START
    cells = [(i, j) for i in range(SIDE) for j in range(SIDE)]
    middle = (SIDE - 1) / 2
    # Of cells as far out, those on the side of FORMULA_START come first.
    cells.sort(key=lambda cell: (math.dist(cell, (middle, middle)), -cell[0], -cell[1]))

    def place(cell: tuple[int, int]) -> Point:
        across, up = (x1 - x0) / SIDE, (y1 - y0) / SIDE
        return _plain(x0 + (cell[0] + 0.5) * across, across), _plain(y0 + (cell[1] + 0.5) * up, up)

    known = {cell: _is_number(tree, place(cell)) for cell in cells}
    sound = [cell for cell in cells if known[cell]]
    around = ((1, 0), (-1, 0), (0, 1), (0, -1))
    inner = [(i, j) for i, j in sound if all(known.get((i + a, j + b), True) for a, b in around)]
    first = [*inner, *sound][:1]
    return place(first[0]) if first else FORMULA_START


def _plain(value: float, cell: float) -> float:
    """With no more digits than tell a hundredth of a cell apart, as a visitor would type it."""
    return round(value, max(0, 2 - math.floor(math.log10(cell))))


def _is_number(tree: Expression, point: Point) -> bool:
    return math.isfinite(value_at(tree, *point, dict.fromkeys(letters_of(tree), Parameter.default)))
