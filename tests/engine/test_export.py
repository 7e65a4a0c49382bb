"""The code behind the picture, executed: it walks the engine's own path, in real torch and in plain JAX."""

import ast
import csv
import io
import math
import re
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from engine import OPTIMIZERS, SCHEDULES, Run, descend
from engine.export import csv_text, jax_code, pytorch_code
from landscapes import LANDSCAPES, formula

RATES = {
    **{"rmsprop": 0.02, "momentum": 0.002, "nesterov": 0.002, "lion": 0.02, "rprop": 0.01},
    **dict.fromkeys(("adam", "adamw", "amsgrad", "adamax", "nadam", "radam"), 0.05),
    **{"adagrad": 0.3, "adadelta": 1.0, "newton": 0.5, "bfgs": 1.0},
}
"""What suits each rule on Himmelblau; 0.01 for the others."""


def points_of(code: str) -> np.ndarray:
    """What a script leaves as `points`, run as a file would be."""
    space: dict = {"__name__": "__main__"}
    usual = torch.get_default_dtype()
    assert usual == torch.float32  # as in a fresh process
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            exec(compile(code, "<exported>", "exec"), space)
    finally:
        torch.set_default_dtype(usual)
    return np.array(space["points"])


def assert_walks(run: Run, code: str, steps: int | None = None) -> None:
    """The script's points are the engine's, to 1e-9, and as many."""
    expected, found = descend(run).points, points_of(code)
    assert len(found) == len(expected)
    gap = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    assert gap[:steps].max() <= 1e-9


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_pytorch_reproduces_every_optimizer_under_every_schedule(optimizer: str, schedule: str):
    run = Run("himmelblau", optimizer, (-1.0, 2.0), RATES.get(optimizer, 0.01), schedule=schedule, steps=120)
    assert_walks(run, pytorch_code(run))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_jax_reproduces_every_optimizer(optimizer: str):
    run = Run("himmelblau", optimizer, (-1.0, 2.0), RATES.get(optimizer, 0.01), steps=60)
    assert_walks(run, jax_code(run))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_jax_reproduces_every_schedule(schedule: str):
    run = Run("himmelblau", "momentum", (-1.0, 2.0), 0.002, schedule=schedule, steps=120)
    assert_walks(run, jax_code(run))


def corners(schedule: str) -> Iterator[dict[str, float]]:
    """Each knob of a schedule at both ends of its bounds: the others at their defaults, and at the same end."""
    own = {name: knob for name, knob in SCHEDULES[schedule].own.items() if not isinstance(knob.default, tuple)}
    # A factor of 1 would never lower anything, and is refused.
    ends = [{name: knob.bounds[end] for name, knob in own.items()} for end in (0, 1)]
    if schedule == "plateau":
        ends[1]["factor"] = math.nextafter(1, 0)
    for values in ends:
        yield values
        for name, value in values.items():
            yield {name: value}


@pytest.mark.parametrize("steps", [1, 2, 3, 10])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_at_the_ends_of_its_knobs_a_program_runs_and_walks_the_path(schedule: str, steps: int):
    for knobs in corners(schedule):
        run = Run("bowl", "momentum", (2.5, 1.5), 0.05, schedule=schedule, schedule_knobs=knobs, steps=steps)
        for write in (pytorch_code, jax_code):
            assert_walks(run, write(run))


NO_LENGTH = [(0.1, 10), (0.05, 20), (0.25, 4), (0.5, 2), (1.0, 1), (1.0, 2), (1.0, 10)]


@pytest.mark.parametrize("warm", [0, 2])
@pytest.mark.parametrize(
    ("share", "steps"), [(0.1, 10), (0.05, 20), (0.25, 4), (1.0, 1), (1.0, 2), (1.0, 10), (0.5, 2)]
)
def test_one_cycle_with_a_part_of_no_length_runs_in_torch(share: float, steps: int, warm: int):
    knobs = {"pct_start": share, "warmup_steps": warm}
    run = Run("bowl", "momentum", (2.5, 1.5), 0.05, schedule="one_cycle", schedule_knobs=knobs, steps=steps)
    assert_walks(run, pytorch_code(run))


@pytest.mark.parametrize("write", [pytorch_code, jax_code])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_warm_up_in_front_of_every_schedule_is_exported(schedule: str, write):
    knobs = {"warmup_steps": 20, "warmup_start_factor": 0.05}
    if schedule == "plateau":
        knobs |= {"patience": 3}
    run = Run("bounce", "momentum", rate=0.1, schedule=schedule, schedule_knobs=knobs, steps=90)
    assert_walks(run, write(run))


@pytest.mark.parametrize("write", [pytorch_code, jax_code])
@pytest.mark.parametrize(
    "settings",
    [
        {"noise": 0.3, "seed": 7},
        {"clip_norm": 0.5},
        {"clip_value": 0.25},
        {"noise": 0.2, "clip_norm": 0.5, "clip_value": 0.4, "optimizer": "adam", "rate": 0.05},
        {"gradient_tolerance": 1e-2, "rate": 0.1},
        {"gradient_tolerance": 0.0, "loss_tolerance": 1e-3},
        {"gradient_tolerance": 0.0},
        {"rate": 1.0},
        {"rate": 1.0, "optimizer": "momentum", "steps": 400},
        {"knobs": {"dampening": 0.5, "weight_decay": 0.1}, "optimizer": "momentum"},
        {"knobs": {"t_0": 7, "t_mult": 3, "eta_min": 1e-3}, "schedule": "cosine_restarts", "rate": 0.1},
        {"knobs": {"milestones": [5, 9, 40]}, "schedule": "multistep", "rate": 0.1},
        {"knobs": {"patience": 2.0, "cooldown": 3.0}, "schedule": "plateau", "rate": 0.45},
        {"start": (0.0, 0.0)},
        {"steps": 1},
    ],
    ids=str,
)
def test_noise_clipping_and_every_stop_are_exported(write, settings: dict):
    settings = dict(settings)
    if "schedule" in settings:
        settings["schedule_knobs"] = settings.pop("knobs")
    run = Run("bowl", **{"steps": 80} | settings)
    assert_walks(run, write(run))


@pytest.mark.parametrize("key", LANDSCAPES)
def test_every_landscape_is_exported(key: str):
    run = Run(key, "adam", rate=0.01, steps=25)
    for write in (pytorch_code, jax_code):
        assert_walks(run, write(run))


def test_a_typed_formula_is_exported():
    run = Run(formula("where(x > 0, abs(x)**1.5, max(-x, 0.1*y**2)) + sqrt(x**2 + y**2)"), start=(0.5, 1.0), steps=40)
    for write in (pytorch_code, jax_code):
        assert_walks(run, write(run))


@pytest.mark.parametrize("write", [pytorch_code, jax_code])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
@pytest.mark.parametrize(
    ("text", "start", "why"),
    [
        ("sqrt(x - 3.5) + y**2", (2.5, 1.5), "the loss has no value"),
        ("log(x**2 + y**2)", (0.0, 0.0), "the loss is infinite"),
        ("exp(exp(x)) + y**2", (6.5625, 1.0), "the gradient is infinite"),
        ("x**2 + y**2", (1e13, 0.0), "the position is too far out"),
    ],
)
def test_a_program_that_cannot_start_says_why(text: str, start, why: str, optimizer: str, write, capsys):
    run = Run(formula(text), optimizer, start, 0.01, steps=20)
    expected = descend(run)
    assert (expected.outcome.step, len(expected.points)) == (0, 1)
    assert_walks(run, write(run))
    said = capsys.readouterr().out
    assert said.startswith("No step is made: at the start (")
    assert why in said
    assert said.endswith(". Start somewhere else.\n")
    assert not re.search(r"nan|inf\b|0 steps", said)


def test_a_program_that_starts_reports_its_end_alone(capsys):
    code = pytorch_code(Run("bowl", rate=0.1, steps=3))
    points_of(code)
    assert capsys.readouterr().out.startswith("3 steps, ends at (")
    assert "No step is made" not in code


def test_plain_descent_is_the_loop_of_the_lesson():
    code = pytorch_code(Run("bowl", rate=0.1))
    assert "w -= learning_rate * w.grad" in code
    assert "torch.optim" not in code
    assert "torch.optim.SGD([w], lr=0.1, momentum=0.9)" in pytorch_code(Run("bowl", "momentum", rate=0.1))


def test_the_table_holds_the_trajectory_to_its_last_digit():
    run = Run("himmelblau", "adam", rate=0.05, schedule="cosine", steps=30)
    path = descend(run)
    rows = list(csv.DictReader(io.StringIO(csv_text(run))))
    assert len(rows) == len(path.points)
    for step, row in enumerate(rows):
        assert int(row["step"]) == step
        assert (float(row["x"]), float(row["y"])) == tuple(path.points[step])
        assert float(row["loss"]) == path.losses[step]
        assert (float(row["gradient_x"]), float(row["gradient_y"])) == tuple(path.gradients[step])
        assert row["learning_rate"] == ("" if step == len(path.rates) else repr(float(path.rates[step])))


def test_the_table_s_columns_carry_the_axes_names():
    path = descend(run := Run("formula:w**2 + 3*b**2", rate=0.1, start=(1.0, -2.0), steps=5))
    rows = list(csv.DictReader(io.StringIO(csv_text(run))))
    assert [(float(row["w"]), float(row["b"])) for row in rows] == [tuple(point) for point in path.points.tolist()]
    gradients = [tuple(gradient) for gradient in path.gradients.tolist()]
    assert [(float(row["gradient_w"]), float(row["gradient_b"])) for row in rows] == gradients


@pytest.mark.parametrize(
    "name", ["too low", 'a "quoted" one', "back\\slash", "ends with one\\", '"', "two\nlines", "β = ½."]
)
@pytest.mark.parametrize("write", [pytorch_code, jax_code])
def test_a_run_s_own_name_stands_in_the_first_line_and_changes_nothing_else(write, name: str):
    run = Run("bowl", "momentum", rate=0.1, steps=10)
    first, _, rest = write(run, name).partition("\n")
    plain, _, others = write(run).partition("\n")
    assert rest == others
    said = ast.literal_eval(first)
    assert said.startswith(ast.literal_eval(plain).rstrip(".") + ": ")
    for word in re.findall(r"\w+", name):
        assert word in said
    assert_walks(run, write(run, name))
