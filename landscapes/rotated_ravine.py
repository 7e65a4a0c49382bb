"""The ravine, turned by 45 degrees: its axes are no longer the coordinates'."""

from landscapes.record import CriticalPoint, Landscape

ROTATED_RAVINE = Landscape.from_formula(
    "(x + y)**2/4 + 25*(x - y)**2/2",
    key="rotated_ravine",
    name="Rotated ravine",
    group="Bowls and ravines",
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-3.536, -2.121),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    lesson="The ravine turned by 45°: methods with a scale for each axis lose their advantage.",
    source="Quadratic with Hessian eigenvalues 1 and 50 along the diagonals.",
)
