"""Whole curves of critical points, such as the floor of a circular valley: at which loss, and of what kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from engine.basis.numerals import number, point, settled
from engine.surfaces.grids import losses
from i18n import joined, message, plural
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

FEW = 24
"""More degenerate points than this, side by side, are no points but a curve, or a plain."""
LEVEL = 1e-7
"""Losses nearer than this, in shares of the window's range, are one: the loss is constant along a critical curve."""
EXTENT = 0.02
"""Least size of a curve in diagonals: nearer together, the points are one that Newton's method leaves scattered."""
LOOKED_AT = 12
"""Points of a curve whose surroundings tell its kind."""
AROUND = 1e-3
"""Radius of those surroundings, in diagonals."""
MOST_LEVELS = 4
"""Levels of loss that a sentence names."""
_OF = {
    "minimum": message("of minima, at loss {loss}"),
    "maximum": message("of maxima, at loss {loss}"),
    "neither": message("of critical points, at loss {loss}"),
}

CurveKind = Literal["minimum", "maximum", "neither"]
LEVEL_GROUND = "level"
"""What a point of a plain is found to be: nothing around it differs from it."""


class CriticalCurve(NamedTuple):
    """All curves of critical points of one loss and one kind."""

    kind: CurveKind
    """"minimum" where the loss is nowhere lower close by, "maximum" where it is nowhere higher."""
    loss: float


def curves_among(
    landscape: Landscape,
    positions: Float[np.ndarray, "n 2"],
    values: Float[np.ndarray, " n"],
    spread: float,
    diagonal: float,
) -> tuple[list[CriticalCurve], Bool[np.ndarray, " n"]]:
    """The curves that n degenerate points lie on, lowest first, and which of the points belong to one.

    Args:
        landscape: the surface.
        positions: degenerate points, each listed once.
        values: the loss at each.
        spread: the range of the window's losses.
        diagonal: of the window.
    """
    curves: list[CriticalCurve] = []
    members = np.zeros(len(positions), dtype=bool)
    for group in _levels(values, LEVEL * spread):
        if len(group) <= FEW or np.ptp(positions[group], axis=0).max() < EXTENT * diagonal:
            continue
        picked = group[np.linspace(0, len(group) - 1, LOOKED_AT).round().astype(int)]
        kinds = {_kind(landscape, positions[at], float(values[at]), spread, diagonal) for at in picked}
        if LEVEL_GROUND in kinds:
            continue
        members[group] = True
        kind: CurveKind = kinds.pop() if len(kinds) == 1 else "neither"  # pyright: ignore[reportAssignmentType]
        curves.append(CriticalCurve(kind, _rounded(float(np.median(values[group])), spread)))
    return curves, members


def curve_words(curves: list[CriticalCurve]) -> str:
    """Such as "The slope is zero along a whole curve of minima, at loss 0."."""
    told: list[str] = [message(_OF[one.kind], loss=settled(one.loss)) for one in curves[:MOST_LEVELS]]
    if len(curves) == 1:
        return message("The slope is zero along a whole curve {what}.", what=told[0])
    more = len(curves) - MOST_LEVELS
    if more > 0:
        told.append(plural("and at {n} more level", "and at {n} more levels", more, n=more))
    return message("The slope is zero along whole curves: {what}.", what=joined("; ", told))


def jump_words(tips: list[tuple[float, float]]) -> str:
    """Where the slope jumps."""
    return message(
        "The slope jumps at {points}: a tip or a kink, which has no gradient and is no critical point.",
        points=", ".join(map(point, tips)),
    )


def lower_words(inside: bool, place: tuple[float, float], loss: float) -> str:
    """Where a surface was seen to be lower than at the lowest minimum of its window."""
    told = {"point": point(place), "loss": number(loss)}
    if inside:
        return message(
            "The surface is lower on the window's edge, such as at {point}, with loss {loss}: its minima here are not "
            "the lowest of all.",
            **told,
        )
    return message(
        "The surface is lower outside the window, such as at {point}, with loss {loss}: its minima here are not the "
        "lowest of all.",
        **told,
    )


def _levels(values: Float[np.ndarray, " n"], apart: float) -> list[Int[np.ndarray, " k"]]:
    """Indices of values in groups without a gap, lowest first."""
    order = np.argsort(values, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(values[order]) > apart) + 1) if len(order) else []


def _kind(landscape: Landscape, position, loss: float, spread: float, diagonal: float) -> str:
    angles = np.arange(16) * (2 * np.pi / 16) + 0.1
    ring = position + AROUND * diagonal * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    around = losses(landscape, ring)
    rounding = 1e-12 * spread
    if np.all(np.abs(around - loss) <= rounding):
        return LEVEL_GROUND
    if np.all(around >= loss - rounding):
        return "minimum"
    return "maximum" if np.all(around <= loss + rounding) else "neither"


def _rounded(loss: float, spread: float) -> float:
    return 0.0 if abs(loss) < 1e-12 * spread else loss
