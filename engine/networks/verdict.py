"""What a training's gradients say: healthy, vanishing, exploding, or steps that are too long or too short for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.numerals import number

if TYPE_CHECKING:
    from jaxtyping import Float

    from engine.networks.training import Snapshot

VERDICTS = ("healthy", "vanishing", "exploding", "rate_too_high", "little_learned")

VANISHED = 1e-3
"""Share of the gradient that reaches the first hidden layer, below which it has vanished. Measured over 20 layers, 8
seeds: He, tanh with Xavier and residual nets keep 0.3 and more, half of He's scale 3e-6, sigmoid 1e-11; sigmoid over 5
layers, which learns slowly, 0.01."""
FAINT = 1e-4
"""Weight gradient of the first layer below which it has vanished too: weights of 0.01 keep 0.002 of it over 4 layers of
16, as a sound sigmoid's would, and leave 3e-5 (1e-5 to 4e-5 over 8 seeds)."""
EXPLODED_RATIO = 300.0
"""How many times longer the gradient may become on its way back. Measured over 20 layers, 8 seeds: sigmoid with batch
normalisation, which learns, up to 140; unscaled residual branches on He from 900."""
EXPLODED_NORM = 500.0
"""Longest gradient over all parameters at the start. Measured: He 5, unscaled residual branches on He 5.6e4, twice He
3.9e6: 500 is the geometric middle of the first two. Growth by scale alone shows here and in A, never in W."""
FALLEN = 0.9
"""Share of a constant output's loss, and of its own first, that a loss must come below for the gradient to have been of
use."""
FLOOR = 1e-30
"""Gradient norms below it are told as that: no claim of a lesson rests on how far below."""
RISEN = 2.0
"""How many times its first value a loss may end at before the steps are called too long."""


@dataclass(frozen=True)
class Verdict:
    """One of `VERDICTS`, a sentence with the numbers it rests on, and the numbers."""

    kind: str
    sentence: str
    evidence: Mapping[str, float]
    """`activation_ratio` A, `weight_ratio` W, `gradient_norm`, `first_layer` and `last_layer` (weight gradients) and
    `first_loss`, all at the start; `constant_loss`, `lowest_loss`, `last_loss`, `accuracy`, `step`; `diverged` (0, 1).
    """


def judge(
    snapshots: Sequence[Snapshot], losses: Float[np.ndarray, " n+1"], constant: float, alive: bool = True
) -> Verdict:
    """The verdict on what was recorded so far, from the first snapshot on.

    Backpropagation is judged where no update has yet mixed in, at the start: by A, the growth of the gradient from the
    last hidden layer back to the first, and by its absolute norm. W, the weight gradients' ratio, is evidence only:
    scaling all layers alike multiplies the gradient of each by the same factor and leaves W where it was. A gradient
    that vanished is one only as long as the loss has not fallen all the same; a loss that blows up under a sound
    gradient is the learning rate's, and one that has not fallen under it that of steps too few or too short.
    `constant` is the least loss of a constant output: the last layer's bias alone gets there, whatever the other layers
    feel. `alive` is False where the last loss was not finite in float32.
    """
    start, last = snapshots[0], snapshots[-1]
    finite = losses[np.isfinite(losses)]
    lowest = float(finite.min()) if len(finite) else float("nan")
    evidence = {
        "activation_ratio": start.activation_ratio,
        "weight_ratio": start.weight_ratio,
        "gradient_norm": start.gradient_norm,
        "first_layer": float(start.weight_gradients[0]),
        "last_layer": float(start.weight_gradients[-1]),
        "first_loss": start.loss,
        "constant_loss": constant,
        "lowest_loss": lowest,
        "last_loss": float(losses[-1]),
        "accuracy": last.accuracy,
        "step": float(last.step),
        "diverged": float(not alive),
    }
    kind = _kind(evidence)
    return Verdict(kind, _SENTENCES[kind](evidence), evidence)


def _kind(found: Mapping[str, float]) -> str:
    ratio, norm = found["activation_ratio"], found["gradient_norm"]
    # Not "ratio > bound": NaN must count as exploded only where the norm is no number either.
    if not np.isfinite(norm) or norm > EXPLODED_NORM or ratio > EXPLODED_RATIO:
        return "exploding"
    if found["diverged"] or found["last_loss"] > RISEN * found["first_loss"]:
        return "rate_too_high"
    # All weights 0: nothing reaches any hidden layer, and the ratio is 0/0.
    vanished = not ratio >= VANISHED or found["first_layer"] < FAINT
    if found["last_loss"] < FALLEN * min(found["constant_loss"], found["first_loss"]):
        return "healthy"
    return "vanishing" if vanished else "little_learned"


def norm_words(norm: float) -> str:
    """A gradient norm as text. Below `FLOOR` it is only said to be there."""
    return f"below {number(FLOOR)}" if 0 < norm < FLOOR else number(float(norm))


def _loss_words(found: Mapping[str, float]) -> str:
    end = "not finite" if found["diverged"] else number(found["last_loss"])
    return f"Loss {end} at step {found['step']:,.0f}"


def _vanishing(found: Mapping[str, float]) -> str:
    ratio = found["activation_ratio"]
    return (
        f"{number(ratio) if ratio > 0 else 'Nothing'} of the gradient at the last hidden layer reaches the first, "
        f"whose weights feel {norm_words(found['first_layer'])}. {_loss_words(found)}, a constant output's is "
        f"{number(found['constant_loss'])}."
    )


def _exploding(found: Mapping[str, float]) -> str:
    return (
        f"{number(found['activation_ratio'])} times as long at the first hidden layer as at the last, "
        f"{norm_words(found['gradient_norm'])} over all parameters. {_loss_words(found)}. "
        f"W, {number(found['weight_ratio'])}, does not show it."
    )


def _rate_too_high(found: Mapping[str, float]) -> str:
    return (
        f"The steps are too long: the gradient comes back sound ({number(found['activation_ratio'])} times as long, "
        f"{norm_words(found['gradient_norm'])} over all parameters). {_loss_words(found)}, from "
        f"{number(found['first_loss'])}."
    )


def _healthy(found: Mapping[str, float]) -> str:
    right = "" if np.isnan(found["accuracy"]) else f", {100 * found['accuracy']:.0f} % of the points right"
    return (
        f"It reaches the first hidden layer {number(found['activation_ratio'])} times as long as it left the last, "
        f"{norm_words(found['gradient_norm'])} over all parameters. {_loss_words(found)}{right}."
    )


def _little_learned(found: Mapping[str, float]) -> str:
    lucky = found["first_loss"] < found["constant_loss"]
    what, loss = ("the first was", "first_loss") if lucky else ("a constant output's is", "constant_loss")
    return (
        f"It reaches the first hidden layer {number(found['activation_ratio'])} times as long as it left the last, "
        f"{norm_words(found['gradient_norm'])} over all parameters. {_loss_words(found)}, {what} "
        f"{number(found[loss])}: try a higher rate or more steps."
    )


_SENTENCES = {
    "healthy": _healthy,
    "vanishing": _vanishing,
    "exploding": _exploding,
    "rate_too_high": _rate_too_high,
    "little_learned": _little_learned,
}
