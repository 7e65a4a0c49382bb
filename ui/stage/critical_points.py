"""Where the slope is zero: the critical points that were found in the window, as a table and in words."""

from collections import Counter
from contextlib import nullcontext
from html import escape
from math import atan2, degrees

import streamlit as st

from engine import CriticalPlace, CriticalPoints, known_points
from engine.basis.numerals import settled
from landscapes.language import letter_text
from landscapes.on_data import is_heavy
from ui.scene.scene import Scene
from ui.shared.table import table

MOST_ROWS = 60
_HEAD = ("Loss", "Curvature, least", "Curvature, most", "Direction of the least")
_FOLD = "zeros"
_NOUNS = {
    "global minimum": ("global minimum", "global minima"),
    "lowest minimum": ("lowest minimum", "lowest minima"),
    "local minimum": ("local minimum", "local minima"),
    "maximum": ("maximum", "maxima"),
    "saddle": ("saddle", "saddles"),
    "degenerate": ("degenerate point", "degenerate points"),
}


def found_in(scene: Scene, always: bool = False) -> CriticalPoints | None:
    """What was found in the scene's window; None while nobody wants to know, since a new window may take a second.

    A plane of a network takes much longer: there even a page that is about these points waits to be asked.
    """
    landscape = scene.landscape if scene.window is None else scene.landscape.with_window(scene.window)
    heavy = is_heavy(landscape.loss)
    always |= scene.landscape.is_changed  # what the record knows is of other values
    if (heavy or not always) and not st.session_state.get(_FOLD):
        return None
    with st.spinner("Looking for them: each step asks the whole network") if heavy else nullcontext():
        return known_points(landscape)


def show_critical_points(found: CriticalPoints | None, axes: tuple[str, str] = ("x", "y")) -> None:
    """A fold below the picture; it is filled when it is open."""
    with st.expander("Where the slope is zero", key=_FOLD, on_change="rerun"):
        if found is None:
            return
        st.html(f'<p class="aside">{escape(_sentence(found))}</p>')
        if found.points:
            rows = [(point.kind, _cells(point)) for point in found.points[:MOST_ROWS]]
            left = len(found.points) - MOST_ROWS
            more = f'<p class="aside">The {left} that lie highest are not listed.</p>' if left > 0 else ""
            st.html(table(("Kind", *map(letter_text, axes), *_HEAD), rows) + more)


def _sentence(found: CriticalPoints) -> str:
    """Such as "Found in this window: 4 global minima, 4 saddles and 1 maximum.", and the notes."""
    kinds = Counter(point.kind for point in found.points)
    parts = [f"{count} {_NOUNS[kind][count > 1]}" for kind, count in kinds.items()]
    if parts:
        listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        begin = [f"Found in this window: {listed}."]
    else:
        # A narrow pit between two starts is missed: that none is there cannot be said.
        single = "single point" if found.curves else "point"
        begin = [f"No {single} with a slope of zero was found in this window."]
    return " ".join([*begin, *found.notes])


def _cells(point: CriticalPlace) -> tuple[str, ...]:
    (dx, dy), _ = point.eigenvectors
    angle = degrees(atan2(dy, dx)) % 180
    return (
        *(settled(part) for part in point.position),
        settled(point.loss),
        *(settled(value) for value in point.eigenvalues),
        f"{angle:.0f}°",
    )
