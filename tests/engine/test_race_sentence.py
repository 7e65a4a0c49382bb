"""What is said of a race, against torch's own runs of random races on random quadratics."""

import math
import re

import numpy as np
import pytest
import torch

from engine import OPTIMIZERS, Run
from engine.sentences.race import Entry, race_sentence
from engine.studies.races import contend, order_of

METHODS = {
    "gradient_descent": lambda w, rate: torch.optim.SGD([w], lr=rate),
    "momentum": lambda w, rate: torch.optim.SGD([w], lr=rate, momentum=0.9),
    "adam": lambda w, rate: torch.optim.Adam([w], lr=rate),
}
BUDGET = 300


def torch_run(method, rate, steep, start):
    """(steps until the gradient is below 1e-6 or None, losses after each step) by torch alone."""
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, losses = METHODS[method](w, rate), []
    for step in range(BUDGET + 1):
        optimizer.zero_grad()
        loss = steep * w[0] ** 2 + w[1] ** 2
        loss.backward()
        losses.append(float(loss.detach()))
        if float(w.grad.norm()) < 1e-6:
            return step, losses
        if not math.isfinite(losses[-1]) or float(w.detach().abs().max()) > 1e12:
            return None, losses
        optimizer.step()
    return None, losses


@pytest.mark.parametrize("seed", range(12))
def test_who_is_said_to_be_first_is_first_by_torch(seed):
    rng = np.random.default_rng(seed)
    steep, rate = round(float(rng.uniform(1, 20)), 2), round(float(10 ** rng.uniform(-3, -1.4)), 4)
    start = tuple(np.round(rng.uniform(-3, 3, 2), 2).tolist())
    runs = [Run(f"formula:{steep}*x**2 + y**2", key, start, rate, steps=BUDGET) for key in METHODS]
    found = [contend(run, "same_rate") for run in runs]
    theirs = [torch_run(key, rate, steep, start) for key in METHODS]
    names = [OPTIMIZERS[key].name for key in METHODS]
    for criterion in ("steps", "loss", "area"):
        order = order_of(found, criterion)
        entries = [
            Entry(names[at], found[at].arrived, found[at].cost, found[at].end, found[at].area, found[at].window, False)
            for at in order
        ]
        said = race_sentence(entries, "same_rate", criterion)
        first = order[0]
        assert said.startswith(f"{names[first]} is first: ")
        ends = [losses[-1] for _, losses in theirs]
        arrived = [step for step, _ in theirs if step is not None]
        if criterion == "steps" and arrived:
            assert theirs[first][0] == min(arrived)
            assert f"it arrives after {min(arrived):,} step" in said
        elif "it ends lowest" in said:
            assert ends[first] <= min(ends) * (1 + 1e-9)
        elif criterion == "area":
            means = [np.mean([*losses[1:], *[losses[-1]] * (BUDGET + 1 - len(losses))]) for _, losses in theirs]
            assert means[first] == pytest.approx(min(means), rel=1e-9)
        else:
            assert "no other ends noticeably lower" in said
            assert ends[first] - min(ends) <= 1e-6 * (theirs[0][1][0] - min(ends)) * (1 + 1e-9)


def test_a_window_that_reaches_the_end_of_the_rates_is_at_least_so_wide():
    one = Entry("A", True, 5, 0.0, 1.0, (0.1, 10.5), True)
    other = Entry("B", True, 9, 0.0, 2.0, (0.1, 0.2), False)
    said = race_sentence([one, other], "same_rate", "steps")
    assert re.search(r"the widest window of good ones is A's, 0.1 to 10.5, a factor of at least 105", said)
    assert "the narrowest B's, 0.1 to 0.2, a factor of 2." in said


def test_a_race_without_a_winner_says_so():
    lost = Entry("A", False, 5, math.inf, 3.0, None, False)
    assert race_sentence([lost], "best_rate", "loss") == "No rate of any lane holds."
    assert race_sentence([lost], "same_rate", "loss") == "Every lane diverges."
    # Its own run may be sound where a rate beside it is not.
    assert race_sentence([lost], "best_rate", "area").startswith("A is first: its mean loss")
