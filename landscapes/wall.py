"""A round bowl that ends in an exponential wall."""

from landscapes.record import CriticalPoint, Landscape

# The minimum solves x/2 + 6 exp(6 (x - 1)) = 0; found to 40 digits, rounded to double precision.
WALL = Landscape.from_formula(
    "(x**2 + y**2)/4 + exp(6*(x - 1))",
    key="wall",
    name="Wall",
    group="Plateaus and cliffs",
    window=((-3.0, 2.5), (-3.0, 3.0)),
    start=(2.5, 1.5),
    critical_points=(CriticalPoint((-0.0255217588303885, 0.0), "global minimum"),),
    lesson="At rate 0.1 one step throws the ball thousands of units away, and yet it comes back.",
    source="Round quadratic plus an exponential; after Pascanu et al. (2013), ICML, on gradient clipping.",
)
