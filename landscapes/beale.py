"""Beale's function: a minimum between two flat arms and four steep corners."""

from landscapes.record import CriticalPoint, Landscape

# The first two points are exact; the last saddle is a zero of the gradient found to 40 digits.
BEALE = Landscape.from_formula(
    "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
    key="beale",
    name="Beale",
    group="Classic benchmarks",
    window=((-4.5, 4.5), (-4.5, 4.5)),
    start=(1.0, 1.5),
    critical_points=(
        CriticalPoint((3.0, 0.5), "global minimum"),
        CriticalPoint((0.0, 1.0), "saddle"),
        CriticalPoint((0.10053793732415836, -2.644513585023125), "saddle"),
    ),
    lesson="Steep corners and flat arms: the rate that survives the corners creeps in the arms.",
    source="Beale (1958), On an iterative method; More, Garbow and Hillstrom (1981), ACM TOMS 7(1):17-41, no. 5.",
)
