"""The fastest rate: its claim is run, with room on both sides, and nothing on the grid that has room beats it."""

from dataclasses import replace

import numpy as np
import pytest

from engine import Run, descend, fastest_rate
from engine.studies.fastest import rates_here


def steps_to_arrive(run: Run) -> float:
    """By the run's own rule, at a minimum or, with a loose tolerance, within a tenth of the window of one."""
    loose = run.gradient_tolerance > 1e-6
    outcome = descend(replace(run, gradient_tolerance=max(run.gradient_tolerance, 1e-6))).outcome
    place = outcome.nearest
    near = outcome.arrived or (loose and place is not None and place.is_minimum and place.distance <= 0.1)
    return outcome.step if outcome.kind == "converged_gradient" and near else np.inf


def slowest_around(run: Run, count: int = 5) -> float:
    """Of `count` rates from 5 % below the run's to 5 % above."""
    return max(steps_to_arrive(replace(run, rate=run.rate * share)) for share in np.linspace(0.95, 1.05, count))


@pytest.mark.parametrize(
    "run",
    [
        Run("bowl"),
        Run("ravine", steps=1000),
        Run("ravine", "momentum"),
        Run("ravine", "nesterov", knobs={"momentum": 0.75}),
        Run("himmelblau", "adam"),
        Run("two_valleys", schedule="cosine", schedule_knobs={"t_max": 300}),
        Run("bounce", schedule="plateau"),
        Run("cliff", clip_norm=1.0),
        Run("himmelblau", "bfgs"),
        Run("bowl", gradient_tolerance=0.1),
        Run("rosenbrock", "momentum", gradient_tolerance=0.1),
        Run("rosenbrock", "adam", start=(-1.5, 2), steps=3000),
    ],
    ids=lambda run: f"{run.landscape.key}-{run.optimizer}-{run.schedule}-{run.gradient_tolerance}",
)
def test_its_neighbours_arrive_as_soon_and_nothing_on_the_grid_that_holds_is_faster(run):
    here = rates_here(run)
    rate, said = here.fastest, here.steps
    assert rate is not None
    assert said is not None
    assert rate == float(f"{rate:.3g}")  # what a person would type
    assert slowest_around(replace(run, rate=rate), 21) <= 1.1 * said
    rates = np.geomspace(1e-4, 10, 121)
    swept = np.array([steps_to_arrive(replace(run, rate=one)) for one in rates])
    much_faster = min(said / 1.05, said - 1.5)  # a count of steps is a whole number
    for hope in rates[swept < much_faster]:
        assert slowest_around(replace(run, rate=hope), 21) >= much_faster


def test_known_optima():
    """1/lambda on the bowl; on the ravine what is 5 % below 2/(1 + 50), which is a knife's edge, or near it."""
    assert rates_here(Run("bowl"))[:2] == (0.25, 6), "at 0.25 one step; 5 % beside it 0.05 of the way is left each step"
    rate = fastest_rate(Run("ravine"))
    assert rate is not None
    assert 2 / 51 / 1.07 < rate < 2 / 51 / 1.05


def test_a_lucky_rate_is_not_offered():
    """Momentum 0.9 on the ravine: 0.00589 takes 254 steps, 0.0057 and 0.0059 some 300."""
    run = Run("ravine", "momentum")
    here = rates_here(run)
    assert here.fastest != 0.00589
    assert here.steps is not None
    assert steps_to_arrive(replace(run, rate=0.0057)) > 1.1 * steps_to_arrive(replace(run, rate=0.00589))


def test_where_some_arrive_but_none_reliably_that_is_known():
    """Newton's method is thrown out of the plateau's well by some rate in every ten."""
    here = rates_here(Run("plateau", "newton", steps=300))
    assert (here.fastest, here.steps, here.some) == (None, None, True)
    assert not rates_here(Run("rosenbrock", steps=3)).some


def test_none_where_nothing_arrives():
    assert fastest_rate(Run("saddle_valleys", start=(2, 0))) is None  # every rate ends at the saddle
    assert fastest_rate(Run("rosenbrock", steps=3)) is None
    assert fastest_rate(Run("formula:x + y")) is None
    assert fastest_rate(Run("formula:log(x)", start=(-1, 0))) is None


def test_a_run_that_was_thrown_onto_a_plain_has_not_arrived():
    """Newton's method at 6.08 leaves the plateau's well for (-48, -29) in three steps: gradient 0, loss 1."""
    run = Run("plateau", "newton", steps=300)
    thrown = descend(replace(run, rate=6.08))
    assert (thrown.outcome.kind, thrown.outcome.arrived, thrown.losses[-1]) == ("converged_gradient", False, 1.0)
    assert rates_here(run).arriving == (1.0,)


def test_of_the_three_examples_it_is_known_which_arrive_and_which_diverge():
    """On the bowl 0.01 takes 399 steps; on a plateau only 1 is quick enough, on steep walls only 0.0001 low enough."""
    assert rates_here(Run("bowl")) == (0.25, 6, True, (0.01,), (1.0,), ())
    assert rates_here(Run("bowl", steps=200)).arriving == ()
    assert rates_here(Run("plateau", start=(3, 2)))[3:] == ((1.0,), (), ())
    steep = Run("rosenbrock", start=(1.01, 1.0), gradient_tolerance=0.1)  # into its valley, of curvature 1,000
    assert rates_here(Run("himmelblau")).right == (0.01,), "79 steps, against 33 at 0.0192"
    assert rates_here(steep)[3:] == ((0.0001,), (0.01, 1.0), ())


def test_a_rule_that_is_off_still_counts_as_arriving():
    assert fastest_rate(Run("bowl", gradient_tolerance=0)) == 0.25
