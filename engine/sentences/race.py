"""What can be said of a race, from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from engine.basis.numerals import count, number
from i18n import message


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
        return message("No rate of any lane holds.") if best else message("Every lane diverges.")
    said = message("{name} is first: {how}.", name=first.name, how=_HOW[criterion](entries, rule))
    wide = [(entry.window[1] / entry.window[0], entry) for entry in entries if entry.window]
    if len(wide) < 2:
        return said
    (least, narrow), (most, broad) = min(wide, key=lambda one: one[0]), max(wide, key=lambda one: one[0])
    if most <= least * 1.05:
        return said
    return message(
        "{first} Of the rates tried, the widest window of good ones is {broad}'s, {ends}, {factor}; the narrowest "
        "{narrow}'s, {narrow_ends}, {narrow_factor}.",
        first=said,
        broad=broad.name,
        ends=_ends(broad),
        factor=_factor(broad, most),
        narrow=narrow.name,
        narrow_ends=_ends(narrow),
        narrow_factor=_factor(narrow, least),
    )


def _by_steps(entries: Sequence[Entry], rule: str) -> str:
    first = entries[0]
    if first.arrived:
        return message("it arrives after {cost}", cost=_cost(first, rule))
    return message("none arrives, and {how}", how=_by_loss(entries, rule))


def _by_loss(entries: Sequence[Entry], rule: str) -> str:
    """Ends that differ by less than a millionth of the fall count as equal, and then the cheaper one is first."""
    first = entries[0]
    if first.end == -inf:
        return message("its loss falls without end")
    if any(entry.end < first.end for entry in entries):
        return message(
            "no other ends noticeably lower, and of these it needs the least, {cost}", cost=_cost(first, rule)
        )
    if first.arrived:
        return message("it ends lowest, at {loss}, after {cost}", loss=number(first.end), cost=_cost(first, rule))
    return message("it ends lowest, at {loss}", loss=number(first.end))


def _by_area(entries: Sequence[Entry], rule: str) -> str:
    first = entries[0]
    if first.area == -inf:
        return message("its loss falls without end")
    return message("its mean loss over the budget, {loss}, is lowest", loss=number(first.area))


def _cost(entry: Entry, rule: str) -> str:
    """What it cost; under best_rate the most that a rate within 5 % of its own costs."""
    if rule == "equal_evaluations":
        return message("{n} gradient evaluations", n=f"{entry.cost:,}")
    cost = count(entry.cost)
    return message("at most {cost} at any rate within 5 % of its own", cost=cost) if rule == "best_rate" else cost


_HOW = {"steps": _by_steps, "loss": _by_loss, "area": _by_area}


def _factor(entry: Entry, width: float) -> str:
    if entry.open:
        return message("a factor of at least {width}", width=number(width, 2))
    return message("a factor of {width}", width=number(width, 2))


def _ends(entry: Entry) -> str:
    assert entry.window
    low, high = entry.window
    return message("{low} to {high}", low=number(low), high=number(high))
