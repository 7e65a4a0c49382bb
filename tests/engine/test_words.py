"""Sentences: what they name is true, and what they must not say they do not say."""

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine import OPTIMIZERS, Run, descend, descend_many, summary
from engine.basis.numerals import compared, number, point, shortest
from engine.sentences.divergence import growth
from landscapes import LANDSCAPES, formula
from tests.texts import spaced


def said(landscape, **settings) -> str:
    return spaced(descend(Run(landscape, **settings)).outcome.sentence)


def told(paths) -> str:
    return spaced(summary(paths))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (17.0, "17"), (-2.5, "−2.5"), (1377.0, "1,377"), (0.012345, "0.0123"),
        (0.0003, "0.0003"),
        (1e-6, "10⁻⁶"), (-9.164e-7, "−9.16 × 10⁻⁷"), (1e12, "10¹²"), (3.32e46, "3.32 × 10⁴⁶"),
        (123456.0, "1.23 × 10⁵"),
        (999999.6, "10⁶"), (999.95, "1,000"), (99.95, "100"), (0.00099, "0.00099"), (5e-324, "4.94 × 10⁻³²⁴"),
        (float("inf"), "infinity"), (float("-inf"), "−infinity"), (float("nan"), "not a number"),
    ],
)  # fmt: skip
def test_numbers(value, text):
    assert spaced(number(value)) == text


def test_numbers_that_must_differ_do():
    assert [spaced(text) for text in compared(9.9996e-7, 1e-6)] == ["9.9996 × 10⁻⁷", "10⁻⁶"]
    assert [spaced(text) for text in compared(5e-7, 1e-6)] == ["5 × 10⁻⁷", "10⁻⁶"]
    assert compared(1.00021, 1.00034) == ("1.0002", "1.0003"), "the bound too: 1.0002 is not below 1"
    assert point((-2.5, 0.0)) == "(−2.5,\u00a00)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9, "0.9"), (1 - 0.9, "0.1"), (1 - 0.999, "0.001"), (0.9999, "0.9999"), (1e-8, "10⁻⁸"), (500, "500"),
        (0, "0"), (-0.0, "0"), (-2.5, "−2.5"), (1.5e20, "1.5 × 10²⁰"), (float("inf"), "infinity"), (-1e-7, "−10⁻⁷"),
    ],
)  # fmt: skip
def test_settings_are_written_plainly(value, text):
    assert spaced(shortest(value)) == text


def test_arrival_names_place_step_and_both_numbers():
    sentence = said("two_valleys", start=(-3.9, 1), rate=0.05)
    assert re.fullmatch(
        r"Gradient descent arrives at the global minimum \(−2\.5, 0\) after 138 steps: "
        r"the gradient norm, \d\.\d+ × 10⁻⁷, fell below 10⁻⁶\.",
        sentence,
    )


# Every surface under three rules, and every rule on four surfaces: all pairs would tell nothing new.
PAIRS = sorted(
    {
        *product(("gradient_descent", "momentum", "adam"), LANDSCAPES),
        *product(OPTIMIZERS, ("himmelblau", "two_valleys", "cliff", "saddle")),
    }
)


@pytest.mark.parametrize(("optimizer", "landscape"), PAIRS)
@pytest.mark.parametrize("rate", [1e-3, 0.05, 1.0])
def test_every_sentence_is_one_and_keeps_its_word(optimizer, landscape, rate):
    path = descend(Run(landscape, optimizer=optimizer, rate=rate, steps=2000))
    sentence, outcome = path.outcome.sentence, path.outcome
    assert sentence.startswith(OPTIMIZERS[optimizer].name)
    assert sentence.endswith(".")
    assert "nan" not in sentence
    assert "-" not in re.sub(r"e-\d|-fold", "", sentence)  # a true minus sign elsewhere
    assert "converge" not in sentence
    assert ("arrives at" in sentence) == outcome.arrived
    if outcome.kind != "diverged":
        assert f"{outcome.step:,}" in sentence or "at once" in sentence
    if outcome.arrived:
        minima = [c for c in path.run.landscape.critical_points if c.kind.endswith("minimum")]
        near = min((abs(path.points[-1] - c.position).max() for c in minima), default=None)
        known = path.run.landscape.complete and landscape != "rastrigin"  # whose valleys go on outside the window
        assert near is None or near < 0.01 or not known
        assert outcome.place in sentence


def test_an_undeclared_minimum_is_found():
    sentence = said(formula("(x - 1.25)**2 + 2*(y + 0.5)**2"), rate=0.1)
    assert "arrives at a minimum at (1.25, −0.5)" in sentence


def test_stopped_short_is_not_arrived():
    outcome = descend(Run(formula("x**2 + y**2"), start=(1, 1), rate=0.1, gradient_tolerance=0.5)).outcome
    assert not outcome.arrived
    assert "short of a minimum at (0, 0)" in spaced(outcome.sentence)


def test_caught_in_passing():
    """Momentum on the bowl hits the bottom exactly at step 2, in full flight: the rule stops it there."""
    flying = descend(Run("bowl", optimizer="momentum", rate=0.1))
    assert flying.outcome.step == 2
    assert "caught in passing" in flying.outcome.sentence
    assert "caught in passing" not in said("bowl", rate=0.25)


def test_a_surface_without_a_floor_is_no_rate_fault():
    sentence = said(formula("x**2 - y**2"), start=(2, 1e-3), rate=0.1, steps=5000)
    assert "runs downhill without end" in sentence
    assert "blows up" not in sentence


def test_outside_the_window_is_still_moving():
    sentence = said("bowl", start=(50, 0), rate=1e-4, steps=10)
    assert "is still moving" in sentence
    assert "outside the window" in sentence


def test_overflow_and_undefined_ground_are_told_apart():
    assert "overflowed, and the position is no longer a finite number" in said("bowl", rate=1e308)
    assert "breaks off at step 2" in said(formula("log(x) + y**2"), start=(0.5, 0.5), rate=0.1)
    assert "beyond 10¹²" in said("bowl", start=(1e13, 0))


def test_a_run_that_blows_up_says_how_fast():
    """scenarios.md, rates_explode: on the bowl a rate of 1 grows the loss 9-fold a step, (1 - 4 rate)^2."""
    outcome = descend(Run("bowl", rate=1.0)).outcome
    assert outcome.growth == pytest.approx(9)
    assert "grew 9-fold a step" in outcome.sentence
    assert descend(Run("bowl", rate=0.6)).outcome.growth == pytest.approx(1.4**2)
    losses = descend(Run("cliff", rate=0.1)).losses
    finite = losses[losses < float("inf")]
    assert descend(Run("cliff", rate=0.1)).outcome.growth == pytest.approx(
        (finite[-1] / finite[0]) ** (1 / (len(finite) - 1))
    )


@pytest.mark.parametrize(
    ("landscape", "settings"),
    [
        ("bowl", {}),
        ("bounce", {"rate": 1.0}),
        (formula("x**2 - y**2"), {"start": (2, 1e-3), "rate": 0.1, "steps": 5000}),
        (formula("log(x) + y**2"), {"start": (0.5, 0.5), "rate": 0.1}),
        ("bowl", {"rate": 1e308}),
    ],
    ids=["budget", "bouncing", "downhill without end", "undefined", "one step"],
)
def test_no_other_end_has_a_growth(landscape, settings):
    assert descend(Run(landscape, **settings)).outcome.growth is None


def test_a_growth_beyond_all_numbers_is_infinite():
    assert growth([1e-300, 1e300]) == float("inf")
    assert growth([1.0, 8.0, float("inf"), float("nan")]) == pytest.approx(8)


def test_a_rate_that_has_died_is_named():
    sentence = said("bowl", schedule="exponential", steps=1000)
    assert "has all but stopped" in sentence
    assert "its learning rate fell from 0.01 to" in sentence


def test_noise_is_named():
    assert "still moving under noise 2" in said("bowl", rate=0.2, noise=2.0, steps=100)


def test_a_ridge_is_no_peak():
    assert "falls away to both sides" in said(formula("-x**2"), start=(0, 1))
    assert "falls away in every direction" in said(formula("-x**2 - y**2"), start=(0, 0))


def test_summary_of_one_is_its_sentence():
    path = descend(Run("bowl"))
    assert summary([path]) == path.outcome.sentence


def test_summary_says_who_arrives_first_and_who_does_not():
    lanes = [
        Run("bowl", rate=0.1),
        Run("bowl", "adam", rate=0.1),
        Run("bowl", "rmsprop", rate=1e-3),
        Run("bowl", "nesterov", rate=1.0),
    ]
    first, adam, rmsprop, nesterov = descend_many(lanes)
    text = told([nesterov, adam, first])
    assert text.startswith("Gradient descent arrives first, at the global minimum (0, 0) after 32 steps; ")
    assert "Adam follows after 269" in text
    assert re.search(r"Nesterov diverges at step \d+", text)
    assert "RMSprop is not there yet" in told([rmsprop, first])
    assert told([first, adam, rmsprop, nesterov]) == (
        "2 of 4 arrive; Gradient descent is first, at the global minimum (0, 0) after 32 steps; "
        "1 not there yet; 1 diverged."
    )


def test_summary_of_a_single_arrival_speaks_of_no_first():
    lanes = [Run("bowl", rate=0.1), Run("bowl", "rmsprop", rate=1e-3)]
    assert told(descend_many(lanes)) == (
        "Gradient descent arrives at the global minimum (0, 0) after 32 steps; RMSprop is not there yet."
    )


def test_summary_names_different_minima():
    lanes = [Run("two_valleys", optimizer, rate=0.05) for optimizer in ("gradient_descent", "momentum")]
    text = told(descend_many(lanes))
    assert "Gradient descent arrives first, at the local minimum (1.6, 0) after 143 steps" in text
    assert "Momentum reaches the global minimum (−2.5, 0) after 268" in text


def test_summary_tells_same_optimizers_apart():
    lanes = [Run("bowl", rate=rate) for rate in (0.1, 0.3)]
    assert "Gradient descent at 0.3 arrives first" in told(descend_many(lanes))
    same = told(descend_many([lanes[0], lanes[0]]))
    assert "(lane 1)" in same
    assert "(lane 2)" in same


def test_summary_stays_short():
    for landscape in ("bowl", "himmelblau", "two_valleys", "cliff", "saddle", "rastrigin", "easom"):
        for rate in (1e-3, 0.05, 0.3):
            runs = [Run(landscape, optimizer, rate=rate) for optimizer in OPTIMIZERS]
            runs += [replace(run, rate=rate / 2) for run in runs]
            text = told(descend_many(runs))
            assert len(text) <= 200
            assert text.endswith(".")
    assert told([]) == "Nothing runs: choose an optimizer."


def test_a_kink_is_no_level_point():
    """Abs has the slope 1 on either side: at (0, 0) the gradient counts as 0, and every side rises by 1 to sqrt(2)."""
    sentence = said(formula("abs(x) + abs(y)"), start=(2.5, 1.5), rate=0.5)
    assert "it is a kink" in sentence
    assert "every side rises, with slope 1 to 1.41" in sentence
    assert "level there along" not in sentence
    hat = said(formula("-abs(x) - abs(y)"), start=(0, 0))
    assert "a side falls" in hat


@pytest.mark.parametrize("text", ["(x + y)**2", "x**2*y**2", "(x**2 + y**2 - 1)**2"])
def test_where_no_side_is_lower_that_is_said(text):
    """Squares of what the runs bring to 0: nothing is lower, though one eigenvalue of the Hessian is 0."""
    path = descend(Run(formula(text), start=(2.5, 1.5), rate=0.02, steps=5000))
    assert path.outcome.kind == "converged_gradient"
    assert path.losses[-1] < 1e-9
    assert "no side is lower" in path.outcome.sentence
    assert "falls away" in said("monkey_saddle", start=(0, 0))


def test_a_wide_tolerance_is_what_calls_it_flat():
    sentence = said("easom", start=(1.4, 2.4), gradient_tolerance=0.1)
    assert "on what its tolerance of 0.1 calls nearly flat ground" in sentence
    assert "calls" not in said("easom", start=(-8, 5)), "the default's own"


def test_a_ball_that_is_put_there_is_not_caught_in_passing():
    sentence = said("bowl", optimizer="lion", start=(0, 0), rate=0.1)
    assert sentence.startswith("Lion arrives at the global minimum (0, 0) at once, where it was put")
    assert "caught in passing" not in sentence


def test_slopes_of_rounding_have_no_digits():
    """Two ways to write one gradient differ by a factor there: digits of it would be invented."""
    path = descend(Run("booth", "momentum", rate=0.03, steps=3000, gradient_tolerance=0))
    x, y = path.points[-1]
    twice = np.hypot(2 * (x + 2 * y - 7) + 4 * (2 * x + y - 5), 4 * (x + 2 * y - 7) + 2 * (2 * x + y - 5))
    assert max(twice, np.hypot(*path.gradients[-1])) < 1e-13
    tiny = said("bowl", start=(1e-16, 0), gradient_tolerance=1e-6)
    assert "the gradient norm, below 10⁻¹⁴, is below 10⁻⁶" in tiny
    assert "4 × 10⁻¹⁶" in said("bowl", start=(1e-16, 0), gradient_tolerance=1e-15)


def test_every_fate_is_the_sentence_in_short():
    cases = {
        "cannot start": Run(formula("log(x)"), start=(-1, 0)),
        "breaks off at 2": Run(formula("log(x) + y**2"), start=(0.5, 0.5), rate=0.1),
        "blows up at 322": Run("bowl", rate=1.0),
        "falls for ever": Run("saddle", start=(2, 1e-3), rate=0.1, steps=5000),
        "no rule stopped it": Run("bowl", rate=0.25, gradient_tolerance=0),
        "loss rests at 32": Run("bowl", rate=0.1, gradient_tolerance=0, loss_tolerance=1e-12),
    }
    for fate, run in cases.items():
        outcome = descend(run).outcome
        words = {"blows": "blows up", "falls": "downhill without end", "loss": "the loss changed"}
        assert outcome.fate.split(" at ")[0] == fate.split(" at ")[0]
        assert words.get(fate.split()[0], fate.split(" at ")[0]) in outcome.sentence
    lanes = descend_many([cases["cannot start"], Run(formula("log(x)"), "adam", start=(-1, 0))])
    assert told(lanes) == "None of the 2 methods can start at (−1, 0): the loss there is not a number."
