"""Critical points of a surface, found: Newton's method on the gradient from a grid of starts all over the window."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.basis.curvature import extreme_eigenvalues, stiff_newton_move
from engine.runs.fields import check_field
from engine.surfaces.critical_curves import FEW, CriticalCurve, curve_words, curves_among, jump_words, lower_words
from engine.surfaces.grids import field, losses, probe
from engine.surfaces.newton import Ground, Reached, follow
from i18n import message
from landscapes.on_data import cost_of, is_heavy
from landscapes.record import Kind, Landscape, Point

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

SIDE = 64
"""Starts along each side: a point every 1/64 of it is found wherever Newton's basin is as wide as two of them."""
SIDES_BY_COST = ((64, SIDE), (2_000, 24))
FEWEST = 12
"""Places along each side where one costs up to so many of a formula's, and where it costs more: a trained network's
plane is searched in seconds, and not for an hour. Where there are fewer, only the promising ones are started from."""
STEPS, FEWER_STEPS = 60, 30
"""Of Newton's method; the fewer where each asks a whole network: whoever wanders on finds nothing, at the same price.
"""
LONGEST = 1 / 24
"""Longest Newton step, in diagonals of the window: a nearly flat place must not throw a start across it."""
SETTLED = 1e-7
"""A last step, in diagonals, that is no step any more; degenerate points are approached by halves only."""
APART = 1e-5
"""Two ends nearer than this, in diagonals, are one point."""
FLAT = 1e-6
"""An eigenvalue this small, beside the usual curvature of the window, is none."""
WIDER = (1, 1.5, 2, 4, 20, 1000)
"""Times the window: how far is looked for something lower than its lowest minimum."""
MORE_LOOKS, FEWER_LOOKS = 65, 9
"""Points along each side of such a look."""
MOST_CELLS, LOOKS, FINER = 40, 7, 20
"""Cells that are looked into for a tip, how often each is looked at more closely, and with how many points a side."""


class CriticalPlace(NamedTuple):
    """A point where the gradient is zero."""

    position: Point
    kind: Kind
    loss: float
    eigenvalues: tuple[float, float]
    """Of the Hessian, the lower one first."""
    eigenvectors: tuple[Point, Point]
    """Of length 1, in the same order."""


class CriticalPoints(NamedTuple):
    """What was found in a window: the points, lowest loss first, and sentences about what is no single point."""

    points: tuple[CriticalPlace, ...]
    notes: tuple[str, ...]
    curves: tuple[CriticalCurve, ...] = ()
    """Along which the slope is zero: told in `notes`, too."""


def critical_points(landscape: Landscape, window=None) -> CriticalPoints:
    """Every stationary point in `window` ((x0, x1), (y0, y1)), or in the landscape's own.

    A "global minimum" is the lowest minimum of this window, and nothing lower was seen on the surface as far as a
    thousand windows; where something was, it is a "lowest minimum", and `notes` say where. Where a whole curve of
    minima is lower than every single one, none is called either. "degenerate" is a point
    whose Hessian has an eigenvalue of zero (to 1e-6 of the usual curvature in the window): its kind is not decided
    there. Plains and whole curves of critical points are told in `notes`, and so are points where the slope jumps.
    Raises ValueError with a sentence for a window that is none.
    """
    (x0, x1), (y0, y1) = landscape.window if window is None else check_field("window", window)
    low, high = np.array([x0, y0]), np.array([x1, y1])
    diagonal = float(np.hypot(*(high - low)))
    # Off the middle and off the axes, where symmetric surfaces have ridges that a start would never leave.
    side = next((one for cost, one in SIDES_BY_COST if cost_of(landscape.loss) <= cost), FEWEST)
    grid = (np.stack(np.meshgrid(*[np.arange(side) + 0.5 + 0.017 * np.pi] * 2), -1).reshape(-1, 2)) / (side + 0.2)
    starts = low + grid * (high - low)
    steps = FEWER_STEPS if is_heavy(landscape.loss) else STEPS
    among = None if side == SIDE else _promising
    ends = follow(landscape.loss, starts, np.stack([low, high]), LONGEST * diagonal, steps, among)
    with np.errstate(all="ignore"):
        places = _places(ends, low, high, diagonal)
        level = [place for place in places if place.kind == "degenerate"]
        if among is None and len(level) <= FEW and (level or not places):
            # On x^2 y^2 Newton's full step slides along the axes, where the slope is zero, to the one point they share,
            # on x^2 exp(-y) along the y axis out of the window.
            corners = np.stack([low, high])
            aside = follow(landscape.loss, starts, corners, LONGEST * diagonal, steps, move=stiff_newton_move)
            level += [place for place in _places(aside, low, high, diagonal) if place.kind == "degenerate"]
        return _told(landscape, ends, starts, places, level, low, high, diagonal)


def _promising(ground: Ground) -> Bool[np.ndarray, " n"]:
    """Of a square grid's places, those near which the slope may well be zero.

    They are the flattest among their neighbours, or the flattest corner of a cell over which both parts of the gradient
    change sign.
    """
    side = round(len(ground.loss) ** 0.5)
    slope = np.nan_to_num(np.hypot(*ground.gradient.T), nan=np.inf).reshape(side, side)
    padded = np.pad(slope, 1, constant_values=np.inf)
    near = [padded[row : row + side, column : column + side] for row in range(3) for column in range(3)]
    picked = (slope <= np.min(near, axis=0)) & np.isfinite(slope)
    corners = [np.s_[:-1, :-1], np.s_[:-1, 1:], np.s_[1:, :-1], np.s_[1:, 1:]]
    signs = np.sign(ground.gradient).reshape(side, side, 2)
    around = np.stack([signs[corner] for corner in corners])
    crossed = ((around.min(axis=0) <= 0) & (around.max(axis=0) >= 0)).all(axis=-1)
    flattest = np.argmin([slope[corner] for corner in corners], axis=0)
    for row, column in np.argwhere(crossed):
        down, right = divmod(int(flattest[row, column]), 2)
        picked[row + down, column + right] = True
    return picked.ravel()


@lru_cache(maxsize=256)
def known_points(landscape: Landscape) -> CriticalPoints:
    """`critical_points` of the landscape's own window, found once: a class looks at the same few."""
    return critical_points(landscape)


def _told(
    landscape: Landscape,
    ends: Reached,
    starts,
    places: list[CriticalPlace],
    level: list[CriticalPlace],
    low,
    high,
    diagonal: float,
) -> CriticalPoints:
    usual_slope = _median(np.hypot(*ends.start.gradient.T))
    defined, flat = _defined(ends), _flat(ends)
    notes: list[str] = []
    if not defined.all():
        share = _share(~defined)
        notes.append(message("{share} of the window has no finite loss or slope: nothing is found there.", share=share))
    if flat.mean() > 0.02:
        notes.append(
            message(
                "{share} of the window is a plain: the slope is zero there to nine digits, or hardly more.",
                share=_share(flat),
            )
        )
    curves, members = curves_among(
        landscape,
        np.array([place.position for place in level]).reshape(-1, 2),
        np.array([place.loss for place in level]),
        float(np.ptp(ends.start.loss[defined])) if defined.any() else 0.0,
        diagonal,
    )
    if curves:
        notes.append(curve_words(curves))
        on_curve = np.array([place.position for place in level])[members]
        places = [
            place for place in places if place.kind != "degenerate" or _apart(place, on_curve) > 2 / SIDE * diagonal
        ]
    elif len(level) > FEW:
        notes.append(
            message(
                "There is a whole curve, or a plain, of critical points: at each the Hessian has an eigenvalue of zero."
            )
        )
        places = [place for place in places if place.kind != "degenerate"]
    found = np.array([place.position for place in places]).reshape(-1, 2)
    thorough = len(starts) == SIDE**2
    if not thorough:
        notes.append(
            message(
                "Looked for from the flattest of {n} places only, since each asks a whole network: some may be missed.",
                n=len(starts),
            )
        )
    tips = _tips(landscape, ends, starts, found, low, high, usual_slope) if thorough and defined.all() else []
    if tips:
        # To the digits that closing in on them has settled.
        notes.append(jump_words([(round(x, 6), round(y, 6)) for x, y in tips]))
    valleys = [curve.loss for curve in curves if curve.kind == "minimum"]
    bottom = min([*(probe(landscape, tip).loss for tip in tips), *valleys], default=np.inf)
    ranked = _ranked(places, bottom)
    if any(place.kind == "global minimum" for place in ranked):
        lower = _lower(landscape, min(place.loss for place in ranked if place.kind == "global minimum"), low, high)
        if lower:
            notes.append(lower)
            ranked = tuple(
                place._replace(kind="lowest minimum") if place.kind == "global minimum" else place for place in ranked
            )
    return CriticalPoints(ranked, tuple(notes), tuple(curves))


def _lower(landscape: Landscape, bottom: float, low, high) -> str:
    """Where the surface is lower than the window's lowest minimum, on its edge or outside; empty if nowhere seen."""
    room = 0.0
    side = FEWER_LOOKS if is_heavy(landscape.loss) else MORE_LOOKS
    for wider in WIDER:
        axes = [np.linspace(-0.5, 0.5, side) * wider * (high - low)[axis] + (low + high)[axis] / 2 for axis in (0, 1)]
        grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
        heights = losses(landscape, grid)
        heights = np.where(np.isnan(heights), np.inf, heights)
        lowest = int(heights.argmin())
        room = room or 1e-9 * max(abs(bottom), _median(np.abs(heights - bottom)))
        if heights[lowest] < bottom - room:
            inside = bool(((grid[lowest] >= low) & (grid[lowest] <= high)).all())
            x, y = grid[lowest].tolist()
            return lower_words(inside, (x, y), float(heights[lowest]))
    return ""


def _defined(ends: Reached) -> Bool[np.ndarray, " n"]:
    return np.isfinite(ends.start.loss) & np.isfinite(ends.start.gradient).all(axis=1)


def _flat(ends: Reached) -> Bool[np.ndarray, " n"]:
    """Starts on a plain: the slope there is nothing beside the window's highest."""
    slope = np.hypot(*ends.start.gradient.T)
    return _defined(ends) & (slope <= 1e-9 * _highest(slope))


def _settled(ends: Reached, low, high, diagonal: float) -> Bool[np.ndarray, " n"]:
    """Which starts Newton's method led to a critical point of the window."""
    usual_slope = _median(np.hypot(*ends.start.gradient.T))
    scale = max(_median(ends.start.bend), 1e-300) * diagonal
    margin = 1e-9 * diagonal
    inside = ((ends.position >= low - margin) & (ends.position <= high + margin)).all(axis=1)
    still = np.hypot(*ends.end.gradient.T) <= 1e-6 * max(usual_slope, 1e-9 * scale)
    return inside & _defined(ends) & ~_flat(ends) & (ends.step <= SETTLED * diagonal) & still


def _apart(place: CriticalPlace, others: Float[np.ndarray, "n 2"]) -> float:
    return float(np.hypot(*(others - place.position).T).min())


def _median(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else 0.0


def _highest(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0


def _share(mask: np.ndarray) -> str:
    return f"{max(1, round(100 * float(mask.mean())))} %"


def _distinct(positions: np.ndarray, chosen: np.ndarray, slope: np.ndarray, apart: float) -> list[int]:
    """One index for each place, that of the smallest slope."""
    kept: list[int] = []
    cells: dict[tuple[int, int], list[int]] = {}
    for index in chosen[np.argsort(slope[chosen], kind="stable")]:
        x, y = positions[index]
        column, row = int(np.floor(x / apart)), int(np.floor(y / apart))
        near = (one for i in (-1, 0, 1) for j in (-1, 0, 1) for one in cells.get((column + i, row + j), ()))
        if any(np.hypot(*(positions[one] - positions[index])) < apart for one in near):
            continue
        cells.setdefault((column, row), []).append(int(index))
        kept.append(int(index))
    return kept


def _places(ends: Reached, low, high, diagonal: float) -> list[CriticalPlace]:
    """The critical points of the window that Newton's method settled at, each once."""
    settled = np.flatnonzero(_settled(ends, low, high, diagonal))
    kept = _distinct(ends.position, settled, np.hypot(*ends.end.gradient.T), APART * diagonal)
    usual_bend = _median(ends.start.bend)
    return [_place(ends, index, usual_bend) for index in kept]


def _place(ends: Reached, index: int, usual_bend: float) -> CriticalPlace:
    a, b, c = float(ends.end.a[index]), float(ends.end.b[index]), float(ends.end.c[index])
    lower, upper = map(float, extreme_eigenvalues(np, a, b, c))
    values, vectors = np.linalg.eigh([[a, b], [b, c]])
    least = FLAT * max(usual_bend, abs(lower), abs(upper))
    kind: Kind = "local minimum"
    if min(abs(lower), abs(upper)) <= least:
        kind = "degenerate"
    elif lower < 0 < upper:
        kind = "saddle"
    elif upper < 0:
        kind = "maximum"
    # A rounding beside zero is shown as zero.
    x, y = (0.0 if abs(part) < 1e-12 else float(part) for part in ends.position[index])
    (v0, v1), (w0, w1) = vectors.T.tolist()
    return CriticalPlace(
        (x, y), kind, float(ends.end.loss[index]), (float(values[0]), float(values[1])), ((v0, v1), (w0, w1))
    )


def _ranked(places: list[CriticalPlace], bottom: float) -> tuple[CriticalPlace, ...]:
    """Lowest loss first; the lowest minima are the global ones, unless a tip or a curve is lower, at `bottom`."""
    lowest = min((place.loss for place in places if place.kind == "local minimum"), default=0.0)
    spread = max((abs(place.loss - lowest) for place in places), default=0.0)
    room = 1e-10 * max(spread, abs(lowest), 1e-300) + 1e-15
    if bottom < lowest - room:
        return tuple(sorted(places, key=lambda place: (place.loss, place.position)))
    ranked = [
        place._replace(kind="global minimum")
        if place.kind == "local minimum" and place.loss <= lowest + room
        else place
        for place in places
    ]
    return tuple(sorted(ranked, key=lambda place: (place.loss, place.position)))


def _tips(landscape: Landscape, ends: Reached, starts, found: np.ndarray, low, high, usual_slope: float) -> list[Point]:
    """Where both parts of the slope change sign without becoming small, however near one looks: a tip, or a kink."""
    gx, gy = (ends.start.gradient[:, axis].reshape(SIDE, SIDE) for axis in (0, 1))
    grid, cell = starts.reshape(SIDE, SIDE, 2), (high - low) / SIDE
    tips: list[np.ndarray] = []
    looked = 0
    for row, column in np.argwhere(_turned(gx, gy)):
        corner, opposite = grid[row, column], grid[row + 1, column + 1]
        middle = (corner + opposite) / 2
        known = [*found, *tips]
        if len(known) and (np.abs(np.array(known) - middle) <= 1.5 * cell).all(axis=1).any():
            continue
        looked += 1
        if looked > MOST_CELLS:
            break
        tip = _closed_in(landscape, corner, opposite, usual_slope)
        if tip is not None:
            tips.append(tip)
    return [(float(x), float(y)) for x, y in tips]


def _turned(gx: np.ndarray, gy: np.ndarray) -> np.ndarray:
    """Cells of a grid around whose corners both parts of the slope change sign."""
    turned = np.ones((gx.shape[0] - 1, gx.shape[1] - 1), dtype=bool)
    for part in (gx, gy):
        corners = np.stack([part[:-1, :-1], part[:-1, 1:], part[1:, :-1], part[1:, 1:]])
        turned &= (corners.min(axis=0) < 0) & (corners.max(axis=0) > 0)
    return turned


def _closed_in(landscape: Landscape, corner, opposite, usual_slope: float) -> np.ndarray | None:
    """The tip inside a cell; None where the signs turn in different places, the slope fades out, or it has a pole."""
    steepness = 0.0
    for _ in range(LOOKS):
        # Not a whole number of cells, or a tip in the very middle would fall on a corner for ever.
        slopes = field(landscape, tuple(zip(corner.tolist(), opposite.tolist(), strict=True)), FINER, FINER)
        cells = np.argwhere(_turned(slopes[..., 0], slopes[..., 1]))
        if not len(cells):
            return None
        row, column = cells[0]
        size = (opposite - corner) / (FINER - 1)
        steepness = np.hypot(*np.moveaxis(slopes[row : row + 2, column : column + 2], -1, 0)).min()
        # With a rim, since what lies on an edge belongs to both sides.
        corner = corner + (np.array([column, row]) - 0.31) * size
        opposite = corner + 1.62 * size
    if not 1e-3 * usual_slope < steepness < 1e3 * usual_slope:
        return None
    return (corner + opposite) / 2
