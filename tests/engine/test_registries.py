"""Registries: every file is registered under its own name, and every entry is complete."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import engine
from engine import OPTIMIZERS, SCHEDULES
from engine.optimizer import At

HOME = Path(engine.__file__).parent


@pytest.mark.parametrize(("registry", "folder"), [(OPTIMIZERS, "optimizers"), (SCHEDULES, "schedules")])
def test_every_file_is_registered_under_its_name(registry, folder):
    files = {path.stem for path in (HOME / folder).glob("*.py")} - {"__init__"}
    assert files == set(registry) == {record.key for record in registry.values()}


@pytest.mark.parametrize("record", [*OPTIMIZERS.values(), *SCHEDULES.values()], ids=lambda record: record.key)
def test_entries_are_complete(record):
    assert record.name
    assert record.about.endswith(".")
    assert record.source
    for knob in record.knobs.values():
        least, most = knob.bounds
        assert least <= knob.low <= knob.default <= knob.high <= most
        assert knob.check(knob.low) == knob.low
        assert knob.check(knob.high) == knob.high
        assert knob.name
        assert not knob.log or knob.low > 0


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=lambda record: record.key)
def test_optimizers_are_two_pure_functions(optimizer):
    """A step keeps the shape of its state and moves against the gradient first."""
    start = jnp.array([1.0, -2.0])
    state = optimizer.init(start)
    knobs = {name: knob.default for name, knob in optimizer.knobs.items()}
    at = At(jnp.asarray(0), start, jnp.asarray(5.0), jnp.array([2.0, -4.0]), lambda w: jnp.sum(w**2))
    update, after, evaluations = optimizer.step(at, state, 0.1, knobs)
    assert jax.tree.structure(after) == jax.tree.structure(state)
    assert np.array_equal(np.sign(update), [-1, 1])
    assert evaluations == {"newton": 3, "bfgs": 2}.get(optimizer.key, 1)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=lambda record: record.key)
def test_schedules_take_any_array_module_and_broadcast(schedule):
    knobs = {name: knob.default for name, knob in schedule.knobs.items()}
    steps, rates = np.arange(200.0), np.array([0.1, 0.2])
    grid = schedule.rates(np, steps[:, None], rates[None, :], knobs)
    assert grid.shape == (200, 2)
    assert grid[:, 1] == pytest.approx(schedule.rates(np, steps, 0.2, knobs), rel=1e-14)
    assert grid[:, 0] == pytest.approx(np.asarray(schedule.rates(jnp, jnp.arange(200.0), 0.1, knobs)), rel=1e-12)
    slope = jax.grad(lambda rate: jnp.sum(schedule.rates(jnp, jnp.arange(3.0), rate, knobs)))(0.1)
    assert slope > 0
