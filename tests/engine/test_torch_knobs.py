"""Knobs, noise, clipping and the plateau schedule, drawn at random, against torch's loop."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine import OPTIMIZERS, SCHEDULES, Run, descend_many
from tests.engine.oracle import BEYOND, SURFACES, apart, assert_same, torch_paths, trusted_steps

STEPS = 200


def drawn(rng: np.random.Generator, knobs) -> dict[str, float]:
    """A value for every knob, anywhere between its slider's ends."""
    values = {}
    for name, knob in knobs.items():
        low, high = (np.log(knob.low), np.log(knob.high)) if knob.log else (knob.low, knob.high)
        value = rng.uniform(low, high)
        value = np.exp(value) if knob.log else value
        values[name] = round(value) if knob.whole else float(value)
        if knob.many:
            values[name] = [values[name], *rng.integers(1, STEPS, size=3).tolist()]
    return values


def random_run(rng: np.random.Generator, optimizer: str, schedule: str) -> Run:
    landscape = rng.choice(["bowl", "bounce", "ravine", "saddle_valleys", "two_valleys"])
    rate = float(np.exp(rng.uniform(np.log(1e-3), np.log(0.03))))
    schedule_knobs = drawn(rng, SCHEDULES[schedule].own)
    if schedule != "plateau":  # torch's SequentialLR refuses a warm-up in front of it
        schedule_knobs["warmup_steps"] = int(rng.choice([0, rng.integers(1, 60)]))
        schedule_knobs["warmup_start_factor"] = float(rng.uniform(0.05, 1))
    if schedule == "triangular":  # the foot stays below the peak, and a rate worth walking with
        schedule_knobs["base_lr"] = rate * float(rng.uniform(0.1, 0.9))
    if schedule in ("linear", "polynomial"):
        schedule_knobs["total_iters"] = int(rng.integers(20, 400))
    if schedule == "plateau":  # patience and cooldown short enough to be seen in 200 steps
        schedule_knobs |= {"patience": int(rng.integers(0, 12)), "cooldown": int(rng.integers(0, 12))}
        schedule_knobs["min_lr"] = float(rng.choice([0, 1e-3]))
    if schedule == "cosine":
        # After T_max torch's recursion climbs from a rate it knows to T_max^2 roundings of eta_min only, where the
        # closed form knows it to one: 60^2 roundings of a thousandth of the rate are 1e-15 of it.
        schedule_knobs["t_max"] = int(rng.choice([rng.integers(1, 60), rng.integers(STEPS, 1000)]))
        schedule_knobs["eta_min"] = rate * float(rng.choice([0, 1e-3]))
    return Run(
        str(landscape),
        optimizer=optimizer,
        rate=rate,
        knobs=drawn(rng, OPTIMIZERS[optimizer].knobs),
        schedule=schedule,
        schedule_knobs=schedule_knobs,
        steps=STEPS,
        gradient_tolerance=0,
        noise=float(rng.choice([0, 0.5])),
        seed=int(rng.integers(2**32)),
        clip_norm=float(rng.uniform(0.2, 3)) if rng.random() < 0.5 else None,
        clip_value=float(rng.uniform(0.2, 3)) if rng.random() < 0.5 else None,
    )


KNOWN = [key for key in OPTIMIZERS if key not in BEYOND]
# Every optimizer under two schedules, every schedule under two optimizers.
PAIRS = sorted({*product(KNOWN, ("constant", "plateau")), *product(("momentum", "adam"), SCHEDULES)})


@pytest.mark.parametrize(("optimizer", "schedule"), PAIRS)
def test_random_settings_walk_torchs_path(optimizer, schedule):
    rng = np.random.default_rng([list(OPTIMIZERS).index(optimizer), list(SCHEDULES).index(schedule)])
    runs = [random_run(rng, optimizer, schedule) for _ in range(4)]
    paths = torch_paths(runs, twins=True)
    reads_loss = SCHEDULES[schedule].reacts
    trusted = [trusted_steps(path, twin, reads_loss, share=16) for path, twin in zip(paths[:4], paths[4:], strict=True)]
    for trajectory, path, rows in zip(descend_many(runs), paths[:4], trusted, strict=True):
        assert_same(trajectory, path, min(rows, len(trajectory.points)))
    assert np.mean(trusted) > STEPS / 2


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_dampening_spares_the_first_step_and_needs_momentum(momentum):
    run = Run("ravine", "momentum", rate=0.01, knobs={"momentum": momentum, "dampening": 0.5}, steps=50)
    (path,) = torch_paths([run])
    assert_same(*descend_many([run]), path, 51)
    undamped = descend_many([replace(run, knobs={"momentum": momentum})])[0]
    assert np.array_equal(undamped.points[1], path.points[1])
    assert np.array_equal(undamped.points[2], path.points[2]) == (momentum == 0)


@pytest.mark.parametrize(
    ("knobs", "cuts"),
    [
        ({"patience": 10}, [13]),
        ({"patience": 0}, None),
        ({"patience": 10, "cooldown": 20, "factor": 0.9}, None),
        ({"patience": 3, "threshold": 0.5}, None),
        ({"patience": 3, "min_lr": 0.5}, None),
        ({"patience": 2, "factor": 0.5, "min_lr": 0.4999999999}, None),
        ({"patience": 0, "factor": 0.01, "threshold": 1.0}, None),
    ],
    ids=str,
)
def test_plateau_cuts_when_torch_does(knobs, cuts):
    """On a bounce with noise: patience, cooldown, threshold, floor, and torch's eps below which no cut is made."""
    run = Run("bounce", rate=1.0, schedule="plateau", schedule_knobs=knobs, steps=150, gradient_tolerance=0)
    for case in (run, replace(run, noise=0.3), replace(run, rate=1e-7)):
        (path,) = torch_paths([case])
        ours = descend_many([case])[0].rates
        assert np.allclose(ours, path.rates, rtol=1e-12, atol=0)
    assert cuts is None or np.flatnonzero(np.diff(descend_many([run])[0].rates))[0] + 1 == cuts[0]


def test_noise_is_the_generators_own():
    """The contract's numbers, so that exported code meets the same ones."""
    run = Run("bowl", rate=0.1, noise=2.0, seed=7, steps=3, gradient_tolerance=0)
    z = np.random.default_rng(7).standard_normal((10_000, 2))
    w = np.array(run.start)
    for point, t in zip(descend_many([run])[0].points, range(4), strict=True):
        assert apart(point[None], w[None]).max() < 1e-15
        w = w - 0.1 * (4 * w + 2.0 * z[t])


def test_value_is_clipped_before_norm():
    run = Run("ravine", rate=0.1, start=(-4, 1), clip_value=10.0, clip_norm=1.0, steps=1)
    step = np.diff(descend_many([run])[0].points, axis=0)[0]
    felt = np.array([-4.0, 10.0])
    assert np.allclose(step, -0.1 * felt / (np.hypot(*felt) + 1e-6), rtol=1e-14)


def test_surfaces_of_the_oracle_are_the_landscapes():
    import jax
    import torch

    from landscapes import LANDSCAPES

    for key, surface in SURFACES.items():
        at = np.array([0.7, -1.3])
        ours = float(jax.jit(LANDSCAPES[key].loss)(at))
        assert ours == pytest.approx(surface(*torch.tensor(at)).item(), rel=1e-14)
