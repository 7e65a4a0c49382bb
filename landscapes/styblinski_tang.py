"""Styblinski and Tang's function: a double well in each coordinate."""

from landscapes.record import CriticalPoint, Landscape

# Coordinates are the three roots of 4 t^3 - 32 t + 5 = 0, found to 40 digits, rounded to double precision.
STYBLINSKI_TANG = Landscape.from_formula(
    "(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2",
    key="styblinski_tang",
    name="Styblinski-Tang",
    group="Many minima",
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.8, 3.6),
    critical_points=(
        CriticalPoint((-2.903534027771177, -2.903534027771177), "global minimum"),
        CriticalPoint((-2.903534027771177, 2.746802770990837), "local minimum"),
        CriticalPoint((2.746802770990837, -2.903534027771177), "local minimum"),
        CriticalPoint((2.746802770990837, 2.746802770990837), "local minimum"),
        CriticalPoint((-2.903534027771177, 0.1567312567803401), "saddle"),
        CriticalPoint((0.1567312567803401, -2.903534027771177), "saddle"),
        CriticalPoint((0.1567312567803401, 2.746802770990837), "saddle"),
        CriticalPoint((2.746802770990837, 0.1567312567803401), "saddle"),
        CriticalPoint((0.1567312567803401, 0.1567312567803401), "maximum"),
    ),
    lesson="Four valleys of three depths, and only the one at (−2.9, −2.9) is the best.",
    source="Styblinski and Tang (1990), Neural Networks 3(4):467-483.",
)
