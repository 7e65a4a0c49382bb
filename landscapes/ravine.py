"""A long valley along x, fifty times steeper across than along."""

from landscapes.parameters import Parameter
from landscapes.record import CriticalPoint, Landscape

RAVINE = Landscape.from_formula(
    "x**2/2 + 25*y**2",
    key="ravine",
    name="Ravine",
    group="Bowls and ravines",
    window=((-5.0, 5.0), (-2.0, 2.0)),
    start=(-4.0, 1.0),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    lesson="Fifty times steeper across than along: a rate that suits one way is wrong for the other.",
    source="Axis-aligned quadratic with Hessian eigenvalues 1 and 50.",
    family="x**2/2 + kappa*y**2/2",
    parameters=(Parameter("kappa", 50.0, 1.0, 1000.0, log=True, title="condition number", least=1.0, most=1000.0),),
)
