"""Every optimizer x schedule x landscape walks torch's path."""

from functools import cache

import numpy as np
import pytest

from engine import OPTIMIZERS, SCHEDULES, Run, descend
from landscapes import LANDSCAPES
from tests.engine.oracle import SURFACES, TOLERANCE, assert_same, torch_paths, trusted_steps

STEPS = 1_000
# Rates at which the path is long and does not blow up at once; per-coordinate methods move a rate a step everywhere.
RATES = {
    "bowl": 0.05,
    "bounce": 0.1,
    "ravine": 0.01,
    "rosenbrock": 2e-4,
    "himmelblau": 2e-3,
    "saddle_valleys": 0.05,
    "two_valleys": 0.05,
    "rastrigin": 1e-3,
    "cliff": 0.01,
}
# Knobs under which a schedule is still at work after hundreds of steps.
SCHEDULE_KNOBS = {
    "constant": {},
    "step": {"step_size": 150, "gamma": 0.5},
    "exponential": {"gamma": 0.998},
    "cosine": {"t_max": 400, "eta_min": 1e-6},
    "plateau": {"factor": 0.5, "patience": 5, "cooldown": 3},
}


def run_of(landscape: str, optimizer: str, schedule: str) -> Run:
    rate = 0.01 if optimizer in ("rmsprop", "adam") else RATES[landscape]
    return Run(
        landscape,
        optimizer=optimizer,
        rate=rate,
        schedule=schedule,
        schedule_knobs=SCHEDULE_KNOBS[schedule],
        steps=STEPS,
        gradient_tolerance=0,
    )


@cache
def oracle(optimizer: str, schedule: str) -> dict:
    """Landscape key -> (torch's path, trusted steps), all landscapes and their twins in one loop."""
    paths = torch_paths([run_of(key, optimizer, schedule) for key in SURFACES], twins=True)
    pairs = zip(paths[: len(SURFACES)], paths[len(SURFACES) :], strict=True)
    reads_loss = SCHEDULES[schedule].reacts
    return {k: (path, trusted_steps(path, twin, reads_loss)) for k, (path, twin) in zip(SURFACES, pairs, strict=True)}


def test_the_oracle_knows_every_name():
    assert set(SURFACES) == set(LANDSCAPES)
    assert set(SCHEDULE_KNOBS) == set(SCHEDULES)


@pytest.mark.parametrize("landscape", SURFACES)
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_path_is_torchs(optimizer, schedule, landscape):
    path, rows = oracle(optimizer, schedule)[landscape]
    trajectory = descend(run_of(landscape, optimizer, schedule))
    assert rows >= 50, "nothing would be compared"
    assert_same(trajectory, path, min(rows, len(trajectory.points)))
    assert len(trajectory.points) >= min(rows, STEPS)


@pytest.mark.parametrize("schedule", [key for key, schedule in SCHEDULES.items() if not schedule.reacts])
def test_rates_are_torchs_over_all_steps(schedule):
    path, _ = oracle("gradient_descent", schedule)["bowl"]
    rates = descend(run_of("bowl", "gradient_descent", schedule)).rates
    assert np.abs(rates - path.rates).max() <= TOLERANCE * RATES["bowl"]


def test_most_paths_are_compared_whole():
    """The prefix is an exception for chaotic pairs, not a way out."""
    whole = [rows == STEPS + 1 for o in OPTIMIZERS for s in SCHEDULES for _, rows in oracle(o, s).values()]
    assert np.mean(whole) > 0.8
