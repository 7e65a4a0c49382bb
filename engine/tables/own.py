"""Two weights of a model on a visitor's own data, and the surface that comes of it.

The data are arguments of the compiled programs, padded to a few lengths, so that a point that moves, comes or goes
compiles nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache, cached_property, lru_cache

import jax.numpy as jnp
import numpy as np

from engine.basis.columns import plain
from engine.networks.two_weights import MODELS_OF, TwoWeights
from engine.runs.lookup import READERS
from engine.tables.data import DATA_PREFIX, OwnData, data_of
from engine.tables.losses import LESSONS, LOSSES, PREDICT, line
from engine.tables.near import near_minimum
from engine.tables.table import MOST_ROWS
from i18n import message
from landscapes.on_data import Listing, LossOnData
from landscapes.record import FARTHEST, CriticalPoint, Landscape, Point, Window

SIZES = (64, 256, 512, 1_024, MOST_ROWS)
"""Lengths that data are padded to: as many compilations at the most."""


@cache
def _means(loss: str, size: int) -> tuple[Callable, Callable]:
    """The mean over all points, and over weighted ones: two functions for all data of one loss and one length."""
    points = LOSSES[loss].points

    def mean(position, data):
        inputs, targets, there, l2 = data
        # What fills the length up counts nothing, not even where it overflows.
        each = jnp.where(there > 0, points(position, inputs, targets), 0.0)
        return jnp.sum(each) / jnp.sum(there) + l2 * position[0] ** 2

    def on_rows(position, data, weights):
        inputs, targets, there, l2 = data
        each = jnp.where(there > 0, points(position, inputs, targets), 0.0)
        return jnp.sum(weights * each) + l2 * position[0] ** 2

    return mean, on_rows


_WEIGHT_AND_BIAS = message("weight w"), message("bias b")
_SLOPE_AND_INTERCEPT = message("slope w"), message("intercept b")


class OwnModel(TwoWeights):
    """A model of two weights on a visitor's data."""

    def __init__(self, data: OwnData):
        kind = LOSSES[data.loss]
        center, known = near_minimum(data.descended, data.targets, data.loss, data.l2)
        super().__init__(
            key=data.text.removeprefix(DATA_PREFIX),
            name=message("{target} from {input}", target=data.target_name, input=data.input_name),
            weights=_WEIGHT_AND_BIAS if kind.is_classification else _SLOPE_AND_INTERCEPT,
            inputs=data.descended,
            targets=data.targets,
            predict=PREDICT.get(data.loss, line),
            point_losses=kind.points,
            window=_window(center),
            start=(0.0, 0.0),
            minima=(center,) if known else (),
            source="Your own data.",
            lesson=LESSONS[data.loss],
            code=(kind.torch, kind.jax),
        )
        object.__setattr__(self, "data", data)

    data: OwnData

    @cached_property
    def loss(self) -> LossOnData:
        """As of the other models, on data that are padded."""
        data, size = self.data, self.size
        mean, on_rows = _means(data.loss, size)
        more = f" + {plain(data.l2)}*x**2" if data.l2 else ""
        loss = LossOnData(
            mean,
            self._padded,
            on_rows=on_rows,
            points=data.points,
            rows=size,
            cost=1 + size // 16,
            listing=Listing(self.inputs.tolist(), self.targets.tolist(), *(code + more for code in self.code)),
        )
        assert loss.data is not None  # there is nothing to wait for
        return loss

    @property
    def size(self) -> int:
        """The length that the data are padded to."""
        return next(size for size in SIZES if self.data.points <= size)

    def _padded(self):
        """Inputs, targets, which of them are there, and the L2 strength. Bound to the model: its data live as long."""
        padding = np.zeros(self.size - self.data.points)
        there = np.ones(self.data.points)
        columns = (self.inputs, self.targets, there)
        return (*(np.concatenate([values, padding]) for values in columns), np.float64(self.data.l2))

    @cached_property
    def landscape(self) -> Landscape:
        """The surface as the engine's other parts take it; its text form holds the data."""
        return Landscape(
            key=DATA_PREFIX + self.key,
            name=self.name,
            group="Your own",
            loss=self.loss,
            window=self.window,
            start=self.start,
            critical_points=tuple(CriticalPoint(one, "global minimum") for one in self.minima),
            lesson=self.lesson,
            source=self.source,
        )


def _window(center: Point) -> Window:
    """About the minimum, with the origin well inside: that is where a model begins. Two digits: it stands still."""
    reach = max(1.5 * max(map(abs, center)), 1.0)
    unit = 10.0 ** math.floor(math.log10(reach) - 1)
    reach = min(math.ceil(reach / unit) * unit, FARTHEST / 4)
    middle = [round(part / 2 / unit) * unit for part in center]
    (a0, a1), (b0, b1) = ([float(f"{one + side * reach:.12g}") for side in (-1, 1)] for one in middle)
    return (a0, a1), (b0, b1)


@lru_cache(maxsize=64)
def _model(text: str) -> OwnModel:
    return OwnModel(data_of(text))


def own_model(data: OwnData | str) -> OwnModel:
    """The model on these data, or of their text form without its prefix: one object for equal texts."""
    return _model(data if isinstance(data, str) else data.text.removeprefix(DATA_PREFIX))


def data_on(landscape: Landscape) -> OwnData | None:
    """The visitor's data whose surface this is; None for another surface."""
    text = landscape.text
    return own_model(text.removeprefix(DATA_PREFIX)).data if text.startswith(DATA_PREFIX) else None


def with_points(data: OwnData, inputs, targets) -> OwnData:
    """The same model on other points."""
    return replace(data, inputs=np.array(inputs, dtype=np.float64), targets=np.array(targets, dtype=np.float64))


READERS[DATA_PREFIX] = lambda text: own_model(text).landscape
MODELS_OF[DATA_PREFIX] = own_model
