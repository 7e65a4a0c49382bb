"""The fastest rate: its claim is run, and nothing on the grid beats it."""

from dataclasses import replace

import numpy as np
import pytest

from engine import Run, descend, fastest_rate
from engine.fastest import rates_here


def steps_to_arrive(run: Run) -> float:
    outcome = descend(replace(run, gradient_tolerance=max(run.gradient_tolerance, 1e-6))).outcome
    return outcome.step if outcome.kind == "converged_gradient" else np.inf


@pytest.mark.parametrize(
    "run",
    [
        Run("bowl"),
        Run("ravine", steps=1000),
        Run("ravine", "momentum", knobs={"momentum": 0.58}),
        Run("ravine", "nesterov", knobs={"momentum": 0.75}),
        Run("himmelblau", "adam"),
        Run("two_valleys", schedule="cosine", schedule_knobs={"t_max": 300}),
        Run("bounce", schedule="plateau"),
        Run("cliff", clip_norm=1.0),
        Run("bowl", gradient_tolerance=0.1),
        Run("rosenbrock", "adam", start=(-1.5, 2), steps=3000),
    ],
    ids=lambda run: f"{run.landscape.key}-{run.optimizer}-{run.schedule}",
)
def test_nothing_on_the_grid_is_faster(run):
    rate = fastest_rate(run)
    best = steps_to_arrive(replace(run, rate=rate))
    assert best < np.inf
    assert rate == float(f"{rate:.3g}")  # what a person would type
    others = [steps_to_arrive(replace(run, rate=float(f"{r:.2e}"))) for r in np.geomspace(1e-4, 10, 121)]
    assert best <= min(others)


def test_known_optima():
    """Challenges 1, 3, 4 and 5 of the scenarios: 1/lambda on the bowl; 2/(1 + 50) and its like on the ravine."""
    assert fastest_rate(Run("bowl")) == 0.25
    assert fastest_rate(Run("ravine")) == 0.039
    assert steps_to_arrive(Run("ravine", rate=fastest_rate(Run("ravine")))) == 383
    heavy = Run("ravine", "momentum", knobs={"momentum": 0.58})
    assert steps_to_arrive(replace(heavy, rate=fastest_rate(heavy))) <= 55


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
    rate = fastest_rate(run)
    assert descend(replace(run, rate=rate)).outcome.arrived
    assert thrown.outcome.step < descend(replace(run, rate=rate)).outcome.step
    assert rates_here(run).arriving == (1.0,)


def test_of_the_three_examples_it_is_known_which_arrive_and_which_diverge():
    """On the bowl 0.01 takes 399 steps; on a plateau only 1 is quick enough, on steep walls only 0.0001 low enough."""
    assert rates_here(Run("bowl")) == (0.25, (0.01,), (1.0,), ())
    assert rates_here(Run("bowl", steps=200)).arriving == ()
    assert rates_here(Run("plateau", start=(3, 2)))[1:] == ((1.0,), (), ())
    steep = Run("rosenbrock", start=(1.01, 1.0), gradient_tolerance=0.1)  # into its valley, of curvature 1,000
    assert rates_here(Run("himmelblau")).right == (0.01,), "79 steps, against 33 at 0.0192"
    assert rates_here(steep)[1:] == ((0.0001,), (0.01, 1.0), ())


def test_a_rule_that_is_off_still_counts_as_arriving():
    assert fastest_rate(Run("bowl", gradient_tolerance=0)) == 0.25
