"""Himmelblau's function: four minima of the same depth."""

from landscapes.record import CriticalPoint, Landscape

# The critical points solve the two cubic equations of a zero gradient; found to 40 digits, rounded to double precision.
# The start lies where gradient descent, momentum, Nesterov and Adam at rate 0.01 end in four different valleys.
HIMMELBLAU = Landscape.from_formula(
    "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    key="himmelblau",
    name="Himmelblau",
    group="Many minima",
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.22, 4.4),
    critical_points=(
        CriticalPoint((3.0, 2.0), "global minimum"),
        CriticalPoint((-2.805118086952745, 3.131312518250573), "global minimum"),
        CriticalPoint((-3.779310253377747, -3.2831859912861696), "global minimum"),
        CriticalPoint((3.5844283403304917, -1.8481265269644036), "global minimum"),
        CriticalPoint((-0.2708445906673476, -0.9230385564799815), "maximum"),
        CriticalPoint((-3.0730257507643897, -0.08135304428796751), "saddle"),
        CriticalPoint((-0.12796134673068008, -1.9537149802445763), "saddle"),
        CriticalPoint((0.08667750455539636, 2.884254701174776), "saddle"),
        CriticalPoint((3.385154183607021, 0.07385187983774928), "saddle"),
    ),
    lesson="Four valleys, all equally deep. Where the ball starts decides where it ends.",
    source="Himmelblau (1972), Applied Nonlinear Programming, McGraw-Hill.",
)
