"""Ackley's function: a hole in a rippled plain, with a tip like a cone's."""

from landscapes.record import CriticalPoint, Landscape

ACKLEY = Landscape.from_formula(
    "20 + e - 20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)",
    key="ackley",
    name="Ackley",
    group="Many minima",
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(2.4, 1.7),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    singular_points=((0.0, 0.0),),  # the tip of a cone: the lowest point, and no gradient there
    complete=False,  # more than four hundred in this window
    lesson="A hole in a rippled plain: gradient descent stops in the nearest ripple.",
    source="Ackley (1987), A Connectionist Machine for Genetic Hillclimbing, Kluwer.",
)
