"""The one sentence of a picture: what became of all its lanes."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from engine.basis.numerals import after, point
from engine.runs.trajectory import CANNOT_START, FALLS_FOR_EVER, UNBEGUN, Trajectory
from engine.sentences.lane_names import lane_names
from i18n import capitalized, clauses, listed, message, plural

COMFORTABLE = 150
"""Characters that fit the line under the stage."""


class _End(NamedTuple):
    """An end that is neither an arrival nor a stop: said of one lane by its name, and of several by their number."""

    named: str
    counted: str


_RESTS = {
    "at rest": _End(message("{name} is at rest at no minimum"), message("{n} at rest at no minimum")),
    CANNOT_START: _End(message("{name} is without a start"), message("{n} without a start")),
    UNBEGUN: _End(message("{name} is not begun"), message("{n} not begun")),
    FALLS_FOR_EVER: _End(message("{name} is falling for ever"), message("{n} falling for ever")),
}
"""By an outcome's own few words."""
_KINDS = {"budget": message("{n} not there yet"), "diverged": message("{n} diverged")}
"""By an outcome's kind, where those words say no more."""

Named = tuple[Trajectory, str]


def summary(trajectories: Sequence[Trajectory], names: Sequence[str] = (), by_schedule: bool = False) -> str:
    """For one lane its own sentence; for several who arrives first and where, who follows, who does not and why.

    "First" is fewest steps. The long form names every lane, as `lane_names` does; a line beyond 150 characters counts
    them instead.
    """
    if not trajectories:
        return message("Nothing runs: choose an optimizer.")
    if len(trajectories) == 1:
        return trajectories[0].outcome.sentence
    names = lane_names(trajectories, names, by_schedule)
    unstarted = {(one.outcome.fate, point(one.run.start), one.outcome.why) for one in trajectories}
    if len(unstarted) == 1 and trajectories[0].outcome.fate == CANNOT_START:
        return _none_starts(trajectories, by_schedule)
    arrived = sorted(
        ((one, name) for one, name in zip(trajectories, names, strict=True) if one.outcome.arrived),
        key=lambda pair: pair[0].outcome.step,
    )
    rest = [(one, name) for one, name in zip(trajectories, names, strict=True) if not one.outcome.arrived]
    long = _join([*_arrivals(arrived), *_others(rest)])
    return long if len(long) <= COMFORTABLE else _short(arrived, rest)


def _none_starts(trajectories: Sequence[Trajectory], by_schedule: bool) -> str:
    first = trajectories[0]
    told = {"n": len(trajectories), "point": point(first.run.start), "why": first.outcome.why}
    if by_schedule:
        return message("None of the {n} runs can start at {point}: {why}.", **told)
    return message("None of the {n} methods can start at {point}: {why}.", **told)


def _arrivals(arrived: list[Named]) -> list[str]:
    if not arrived:
        return []
    best = arrived[0][0].outcome
    winners = [name for one, name in arrived if (one.outcome.step, one.outcome.place) == (best.step, best.place)]
    told = {"names": listed(winners), "place": best.place, "when": after(best.step)}
    if len(winners) == len(arrived):
        first = plural("{names} arrives at {place} {when}", "{names} arrive at {place} {when}", len(winners), **told)
    else:
        first = plural(
            "{names} arrives first, at {place} {when}",
            "{names} arrive first, at {place} {when}",
            len(winners),
            **told,
        )
    parts: list[str] = [first]
    for one, name in arrived:
        if name not in winners:
            told = {"name": name, "place": one.outcome.place, "step": f"{one.outcome.step:,}"}
            if one.outcome.place == best.place:
                parts.append(message("{name} follows after {step}", **told))
            else:
                parts.append(message("{name} reaches {place} after {step}", **told))
    return parts


def _others(rest: list[Named]) -> list[str]:
    parts: list[str] = []
    for one, name in rest:
        outcome, step = one.outcome, f"{one.outcome.step:,}"
        if outcome.kind not in ("budget", "diverged") and outcome.fate != UNBEGUN:
            if outcome.place:
                parts.append(message("{name} stops at {place}", name=name, place=outcome.place))
            else:
                parts.append(message("{name} stops at step {step}, at no minimum", name=name, step=step))
    moving = [name for one, name in rest if one.outcome.kind == "budget" and one.outcome.fate not in _RESTS]
    if moving:
        names = listed(moving)
        parts.append(plural("{names} is not there yet", "{names} are not there yet", len(moving), names=names))
    parts += [message(_RESTS[one.outcome.fate].named, name=name) for one, name in rest if one.outcome.fate in _RESTS]
    lost = [one for one in rest if one[0].outcome.kind == "diverged" and one[0].outcome.fate not in _RESTS]
    parts += [message("{name} diverges at step {step}", name=name, step=f"{one.outcome.step:,}") for one, name in lost]
    return parts


def _short(arrived: list[Named], rest: list[Named]) -> str:
    parts = _arrivals_counted(arrived, len(arrived) + len(rest))
    fates = Counter(_fate(one) for one, _ in rest)
    return _join([*parts, *(message(fate, n=lanes) for fate, lanes in fates.items())])


def _arrivals_counted(arrived: list[Named], lanes: int) -> list[str]:
    if not arrived:
        return [message("None arrives at a minimum")]
    best = arrived[0][0].outcome
    tied = [name for one, name in arrived if one.outcome.step == best.step]
    if len(arrived) < lanes:
        who = plural("{n} of {lanes} arrives", "{n} of {lanes} arrive", len(arrived), n=len(arrived), lanes=lanes)
    else:
        who = message("Both arrive") if lanes == 2 else message("All {lanes} arrive", lanes=lanes)
    minima = len({one.outcome.place for one, _ in arrived})
    told = {"place": best.place, "when": after(best.step)}
    if len(tied) == len(arrived) and minima == 1:
        return [message("{who}, at {place} {when}", who=who, **told)]
    if minima > 1:
        who = message("{who}, at {minima} different minima", who=who, minima=minima)
    first = plural(
        "{names} is first, at {place} {when}",
        "{names} are first, at {place} {when}",
        len(tied),
        names=listed(tied),
        **told,
    )
    return [who, first]


def _fate(one: Trajectory) -> str:
    """A template for how many ended so."""
    rests = _RESTS.get(one.outcome.fate)
    return rests.counted if rests else _KINDS.get(one.outcome.kind) or message("{n} stopped elsewhere")


def _join(parts: list[str]) -> str:
    return capitalized(message("{parts}.", parts=clauses(parts)))  # it may begin with a name of a visitor's
