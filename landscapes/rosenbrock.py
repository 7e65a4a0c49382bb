"""Rosenbrock's banana valley."""

from landscapes.parameters import Parameter
from landscapes.record import CriticalPoint, Landscape

ROSENBROCK = Landscape.from_formula(
    "(1 - x)**2 + 100*(y - x**2)**2",
    key="rosenbrock",
    name="Rosenbrock valley",
    group="Bowls and ravines",
    window=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.5, 2.0),
    critical_points=(CriticalPoint((1.0, 1.0), "global minimum"),),
    lesson="The valley floor is easy to find and slow to follow.",
    source="Rosenbrock (1960), The Computer Journal 3(3):175-184.",
    family="(1 - x)**2 + b*(y - x**2)**2",
    parameters=(
        Parameter("b", 100.0, 1.0, 1000.0, log=True, title="how steep beside the valley floor", least=0.0, most=1e4),
    ),
)
