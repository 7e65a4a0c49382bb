"""What can be said of a tournament, from what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """One method of a tournament, in problems."""

    name: str
    solved: int
    """Within the budget."""
    cheapest: int
    """Solved by no other at less."""
    double: int
    """Solved at no more than twice the least cost."""


def tournament_sentence(entries: Sequence[Entry], counted: int, problems: int) -> str:
    """Who solves the most, who is the cheapest most often, and who is ahead within twice the least cost.

    `counted` are the problems that at least one method solves, which the shares are of.
    """
    if not counted:
        return f"No method solves any of the {problems:,} problems within the budget."
    some = f"the {problems:,} problems" if counted == problems else f"the {counted:,} problems that any method solves"
    most, solves, solved = _best(entries, [entry.solved for entry in entries], "solve")
    least, are, cheapest = _best(entries, [entry.cheapest for entry in entries], "are")
    near, within, double = _best(entries, [entry.double for entry in entries], "solve")
    said = f"{most} {solves} the most, {_of(solved, counted)} of {some}"
    said = f"{said}, and {are}" if most == least else f"{said}. {least} {are}"
    said = f"{said} the cheapest on the most, {_of(cheapest, counted)}."
    said = f"{said} With twice the cheapest's gradients {near} {within} the most, {_of(double, counted)}."
    nobody = problems - counted
    if not nobody:
        return said
    return f"{said} {nobody:,} of {problems:,} {'is' if nobody == 1 else 'are'} solved by none and counted for none."


def share(part: int, whole: int) -> str:
    """A share in per cent that is 100 or 0 only where it is all or nothing; the stage's tournament.js says the same."""
    percent = 100 * part / whole
    rounded = int(percent + 0.5)
    if part in (0, whole) or 0 < rounded < 100:
        return f"{rounded} %"
    return f"{min(99.9, max(0.1, int(10 * percent + 0.5) / 10)):.1f} %"


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({share(part, whole)})"


_ONE = {"solve": "solves", "are": "is"}


def _best(entries: Sequence[Entry], counts: Sequence[int], verb: str) -> tuple[str, str, int]:
    """Who has the most, all of them where it is several, the verb in their number, and how many it is."""
    top = max(counts)
    *others, last = [entry.name for entry, count in zip(entries, counts, strict=True) if count == top]
    return (f"{', '.join(others)} and {last}", verb, top) if others else (last, _ONE[verb], top)
