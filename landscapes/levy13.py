"""Lévy's function no. 13: a bowl under steep ripples."""

from landscapes.record import CriticalPoint, Landscape

LEVY13 = Landscape.from_formula(
    "sin(3*pi*x)**2 + (x - 1)**2*(1 + sin(3*pi*y)**2) + (y - 1)**2*(1 + sin(2*pi*y)**2)",
    key="levy13",
    name="Lévy no. 13",
    group="Many minima",
    window=((-2.0, 4.0), (-2.0, 4.0)),
    start=(-0.7, 2.4),
    critical_points=(CriticalPoint((1.0, 1.0), "global minimum"),),
    complete=False,  # about a thousand in this window
    lesson="Steep ripples on a bowl: small steps end in the nearest ripple.",
    source="Lévy and Montalvo (1985), SIAM J. on Scientific and Statistical Computing 6(1):15-29.",
)
