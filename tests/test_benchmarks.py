"""The bench compares like with like, counts what it says, and reads its own promises right. Nothing here is timed."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import map_peers, maps
from benchmarks.engine import SAME, valley
from benchmarks.peers import ByC, NoCompiler, by_numpy, by_python, by_torch
from benchmarks.recompiling import counting
from benchmarks.row import Row, shown
from engine import Run, descend


@pytest.fixture(scope="module")
def by_c(tmp_path_factory: pytest.TempPathFactory) -> ByC:
    try:
        return ByC(tmp_path_factory.mktemp("library"))
    except NoCompiler as fault:
        pytest.skip(str(fault))


# Each reason to stop, so that no peer is compared for a test that it does not make.
RUNS = {
    "uses all its steps": valley(),
    "stops by gradient": Run("rosenbrock", optimizer="adam", rate=0.01, steps=1_000, gradient_tolerance=2.0),
    "stops by loss": Run("rosenbrock", optimizer="adam", rate=0.01, steps=1_000, loss_tolerance=1e-2),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_the_peers_walk_the_engine_s_path(run, by_c):
    ours = descend(run).points
    for peer in (by_c, by_numpy, by_python, by_torch):
        theirs = peer(run)
        assert theirs.shape == ours.shape, peer
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=SAME, err_msg=str(peer))


def test_the_runs_above_stop_for_the_reasons_they_name():
    kinds = [descend(run).outcome.kind for run in RUNS.values()]
    assert kinds[0] == "budget"
    assert kinds[1] in ("converged_gradient", "at_saddle")
    assert kinds[2] == "converged_loss"


# What ends a descent on a map: its gradient, its budget, and for the last of these mostly its divergence.
MAPS = [maps.basins(), replace(maps.basins(), steps=50), replace(maps.basins(), rate=0.03)]


@pytest.mark.parametrize("run", MAPS, ids=["arrives", "runs out", "diverges"])
def test_the_peers_draw_the_engine_s_map(run, tmp_path):
    starts = maps.grid(run, 64)
    assert maps.agreement(run, *map_peers.by_torch(run, starts)) >= maps.SAME
    try:
        by_c = map_peers.ByC(tmp_path)
    except NoCompiler as fault:
        pytest.skip(str(fault))
    assert maps.agreement(run, *by_c(run, starts)) >= maps.SAME


def test_a_compilation_is_counted():
    import jax

    with counting() as count:
        jax.jit(lambda x: x * 3.25 + 0.5)(np.arange(11.0))
    assert count.programs >= 1
    seen = count.programs
    jax.jit(lambda x: x * 3.75 - 0.5)(np.arange(11.0))
    assert count.programs == seen


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        (Row("t", "w", 4.9e-3, at_most=5e-3), True),
        (Row("t", "w", 5.1e-3, at_most=5e-3), False),
        (Row("t", "w", 999.0, "x", at_least=1000), False),
        (Row("t", "w", float("inf"), at_most=0.05), False),
        (Row("t", "w", float("nan"), at_most=0.05), False),
        (Row("t", "w", None, at_most=0.05), None),
        (Row("t", "w", 1.0), None),
    ],
)
def test_a_promise_holds_or_does_not(row, holds):
    assert row.holds is holds


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1.36e-4, "s", "136 us"), (0.0485, "s", "48.5 ms"), (2.88, "s", "2.88 s"), (1510.4, "x", "1,510 x"), (0, "", "0")],
)
def test_numbers_are_shown_in_the_unit_that_suits_them(value, unit, text):
    assert shown(value, unit) == text
