"""A verdict on a training in words: what becomes of the gradient on its way back, and what was learned."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.basis.numerals import count, number, power_of_ten, short

Found = Mapping[str, float]
"""The evidence of a `Verdict`."""

FLOOR = 1e-30
"""Gradient norms below it are told as that: no claim of a lesson rests on how far below."""
_GROUPS = ("", "thousand", "million", "billion", "trillion")
_LEFT = "the gradient at the last hidden layer"
GUESSED = 0.05
"""Half of the points right, give or take this, is what guessing gets."""


def norm_words(norm: float) -> str:
    """A gradient norm as text. Below `FLOOR` it is only said to be there."""
    return f"below {number(FLOOR)}" if 0 < norm < FLOOR else number(float(norm))


def ratio_words(value: float) -> str:
    """A ratio of two norms as text."""
    return "0 ∕ 0" if np.isnan(value) else norm_words(value)


def power_words(exponent: int) -> str:
    """A power of ten as one says it: "a thousand", "100 billion", and 10¹⁵ where there is no common name."""
    group, zeros = divmod(exponent, 3)
    if group >= len(_GROUPS):
        return power_of_ten(exponent)
    return f"a {_GROUPS[group]}" if zeros == 0 and group else f"{10**zeros} {_GROUPS[group]}".strip()


def share_words(share: float) -> str:
    """A share from 0 to 1: "about 30 %" down to 1 %, and below "less than one part in 100 billion"."""
    if share >= 0.01:
        return f"about {short(100 * share, 2)}\u00a0%"
    return f"less than one part in {power_words(-1 - _power(share))}"


def head(kind: str, how: str) -> str:
    """The verdict in a few words."""
    if kind == "healthy" and how:
        return "It learns all the same"
    return {
        "healthy": "The gradient arrives",
        "vanishing": "The gradient vanishes",
        "exploding": "The gradient explodes",
        "rate_too_high": "The steps are too long",
        "little_learned": "It learns too little",
    }[kind]


def sentence(kind: str, how: str, found: Found) -> str:
    """What became of the gradient, and of the learning; `how` is what of it decided (`engine.networks.verdict`)."""
    learned = _learning(found)
    if kind == "exploding":
        return f"{_growth(how, found)}. {learned}"
    came = "The gradient of the first layer's weights is faint" if how == "faint" else _arrival(found)
    if kind == "rate_too_high":
        return f"{came}, but the steps are too long for it. {learned}"
    if kind == "healthy":
        return f"{came}, {'yet' if how else 'and'} {learned[0].lower()}{learned[1:]}"
    more = " Try a higher rate or more steps." if kind == "little_learned" else ""
    return f"{came}. {learned}{more}"


def measured(found: Found) -> str:
    """The numbers that the verdict rests on."""
    end = "not finite" if found["diverged"] else number(found["last_loss"])
    return (
        "At the start, first layer over last: gradients of the activations "
        f"{ratio_words(found['activation_ratio'])} (A), of the weights {ratio_words(found['weight_ratio'])} (W, which "
        f"does not show scale). Gradient over all parameters {norm_words(found['gradient_norm'])}, of the first "
        f"layer's weights {norm_words(found['first_layer'])}. Loss {number(found['first_loss'])} at step 0, {end} at "
        f"step {found['step']:,.0f}; a constant output's is {number(found['constant_loss'])}."
    )


def _arrival(found: Found) -> str:
    """How much of the gradient comes back to the first hidden layer."""
    ratio = found["activation_ratio"]
    if not ratio > 0:
        return f"Nothing of {_LEFT} reaches the first"
    if ratio > 1.2:
        return f"The gradient grows on its way back, to {short(ratio, 2)} times its length"
    if ratio > 0.8:
        return "The gradient comes back to the first hidden layer as long as it left the last"
    return f"Of {_LEFT} {share_words(ratio)} reaches the first"


def _growth(how: str, found: Found) -> str:
    """How a gradient explodes: from layer to layer, in all of them alike, or beyond all numbers."""
    if how == "overflow":
        return "The gradient is longer than any number that the training can hold"
    if how == "ratio":
        return (
            "On its way back from the last hidden layer to the first the gradient becomes more than "
            f"{power_words(_power(found['activation_ratio']))} times as long"
        )
    return f"The gradient over all parameters is more than {power_words(_power(found['gradient_norm']))} long"


def _power(value: float) -> int:
    """The power of ten that a value is at or above."""
    return int(np.floor(np.log10(value)))


def _learning(found: Found) -> str:
    """What was learned, with the share of the points that are right where points have classes."""
    step = count(int(found["step"]))
    if found["diverged"]:
        return f"After {step} the loss is no longer a number."
    right, last = found["accuracy"], found["last_loss"]
    if last > found["first_loss"] and last > found["constant_loss"]:
        return f"After {step} the loss is higher than at the start."
    if np.isnan(right):
        return f"After {step} the loss is {share_words(last / found['constant_loss'])} of a constant output's."
    guessed = ", as by guessing" if abs(right - 0.5) <= GUESSED else ""
    points = _points(right)
    return f"{points[0].upper()}{points[1:]} right after {step}{guessed}."


def _points(right: float) -> str:
    if right == 1:
        return "all points are"
    if abs(right - 0.5) < 0.005:
        return "half of the points are"
    return f"{100 * right:.0f}\u00a0% of the points are"
