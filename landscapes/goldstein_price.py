"""Goldstein and Price's function: from 3 to a million within the window."""

from landscapes.record import CriticalPoint, Landscape

GOLDSTEIN_PRICE = Landscape.from_formula(
    "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
    "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))",
    key="goldstein_price",
    name="Goldstein-Price",
    group="Classic benchmarks",
    window=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.2, 0.6),
    critical_points=(
        CriticalPoint((0.0, -1.0), "global minimum"),
        CriticalPoint((-0.6, -0.4), "local minimum"),
        CriticalPoint((1.8, 0.2), "local minimum"),
        CriticalPoint((1.2, 0.8), "local minimum"),
        CriticalPoint((-0.4, -0.6), "saddle"),
        CriticalPoint((1.2, -0.2), "saddle"),
        CriticalPoint((1.4, 0.6), "saddle"),
        CriticalPoint((0.6, 0.4), "saddle"),
        CriticalPoint((0.8, 0.2), "maximum"),
    ),
    lesson="Losses from 3 to a million: a rate small enough for the slopes is slow in the valley.",
    source="Goldstein and Price (1971), Mathematics of Computation 25(115):569-574.",
)
