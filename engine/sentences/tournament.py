"""What can be said of a tournament, from what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from i18n import joined, listed, message, plural


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
        return message("No method solves any of the {n} problems within the budget.", n=f"{problems:,}")
    if counted == problems:
        some = message("the {n} problems", n=f"{problems:,}")
    else:
        some = message("the {n} problems that any method solves", n=f"{counted:,}")
    most, solved = _best(entries, [entry.solved for entry in entries])
    least, cheapest = _best(entries, [entry.cheapest for entry in entries])
    near, double = _best(entries, [entry.double for entry in entries])
    told = {"names": listed(most), "share": _of(solved, counted), "some": some, "cheapest": _of(cheapest, counted)}
    if most == least:
        first = plural(
            "{names} solves the most, {share} of {some}, and is the cheapest on the most, {cheapest}.",
            "{names} solve the most, {share} of {some}, and are the cheapest on the most, {cheapest}.",
            len(most),
            **told,
        )
    else:
        solve = plural(
            "{names} solves the most, {share} of {some}.",
            "{names} solve the most, {share} of {some}.",
            len(most),
            **told,
        )
        cheap = plural(
            "{names} is the cheapest on the most, {share}.",
            "{names} are the cheapest on the most, {share}.",
            len(least),
            names=listed(least),
            share=told["cheapest"],
        )
        first = joined(" ", [solve, cheap])
    within = plural(
        "With twice the cheapest's gradients {names} solves the most, {share}.",
        "With twice the cheapest's gradients {names} solve the most, {share}.",
        len(near),
        names=listed(near),
        share=_of(double, counted),
    )
    said, nobody = [first, within], problems - counted
    if nobody:
        none = plural(
            "{n} of {problems} is solved by none and counted for none.",
            "{n} of {problems} are solved by none and counted for none.",
            nobody,
            n=f"{nobody:,}",
            problems=f"{problems:,}",
        )
        said.append(none)
    return joined(" ", said)


def share(part: int, whole: int) -> str:
    """A share in per cent that is 100 or 0 only where it is all or nothing; the stage's tournament.js says the same."""
    percent = 100 * part / whole
    rounded = int(percent + 0.5)
    if part in (0, whole) or 0 < rounded < 100:
        return f"{rounded} %"
    return f"{min(99.9, max(0.1, int(10 * percent + 0.5) / 10)):.1f} %"


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({share(part, whole)})"


def _best(entries: Sequence[Entry], counts: Sequence[int]) -> tuple[list[str], int]:
    """Who has the most, all of them where it is several, and how many it is."""
    top = max(counts)
    return [entry.name for entry, count in zip(entries, counts, strict=True) if count == top], top
