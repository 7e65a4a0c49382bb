"""Sweeps and knob maps: the laws of a quadratic, and `descend` on samples."""

from dataclasses import replace

import numpy as np
import pytest

from engine import OUTCOME_KINDS, Run, descend, knob_map, rate_sweep, stability_map
from engine.studies.laws import quadratic_bend

DIVERGED = OUTCOME_KINDS.index("diverged")


# At a minimum where the residuals of a sum of squares vanish, the Hessian is 2 J'J: Beale's at (3, 1/2).
BEALE = 2 * np.square(np.linalg.svd([[-1 / 2, 3], [-3 / 4, 3], [-7 / 8, 9 / 4]], compute_uv=False)[0])
# A run, and the largest eigenvalue of its minimum's Hessian, in closed form.
SHARPEST = {
    "bowl": (Run("bowl", steps=2000), 4.0),
    "ravine": (Run("ravine", steps=2000), 50.0),
    "rotated ravine": (Run("rotated_ravine", steps=2000), 50.0),
    "3x² + xy + y² - x": (Run("formula:3*x**2 + x*y + y**2 - x", start=(1, 1), steps=2000), 4 + 5**0.5),
    "Himmelblau, by (3, 2)": (Run("himmelblau", start=(3.01, 2.01), steps=2000), 54 + 800**0.5),
    "Beale, by (3, 0.5)": (Run("beale", start=(3.001, 0.5005), steps=2000), BEALE),
}


@pytest.mark.parametrize("name", SHARPEST)
def test_gradient_descent_s_threshold_is_two_over_the_largest_eigenvalue(name):
    """Seen by 360 rates from half the law to beyond twice it, neighbours 0.41 % apart."""
    run, sharpest = SHARPEST[name]
    law = 2 / sharpest
    rates = law * np.geomspace(0.5, 2.15, 360)
    assert rates[1] / rates[0] < 1.005
    seen = rate_sweep(run, rates)
    assert seen.edge == pytest.approx(law, rel=3e-3), "half a neighbour, and what is too slow to tell in 2,000 steps"
    stays = seen.final_losses <= seen.first_loss
    np.testing.assert_array_equal(stays, rates < seen.edge)  # one border, and no way back
    arriving = rates[seen.arrived].max()
    assert 0.99 * law < arriving < law
    # A quadratic has nowhere else to go; of the others only plain runaway is told, the rest may come to rest elsewhere.
    diverging = rates[seen.outcomes == DIVERGED].min()
    assert law < diverging
    if quadratic_bend(run.landscape) is not None:
        assert diverging < 1.01 * law
        assert np.sqrt(arriving * diverging) == pytest.approx(law, rel=0.01)


def test_a_sweep_without_an_edge_has_none():
    assert rate_sweep(Run("bowl"), [0.01, 0.1]).edge is None
    assert rate_sweep(Run("bowl"), [1.0, 2.0]).edge is None


# Row stability_law of the scenarios; both laws are those of a quadratic with the largest eigenvalue 50.
LAWS = {"momentum": lambda b: 2 * (1 + b), "nesterov": lambda b: 2 * (1 + b) / (1 + 2 * b)}


@pytest.mark.parametrize("optimizer", LAWS)
def test_momentum_s_laws_on_a_quadratic(optimizer):
    rates, momenta = np.linspace(0.001, 0.1, 128), np.linspace(0, 0.99, 128)
    seen = stability_map(Run("ravine", optimizer, steps=2000), rates, momenta)
    assert seen.outcomes.shape == seen.steps.shape == (128, 128)
    law = rates[None, :] * 50 < LAWS[optimizer](momenta[:, None])
    assert np.mean(seen.stable == law) >= 0.999
    # Right at the edge a loss grows too slowly to pass 1e12 in 2,000 steps.
    assert not np.any((seen.outcomes == DIVERGED) & law)
    assert np.mean((seen.outcomes == DIVERGED) == ~law) >= 0.99


MAPS = [
    (Run("himmelblau", "momentum"), "rate", np.geomspace(1e-3, 0.05, 9), "momentum", np.linspace(0, 0.95, 7)),
    (Run("rosenbrock", "adam", steps=300, noise=0.5, seed=3), "beta1", [0.0, 0.5, 0.9], "beta2", [0.9, 0.99]),
    (Run("bowl", rate=0.3, schedule="exponential", steps=400), "gamma", [0.9, 0.99, 1.0], "rate", [0.1, 0.4, 0.6]),
    (Run("bounce", schedule="plateau", clip_norm=4.0), "factor", [0.1, 0.5], "rate", [0.3, 1.0, 2.0]),
    (Run("two_valleys", "rmsprop", schedule="cosine", steps=600), "t_max", [100, 333], "alpha", [0.9, 0.99]),
    (Run("saddle_valleys", start=(2, 0), loss_tolerance=1e-9), "rate", [0.01, 0.1], None, [0.0]),
]


@pytest.mark.parametrize("case", MAPS, ids=lambda case: f"{case[1]}-{case[3]}")
def test_every_cell_is_what_descend_says(case):
    run, x_knob, xs, y_knob, ys = case
    seen = knob_map(*case)
    fields = {"rate": "rate"} | dict.fromkeys(run.knobs, "knobs") | dict.fromkeys(run.schedule_knobs, "schedule_knobs")

    def turned(one: Run, knob, value) -> Run:
        field = fields[knob]
        return replace(one, **{field: value if field == "rate" else {**getattr(one, field), knob: value}})

    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            cell = turned(run, x_knob, float(x))
            path = descend(turned(cell, y_knob, float(y)) if y_knob else cell)
            told = (OUTCOME_KINDS[seen.outcomes[row, column]], seen.steps[row, column], seen.arrived[row, column])
            assert told == (path.outcome.kind, path.outcome.step, path.outcome.arrived), (row, column)
            if path.outcome.kind != "diverged":
                assert seen.final_losses[row, column] == pytest.approx(path.losses[-1], rel=1e-6, abs=1e-12)
    assert seen.first_loss == pytest.approx(descend(run).losses[0])


@pytest.mark.parametrize(
    ("x_knob", "xs", "y_knob", "ys", "words"),
    [
        ("rte", [0.1], "momentum", [0.5], 'Did you mean "rate"'),
        ("rate", [0.1, -1], "momentum", [0.5], "learning rate must be above 0"),
        ("rate", [0.1], "momentum", [0.5, 1.5], "between 0 and 1, got 1.5"),
        ("rate", [0.1], "rate", [0.5], "two knobs"),
        ("rate", [], "momentum", [0.5], "1 to 1,024 numbers"),
        ("rate", [[0.1]], "momentum", [0.5], "1 to 1,024 numbers"),
        ("rate", [0.1], "gamma", [0.5], "no knob of Momentum"),
    ],
)
def test_bad_axes_are_sentences(x_knob, xs, y_knob, ys, words):
    with pytest.raises(ValueError, match=words):
        knob_map(Run("bowl", "momentum"), x_knob, xs, y_knob, ys)


def test_other_values_and_sizes_do_not_recompile(compilations):
    run = Run("bowl", "momentum")
    stability_map(run, [0.1, 0.2], [0.5])
    rate_sweep(run, [0.1])
    with compilations.none():
        stability_map(replace(run, steps=900, start=(1, 1)), np.linspace(0.01, 0.5, 60), np.linspace(0, 0.9, 50))
        knob_map(run, "dampening", np.linspace(0, 1, 30), "weight_decay", [0.0, 0.1])
