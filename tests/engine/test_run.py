"""Run: a frozen record, and a sentence for everything it does not take."""

import math
import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from engine import OPTIMIZERS, SCHEDULES, Run, check_field
from landscapes import LANDSCAPES, formula


def test_defaults_are_the_contracts():
    run = Run("two_valleys")
    assert run.landscape is LANDSCAPES["two_valleys"]
    assert (run.optimizer, run.schedule, run.rate, run.steps) == ("gradient_descent", "constant", 0.01, 500)
    assert run.start == LANDSCAPES["two_valleys"].start
    assert (run.gradient_tolerance, run.loss_tolerance, run.noise, run.seed) == (1e-6, 0.0, 0.0, 0)
    assert (run.clip_norm, run.clip_value) == (None, None)
    assert run.knobs == {}
    assert run.schedule_knobs == {"warmup_steps": 0, "warmup_start_factor": 0.1}


def test_knobs_not_named_take_the_registrys_default():
    run = Run("bowl", "adam", knobs={"beta1": 0.5}, schedule="plateau", schedule_knobs={"patience": 3})
    assert run.knobs == {"beta1": 0.5, "beta2": 0.999, "eps": 1e-8}
    assert run.schedule_knobs["patience"] == 3
    assert run.schedule_knobs["factor"] == 0.1


def test_runs_are_values():
    settings = {"optimizer": "adam", "knobs": {"beta1": 0.5}, "start": [1, 2], "clip_norm": 1}
    one, same = Run("bowl", **settings), Run("bowl", **settings)
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, same, Run("bowl", "adam")}) == 2
    assert replace(one, rate=0.5) != one
    assert replace(one, rate=0.5).knobs == one.knobs
    with pytest.raises(FrozenInstanceError):
        one.rate = 1
    with pytest.raises(TypeError):
        one.knobs["beta1"] = 1


def test_a_run_does_not_follow_the_mapping_it_was_made_from():
    knobs = {"beta1": 0.5}
    run = Run("bowl", "adam", knobs=knobs)
    knobs["beta1"] = 0.1
    assert run.knobs["beta1"] == 0.5


def test_the_text_form_and_the_record_are_the_same():
    assert Run("formula:x**2 + y**2").landscape.loss is formula("x**2 + y**2").loss
    assert Run(LANDSCAPES["bowl"]) == Run("bowl")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rate": 0}, "The learning rate must be above 0, got 0"),
        ({"rate": -1}, "above 0, got -1"),
        ({"rate": math.nan}, "finite number, got nan"),
        ({"rate": math.inf}, "finite number, got inf"),
        ({"rate": "0.1"}, 'must be a number, got "0.1"'),
        ({"rate": True}, "must be a number, got True"),
        ({"rate": None}, "must be a number, got None"),
        ({"rate": 10**400}, "finite number, got a number with dozens of digits"),
        ({"rate": 10**5000}, "finite number, got a number with dozens of digits"),
        ({"start": (math.inf, 0)}, "The start x must be a finite number"),
        ({"start": (0, math.nan)}, "The start y must be a finite number"),
        ({"start": (1, 2, 3)}, "The start must be a pair, got a list of 3 values"),
        ({"start": 3}, "The start must be a pair"),
        ({"start": "12"}, "The start must be a pair"),
        ({"start": {"x": 1, "y": 2}}, "The start must be a pair"),
        ({"steps": 0}, "between 1 and 100,000, got 0"),
        ({"steps": 1_000_000}, "between 1 and 100,000"),
        ({"steps": 1.5}, "whole number, got 1.5"),
        ({"steps": 20_000, "noise": 1.0}, "at most 10,000 steps, got 20,000"),
        ({"gradient_tolerance": -1e-9}, "The gradient tolerance must be 0 or more"),
        ({"loss_tolerance": math.nan}, "The loss tolerance must be a finite number"),
        ({"noise": -1}, "The noise must be 0 or more"),
        ({"seed": 2**32}, "The seed must be between"),
        ({"seed": -1}, "The seed must be between 0 and 4,294,967,295, got -1"),
        ({"clip_norm": 0}, "The norm to clip to must be above 0"),
        ({"clip_value": -1}, "The value to clip to must be above 0"),
        ({"optimizer": "adamm"}, 'There is no optimizer "adamm". Did you mean "adam"?'),
        ({"optimizer": ["adam"]}, "There is no optimizer"),
        ({"optimizer": None}, "such as gradient_descent, momentum"),
        ({"schedule": "cosin"}, 'Did you mean "cosine"?'),
        ({"optimizer": "adam", "knobs": {"beta": 0.5}}, 'There is no Adam knob "beta". Did you mean "beta'),
        ({"knobs": {"beta1": 0.5}}, 'There is no Gradient descent knob "beta1": it has none.'),
        ({"optimizer": "adam", "knobs": {"beta1": 1.0}}, "at least 0 and below 1, got 1.0"),
        ({"optimizer": "adam", "knobs": {"eps": math.nan}}, "finite number"),
        ({"optimizer": "adam", "knobs": [0.9]}, "must be a mapping"),
        ({"schedule": "step", "schedule_knobs": {"step_size": 2.5}}, "whole number"),
        ({"schedule": "step", "schedule_knobs": {"step_size": 0}}, "between 1 and"),
        ({"learning_rat": 1}, 'There is no setting "learning_rat".'),
        ({"rates": 1}, 'Did you mean "rate"?'),
        ({"landscape": 3}, "The landscape must be"),
        ({"landscape": "rosenbrok"}, "rosenbrock"),
        ({"landscape": "formula:import os"}, ""),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_bad_input_gets_a_sentence(settings, words):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  (the text is checked below)
        Run(**{"landscape": "bowl"} | settings)
    text = str(refusal.value)
    assert words in text
    assert text[0].isupper() or text[0] == '"'
    assert text[-1] in ".?"


def test_what_is_echoed_is_short_and_ascii():
    with pytest.raises(ValueError, match="There is no optimizer") as refusal:
        Run("bowl", "né\n<script>" + "x" * 10_000)
    assert len(str(refusal.value)) < 200
    assert str(refusal.value).isascii()
    assert "\n" not in str(refusal.value)


def test_extreme_but_legal():
    assert Run("bowl", rate=1e308).rate == 1e308
    assert Run("bowl", steps=100_000).steps == 100_000
    assert Run("bowl", steps=500.0, seed=7.0).steps == 500
    assert Run("bowl", start=np.array([1.0, 2.0]), rate=np.float32(0.5)).start == (1.0, 2.0)
    assert Run("bowl", start=(50, -50)).start == (50.0, -50.0)


def test_check_field_is_the_same_truth():
    assert check_field("rate", 1) == 1.0
    assert check_field("steps", 20.0) == 20
    assert check_field("start", [1, 2]) == (1.0, 2.0)
    assert check_field("clip_norm", None) is None
    assert check_field("window", [[-1, 1], [0, 2]]) == ((-1.0, 1.0), (0.0, 2.0))
    assert OPTIMIZERS["adam"].knobs["beta1"].check(0.5) == 0.5
    assert SCHEDULES["step"].knobs["step_size"].check(3.0) == 3
    with pytest.raises(ValueError, match='Did you mean "rate"'):
        check_field("rat", 1)
    with pytest.raises(ValueError, match="lower to a higher number"):
        check_field("window", [[1, 1], [0, 2]])


def test_registry_errors_are_key_errors_and_value_errors():
    for kind in (KeyError, ValueError):
        with pytest.raises(kind, match="adam"):
            OPTIMIZERS["adan"]


def test_settings_survive_pickling():
    knobs = Run("bowl", "adam").knobs
    assert pickle.loads(pickle.dumps(knobs)) == knobs
