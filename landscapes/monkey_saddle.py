"""The monkey saddle: three ways down, three ways up."""

from landscapes.record import CriticalPoint, Landscape

MONKEY_SADDLE = Landscape.from_formula(
    "x**3 - 3*x*y**2",
    key="monkey_saddle",
    name="Monkey saddle",
    group="Saddles",
    window=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.01),
    critical_points=(CriticalPoint((0.0, 0.0), "degenerate"),),
    lesson="Two ways down for the legs and one for the tail: its curvature at the centre is zero.",
    source="Hilbert and Cohn-Vossen (1932), Anschauliche Geometrie, Springer.",
)
