"""Two weights of a model on a visitor's own data: which columns, which loss, and the surface that comes of it.

The data are arguments of the compiled programs, padded to a few lengths, so that a point that moves, comes or goes
compiles nothing. The surface's text form holds them to the bit, so that a link does.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.checks import number_within
from engine.basis.registry import unknown
from engine.networks.two_weights import MODELS_OF, TwoWeights
from engine.runs.lookup import READERS
from engine.tables.held import held, hold
from engine.tables.near import near_minimum
from engine.tables.table import MOST_ROWS, Table, plain
from landscapes.on_data import Listing, LossOnData
from landscapes.record import FARTHEST, CriticalPoint, Landscape, Point, Window

if TYPE_CHECKING:
    from jaxtyping import Array, Float

DATA_PREFIX = "data:"
LINKED_POINTS = 200
"""Of a table that a link carries; a larger one travels in the saved file."""
FEWEST_POINTS = 2
SIZES = (64, 256, MOST_ROWS)
"""Lengths that data are padded to: as many compilations at the most."""
MOST_L2 = 100.0
LARGEST_VALUE = 1e9
"""Of a cell: the squares of larger ones, summed up, leave no digit for the picture."""
NAME = 40
"""Letters of a column's name."""


class Kind(NamedTuple):
    """One loss: what it is called, of what kind its targets are, and each point's loss as code."""

    name: str
    is_classification: bool
    points: Callable[..., Float[Array, " n"]]
    """(weights (2,), inputs (n,), targets (n,)) -> (n,)."""
    torch: str
    jax: str


def _line(weights, inputs):
    return weights[0] * inputs + weights[1]


def _class_1(weights, inputs):
    return jax.nn.sigmoid(_line(weights, inputs))


def _margin(weights, inputs):
    """From the hinge's -1 and 1 to the classes 0 and 1 that the points are drawn at."""
    return (1 + _line(weights, inputs)) / 2


def _squared(weights, inputs, targets):
    return (_line(weights, inputs) - targets) ** 2


def _absolute(weights, inputs, targets):
    return jnp.abs(_line(weights, inputs) - targets)


def _huber(weights, inputs, targets):
    off = jnp.abs(_line(weights, inputs) - targets)
    return jnp.where(off <= 1, off**2 / 2, off - 0.5)


def _logistic(weights, inputs, targets):
    logits = _line(weights, inputs)
    return jax.nn.softplus(logits) - targets * logits


def _hinge(weights, inputs, targets):
    return jax.nn.relu(1 - (2 * targets - 1) * _line(weights, inputs))


_OFF = "(x*u + y - t)"
LOSSES: Mapping[str, Kind] = {
    "squared": Kind("Squared", False, _squared, f"{_OFF}**2", f"{_OFF}**2"),
    "absolute": Kind("Absolute", False, _absolute, f"torch.abs{_OFF}", f"jnp.abs{_OFF}"),
    "huber": Kind(
        "Huber, δ = 1",
        False,
        _huber,
        f"torch.where(torch.abs{_OFF} <= 1, {_OFF}**2/2, torch.abs{_OFF} - 0.5)",
        f"jnp.where(jnp.abs{_OFF} <= 1, {_OFF}**2/2, jnp.abs{_OFF} - 0.5)",
    ),
    "logistic": Kind(
        "Logistic",
        True,
        _logistic,
        "torch.nn.functional.softplus(x*u + y) - t*(x*u + y)",
        "jax.nn.softplus(x*u + y) - t*(x*u + y)",
    ),
    "hinge": Kind("Hinge", True, _hinge, "torch.relu(1 - (2*t - 1)*(x*u + y))", "jax.nn.relu(1 - (2*t - 1)*(x*u + y))"),
}
"""By key, in menu order."""
_PREDICT = {"logistic": _class_1, "hinge": _margin}
_LESSONS = {
    "squared": "Your own points: height is the mean square error, position is slope and intercept.",
    "absolute": "Your own points: errors count by their size, so that one outlier pulls no harder than any point.",
    "huber": "Your own points: small errors count by their square, large ones by their size.",
    "logistic": "Your own points: height is the mean logistic loss of two classes.",
    "hinge": "Your own points: only those on the wrong side of the margin count.",
}


@dataclass(frozen=True, eq=False)
class OwnData:
    """The points, as they are in the table, and what is made of them.

    inputs, targets: (n,) float64; a classification's targets are 0 and 1. loss: a key of LOSSES; l2: times the square
    of the slope is added to the mean loss; standardised: whether the inputs are shifted and scaled to mean 0 and
    standard deviation 1 (population's).

    Raises ValueError with a sentence.
    """

    inputs: Float[np.ndarray, " n"]
    targets: Float[np.ndarray, " n"]
    input_name: str = "x"
    target_name: str = "y"
    loss: str = "squared"
    l2: float = 0.0
    standardised: bool = False

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(unknown("loss", self.loss, LOSSES))
        object.__setattr__(self, "l2", number_within("The L2 strength", self.l2, 0.0, MOST_L2))
        for name in ("input_name", "target_name"):
            object.__setattr__(self, name, " ".join(str(getattr(self, name)).split())[:NAME] or name[0])
        for name in ("inputs", "targets"):
            values = np.array(getattr(self, name), dtype=np.float64)
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        _check_points(self)

    @classmethod
    def of(cls, table: Table, input_name: str, target_name: str, loss: str = "squared", **settings) -> OwnData:
        """Of two columns of a table, without the rows that lack one of them."""
        if input_name == target_name:
            raise ValueError(f"Input and target are the same column, {input_name}: the fit would be exact. Choose two.")
        kept = table.rows_of(input_name, target_name)
        inputs, targets = (table[name].values[kept] for name in (input_name, target_name))
        if loss in LOSSES and LOSSES[loss].is_classification:
            targets = as_classes(targets, target_name)
        return cls(inputs, targets, input_name, target_name, loss, **settings)

    @property
    def points(self) -> int:
        """How many there are, n."""
        return len(self.inputs)

    @property
    def shift_and_scale(self) -> tuple[float, float]:
        """What is subtracted from an input, and what it is then divided by; 0 and 1 as they are."""
        if not self.standardised:
            return 0.0, 1.0
        deviation = float(np.std(self.inputs))
        return float(np.mean(self.inputs)), deviation if deviation > 0 else 1.0

    @cached_property
    def descended(self) -> Float[np.ndarray, " n"]:
        """The inputs that the model sees."""
        shift, scale = self.shift_and_scale
        return (self.inputs - shift) / scale

    @property
    def text(self) -> str:
        """The surface's text form: all of it, or where there are more points than a link carries, what names it."""
        return self._text(_packed(self.inputs, self.targets) if self.points <= LINKED_POINTS else hold(self))

    @property
    def whole_text(self) -> str:
        """The text form that holds all points, however many: what a saved file has."""
        return self._text(_packed(self.inputs, self.targets))

    def _text(self, points: str) -> str:
        settings = [f"loss={self.loss}"] if self.loss != "squared" else []
        settings += [f"l2={plain(self.l2)}"] if self.l2 else []
        settings += ["scaled=1"] if self.standardised else []
        names = [f"x={quote(self.input_name, safe='')}", f"y={quote(self.target_name, safe='')}"]
        return DATA_PREFIX + ";".join([*settings, *names, f"points={points}"])


def as_classes(values: Float[np.ndarray, " n"], name: str) -> Float[np.ndarray, " n"]:
    """Two numbers as the classes 0, the lower, and 1. Raises ValueError where there are not two."""
    found = np.unique(values)
    if len(found) != 2:
        raise ValueError(
            f"A classification needs a target of two values, got {len(found):,} in {name}. Choose another column, or a "
            "loss for numbers."
        )
    return (values == found[1]).astype(np.float64)


def _check_points(data: OwnData) -> None:
    inputs, targets = data.inputs, data.targets
    if len(inputs) != len(targets) or inputs.ndim != 1:
        raise ValueError(f"There must be a target for each input; got {len(inputs):,} and {len(targets):,}.")
    if not FEWEST_POINTS <= len(inputs) <= MOST_ROWS:
        raise ValueError(
            f"A fit needs {FEWEST_POINTS} to {MOST_ROWS:,} points with both numbers, got {len(inputs):,}. "
            "Choose other columns or other rows."
        )
    largest = max(float(np.abs(inputs).max()), float(np.abs(targets).max()))
    if not largest <= LARGEST_VALUE:
        raise ValueError(f"Numbers of the data must be within ±10⁹; got {largest:g}. Take them in another unit.")
    if LOSSES[data.loss].is_classification and not set(np.unique(targets).tolist()) <= {0.0, 1.0}:
        raise ValueError("The targets of a classification must be the classes 0 and 1. Choose a loss for numbers.")


def _packed(inputs: Float[np.ndarray, " n"], targets: Float[np.ndarray, " n"]) -> str:
    """Decimal numbers, or the bits of all of them where that is shorter."""
    decimal = "*".join(",".join(map(plain, values.tolist())) for values in (inputs, targets))
    bits = "b" + base64.urlsafe_b64encode(np.stack([inputs, targets]).astype("<f8").tobytes()).decode().rstrip("=")
    return min(decimal, bits, key=len)


def _unpacked(text: str) -> tuple[np.ndarray, np.ndarray]:
    if text.startswith("b"):
        bits = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        inputs, targets = np.frombuffer(bits, "<f8").reshape(2, -1)
    else:
        inputs, targets = (np.array([float(one) for one in part.split(",")]) for part in text.split("*"))
    return inputs, targets


_BROKEN = "The data of this link are damaged or cut off: paste the table again, or load the saved picture."


def data_of(text: str) -> OwnData:
    """The data of a text form without its prefix. Raises ValueError with a sentence."""
    settings: dict[str, str] = {}
    for part in text.split(";"):
        key, _, settings[key] = part.partition("=")
    for key in settings:
        if key not in ("loss", "l2", "scaled", "x", "y", "points"):
            raise ValueError(f"{_BROKEN} They hold {quote(key[:20])!r}.")
    points = settings.get("points", "")
    try:
        if points.startswith("held."):
            inputs, targets = held(points)
        else:
            inputs, targets = _unpacked(points)
        l2 = float(settings.get("l2", "0"))
    except (ValueError, TypeError) as fault:
        raise ValueError(str(fault) if points.startswith("held.") else _BROKEN) from None
    x, y = (unquote(settings.get(axis, axis)) for axis in "xy")
    return OwnData(inputs, targets, x, y, settings.get("loss", "squared"), l2, settings.get("scaled") == "1")


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
        inputs, targets, _, l2 = data
        rows = weights.shape[0]
        return jnp.sum(weights * points(position, inputs[:rows], targets[:rows])) + l2 * position[0] ** 2

    return mean, on_rows


class OwnModel(TwoWeights):
    """A model of two weights on a visitor's data."""

    def __init__(self, data: OwnData):
        kind = LOSSES[data.loss]
        center, known = near_minimum(data.descended, data.targets, data.loss, data.l2)
        super().__init__(
            key=data.text.removeprefix(DATA_PREFIX),
            name=f"{data.target_name} from {data.input_name}",
            weights=("weight w", "bias b") if kind.is_classification else ("slope w", "intercept b"),
            inputs=data.descended,
            targets=data.targets,
            predict=_PREDICT.get(data.loss, _line),
            point_losses=kind.points,
            window=_window(center),
            start=(0.0, 0.0),
            minima=(center,) if known else (),
            source="Your own data.",
            lesson=_LESSONS[data.loss],
            code=(kind.torch, kind.jax),
        )
        object.__setattr__(self, "data", data)

    data: OwnData

    @cached_property
    def loss(self) -> LossOnData:
        """As of the other models, on data that are padded."""
        data, rows = self.data, self.data.points
        size = self.size
        mean, on_rows = _means(data.loss, size)
        more = f" + {plain(data.l2)}*x**2" if data.l2 else ""
        loss = LossOnData(
            mean,
            self._padded,
            on_rows=on_rows,
            points=rows,
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
    (a, b) = middle
    return (a - reach, a + reach), (b - reach, b + reach)


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
