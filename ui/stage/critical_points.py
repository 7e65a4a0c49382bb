"""Where the slope is zero: the critical points that were found in the window, as a table and in words."""

from collections import Counter
from contextlib import nullcontext
from html import escape
from math import atan2, degrees

import streamlit as st

from engine import CriticalPlace, CriticalPoints, known_points
from engine.basis.numerals import settled
from i18n import Message, joined, listed, message, plural
from landscapes.language import letter_text
from landscapes.on_data import is_heavy
from ui.scene.scene import Scene
from ui.shared.language import t
from ui.shared.table import table

MOST_ROWS = 60
_HEAD = (
    message("Loss"),
    message("Curvature, least"),
    message("Curvature, most"),
    message("Direction of the least"),
)
_FOLD = "zeros"
KINDS = {
    "global minimum": message("global minimum"),
    "lowest minimum": message("lowest minimum"),
    "local minimum": message("local minimum"),
    "maximum": message("maximum"),
    "saddle": message("saddle"),
    "degenerate": message("degenerate"),
}
"""What the kinds of `landscapes.record` are called."""


def found_in(scene: Scene, always: bool = False) -> CriticalPoints | None:
    """What was found in the scene's window; None while nobody wants to know, since a new window may take a second.

    A plane of a network takes much longer: there even a page that is about these points waits to be asked.
    """
    landscape = scene.landscape if scene.window is None else scene.landscape.with_window(scene.window)
    heavy = is_heavy(landscape.loss)
    always |= scene.landscape.is_changed  # what the record knows is of other values
    if (heavy or not always) and not st.session_state.get(_FOLD):
        return None
    with st.spinner(t("Looking for them: each step asks the whole network")) if heavy else nullcontext():
        return known_points(landscape)


def show_critical_points(found: CriticalPoints | None, axes: tuple[str, str] = ("x", "y")) -> None:
    """A fold below the picture; it is filled when it is open."""
    with st.expander(t("Where the slope is zero"), key=_FOLD, on_change="rerun"):
        if found is None:
            return
        st.html(f'<p class="aside">{escape(t(_sentence(found)))}</p>')
        if found.points:
            rows = [(t(KINDS[point.kind]), _cells(point)) for point in found.points[:MOST_ROWS]]
            left = len(found.points) - MOST_ROWS
            more = f'<p class="aside">{t("The {left} that lie highest are not listed.", left=left)}</p>'
            head = (t("Kind"), *map(letter_text, axes), *map(t, _HEAD))
            st.html(table(head, rows) + (more if left > 0 else ""))


def _sentence(found: CriticalPoints) -> Message:
    """Such as "Found in this window: 4 global minima, 4 saddles and 1 maximum.", and the notes."""
    kinds = Counter(point.kind for point in found.points)
    if kinds:
        points = listed([_counted(kind, count) for kind, count in kinds.items()])
        begin = message("Found in this window: {points}.", points=points)
    elif found.curves:
        begin = message("No single point with a slope of zero was found in this window.")
    else:
        # A narrow pit between two starts is missed: that none is there cannot be said.
        begin = message("No point with a slope of zero was found in this window.")
    return joined(" ", [begin, *found.notes])


def _counted(kind: str, n: int) -> Message:
    return {
        "global minimum": plural("{n} global minimum", "{n} global minima", n, n=n),
        "lowest minimum": plural("{n} lowest minimum", "{n} lowest minima", n, n=n),
        "local minimum": plural("{n} local minimum", "{n} local minima", n, n=n),
        "maximum": plural("{n} maximum", "{n} maxima", n, n=n),
        "saddle": plural("{n} saddle", "{n} saddles", n, n=n),
        "degenerate": plural("{n} degenerate point", "{n} degenerate points", n, n=n),
    }[kind]


def _cells(point: CriticalPlace) -> tuple[str, ...]:
    (dx, dy), _ = point.eigenvectors
    angle = degrees(atan2(dy, dx)) % 180
    return (
        *(settled(part) for part in point.position),
        settled(point.loss),
        *(settled(value) for value in point.eigenvalues),
        f"{angle:.0f}°",
    )
