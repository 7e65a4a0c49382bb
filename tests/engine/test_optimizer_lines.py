"""What the menu says of each optimizer, against PyTorch's own state and the runs."""

import numpy as np
import pytest
import torch

from engine import OPTIMIZERS, Run, descend

STEPS = 300


def divisors(rule, name: str, surface) -> tuple[np.ndarray, np.ndarray]:
    """A state of torch's optimizer along a run, (steps, 2), and the lengths of the steps."""
    w = torch.tensor([-1.5, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = rule([w])
    seen, lengths = [], []
    for _ in range(STEPS):
        before = w.detach().clone()
        optimizer.zero_grad()
        surface(w).backward()
        optimizer.step()
        seen.append(optimizer.state[w][name].clone().numpy())
        lengths.append(float((w.detach() - before).norm()))
    return np.array(seen), np.array(lengths)


def rosenbrock(w):
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def bowl(w):
    return 2 * (w**2).sum()


@pytest.mark.parametrize(
    ("key", "rule", "name", "surface"),
    [
        ("adagrad", lambda w: torch.optim.Adagrad(w, lr=0.5), "sum", rosenbrock),
        ("amsgrad", lambda w: torch.optim.Adam(w, lr=0.1, amsgrad=True), "max_exp_avg_sq", bowl),
    ],
)
def test_a_divisor_never_falls_but_steps_do_grow(key, rule, name, surface):
    seen, lengths = divisors(rule, name, surface)
    assert (np.diff(seen, axis=0) >= 0).all()
    assert (np.diff(lengths) > 0).sum() > 50
    assert "divisor" in OPTIMIZERS[key].about
    assert "steps" not in OPTIMIZERS[key].about


def test_newton_ends_a_quadratic_in_a_few_steps_and_not_in_one():
    """Its damping of 1e-3 leaves 1e-3 / (curvature + 1e-3) of the way at each step."""
    made = [
        descend(Run(key, "newton", rate=1)).outcome for key in ("bowl", "ravine", "rotated_ravine", "booth", "matyas")
    ]
    assert all(one.arrived and 2 <= one.step <= 4 for one in made)
    assert "a few steps end a quadratic bowl" in OPTIMIZERS["newton"].about


def test_the_nudge_leaves_ridges_along_an_axis_and_along_a_diagonal():
    """The stage's own nudge, (1e-6, 2e-6), off the exact ridges of three surfaces."""
    for text, start in (("two_valleys", (0, 1)), ("saddle_valleys", (2, 0)), ("formula:x*y + (x**4 + y**4)/8", (1, 1))):
        held = descend(Run(text, start=start, rate=0.05, steps=1000))
        x, y = start
        freed = descend(Run(text, start=(x + 1e-6, y + 2e-6), rate=0.05, steps=1000))
        assert held.outcome.kind == "at_saddle"
        assert freed.outcome.arrived
