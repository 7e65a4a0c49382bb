"""Points of a visitor's own data that the hand on the stage has moved, added or taken away."""

from __future__ import annotations

from engine import landscape_of
from engine.tables import DATA_PREFIX
from landscapes import Landscape

_POINTS = "points="


def family_of(text: str) -> str:
    """All of a text form but the points: what stays the same while they move. Another surface's is its text."""
    return text.partition(_POINTS)[0] if text.startswith(DATA_PREFIX) else text


def on_moved_points(landscape: Landscape, text: str) -> Landscape | None:
    """The same model on the points of a text form; None where that is of another surface, or of the same points.

    Raises ValueError with a sentence for points that cannot be.
    """
    if text == landscape.text or not text.startswith(DATA_PREFIX) or family_of(text) != family_of(landscape.text):
        return None
    return landscape_of(text)
