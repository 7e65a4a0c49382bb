"""Escapes: the rows remedies_race, noise_escape and no_cure of the scenarios, within their intervals."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from engine import Run, cloud, descend, escape, restarts
from engine.basis.interval import wilson
from engine.descent.ensemble import compute, from_starts
from engine.runs.place import MINIMA
from engine.studies.escapes import around, global_minimum, scatter, slopes_above
from landscapes import LANDSCAPES, formula

WINDOW = LANDSCAPES["two_valleys"].window
COOLED = {"schedule": "cosine", "schedule_knobs": {"t_max": 500}}


def valleys(optimizer="gradient_descent", **settings) -> Run:
    return Run("two_valleys", optimizer, **{"rate": 0.1, **settings})


def agrees(seen, percent: tuple[float, float]) -> bool:
    """Whether two 95 % intervals overlap: ours, of fewer tries, and the scenario's."""
    low, high = seen.interval
    return low <= percent[1] / 100 and percent[0] / 100 <= high


@pytest.mark.parametrize(("reached", "tries"), [(0, 20), (20, 20), (3, 17), (885, 1000)])
def test_wilson_s_interval(reached, tries):
    reference = binomtest(reached, tries).proportion_ci(0.95, method="wilson")
    assert wilson(reached, tries) == pytest.approx((reference.low, reference.high), abs=1e-12)


@pytest.mark.parametrize(
    ("run", "percent"),
    [
        (valleys(), (56.1, 60.4)),
        (valleys("adam"), (56.1, 60.4)),
        (valleys("momentum"), (60.5, 64.7)),
        (valleys(noise=5.0, **COOLED), (87.0, 89.8)),
    ],
    ids=["gradient_descent", "adam", "momentum", "noise"],
)
def test_remedies_race(run, percent):
    seen = escape(run, scatter(WINDOW, 2000))
    assert seen.tries == 2000
    assert agrees(seen, percent), seen
    assert 0 < seen.mean_steps <= 500


def test_remedies_race_restarts():
    """The law is 1 - (3/7)^k: the deep valley owns four sevenths of the window."""
    seen = [restarts(valleys(rate=0.05, steps=500), k, 1000, seed=k) for k in (1, 2, 3, 5)]
    for k, one in zip((1, 2, 3, 5), seen, strict=True):
        assert one.interval[0] <= 1 - (3 / 7) ** k <= one.interval[1]
    assert agrees(restarts(valleys(steps=100), 5, 2000), (98.6, 99.4))
    assert seen[3].mean_steps > 4 * seen[0].mean_steps


@pytest.mark.parametrize(
    ("noise", "percent"), [(2.0, (1.1, 2.2)), (4.0, (75.3, 78.9)), (5.0, (86.0, 88.9)), (8.0, (63.6, 67.7))]
)
def test_noise_escape(noise, percent):
    # Without the gradient rule: at the very minimum it would stop every run before its first step.
    run = valleys(noise=noise, start=(1.6, 0), gradient_tolerance=0, **COOLED)
    assert agrees(escape(run, around((1.6, 0), 0, 1000)), percent)


def test_noise_escapes_the_other_way_too_and_needs_the_rate():
    back = replace(valleys(noise=5.0, gradient_tolerance=0, **COOLED), start=(-2.5, 0))
    target = global_minimum(back.landscape, points=[(1.6, 0)])
    assert agrees(escape(back, around((-2.5, 0), 0, 1000), target), (6.7, 10.2))  # 83 of 1000
    slow = valleys(noise=4.0, rate=0.01, gradient_tolerance=0, **COOLED)
    assert escape(slow, around((1.6, 0), 0, 500)).reached == 0


def test_a_member_of_an_ensemble_is_the_run_with_its_seed():
    run = valleys(noise=4.0, start=(1.6, 0), seed=7, gradient_tolerance=0, steps=300, **COOLED)
    pictures = list(cloud(run, 40, 100))
    assert [steps for steps, _ in pictures] == [0, 112, 224, 300]
    for member in (0, 11, 39):
        path = descend(replace(run, seed=7 + member))
        for steps, positions in pictures:
            assert positions[member] == pytest.approx(path.points[steps], abs=1e-9)


def test_no_cure():
    """Of 20,000 starts the very same 199 reach the global minimum by gradient descent, momentum and Adam."""
    starts = scatter(((-5.12, 5.12), (-5.12, 5.12)), 20_000)
    reached = []
    for optimizer, rate in (("gradient_descent", 0.002), ("momentum", 0.002), ("adam", 0.1)):
        run = Run("rastrigin", optimizer, rate=rate, steps=600, gradient_tolerance=1e-3)
        parts = compute(from_starts(run, starts), lambda ends: np.hypot(ends.x, ends.y) < 0.1)
        reached.append(np.concatenate(list(parts)))
    low, high = wilson(int(reached[0].sum()), 20_000)
    assert low <= 0.0114
    assert high >= 0.0087
    assert np.array_equal(reached[0], reached[1])
    assert np.array_equal(reached[0], reached[2])


def first_reached(path, target) -> float:
    """The first row of a trajectory that is near the target."""
    return float(np.flatnonzero(target.holds(path.points[:, 0], path.points[:, 1]))[0])


def test_restarts_start_in_the_window_that_is_given():
    deep, shallow = ((-3.0, -1.0), (-1.0, 1.0)), ((1.0, 3.0), (-1.0, 1.0))
    assert [restarts(valleys(rate=0.05), 1, 60, window).reached for window in (deep, shallow)] == [60, 0]


def test_a_target_ends_half_way_to_the_next_minimum_if_that_is_less_than_a_tenth_of_the_window():
    home = LANDSCAPES["two_valleys"]
    minima = [point.position for point in home.critical_points if point.kind in MINIMA]
    apart = float(np.hypot(*np.subtract(*minima)))
    (x0, x1), (y0, y1) = home.window
    assert global_minimum(home).radius == pytest.approx(0.1 * min(x1 - x0, y1 - y0))
    wide = replace(home, window=((-100.0, 100.0), (-100.0, 100.0)))
    assert global_minimum(wide).radius == pytest.approx(apart / 2)


def test_when_a_try_is_first_there_is_told_beside_what_it_cost():
    """Against whole paths by `descend`, which remembers every point."""
    run = valleys(noise=4.0, gradient_tolerance=0, steps=300, **COOLED)
    target = global_minimum(run.landscape)
    starts = around((1.6, 0), 0, 40)
    seen = escape(run, starts, target)
    paths = [descend(replace(run, start=(1.6, 0), seed=seed)) for seed in range(40)]
    first = [first_reached(path, target) for path in paths if target.holds(*path.points[-1:].T)[0]]
    assert seen.reached == len(first) > 10
    assert seen.mean_steps == 300, "noise never lets a rule stop it"
    assert seen.mean_first_steps == pytest.approx(np.mean(first), abs=1e-9)
    assert seen.mean_first_steps < 150


def test_restarts_are_first_there_before_their_budget_is_spent():
    """Four sevenths of the starts are good: 7/4 tries on average, so less than two of five runs before it is found."""
    seen = restarts(valleys(rate=0.05, steps=500), 5, 500)
    assert seen.mean_first_steps < 0.45 * seen.mean_steps


def test_a_ball_with_speed_leaves_the_valley_where_one_at_rest_does_not():
    """scenarios.md: over the window momentum wins 6.5 % and loses 3.5 % of starts against plain descent."""
    run = valleys(rate=0.05)
    above = slopes_above(run, (1.6, 0), 300)
    assert len(above) == 300
    for start in above[:5]:
        assert descend(replace(run, start=tuple(start))).points[-1] == pytest.approx((1.6, 0), abs=1e-3)
    rolling, put_down = (
        escape(valleys("momentum", rate=0.05), starts) for starts in (above, around((1.6, 0), 5e-3, 300))
    )
    assert put_down.reached == 0
    # 6.5 % of the window are 15.2 % of the three sevenths that belong to this valley.
    assert rolling.interval[0] <= 0.065 / (3 / 7) <= rolling.interval[1]
    assert escape(run, above).reached == 0


def test_what_cannot_be_asked_is_a_sentence():
    with pytest.raises(ValueError, match="No global minimum"):
        escape(Run(formula("x**2 + y**4")), [(1, 1)])
    with pytest.raises(ValueError, match="pairs"):
        escape(valleys(), [1.0, 2.0])
    with pytest.raises(ValueError, match="needs a run with noise"):
        cloud(valleys())
    with pytest.raises(ValueError, match="restarts must be"):
        restarts(valleys(), 0)
