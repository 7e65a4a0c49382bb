"""Grids and curvature."""

import jax
import numpy as np
import pytest

from engine import Run, descend, sharpness, surface
from engine.basis.curvature import extreme_eigenvalues
from landscapes import LANDSCAPES, formula


@pytest.mark.parametrize("key", LANDSCAPES)
def test_grid_holds_the_loss_rows_y_columns_x(key):
    landscape = LANDSCAPES[key]
    (x0, x1), (y0, y1) = landscape.window
    grid = surface(landscape, landscape.window, 80, 60)
    assert grid.shape == (60, 80)
    assert grid.dtype == np.float64
    x, y = np.linspace(x0, x1, 80), np.linspace(y0, y1, 60)
    for row, column in ((0, 0), (0, 79), (59, 0), (31, 47)):
        assert grid[row, column] == pytest.approx(float(landscape.loss(np.array([x[column], y[row]]))), rel=1e-12)


def test_a_grid_may_hold_infinities():
    grid = surface(formula("log(x)"), ((-1, 1), (0, 1)), 3, 2)
    assert np.isnan(grid[0, 0])
    assert grid[0, 1] == -np.inf
    assert grid[0, 2] == 0


@pytest.mark.parametrize("size", [0, 1, 2.5, 10**9, "9"])
def test_a_bad_grid_gets_a_sentence(size):
    with pytest.raises(ValueError, match="The number of columns must be"):
        surface(LANDSCAPES["bowl"], ((0, 1), (0, 1)), size, 5)


@pytest.mark.parametrize("key", LANDSCAPES)
def test_sharpness_is_the_largest_eigenvalue(key):
    landscape = LANDSCAPES[key]
    points = np.random.default_rng(0).uniform(-2, 2, size=(1500, 2))
    hessians = np.asarray(jax.vmap(jax.hessian(landscape.loss))(points))
    largest = np.linalg.eigvalsh(hessians)[:, 1]
    assert sharpness(landscape, points) == pytest.approx(largest, rel=1e-10, abs=1e-10 * np.abs(hessians).max())


def test_sharpness_of_a_path_and_of_nothing():
    path = descend(Run("bowl"))
    assert sharpness(path.run.landscape, path.points) == pytest.approx(4)
    assert sharpness(path.run.landscape, np.zeros((0, 2))).shape == (0,)


def test_closed_form_eigenvalues():
    rng = np.random.default_rng(1)
    a, b, c = rng.normal(size=(3, 500)) * 10.0 ** rng.integers(-6, 6, size=(3, 500))
    exact = np.linalg.eigvalsh(np.stack([np.stack([a, b], -1), np.stack([b, c], -1)], -2))
    low, high = extreme_eigenvalues(np, a, b, c)
    size = np.abs(exact).max(axis=1)
    assert (np.abs(low - exact[:, 0]) <= 1e-14 * size).all()
    assert (np.abs(high - exact[:, 1]) <= 1e-14 * size).all()
