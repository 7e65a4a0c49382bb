"""The three-hump camel: three valleys, the middle one the deepest."""

from landscapes.record import CriticalPoint, Landscape

# The critical points are zeros of the gradient found to 40 digits, rounded to double precision.
THREE_HUMP_CAMEL = Landscape.from_formula(
    "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
    key="three_hump_camel",
    name="Three-hump camel",
    group="Classic benchmarks",
    window=((-2.5, 2.5), (-2.5, 2.5)),
    start=(-2.2, 2.2),
    critical_points=(
        CriticalPoint((0.0, 0.0), "global minimum"),
        CriticalPoint((-1.7475523458302888, 0.8737761729151444), "local minimum"),
        CriticalPoint((1.7475523458302888, -0.8737761729151444), "local minimum"),
        CriticalPoint((-1.07054229182366, 0.53527114591183), "saddle"),
        CriticalPoint((1.07054229182366, -0.53527114591183), "saddle"),
    ),
    lesson="The outer two of its three minima are traps: the best one is in the middle.",
    source="Branin (1972), IBM Journal of Research and Development 16(5):504-522.",
)
