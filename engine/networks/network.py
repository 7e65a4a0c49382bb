"""The record that describes a network, its data and its training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.basis.checks import echo, number_within, whole_within
from engine.basis.knob import settle
from engine.basis.registry import unknown
from engine.networks.activations import ACTIVATIONS
from engine.networks.data import (
    FEWEST_POINTS,
    MOST_POINTS,
    OWN_PREFIX,
    REGRESSIONS,
    Data,
    checked_data,
    checked_noise,
    make_data,
)
from engine.networks.initialisation import INITIALISATIONS
from engine.networks.own_data import OwnTable, table_named
from engine.optimizers import OPTIMIZERS
from engine.runs.fields import check_field
from engine.schedules import SCHEDULES
from i18n import message

SHALLOWEST, DEEPEST = 2, 50
NARROWEST, WIDEST = 2, 128
MOST_STEPS = 5_000
NETWORK_OPTIMIZERS = ("gradient_descent", "momentum", "adam", "rmsprop")
"""Keys of `engine.OPTIMIZERS` that train a network here: the rules and their knobs are the same."""
HIDDEN_BUCKETS = (1, 2, 10, 22, 48)
"""Layers between the first and the last that programs are compiled for: depths up to 3, 4, 12, 24 and 50.
Two hidden layers, the net one plays with, have a bucket of their own: skipping a third one costs a fifth."""
WIDTH_BUCKETS = (16, 32, 64, 128)
INPUTS = 2
"""Columns of the prepared sets' inputs; a regression on one number has a second column of zeros."""
INPUT_BUCKETS = (INPUTS, 4, 8, 16)
"""Columns that programs are compiled for: a visitor's own table may have up to sixteen, the rest are zeros."""
ROW_BUCKETS = (200, 400, 800, MOST_POINTS)
"""Rows that programs are compiled for where a visitor's own table is learned, so that a row more or fewer compiles
nothing; the first is what the prepared sets have. Those, whose numbers of points are few, are not filled up."""


def _is_own(data: object) -> bool:
    return isinstance(data, str) and data.startswith(OWN_PREFIX)


def _one_of(noun: str, known) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(unknown(noun, value, known))
        return value

    return check


def _switch(name: str) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(
                message(
                    "{name} must be True or False, got {value}. Switch it on or off.",
                    name=message(name),
                    value=echo(value),
                )
            )
        return bool(value)

    return check


def _whole(name: str, least: int, most: int) -> Callable[[object], int]:
    return lambda value: whole_within(name, value, least, most)


_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "data": lambda value: table_named(str(value)).name if _is_own(value) else checked_data(value),
    "depth": _whole("The depth in linear layers", SHALLOWEST, DEEPEST),
    "width": _whole("The width", NARROWEST, WIDEST),
    "activation": _one_of("activation", ACTIVATIONS),
    "initialisation": _one_of("initialisation", INITIALISATIONS),
    "batch_norm": _switch("Batch normalisation"),
    "residual": _switch("The residual connection"),
    "residual_scale": lambda value: number_within("The scale of the residual branch", value, 0.0, 10.0),
    "optimizer": _one_of("network optimizer", NETWORK_OPTIMIZERS),
    "steps": _whole("The number of steps", 1, MOST_STEPS),
    "points": _whole("The number of points", FEWEST_POINTS, MOST_POINTS),
    "noise": checked_noise,
    **{
        name: (lambda value, name=name: check_field(name, value))
        for name in ("clip_norm", "clip_value", "rate", "schedule", "seed")
    },
}


@dataclass(frozen=True)
class Network:
    """A fully connected network, its data and its training.

    Args:
        data: a key of `DATA_SETS`; `points` rows (16 to 2,000) of it with `noise`. Or the name of an `OwnTable` that
            is held: then all its rows, and no noise.
        depth: linear layers, 2 to 50: 2 inputs (1 of a regression) -> width -> ... -> width -> 1 output.
        width: units of each hidden layer, 2 to 128.
        activation: a key of `ACTIVATIONS`, behind every linear layer but the last.
        initialisation: a key of `INITIALISATIONS`, of every layer's weights; biases begin at 0 and are trained.
        batch_norm: normalise between linear layer and activation, with trained scale (from 1) and shift (from 0). The
            statistics are those of the step's batch; what is measured or predicted takes those of the whole data set,
            not running averages (Ioffe and Szegedy 2015, arXiv:1502.03167).
        residual: h + residual_scale * f(h) instead of f(h) wherever a layer is as wide as the one before it: in all
            but the first and the last (He et al. 2016, arXiv:1512.03385).
        residual_scale: 0 to 10.
        clip_norm: longest gradient over all parameters, or None (PyTorch's clip_grad_norm_).
        clip_value: largest component of it, or None; applied before clip_norm (PyTorch's clip_grad_value_).
        rate, schedule, optimizer: as in `engine.Run`, with PyTorch's semantics; `NETWORK_OPTIMIZERS` only.
        steps: updates, 1 to 5,000.
        batch_size: points an update is made on, 1 to `points`; None is all of them. Each epoch takes them in a new
            order and drops its rest (see `engine.runs.batches`).
        seed: of the weights; data and batches are drawn with it too.
        knobs, schedule_knobs: hyper-parameters of the optimizer and of the schedule; the registry's defaults otherwise.

    Raises:
        ValueError: with a sentence, for anything else; an unknown name is answered with the nearest known one.
    """

    data: str = "moons"
    depth: int = 20
    width: int = 32
    activation: str = "sigmoid"
    initialisation: str = "xavier"
    batch_norm: bool = False
    residual: bool = False
    residual_scale: float = 1.0
    clip_norm: float | None = None
    clip_value: float | None = None
    rate: float = 0.1
    schedule: str = "constant"
    optimizer: str = "gradient_descent"
    steps: int = 500
    batch_size: int | None = None
    points: int = 200
    noise: float = 0.1
    seed: int = 0
    knobs: Mapping[str, Any] = field(default_factory=dict)
    schedule_knobs: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        put = object.__setattr__  # the record is frozen from here on
        for name, check in _CHECKS.items():
            if name != "points" or not _is_own(self.data):
                put(self, name, check(getattr(self, name)))
        if _is_own(self.data):
            put(self, "_table", table_named(self.data))  # for as long as the network is
            put(self, "points", table_named(self.data).rows)
        if self.batch_size is not None:
            put(self, "batch_size", whole_within("The batch size", self.batch_size, 1, self.points))
        rule, schedule = OPTIMIZERS[self.optimizer], SCHEDULES[self.schedule]
        put(self, "knobs", settle(rule.name, rule.knobs, self.knobs))
        put(self, "schedule_knobs", settle(schedule.name, schedule.knobs, self.schedule_knobs))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units from the inputs to the output, depth + 1 numbers."""
        first = self.own.inputs.shape[1] if self.own else 1 if self.data in REGRESSIONS else INPUTS
        return (first, *[self.width] * (self.depth - 1), 1)

    @property
    def own(self) -> OwnTable | None:
        """The visitor's table that it learns; None for a prepared set."""
        return self.__dict__.get("_table")

    @property
    def is_regression(self) -> bool:
        """Whether its targets are numbers, and not two classes."""
        return not self.own.classes if self.own else self.data in REGRESSIONS

    @property
    def bucket(self) -> tuple[int, int, int]:
        """Hidden-to-hidden layers, units and inputs of the program that this network runs in."""
        hidden = next(size for size in HIDDEN_BUCKETS if size >= self.depth - 2)
        width = next(size for size in WIDTH_BUCKETS if size >= self.width)
        return hidden, width, next(size for size in INPUT_BUCKETS if size >= self.sizes[0])

    @property
    def rows(self) -> int:
        """Rows that the data are filled up to: see `engine.networks.forward.filled`."""
        return next(size for size in ROW_BUCKETS if size >= self.points) if self.own else self.points

    def on(self, data: str) -> Network:
        """The same network on other data: all rows of a visitor's table, or as many points of a set as before.

        Where it learned a table before, as many as usual; and on batches only where they are not larger than that.
        """
        rows = table_named(data).rows if _is_own(data) else 200 if self.own else self.points
        batch_size = None if self.batch_size is None or self.batch_size > rows else self.batch_size
        return replace(self, data=data, points=rows, batch_size=batch_size)

    def make_data(self) -> Data:
        """The data it is trained on."""
        return self.own.data if self.own else make_data(self.data, self.points, self.noise, self.seed)
