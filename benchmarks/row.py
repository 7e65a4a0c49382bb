"""One line of the table: a number, its spread, and the promise it is held against."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

SCALES = {"s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))}
"""Units that are shown in the largest part that leaves a number of at least 1."""


@dataclass(frozen=True)
class Row:
    """What was measured, and what was promised of it. Times are seconds, ratios have the unit "x"."""

    topic: str
    what: str
    value: float | None
    """None where it could not be measured here; `note` then says why."""
    unit: str = "s"
    low: float | None = None
    high: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @classmethod
    def median(cls, topic: str, what: str, samples: Sequence[float], unit: str = "s", **more) -> Row:
        """The row of several rounds."""
        return cls(topic, what, statistics.median(samples), unit, min(samples), max(samples), **more)

    @property
    def holds(self) -> bool | None:
        """Whether the promise holds; None for a row that promises nothing or was not measured."""
        if self.value is None or (self.at_most is None and self.at_least is None):
            return None
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def measured(self) -> str:
        """The number with its unit."""
        return "not measured" if self.value is None else shown(self.value, self.unit)

    @property
    def spread(self) -> str:
        """Lowest to highest of the rounds."""
        if self.low is None or self.high is None:
            return ""
        return f"{shown(self.low, self.unit)} to {shown(self.high, self.unit)}"

    @property
    def promise(self) -> str:
        """What was promised, as in "at most 5 ms"."""
        if self.at_most is not None:
            return f"at most {shown(self.at_most, self.unit)}"
        return "" if self.at_least is None else f"at least {shown(self.at_least, self.unit)}"

    @property
    def verdict(self) -> str:
        """The word for `holds`."""
        return {True: "holds", False: "FAILS", None: ""}[self.holds]


def shown(value: float, unit: str) -> str:
    """A number to three digits, in the part of its unit that suits it: "136 us", "1,510 x", "0"."""
    for size, part in SCALES.get(unit, ()):
        if abs(value) >= size:
            return f"{_digits(value / size)} {part}"
    return f"{_digits(value)} {unit}".rstrip()


def _digits(value: float) -> str:
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
