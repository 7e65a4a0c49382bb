"""The sign rule's sentence, against slopes from torch and the path's own points."""

import math
import re

import numpy as np
import pytest
import torch

from engine import OPTIMIZERS, Run, descend, explain
from tests.engine import oracle

HEAD = re.compile(
    r"∂L/∂([xy]) is (positive|negative) here: a slightly (smaller|larger) \1 has less loss, so \1 "
    r"(?:(goes|would go|should go) (up|down))\.(?: (.*))?$"
)
UP = {"up": 1, "right": 1, "larger": 1, "positive": 1, "down": -1, "left": -1, "smaller": -1, "negative": -1}


def torch_gradient(landscape: str, position) -> np.ndarray:
    p = torch.tensor(position, dtype=torch.float64, requires_grad=True)
    oracle.SURFACES[landscape](p[0], p[1]).backward()
    return p.grad.numpy()


def torch_loss(landscape: str, position) -> float:
    x, y = torch.tensor(position, dtype=torch.float64)
    return oracle.SURFACES[landscape](x, y).item()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_sentence_is_true_at_random_points(optimizer):
    rng = np.random.default_rng(7)
    checked = against = 0
    for case in range(120):
        landscape = ("himmelblau", "two_valleys", "rastrigin", "ravine")[case % 4]
        start = tuple(rng.uniform(-2.5, 2.5, size=2))
        noise = float(rng.choice([0.0, 3.0]))
        run = Run(landscape, optimizer, start=start, rate=0.01, noise=noise, seed=case, steps=60, gradient_tolerance=0)
        step = int(rng.integers(0, 60))
        told = explain(run, step)
        assert told.made
        slopes = torch_gradient(landscape, told.old)
        if abs(slopes).max() < 1e-3:
            continue  # arrived: there a loss shows no difference in its 16 digits
        checked += 1
        if "stays where it is" in told.sentence:  # Rprop where a sign turned, BFGS at rest to the last digit
            axis = "xy".index(told.sentence[told.sentence.index(" stays") - 1])
            assert told.new[axis] == told.old[axis]
            continue
        found = HEAD.match(told.sentence)
        assert found, told.sentence
        letter, sign, better, verb, way, more = found.groups()
        axis = "xy".index(letter)
        assert abs(slopes[axis]) == pytest.approx(abs(slopes).max(), rel=1e-9)
        assert UP[sign] == np.sign(slopes[axis])
        # A step so short that curvature (at most some hundreds here) cannot outweigh the slope.
        aside = list(told.old)
        aside[axis] += UP[better] * 1e-5 * abs(slopes[axis])
        assert torch_loss(landscape, aside) < torch_loss(landscape, told.old)
        assert UP[way] == UP[better]
        path = descend(run).points
        moved = np.sign(path[step + 1, axis] - path[step, axis])
        if verb == "goes":
            assert moved == UP[way]
            assert not more
        else:
            against += 1
            assert verb == "should go"
            assert moved == UP[more.rstrip(".").replace(" all the same", "").split()[-1]] == -UP[way]
            felt = told.effective_gradient[axis] * slopes[axis] < 0
            share = told.carried and told.carried[axis] * moved > 0
            assert ("velocity" in more or "mean of past" in more) == bool(share), more
            assert ("noise" in more) == felt, more
    assert checked >= 80
    # These two remember no direction, and no noise of 3 outweighed a slope in these cases.
    assert against or optimizer in ("adagrad", "bfgs")


def sentence(*args, step=0, **settings) -> str:
    return explain(Run(*args, **settings), step).sentence


def test_less_loss_here_is_not_nearer_to_the_minimum():
    """scenarios.md, sign_rule: at (0.5, 1) x goes up, though the deep valley is at -2.5. Here y is the steeper one."""
    assert sentence("two_valleys", start=(0.5, 0.1)) == (
        "∂L/∂x is negative here: a slightly larger x has less loss, so x goes up."
    )
    assert sentence("two_valleys", start=(0.5, 1)).startswith("∂L/∂y is positive here: a slightly smaller y")


def test_a_velocity_that_goes_on():
    """The look's picture: momentum's step leads away from where the slope points."""
    run = Run("bowl", "momentum", start=(1, 0), rate=0.05)
    path = descend(run).points[:, 0]
    swing = next(t for t in range(len(path) - 1) if path[t] < 0 and path[t + 1] < path[t])
    assert explain(run, swing).sentence == (
        "∂L/∂x is negative here: a slightly larger x has less loss, so x should go up. "
        "The velocity gathered so far still carries it left."
    )


def test_noise_that_turns_the_slope_is_named():
    told = [explain(Run("bowl", start=(0.01, 0), noise=2.0, seed=seed), 0) for seed in range(20)]
    turned = [one for one in told if one.effective_gradient[0] < 0]
    assert turned
    for one in turned:
        assert one.sentence.endswith("so x should go down. The noise on it points the other way and takes it right.")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "The slope is zero here: nothing says which way is down, and the position stays."),
        ({"noise": 1.0}, r"The slope is zero here: .* is down\. The noise .* takes it (left|right|up|down)\."),
    ],
)
def test_zero_slope_says_so(settings, expected):
    told = sentence("saddle_valleys", start=(0, 0), gradient_tolerance=0, **settings)
    assert re.fullmatch(expected, told)


def test_a_velocity_carries_over_level_ground():
    """Momentum at rate 1/4 is at the bowl's bottom after one step, in full flight."""
    told = explain(Run("bowl", "momentum", start=(1, 0), rate=0.25, gradient_tolerance=0), 1)
    assert told.gradient == (0.0, 0.0)
    assert told.sentence == (
        "The slope is zero here: nothing says which way is down. The velocity gathered so far still carries it left."
    )


def test_a_rate_of_zero_and_a_step_too_short_are_told_apart():
    at_floor = explain(Run("bowl", schedule="cosine", schedule_knobs={"t_max": 50}), 50)
    assert math.isclose(at_floor.rate, 0, abs_tol=1e-17)
    assert (
        at_floor.sentence.endswith("so x goes down.")
        or "x stays where it is: the learning rate is 0" in at_floor.sentence
    )
    short = sentence("bowl", rate=1e-30)
    assert short.endswith("but x stays where it is: its step is less than a number of 16 digits can show.")


def test_weight_decay_may_pull_up_the_slope():
    """At (1, 0) of two_valleys the slope in x is negative, and decay pulls towards 0."""
    told = sentence("two_valleys", "momentum", start=(1, 0), knobs={"weight_decay": 100})
    assert told.endswith("so x should go up. The rule of Momentum takes it left all the same.")


def test_no_direction_is_made_up_where_there_is_no_slope():
    from landscapes import formula

    told = sentence(formula("log(x) + y**2"), start=(-1, 1))
    assert told.startswith("The loss here is not a finite number: nothing says which way is down.")
    assert told.endswith("The run ends here: it cannot start.")
