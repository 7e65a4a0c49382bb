"""A training's verdict in plain words: each sentence is true of the numbers it is made from."""

import re

import numpy as np
import pytest

from engine.networks.verdict import FAINT, VANISHED
from engine.networks.verdict_words import head, power_words, sentence, share_words

SOUND = {
    "activation_ratio": 0.3, "weight_ratio": 0.4, "gradient_norm": 0.8, "first_layer": 0.04, "last_layer": 0.13,
    "first_loss": 0.7, "constant_loss": 0.693, "lowest_loss": 3e-4, "last_loss": 3e-4, "accuracy": 1.0, "step": 500.0,
    "diverged": 0.0,
}  # fmt: skip
WORTH = {"": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def worth(words: str) -> float:
    """What "100 billion", "a thousand" or "10¹⁵" is."""
    if "10" in words and re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹]", words):
        return 10.0 ** int("".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(one)) for one in words[2:]))
    figure, *group = words.split()
    return (1 if figure == "a" else float(figure)) * WORTH[group[0] if group else ""]


@pytest.mark.parametrize("exponent", range(20))
def test_a_power_of_ten_is_said_as_what_it_is(exponent):
    assert worth(power_words(exponent)) == pytest.approx(10.0**exponent)


@pytest.mark.parametrize("share", 10.0 ** np.random.default_rng(0).uniform(-20, 0, 40))
def test_a_share_is_below_its_bound_and_not_ten_times_below(share):
    words = share_words(share)
    if "%" in words:
        told = float(words.removeprefix("about ").removesuffix("\u00a0%"))
        assert told == pytest.approx(100 * share, rel=0.05)
    else:
        bound = 1 / worth(words.removeprefix("less than one part in "))
        assert bound / 10 <= share < bound * (1 + 1e-12)


@pytest.mark.parametrize(
    ("kind", "how", "found", "title", "words"),
    [
        ("healthy", "", {}, "The gradient arrives",
         "Of the gradient at the last hidden layer about 30 % reaches the first, and all points are right after 500 "
         "steps."),
        ("healthy", "ratio", {"activation_ratio": VANISHED / 2}, "It learns all the same",
         "Of the gradient at the last hidden layer less than one part in a thousand reaches the first, yet all points "
         "are right after 500 steps."),
        ("healthy", "", {"activation_ratio": 2.7, "accuracy": float("nan"), "last_loss": 0.0693},
         "The gradient arrives",
         "The gradient grows on its way back, to 2.7 times its length, and after 500 steps the loss is about 10 % of a "
         "constant output's."),
        ("vanishing", "ratio", {"activation_ratio": 2.8e-12, "accuracy": 0.5, "last_loss": 0.693},
         "The gradient vanishes",
         "Of the gradient at the last hidden layer less than one part in 100 billion reaches the first. Half of the "
         "points are right after 500 steps, as by guessing."),
        ("vanishing", "ratio", {"activation_ratio": float("nan"), "accuracy": 0.53, "last_loss": 0.693},
         "The gradient vanishes",
         "Nothing of the gradient at the last hidden layer reaches the first. 53 % of the points are right after 500 "
         "steps, as by guessing."),
        ("vanishing", "faint", {"first_layer": FAINT / 2, "accuracy": 0.6, "last_loss": 0.69}, "The gradient vanishes",
         "The gradient of the first layer's weights is faint. 60 % of the points are right after 500 steps."),
        ("exploding", "ratio", {"activation_ratio": 81732.0, "diverged": 1.0, "step": 1.0}, "The gradient explodes",
         "On its way back from the last hidden layer to the first the gradient becomes more than 10 thousand times as "
         "long. After 1 step the loss is no longer a number."),
        ("exploding", "norm", {"gradient_norm": 5.6e4, "last_loss": 1.0}, "The gradient explodes",
         "The gradient over all parameters is more than 10 thousand long. After 500 steps the loss is higher than at "
         "the start."),
        ("exploding", "overflow", {"gradient_norm": float("inf"), "diverged": 1.0, "step": 2.0},
         "The gradient explodes",
         "The gradient is longer than any number that the training can hold. After 2 steps the loss is no longer a "
         "number."),
        ("rate_too_high", "", {"diverged": 1.0, "step": 4.0}, "The steps are too long",
         "Of the gradient at the last hidden layer about 30 % reaches the first, but the steps are too long for it. "
         "After 4 steps the loss is no longer a number."),
        ("little_learned", "", {"activation_ratio": 1.0, "accuracy": 0.62, "last_loss": 0.68}, "It learns too little",
         "The gradient comes back to the first hidden layer as long as it left the last. 62 % of the points are right "
         "after 500 steps. Try a higher rate or more steps."),
    ],
)  # fmt: skip
def test_every_verdict_says_what_became_of_the_gradient_and_what_was_learned(kind, how, found, title, words):
    assert head(kind, how) == title
    assert sentence(kind, how, {**SOUND, **found}).replace("\u00a0", " ") == words
