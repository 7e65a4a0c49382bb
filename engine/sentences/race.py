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
    open: bool
    """Whether the window reaches the end of the rates tried: it may be wider."""


def race_sentence(entries: Sequence[Entry], rule: str, criterion: str) -> str:
    """Who is first and by what, and whose window of good rates is the widest and the narrowest."""
    first = entries[0]
    if (first.area if criterion == "area" else first.end) == inf:
        best = rule == "best_rate" and criterion != "area"
        return "No rate of any lane holds." if best else "Every lane diverges."
    said = f"{first.name} is first: {_HOW[criterion](entries, rule)}."
    wide = [(entry.window[1] / entry.window[0], entry) for entry in entries if entry.window]
    if len(wide) < 2:
        return said
    (least, narrow), (most, broad) = min(wide, key=lambda one: one[0]), max(wide, key=lambda one: one[0])
    if most <= least * 1.05:
        return said
    return (
        f"{said} Of the rates tried, the widest window of good ones is {broad.name}'s, {_ends(broad)}, "
        f"{_factor(broad, most)}; the narrowest {narrow.name}'s, {_ends(narrow)}, {_factor(narrow, least)}."
    )


def _by_steps(entries: Sequence[Entry], rule: str) -> str:
    first = entries[0]
    if first.arrived:
        return f"it arrives after {_cost(first, rule)}"
    return f"none arrives, and {_by_loss(entries, rule)}"


def _by_loss(entries: Sequence[Entry], rule: str) -> str:
    """Ends that differ by less than a millionth of the fall count as equal, and then the cheaper one is first."""
    first = entries[0]
    if first.end == -inf:
        return "its loss falls without end"
    if any(entry.end < first.end for entry in entries):
        return f"no other ends noticeably lower, and of these it needs the least, {_cost(first, rule)}"
    return f"it ends lowest, at {number(first.end)}" + (f", after {_cost(first, rule)}" if first.arrived else "")


def _by_area(entries: Sequence[Entry], rule: str) -> str:
    first = entries[0]
    if first.area == -inf:
        return "its loss falls without end"
    return f"its mean loss over the budget, {number(first.area)}, is lowest"


def _cost(entry: Entry, rule: str) -> str:
    """What it cost; under best_rate the most that a rate within 5 % of its own costs."""
    if rule == "equal_evaluations":
        return f"{entry.cost:,} gradient evaluations"
    cost = count(entry.cost)
    return f"at most {cost} at any rate within 5 % of its own" if rule == "best_rate" else cost


_HOW = {"steps": _by_steps, "loss": _by_loss, "area": _by_area}


def _factor(entry: Entry, width: float) -> str:
    return f"a factor of {'at least ' if entry.open else ''}{number(width, 2)}"


def _ends(entry: Entry) -> str:
    assert entry.window
    low, high = entry.window
    return f"{number(low)} to {number(high)}"
