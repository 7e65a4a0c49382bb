"""Rastrigin's egg box: 121 minima in the window, one of them the best."""

import math
from itertools import product

from landscapes.parameters import Parameter
from landscapes.record import CriticalPoint, Kind, Landscape


def _stationary(near: float) -> float:
    """The zero of the slope 2 t + 20 pi sin(2 pi t) next to `near`, a whole or half number, by Newton's method."""
    turn, t = 2 * math.pi, near
    # Each step squares the distance, at most 0.03 here: four reach double precision, the rest change nothing.
    for _ in range(8):
        t -= (2 * t + 10 * turn * math.sin(turn * t)) / (2 + 10 * turn**2 * math.cos(turn * t))
    return t


def _critical_points() -> tuple[CriticalPoint, ...]:
    """Rastrigin's function is a sum over its coordinates, so its critical points are pairs of their stationary points:
    a valley near each whole number, a crest near each half one.
    """
    valleys = [_stationary(float(whole)) for whole in range(-5, 6)]
    crests = [_stationary(whole + 0.5) for whole in range(-5, 5)]

    def pairs(first: list[float], second: list[float], kind: Kind) -> list[CriticalPoint]:
        return [CriticalPoint((x, y), "global minimum" if x == y == 0 else kind) for x, y in product(first, second)]

    return (
        *pairs(valleys, valleys, "local minimum"),
        *pairs(crests, crests, "maximum"),
        *pairs(valleys, crests, "saddle"),
        *pairs(crests, valleys, "saddle"),
    )


RASTRIGIN = Landscape.from_formula(
    "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
    key="rastrigin",
    name="Rastrigin",
    group="Many minima",
    window=((-5.12, 5.12), (-5.12, 5.12)),
    start=(3.4, 2.3),
    critical_points=_critical_points(),
    lesson="121 valleys and one of them the best: momentum and Adam are no global search.",
    source="Rastrigin (1974), Systems of Extremal Control, Nauka.",
    family="2*A + x**2 - A*cos(2*pi*x) + y**2 - A*cos(2*pi*y)",
    parameters=(Parameter("A", 10.0, 0.0, 20.0, title="height of the ripple", least=0.0, most=100.0),),
)
