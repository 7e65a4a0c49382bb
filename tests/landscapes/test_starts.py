"""Where a typed surface begins: by JAX's own values of its loss."""

import numpy as np
import pytest

from landscapes import formula, language
from landscapes.starts import start_of

WINDOW = ((-4.0, 4.0), (-4.0, 4.0))


@pytest.mark.parametrize(
    "text",
    ["sqrt(x - 3.5)", "log(-x)", "acos(x)", "1/(x - 2.5)", "exp(400*x)", "sqrt(1 - x**2)", "where(x > 0, log(x), 0)"],
)
def test_it_begins_where_its_loss_is_a_number(text):
    landscape = formula(text)
    assert np.isfinite(landscape.loss(np.array(landscape.start)))
    usual = float(landscape.loss(np.array([2.5, 1.5])))
    assert (landscape.start == (2.5, 1.5)) == np.isfinite(usual)


def test_it_begins_as_near_the_middle_as_the_formula_lets_it_and_not_at_an_edge():
    assert start_of("log(-x)", WINDOW) == (-0.6, 0.2)
    assert start_of("sqrt(x - 3.5)", WINDOW) == (3.8, 0.2)
    x, y = start_of("log(x - 5)", ((4.0, 14.0), (0.0, 1.0)))
    assert 5 < x < 10
    assert y == pytest.approx(0.525)


def test_where_there_is_none_it_begins_where_all_do():
    assert formula("sqrt(-1 - x**2)").start == (2.5, 1.5)


@pytest.mark.parametrize("text", ["x**2 - y**3/7", "sin(x)*exp(-y)", "where(x > y, x*y, abs(y))", "max(x, y, 1)**2.5"])
def test_the_value_in_floats_is_jax_s(text):
    landscape, tree = formula(text), language.parse(text)
    for x, y in np.random.default_rng(3).uniform(-4, 4, (20, 2)):
        assert language.value_at(tree, x, y) == pytest.approx(float(landscape.loss(np.array([x, y]))), rel=1e-12)
