"""Hypergradients against a closed form and against central differences of whole runs."""

from dataclasses import replace

import pytest

from engine import Run, descend, hypergradients


def test_gradient_descent_on_the_bowl_has_a_closed_form():
    """L_T = L_0 (1 - 4 r)^(2 T), so dL_T/dr = -8 T L_0 (1 - 4 r)^(2 T - 1)."""
    run = Run("bowl", rate=0.02, steps=30)
    told = hypergradients(run)
    assert told.steps == 30
    assert told.loss == pytest.approx(17 * 0.92**60, rel=1e-12)
    slope = told.slopes["rate"]
    assert slope.value == pytest.approx(-8 * 30 * 17 * 0.92**59, rel=1e-11)
    assert slope.trusted
    assert "would end lower" in slope.sentence


RUNS = [
    Run("himmelblau", "momentum", rate=0.005, schedule="exponential", steps=60),
    Run("rosenbrock", "adam", rate=0.05, schedule="cosine", schedule_knobs={"eta_min": 0.001}, steps=150),
    Run("two_valleys", "rmsprop", rate=0.01, schedule="step", schedule_knobs={"gamma": 0.5}, steps=80),
    Run("bowl", "nesterov", rate=0.02, noise=1.0, seed=2, clip_norm=3.0, steps=40),
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.optimizer}-{run.schedule}")
def test_central_differences_of_whole_runs(run):
    """Differences of fourth order, off by h^4 and by rounding over h: at h = 1e-4 of the knob both are far below 1e-4
    of the slope on these runs. Not for eps: on 1e-8 no loss depends by more than its own rounding times 1e4.
    """
    told = hypergradients(run)
    assert set(told.slopes) == {"rate", *run.knobs, *run.schedule_knobs}
    for name, slope in told.slopes.items():
        if slope.value is None:
            assert name in ("t_max", "step_size", "warmup_steps")
            assert "whole steps" in slope.sentence
            continue
        if name == "eps":
            continue
        field = "rate" if name == "rate" else "knobs" if name in run.knobs else "schedule_knobs"
        value = getattr(run, field) if field == "rate" else getattr(run, field)[name]
        h = 1e-4 * value if value else 1e-4

        def ends(moved, field=field, name=name):
            other = moved if field == "rate" else {**getattr(run, field), name: moved}
            # The same number of updates, whatever the tolerance.
            path = descend(replace(run, **{field: other}, steps=told.steps, gradient_tolerance=0))
            return path.losses[-1]

        if value:
            near, far = ends(value + h) - ends(value - h), ends(value + 2 * h) - ends(value - 2 * h)
            difference = (8 * near - far) / (12 * h)
        else:  # at its lower bound, from three points to one side
            difference = (4 * ends(h) - ends(2 * h) - 3 * ends(0.0)) / (2 * h)
        assert slope.value == pytest.approx(difference, rel=1e-4), name
        assert slope.trusted, slope.sentence


def test_a_run_that_diverges_has_no_slope_and_says_so():
    told = hypergradients(Run("bowl", rate=1.0)).slopes["rate"]
    assert (told.value, told.trusted) == (None, False)
    assert "diverges" in told.sentence


def test_a_chaotic_run_is_not_trusted():
    """RMSprop's cycle on Rosenbrock's valley parts from torch, and torch from itself, after some hundred steps."""
    told = hypergradients(Run("rosenbrock", "rmsprop", rate=0.05, steps=800)).slopes["rate"]
    assert told.value is not None
    assert not told.trusted
    assert "means nothing" in told.sentence


def test_decisions_of_a_plateau_have_no_slope():
    run = Run("bowl", schedule="plateau", rate=0.2, noise=2.0, steps=100)
    slopes = hypergradients(run).slopes
    assert slopes["threshold"].value is slopes["patience"].value is None
    assert "decision" in slopes["threshold"].sentence
    # The cuts come where they came: between them the factor is a knob like any other.
    ends = [descend(replace(run, schedule_knobs={"factor": factor})).losses[-1] for factor in (0.1 + 1e-5, 0.1 - 1e-5)]
    assert slopes["factor"].value == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4)


def test_no_step_no_slope():
    assert "no step" in hypergradients(Run("bowl", start=(0, 0))).slopes["rate"].sentence
