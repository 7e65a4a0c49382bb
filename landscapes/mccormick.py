"""McCormick's function: waves on a slope."""

from landscapes.record import CriticalPoint, Landscape

# Exact values are 1/2 - pi/3 and its like.
MCCORMICK = Landscape.from_formula(
    "sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
    key="mccormick",
    name="McCormick",
    group="Classic benchmarks",
    window=((-1.5, 4.0), (-3.0, 4.0)),
    start=(1.8, 1.2),
    critical_points=(
        CriticalPoint((-0.5471975511965977, -1.5471975511965979), "lowest minimum"),
        CriticalPoint((2.5943951023931957, 1.5943951023931955), "local minimum"),
        CriticalPoint((1.5471975511965977, 0.5471975511965977), "saddle"),
    ),
    lesson="Waves on a slope: the best minimum here lies at the low end, the other is a trap.",
    source="McCormick (1976), Mathematical Programming 10:147-175, with the window of that literature.",
)
