"""The doctor against what is known of each scenario, and its promises over drawn runs."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine import VERDICTS, Run, descend, diagnose, examine, prescribe
from engine.diagnosis.verdicts import ALLOWED
from engine.studies.regimes import regimes_of
from landscapes import LANDSCAPES, formula
from tests.texts import spaced

STEEP = formula("100*(x**2 + y**2)")

# A run, and what it has by the scenarios (measured there with other code).
KNOWN = {
    "explodes": (Run("bowl", rate=1.0), "exploding"),
    "creeps": (Run("bowl", rate=1e-4, steps=200), "too_slow"),
    "just right": (Run("bowl"), "converged"),
    "bounces": (Run("bounce", rate=1.0), "oscillating"),
    "bounces, creeping": (Run("bounce", rate=1e-4, steps=1000), "too_slow"),
    "two-cycle": (Run(STEEP, start=(2, 1), rate=0.01), "oscillating"),
    "explodes at the ravine": (Run("ravine", rate=0.072), "exploding"),
    "slow in a ravine": (Run("ravine", rate=0.005), "too_slow"),
    "swings and arrives": (Run("bowl", "momentum", rate=0.05), "converged"),
    "rolls through": (Run("two_valleys", "momentum", rate=0.05), "converged"),
    "shallow valley": (Run("two_valleys", rate=0.05), "in_local_minimum"),
    "loses the better valley": (Run("two_valleys", "momentum", start=(-3.9, 1), rate=0.05), "in_local_minimum"),
    "ridge": (Run("saddle_valleys", start=(2, 0), steps=1500), "at_saddle"),
    "near a saddle": (Run("saddle_valleys", start=(2, 1e-9), steps=600), "at_saddle"),
    "open saddle": (Run("saddle", start=(2, 1e-3), steps=2000), "at_saddle"),
    "down an open saddle": (Run("saddle", start=(2, 1e-3), steps=500), "at_saddle"),
    "down a monkey's": (Run("monkey_saddle", start=(1, 0.1), rate=1e-4, steps=100), "at_saddle"),
    "thrown out": (Run("goldstein_price", "rmsprop", rate=1.0, steps=300), "too_slow"),
    "jumps about": (Run("ackley", "gradient_descent", rate=2.2, steps=300), "oscillating"),
    "walks a valley under noise": (Run("rosenbrock", rate=1.9e-4, noise=0.5, steps=1000), "too_slow"),
    "maximum": (Run("himmelblau", start=(-0.27084459, -0.92303856)), "at_saddle"),
    "rate cut at a saddle": (
        Run("saddle_valleys", start=(2, 1e-6), rate=0.05, steps=800, schedule="plateau"),
        "at_saddle",
    ),
    "decayed too early": (Run("bowl", steps=1000, schedule="exponential"), "plateaued"),
    "cliff": (Run("cliff", rate=0.1), "exploding"),
    "cliff, clipped": (Run("cliff", rate=0.1, clip_norm=1.0), "converged"),
    "far outside and back": (Run("wall", rate=0.1), "converged"),
    "plateau": (Run("plateau", start=(6, 4), rate=1), "plateaued"),
    "plateau, nearer": (Run("plateau", start=(4.5, 3), rate=0.1), "plateaued"),
    "noise": (Run("bowl", rate=0.2, noise=2, steps=100), "cycling"),
    "RMSprop goes round": (Run("rosenbrock", "rmsprop", steps=10_000), "cycling"),
    "nesterov's own edge": (Run("ravine", "nesterov", rate=0.036), "exploding"),
    "stopped in a bounce": (Run("bounce", rate=1, loss_tolerance=1e-6), "oscillating"),
    "comes to a ring of minima": (Run(formula("(x**2 + y**2 - 1)**2"), start=(1.5, 1), rate=0.05), "converged"),
    "down a plane": (Run(formula("x + y"), start=(2, 1), steps=100), "at_saddle"),
    "banana": (Run("rosenbrock", rate=0.001), "too_slow"),
}


# Slopes of less than a hundredth of the steep ones with no minimum near; falls past every bound; a rate worn out.
ODD = (
    Run("plateau", start=(4.2, 3), rate=0.01),
    Run("saddle_valleys", start=(2, 1e-9), rate=0.01, steps=900),
    Run("monkey_saddle", "momentum", start=(1, 0.1), rate=0.3, steps=500),
    Run("monkey_saddle", "gradient_descent", start=(1, 0.1), rate=100.0, steps=500),
    Run("bowl", "adam", rate=0.01, schedule="exponential", steps=900, schedule_knobs={"warmup_steps": 5}),
)


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_case_has_its_verdict(name):
    run, verdict = KNOWN[name]
    told = examine(descend(run))
    assert told.verdict == verdict, told.proof
    assert told.sentence
    assert told.proof


# One of each verdict and cause: each surface costs the compilation of four methods.
TREATED = (
    "explodes",
    "creeps",
    "just right",
    "bounces",
    "slow in a ravine",
    "rolls through",
    "shallow valley",
    "ridge",
    "near a saddle",
    "open saddle",
    "maximum",
    "decayed too early",
    "cliff",
    "plateau",
    "noise",
    "RMSprop goes round",
)


@pytest.mark.parametrize("name", TREATED)
def test_a_prescription_was_run_and_ends_lower(name):
    run, verdict = KNOWN[name]
    told = diagnose(run)
    if verdict == "converged":
        assert told.healthy
        assert told.prescription is None, "a healthy run is left alone"
        return
    if name == "open saddle":
        assert "rate is not at fault" in told.sentence
        assert "rate" not in told.action
        return
    assert told.tested is not None
    again = descend(told.tested.run)
    assert float(again.losses[-1]) == told.tested.loss
    assert told.tested.loss < descend(run).losses[-1]
    assert f"{told.tested.steps:,}" in told.tested.sentence


def test_off_a_plain_another_start_is_offered_and_only_there():
    """No rate, method, noise or nudge leaves Easom's plain; a start on its rim does. The window holds few of them."""
    stuck = Run("easom", start=(-8, 5), rate=0.05, steps=300)
    told = diagnose(stuck)
    assert told.place == "level"
    assert examine(descend(KNOWN["maximum"][0])).place == "maximum"
    assert told.tested is not None
    x, y = told.tested.run.start
    assert np.hypot(x - np.pi, y - np.pi) < 2.5, "where the dip can be felt"
    assert replace(told.tested.run, start=stuck.start, rate=stuck.rate) == stuck, "nothing else is changed"
    assert descend(told.tested.run).outcome.arrived
    assert f"start ({x:g}, {y:g}) instead of (−8, 5)" in spaced(told.tested.sentence)
    assert "none of 256 settings helps" in told.tested.sentence
    counted = re.search(r"as from (\d+) more of 64 drawn", told.tested.sentence)
    assert counted
    low, high = zip(*stuck.landscape.window, strict=True)
    starts = np.round(np.random.default_rng(stuck.seed).uniform(low, high, size=(64, 2)), 2)
    ends = [descend(replace(told.tested.run, start=tuple(start))) for start in starts.tolist()]
    assert int(counted[1]) + 1 == sum(one.outcome.arrived and one.losses[-1] < -0.99 for one in ends)


def test_what_falls_past_every_bound_has_nothing_to_tune():
    told = examine(descend(KNOWN["open saddle"][0]))
    assert told.endless
    assert prescribe(told) is told


def test_a_way_out_of_the_window_is_not_offered_where_one_within_helps():
    """Below the window of McCormick's function the ground goes on down; its lowest minimum there is at -1.9132."""
    told = diagnose(Run("mccormick", "rmsprop", start=(3.5, 3.5), rate=0.0138, steps=500))
    assert told.verdict == "in_local_minimum"
    assert told.tested is not None
    assert -1.914 < told.tested.loss < 1.2


def test_a_plain_is_no_minimum():
    told = examine(descend(Run("plateau", start=(60, 40))))
    assert told.verdict == "plateaued"
    assert "no side is lower or higher" in told.proof


def test_advice_does_not_hurt_where_the_textbook_s_would():
    """The scenarios' traps: momentum's swings want less momentum, a saddle wants no lower rate."""
    swings = diagnose(Run("ravine", "momentum", rate=0.01, knobs={"momentum": 0.99}, steps=300))
    assert swings.verdict == "oscillating"
    assert "less momentum" in swings.action
    assert swings.prescription is not None
    assert swings.prescription.knobs["momentum"] < 0.99
    saddle = diagnose(Run("saddle_valleys", start=(2, 1e-9), steps=600))
    assert "lower rate would only keep it" in saddle.action
    for key in ("down an open saddle", "open saddle"):
        downhill = examine(descend(KNOWN[key][0]))
        assert "rate is not at fault" in downhill.sentence
        assert not downhill.action
    assert "10 times lower" in examine(descend(KNOWN["thrown out"][0])).action, "slow, but not for a low rate"
    slow = diagnose(Run("ravine", rate=0.036, steps=200))
    assert slow.verdict == "too_slow"
    assert "momentum; a rate 3 times higher diverges here" in slow.action
    assert slow.prescription is not None
    assert slow.prescription.rate < 0.04 or slow.prescription.optimizer != "gradient_descent"


METHODS = ("gradient_descent", "momentum", "nesterov", "adam", "rmsprop", "adagrad", "lion", "newton")


def drawn(count: int, seed: int, surfaces: Iterable[str] = LANDSCAPES, methods: Iterable[str] = METHODS) -> list[Run]:
    """Runs by recipe: surfaces, methods, rates over six decades, starts all over the window."""
    random = np.random.default_rng(seed)
    pairs = list(product(surfaces, methods))
    pairs = pairs * -(-count // len(pairs))
    runs = []
    for index in random.permutation(len(pairs))[:count]:
        key, optimizer = pairs[index]
        (x0, x1), (y0, y1) = LANDSCAPES[key].window
        start = (float(random.uniform(x0, x1)), float(random.uniform(y0, y1)))
        rate = float(10 ** random.uniform(-5, 1))
        schedule = str(random.choice(["constant", "constant", "cosine", "exponential"]))
        steps = int(random.choice([100, 500]))
        runs.append(
            Run(
                key,
                optimizer,
                start=start,
                rate=rate,
                schedule=schedule,
                steps=steps,
                noise=float(random.choice([0, 0, 0, 0.3])),
            )
        )
    return runs


# What the doctor may not say of a run that the outcome calls still moving, and of one that it says has ended.
OVER = re.compile(r"\b(rests|rested|stopped|arrived|swung|wandered|went)\b")
UNDER_WAY = re.compile(r"\b(on its way and|creeps|lingers|swings|goes|wanders)\b")


def test_a_verdict_never_contradicts_the_outcome():
    """Each drawn run as it is, and as either stop rule ends it early, wherever it is by then."""
    assert {verdict for allowed in ALLOWED.values() for verdict in allowed} == set(VERDICTS)
    seen, ended = set(), set()
    once = drawn(80, seed=5)
    early = [replace(run, loss_tolerance=1e-3) for run in once] + [replace(run, gradient_tolerance=0.3) for run in once]
    for run in [*once, *early, *(run for run, _ in KNOWN.values()), *ODD]:
        trajectory = descend(run)
        told = examine(trajectory)
        assert told.verdict in ALLOWED[trajectory.outcome.kind], (run, trajectory.outcome.sentence, told.proof)
        assert (told.verdict == "converged") <= ("at a minimum" in told.proof)
        if trajectory.outcome.arrived:
            assert told.verdict in ("converged", "in_local_minimum")
        moves = "is still moving" in trajectory.outcome.sentence
        wrong = (OVER if moves else UNDER_WAY).search(told.sentence)
        assert wrong is None, (run, trajectory.outcome.sentence, told.sentence)
        if told.endless:
            assert "runs downhill without end" in trajectory.outcome.sentence
        if trajectory.outcome.place and "not a minimum" in trajectory.outcome.sentence:
            assert told.verdict == "at_saddle", (run, trajectory.outcome.sentence, told.sentence)
        seen.add(told.verdict)
        ended.add((told.verdict, moves))
    assert {(verdict, True) for verdict in ("plateaued", "too_slow", "oscillating", "cycling", "at_saddle")} <= ended
    assert {(verdict, False) for verdict in ("plateaued", "too_slow", "oscillating", "cycling", "at_saddle")} <= ended
    assert seen >= {"exploding", "too_slow", "converged", "in_local_minimum", "oscillating", "plateaued", "cycling"}


def test_where_there_is_no_number_to_begin_at_only_the_start_is_at_fault():
    run = Run(formula("log(x) + log(2 - x) + y**2"), start=(-1, 1), rate=0.1)
    told = diagnose(run)
    assert told.verdict == "no_start"
    assert told.proof == "the loss there is not a number"
    assert "rate" not in told.sentence + told.action
    upward = diagnose(Run(formula("x - log(x) + y**2"), start=(-1, 1), rate=0.1))
    assert upward.tested is not None
    assert upward.tested.run.start[0] > 0
    assert descend(upward.tested.run).outcome.arrived
    sweep, regimes = regimes_of(run, 1e-4, 1)
    assert not sweep.starts
    assert spaced(regimes.sentence).endswith(
        "cannot start at (−1, 1): the loss there is not a number; no learning rate changes that."
    )
    assert set(regimes.names) == {"cannot start"}


def test_of_drawn_sick_runs_nearly_all_get_a_setting_that_does_better():
    """At least 95 % of the sick, on surfaces that have minima, and no healthy run is touched."""
    surfaces, methods = ("himmelblau", "two_valleys", "ravine"), ("gradient_descent", "momentum", "adam")
    told = [diagnose(run) for run in drawn(45, 11, surfaces, methods)]
    sick = [one for one in told if not one.healthy]
    helped = [one for one in sick if one.tested is not None]
    assert len(sick) >= 30
    assert len(helped) >= 0.95 * len(sick), [one.run for one in sick if one.tested is None]
    for one in helped:
        assert one.tested is not None
        after, before = descend(one.tested.run).losses[-1], descend(one.run).losses[-1]
        assert not np.isfinite(before) or after < before or one.verdict == "exploding"
    assert all(one.tested is None for one in told if one.healthy)


@pytest.mark.parametrize(
    "run",
    [
        Run("ravine", rate=0.001),
        Run("ravine", rate=0.05),
        Run("rosenbrock", "momentum", rate=0.01),
        Run("himmelblau", "adam", rate=0.0001),
        Run("two_valleys", start=(2, 0.5), rate=1e-4),
    ],
    ids=lambda run: f"{run.landscape.key}-{run.optimizer}-{run.rate}",
)
def test_a_prescribed_rate_can_be_typed_and_does_better_with_all_within_5_percent(run):
    """Momentum at 0.00237 on Rosenbrock, 6e-6, lies between rates that end at 8e93 and 2e101."""
    diagnosis = diagnose(run)
    prescribed = diagnosis.prescription
    assert prescribed is not None
    assert prescribed.rate == float(f"{prescribed.rate:.3g}")
    for share in (0.95, 0.965, 0.98, 1.02, 1.035, 1.05):
        end = descend(replace(prescribed, rate=prescribed.rate * share))
        assert end.outcome.kind != "diverged"
        assert not end.losses[-1] >= diagnosis.evidence.last_loss
