"""A single pit in an endless plain."""

import math

from landscapes.parameters import Parameter
from landscapes.record import CriticalPoint, Landscape

PLATEAU = Landscape.from_formula(
    "1 - exp(-(x**2 + y**2)/4)",
    key="plateau",
    name="Plateau",
    group="Plateaus and cliffs",
    window=((-6.0, 6.0), (-6.0, 6.0)),
    start=(5.0, 3.0),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    lesson="Far out there is hardly a slope: plain descent creeps, Adam rescales it and walks.",
    source="Gaussian pit of width sqrt(2).",
    family="1 - exp(-(x**2 + y**2)/(2*w**2))",
    parameters=(Parameter("w", math.sqrt(2.0), 0.5, 4.0, title="width of the pit", least=0.1, most=20.0),),
)
