"""A visitor's points and what is made of them, and the text form that holds both to the bit, so that a link does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import numpy as np

from engine.basis.checks import number_within
from engine.basis.columns import packed, plain, unpacked
from engine.basis.numerals import number
from engine.basis.registry import unknown
from engine.tables.held import MARK, Held, held, hold
from engine.tables.losses import LOSSES
from engine.tables.table import MOST_ROWS, Table
from i18n import message, sentence_of

if TYPE_CHECKING:
    from jaxtyping import Float

DATA_PREFIX = "data:"
LINKED_POINTS = 200
"""Of a table that a link carries; a larger one travels in the saved file."""
FEWEST_POINTS = 2
MOST_L2 = 100.0
LARGEST_VALUE = 1e9
"""Of a cell: the squares of larger ones, summed up, leave no digit for the picture."""
NAME = 40
"""Letters of a column's name."""


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
            raise ValueError(
                message(
                    "Input and target are the same column, {name}: the fit would be exact. Choose two.", name=input_name
                )
            )
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
        if self.points <= LINKED_POINTS:
            return self.whole_text
        return self._text(self._held.name)

    @cached_property
    def _held(self) -> Held:
        return hold(self.inputs, self.targets)

    @property
    def whole_text(self) -> str:
        """The text form that holds all points, however many: what a saved file has."""
        return self._text(packed([self.inputs, self.targets]))

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
            message(
                "A classification needs a target of two values, got {n} in {name}. Choose another column, or a loss "
                "for numbers.",
                n=f"{len(found):,}",
                name=name,
            )
        )
    return (values == found[1]).astype(np.float64)


def _check_points(data: OwnData) -> None:
    inputs, targets = data.inputs, data.targets
    if len(inputs) != len(targets) or inputs.ndim != 1:
        raise ValueError(
            message(
                "There must be a target for each input; got {inputs} and {targets}.",
                inputs=f"{len(inputs):,}",
                targets=f"{len(targets):,}",
            )
        )
    if not FEWEST_POINTS <= len(inputs) <= MOST_ROWS:
        raise ValueError(
            message(
                "A fit needs {least} to {most} points with both numbers, got {n}. Choose other columns or other rows.",
                least=FEWEST_POINTS,
                most=f"{MOST_ROWS:,}",
                n=f"{len(inputs):,}",
            )
        )
    largest = max(float(np.abs(inputs).max()), float(np.abs(targets).max()))
    if not largest <= LARGEST_VALUE:
        raise ValueError(
            message(
                "Numbers of the data must be within ±10⁹; got {largest}. Take them in another unit.",
                largest=number(largest),
            )
        )
    if LOSSES[data.loss].is_classification and not set(np.unique(targets).tolist()) <= {0.0, 1.0}:
        raise ValueError(
            message("The targets of a classification must be the classes 0 and 1. Choose a loss for numbers.")
        )


_BROKEN = message("The data of this link are damaged or cut off: paste the table again, or load the saved picture.")


def data_of(text: str) -> OwnData:
    """The data of a text form without its prefix. Raises ValueError with a sentence."""
    settings: dict[str, str] = {}
    for part in text.split(";"):
        key, _, settings[key] = part.partition("=")
    for key in settings:
        if key not in ("loss", "l2", "scaled", "x", "y", "points"):
            raise ValueError(message("{broken} They hold {key}.", broken=_BROKEN, key=repr(quote(key[:20]))))
    points = settings.get("points", "")
    try:
        if points.startswith(MARK):
            inputs, targets = held(points).inputs, held(points).targets
        else:
            inputs, targets = unpacked(points, 2)
        l2 = float(settings.get("l2", "0"))
    except (ValueError, TypeError) as fault:
        raise ValueError(sentence_of(fault) if points.startswith(MARK) else _BROKEN) from None
    x, y = (unquote(settings.get(axis, axis)) for axis in "xy")
    return OwnData(inputs, targets, x, y, settings.get("loss", "squared"), l2, settings.get("scaled") == "1")
