"""Compilation: knobs never cause one, threads share one, and one landscape's does not hold up another's."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from engine import (
    OPTIMIZERS,
    SCHEDULES,
    Run,
    descend,
    descend_many,
    descend_soon,
    fastest_rate,
    sharpness,
    surface,
    warm_up,
    warm_up_curved,
)
from landscapes import LANDSCAPES, formula

FIFTY = np.linspace(0, 1, 50)


@pytest.fixture(scope="module")
def warm():
    landscape = formula("x**2 + 3*y**2 + x*y/7")
    warm_up(landscape)
    warm_up_curved(landscape)
    return landscape


def test_the_counter_counts(compilations):
    before = compilations.count
    descend(Run(formula("x**2 + 5.25*y**2")))
    assert compilations.count > before


def test_no_setting_recompiles(compilations, warm):
    """Fifty values of every knob of every optimizer and schedule, and of every shared field."""
    with compilations.none():
        for registry, field, values in (
            (OPTIMIZERS, "optimizer", "knobs"),
            (SCHEDULES, "schedule", "schedule_knobs"),
        ):
            for key, record in registry.items():
                for name, knob in record.knobs.items():
                    for share in FIFTY:
                        value = knob.low + share * (knob.high - knob.low)
                        value = round(value) if knob.whole else float(value)
                        value = (value, value + 3) if knob.many else value
                        descend(Run(warm, **{field: key, values: {name: value}}, steps=5))
        for share in FIFTY:
            descend(Run(warm, rate=float(1e-4 * 10 ** (5 * share))))
            descend(Run(warm, start=(float(share), -1)))
            descend(Run(warm, steps=int(1 + share * 9_999)))
            descend(Run(warm, gradient_tolerance=float(share), loss_tolerance=float(share)))
            descend(Run(warm, noise=float(share), seed=int(share * 49)))
            descend(Run(warm, clip_norm=1 + float(share), clip_value=1 + float(share)))


def test_ints_floats_and_numpy_numbers_share_a_program(compilations, warm):
    with compilations.none():
        for rate in (1, 1.0, np.float32(1), np.float64(1), np.int32(1)):
            descend(Run(warm, rate=rate, start=np.array([1, 2]), steps=np.int64(3)))


def test_a_new_window_or_grid_does_not_recompile(compilations, warm):
    with compilations.none():
        for size in (2, 30, 101):
            surface(warm.with_window(((-size, size), (0, 1))), ((-1, size), (0, 1)), size, size + 1)
            sharpness(warm, np.ones((size * 20, 2)))
            fastest_rate(Run(warm, steps=size * 90))
        descend(Run(warm.with_window(((-9, 9), (-9, 9)))))


def test_two_threads_get_the_right_answers():
    """Several fresh landscapes and optimizers at once, each against the same run alone."""
    runs = [
        Run(formula(f"x**2 + {k}.5*y**2"), optimizer=o, start=(2, 1), rate=0.02, noise=noise, seed=k)
        for k in (1, 2, 3)
        for o in OPTIMIZERS
        for noise in (0.0, 0.1)
    ]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(descend, runs))
    for run, path in zip(runs, together, strict=True):
        assert path.run is run
        assert np.array_equal(path.points, descend(run).points)


def test_threads_that_ask_together_compile_once(compilations):
    traced = []

    def loss(w):
        traced.append(threading.get_ident())
        return jnp.sum(w**2)

    landscape = replace(LANDSCAPES["bowl"], key="counted", loss=loss)
    gate = threading.Barrier(4)

    def ask():
        gate.wait()
        return descend(Run(landscape)).outcome.step

    descend(Run("bowl"))  # what all landscapes share is there
    before = compilations.count
    with ThreadPoolExecutor(4) as pool:
        steps = [one.result() for one in [pool.submit(ask) for _ in range(4)]]
    assert len(set(steps)) == 1
    assert len(set(traced)) == 1
    assert compilations.count == before + 1


def test_a_new_landscape_is_answered_by_the_asked_methods_alone_until_its_own_program_is_there(compilations):
    landscape = formula("x**2 + 7.125*y**2 + sin(x*y)")
    runs = [Run(landscape, key, start=(2, 1), rate=0.05, steps=80) for key in ("adam", "bfgs", "momentum")]
    descend(Run("bowl"))  # what all landscapes share is there
    before = compilations.count
    soon = descend_soon(runs)
    assert compilations.count == before + 2  # BFGS has a program of its own family
    with compilations.none():
        descend_soon([replace(run, rate=0.01) for run in reversed(runs)])
    whole = descend_many(runs)
    for one, other in zip(soon, whole, strict=True):
        # Two programs: XLA joins other products with other sums, so each rounds in its own way.
        np.testing.assert_allclose(one.points, other.points, rtol=0, atol=1e-13)
        assert (one.outcome.kind, one.outcome.step) == (other.outcome.kind, other.outcome.step)
    with compilations.none():  # any other method, by the landscape's own program
        descend_soon([Run(landscape, "nadam"), Run(landscape, "newton")])


def test_compiling_one_landscape_does_not_block_another():
    compiling, go_on = threading.Event(), threading.Event()

    def slow(w):
        compiling.set()
        assert go_on.wait(30)
        return jnp.sum(w**2)

    descend(Run("bowl"))
    slow_run = Run(replace(LANDSCAPES["bowl"], key="slow", loss=slow))
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(descend, slow_run)
        assert compiling.wait(30)
        try:
            assert pool.submit(descend, Run("bowl", rate=0.1)).result(timeout=10).outcome.arrived
            # A landscape that is itself new does not wait either.
            assert pool.submit(descend, Run(formula("x**2 + 9.75*y**2"), rate=0.1)).result(timeout=20)
            assert not held.done()
        finally:
            go_on.set()
        assert held.result(timeout=30).outcome.kind == "budget"
