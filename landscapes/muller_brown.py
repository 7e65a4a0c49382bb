"""The Müller-Brown surface: three valleys joined by two passes."""

from landscapes.record import CriticalPoint, Landscape

# The critical points are zeros of the gradient found to 40 digits, rounded to double precision.
MULLER_BROWN = Landscape.from_formula(
    "-200*exp(-(x - 1)**2 - 10*y**2) - 100*exp(-x**2 - 10*(y - 0.5)**2)"
    " - 170*exp(-6.5*(x + 0.5)**2 + 11*(x + 0.5)*(y - 1.5) - 6.5*(y - 1.5)**2)"
    " + 15*exp(0.7*(x + 1)**2 + 0.6*(x + 1)*(y - 1) + 0.7*(y - 1)**2)",
    key="muller_brown",
    name="Müller-Brown",
    group="Many minima",
    window=((-1.5, 1.2), (-0.3, 2.1)),
    start=(-0.1, 0.75),
    critical_points=(
        CriticalPoint((-0.5582236346330243, 1.4417258418046686), "global minimum"),
        CriticalPoint((0.6234994049308765, 0.028037758528685664), "local minimum"),
        CriticalPoint((-0.050010822998206056, 0.4666941048719721), "local minimum"),
        CriticalPoint((-0.8220015587327321, 0.6243128028148713), "saddle"),
        CriticalPoint((0.212486582000662, 0.2929883251073678), "saddle"),
    ),
    lesson="A chemist's test: three valleys, two passes, and downhill alone never crosses a pass.",
    source="Müller and Brown (1979), Theoretica Chimica Acta 53:75-93.",
)
