"""The six-hump camel: six valleys in three pairs, one pair the deepest."""

from landscapes.record import CriticalPoint, Landscape

# The critical points are zeros of the gradient found to 40 digits, rounded to double precision.
SIX_HUMP_CAMEL = Landscape.from_formula(
    "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2",
    key="six_hump_camel",
    name="Six-hump camel",
    group="Classic benchmarks",
    window=((-2.0, 2.0), (-1.2, 1.2)),
    start=(-1.3, 1.1),
    critical_points=(
        CriticalPoint((0.08984201310031806, -0.7126564030207396), "global minimum"),
        CriticalPoint((-0.08984201310031806, 0.7126564030207396), "global minimum"),
        CriticalPoint((-1.703606714969981, 0.7960835686726251), "local minimum"),
        CriticalPoint((1.703606714969981, -0.7960835686726251), "local minimum"),
        CriticalPoint((-1.6071047529201972, -0.5686514548841314), "local minimum"),
        CriticalPoint((1.6071047529201972, 0.5686514548841314), "local minimum"),
        CriticalPoint((0.0, 0.0), "saddle"),
        CriticalPoint((-1.1092053368047865, 0.7682680925095399), "saddle"),
        CriticalPoint((1.1092053368047865, -0.7682680925095399), "saddle"),
        CriticalPoint((-1.6380679841897785, -0.22867406904439408), "saddle"),
        CriticalPoint((1.6380679841897785, 0.22867406904439408), "saddle"),
        CriticalPoint((-1.2960702671671092, -0.6050843880386585), "saddle"),
        CriticalPoint((1.2960702671671092, 0.6050843880386585), "saddle"),
        CriticalPoint((-1.2302298765166526, -0.16233458445899496), "maximum"),
        CriticalPoint((1.2302298765166526, 0.16233458445899496), "maximum"),
    ),
    lesson="Six minima, of which two are equally deep and best: the start decides which you get.",
    source="Dixon and Szego (1978), Towards Global Optimisation 2, North-Holland.",
)
