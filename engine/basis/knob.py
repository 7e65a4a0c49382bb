"""A knob: one hyper-parameter of an optimizer or a schedule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.basis.checks import echo, number_within, whole_within
from engine.basis.registry import unknown
from i18n import message

Value = float | tuple[float, ...]
MOST_VALUES = 20


@dataclass(frozen=True)
class Knob:
    """What a slider, a link, the wire and the engine need to know of one hyper-parameter.

    `low` and `high` are the slider's ends, `bounds` what is accepted at all (its upper end excluded if `open_end`). The
    value of one that takes `many` is a tuple of numbers, rising and each within the bounds.
    """

    name: str
    low: float
    high: float
    default: Value
    bounds: tuple[float, float]
    log: bool = False
    whole: bool = False
    open_end: bool = False
    many: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", message(self.name))

    def check(self, value: object) -> Any:
        """`value` as a number inside `bounds`, or as a tuple of such; ValueError with a sentence otherwise."""
        if not self.many:
            return self._one(value)
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MOST_VALUES:
            raise ValueError(
                message(
                    "{name} must be a list of 1 to {most} numbers such as 30, 80; got {value}.",
                    name=self.name,
                    most=MOST_VALUES,
                    value=echo(value),
                )
            )
        return tuple(sorted({self._one(one) for one in value}))

    def _one(self, value: object) -> float:
        least, most = self.bounds
        if self.whole:
            return whole_within(self.name, value, int(least), int(most))
        return number_within(self.name, value, least, most, self.open_end)


class Settings(Mapping[str, Any]):
    """Values of knobs by name: read-only and hashable, equal to any mapping with the same items."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]):
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return repr(self._values)


def settle(owner: str, knobs: Mapping[str, Knob], values: object) -> Settings:
    """Checked values for all of `knobs`: those in `values`, the default for the rest.

    Raises ValueError for a name that `owner` ("Adam") does not have, naming the nearest, or for a value out of bounds.
    """
    if values is None:
        values = {}
    if not isinstance(values, Mapping):
        raise ValueError(
            message(
                "The knobs of {owner} must be a mapping from name to number, got a {kind}.",
                owner=owner,
                kind=type(values).__name__,
            )
        )
    for name in values:
        if name not in knobs:
            raise ValueError(unknown(message("{owner} knob", owner=owner), name, knobs))
    return Settings(
        {name: knob.check(values[name]) if name in values else knob.default for name, knob in knobs.items()}
    )
