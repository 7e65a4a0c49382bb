"""Fair races: the same terms for every lane, the claims of each rule run again, and an order that can be checked."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from engine import Run, descend, fair_race, fastest_rate

METHODS = ("gradient_descent", "momentum", "adam", "newton")


def field(landscape: str, methods=METHODS, **terms) -> list[Run]:
    return [Run(landscape, method, **terms) for method in methods]


def test_at_the_same_rate_every_lane_has_the_first_ones():
    runs = [replace(run, rate=rate) for run, rate in zip(field("himmelblau"), (0.01, 0.5, 1.0, 3.0), strict=True)]
    race = fair_race(runs, "same_rate", 300)
    for lane, run in zip(race.lanes, runs, strict=True):
        np.testing.assert_array_equal(lane.points, descend(replace(run, rate=0.01, steps=300)).points)
    # Newton's method scales its steps itself: at 0.01 it goes a hundredth of the way, at 1 it is there in 10 steps.
    assert race.order[0] == 0
    assert race.order[-1] == 3


def test_a_lane_s_best_rate_is_its_fastest_and_lies_in_its_window():
    runs = field("ravine")
    race = fair_race(runs, "best_rate", 1000)
    for lane, run, window in zip(race.lanes, runs, race.windows, strict=True):
        own = replace(run, steps=1000)
        assert lane.run.rate == fastest_rate(own)
        assert window is not None
        assert window[0] < lane.run.rate < window[1]
        for rate in np.geomspace(*window, 7):
            told = descend(replace(own, rate=float(rate))).outcome
            assert told.arrived, (run.optimizer, rate, told.sentence)
        for rate in (window[0] / 1.06, window[1] * 1.06):  # a neighbour on the grid is 5 % away
            assert rate > 10 or not descend(replace(own, rate=float(rate))).outcome.arrived
    assert [runs[lane].optimizer for lane in race.order] == ["newton", "momentum", "adam", "gradient_descent"]
    steps = [race.lanes[lane].outcome.step for lane in race.order]
    assert steps == sorted(steps)


def test_gradient_descent_s_window_on_the_ravine_ends_at_two_over_the_sharpest_curvature():
    (window,) = fair_race(field("ravine", ("gradient_descent",)), "best_rate", 20 * 500).windows
    assert window is not None
    assert 2 / 50 / 1.05 <= window[1] < 2 / 50


@pytest.mark.parametrize("budget", [7, 100, 301])
def test_equal_evaluations_are_spent_but_for_what_pays_no_step(budget):
    methods = ("gradient_descent", "newton", "bfgs")
    race = fair_race(field("himmelblau", methods, gradient_tolerance=0), "equal_evaluations", budget)
    for lane in race.lanes:
        assert lane.evaluations[-1] <= budget
        another = descend(replace(lane.run, steps=lane.run.steps + 1))
        assert another.evaluations[-1] > budget
    assert race.lanes[0].outcome.step == budget
    assert race.lanes[1].outcome.step == budget // 3


def test_a_schedule_that_knows_its_end_is_run_for_the_steps_that_are_paid():
    """One cycle ends at `steps`: the paid run is no prefix of the longer one."""
    run = Run("himmelblau", "newton", rate=1.0, schedule="one_cycle", gradient_tolerance=0)
    (lane,) = fair_race([run], "equal_evaluations", 90).lanes
    np.testing.assert_array_equal(lane.points, descend(replace(run, steps=30)).points)


def test_the_lower_end_comes_first_then_the_lower_cost():
    runs = [Run("two_valleys", start=(-2.5, 0.4), rate=0.05), Run("two_valleys", "momentum", start=(-2.5, 0.4))]
    race = fair_race(runs, "best_rate", 2000)
    ends = [lane.losses[-1] for lane in race.lanes]
    fall = race.lanes[0].losses[0] - min(ends)
    for ahead, behind in zip(race.order, race.order[1:], strict=False):
        tied = abs(ends[ahead] - ends[behind]) <= 1e-6 * fall
        assert ends[ahead] < ends[behind] or (
            tied and race.lanes[ahead].outcome.step <= race.lanes[behind].outcome.step
        )


def test_ends_that_differ_by_a_thousandth_of_the_fall_are_no_tie():
    start, rules = (-2.5, 0.4), {"gradient_tolerance": 0.1}
    runs = [Run("two_valleys", start=start, rate=0.4, **rules)]
    runs += [Run("two_valleys", "momentum", start=start, rate=0.15, **rules)]
    race = fair_race(runs, "equal_evaluations", 500)
    quick, low = race.lanes
    fall = quick.losses[0] - low.losses[-1]
    assert 1e-4 < (quick.losses[-1] - low.losses[-1]) / fall < 1e-2
    assert quick.outcome.step < low.outcome.step
    assert race.order == (1, 0)


def test_who_flies_off_is_last_and_who_falls_without_end_is_first():
    rates = (3.0, 0.01)
    off = fair_race([Run("bowl", "momentum", rate=rates[0]), Run("bowl")], "equal_evaluations", 200)
    assert off.lanes[0].outcome.kind == "diverged"
    assert off.order == (1, 0)
    down = fair_race([Run("saddle"), Run("saddle", "momentum", rate=0.5)], "equal_evaluations", 200)
    assert down.lanes[1].losses[-1] < -1e20
    assert down.order == (1, 0)
    assert down.windows == (None, None), "there is no minimum to arrive at"


def test_where_no_rate_arrives_the_best_ends_lowest():
    run = Run("rosenbrock")
    race = fair_race([run], "best_rate", 50)
    assert race.windows == (None,)
    best = race.lanes[0].losses[-1]
    others = [descend(replace(run, steps=50, rate=float(rate))).losses[-1] for rate in np.geomspace(1e-4, 10, 60)]
    assert best <= min(loss if np.isfinite(loss) else inf for loss in others) * 1.05


@pytest.mark.parametrize(
    ("runs", "rule", "budget", "sentence"),
    [
        (field("bowl"), "best rate", 100, 'Did you mean "best_rate"?'),
        ([], "same_rate", 100, "The number of runs in a race"),
        (field("bowl"), "same_rate", 0, "The budget of a race"),
        (field("bowl"), "equal_evaluations", 2, "pays for no step of Newton"),
        ([Run("bowl"), Run("ravine")], "same_rate", 9, "share their landscape, got Bowl and Ravine"),
        ([Run("bowl"), Run("bowl", seed=1)], "same_rate", 9, "share their seed, got 0 and 1"),
        ([Run("bowl"), Run("bowl", clip_norm=1)], "same_rate", 9, "share their clip_norm, got None and 1.0"),
    ],
)
def test_what_makes_no_fair_race_is_refused_with_a_sentence(runs, rule, budget, sentence):
    with pytest.raises(ValueError, match=r".+\.$|.+\?$") as refusal:
        fair_race(runs, rule, budget)
    assert sentence in str(refusal.value)
