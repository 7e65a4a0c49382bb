"""Registries: every file is registered under its own name, and every entry is complete."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import engine
from engine import OPTIMIZERS, SCHEDULES
from engine.basis.optimizer import At
from engine.basis.registry import Registry, records_in

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
        assert all(least <= knob.low <= one <= knob.high <= most for one in np.ravel(knob.default))
        assert knob.check(knob.default) == knob.default
        ends = [(knob.low,), (knob.high,)] if knob.many else [knob.low, knob.high]
        assert [knob.check(end) for end in ends] == ends
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
    for warm_up in ({}, {"warmup_steps": 20}):
        knobs |= warm_up
        grid = schedule.rates(np, steps[:, None], rates[None, :], knobs, 200)
        assert grid.shape == (200, 2)
        assert grid[:, 1] == pytest.approx(schedule.rates(np, steps, 0.2, knobs, 200), rel=1e-14)
        traced = schedule.rates(jnp, jnp.arange(200.0), 0.1, knobs, 200)
        assert grid[:, 0] == pytest.approx(np.asarray(traced), rel=1e-12)
        slope = jax.grad(lambda rate, knobs=knobs: jnp.sum(schedule.rates(jnp, jnp.arange(60.0), rate, knobs, 200)))(
            0.1
        )
        assert slope > 0


def test_an_optimizer_and_a_schedule_are_one_file_each(tmp_path, monkeypatch):
    """Dropped into a folder of records, each stands in its registry, behind those that a lesson begins with."""
    folder = tmp_path / "more_rules"
    folder.mkdir()
    (folder / "__init__.py").touch()
    rule = (HOME / "optimizers" / "gradient_descent.py").read_text()
    (folder / "uphill.py").write_text(rule.replace("gradient_descent", "uphill").replace("GRADIENT_DESCENT", "UPHILL"))
    curve = (HOME / "schedules" / "constant.py").read_text()
    (folder / "flat.py").write_text(curve.replace('"constant"', '"flat"').replace("CONSTANT", "FLAT"))
    monkeypatch.syspath_prepend(tmp_path)
    found = records_in("more_rules", [str(folder)], ["uphill", "missing"])
    assert [record.key for record in found] == ["uphill", "flat"]
    assert list(Registry("rule", found)) == ["uphill", "flat"]
