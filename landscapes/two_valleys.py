"""The document's own picture: a deep valley on the left, a saddle, a shallower valley on the right."""

from landscapes.parameters import Parameter
from landscapes.record import CriticalPoint, Landscape

TWO_VALLEYS = Landscape.from_formula(
    "x**4/8 + 3*x**3/20 - x**2 + y**2 + 3.7109375",
    key="two_valleys",
    name="Two valleys",
    group="Many minima",
    window=((-4.0, 3.0), (-2.5, 2.5)),
    start=(2.6, 1.6),
    critical_points=(
        CriticalPoint((-2.5, 0.0), "global minimum"),
        CriticalPoint((0.0, 0.0), "saddle"),
        CriticalPoint((1.6, 0.0), "local minimum"),
    ),
    lesson="Two minima, one deeper: small steps end in the valley they start in.",
    source="Tilted double well in x, parabola in y; the ridge is exactly x = 0.",
    family="x**4/8 + t*x**3/6 - x**2 + y**2 + 3.7109375",
    parameters=(Parameter("t", 0.9, -0.9, 0.9, title="tilt: at 0 both valleys are as deep", least=-1.0, most=1.0),),
)
