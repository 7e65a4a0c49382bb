"""What is called the global minimum is the lowest of the whole surface, and the lowest of a window is that."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize

from engine import Run, Trajectory, critical_points, descend
from landscapes import LANDSCAPES, formula
from landscapes.record import Landscape, Window

SIDE, POLISHED = 121, 4
"""Points along each side of the grid, and of the lowest ones."""


def lowest_in(landscape: Landscape, windows: list[Window]) -> Iterator[float]:
    """The lowest loss in each window: of a fine grid, whose best points scipy polishes within the window."""
    losses = jax.jit(jax.vmap(landscape.loss))
    value_and_slope = jax.jit(jax.value_and_grad(landscape.loss))
    for window in windows:
        grid = np.stack(np.meshgrid(*[np.linspace(*side, SIDE) for side in window]), axis=-1).reshape(-1, 2)
        heights = np.nan_to_num(np.asarray(losses(grid)), nan=np.inf)
        polished = [
            scipy.optimize.minimize(
                lambda at: tuple(map(np.asarray, value_and_slope(at))), start, jac=True, bounds=window
            ).fun
            for start in grid[np.argsort(heights)[:POLISHED]]
        ]
        yield float(np.nanmin([heights.min(), *polished]))


def wider(window: Window, times: float) -> Window:
    (x0, x1), (y0, y1) = window
    dx, dy = (times - 1) * (x1 - x0) / 2, (times - 1) * (y1 - y0) / 2
    return (x0 - dx, x1 + dx), (y0 - dy, y1 + dy)


@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_minimum_that_is_called_lowest_is(key: str):
    landscape = LANDSCAPES[key]
    declared = [(point.kind, float(landscape.loss(jnp.asarray(point.position)))) for point in landscape.critical_points]
    found = critical_points(landscape)
    told = [(point.kind, point.loss) for point in found.points]
    windows = [wider(landscape.window, times) for times in (1, 2, 6)]
    inside, *around = lowest_in(landscape, windows)
    for kind, loss in {*declared, *told}:
        room = 1e-9 * max(1.0, abs(loss))
        if kind in ("global minimum", "lowest minimum"):
            assert loss <= inside + room
        if kind == "global minimum":
            assert loss <= min(around) + room
        if kind == "lowest minimum":
            assert min(around) < loss - room, "then it is the global minimum"
            assert any("lower outside the window" in note for note in found.notes)


def said(path: Trajectory) -> str:
    return path.outcome.sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_a_run_says_of_which_window_its_minimum_is_the_lowest():
    arrived = descend(Run("mccormick", start=(-0.5, -1.5), rate=0.1))
    assert "arrives at the lowest minimum of the window (−0.547, −1.55) after" in said(arrived)
    same = LANDSCAPES["mccormick"].with_window(((-1.5, 4), (-3, 4)))
    assert said(descend(Run(same, start=(-0.5, -1.5), rate=0.1))) == said(arrived)
    there = LANDSCAPES["mccormick"].with_window(((-6, 4), (-7, 4)))
    arrived = descend(Run(there, start=(-0.5, -1.5), rate=0.1))
    assert "arrives at a minimum (−0.547, −1.55) after" in said(arrived)
    below = descend(Run(there, start=(-1.4, -2.9), rate=0.05))
    assert below.losses[-1] < arrived.losses[-1] - 3


@pytest.mark.parametrize(
    ("text", "window", "kind", "where"),
    [
        ("x**4 - x**2 + 0.1*x + y**2", ((-2, 2), (-1, 1)), "global minimum", None),
        ("x**3 - x + y**2", ((-1, 1), (-1, 1)), "lowest minimum", "outside the window"),
        ("x**3 - x + y**2", ((-2, 1), (-1, 1)), "lowest minimum", "on the window's edge"),
        ("x**4 - x**2 + 0.1*x + y**2", ((0, 2), (-1, 1)), "lowest minimum", "outside the window"),
        ("10**-12*(x**3 - x + y**2)", ((-1, 1), (-1, 1)), "lowest minimum", "outside the window"),
        ("x**2 + y**2 - where(x > 999.5, 10**9, 0)", ((-1, 1), (-1, 1)), "lowest minimum", "outside the window"),
        ("x**2 + y**2 - where(x > 1000.5, 10**9, 0)", ((-1, 1), (-1, 1)), "global minimum", None),
    ],
)
def test_a_typed_surface_that_goes_lower_says_where(text: str, window: Window, kind: str, where: str | None):
    found = critical_points(formula(text), window)
    assert found.points[0].kind == kind
    assert [where in note for note in found.notes] == ([True] if where else [])
