"""Surfaces with parameters: what a slider needs to know of one, and a loss that is handed their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from i18n import joined, message
from landscapes.language import letter_text, number_text, quoted
from landscapes.on_data import LossOnData

if TYPE_CHECKING:
    from jaxtyping import Array, Float

LARGEST = 1e6
"""Of a parameter's value, written 10⁶ in its sentence."""


@dataclass(frozen=True)
class Parameter:
    """A letter of a formula whose value is given from outside.

    name: the letter in the language (a, kappa, w1); title: what it stands for; low and high: the slider's ends; least
    and most: what is accepted at all; log: whether the slider is.
    """

    name: str
    default: float = 1.0
    low: float = -5.0
    high: float = 5.0
    log: bool = False
    title: str = ""
    least: float = -LARGEST
    most: float = LARGEST

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", message(self.title))

    @property
    def sign(self) -> str:
        """As a sentence has it: κ for kappa."""
        return letter_text(self.name)

    def check(self, value: object) -> float:
        """`value` as a number within the bounds. Raises ValueError with a sentence."""
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        if not self.least <= number <= self.most:
            shown = number_text(value) if isinstance(value, float) else quoted(str(value)) or message("nothing")
            raise ValueError(
                message(
                    "The parameter {sign} must be a number from {least} to {most}; got {value}.",
                    sign=self.sign,
                    least=_plain(self.least),
                    most=_plain(self.most),
                    value=shown,
                )
            )
        return float(number)

    def with_ends(self, low: float, high: float) -> Parameter:
        """The same with another slider, on a log scale where that is positive and wide. Raises ValueError."""
        low, high = self.check(low), self.check(high)
        if not high - low >= 1e-6 * max(1.0, abs(low), abs(high)):
            raise ValueError(
                message(
                    "The slider of {sign} must run from a smaller to a larger number; got {low} to {high}.",
                    sign=self.sign,
                    low=_plain(low),
                    high=_plain(high),
                )
            )
        wide = low > 0 and high / low >= 100
        return Parameter(self.name, self.default, low, high, wide, self.title, self.least, self.most)


def _plain(number: float) -> str:
    return {LARGEST: "10⁶", -LARGEST: "−10⁶"}.get(number, number_text(number).replace("-", "−"))


@dataclass(frozen=True)
class LossWithParameters:
    """position (2,) -> loss, as every landscape has it; traceable by JAX.

    The values are no part of a compiled program but one of its arguments: equal formulas share programs whatever their
    values, and another value costs no compilation.

    mean: (position (2,), values (n,)) -> loss; one function object for all values.
    """

    mean: Callable[[Any, Any], Float[Array, ""]]
    values: tuple[float, ...]

    def __call__(self, position: Float[Array, " 2"]) -> Float[Array, ""]:
        """The loss at a position."""
        return self.mean(position, self.data)

    @property
    def data(self) -> Any:
        """The values as a program is handed them."""
        return np.array(self.values)


def program_key(loss: Callable) -> Callable:
    """What compiled programs are found by: the function that they trace, without the data that it is handed."""
    return loss.mean if isinstance(loss, LossOnData | LossWithParameters) else loss


def values_text(parameters: Sequence[Parameter], values: Sequence[float]) -> str:
    """The values that are not the default, as a text form carries them: "a=2,b=0.5"."""
    pairs = zip(parameters, values, strict=True)
    return ",".join(f"{one.name}={number_text(value)}" for one, value in pairs if value != one.default)


def settled(
    owner: str, parameters: Sequence[Parameter], values: Mapping[str, float], otherwise: Sequence[float]
) -> tuple[float, ...]:
    """Checked values for all parameters, those that are not named from `otherwise`. Raises ValueError."""
    known = {one.name for one in parameters}
    for name in values:
        if name not in known:
            there = joined(", ", [one.name for one in parameters]) if parameters else message("none")
            raise ValueError(
                message(
                    '{surface} has no parameter "{name}"; it has {there}.',
                    surface=owner,
                    name=quoted(str(name)),
                    there=there,
                )
            )
    return tuple(
        one.check(values[one.name]) if one.name in values else other
        for one, other in zip(parameters, otherwise, strict=True)
    )
