"""Models of two weights as surfaces: exact minima, mini-batches as torch makes them, and programs that share all."""

from dataclasses import replace

import jax
import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from engine import Run, critical_points, descend, explain, hypergradients, rate_sweep
from engine.export import jax_code, pytorch_code
from engine.networks import MODELS, linear_regression, logistic_regression, model_of, model_on, tanh_unit
from engine.runs.batches import batches
from engine.runs.lookup import landscape_of
from landscapes import LANDSCAPES


def test_linear_regression_ends_at_the_normal_equations():
    model = linear_regression()
    design = np.c_[model.inputs, np.ones(len(model.inputs))]
    solution, *_ = np.linalg.lstsq(design, model.targets, rcond=None)
    assert model.minima[0] == pytest.approx(solution, rel=1e-12)
    steepest = np.linalg.eigvalsh(2 * design.T @ design / len(design))[-1]
    path = descend(Run(model.landscape, rate=1 / steepest, steps=10_000, gradient_tolerance=1e-10))
    assert path.outcome.kind == "converged_gradient"
    assert path.points[-1] == pytest.approx(solution, abs=1e-8)


def test_logistic_regression_and_the_tanh_unit_end_at_their_minima():
    logistic = logistic_regression()
    found = minimize(jax.jit(jax.value_and_grad(logistic.loss)), np.zeros(2), jac=True, tol=1e-12)
    assert logistic.minima[0] == pytest.approx(found.x, abs=1e-6)
    with pytest.raises(ValueError, match="do not overlap"):
        logistic_regression(noise=0.01)

    unit = tanh_unit()
    (a, b), mirrored = unit.minima
    assert mirrored == (-a, -b)
    assert float(unit.loss(np.array([a, b]))) == pytest.approx(float(unit.loss(np.array([-a, -b]))), rel=1e-12)
    curvatures = np.linalg.eigvalsh(jax.hessian(unit.loss)(np.zeros(2)))
    assert curvatures[0] < 0 < curvatures[1]
    for start, end in (((0.5, 2.0), (a, b)), ((-0.5, -2.0), (-a, -b))):
        path = descend(Run(unit.landscape, start=start, rate=0.1, steps=10_000, gradient_tolerance=1e-10))
        assert path.points[-1] == pytest.approx(end, abs=1e-8)


@pytest.mark.parametrize("key", MODELS)
def test_two_weight_models_stand_where_they_say(key):
    for seed in range(3):
        model = MODELS[key](seed=seed)
        for place in (*model.minima, *model.saddles):
            assert np.asarray(jax.grad(model.loss)(np.array(place))) == pytest.approx([0, 0], abs=1e-13)
            (x0, x1), (y0, y1) = model.window
            assert x0 < place[0] < x1
            assert y0 < place[1] < y1
        assert model.predict(np.array(model.minima[0]), model.inputs).shape == model.targets.shape


def by_torch(run: Run) -> np.ndarray:
    """The same run by torch.optim on the model's own data, drawn as a DataLoader would, (n+1, 2)."""
    model = model_on(run.landscape)
    assert model is not None
    inputs, targets = (torch.tensor(part, dtype=torch.float64) for part in (model.inputs, model.targets))
    w = torch.tensor(run.start, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.SGD([w], run.rate, momentum=run.knobs.get("momentum", 0.0))
    points = [w.tolist()]
    for rows in batches(len(inputs), run.batch_size or len(inputs), run.steps, run.seed):
        rule.zero_grad()
        logits = w[0] * inputs[rows] + w[1]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets[rows])
        loss.backward()
        rule.step()
        points.append(w.tolist())
    return np.array(points)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum"])
@pytest.mark.parametrize("size", [1, 7, 60])
def test_mini_batches_are_true_sgd(optimizer: str, size: int):
    run = Run(
        "model:logistic_regression", optimizer, rate=0.3, steps=200, batch_size=size, seed=5, gradient_tolerance=0
    )
    path = descend(run)
    assert path.points == pytest.approx(by_torch(run), abs=1e-12)
    # What is told of a run is exact, whatever its steps have felt.
    assert path.losses[-1] == pytest.approx(float(run.landscape.loss(path.points[-1])), rel=1e-12)


def test_batches_are_epochs_in_new_orders():
    rows = batches(50, 8, 20, seed=1)
    assert rows.shape == (20, 8)
    for epoch in (rows[:6], rows[6:12]):
        assert len(set(epoch.ravel())) == 48
    assert not np.array_equal(rows[:6], rows[6:12])
    with pytest.raises(ValueError, match="batch size"):
        batches(50, 51, 5)


def test_a_batch_of_all_points_is_gradient_descent():
    whole = descend(Run("model:linear_regression", rate=0.1, steps=100)).points
    lot = descend(Run("model:linear_regression", rate=0.1, steps=100, batch_size=50)).points
    assert lot == pytest.approx(whole, abs=1e-12)


def test_batches_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"not measured on data.*use noise"):
        Run("bowl", batch_size=8)
    with pytest.raises(ValueError, match="50 data points, got a batch size of 51"):
        Run("model:linear_regression", batch_size=51)
    with pytest.raises(ValueError, match="at most 10,000 steps"):
        Run("model:linear_regression", batch_size=5, steps=10_001)
    with pytest.raises(ValueError, match="linear_regression"):
        landscape_of("model:linear_regresion")


def test_new_data_compile_nothing(compilations):
    descend(Run(linear_regression(seed=1).landscape))
    other = Run(linear_regression(seed=2).landscape)
    with compilations.none():
        descend(other)


def test_a_step_says_which_gradient_it_was_given():
    told = explain(Run("model:linear_regression", rate=0.1, batch_size=8, seed=1), 3)
    assert any("of this batch of 8" in row.text for row in told.rows)
    path = descend(Run("model:linear_regression", rate=0.1, batch_size=8, seed=1))
    assert np.subtract(told.new, told.old) == pytest.approx(-0.1 * np.array(told.effective_gradient), abs=1e-15)
    assert told.new == pytest.approx(path.points[4], abs=1e-15)


def test_every_other_study_takes_models_and_batches():
    model = model_of("tanh_unit")
    found = critical_points(model.landscape)
    assert sorted(place.kind for place in found.points) == ["global minimum", "global minimum", "saddle"]
    run = Run(model.landscape, rate=0.1, steps=40, batch_size=4, seed=2, gradient_tolerance=0)
    rates = (0.02, 0.1)
    alone = [descend(replace(run, rate=rate)).losses[-1] for rate in rates]
    assert rate_sweep(run, rates).final_losses == pytest.approx(alone, rel=1e-10)
    slope = hypergradients(run).slopes["rate"]
    assert slope.value is not None
    low, high = (descend(replace(run, rate=rate)).losses[-1] for rate in (0.1 - 1e-6, 0.1 + 1e-6))
    assert slope.value == pytest.approx((high - low) / 2e-6, rel=1e-4)


def test_fits_are_the_models_own():
    line, places = model_of("linear_regression"), np.array([[2.0, -1.0], [0.5, 3.0]])
    inputs = np.linspace(0, 3, 7)
    assert line.fits(places, inputs) == pytest.approx(places[:, :1] * inputs + places[:, 1:], rel=1e-14)
    assert model_on(line.landscape) is line
    assert model_on(LANDSCAPES["bowl"]) is None


@pytest.mark.parametrize("write", [pytorch_code, jax_code])
@pytest.mark.parametrize("key", MODELS)
def test_the_programs_of_a_model_walk_its_path(key: str, write):
    run = Run(f"model:{key}", "momentum", rate=0.02, steps=40, batch_size=7, noise=0.1, clip_norm=2.0, seed=3)
    space: dict = {"__name__": "__main__"}
    exec(compile(write(run), "<exported>", "exec"), space)
    assert np.array(space["points"]) == pytest.approx(descend(run).points, abs=1e-9)
