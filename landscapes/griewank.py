"""Griewank's function: a very wide bowl under ripples."""

from landscapes.record import CriticalPoint, Landscape

GRIEWANK = Landscape.from_formula(
    "1 + (x**2 + y**2)/4000 - cos(x)*cos(y/sqrt(2))",
    key="griewank",
    name="Griewank",
    group="Many minima",
    window=((-10.0, 10.0), (-10.0, 10.0)),
    start=(7.5, 3.0),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    complete=False,  # 59 in this window
    lesson="Here nearly all of the slope is ripple: the wide bowl beneath does not show in it.",
    source="Griewank (1981), Journal of Optimization Theory and Applications 34(1):11-39.",
)
