"""The regimes of the learning rate and the law of momentum, against what is known of quadratics."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine import Run, descend, stability_map
from engine.basis.numerals import number
from engine.runs.trajectory import LOST
from engine.studies.laws import law_on, quadratic_bend
from engine.studies.regimes import JUST_RIGHT, TOO_HIGH, TOO_LOW, regimes_of
from landscapes import LANDSCAPES, formula


def test_on_a_bowl_the_regimes_are_the_textbook_s():
    """Its curvature is 4: the fastest rate is 1/4, beyond 2/4 nothing settles."""
    told, regimes = regimes_of(Run("bowl"), 1e-5, 10, 240)
    kinds = np.array(regimes.regimes)
    assert (kinds[told.rates > 0.5] == TOO_HIGH).all()
    assert (kinds[told.rates < 0.01] == TOO_LOW).all()
    assert kinds[np.argmin(np.abs(told.rates - 0.25))] == JUST_RIGHT
    assert regimes.fastest == pytest.approx(0.25, rel=0.03), "neighbours are 6 % apart"
    assert [limit.rate for limit in regimes.limits] == pytest.approx([0.5, 0.5], rel=1e-9)
    assert all(before <= after for before, after in pairwise(kinds)), "from too low to too high, with no way back"
    assert "fastest of these 240 at" in regimes.sentence


def test_where_no_rate_arrives_the_sentence_says_so():
    told, regimes = regimes_of(Run("rosenbrock", steps=100), 1e-5, 1, 60)
    assert regimes.fastest is None
    assert not told.arrived.any()
    assert "arrives at no minimum within 100 steps at any rate" in regimes.sentence
    assert {TOO_LOW, JUST_RIGHT, TOO_HIGH} == set(regimes.regimes)
    assert regimes.names == ("lower rates", "end lowest", "higher rates"), "no rate is right that arrives nowhere"
    best = float(told.rates[np.nanargmin(np.where(np.isfinite(told.final_losses), told.final_losses, np.nan))])
    assert f"{number(best)} ends lowest" in regimes.sentence


def test_a_sweep_speaks_of_the_rates_that_it_ran():
    """Two chaotic runs, whose rates between those of the sweep end elsewhere: `descend` is asked about both."""
    run = Run("levy13", "momentum", schedule="exponential", steps=400, start=(-1.37, 1.25))
    told, regimes = regimes_of(run, 1e-5, 10, 60)
    best = float(told.rates[np.nanargmin(np.where(told.outcomes == LOST, np.inf, told.final_losses))])
    assert min(descend(replace(run, rate=rate)).losses[-1] for rate in (0.0225, 0.0654, 0.027)) < np.nanmin(
        told.final_losses
    )
    assert f"of these 60 {number(best)} ends lowest" in regimes.sentence
    run = Run("griewank", "adamw", start=(3.979, -4.331), steps=50)
    told, regimes = regimes_of(run, 1e-5, 100, 80)
    losses = [descend(replace(run, rate=rate)).losses for rate in np.geomspace(regimes.edge, 100, 100)]
    assert any(one[-1] < one[0] for one in losses)
    assert (
        f"above {number(regimes.edge)} all {(told.rates > regimes.edge).sum()} runs diverged or ended"
        in regimes.sentence
    )
    assert "every run" not in regimes.sentence


def test_where_there_is_no_bottom_no_rate_is_called_right_or_lowest():
    """On x^2 - y^2, y grows by 1 + 2 rate a step: from 1e-3 it passes 1e12 in 200 steps from a rate of 0.0944 on."""
    told, regimes = regimes_of(Run("saddle", start=(2, 1e-3), steps=200), 1e-3, 0.9, 120)
    assert regimes.fastest is None
    assert regimes.names[JUST_RIGHT] == "fall without end"
    kinds = np.array(regimes.regimes)
    falls = told.rates >= (1e15 ** (1 / 200) - 1) / 2
    assert (kinds[falls] == JUST_RIGHT).all()
    assert (kinds[~falls] == TOO_LOW).all()
    assert f"with {falls.sum()} rates" in regimes.sentence
    assert "falls without end" in regimes.sentence
    assert "lowest" not in regimes.sentence


def test_on_a_plain_no_rate_is_low_or_high():
    _, regimes = regimes_of(Run("easom", start=(-8, 5), steps=50), 1e-3, 1, 20)
    assert set(regimes.regimes) == {TOO_LOW}
    assert regimes.names[TOO_LOW] == "end no lower"
    assert "none ends lower than it began" in regimes.sentence


def test_a_range_of_rates_with_gaps_is_not_called_whole():
    told, regimes = regimes_of(Run("himmelblau", steps=200), 1e-5, 10, 240)
    arriving = told.rates[told.arrived]
    between = ((told.rates >= arriving.min()) & (told.rates <= arriving.max())).sum()
    assert regimes.names[JUST_RIGHT] == "just right"
    if len(arriving) == between:
        assert "arrives with rates from" in regimes.sentence
    else:
        assert f"arrives with {len(arriving)} of the {between} rates from" in regimes.sentence


def test_a_method_without_a_law_has_no_limits():
    assert regimes_of(Run("bowl", "adam"), 1e-3, 1, 20)[1].limits == []


@pytest.mark.parametrize("bad", [(0, 1, 10), (1, 1, 10), (1, 2, 1), (1, 2, 5_000)])
def test_a_sweep_that_is_none_is_refused_with_a_sentence(bad):
    with pytest.raises(ValueError, match="must be"):
        regimes_of(Run("bowl"), *bad)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_the_law_of_momentum_agrees_with_a_measured_map(optimizer):
    rates, momenta = np.geomspace(1e-4, 10, 96), np.linspace(0, 0.99, 96)
    law = law_on(stability_map(Run("ravine", optimizer, steps=2000), rates, momenta))
    assert law is not None
    assert law.agreement >= 0.999
    for rate, beta in law.border[::19]:
        steady, wild = (
            descend(Run("ravine", optimizer, rate=rate * part, knobs={"momentum": beta}, steps=2000))
            for part in (0.97, 1.03)
        )
        assert steady.losses[-1] < steady.losses[0] < wild.losses[-1]


def test_only_a_quadratic_bowl_has_that_law():
    assert quadratic_bend(LANDSCAPES["ravine"]) == pytest.approx(50, rel=1e-9)
    assert quadratic_bend(LANDSCAPES["rotated_ravine"]) == pytest.approx(50, rel=1e-9)
    assert quadratic_bend(formula("3*x**2 + x*y + y**2 - x")) == pytest.approx(np.linalg.eigvalsh([[6, 1], [1, 2]])[1])
    for other in (
        LANDSCAPES["himmelblau"],
        LANDSCAPES["saddle"],
        LANDSCAPES["bounce"],
        formula("x + 2*y"),
        formula("abs(x)"),
    ):
        assert quadratic_bend(other) is None


def test_the_rates_of_a_sweep_can_be_typed_and_its_fastest_has_fast_neighbours():
    """Momentum 0.9 on the ravine: which single rate is the quickest is luck."""
    told, regimes = regimes_of(Run("ravine", "momentum"), 1e-5, 10, 240)
    assert len(set(told.rates)) == 240
    assert all(rate == float(f"{rate:.3g}") for rate in told.rates)
    np.testing.assert_allclose(told.rates, np.geomspace(1e-5, 10, 240), rtol=5.1e-3)
    assert regimes.fastest is not None
    place = int(np.flatnonzero(told.rates == regimes.fastest)[0])
    beside = [descend(replace(told.run, rate=float(rate))).outcome for rate in told.rates[place - 1 : place + 2]]
    assert all(outcome.arrived for outcome in beside)
    said = max(outcome.step for outcome in beside)
    assert f"at about {number(regimes.fastest)}, with those beside it in at most {said} steps" in regimes.sentence
    worst = [told.steps[i - 1 : i + 2].max() for i in range(1, 239) if told.arrived[i - 1 : i + 2].all()]
    assert said == min(worst)


def test_more_rates_than_numbers_of_three_digits_have_more_of_them():
    told, _ = regimes_of(Run("bowl", steps=20), 0.1, 0.11, 1000)
    assert len(set(told.rates)) == 1000
