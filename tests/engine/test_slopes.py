"""Loss and gradient under a cursor, and on a grid, against torch's autograd."""

import math

import numpy as np
import pytest
import torch

from engine import field, probe, surface, warm_up
from landscapes import LANDSCAPES, formula
from tests.engine import oracle


def torch_slope(key: str, position) -> tuple[float, np.ndarray]:
    p = torch.tensor(position, dtype=torch.float64, requires_grad=True)
    loss = oracle.SURFACES[key](p[0], p[1])
    loss.backward()
    return loss.item(), p.grad.numpy()


@pytest.mark.parametrize("key", oracle.SURFACES)
def test_a_probe_is_torch_s_loss_and_gradient(key):
    for position in np.random.default_rng(2).uniform(-2, 2, size=(20, 2)).tolist():
        loss, gradient = torch_slope(key, position)
        found = probe(LANDSCAPES[key], position)
        # Rounding of the largest terms, some hundreds here, where they cancel.
        assert found.loss == pytest.approx(loss, rel=1e-12, abs=1e-12)
        assert found.gradient == pytest.approx(gradient, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("key", oracle.SURFACES)
def test_a_field_is_torch_s_gradient_rows_y_columns_x(key):
    (x0, x1), (y0, y1) = window = ((-1.5, 2.0), (-1.0, 1.25))
    gradients = field(LANDSCAPES[key], window, 30, 20)  # two chunks
    assert gradients.shape == (20, 30, 2)
    assert gradients.dtype == np.float64
    x, y = np.linspace(x0, x1, 30), np.linspace(y0, y1, 20)
    for row, column in ((0, 0), (0, 29), (19, 0), (11, 17), (18, 28)):
        expected = torch_slope(key, (x[column], y[row]))[1]
        assert gradients[row, column] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_field_stands_on_the_surface_s_own_grid():
    bowl, window = LANDSCAPES["bowl"], ((-3, 1), (0, 2))
    losses, gradients = surface(bowl, window, 9, 5), field(bowl, window, 9, 5)
    # The bowl is 2 x^2 + 2 y^2, so its loss is an eighth of its gradient's square.
    assert losses == pytest.approx((gradients**2).sum(axis=2) / 8)


def test_what_is_not_finite_stays_so():
    loss, (gx, gy) = probe(formula("log(x) + y**2"), (0, 1))
    assert (loss, gx, gy) == (-math.inf, math.inf, 2)
    assert math.isnan(probe(formula("log(x) + y**2"), (-1, 1)).loss)
    assert probe(formula("3 + 0*x"), (1, 1)) == (3, (0, 0))


@pytest.mark.parametrize(
    "position", [(1,), (1, 2, 3), "12", (math.nan, 1), (1, math.inf), (True, 1), ("1", 2), None, 3]
)
def test_a_bad_position_gets_a_sentence(position):
    with pytest.raises(ValueError, match="The position"):
        probe(LANDSCAPES["bowl"], position)


@pytest.mark.parametrize("size", [0, 1, 2.5, 10**9, "9"])
def test_a_bad_grid_gets_a_sentence(size):
    with pytest.raises(ValueError, match="The number of rows must be"):
        field(LANDSCAPES["bowl"], ((0, 1), (0, 1)), 5, size)


def test_no_position_and_no_grid_recompiles(compilations):
    landscape = formula("x**2 + 6*y**2 + x*y/9")
    warm_up(landscape)
    with compilations.none():
        for size in range(2, 41):
            probe(landscape, (size, -size))
            field(landscape, ((0, size), (-size, 0)), size, 42 - size)
