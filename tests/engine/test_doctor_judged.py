"""The doctor judged on drawn runs, by labels that closed forms and brute force give, without the doctor's code.

A label is certain or it is not given: what fits no rule below is left out and counted. The rules:

- exploding: diverged with a loss above the start's, or one that is no number.
- converged, in_local_minimum: stopped by a rule within a thousandth of the window of a declared minimum, of that kind.
- at_saddle: the outcome is a saddle or a maximum; or a declared one is within a twentieth of the window, and in ten
  times the steps the run comes ten times farther from it or stops there.
- plateaued: the schedule's last rate is below a thousandth of its first and the same run at a constant rate ends lower.
- too_slow: no noise, the last half of the steps goes straight (consecutive steps within 90 degrees, all of them), and
  ten times the steps bring at least half of what the loss still lies above the lowest declared minimum; on ground that
  is level (a hundredth of the slope that a tenth of the window exceeds) "plateaued" is allowed beside it.
- oscillating: no noise, a plain method, nine tenths of the last steps turn back, and a third of the rate ends lower.
- cycling: under noise, neither four times the steps nor ten times the rate halve the mean loss of the last quarter
  above the lowest minimum: the run does not merely drift slowly.
"""

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine import SCHEDULES, Run, descend, examine
from engine.surface import field, losses
from landscapes import LANDSCAPES

METHODS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adagrad")
PLAIN = ("gradient_descent",)
SEED, DRAWN, ENOUGH = 2026, 420, 150


def drawn() -> list[Run]:
    random = np.random.default_rng(SEED)
    pairs = list(product(LANDSCAPES, METHODS))
    runs = []
    for _ in range(DRAWN):
        key, optimizer = pairs[random.integers(len(pairs))]
        (x0, x1), (y0, y1) = LANDSCAPES[key].window
        start = (float(random.uniform(x0, x1)), float(random.uniform(y0, y1)))
        run = Run(
            key,
            optimizer,
            start=start,
            rate=float(10 ** random.uniform(-5, 1)),
            steps=int(random.choice([200, 500, 1000])),
            schedule=str(random.choice(["constant", "constant", "constant", "exponential", "cosine"])),
            noise=float(random.choice([0.0, 0.0, 0.0, 0.0, 0.5])),
        )
        runs.append(run)
    return runs


def lowest(run: Run) -> float | None:
    minima = [one.position for one in run.landscape.critical_points if one.kind in ("global minimum", "local minimum")]
    return float(losses(run.landscape, minima).min()) if minima else None


def side(run: Run) -> float:
    (x0, x1), (y0, y1) = run.landscape.window
    return min(x1 - x0, y1 - y0)


def near(run: Run, end: np.ndarray, kinds: tuple[str, ...], share: float) -> str | None:
    for one in run.landscape.critical_points:
        if one.kind in kinds and np.hypot(*(end - np.array(one.position))) <= share * side(run):
            return one.kind
    return None


def longer(run: Run, times: int) -> Run:
    return replace(run, steps=min(10_000, times * run.steps), schedule="constant", schedule_knobs={})


def label(run: Run) -> set[str] | None:
    """What the run certainly has; None where no rule is sure."""
    path = descend(run)
    kind, end, values = path.outcome.kind, path.points[-1], path.losses
    if kind == "diverged":
        return {"exploding"} if not values[-1] < values[0] else None
    if kind in ("at_saddle", "at_maximum"):
        return {"at_saddle"}
    bottom = lowest(run)
    if kind == "converged_gradient":
        minimum = near(run, end, ("global minimum", "local minimum"), 1e-3)
        return {"converged" if minimum == "global minimum" else "in_local_minimum"} if minimum else None
    if bottom is None or kind != "budget":
        return None
    if run.noise > 0:
        return _noisy(run, values, bottom)
    return _moving(run, path, bottom)


def _noisy(run: Run, values: np.ndarray, bottom: float) -> set[str] | None:
    if run.schedule != "constant":
        return None
    quarter = len(values) // 4
    now = float(np.mean(values[-quarter:])) - bottom
    others = (descend(longer(run, 4)).losses, descend(replace(run, rate=10 * run.rate)).losses)
    if not all(np.isfinite(one).all() for one in others):
        return {"cycling"} if float(np.mean(others[0][-quarter:])) - bottom > 0.5 * now else None
    return {"cycling"} if all(float(np.mean(one[-quarter:])) - bottom > 0.5 * now for one in others) else None


def _moving(run: Run, path, bottom: float) -> set[str] | None:
    end, values = path.points[-1], path.losses
    steps = np.diff(path.points, axis=0)[len(path.points) // 2 :]
    turns = np.sum(steps[1:] * steps[:-1], axis=1)
    schedule = SCHEDULES[run.schedule]
    far = descend(longer(run, 10))
    if near(run, end, ("saddle", "maximum"), 0.05) and far.outcome.kind in ("at_saddle", "at_maximum"):
        return {"at_saddle"}
    if not schedule.reacts and path.rates[-1] < 1e-3 * path.rates[0]:
        constant = descend(replace(run, schedule="constant", schedule_knobs={}))
        return {"plateaued"} if constant.losses[-1] < values[-1] - 0.1 * (values[-1] - bottom) else None
    excess = float(values[-1]) - bottom
    if run.optimizer in PLAIN and np.mean(turns < 0) >= 0.9:
        calmer = descend(replace(run, rate=run.rate / 3))
        return {"oscillating"} if calmer.losses[-1] < values[-1] - 0.5 * excess else None
    if np.all(turns > 0) and excess > 0 and float(far.losses[-1]) - bottom <= 0.5 * excess:
        slopes = np.hypot(*field(run.landscape, run.landscape.window, 20, 20).reshape(-1, 2).T)
        level = np.hypot(*path.gradients[-1]) <= 1e-2 * np.nanquantile(slopes, 0.9)
        return {"too_slow", "plateaued"} if level else {"too_slow"}
    return None


@pytest.fixture(scope="module")
def judged() -> list[tuple[Run, set[str], str]]:
    told = []
    for run in drawn():
        certain = label(run)
        if certain is not None:
            told.append((run, certain, examine(descend(run)).verdict))
    return told


def test_enough_runs_of_every_kind_are_certain(judged):
    assert len(judged) >= ENOUGH
    kinds = Counter(min(certain) if len(certain) == 1 else "either" for _, certain, _ in judged)
    assert set(kinds) >= {"exploding", "too_slow", "converged", "in_local_minimum", "plateaued", "cycling"}, kinds
    assert len({run.landscape.key for run, _, _ in judged}) >= 25


def test_the_doctor_is_right_on_nineteen_of_twenty(judged):
    wrong = [(run, certain, verdict) for run, certain, verdict in judged if verdict not in certain]
    listed = [
        f"{run.landscape.key} {run.optimizer} rate {run.rate:.3g} {run.schedule} noise {run.noise} steps {run.steps}: "
        f"{sorted(certain)} but {verdict}"
        for run, certain, verdict in wrong
    ]
    assert len(wrong) <= 0.05 * len(judged), "\n".join(listed)
