"""A bowl whose walls run straight, so that too high a rate bounces for ever instead of exploding."""

from landscapes.record import CriticalPoint, Landscape

BOUNCE = Landscape.from_formula(
    "6*(1 + x**2 + y**2)**0.5 - 6",
    key="bounce",
    name="Bounce",
    group="Bowls and ravines",
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(4.0, 3.0),
    critical_points=(CriticalPoint((0.0, 0.0), "global minimum"),),
    lesson="The slope never exceeds 6, so too high a rate ends in a bounce, not in an explosion.",
    source="Pseudo-Huber loss of the radius: Charbonnier et al. (1994), Proc. ICIP 2:168-172.",
)
