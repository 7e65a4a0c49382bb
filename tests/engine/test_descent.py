"""The contract of a trajectory: what its rows are, which rule ends it, and that rules can be switched off."""

import math
from dataclasses import replace
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from engine import OPTIMIZERS, OUTCOME_KINDS, SCHEDULES, Run, descend, descend_many
from landscapes import LANDSCAPES, formula

# Every surface under three rules, and every rule on four surfaces: all pairs would tell nothing new.
PAIRS = sorted(
    {
        *product(("gradient_descent", "momentum", "adam"), LANDSCAPES),
        *product(OPTIMIZERS, ("himmelblau", "two_valleys", "cliff", "saddle")),
    }
)


@pytest.mark.parametrize(("optimizer", "landscape"), PAIRS)
def test_rows_fit_together(optimizer, landscape):
    run = Run(landscape, optimizer=optimizer, steps=120)
    path = descend(run)
    n = len(path.points) - 1
    assert path.points.shape == path.gradients.shape == (n + 1, 2)
    assert path.losses.shape == path.evaluations.shape == (n + 1,)
    assert path.rates.shape == (n,)
    for array in (path.points, path.losses, path.gradients, path.rates, path.evaluations):
        assert array.dtype == np.float64
        assert not array.flags.writeable
    assert np.isfinite(path.points).all()
    assert tuple(path.points[0]) == run.start
    costs = np.diff(path.evaluations)
    if optimizer == "bfgs":  # a gradient, and at least one trial of the line search
        assert (costs >= 2).all()
    else:
        assert (costs == (3 if optimizer == "newton" else 1)).all()
    assert path.evaluations[0] == 0
    assert path.outcome.kind in OUTCOME_KINDS
    assert path.outcome.step == n
    assert path.run is run
    loss = LANDSCAPES[landscape].loss
    losses, gradients = jax.vmap(jax.value_and_grad(loss))(path.points)
    assert path.losses == pytest.approx(np.asarray(losses), rel=1e-12)
    assert path.gradients == pytest.approx(np.asarray(gradients), rel=1e-10, abs=1e-10)


def test_gradient_rule_stops_at_the_first_small_gradient_and_can_be_switched_off():
    stopped = descend(Run("bowl", rate=0.1))
    slopes = np.linalg.norm(stopped.gradients, axis=1)
    assert slopes[-1] < 1e-6 <= slopes[-2]
    assert (stopped.outcome.kind, stopped.outcome.arrived) == ("converged_gradient", True)
    endless = descend(Run("bowl", rate=0.1, gradient_tolerance=0))
    assert (endless.outcome.kind, endless.outcome.step) == ("budget", 500)
    assert np.array_equal(endless.points[: len(stopped.points)], stopped.points)


def test_loss_rule_stops_at_the_first_small_change_and_is_off_by_default():
    stopped = descend(Run("bowl", rate=0.1, gradient_tolerance=0, loss_tolerance=1e-3))
    changes = np.abs(np.diff(stopped.losses))
    assert changes[-1] < 1e-3 <= changes[-2]
    assert (stopped.outcome.kind, stopped.outcome.step) == ("converged_loss", len(changes))
    assert descend(Run("bowl", rate=0.1, gradient_tolerance=0)).outcome.kind == "budget"


def test_the_gradient_rule_speaks_first():
    both = descend(Run("bowl", rate=0.1, gradient_tolerance=1, loss_tolerance=1e6, steps=100))
    assert both.outcome.kind == "converged_loss"  # the change is small from step 1, the gradient only later
    assert descend(Run("bowl", rate=0.25, loss_tolerance=1e6)).outcome.kind == "converged_gradient"


def test_a_point_that_is_no_number_is_not_a_row():
    overflow = descend(Run("bowl", rate=1e308))
    assert (overflow.outcome.kind, overflow.outcome.step) == ("diverged", 1)
    assert overflow.points.tolist() == [[2.5, 1.5]]
    assert overflow.rates.shape == (0,)


def test_an_infinite_loss_at_a_finite_point_is_a_row():
    path = descend(Run("cliff", rate=0.1))
    assert path.outcome.kind == "diverged"
    assert math.isinf(path.losses[-1])
    assert len(path.points) == path.outcome.step + 1


@pytest.mark.parametrize(("start", "words"), [((-1, 1), "not a number"), ((0, 1), "infinite")])
def test_a_start_without_a_loss_ends_at_once(start, words):
    path = descend(Run(formula("log(x) + y**2"), start=start))
    assert (path.outcome.kind, path.outcome.step, len(path.points)) == ("diverged", 0, 1)
    assert words in path.outcome.sentence


@pytest.mark.parametrize("steps", [1, 999, 1000, 1001, 10_000, 10_001, 100_000])
def test_every_length_fits_its_buffer(steps):
    path = descend(Run("bowl", rate=1e-7, steps=steps))
    assert (path.outcome.kind, len(path.points), len(path.rates)) == ("budget", steps + 1, steps)
    assert path.points[-1] == pytest.approx(np.array([2.5, 1.5]) * (1 - 4e-7) ** steps, rel=1e-11)


def test_degenerate_ground_is_not_called_a_saddle():
    """On the floor of a circular valley one eigenvalue is zero, and comes out as rounding of either sign."""
    ring = formula("(x**2 + y**2 - 1)**2")
    for start in ((2, 0.5), (0.3, 0.4), (-1, 2)):
        end = descend(Run(ring, start=start, rate=0.01, steps=5000)).outcome
        assert end.kind == "converged_gradient"
        assert "level" in end.sentence


def test_many_is_one_by_one_in_order():
    runs = [Run(key, optimizer=o, steps=50) for key in ("bowl", "ravine") for o in OPTIMIZERS]
    for run, one in zip(runs, descend_many(runs), strict=True):
        assert one.run is run
        assert np.array_equal(one.points, descend(run).points)
    assert descend_many([]) == []


def test_same_seed_same_noise_other_seed_other_noise():
    run = Run("bowl", noise=0.5, seed=3)
    assert np.array_equal(descend(run).points, descend(run).points)
    assert not np.array_equal(descend(run).points, descend(replace(run, seed=4)).points)


@pytest.mark.parametrize(
    ("optimizer", "transform"),
    [
        ("gradient_descent", optax.sgd(0.002)),
        ("momentum", optax.sgd(0.002, momentum=0.9)),
        ("nesterov", optax.sgd(0.002, momentum=0.9, nesterov=True)),
        ("adam", optax.adam(0.002)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_optax_walks_the_same_path_where_its_rules_are_torchs(optimizer, transform):
    loss = LANDSCAPES["himmelblau"].loss

    @jax.jit
    def advance(w, state):
        updates, state = transform.update(jax.grad(loss)(w), state)
        return optax.apply_updates(w, updates), state

    w = jnp.array([0.0, 0.0])
    state, path = transform.init(w), [w]
    for _ in range(300):
        w, state = advance(w, state)
        path.append(w)
    ours = descend(Run("himmelblau", optimizer, (0, 0), rate=0.002, steps=300, gradient_tolerance=0)).points
    # Adam's bias correction loses three digits of 1 - 0.999^t in either program, in an order of its own.
    assert np.abs(ours - np.array(path)).max() <= 1e-12 * (100 if optimizer == "adam" else 1)


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("exponential", optax.exponential_decay(0.02, 1, 0.95)),
        ("step", optax.exponential_decay(0.02, 30, 0.1, staircase=True)),
        ("cosine", optax.cosine_decay_schedule(0.02, 100)),
    ],
    ids=["exponential", "step", "cosine"],
)
def test_optax_has_the_same_rates(schedule, rates):
    """Cosine only up to T_max, where optax's stays at the floor."""
    ours = descend(Run("bowl", rate=0.02, schedule=schedule, steps=100, gradient_tolerance=0)).rates
    assert np.abs(ours - np.asarray(rates(jnp.arange(100.0)))).max() <= 1e-12 * 0.02


def test_every_schedule_starts_at_the_rate_but_those_that_rise_to_it():
    for key in SCHEDULES:
        first = descend(Run("bowl", schedule=key, rate=0.0123, steps=30)).rates[0]
        assert first == pytest.approx({"one_cycle": 0.0123 / 25, "triangular": 0.001}.get(key, 0.0123), rel=1e-14)
