"""What can be said of a race, from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from engine.basis.numerals import count, number


class Entry(NamedTuple):
    """One lane of a race, in the order of its end."""

    name: str
    arrived: bool
    cost: int
    end: float
    area: float
    window: tuple[float, float] | None


COSTS = {"equal_evaluations": "gradient evaluations"}


def race_sentence(entries: Sequence[Entry], rule: str, criterion: str) -> str:
    """Who is first and by what, and whose window of good rates is the widest and the narrowest."""
    first = entries[0]
    if first.end == inf:
        return "No rate of any lane holds." if rule == "best_rate" else "Every lane diverges."
    unit = COSTS.get(rule, "steps")
    cost = f"{first.cost:,} {unit}" if unit != "steps" else count(first.cost)
    how = {
        "steps": f"it arrives after {cost}"
        if first.arrived
        else f"none arrives; its loss, {number(first.end)}, is lowest",
        "loss": f"it ends lowest, at {number(first.end)}" + (f", after {cost}" if first.arrived else ""),
        "area": f"its mean loss over the budget, {number(first.area)}, is lowest",
    }[criterion]
    said = f"{first.name} is first: {how}."
    wide = [(entry.window[1] / entry.window[0], entry) for entry in entries if entry.window]
    if len(wide) < 2:
        return said
    (least, narrow), (most, broad) = min(wide, key=lambda one: one[0]), max(wide, key=lambda one: one[0])
    if most <= least * 1.05:
        return said
    return (
        f"{said} The widest window of good rates is {broad.name}'s, {_ends(broad)}, a factor of {number(most, 2)}; "
        f"the narrowest {narrow.name}'s, {_ends(narrow)}, a factor of {number(least, 2)}."
    )


def _ends(entry: Entry) -> str:
    assert entry.window
    low, high = entry.window
    return f"{number(low)} to {number(high)}"
