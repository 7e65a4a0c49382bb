"""The stability law of descent, with momentum or without, on quadratics, held against a measured map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.studies.horizon import stability_factor
from engine.studies.knob_maps import PARAMETER, KnobMap
from engine.surfaces.grids import probe
from landscapes.record import Landscape

if TYPE_CHECKING:
    from jaxtyping import Float

LINEAR = 1e-9
"""How exactly the gradient must be linear, in units of its size, for the surface to count as a quadratic."""


class Law(NamedTuple):
    """Where a law puts the border of stability on a map of rate and momentum."""

    words: str
    border: list[tuple[float, float]]
    """(rate, momentum or parameter) for each row of the map."""
    agreement: float
    """Share of the map's runs that are stable or not as the law says."""


def law_on(told: KnobMap) -> Law | None:
    """The law of a map of rate (across) and momentum or a parameter (up) on quadratic bowls; None where none is known.

    A run counts as stable if it neither diverged nor ended higher than it began, which after few steps is not the
    whole truth: close to the border a run needs many to show what it is.
    """
    run = told.run
    plain = run.schedule == "constant" and not run.schedule_knobs["warmup_steps"] and not run.by_chance
    free = run.clip_norm is None and run.clip_value is None
    if told.x_knob != "rate" or not plain or not free:
        return None
    if told.y_knob == "momentum":
        runs = [replace(run, knobs={**run.knobs, "momentum": beta}) for beta in told.ys.tolist()]
    elif told.y_knob.startswith(PARAMETER):
        letter = told.y_knob.removeprefix(PARAMETER)
        surfaces = [run.landscape.with_values({letter: value}) for value in told.ys.tolist()]
        runs = [replace(run, landscape=surface, start=run.start) for surface in surfaces]
    else:
        return None
    words = stability_factor(runs[0])[1]
    if words is None:
        return None
    bends = {surface: quadratic_bend(surface) for surface in (one.landscape for one in runs)}
    borders = []
    for one in runs:
        bend = bends[one.landscape]
        if bend is None:
            return None
        borders.append(stability_factor(one)[0] / bend)
    borders = np.array(borders)
    agrees = told.stable == (told.xs[None, :] < borders[:, None])
    return Law(words, list(zip(borders.tolist(), told.ys.tolist(), strict=True)), float(np.mean(agrees)))


def quadratic_bend(landscape: Landscape) -> float | None:
    """The largest Hessian eigenvalue of a surface that is a quadratic bowl in its window; None for any other."""
    hessian = quadratic_hessian(landscape)
    return None if hessian is None else float(np.linalg.eigvalsh(hessian)[-1])


def quadratic_hessian(landscape: Landscape) -> Float[np.ndarray, "2 2"] | None:
    """The Hessian of a surface that is a quadratic bowl in its window; None for any other."""
    (x0, x1), (y0, y1) = landscape.window
    middle, wide, high = np.array([(x0 + x1) / 2, (y0 + y1) / 2]), (x1 - x0) / 3, (y1 - y0) / 3

    def slope(dx: float, dy: float) -> np.ndarray:
        return np.array(probe(landscape, (middle + np.array([dx, dy])).tolist()).gradient)

    ground = slope(0, 0)
    hessian = np.stack([(slope(wide, 0) - ground) / wide, (slope(0, high) - ground) / high], axis=1)
    for dx, dy in ((wide, -high), (-1.3 * wide, 0.7 * high)):
        expected = ground + hessian @ np.array([dx, dy])
        found = slope(dx, dy)
        if not np.all(np.isfinite(found)) or np.abs(found - expected).max() > LINEAR * (1 + np.abs(expected).max()):
            return None
    hessian = (hessian + hessian.T) / 2
    return hessian if np.linalg.eigvalsh(hessian)[0] > 0 else None
