"""Problems and their remedies, prepared; what two networks differ in, in words."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from engine import OPTIMIZERS, SCHEDULES
from engine.basis.numerals import number
from engine.networks import USUAL, Network, table_named
from engine.networks.data import OWN_PREFIX

SIDES = ("problem", "remedy")


@dataclass(frozen=True)
class Pair:
    """A problem, and what repairs it or does not."""

    trouble: str
    """What the problem is called."""
    name: str
    """What is tried."""
    problem: Network
    remedy: Network
    says: str
    ends: bool = False
    """Whether it is about where the two trainings end."""


SIGMOID = Network()
RELU = Network(activation="relu", initialisation="he")
LARGE = replace(RELU, initialisation="too_large")
NORMED = replace(RELU, batch_norm=True)
SHALLOW = replace(RELU, depth=4, noise=0.2, steps=800)
VANISHING, EXPLODING, TOO_HIGH, SHARP = "Vanishing gradient", "Exploding gradient", "Rate too high", "Sharp minimum"
PAIRS = (
    Pair(VANISHING, "ReLU and He initialisation", SIGMOID, RELU, "Scale matters as much as ReLU."),
    Pair(
        VANISHING,
        "tanh",
        SIGMOID,
        replace(SIGMOID, activation="tanh"),
        "A steeper slope at 0, and Xavier's scale, suffice.",
    ),
    Pair(
        VANISHING,
        "Batch normalisation",
        SIGMOID,
        replace(SIGMOID, batch_norm=True),
        "It repairs, and tilts the other way.",
    ),
    Pair(
        VANISHING,
        "Residual connections",
        SIGMOID,
        replace(SIGMOID, residual=True),
        "It opens the path, though W stays low.",
    ),
    Pair(
        VANISHING,
        "Adam: does it help?",
        SIGMOID,
        replace(SIGMOID, optimizer="adam", rate=0.01),
        "Adam does not cure it.",
    ),
    Pair(EXPLODING, "He initialisation", LARGE, RELU, "Twice He's scale, 20 layers deep. He cures; W sees neither."),
    Pair(
        EXPLODING,
        "Gradient clipping: does it help?",
        LARGE,
        replace(LARGE, clip_norm=1.0),
        "Clipping bounds the step; it does not cure.",
    ),
    Pair(
        EXPLODING,
        "A much lower rate",
        LARGE,
        replace(LARGE, rate=1e-6),
        "It takes a rate 100,000 times lower, and some draws fail even so.",
    ),
    Pair(
        EXPLODING,
        "Scaled residual branches",
        replace(RELU, residual=True),
        replace(RELU, residual=True, residual_scale=0.22),
        "Unscaled residual branches on He weights explode.",
    ),
    Pair(
        TOO_HIGH,
        "A tenth of the rate",
        replace(RELU, rate=1.0),
        RELU,
        "The gradients are sound here: the steps are too long.",
    ),
    Pair(
        SHARP,
        "Residual connections",
        NORMED,
        replace(NORMED, residual=True),
        "Both learn it. Below, how fast the loss rises around where each ended.",
        ends=True,
    ),
    Pair(
        SHARP,
        "Small batches",
        SHALLOW,
        replace(SHALLOW, batch_size=10),
        "As many updates each. Below, how fast the loss rises around where each ended.",
        ends=True,
    ),
)
TROUBLES = {
    trouble: [at for at, one in enumerate(PAIRS) if one.trouble == trouble]
    for trouble in dict.fromkeys(one.trouble for one in PAIRS)
}
"""The problems in order, each with where in `PAIRS` its remedies are."""
WORDS = {
    "depth": "layers",
    "width": "width",
    "activation": "activation",
    "initialisation": "initialisation",
    "batch_norm": "batch normalisation",
    "residual": "residual connections",
    "residual_scale": "scale of the residual branch",
    "optimizer": "optimizer",
    "rate": "learning rate",
    "schedule": "schedule",
    "clip_norm": "clipping by norm",
    "clip_value": "clipping by value",
    "batch_size": "batch size",
    "steps": "steps",
    "data": "data",
    "points": "points",
    "noise": "noise of the data",
    "seed": "seed",
}
"""The fields of `Network` in the order of the page, and what they are called there."""
_NAMES = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "gelu": "GELU",
    "xavier": "Xavier",
    "he": "He",
    "too_large": "2 × He",
    "tiny": "tiny (0.01)",
    "xor": "XOR",
    "regression_1d": "1D regression",
}

_COMMON = ("gradient_descent", "momentum")
"""Methods whose names are common nouns."""


def name_of(key: Any) -> str:
    """What a menu's value is called."""
    if str(key).startswith(OWN_PREFIX):
        return f"your table, {'standardised' if table_named(key).standardised else 'as it is'}"
    known = OPTIMIZERS.get(key) or SCHEDULES.get(key)
    return known.name if known else _NAMES.get(str(key), str(key))


def prepared(problem: Network, remedy: Network) -> int | None:
    """Which of `PAIRS` the two are, on whatever they learn; or None."""
    shown = on_prepared_data(problem), on_prepared_data(remedy)
    return next((at for at, one in enumerate(PAIRS) if (one.problem, one.remedy) == shown), None)


def on_prepared_data(network: Network) -> Network:
    """The same network on the data that the pairs have, where it learns a table."""
    return network.on(USUAL.data) if network.own else network


def differing(problem: Network, remedy: Network) -> set[str]:
    """The fields in which the two are not the same."""
    return {one.name for one in fields(Network) if getattr(problem, one.name) != getattr(remedy, one.name)}


def difference(problem: Network, remedy: Network) -> str:
    """The same, in words."""
    found = differing(problem, remedy)
    parts = [
        f"{words} from {_shown(name, getattr(problem, name))} to {_shown(name, getattr(remedy, name))}"
        for name, words in WORDS.items()
        if name in found
    ]
    if problem.optimizer == remedy.optimizer and "knobs" in found:
        parts.append(f"knobs of {name_of(problem.optimizer)}")
    if problem.schedule == remedy.schedule and "schedule_knobs" in found:
        parts.append(f"knobs of the {name_of(problem.schedule).lower()} schedule")
    return f"What is changed: {', '.join(parts)}." if parts else "Nothing is changed: both are the same network."


def _shown(name: str, value: Any) -> str:
    if name == "batch_size" and value is None:
        return "all points"
    if value is None or value is False:
        return "off"
    if value is True:
        return "on"
    return number(value) if isinstance(value, float) else name_of(value)


def title(network: Network) -> str:
    """A network in a line: "20 layers of 32 · sigmoid · Xavier · gradient descent at 0.1"."""
    extras = [words for words, on in (("batch norm", network.batch_norm), ("residual", network.residual)) if on]
    clipped = ["clipped"] if network.clip_norm or network.clip_value else []
    scale = [name_of(network.activation), name_of(network.initialisation), *extras]
    method = name_of(network.optimizer)
    rule = f"{method.lower() if network.optimizer in _COMMON else method} at {number(network.rate)}"
    batch = [] if network.batch_size is None else [f"batches of {network.batch_size}"]
    return " · ".join([f"{network.depth} layers of {network.width}", *scale, rule, *clipped, *batch])


def depths(problem: Network, remedy: Network) -> str:
    """The page's title: how many layers there are, in words where both networks have twenty."""
    if problem.depth != remedy.depth:
        return f"{problem.depth} and {remedy.depth} layers"
    return "Twenty layers" if problem.depth == SIGMOID.depth else f"{problem.depth} layers"
