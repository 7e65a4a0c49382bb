"""The round bowl, where everything can be worked out by hand."""

from landscapes.record import CriticalPoint, Landscape

BOWL = Landscape.from_formula(
    "2*x**2 + 2*y**2",
    key="bowl",
    name="Bowl",
    group="Bowls and ravines",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    start=(2.5, 1.5),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    lesson="Equally curved every way: the downhill arrow points straight at the minimum.",
    source="Round quadratic; both Hessian eigenvalues are 4.",
)
