"""Every optimizer x schedule x landscape walks torch's path."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest

from engine import OPTIMIZERS, SCHEDULES, Run, descend
from landscapes import LANDSCAPES
from tests.engine.oracle import BEYOND, SURFACES, TOLERANCE, assert_same, torch_paths, trusted_steps

STEPS = 1_000
A_WHILE = 150
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
# The others walk torch's path under each optimizer, at a constant rate and for a while: a schedule knows nothing of the
# surface, and what is to be shown of these is that their gradients are right all along a path.
OTHER_RATES = {
    "rotated_ravine": 0.01,
    "wall": 1e-3,
    "beale": 5e-4,
    "booth": 0.01,
    "matyas": 0.1,
    "three_hump_camel": 0.01,
    "six_hump_camel": 5e-3,
    "goldstein_price": 1e-6,
    "styblinski_tang": 2e-3,
    "mccormick": 0.01,
    "muller_brown": 1e-4,
    "griewank": 0.1,
    "saddle": 2e-3,
    "monkey_saddle": 1e-4,
    "plateau": 0.5,
    "easom": 0.05,
    "levy13": 1e-4,
    "ackley": 1e-3,
}
# Rules with a scale of their own: the rate is about the length of a step, or of the first ones.
# RAdam is none of them at first: it begins as momentum does.
OWN_RATES = dict.fromkeys(("rmsprop", "adam", "amsgrad", "adamw", "adamax", "nadam"), 0.01) | {
    "adagrad": 0.3,
    "adadelta": 1.0,
    "rprop": 0.01,
}
KNOWN = [key for key in OPTIMIZERS if key not in BEYOND]
# These meet every schedule on every surface of RATES; the others do in tests/engine/test_export.py, on one.
CROSSED = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
# Knobs under which a schedule is still at work after hundreds of steps.
SCHEDULE_KNOBS = {
    "constant": {},
    "step": {"step_size": 150, "gamma": 0.5},
    "exponential": {"gamma": 0.998},
    "cosine": {"t_max": 400, "eta_min": 1e-6},
    "plateau": {"factor": 0.5, "patience": 5, "cooldown": 3},
    "multistep": {"milestones": (100, 101, 700), "gamma": 0.3},
    "cosine_restarts": {"t_0": 70, "t_mult": 2, "eta_min": 1e-5},
    "linear": {"start_factor": 0.9, "end_factor": 0.05, "total_iters": 400},
    "polynomial": {"total_iters": 900, "power": 1.7},
    "one_cycle": {"pct_start": 0.37},
    "triangular": {"base_lr": 1e-4, "step_size_up": 37},
    "inverse_time": {"gamma": 0.013},
}
CROSSED_SCHEDULES = ("constant", "step", "exponential", "cosine", "plateau")


def run_of(landscape: str, optimizer: str, schedule: str) -> Run:
    rate = OWN_RATES.get(optimizer) or (RATES | OTHER_RATES)[landscape]
    return Run(
        landscape,
        optimizer=optimizer,
        rate=rate,
        schedule=schedule,
        schedule_knobs=SCHEDULE_KNOBS[schedule],
        steps=STEPS if landscape in RATES else A_WHILE,
        gradient_tolerance=0,
    )


@cache
def oracle(optimizer: str, schedule: str, keys: tuple[str, ...]) -> dict:
    """Landscape key -> (torch's path, trusted steps), these landscapes and their twins in one loop."""
    paths = torch_paths([run_of(key, optimizer, schedule) for key in keys], twins=True)
    pairs = zip(paths[: len(keys)], paths[len(keys) :], strict=True)
    reads_loss = SCHEDULES[schedule].reacts
    return {k: (path, trusted_steps(path, twin, reads_loss)) for k, (path, twin) in zip(keys, pairs, strict=True)}


def test_the_oracle_knows_every_name():
    assert set(SURFACES) == set(LANDSCAPES) == set(RATES) | set(OTHER_RATES)
    assert set(KNOWN) | set(BEYOND) == set(OPTIMIZERS)
    assert set(SCHEDULE_KNOBS) == set(SCHEDULES)


def shared_out(optimizer: str, surfaces: Iterable[str], turn: int = 0) -> tuple[str, ...]:
    """A third of some surfaces: between them several methods see each, and a surface has one gradient for all."""
    turn += list(KNOWN).index(optimizer)
    return tuple(key for place, key in enumerate(surfaces) if (place + turn) % 3 == 0)


def crossed(optimizer: str, schedule: str) -> tuple[str, ...]:
    """At a constant rate every surface; under a schedule, whose rates are held to torch's below, a third of them."""
    turn = CROSSED_SCHEDULES.index(schedule)
    return shared_out(optimizer, RATES, turn) if turn else tuple(RATES)


@pytest.mark.parametrize(
    ("optimizer", "schedule", "landscape"),
    [(o, s, key) for o in CROSSED for s in CROSSED_SCHEDULES for key in crossed(o, s)],
)
def test_path_is_torchs(optimizer, schedule, landscape):
    path, rows = oracle(optimizer, schedule, crossed(optimizer, schedule))[landscape]
    trajectory = descend(run_of(landscape, optimizer, schedule))
    assert rows >= 50, "nothing would be compared"
    assert_same(trajectory, path, min(rows, len(trajectory.points)))
    assert len(trajectory.points) >= min(rows, STEPS)


@pytest.mark.parametrize(
    ("optimizer", "landscape"),
    [(o, key) for o in KNOWN if o not in CROSSED for key in shared_out(o, RATES)],
)
def test_path_of_every_other_optimizer_is_torchs(optimizer, landscape):
    path, rows = oracle(optimizer, "constant", shared_out(optimizer, RATES))[landscape]
    trajectory = descend(run_of(landscape, optimizer, "constant"))
    assert rows >= 50, "nothing would be compared"
    assert_same(trajectory, path, min(rows, len(trajectory.points)))
    assert len(trajectory.points) >= min(rows, STEPS)


@pytest.mark.parametrize(("optimizer", "landscape"), [(o, key) for o in KNOWN for key in shared_out(o, OTHER_RATES)])
def test_path_on_every_other_surface_is_torchs(optimizer, landscape):
    path, rows = oracle(optimizer, "constant", shared_out(optimizer, OTHER_RATES))[landscape]
    trajectory = descend(run_of(landscape, optimizer, "constant"))
    assert rows >= 50, "nothing would be compared"
    assert_same(trajectory, path, min(rows, len(trajectory.points)))
    assert len(trajectory.points) >= min(rows, A_WHILE)


@pytest.mark.parametrize("warm_up", [{}, {"warmup_steps": 40, "warmup_start_factor": 0.02}], ids=["cold", "warmed up"])
@pytest.mark.parametrize("schedule", [key for key, schedule in SCHEDULES.items() if not schedule.reacts])
def test_rates_are_torchs_over_all_steps(schedule, warm_up):
    """On a bowl so flat that nothing ends the run."""
    knobs = SCHEDULE_KNOBS[schedule] | warm_up
    run = Run("bowl", rate=0.05, schedule=schedule, schedule_knobs=knobs, steps=STEPS, gradient_tolerance=0)
    (path,) = torch_paths([run])
    rates = descend(run).rates
    assert len(rates) == STEPS
    assert np.abs(rates - path.rates).max() <= TOLERANCE * run.rate


def test_a_warm_up_before_the_plateau_is_a_written_loop():
    """torch's SequentialLR refuses it: the plateau begins to watch where the warm-up has ended."""
    knobs = {"patience": 2, "factor": 0.5, "warmup_steps": 30, "warmup_start_factor": 0.1}
    run = Run("bounce", rate=1.0, schedule="plateau", schedule_knobs=knobs, steps=120, gradient_tolerance=0)
    path = descend(run)
    behind = Run("bounce", "gradient_descent", tuple(path.points[30]), 1.0, schedule="plateau", steps=90,
                 schedule_knobs={"patience": 2, "factor": 0.5}, gradient_tolerance=0)  # fmt: skip
    np.testing.assert_allclose(path.rates[:30], 0.1 + 0.9 * np.arange(30) / 30, rtol=1e-15)
    np.testing.assert_array_equal(path.rates[30:], descend(behind).rates)
    np.testing.assert_array_equal(path.points[30:], descend(behind).points)
    assert path.rates[-1] < 1


def test_most_paths_are_compared_whole():
    """The prefix is an exception for chaotic pairs, not a way out."""
    seen = [oracle(o, s, crossed(o, s)).values() for o in CROSSED for s in CROSSED_SCHEDULES]
    whole = [rows == STEPS + 1 for paths in seen for _, rows in paths]
    assert np.mean(whole) > 0.8
