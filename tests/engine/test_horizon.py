"""Sharpness along a path against Hessians written by hand, and the limits of a quadratic."""

import numpy as np
import pytest

from engine import Run, descend, stability_horizon


def test_on_a_quadratic_the_horizon_is_the_law():
    for rate, beyond in ((0.039, False), (0.0401, True)):
        horizon = stability_horizon(descend(Run("ravine", rate=rate, steps=30)))
        assert horizon.sharpness == pytest.approx(50, rel=1e-12)
        assert horizon.limits == pytest.approx(2 / rate)
        assert horizon.beyond.tolist() == [beyond] * len(horizon.limits)
    assert stability_horizon(descend(Run("ravine", "momentum", steps=5))).limits == pytest.approx(3.8 / 0.01)
    nesterov = stability_horizon(descend(Run("ravine", "nesterov", steps=5)))
    assert nesterov.limits == pytest.approx(3.8 / 2.8 / 0.01)
    assert nesterov.law is not None


def test_sharpness_is_that_of_the_hessian_at_each_step():
    path = descend(Run("rosenbrock", rate=0.002, schedule="cosine", steps=100))
    horizon = stability_horizon(path)
    x, y = path.points[:-1].T
    hessians = np.array([[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, np.full_like(x, 200.0)]])
    assert horizon.sharpness == pytest.approx(np.linalg.eigvalsh(hessians.transpose(2, 0, 1))[:, 1], rel=1e-10)
    assert horizon.limits == pytest.approx(2 / path.rates)
    assert horizon.beyond.any()
    assert not horizon.beyond.all()


def test_a_method_without_a_law_says_so():
    assert stability_horizon(descend(Run("bowl", "adam", steps=5))).law is None
    assert stability_horizon(descend(Run("bowl", "momentum", knobs={"dampening": 0.5}, steps=5))).law is None
    assert len(stability_horizon(descend(Run("bowl", start=(0, 0)))).limits) == 0
