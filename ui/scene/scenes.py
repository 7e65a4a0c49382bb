"""Prepared pictures that a door of the start page opens: one question each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from i18n import message
from landscapes import LANDSCAPES
from ui.scene.lane import Lane
from ui.scene.scene import Scene


@dataclass(frozen=True)
class Prepared:
    """A picture with a title, what one will see in it, and the words on its door.

    The scene names the door by its key: in the link title and promise come along.
    """

    key: str
    title: str
    promise: str
    invitation: str
    scene: Scene

    def __post_init__(self) -> None:
        object.__setattr__(self, "scene", replace(self.scene, door=self.key))


SCENES = (
    Prepared(
        "rates",
        message("Too high, too low"),
        message("One bowl, one slider. Find the rate that arrives in a single step, and the one that never rests."),
        message("Turn the rate"),
        Scene(LANDSCAPES["bowl"], (Lane(rate=0.45),), steps=100),
    ),
    Prepared(
        "valleys",
        message("Which valley?"),
        message(
            "A deep valley, a shallow one, a ridge between. Momentum may roll through; plain descent stops in the "
            "first."
        ),
        message("Let both run"),
        Scene(LANDSCAPES["two_valleys"], (Lane(rate=0.05), Lane("momentum", rate=0.05)), steps=300, playhead=0),
    ),
    Prepared(
        "saddle",
        message("Stuck on a ridge"),
        message(
            "From the exact ridge no method leaves the saddle. Nudge the start by a millionth and see who gets away "
            "first."
        ),
        message("Nudge the ball"),
        Scene(
            LANDSCAPES["saddle_valleys"],
            (Lane(rate=0.01), Lane("momentum", rate=0.01), Lane("adam", rate=0.01)),
            start=(2.0, 0.0),
            steps=1000,
        ),
    ),
)
DOORS = {prepared.key: prepared for prepared in SCENES}
