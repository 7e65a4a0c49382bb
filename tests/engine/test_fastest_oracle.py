"""The fastest rate against a sweep by torch: what is offered has room on both sides, and nothing that has is faster.

928 rates run side by side with torch's own optimizers. A rate counts by the slowest of those within 5 % of it, and one
that seems to be faster than the engine's has to stand 201 rates within its 5 %.

`python -m tests.engine.test_fastest_oracle` draws 200 runs, and prints where the two disagree.
"""

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import Run
from engine.studies.fastest import rates_here
from landscapes import LANDSCAPES
from tests.engine.oracle import OPTIMIZERS, SURFACES, double_precision

RATES = np.geomspace(0.95e-4, 10.5, 928)
AROUND = np.linspace(0.95, 1.05, 201)
METHODS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adagrad", "adamax", "nadam", "amsgrad")
KINKED = ("ackley", "easom")
"""No curvature at the tip; no slope nearly everywhere."""
SLOWER, FASTER = 1.1, 1.05
LUCKY = 3
"""Of the 928 rates: another search may miss so many that arrive alone."""


def swept(run: Run, rates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each rate, the updates after which the gradient is below the tolerance at a minimum, infinite where it never
    is, and the loss at the end, infinite for one that diverged. Of a branch, which goes on with its parent's optimizer,
    the rates are those from where it begins on, and so are the updates.

    All lanes are one parameter: torch's update is the rate times something that does not know the rate.
    """
    with double_precision(), np.errstate(all="ignore"):
        surface = SURFACES[run.landscape.key]
        p = torch.tensor(np.tile(run.start, (len(rates), 1)), requires_grad=True)
        optimizer = OPTIMIZERS[run.optimizer]([p], lr=1.0, **run.knobs)
        factor = np.ones(run.steps + 1)
        if run.schedule == "exponential":
            factor = run.schedule_knobs["gamma"] ** np.arange(run.steps + 1)
        column = torch.from_numpy(np.asarray(rates))[:, None]
        steps = np.full(len(rates), np.inf)
        ended = np.zeros(len(rates), dtype=bool)
        ends = np.full((len(rates), 2), np.nan)
        losses = np.full(len(rates), np.inf)
        for t in range(run.steps + 1):
            p.grad = None
            loss = surface(p[:, 0], p[:, 1])
            loss.sum().backward()
            assert p.grad is not None
            slope = p.grad.norm(dim=1).numpy()
            value, position = loss.detach().numpy(), p.detach().numpy()
            sound = np.isfinite(value) & np.isfinite(slope) & (np.abs(position) <= 1e12).all(axis=1)
            stops = ~ended & sound & (slope < run.gradient_tolerance)
            steps[stops], ends[stops] = t, position[stops]
            losses = np.where(ended, losses, np.where(sound, value, np.inf))
            ended |= stops | ~sound
            if ended.all():
                break
            before = p.detach().clone()
            optimizer.step()
            with torch.no_grad():
                rate = column if t >= run.begin else run.before[0].rate
                p.copy_(before + factor[t] * rate * (p - before))
        steps[~_at_minimum(run, ends)] = np.inf
        return steps - run.begin, losses


def steps_of(run: Run, rates: np.ndarray) -> np.ndarray:
    """The first of the two."""
    return swept(run, rates)[0]


def _at_minimum(run: Run, ends: np.ndarray) -> np.ndarray:
    """Where the Hessian is positive definite, and Newton's step shorter than a thousandth of the window."""
    surface = SURFACES[run.landscape.key]
    p = torch.tensor(np.nan_to_num(ends), requires_grad=True)
    (slope,) = torch.autograd.grad(surface(p[:, 0], p[:, 1]).sum(), p, create_graph=True)
    rows = [torch.autograd.grad(slope[:, i].sum(), p, retain_graph=True)[0].numpy() for i in (0, 1)]
    (a, b), (_, c) = rows[0].T, rows[1].T
    g, h = slope.detach().numpy().T
    determinant = a * c - b * b
    with np.errstate(all="ignore"):
        move = np.hypot((c * g - b * h) / determinant, (a * h - b * g) / determinant)
        side = min(high - low for low, high in run.landscape.window)
        return np.isfinite(ends[:, 0]) & (a + c > 0) & (determinant > 1e-8 * (a + c) ** 2) & (move < 1e-3 * side)


def disagreement(run: Run) -> str:
    """What is wrong with the engine's answer; empty where nothing is."""
    here = rates_here(run)
    if here.fastest is not None:
        assert here.steps is not None
        rate, said = here.fastest, here.steps
        if rate != float(f"{rate:.2e}"):
            return f"{rate} is no number of three digits"
        worst = steps_of(run, rate * AROUND).max()
        if worst > SLOWER * said:
            return f"{rate} is said to take {said}, within 5 % of it takes {worst}"
    steps = steps_of(run, RATES)
    if not here.some and np.isfinite(steps).sum() > LUCKY:
        return f"none is said to arrive, of the sweep {np.isfinite(steps).sum()} do"
    near = np.abs(np.log(RATES[:, None] / RATES)) <= np.log(1.05)
    worst = np.array([steps[row].max() for row in near])
    worst[(RATES < 1e-4) | (RATES > 10)] = np.inf
    bound = np.inf if here.steps is None else min(here.steps / FASTER, here.steps - 1.5)  # steps are whole numbers
    for place in np.argsort(worst)[:12]:
        if worst[place] < bound:
            slowest = steps_of(run, RATES[place] * AROUND).max()
            if slowest < bound:
                return f"offered is {here.fastest} in {here.steps}; {RATES[place]:.4g} takes at most {slowest}"
    return ""


def drawn(seed: int, count: int) -> list[Run]:
    random = np.random.default_rng(seed)
    keys = [key for key in LANDSCAPES if key in SURFACES and key not in KINKED]
    runs = []
    for _ in range(count):
        key, optimizer = str(random.choice(keys)), str(random.choice(METHODS))
        start = tuple(float(random.uniform(low, high)) for low, high in LANDSCAPES[key].window)
        knobs = {"momentum": round(random.uniform(0.3, 0.95), 2)} if optimizer in ("momentum", "nesterov") else {}
        decays = random.random() < 0.2
        run = Run(key, optimizer, start=start, knobs=knobs, steps=int(random.choice([100, 300, 500, 1000])))
        if decays:
            run = replace(run, schedule="exponential", schedule_knobs={"gamma": 0.995})
        runs.append(run)
    return runs


BRANCHES = (
    ("ravine", "gradient_descent"),
    ("himmelblau", "momentum"),
    ("rosenbrock", "adam"),
    ("booth", "rmsprop"),
    ("two_valleys", "nesterov"),
)


def branched(key: str, optimizer: str) -> Run:
    """A run that its parent has led 30 steps, too slowly to arrive in them."""
    return Run(key, optimizer, steps=400, before=[{"until": 30, "optimizer": optimizer, "rate": 0.001}])


@pytest.mark.parametrize(
    "run",
    [
        Run("ravine", "momentum"),
        Run("ravine", "adam", steps=600),
        Run("plateau", "adam"),
        Run("two_valleys", "momentum"),
        *drawn(15, 8),
        *(branched(key, optimizer) for key, optimizer in BRANCHES),
    ],
    ids=lambda run: f"{run.landscape.key}-{run.optimizer}-{run.steps}-{run.begin}",
)
def test_what_is_offered_has_room_and_nothing_that_has_is_faster(run):
    assert not disagreement(run)


if __name__ == "__main__":
    seed, count = (int(text) for text in (*sys.argv[1:], "2026", "200")[:2])
    wrong = 0
    for number, run in enumerate(drawn(seed, count)):
        said = disagreement(run)
        wrong += bool(said)
        if said:
            what = (number, run.landscape.key, run.optimizer, dict(run.knobs), run.schedule, run.start, run.steps)
            sys.stdout.write(f"{what}: {said}\n")
    sys.stdout.write(f"{count - wrong} of {count} agree (seed {seed})\n")
