"""What the doctor claims of a run is so: settings at which it once said what was not, each claim run by itself."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import Run, descend, diagnose, examine
from engine.studies.regimes import regimes_of
from landscapes import formula

CREST = formula("x**3 - 3*x + y**2")
"""A minimum at (1, 0), and beyond the crest at x = -1 a fall without end."""

# A run, what is said of it, and what was said and was not so.
CASES: dict[str, tuple[Run, str, str]] = {
    "thrown over a crest": (Run(CREST, start=(-0.5, 1), rate=0.9), "a rate 3 times lower arrives", "not at fault"),
    "beyond the crest": (Run(CREST, start=(-2.5, 1), rate=0.002, steps=60), "goes downhill", "all but there"),
    "thrown out of McCormick's window": (
        Run("mccormick", "momentum", start=(-1.4, -3), rate=0.2, steps=2000),
        "a rate 10 times lower arrives",
        "all but there",
    ),
    "at a lower minimum outside": (
        Run("mccormick", start=(-1.4, -2.9), rate=0.05),
        "outside the window, lower than every one in it",
        "lowest minimum known",
    ),
    "stopped beside the lowest minimum": (
        Run("himmelblau", "rprop", start=(2.28, -4.46), rate=0.147, steps=40, loss_tolerance=1e-6),
        "the loss rule stopped it close beside the lowest minimum known, 0.00348 above",
        "it arrived at the lowest",
    ),
    "settles slowly": (Run("bowl", rate=0.499, steps=100), "settles only slowly", "does not settle"),
    "settles in 9,525 steps": (Run("booth", rate=0.111), "settles only slowly", "does not settle"),
    "some steps are shorter": (Run("ravine", rate=0.05, start=(-4, 1e-6)), "farther and farther", "every step"),
    "a finite loss": (Run("styblinski_tang", "momentum", rate=0.1), "past every bound", "no finite number"),
    "less momentum diverges": (Run("bowl", "momentum", rate=0.94, steps=150), "2 to 5 times lower", "less momentum"),
    "a rate that is not used": (
        Run("rosenbrock", "rprop", rate=0.1, schedule="exponential"),
        "on its way",
        "took the rate away",
    ),
    "its line search rests": (
        Run("two_valleys", "bfgs", start=(-2.02, 1.96), noise=0.5),
        "its line search finds no lower loss",
        "wanders",
    ),
    "its tolerance calls it flat": (
        Run("easom", start=(1.4, 2.4), gradient_tolerance=0.1),
        "Its tolerance of 0.1 calls this ground flat",
        "feels no slope",
    ),
    "a cycle": (Run("bounce", rate=0.73), "in a cycle of 2 steps, 3.9 wide", "swings"),
    "the rate comes back": (
        Run("rosenbrock", "adam", rate=0.1, schedule="cosine"),
        "raises it again from step 503 on",
        "took the rate away",
    ),
    "weight decay": (
        Run("booth", "momentum", rate=0.01, knobs={"weight_decay": 0.1}, steps=2000),
        "weight decay balances the slope",
        "swings",
    ),
    "at rest at a minimum": (
        Run("muller_brown", "bfgs", rate=0.095, steps=300),
        "rests at a minimum that is not the lowest",
        "on its way",
    ),
    "creeping down": (
        Run(formula("exp(-x)"), start=(2.5, 1.5), rate=1, steps=5000),
        "creeps downhill over nearly flat ground",
        "It rests",
    ),
    "on a line of minima, with no rule": (
        Run(formula("x**2*y**2"), "adagrad", start=(-0.79, -2.34), rate=1.65, steps=150, gradient_tolerance=0),
        "its loss is that of a minimum",
        "no known minimum",
    ),
    "on a line of minima, by the loss rule": (
        Run(
            formula("(x + y)**2"),
            "momentum",
            start=(2.2, 3.42),
            rate=0.0206,
            steps=150,
            gradient_tolerance=0,
            loss_tolerance=1e-6,
        ),
        "Healthy: it arrived at a minimum",
        "swung|First try: less momentum",
    ),
    "no step": (Run("bowl", start=(1, 1), gradient_tolerance=100), "before the first step", "on its way"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_says_what_is_so(case: str):
    run, words, false = CASES[case]
    told = examine(descend(run))
    said = f"{told.sentence} {told.action}"
    assert re.search(words, said), said
    assert not re.search(false, said), said
    _prove(run, said)


def _prove(run: Run, said: str) -> None:
    """Run what is claimed."""
    lower = re.search(r"a rate (\d+) times lower arrives", said)
    if lower:
        assert descend(replace(run, rate=run.rate / int(lower[1]))).outcome.arrived
    if "2 to 5 times lower" in said:
        assert descend(replace(run, rate=run.rate / 3)).losses[-1] < descend(run).losses[-1]
    if "settles only slowly" in said:
        assert descend(replace(run, steps=10_000)).outcome.arrived
    if "outside the window" in said:
        x, y = np.meshgrid(np.linspace(-1.5, 4, 400), np.linspace(-3, 4, 400))
        inside = np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1
        assert descend(run).losses[-1] < inside.min()


def test_a_run_that_was_thrown_out_is_offered_a_setting_that_arrives():
    told = diagnose(CASES["thrown over a crest"][0])
    assert told.place == "thrown"
    assert told.tested is not None
    assert descend(told.tested.run).outcome.arrived
    assert "at a minimum" in told.tested.sentence


def test_a_sweep_over_a_ring_of_minima_does_not_say_that_none_is_there():
    ring = Run(formula("(x**2 + y**2 - 4)**2/8"), start=(2.12, -1.17), steps=150)
    told, regimes = regimes_of(ring, 1e-3, 1, 30)
    on_it = [rate for rate in told.rates if abs(np.hypot(*descend(replace(ring, rate=rate)).points[-1]) - 2) < 1e-6]
    assert len(on_it) > 5
    assert "at no isolated minimum" in regimes.sentence
    assert "rates" in regimes.sentence.partition("stops at a kink or on a line of minima")[0]


def test_a_sweep_knows_a_line_of_minima_where_no_rule_stops_a_run():
    line = Run(formula("(x + y)**2"), "nesterov", start=(2.87, 3.74), steps=40, gradient_tolerance=0)
    told, regimes = regimes_of(line, 1e-3, 1, 9)
    assert told.final_losses.min() < 1e-20
    assert "at no isolated minimum" in regimes.sentence


def test_more_steps_are_as_many_as_it_says():
    run = Run("ravine", rate=0.0395)
    told = re.search(r"would arrive after ([\d,]+) steps", examine(descend(run)).sentence)
    assert told
    assert descend(replace(run, steps=10_000)).outcome.step == int(told[1].replace(",", ""))
