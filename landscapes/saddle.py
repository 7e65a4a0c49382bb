"""The plain saddle: up along x, down along y, for ever."""

from landscapes.parameters import Parameter
from landscapes.record import CriticalPoint, Landscape

SADDLE = Landscape.from_formula(
    "x**2 - y**2",
    key="saddle",
    name="Saddle",
    group="Saddles",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    start=(2.0, 0.001),
    critical_points=(CriticalPoint((0.0, 0.0), "saddle"),),
    lesson="No minimum at all: the loss falls for ever, and that is no fault of the rate.",
    source="Quadratic with Hessian eigenvalues -2 and 2.",
    family="a*x**2/2 + b*y**2/2",
    parameters=(
        Parameter("a", 2.0, -5.0, 5.0, title="curvature along x", least=-100.0, most=100.0),
        Parameter("b", -2.0, -5.0, 5.0, title="curvature along y", least=-100.0, most=100.0),
    ),
)
