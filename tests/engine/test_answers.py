"""Which answers of a room are right, against descents written here in NumPy: random surfaces, starts and answers."""

import math

import numpy as np
import pytest

from engine import Run, descend
from engine.studies.answers import REACH, judge_ends, judge_rates, judge_winners

TOLERANCE = 1e-6
STEPS = 300


def walked(gradient, start, rate, steps=STEPS, momentum=0.0):
    """The end of a descent, and the step at which its gradient fell below the tolerance; None where it did not."""
    w, velocity = np.array(start, float), np.zeros(2)
    for step in range(steps + 1):
        slope = gradient(w)
        if not np.isfinite(slope).all() or np.abs(w).max() > 1e12:
            return w, None
        if np.hypot(*slope) < TOLERANCE:
            return w, step
        if step < steps:
            velocity = momentum * velocity + slope
            w = w - rate * velocity
    return w, None


def two_valleys(depth):
    """(x² - 4)² + depth·x + 4y²: minima near (±2, 0), and their exact places."""
    text = f"formula:(x**2 - 4)**2 + {depth}*x + 4*y**2"
    roots = np.roots([4, 0, -16, depth]).real
    minima = [(float(x), 0.0) for x in roots if 12 * x * x - 16 > 0]
    return text, lambda w: np.array([4 * w[0] * (w[0] ** 2 - 4) + depth, 8 * w[1]]), minima


@pytest.mark.parametrize("seed", range(8))
def test_an_end_is_right_near_it_and_in_its_valley(seed):
    rng = np.random.default_rng(seed)
    text, gradient, minima = two_valleys((0.7, 2.3)[seed % 2])
    start = [round(float(value), 3) for value in rng.uniform(-2.9, 2.9, 2)]
    window = ((-3.0, 3.0), (-3.0, 3.0))
    end, arrived = walked(gradient, start, 0.02)
    assert arrived is not None
    places = [tuple(place) for place in rng.uniform(-3, 3, (200, 2)).tolist()]
    places += [tuple((end + step).tolist()) for step in rng.uniform(-1.5, 1.5, (60, 2))]
    run = Run(text, start=start, rate=0.02, steps=STEPS)
    run = Run(run.landscape.with_window(window), start=start, rate=0.02, steps=STEPS)
    judged = judge_ends(run, places)

    def valley(place):
        return int(np.argmin([math.dist(place, minimum) for minimum in minima]))

    expected = [math.dist(place, end) <= REACH * 6 and valley(place) == valley(end) for place in places]
    assert judged.right == expected
    assert 0 < sum(expected) < len(expected)
    assert judged.rule == "Right is at most 1.2 from its last point, and nearer to the same minimum than to any other."


def test_a_place_beyond_the_ridge_is_wrong_however_near():
    """From the left the run stops short of the ridge: what is right of the ridge is nearer to the other minimum."""
    run = Run("formula:(x**2 - 4)**2 + y**2", start=(-0.3, 0), rate=1e-6, steps=10)
    assert judge_ends(run, [(-0.5, 0.0), (0.1, 0.0)]).right == [True, False]


def test_a_run_that_leaves_the_map_has_no_right_place_on_it():
    judged = judge_ends(Run("bowl", rate=5.0, steps=100), [(0.0, 0.0), (1.0, 1.0)])
    assert judged.right == [False, False]
    assert judged.measured == descend(Run("bowl", rate=5.0, steps=100)).outcome.sentence


def test_a_surface_without_minima_goes_by_nearness_alone():
    run = Run("formula:x + y", start=(0, 0), rate=0.1, steps=10)
    judged = judge_ends(run, [(-1.0, -1.0), (3.0, 3.0)])
    assert judged.right == [True, False]
    assert "minimum" not in judged.rule


@pytest.mark.parametrize("seed", range(10))
def test_the_winner_arrives_first_or_ends_lowest(seed):
    rng = np.random.default_rng(seed)
    steep = (3.5, 12.0)[seed % 2]  # few surfaces: each is compiled
    start = [round(float(value), 2) for value in rng.uniform(0.5, 3, 2)]
    steps = int(rng.choice([12, STEPS]))
    lanes = [(round(float(10 ** rng.uniform(-2.5, -0.2)), 4), momentum) for momentum in (0.0, 0.0, 0.5, 0.9)]
    runs = [
        Run(
            f"formula:{steep}*x**2/2 + y**2/2",
            "momentum" if momentum else "gradient_descent",
            start=start,
            rate=rate,
            knobs={"momentum": momentum} if momentum else {},
            steps=steps,
        )
        for rate, momentum in lanes
    ]
    ends = [walked(lambda w: np.array([steep * w[0], w[1]]), start, rate, steps, momentum) for rate, momentum in lanes]
    arrived = [step for _, step in ends if step is not None]
    if arrived:
        expected = [step == min(arrived) for _, step in ends]
    else:
        losses = [steep * w[0] ** 2 / 2 + w[1] ** 2 / 2 for w, _ in ends]
        expected = [loss == min(losses) for loss in losses]
    judged = judge_winners(runs, [0, 1, 2, 3])
    assert judged.right == expected
    assert (" first, at step " in judged.measured) == bool(arrived)
    assert judge_winners(runs, []).right == []


def test_runs_that_are_equal_both_win_and_what_diverged_never_does():
    runs = [Run("bowl", rate=0.1), Run("bowl", rate=0.1), Run("bowl", rate=50.0)]
    judged = judge_winners(runs, [0, 1, 2], ["one", "two", "three"])
    assert judged.right == [True, True, False]
    assert judged.measured.startswith("one and two arrive first, at step ")


@pytest.mark.parametrize("seed", range(8))
def test_a_rate_is_right_that_arrives_while_its_double_does_not(seed):
    rng = np.random.default_rng(seed)
    steep = (3.5, 12.0)[seed % 2]
    start = [round(float(value), 2) for value in rng.uniform(0.5, 3, 2)]
    rates = [float(f"{10**value:.3g}") for value in rng.uniform(-4, 1, 150)]
    run = Run(f"formula:{steep}*x**2/2 + y**2/2", start=start, steps=STEPS)

    def arrives(rate):
        return walked(lambda w: np.array([steep * w[0], w[1]]), start, rate)[1] is not None

    expected = [arrives(rate) and not arrives(2 * rate) for rate in rates]
    judged = judge_rates(run, rates)
    assert judged.right == expected
    assert sum(expected) > 0
    # The closed form: it comes down only below two over the curvature, slowly a little below.
    assert all(0.9 / steep < rate < 2 / steep for rate, right in zip(rates, expected, strict=True) if right)


def test_where_no_rate_arrives_none_is_right():
    judged = judge_rates(Run("formula:x + y", steps=20), [0.1, 1.0])
    assert judged.right == [False, False]
    assert judged.measured == "With none of these rates does it arrive at a minimum."
    assert judge_rates(Run("bowl"), []).right == []
