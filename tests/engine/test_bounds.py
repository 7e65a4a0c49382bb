"""Bounds whose value is a claim: just within them, and just beyond."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine import Run, descend, diagnose, explain, fair_race, knob_map
from engine.descent.cut import _places
from engine.diagnosis.doctor import _beyond
from engine.diagnosis.remedies import _nudged
from engine.diagnosis.verdicts import falls_on
from engine.export import pytorch_code
from engine.networks import MODELS, model_of
from engine.runs.motion import LONGEST_PERIOD, motion_of
from engine.schedules.cosine_restarts import COSINE_RESTARTS
from engine.schedules.one_cycle import ONE_CYCLE, torch_texts
from engine.sentences.divergence import _growth, growth
from engine.sentences.race import _by_loss
from engine.studies.escapes import around
from engine.surfaces.surroundings import Surroundings
from landscapes import LANDSCAPES, FormulaError, formula
from live.queries.limits import LIMITS


def test_the_growth_of_a_loss_is_that_of_the_last_five_steps():
    """A step before them that grew otherwise changes nothing."""
    assert growth([1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0]) == pytest.approx(2, rel=1e-15)
    assert growth([1e9, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0]) == pytest.approx(2, rel=1e-15)
    assert growth([2.0, 1.0]) is None


@pytest.mark.parametrize("before", [0.25, 10.0])
def test_a_run_that_blows_up_says_its_last_steps_factor(before):
    """On x² at a rate of 2 the loss grows nine-fold a step from wherever it began."""
    outcome = descend(Run("formula:x**2 + y**2", start=(before, 0.0), rate=2.0)).outcome
    assert outcome.growth == pytest.approx(9, rel=1e-9)
    assert "9-fold a step" in outcome.sentence


def test_a_budget_that_pays_for_one_step_pays_for_it():
    race = fair_race([Run("himmelblau", "newton", gradient_tolerance=0)], "equal_evaluations", 3)
    assert race.lanes[0].outcome.step == 1
    with pytest.raises(ValueError, match="pays for no step"):
        fair_race([Run("himmelblau", "newton", gradient_tolerance=0)], "equal_evaluations", 2)


@pytest.mark.parametrize("key", MODELS)
def test_a_fit_is_drawn_a_twentieth_beyond_the_data(key):
    model = model_of(key)
    low, high = float(model.inputs.min()), float(model.inputs.max())
    drawn = model.across(7)
    assert drawn[0] == pytest.approx(low - (high - low) / 20)
    assert drawn[-1] == pytest.approx(high + (high - low) / 20)
    assert len(drawn) == 7


@pytest.mark.parametrize("total", [1, 7, 100])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_one_cycle_is_torch_s_at_the_ends_of_its_share(share, total):
    knobs = {name: knob.default for name, knob in ONE_CYCLE.own.items()} | {"pct_start": share}
    texts = torch_texts(knobs, total)
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        0.1,
        total_steps=int(texts["steps"]),
        pct_start=float(texts["pct_start"]),
        cycle_momentum=False,
        div_factor=knobs["div_factor"],
        final_div_factor=knobs["final_div_factor"],
    )
    theirs = []
    for _ in range(total):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(theirs) < total:
            schedule.step()
    ours = ONE_CYCLE.curve(np, np.arange(total), 0.1, knobs, total)
    np.testing.assert_allclose(np.broadcast_to(ours, total), theirs, rtol=1e-9)


def test_what_adam_carries_is_its_update_without_this_gradient_in_the_mean():
    run = Run("himmelblau", "adam", rate=0.1)
    for step in (1, 5, 20):
        path = descend(run)
        beta1, beta2, eps = (run.knobs[name] for name in ("beta1", "beta2", "eps"))
        mean = square = np.zeros(2)
        for at in range(step + 1):
            before, gradient = mean, path.gradients[at]
            mean, square = beta1 * mean + (1 - beta1) * gradient, beta2 * square + (1 - beta2) * gradient**2
        scale = np.sqrt(square / (1 - beta2 ** (step + 1))) + eps
        carried = -run.rate * beta1 * before / (1 - beta1 ** (step + 1)) / scale
        np.testing.assert_allclose(explain(run, step).carried, carried, rtol=1e-9)


@pytest.mark.parametrize(("period", "seen"), [(LONGEST_PERIOD, True), (LONGEST_PERIOD + 1, False)])
def test_a_cycle_is_seen_up_to_64_steps(period, seen):
    assert LONGEST_PERIOD == 64
    turn = 2 * math.pi * np.arange(1000) / period
    found = motion_of(np.stack([np.cos(turn), np.sin(turn)], axis=1), 4.0)
    assert found.period == (period if seen else 0)


def test_a_map_of_knobs_tells_the_share_that_is_done():
    shares = []
    run = Run("bowl", "momentum", steps=50)
    knob_map(run, "rate", np.geomspace(1e-3, 0.1, 80), "momentum", np.linspace(0, 0.9, 80), progress=shares.append)
    assert shares == sorted(shares)
    assert 0 < shares[0] <= 1
    assert shares[-1] == 1


def test_the_cache_of_surfaces_holds_some_of_the_largest():
    """32 MB; a surface of 400 x 400 float32 takes 640 kB."""
    columns = rows = LIMITS.surface_points[1]
    assert LIMITS.surface_cache_bytes // (4 * columns * rows) in range(50, 60)


def test_a_narrow_cycle_is_the_rate_s_edge_for_descent_and_the_method_s_way_for_rmsprop():
    """√(1 + x²) has curvature 1 at 0 and steps of one length far out: just above 2 descent swings by a fixed width."""
    edge = Run("formula:(1 + x**2)**0.5 + y**2/4", start=(1.0, 1.0), rate=2.005, steps=5000)
    path = descend(edge)
    assert path.outcome.motion.period == 2
    assert path.outcome.motion.width == pytest.approx(2 * math.sqrt((2.005 / 2) ** 2 - 1), rel=1e-6)
    assert diagnose(edge).verdict == "oscillating"
    round_ = Run("bowl", "rmsprop", rate=0.01, steps=3000, gradient_tolerance=0)
    assert diagnose(round_).verdict == "cycling"


def test_a_run_out_of_steps_on_its_way_down_for_ever_is_no_fault_of_its_rate():
    """x² − y² has no minimum; e^(2 · 0.01 · 700) times 10⁻³ is beyond the window."""
    found = diagnose(Run("saddle", start=(2, 1e-3), rate=0.01, steps=700))
    assert found.verdict == "at_saddle"
    assert "the rate is not at fault" in found.sentence


def test_a_start_that_is_nudged_moves_by_a_little_in_both_coordinates():
    """On the exact ridge the doctor's help is a nudge; whatever the window, it is a small share of it."""
    for scale in (1e-3, 1.0, 1e3):
        surface = formula(f"(x/{scale})**2 - (y/{scale})**2 + (y/{scale})**4/8 + 2")
        run = Run(surface.with_window(((-3 * scale, 3 * scale),) * 2), start=(2 * scale, 0), rate=0.1 * scale**2)
        moved = _nudged(run).run.start
        assert 0 < abs(moved[0] - run.start[0]) < 1e-2 * scale
        assert 0 < abs(moved[1] - run.start[1]) < 1e-2 * scale


@pytest.mark.parametrize(("first", "times"), [(7, 1), (10, 1), (7, 2), (3, 3)])
def test_restarts_are_torch_s_over_many_cycles(first, times):
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=first, T_mult=times, eta_min=0.01)
    theirs = []
    for _ in range(100):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    knobs = {"t_0": first, "t_mult": times, "eta_min": 0.01}
    np.testing.assert_allclose(COSINE_RESTARTS.curve(np, np.arange(100), 0.3, knobs, 100), theirs, rtol=1e-12)


def test_starts_around_a_point_lie_on_all_sides_of_it():
    starts = around((2.0, -1.0), 0.5, 4000)
    assert np.abs(starts - [2.0, -1.0]).max() <= 0.5
    np.testing.assert_allclose(starts.mean(axis=0), [2.0, -1.0], atol=0.03)
    np.testing.assert_allclose(starts.std(axis=0), 0.5 / math.sqrt(3), rtol=0.03)


@pytest.mark.parametrize(("text", "at", "value"), [("piecewise(x > 1, 2, x > 0, 3, 4)", (0.5, 0.0), 3.0)])
def test_piecewise_takes_conditions_with_values_and_one_more(text, at, value):
    assert float(formula(text + " + 0*x*y").loss(np.array(at))) == value
    for broken in ("piecewise(x > 1, 2, x > 0, 3)", "piecewise(x > 1, 2)"):
        with pytest.raises(FormulaError):
            formula(broken + " + y")


def test_a_comma_between_two_arguments_is_no_decimal_comma():
    assert float(formula("max(1,5)*x + y").loss(np.array([1.0, 0.0]))) == 5.0
    assert float(formula("(1,5)*x + y").loss(np.array([1.0, 0.0]))) == 1.5


def test_below_every_minimum_is_a_hundred_thousandth_of_the_relief_below_the_lowest():
    for relief in (1e-3, 1.0, 1e3):
        before = SimpleNamespace(relief=relief)
        assert not _beyond(Run("bowl"), before, -0.9e-5 * relief)  # pyright: ignore[reportArgumentType]
        assert _beyond(Run("bowl"), before, -1.1e-5 * relief)  # pyright: ignore[reportArgumentType]


def test_only_a_run_that_is_out_of_steps_falls_on():
    """At 10,000 steps no longer run is asked: what is below all minima counts."""
    below = SimpleNamespace(below_all=True, outside=True, first_loss=4.0, last_loss=-1e9)
    above = SimpleNamespace(below_all=False, outside=True, first_loss=4.0, last_loss=3.0)
    falling = descend(Run("saddle", start=(2, 1e-3), rate=0.001, steps=10_000))
    assert falling.outcome.kind == "budget"
    assert falls_on(falling, below)  # pyright: ignore[reportArgumentType]
    assert not falls_on(falling, above)  # pyright: ignore[reportArgumentType]
    ended = descend(Run("saddle", start=(2, 1e-3), rate=0.1, steps=10_000))
    assert ended.outcome.kind == "diverged"
    assert not falls_on(ended, below)  # pyright: ignore[reportArgumentType]


def test_at_a_minimum_to_rounding_of_a_high_surface_is_arrived_whatever_the_slope():
    """Over ±1000 the bowl is some 10⁶ high, of which 10⁻¹³ is rounding; at 10⁻⁵ from 0 its slope is 4 · 10⁻⁵."""
    wide = LANDSCAPES["bowl"].with_window(((-1000, 1000), (-1000, 1000)))
    run = Run(wide, start=(1e-5, 0), rate=1e-5, steps=20)
    assert descend(run).outcome.kind == "budget"
    assert diagnose(run).verdict == "converged"
    assert diagnose(Run(wide, start=(1e-2, 0), rate=1e-5, steps=20)).verdict == "too_slow"


def test_a_steady_growth_is_that_of_the_last_steps_however_the_run_began():
    assert (
        _growth(np.array([5.0, 9.0, 1.0, 0.5, 2.0, 8.0, 32.0, 128.0, 512.0, 2048.0])) == "the loss grew 4-fold a step"
    )
    assert _growth(np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 3200.0])).startswith("the loss went from 1")


def test_a_cut_reaches_two_windows_at_most_and_to_both_sides_where_step_and_best_step_disagree():
    run = Run(LANDSCAPES["bowl"], rate=0.1)
    (x0, x1), (y0, y1) = run.landscape.window
    window = min(x1 - x0, y1 - y0)
    assert _places(run, 0.1, 100 * window)[-1] == 2 * window
    left, right = _places(run, -0.1, 0.5)[[0, -1]]
    assert left == -right
    left, right = _places(run, -0.1, -0.5)[[0, -1]]
    assert left == -2 * right


def test_a_race_won_by_falling_without_end_says_so():
    assert _by_loss([SimpleNamespace(end=-math.inf)], "same_rate") == "its loss falls without end"


def test_ground_that_falls_on_one_side_and_rises_on_none_is_no_plain():
    assert not Surroundings(-1.0, 0.0, False, (0.0, 0.0), 0.1).is_plain
    assert not Surroundings(0.0, 1.0, False, (0.0, 0.0), 0.1).is_plain
    assert Surroundings(-0.05, 0.05, False, (0.0, 0.0), 0.1).is_plain


def test_torch_s_precision_is_set_only_where_a_method_keeps_numbers_in_it():
    setup = "torch.set_default_dtype(torch.float64)"
    assert setup in pytorch_code(Run(LANDSCAPES["bowl"], optimizer="nadam", rate=0.01, steps=5))
    assert setup not in pytorch_code(Run(LANDSCAPES["bowl"], optimizer="adam", rate=0.01, steps=5))
