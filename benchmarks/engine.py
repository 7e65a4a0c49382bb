"""1,000 Adam steps on Rosenbrock's valley, from a Run to NumPy arrays, beside the same loop by other means."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.clock import Contender, race
from benchmarks.peers import OFTEN, ByC, NoCompiler, by_numpy, by_python, by_torch
from benchmarks.row import Row
from engine import Run, descend

TOPIC = "1,000 Adam steps on Rosenbrock, pulled to NumPy"
ROUNDS = 9
SAME = 1e-9
"""How far a peer's path may part from ours and still be the same work: they round differently, no more."""


def valley() -> Run:
    """The run that is timed: both stop tests are made at every step, and neither fires."""
    return Run("rosenbrock", optimizer="adam", rate=0.01, steps=1_000, gradient_tolerance=1e-6, loss_tolerance=1e-300)


def rows() -> Iterator[Row]:
    """The engine, its peers, and the ratios that are promised."""
    run = valley()
    ours = descend(run)
    if len(ours.points) != run.steps + 1:
        raise AssertionError(
            f"The run to be timed should make {run.steps:,} updates; it ended: {ours.outcome.sentence}"
        )
    named = {"torch": by_torch, "NumPy": by_numpy, "plain Python": by_python}
    contenders = {
        "engine": Contender(lambda: descend(run), 60),
        "torch": Contender(lambda: by_torch(run), 1),
        "NumPy": Contender(lambda: by_numpy(run), 3),
        "plain Python": Contender(lambda: by_python(run), 9),
    }
    with tempfile.TemporaryDirectory() as folder:
        no_compiler = ""
        try:
            by_c = ByC(Path(folder))
            named["C -O3"] = by_c
            contenders["C -O3"] = Contender(by_c.often(run), 60, OFTEN)
        except NoCompiler as fault:
            no_compiler = str(fault)
        parted = {name: _parting(peer(run), ours.points) for name, peer in named.items()}
        for name, distance in parted.items():
            if not distance <= SAME:
                raise AssertionError(f"{name} did other work: its path parts from ours by {distance:.1e}.")
        times = race(contenders, ROUNDS)
    yield Row.median(TOPIC, "the engine, warm", times["engine"])
    for name, distance in parted.items():
        yield Row.median(TOPIC, f"a {name} loop", times[name], note=f"its path is ours to {distance:.0e}")
    against_torch = _ratios(times["torch"], times["engine"])
    yield Row.median(TOPIC, "faster than the torch loop by", against_torch, "x", at_least=1_000)
    slower = "times a C -O3 loop"
    if no_compiler:
        yield Row(TOPIC, slower, None, "x", at_most=5, note=no_compiler)
    else:
        yield Row.median(TOPIC, slower, _ratios(times["engine"], times["C -O3"]), "x", at_most=5)


def _ratios(above: list[float], below: list[float]) -> list[float]:
    """Round by round: both sides of a ratio saw the same minute."""
    return [one / other for one, other in zip(above, below, strict=True)]


def _parting(theirs: np.ndarray, ours: np.ndarray) -> float:
    """The largest distance between two paths in either coordinate; infinite if one is longer."""
    return float(np.abs(theirs - ours).max()) if theirs.shape == ours.shape else float("inf")
