"""Problems and their remedies, prepared; what two networks differ in, in words."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from engine import OPTIMIZERS, SCHEDULES
from engine.basis.numerals import number
from engine.networks import USUAL, Network, table_named
from engine.networks.data import OWN_PREFIX
from i18n import Message, joined, lowered, message
from ui.shared.lists import in_a_row

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
VANISHING, EXPLODING, TOO_HIGH, SHARP = (
    message("Vanishing gradient"),
    message("Exploding gradient"),
    message("Rate too high"),
    message("Sharp minimum"),
)
PAIRS = (
    Pair(VANISHING, message("ReLU and He initialisation"), SIGMOID, RELU, message("Scale matters as much as ReLU.")),
    Pair(
        VANISHING,
        message("tanh"),
        SIGMOID,
        replace(SIGMOID, activation="tanh"),
        message("A steeper slope at 0, and Xavier's scale, suffice."),
    ),
    Pair(
        VANISHING,
        message("Batch normalisation"),
        SIGMOID,
        replace(SIGMOID, batch_norm=True),
        message("It repairs, and tilts the other way."),
    ),
    Pair(
        VANISHING,
        message("Residual connections"),
        SIGMOID,
        replace(SIGMOID, residual=True),
        message("It opens the path, though W stays low."),
    ),
    Pair(
        VANISHING,
        message("Adam: does it help?"),
        SIGMOID,
        replace(SIGMOID, optimizer="adam", rate=0.01),
        message("Adam does not cure it."),
    ),
    Pair(
        EXPLODING,
        message("He initialisation"),
        LARGE,
        RELU,
        message("Twice He's scale, 20 layers deep. He cures; W sees neither."),
    ),
    Pair(
        EXPLODING,
        message("Gradient clipping: does it help?"),
        LARGE,
        replace(LARGE, clip_norm=1.0),
        message("Clipping bounds the step; it does not cure."),
    ),
    Pair(
        EXPLODING,
        message("A much lower rate"),
        LARGE,
        replace(LARGE, rate=1e-6),
        message("It takes a rate 100,000 times lower, and some draws fail even so."),
    ),
    Pair(
        EXPLODING,
        message("Scaled residual branches"),
        replace(RELU, residual=True),
        replace(RELU, residual=True, residual_scale=0.22),
        message("Unscaled residual branches on He weights explode."),
    ),
    Pair(
        TOO_HIGH,
        message("A tenth of the rate"),
        replace(RELU, rate=1.0),
        RELU,
        message("The gradients are sound here: the steps are too long."),
    ),
    Pair(
        SHARP,
        message("Residual connections"),
        NORMED,
        replace(NORMED, residual=True),
        message("Both learn it. Below, how fast the loss rises around where each ended."),
        ends=True,
    ),
    Pair(
        SHARP,
        message("Small batches"),
        SHALLOW,
        replace(SHALLOW, batch_size=10),
        message("As many updates each. Below, how fast the loss rises around where each ended."),
        ends=True,
    ),
)
TROUBLES = {
    trouble: [at for at, one in enumerate(PAIRS) if one.trouble == trouble]
    for trouble in dict.fromkeys(one.trouble for one in PAIRS)
}
"""The problems in order, each with where in `PAIRS` its remedies are."""
WORDS = {
    "depth": message("layers"),
    "width": message("width"),
    "activation": message("activation"),
    "initialisation": message("initialisation"),
    "batch_norm": message("batch normalisation"),
    "residual": message("residual connections"),
    "residual_scale": message("scale of the residual branch"),
    "optimizer": message("optimizer"),
    "rate": message("learning rate"),
    "schedule": message("schedule"),
    "clip_norm": message("clipping by norm"),
    "clip_value": message("clipping by value"),
    "batch_size": message("batch size"),
    "steps": message("steps"),
    "data": message("data"),
    "points": message("points"),
    "noise": message("noise of the data"),
    "seed": message("seed"),
}
"""The fields of `Network` in the order of the page, and what they are called there."""
_NAMES = {
    "relu": "ReLU",
    "leaky_relu": message("leaky ReLU"),
    "gelu": "GELU",
    "sigmoid": message("sigmoid"),
    "xavier": "Xavier",
    "he": "He",
    "zeros": message("zeros"),
    "orthogonal": message("orthogonal"),
    "too_large": "2 × He",
    "tiny": message("tiny (0.01)"),
    "moons": message("moons"),
    "circles": message("circles"),
    "spirals": message("spirals"),
    "xor": "XOR",
    "regression_1d": message("1D regression"),
}

_COMMON = ("gradient_descent", "momentum")
"""Methods whose names are common nouns."""


def name_of(key: Any) -> str:
    """What a menu's value is called."""
    if str(key).startswith(OWN_PREFIX):
        return message("your table, standardised") if table_named(key).standardised else message("your table, as it is")
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


def difference(problem: Network, remedy: Network) -> Message:
    """The same, in words."""
    found = differing(problem, remedy)
    parts = [
        message(
            "{setting} from {before} to {after}",
            setting=words,
            before=_shown(name, getattr(problem, name)),
            after=_shown(name, getattr(remedy, name)),
        )
        for name, words in WORDS.items()
        if name in found
    ]
    if problem.optimizer == remedy.optimizer and "knobs" in found:
        parts.append(message("knobs of {optimizer}", optimizer=name_of(problem.optimizer)))
    if problem.schedule == remedy.schedule and "schedule_knobs" in found:
        parts.append(message("knobs of the {schedule} schedule", schedule=lowered(name_of(problem.schedule))))
    if not parts:
        return message("Nothing is changed: both are the same network.")
    return message("What is changed: {changes}.", changes=in_a_row(parts))


def _shown(name: str, value: Any) -> str:
    if name == "batch_size" and value is None:
        return message("all points")
    if value is None or value is False:
        return message("off")
    if value is True:
        return message("on")
    return number(value) if isinstance(value, float) else name_of(value)


def title(network: Network) -> Message:
    """A network in a line: "20 layers of 32 · sigmoid · Xavier · gradient descent at 0.1"."""
    norm, residual = message("batch norm"), message("residual")
    extras = [words for words, on in ((norm, network.batch_norm), (residual, network.residual)) if on]
    clipped = [message("clipped")] if network.clip_norm or network.clip_value else []
    scale = [name_of(network.activation), name_of(network.initialisation), *extras]
    method = name_of(network.optimizer)
    called = lowered(method) if network.optimizer in _COMMON else method
    rule = message("{method} at {rate}", method=called, rate=number(network.rate))
    batch = [] if network.batch_size is None else [message("batches of {points}", points=network.batch_size)]
    size = message("{depth} layers of {width}", depth=network.depth, width=network.width)
    return joined(" · ", [size, *scale, rule, *clipped, *batch])


def depths(problem: Network, remedy: Network) -> Message:
    """The page's title: how many layers there are, in words where both networks have twenty."""
    if problem.depth != remedy.depth:
        return message("{problem} and {remedy} layers", problem=problem.depth, remedy=remedy.depth)
    if problem.depth == SIGMOID.depth:
        return message("Twenty layers")
    return message("{depth} layers", depth=problem.depth)
