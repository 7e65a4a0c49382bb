"""Branches among the lanes of a picture: which lanes lead to one, and what becomes of it when the list changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.runs.phase import SETTINGS, Phase
from i18n import message, plural
from ui.scene.lane import Lane


def way_to(lanes: Sequence[Lane], place: int) -> tuple[Phase, ...]:
    """The phases before the lane at this place: its parent's way, up to the step at which it branches off.

    A parent that begins only behind that step is its own parent until then.
    """
    branch = lanes[place].branch
    if branch is None:
        return ()
    parent, step = branch
    earlier = [phase for phase in way_to(lanes, parent) if phase.until < step]
    cut = next((phase for phase in way_to(lanes, parent) if phase.until >= step), None)
    last = cut or Phase(step, **{name: getattr(lanes[parent], name) for name in SETTINGS})
    return (*earlier, replace(last, until=step))


def faults(lanes: Sequence[Lane]) -> list[tuple[int, str]]:
    """The branches that have no parent to go on from, each with a sentence: place, and what is wrong."""
    found = []
    for place, lane in enumerate(lanes):
        if lane.branch is None:
            continue
        parent = lane.branch[0]
        if parent >= len(lanes):
            missing = plural(
                "Lane {lane} branches off lane {parent}, and there are {count} lane.",
                "Lane {lane} branches off lane {parent}, and there are {count} lanes.",
                len(lanes),
                lane=place + 1,
                parent=parent + 1,
                count=len(lanes),
            )
            found.append((place, missing))
        elif _is_in_a_circle(lanes, place):
            circle = message(
                "Lane {lane} branches off lane {parent}, which leads back to it.", lane=place + 1, parent=parent + 1
            )
            found.append((place, circle))
    return found


def _is_in_a_circle(lanes: Sequence[Lane], place: int) -> bool:
    seen, at = {place}, lanes[place].branch
    while at is not None and at[0] < len(lanes):
        if at[0] in seen:
            return at[0] == place
        seen.add(at[0])
        at = lanes[at[0]].branch
    return False


def without_faults(lanes: Sequence[Lane]) -> tuple[Lane, ...]:
    """The lanes, each of whose branches has a parent: the others begin at the start."""
    wrong = {place for place, _ in faults(lanes)}
    return tuple(replace(lane, branch=None) if place in wrong else lane for place, lane in enumerate(lanes))


def kept(before: Sequence[Lane], after: Sequence[Lane]) -> tuple[Lane, ...]:
    """The lanes `after` some were taken away, without the branches of those; all of them where none would be left."""
    lanes = list(after)
    while True:
        places = {id(lane) for lane in lanes}
        left = [lane for lane in lanes if lane.branch is None or id(before[lane.branch[0]]) in places]
        if len(left) == len(lanes) or not left:
            return tuple(lanes)
        lanes = left


def rearranged(before: Sequence[Lane], after: Sequence[Lane]) -> tuple[Lane, ...]:
    """Lanes after a change of the list, each the same record as before or a new one; branches follow their parents.

    One whose parent is gone begins at the start.
    """
    places = {id(lane): place for place, lane in enumerate(after)}
    moved = []
    for lane in after:
        parent = None if lane.branch is None else places.get(id(before[lane.branch[0]]))
        branch = None if lane.branch is None or parent is None else (parent, lane.branch[1])
        moved.append(lane if branch == lane.branch else replace(lane, branch=branch))
    return tuple(moved)
