"""The rules that torch does not have, against optax, scipy and closed forms; and one claim for each newer rule."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.optimize

from engine import Run, descend, explain
from landscapes import LANDSCAPES, formula


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("landscape", ["himmelblau", "rosenbrock", "ravine", "two_valleys"])
def test_lion_is_optax_s(landscape, weight_decay):
    knobs = {"beta1": 0.85, "beta2": 0.95, "weight_decay": weight_decay}
    run = Run(landscape, "lion", rate=0.01, knobs=knobs, steps=200, gradient_tolerance=0)
    path = descend(run)
    rule = optax.lion(0.01, b1=0.85, b2=0.95, weight_decay=weight_decay)
    slope = jax.jit(jax.grad(run.landscape.loss))
    update = jax.jit(rule.update)
    w = jnp.array(run.start)
    state = rule.init(w)
    for point in path.points:
        np.testing.assert_allclose(point, w, rtol=1e-12, atol=1e-12)
        change, state = update(slope(w), state, w)
        w = w + change


def test_newton_ends_a_quadratic_at_once_and_divides_by_the_damped_curvature():
    path = descend(Run("ravine", "newton", rate=1, knobs={"damping": 1e-12}))
    assert path.outcome.step == 1
    np.testing.assert_allclose(path.points[-1], 0, atol=1e-10)
    step = descend(Run("ravine", "newton", rate=0.5, knobs={"damping": 3.0}, steps=1))
    x, y = step.run.start
    np.testing.assert_allclose(step.points[1], [x - 0.5 * x / 4, y - 0.5 * 50 * y / 53], rtol=1e-14)


def test_newton_takes_every_eigenvalue_by_its_size():
    """numpy's eigh builds |H| + damping where the surface bends both ways."""
    run = Run(formula("x**3*y - 2*x*y**2 + sin(3*x) + x*y"), "newton", (0.7, -0.4), 0.3, {"damping": 0.01}, steps=20)
    path = descend(run)
    hessian = jax.jit(jax.hessian(run.landscape.loss))
    lowest = []
    for old, new, gradient in zip(path.points, path.points[1:], path.gradients, strict=False):
        values, vectors = np.linalg.eigh(np.asarray(hessian(old)))
        lowest.append(values[0])
        step = vectors @ ((vectors.T @ gradient) / (np.abs(values) + 0.01))
        np.testing.assert_allclose(new - old, -0.3 * step, rtol=1e-9, atol=1e-12)
    assert min(lowest) < 0


def test_newton_leaves_a_saddle_that_the_plain_rule_would_seek_and_says_so():
    run = Run("saddle_valleys", "newton", start=(2, 0.1), rate=1)
    path = descend(run)
    assert path.outcome.arrived
    np.testing.assert_allclose(np.abs(path.points[-1]), (0, 2), atol=1e-6)
    assert "bends down" in explain(run, 0).rows[1].text
    hessian = np.asarray(jax.hessian(run.landscape.loss)(jnp.array(run.start)))
    plain = np.linalg.solve(hessian, path.gradients[0])
    assert run.start[1] - plain[1] < 0.1  # towards the ridge y = 0


@pytest.mark.parametrize(
    "landscape", ["rosenbrock", "himmelblau", "beale", "booth", "rotated_ravine", "styblinski_tang"]
)
def test_bfgs_finds_a_minimum_where_scipy_s_does(landscape):
    run = Run(landscape, "bfgs", rate=1, steps=200)
    path = descend(run)
    assert path.outcome.kind == "converged_gradient"
    assert (np.diff(path.losses) <= 0).all()
    value_and_slope = jax.jit(jax.value_and_grad(run.landscape.loss))
    theirs = scipy.optimize.minimize(
        lambda at: tuple(map(np.asarray, value_and_slope(at))),
        run.start,
        jac=True,
        method="BFGS",
        options={"gtol": 1e-8},
    )
    minima = [c for c in LANDSCAPES[landscape].critical_points if c.kind.endswith("minimum")]
    for end in (path.points[-1], theirs.x):
        assert min(np.linalg.norm(end - c.position) for c in minima) < 1e-5
    # A gradient a step, and a loss for every trial of the line search.
    assert path.evaluations[-1] >= 2 * path.outcome.step
    assert path.outcome.step < 3 * theirs.nit + 10


def test_bfgs_converges_faster_than_any_fixed_factor():
    slopes = np.linalg.norm(descend(Run("rosenbrock", "bfgs", rate=1)).gradients, axis=1)
    shrink = slopes[1:] / slopes[:-1]
    assert shrink[-1] < 0.01
    assert len(slopes) < 60  # scenarios.md, adam_or_not: plain descent needs over 5,000


def test_bfgs_learns_nothing_where_the_ground_bends_down():
    path = descend(Run("saddle", "bfgs", rate=1, steps=30))
    assert np.isfinite(path.points).all()
    assert (np.diff(path.losses) < 0).all()


# One claim for each rule that the first lessons do not have.


def test_adagrad_s_rate_only_falls():
    """scenarios.md, rmsprop_adagrad: 2,711 steps on the bowl at 0.1, where plain descent takes 32."""
    path = descend(Run("bowl", "adagrad", rate=0.1, steps=5000))
    assert path.outcome.arrived
    assert path.outcome.step == 2711
    assert descend(Run("bowl", rate=0.1)).outcome.step == 32


def test_adadelta_s_first_step_knows_nothing_of_the_slope():
    for landscape in ("bowl", "rosenbrock", "goldstein_price"):
        path = descend(Run(landscape, "adadelta", rate=1, steps=1))
        np.testing.assert_allclose(np.abs(path.points[1] - path.points[0]), (1e-6 / 0.1) ** 0.5, rtol=1e-4)


def test_amsgrad_never_forgets_how_steep_it_was():
    """On the cliff's wall both meet a slope of 150; ten thousand times flatter ground lets only Adam's scale fall."""
    runs = {key: Run("cliff", key, rate=0.05, knobs={"beta2": 0.9}, steps=300) for key in ("adam", "amsgrad")}
    scale = {
        key: {row.symbol: row.values[0] for row in explain(run, 120).rows}["v" if key == "adam" else "n"]
        for key, run in runs.items()
    }
    assert scale["amsgrad"] > 1000 * scale["adam"]


def test_adamw_rests_beside_the_minimum():
    plain, decayed = (descend(Run("booth", key, rate=0.05, steps=3000)) for key in ("adam", "adamw"))
    assert plain.outcome.arrived
    assert np.linalg.norm(plain.points[-1] - (1, 3)) < 1e-5
    assert 1e-3 < np.linalg.norm(decayed.points[-1] - (1, 3)) < 0.1


def test_adamax_s_first_step_is_the_rate_in_both_coordinates():
    for landscape in ("bowl", "goldstein_price"):
        path = descend(Run(landscape, "adamax", rate=0.02, steps=1))
        np.testing.assert_allclose(np.abs(path.points[1] - path.points[0]), 0.02, rtol=1e-6)


def test_nadam_swings_less_than_adam():
    """Looking ahead brakes: on the bowl the loss rises in fewer steps of 200."""
    rises = {
        key: (np.diff(descend(Run("bowl", key, rate=0.3, steps=200)).losses) > 0).sum() for key in ("adam", "nadam")
    }
    assert rises["nadam"] < rises["adam"]


def test_radam_begins_as_plain_descent():
    path = descend(Run("bowl", "radam", rate=0.01, steps=50))
    np.testing.assert_allclose(path.points[1], path.points[0] - 0.01 * path.gradients[0], rtol=1e-12)
    trust = [{row.symbol: row.values[0] for row in explain(path.run, step).rows}["r"] for step in range(10)]
    assert trust[:5] == [0] * 5
    assert all(trust[5:])


def test_rprop_sees_signs_only():
    """A thousand times the loss, the very same path."""
    first, second = (
        descend(Run(formula(text), "rprop", (2, -3), 0.1, steps=60))
        for text in ("x**2 + 3*y**2 + x*y", "1000*(x**2 + 3*y**2 + x*y)")
    )
    count = min(len(first.points), len(second.points))
    assert count > 30
    np.testing.assert_array_equal(first.points[:count], second.points[:count])


def test_lion_walks_one_rate_along_each_axis_and_never_rests():
    path = descend(Run("himmelblau", "lion", rate=0.02, steps=400))
    np.testing.assert_allclose(np.abs(np.diff(path.points, axis=0)), 0.02, rtol=1e-9)
    assert path.outcome.kind == "budget"
