"""Booth's function: an oval bowl."""

from landscapes.record import CriticalPoint, Landscape

BOOTH = Landscape.from_formula(
    "(x + 2*y - 7)**2 + (2*x + y - 5)**2",
    key="booth",
    name="Booth",
    group="Classic benchmarks",
    window=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-8.0, -3.0),
    critical_points=(CriticalPoint((1.0, 3.0), "global minimum"),),
    lesson="Nine times steeper across than along: rates above 1/9 diverge, those below arrive.",
    source="Jamil and Yang (2013), Int. J. Mathematical Modelling and Numerical Optimisation 4(2):150-194, no. 17.",
)
