"""Matyas's function: a valley along the diagonal."""

from landscapes.record import CriticalPoint, Landscape

MATYAS = Landscape.from_formula(
    "0.26*(x**2 + y**2) - 0.48*x*y",
    key="matyas",
    name="Matyas",
    group="Classic benchmarks",
    window=((-10.0, 10.0), (-10.0, 10.0)),
    start=(9.0, 2.0),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    lesson="Down the steep side at once, then hundreds of steps along the flat diagonal.",
    source="Jamil and Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4(2):150-194, no. 71.",
)
