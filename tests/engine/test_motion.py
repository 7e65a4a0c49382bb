"""What an outcome says of the last steps: at rest, round in a cycle, worn out, or on the way; by loops of NumPy."""

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import Run, descend
from engine.runs.motion import motion_of
from landscapes import formula
from tests.texts import spaced


def said(landscape, **settings) -> str:
    return descend(Run(landscape, **settings)).outcome.sentence


@pytest.mark.parametrize(
    ("landscape", "slope", "rate", "decay"),
    [
        ("booth", lambda w: np.array([10 * w[0] + 8 * w[1] - 34, 8 * w[0] + 10 * w[1] - 38]), 0.01, 0.1),
        ("styblinski_tang", lambda w: 2 * w**3 - 16 * w + 2.5, 0.005, 1.0),
    ],
)
def test_weight_decay_s_fixed_point_is_a_rest(landscape, slope, rate, decay):
    """The heavy ball with weight decay by hand: it ends where the slope and the decay cancel, and moves no more."""
    path = descend(Run(landscape, "momentum", rate=rate, knobs={"weight_decay": decay}, steps=2000))
    w, v, still = np.array(path.run.start), np.zeros(2), 0
    for _ in range(2000):
        v = 0.9 * v + slope(w) + decay * w
        still = still + 1 if np.abs(rate * v).max() < 1e-15 else 0
        w = w - rate * v
    assert still > 1000
    assert path.points[-1] == pytest.approx(w, abs=1e-12)
    assert path.outcome.motion.rested > 1000
    assert path.outcome.fate == "at rest"
    assert "where its weight decay and the slope cancel" in path.outcome.sentence
    assert "still moving" not in path.outcome.sentence


def test_a_line_search_that_finds_nothing_rests():
    path = descend(Run("ackley", "bfgs", start=(1.1, 0.7), rate=1))
    assert np.abs(path.points[-100:] - path.points[-1]).max() < 1e-15, "its last steps are rounding"
    assert "its line search finds no lower loss" in path.outcome.sentence


def test_a_slope_of_rounding_is_a_rest():
    """With a coefficient of 1e12 the gradient's rounding exceeds every tolerance: no rule can stop it."""
    sentence = said(formula("1e12*(x - 1/3)**2 + 1e12*(y - 1/7)**2"), rate=1e-13, steps=2000)
    assert re.search(r"rests at \(0\.333, 0\.143\) after 2,000 steps, the last 1,\d{3} of them", spaced(sentence))


def test_a_slow_run_does_not_rest():
    for rate in (1e-12, 1e-14, 3e-16):
        path = descend(Run("bowl", rate=rate))
        moved = np.abs(path.points[-33] - path.points[-1]).max()
        assert (path.outcome.fate == "at rest") == (moved <= 5.4e-15), rate
    assert descend(Run("bowl", rate=1e-12)).outcome.fate == "still moving"
    assert descend(Run("bowl", rate=1e-18)).outcome.fate == "at rest"


@pytest.mark.parametrize("rate", [0.73, 1.16, 1.76, 1.89])
def test_a_cycle_has_its_period_and_width(rate):
    """On `bounce` the step is rate * 6 w / sqrt(1 + w^2): w -> -w where that is 2 w, a diameter of 2 |w|."""
    path = descend(Run("bounce", rate=rate))
    assert path.outcome.motion.period == 2
    assert path.outcome.motion.width == pytest.approx(2 * np.sqrt((3 * rate) ** 2 - 1), rel=1e-6)
    assert "in a cycle of 2 steps" in path.outcome.sentence
    assert path.outcome.fate == "in a cycle"


def test_a_longer_cycle_is_told_and_a_settling_swing_is_none():
    angles = 2 * np.pi * np.arange(400) / 7
    wheel = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    told = motion_of(wheel, 6.0)
    assert (told.period, told.width) == (7, pytest.approx(2 * np.cos(np.pi / 14)))
    assert motion_of(wheel * 0.9999 ** np.arange(400)[:, None], 6.0).period == 0
    assert motion_of(wheel, 6.0, by_chance=True).period == 0
    assert descend(Run("bowl", rate=0.499, steps=100)).outcome.motion.period == 0


def test_rprop_does_not_stop_because_a_rate_falls_that_it_does_not_use():
    """Its steps are the same under any schedule that begins at the same rate."""
    falling, constant = (
        descend(Run("rosenbrock", "rprop", rate=0.01, schedule=schedule)) for schedule in ("exponential", "constant")
    )
    assert (falling.points == constant.points).all()
    assert falling.outcome.sentence == constant.outcome.sentence


@pytest.mark.parametrize("schedule", ["cosine", "cosine_restarts"])
def test_a_rate_that_comes_back_is_no_end(schedule):
    """At 500 steps both are at the end of a fall; with more steps the rate is high again and the loss goes on down."""
    settings = {"optimizer": "adam", "rate": 0.01, "schedule": schedule}
    short, long = (descend(Run("rosenbrock", steps=steps, **settings)) for steps in (500, 1000))
    assert long.rates[500:].max() > 1e-3 * long.rates.max()
    assert long.losses[-1] < short.losses[-1] - 1
    assert "has all but stopped" not in short.outcome.sentence
    step = int(re.search(r"rises again from step (\d+) on", short.outcome.sentence)[1])
    assert long.rates[500:step].max(initial=0) <= 1e-3 * long.rates.max() < long.rates[step]
    assert short.outcome.fate == "rate low for now"


def test_a_rate_that_stays_away_is_an_end():
    assert "has all but stopped" in said("bowl", schedule="exponential", steps=1000)
    assert "has all but stopped" in said("rosenbrock", optimizer="adam", schedule="one_cycle", steps=500)


def test_a_cycle_that_passes_its_middle_twice_is_one():
    middle, left, right = [0.0, 0.0], [-1.0, 0.5], [1.0, -0.5]
    motion = motion_of(np.array([middle, left, middle, right] * 30), 6.0)
    assert motion.period == 4
    assert motion.width == pytest.approx(np.hypot(2, 1))


def test_what_repeats_itself_for_a_while_is_no_cycle():
    """Lion's pattern of four steps holds for some twenty, and its averages then tip it over."""
    run = Run("mccormick", "lion", start=(-0.58, -2.04), rate=0.0164, steps=400)
    ahead = descend(replace(run, steps=600)).points
    gap = np.abs(ahead[4:] - ahead[:-4]).max(axis=1)
    assert gap[380:396].max() < 1e-15
    assert gap[396:].max() > 0.03
    assert descend(run).outcome.motion.period == 0
