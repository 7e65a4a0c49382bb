"""How a run ended, and what there is to say of it."""

from __future__ import annotations

from typing import NamedTuple

from engine.runs.motion import Motion
from engine.runs.place import Pair, Place
from engine.surfaces.surroundings import Surroundings


class Ending(NamedTuple):
    """How the loop stopped, and what it saw there."""

    kind: str
    step: int
    position: Pair
    loss: float
    slope: float
    next_step: float
    """Length of the step it would have made next: momentum may be caught in full flight."""
    place: Place | None
    """The critical point there, or the nearest one if it is not far."""
    motion: Motion
    """What its last steps do, where only its steps ran out."""
    around: Surroundings | None
    """The ground around, where it stopped at a point that curvature cannot tell."""


class Told(NamedTuple):
    """What there is to say of an ending."""

    sentence: str
    fate: str
    """The same in two or three words."""
    arrived: bool
    place: str | None
    growth: float | None = None
    why: str = ""
    """Of a run that cannot start: what is wrong there, as a clause."""
