"""A gentle floor between two walls of a tenth power."""

from landscapes.record import CriticalPoint, Landscape

CLIFF = Landscape.from_formula(
    "(x**2 + y**2)/4 + (x/2)**10",
    key="cliff",
    name="Cliff",
    group="Plateaus and cliffs",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    start=(2.8, 1.5),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    lesson="On the wall the gradient is huge; clipping bounds the step, so a rate of 0.1 survives.",
    source="Round quadratic plus a tenth power; after Pascanu et al. (2013), ICML, on gradient clipping.",
)
