"""Easom's function: one narrow hole in a plain that is flat to many digits."""

from landscapes.record import CriticalPoint, Landscape

EASOM = Landscape.from_formula(
    "-cos(x)*cos(y)*exp(-((x - pi)**2 + (y - pi)**2))",
    key="easom",
    name="Easom",
    group="Plateaus and cliffs",
    window=((-2.0, 8.0), (-2.0, 8.0)),
    start=(1.4, 2.4),
    critical_points=(CriticalPoint((3.141592653589793, 3.141592653589793), "global minimum"),),
    complete=False,  # dozens more on the plain, where the loss differs from 0 by less than 1e-4
    lesson="Flat all around one narrow hole: from most starts no slope leads there.",
    source="Easom (1990), A survey of global optimization techniques, thesis, University of Louisville.",
)
