"""A saddle between two equal valleys."""

from landscapes.record import CriticalPoint, Landscape

SADDLE_VALLEYS = Landscape.from_formula(
    "x**2 - y**2 + y**4/8 + 2",
    key="saddle_valleys",
    name="Saddle and valleys",
    group="Saddles",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    start=(2.0, 1e-6),
    critical_points=(
        CriticalPoint((0.0, 0.0), "saddle"),
        CriticalPoint((0.0, -2.0), "global minimum"),
        CriticalPoint((0.0, 2.0), "global minimum"),
    ),
    lesson="Beside the ridge the ball runs to the saddle first: no slope there, and yet no minimum.",
    source="Double well in y, parabola in x; saddle eigenvalues -2 and 2.",
)
