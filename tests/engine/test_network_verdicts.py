"""What a verdict on a network's training says at its bounds; test_networks.py has those of trained ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.networks.verdict import judge

CONSTANT = float(np.log(2))


def verdict(last: float, alive: bool = True, **first: float) -> str:
    """The kind for a loss that went from ln 2 to `last`, with a sound gradient but for what is given."""
    sound = {"activation_ratio": 1.0, "weight_ratio": 1.0, "gradient_norm": 1.0, "loss": CONSTANT, "accuracy": 0.5}
    snapshot = SimpleNamespace(**{**sound, "step": 0, "weight_gradients": np.array([0.1, 0.1]), **first})
    return judge([snapshot], np.array([CONSTANT, last]), CONSTANT, alive).kind  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("times", "kind"),
    [(0.89, "healthy"), (0.91, "little_learned"), (1.98, "little_learned"), (2.02, "rate_too_high")],
)
def test_the_last_loss_decides_under_a_sound_gradient(times, kind):
    assert verdict(times * CONSTANT) == kind


def test_a_loss_that_is_no_number_any_more_under_a_sound_gradient_is_the_rate_s():
    assert verdict(float("nan"), alive=False) == "rate_too_high"


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ({"gradient_norm": 495.0}, "little_learned"),
        ({"gradient_norm": 505.0}, "exploding"),
        ({"gradient_norm": float("nan")}, "exploding"),
        ({"activation_ratio": 297.0}, "little_learned"),
        ({"activation_ratio": 303.0}, "exploding"),
        ({"activation_ratio": float("nan")}, "vanishing"),
        ({"weight_gradients": np.array([0.99e-4, 0.1])}, "vanishing"),
        ({"weight_gradients": np.array([1.01e-4, 0.1])}, "little_learned"),
    ],
)
def test_the_gradient_at_the_start_decides_where_little_was_learned(first, kind):
    assert verdict(CONSTANT, **first) == kind
