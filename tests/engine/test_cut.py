"""The loss along one line: its tangent is the gradient's, its parabola the Hessian's, and what is said of it is so."""

import math
import re

import numpy as np
import pytest
import torch

from engine import OPTIMIZERS, Run, cut, descend
from engine.descent.cut import ALONG
from landscapes import LANDSCAPES, formula
from tests.engine.oracle import SURFACES

RATES = (1e-4, 0.02, 0.3)
METHODS = ("gradient_descent", "momentum", "adam")


def derivatives(key: str, position) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and Hessian by torch's autograd, of formulas written out by hand."""
    at = torch.tensor(position, dtype=torch.float64)
    loss = lambda point: SURFACES[key](point[0], point[1])  # noqa: E731
    gradient = torch.autograd.functional.jacobian(loss, at)
    return gradient.numpy(), torch.autograd.functional.hessian(loss, at).numpy()  # pyright: ignore


@pytest.mark.parametrize("key", SURFACES)
def test_the_tangent_is_the_gradient_s_and_the_parabola_the_hessian_s(key: str):
    for method in METHODS:
        for along in ALONG:
            told = cut(Run(key, method, rate=0.003, steps=50), 4, along)
            gradient, hessian = derivatives(key, told.explained.old)
            ahead = np.array(told.direction)
            assert abs(np.hypot(*ahead) - 1) < 1e-15
            # Rounding of the sums that both make: 1e-12 of the largest term.
            assert abs(told.slope - gradient @ ahead) <= 1e-12 * max(1, np.abs(gradient).max())
            assert abs(told.curvature - ahead @ hessian @ ahead) <= 1e-11 * max(1, np.abs(hessian).max())


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_the_line_is_that_of_the_actual_step(method: str):
    for rate in RATES:
        run = Run("himmelblau", method, rate=rate, noise=0.3, seed=4, clip_norm=30, steps=40)
        path = descend(run)
        step = min(7, len(path.points) - 2)
        told = cut(run, step)
        if told.direction is None:
            assert (path.points[step + 1] == path.points[step]).all()
            continue
        lands = np.array(told.explained.old) + told.reach * np.array(told.direction)
        np.testing.assert_allclose(lands, path.points[step + 1], rtol=1e-13, atol=1e-13)
        assert told.landing == pytest.approx(path.losses[step + 1], rel=1e-13)
        assert told.explained.loss == path.losses[step]
        gradient, update = path.gradients[step], path.points[step + 1] - path.points[step]
        cosine = -gradient @ update / np.hypot(*gradient) / np.hypot(*update)
        said = re.search(r"([\d.]+)° off −gradient", told.sentence)
        if said:
            assert math.degrees(math.acos(cosine)) == pytest.approx(float(said[1]), rel=6e-3)
            assert OPTIMIZERS[method].name in told.sentence
        else:
            assert "along −gradient" in told.sentence
            assert cosine > 1 - 1e-12


@pytest.mark.parametrize("key", ["bowl", "ravine", "rosenbrock", "himmelblau", "wall"])
def test_the_curve_is_the_surface_s_and_holds_the_ball(key: str):
    for along in ALONG:
        told = cut(Run(key, rate=1e-3), 2, along)
        assert told.places[0] < 0 < told.places[-1]
        points = np.array(told.explained.old) + told.places[:, None] * np.array(told.direction)
        expected = [float(SURFACES[key](*torch.tensor(point, dtype=torch.float64))) for point in points]
        np.testing.assert_allclose(told.losses, expected, rtol=1e-12, atol=1e-12)


def test_one_over_lambda_is_the_rate_of_the_best_step():
    """On a bowl it is the rate that ends in one step; rates below and above do what is said of them."""
    best = cut(Run("bowl", rate=0.1), 0).best_rate
    assert best == pytest.approx(1 / 4, rel=1e-15)
    assert np.abs(descend(Run("bowl", rate=best)).points[1]).max() < 1e-15
    words = {0.1: "Too low, it crawls", 0.6: "stops short", 1: "lowest point", 1.6: "It overshoots", 2.3: "Too high"}
    for share, says in words.items():
        told = cut(Run("bowl", rate=share * best), 0)
        assert says in told.sentence
        assert ("higher" in told.sentence) == (told.landing > told.explained.loss) == (share > 2)
        assert told.reach / told.best == pytest.approx(share, rel=1e-12)
    # The best rate is said where the step is the rate times the gradient and nothing else.
    assert cut(Run("bowl", "momentum", rate=0.1), 3).best_rate is None
    assert cut(Run("ravine", "adam", rate=0.1), 3).best_rate is None
    assert cut(Run("bowl", rate=0.1, clip_norm=0.5), 0).best_rate is None
    assert cut(Run("ravine", rate=0.01), 0, "y").best_rate is None


def test_what_is_said_holds_on_random_runs():
    draw = np.random.default_rng(5)
    for _ in range(150):
        key = str(draw.choice(list(SURFACES)))
        method = str(draw.choice(METHODS))
        run = Run(key, method, rate=float(10 ** draw.uniform(-4, 0)), steps=30, start=tuple(draw.uniform(-2, 2, 2)))
        told = cut(run, int(draw.integers(0, 25)))
        if told.direction is None or not math.isfinite(told.landing):
            continue
        gradient, hessian = derivatives(key, told.explained.old)
        ahead = np.array(told.direction)
        curvature = ahead @ hessian @ ahead
        if abs(curvature) < 1e-9 * np.abs(hessian).max():
            continue
        assert ("no step is best" in told.sentence) == (curvature < 0) == (told.best is None)
        loss = [
            float(SURFACES[key](*torch.tensor(at, dtype=torch.float64)))
            for at in (told.explained.old, told.explained.new)
        ]
        if abs(loss[0] - loss[1]) > 1e-12 * max(map(abs, loss)):
            assert ("higher" in told.sentence) == (loss[1] > loss[0]), told.sentence
        assert ("goes up the slope" in told.sentence) == (gradient @ ahead > 0), told.sentence
        for words, low, high in (("crawls", 0, 0.25), ("stops short", 0.25, 0.95), ("past twice", 2, math.inf)):
            if words in told.sentence:
                share = told.reach * curvature / -(gradient @ ahead)
                assert low <= share * (1 + 1e-9)
                assert share * (1 - 1e-9) <= high


def test_there_is_no_best_step_where_the_curvature_is_not_above_zero():
    for expression in ("x - 2*y", "-x**2 - y**2", "x**2 - 3*y**2"):
        told = cut(Run(formula(expression), start=(0.1, 1), rate=0.1), 0)
        assert told.best is None
        assert "not above 0, so no step is best" in told.sentence


def test_a_step_that_moves_nothing_has_no_line_but_the_axes():
    run = Run("saddle", start=(0, 0), rate=0.1)
    told = cut(run, 0)
    assert told.direction is None
    assert told.sentence == "This step moves nothing, so it has no line. Look along x or along y."
    assert cut(run, 0, "x").curvature == 2
    assert cut(run, 0, "y").curvature == -2


def test_where_the_loss_is_no_number_the_curve_says_so():
    told = cut(Run(formula("log(x) + y**2"), start=(0.3, 0), rate=1e-3), 0, "x")
    points = 0.3 + told.places
    assert (np.isfinite(told.losses) == (points > 0)).all()
    assert np.isfinite(told.losses).any()
    assert not np.isfinite(told.losses).all()
    lost = cut(Run(formula("sqrt(x) + y**2"), start=(0.01, 0), rate=1), 0)
    assert "lands where the loss is no number" in lost.sentence


def test_the_picture_stands_still_while_the_rate_moves():
    """Distances shown depend on the surface, and on the step by doublings alone."""
    reaches = {cut(Run("ravine", rate=rate), 0).places[-1] for rate in np.geomspace(1e-4, 0.04, 50)}
    assert len(reaches) == 1
    assert len({cut(Run("ravine", rate=rate), 0).places[-1] for rate in np.geomspace(1e-4, 10, 80)}) <= 4


@pytest.mark.parametrize("key", LANDSCAPES.keys() - SURFACES.keys())
def test_every_surface_has_its_cuts(key: str):
    for along in ALONG:
        told = cut(Run(key, rate=1e-3), 3, along)
        assert told.sentence.endswith(".")
        assert len(told.places) == len(told.losses)
