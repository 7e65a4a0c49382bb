"""What a training's gradients say: healthy, vanishing, exploding, or steps that are too long or too short for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.networks.verdict_words import head, measured, sentence

if TYPE_CHECKING:
    from jaxtyping import Float

    from engine.networks.measuring import Snapshot

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
RISEN = 2.0
"""How many times its first value a loss may end at before the steps are called too long."""


@dataclass(frozen=True)
class Verdict:
    """One of `VERDICTS`, in a few words, in plain sentences and in numbers, and the numbers."""

    kind: str
    head: str
    sentence: str
    measured: str
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
    how = _how(kind, evidence)
    return Verdict(kind, head(kind, how), sentence(kind, how, evidence), measured(evidence), evidence)


def _kind(found: Mapping[str, float]) -> str:
    ratio, norm = found["activation_ratio"], found["gradient_norm"]
    # Not "ratio > bound": NaN must count as exploded only where the norm is no number either.
    if not np.isfinite(norm) or norm > EXPLODED_NORM or ratio > EXPLODED_RATIO:
        return "exploding"
    if found["diverged"] or found["last_loss"] > RISEN * found["first_loss"]:
        return "rate_too_high"
    if found["last_loss"] < FALLEN * min(found["constant_loss"], found["first_loss"]):
        return "healthy"
    return "vanishing" if _vanished(found) else "little_learned"


def _vanished(found: Mapping[str, float]) -> str:
    """What of the gradient vanished: "ratio" on the way back, all of it "faint", or "" for neither."""
    # All weights 0: nothing reaches any hidden layer, and the ratio is 0/0.
    if not found["activation_ratio"] >= VANISHED:
        return "ratio"
    return "faint" if found["first_layer"] < FAINT else ""


def _how(kind: str, found: Mapping[str, float]) -> str:
    """What decided, where it could be one thing or another."""
    if kind in ("vanishing", "little_learned", "healthy"):
        return _vanished(found)
    if kind == "exploding":
        if not np.isfinite(found["gradient_norm"]):
            return "overflow"
        return "ratio" if found["activation_ratio"] > EXPLODED_RATIO else "norm"
    return ""
