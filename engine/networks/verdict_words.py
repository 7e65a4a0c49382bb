"""A verdict on a training in words: what becomes of the gradient on its way back, and what was learned."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.basis.numerals import after, number, power_of_ten, short
from i18n import capitalized, message

Found = Mapping[str, float]
"""The evidence of a `Verdict`."""

FLOOR = 1e-30
"""Gradient norms below it are told as that: no claim of a lesson rests on how far below."""
_ONE = {1: message("a thousand"), 2: message("a million"), 3: message("a billion"), 4: message("a trillion")}
_SOME = {1: message("{n} thousand"), 2: message("{n} million"), 3: message("{n} billion"), 4: message("{n} trillion")}
"""Powers of a thousand, alone and counted."""
GUESSED = 0.05
"""Half of the points right, give or take this, is what guessing gets."""


def norm_words(norm: float) -> str:
    """A gradient norm as text. Below `FLOOR` it is only said to be there."""
    return message("below {number}", number=number(FLOOR)) if 0 < norm < FLOOR else number(float(norm))


def ratio_words(value: float) -> str:
    """A ratio of two norms as text."""
    return "0 ∕ 0" if np.isnan(value) else norm_words(value)


def power_words(exponent: int) -> str:
    """A power of ten as one says it: "a thousand", "100 billion", and 10¹⁵ where there is no common name."""
    group, zeros = divmod(exponent, 3)
    if group > len(_ONE):
        return power_of_ten(exponent)
    if group == 0:
        return str(10**zeros)
    return message(_SOME[group], n=10**zeros) if zeros else _ONE[group]


def share_words(share: float) -> str:
    """A share from 0 to 1: "about 30 %" down to 1 %, and below "less than one part in 100 billion"."""
    if share >= 0.01:
        return message("about {percent}\u00a0%", percent=short(100 * share, 2))
    return message("less than one part in {power}", power=power_words(-1 - _power(share)))


def head(kind: str, how: str) -> str:
    """The verdict in a few words."""
    if kind == "healthy" and how:
        return message("It learns all the same")
    return _HEADS[kind]


_HEADS = {
    "healthy": message("The gradient arrives"),
    "vanishing": message("The gradient vanishes"),
    "exploding": message("The gradient explodes"),
    "rate_too_high": message("The steps are too long"),
    "little_learned": message("It learns too little"),
}


def sentence(kind: str, how: str, found: Found) -> str:
    """What became of the gradient, and of the learning; `how` is what of it decided (`engine.networks.verdict`)."""
    clause = _learning(found)
    learned = capitalized(message("{clause}.", clause=clause))
    if kind == "exploding":
        return message("{gradient}. {learned}", gradient=_growth(how, found), learned=learned)
    faint = how == "faint"
    came = message("The gradient of the first layer's weights is faint") if faint else _arrival(found)
    told = {"gradient": came, "learned": learned, "clause": clause}
    if kind == "rate_too_high":
        return message("{gradient}, but the steps are too long for it. {learned}", **told)
    if kind == "healthy":
        return message("{gradient}, yet {clause}." if how else "{gradient}, and {clause}.", **told)
    if kind == "little_learned":
        return message("{gradient}. {learned} Try a higher rate or more steps.", **told)
    return message("{gradient}. {learned}", **told)


def measured(found: Found) -> str:
    """The numbers that the verdict rests on."""
    return message(
        "At the start, first layer over last: gradients of the activations {activations} (A), of the weights {weights} "
        "(W, which does not show scale). Gradient over all parameters {all}, of the first layer's weights {first}. "
        "Loss {begin} at step 0, {end} at step {step}; a constant output's is {constant}.",
        activations=ratio_words(found["activation_ratio"]),
        weights=ratio_words(found["weight_ratio"]),
        all=norm_words(found["gradient_norm"]),
        first=norm_words(found["first_layer"]),
        begin=number(found["first_loss"]),
        end=message("not finite") if found["diverged"] else number(found["last_loss"]),
        step=f"{found['step']:,.0f}",
        constant=number(found["constant_loss"]),
    )


def _arrival(found: Found) -> str:
    """How much of the gradient comes back to the first hidden layer."""
    ratio = found["activation_ratio"]
    if not ratio > 0:
        return message("Nothing of the gradient at the last hidden layer reaches the first")
    if ratio > 1.2:
        return message("The gradient grows on its way back, to {times} times its length", times=short(ratio, 2))
    if ratio > 0.8:
        return message("The gradient comes back to the first hidden layer as long as it left the last")
    return message("Of the gradient at the last hidden layer {share} reaches the first", share=share_words(ratio))


def _growth(how: str, found: Found) -> str:
    """How a gradient explodes: from layer to layer, in all of them alike, or beyond all numbers."""
    if how == "overflow":
        return message("The gradient is longer than any number that the training can hold")
    if how == "ratio":
        return message(
            "On its way back from the last hidden layer to the first the gradient becomes more than {times} times as "
            "long",
            times=power_words(_power(found["activation_ratio"])),
        )
    length = power_words(_power(found["gradient_norm"]))
    return message("The gradient over all parameters is more than {length} long", length=length)


def _power(value: float) -> int:
    """The power of ten that a value is at or above."""
    return int(np.floor(np.log10(value)))


def _learning(found: Found) -> str:
    """What was learned, as a clause, with the share of the points that are right where points have classes."""
    told: dict[str, object] = {"when": after(int(found["step"]))}
    if found["diverged"]:
        return message("{when} the loss is no longer a number", **told)
    right, last = found["accuracy"], found["last_loss"]
    if last > found["first_loss"] and last > found["constant_loss"]:
        return message("{when} the loss is higher than at the start", **told)
    if np.isnan(right):
        told["share"] = share_words(last / found["constant_loss"])
        return message("{when} the loss is {share} of a constant output's", **told)
    if right == 1:
        return message("all points are right {when}", **told)
    if abs(right - 0.5) < 0.005:
        return message("half of the points are right {when}, as by guessing", **told)
    told["percent"] = f"{100 * right:.0f}\u00a0%"
    if abs(right - 0.5) <= GUESSED:
        return message("{percent} of the points are right {when}, as by guessing", **told)
    return message("{percent} of the points are right {when}", **told)
