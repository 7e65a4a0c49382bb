"""The one sentence of a picture: what became of all its lanes."""

from collections import Counter
from collections.abc import Sequence

from engine.basis.numerals import count
from engine.runs.trajectory import CANNOT_START, UNBEGUN, Trajectory
from engine.sentences.lane_names import lane_names

COMFORTABLE = 150
"""Characters that fit the line under the stage."""
FATES = {"budget": "not there yet", "diverged": "diverged"}
RESTS = {
    "at rest": "at rest at no minimum",
    CANNOT_START: "without a start",
    UNBEGUN: "not begun",
    "falls for ever": "falling for ever",
}
"""What an outcome's own few words make of such an end."""


def summary(trajectories: Sequence[Trajectory], names: Sequence[str] = (), by_schedule: bool = False) -> str:
    """For one lane its own sentence; for several who arrives first and where, who follows, who does not and why.

    "First" is fewest steps. The long form names every lane, as `lane_names` does; a line beyond 150 characters counts
    them instead.
    """
    if not trajectories:
        return "Nothing runs: choose an optimizer."
    if len(trajectories) == 1:
        return trajectories[0].outcome.sentence
    names = lane_names(trajectories, names, by_schedule)
    if len({_unstarted(one) for one in trajectories}) == 1 and _unstarted(trajectories[0]):
        what = "runs" if by_schedule else "methods"
        return f"None of the {len(trajectories)} {what} can start {_unstarted(trajectories[0])}"
    arrived = sorted(
        ((one, name) for one, name in zip(trajectories, names, strict=True) if one.outcome.arrived),
        key=lambda pair: pair[0].outcome.step,
    )
    rest = [(one, name) for one, name in zip(trajectories, names, strict=True) if not one.outcome.arrived]
    long = _join([*_arrivals(arrived), *_others(rest)])
    return long if len(long) <= COMFORTABLE else _short(arrived, rest)


def _unstarted(one: Trajectory) -> str:
    """Where a run cannot start and why, as the end of its sentence; empty for any other."""
    return one.outcome.sentence.partition(f" {CANNOT_START} ")[2] if one.outcome.fate == CANNOT_START else ""


def _arrivals(arrived: list[tuple[Trajectory, str]]) -> list[str]:
    if not arrived:
        return []
    best = arrived[0][0].outcome
    winners = [name for one, name in arrived if (one.outcome.step, one.outcome.place) == (best.step, best.place)]
    verb = "arrive" if len(winners) > 1 else "arrives"
    first = "" if len(winners) == len(arrived) else " first,"
    parts = [f"{_list(winners)} {verb}{first} at {best.place} after {count(best.step)}"]
    for one, name in arrived:
        if name not in winners:
            where = "follows" if one.outcome.place == best.place else f"reaches {one.outcome.place}"
            parts.append(f"{name} {where} after {one.outcome.step:,}")
    return parts


def _others(rest: list[tuple[Trajectory, str]]) -> list[str]:
    parts = []
    for one, name in rest:
        outcome = one.outcome
        if outcome.kind not in ("budget", "diverged") and outcome.fate != UNBEGUN:
            parts.append(f"{name} stops at {outcome.place or f'step {outcome.step:,}, at no minimum'}")
    moving = [name for one, name in rest if one.outcome.kind == "budget" and one.outcome.fate not in RESTS]
    if moving:
        parts.append(f"{_list(moving)} {'are' if len(moving) > 1 else 'is'} not there yet")
    parts += [f"{name} is {RESTS[one.outcome.fate]}" for one, name in rest if one.outcome.fate in RESTS]
    lost = [one for one in rest if one[0].outcome.kind == "diverged" and one[0].outcome.fate not in RESTS]
    return parts + [f"{name} diverges at step {one.outcome.step:,}" for one, name in lost]


def _short(arrived: list[tuple[Trajectory, str]], rest: list[tuple[Trajectory, str]]) -> str:
    lanes = len(arrived) + len(rest)
    parts = ["None arrives at a minimum"]
    if arrived:
        best = arrived[0][0].outcome
        tied = [name for one, name in arrived if one.outcome.step == best.step]
        many = "Both" if len(arrived) == lanes == 2 else f"All {lanes}" if len(arrived) == lanes else None
        head = many or f"{len(arrived)} of {lanes}"
        verb = "arrives" if len(arrived) == 1 and not many else "arrive"
        minima = len({one.outcome.place for one, _ in arrived})
        split = f", at {minima} different minima" if minima > 1 else ""
        at = f"at {best.place} after {count(best.step)}"
        first = f"{_list(tied)} {'are' if len(tied) > 1 else 'is'} first, {at}"
        together = len(tied) == len(arrived) and minima == 1
        parts = [f"{head} {verb}, {at}"] if together else [f"{head} {verb}{split}", first]
    fates = Counter(_fate(one) for one, _ in rest)
    return _join([*parts, *(f"{lanes} {fate}" for fate, lanes in fates.items())])


def _fate(one: Trajectory) -> str:
    return RESTS.get(one.outcome.fate) or FATES.get(one.outcome.kind, "stopped elsewhere")


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _join(parts: list[str]) -> str:
    text = "; ".join(parts) + "."
    return text[:1].upper() + text[1:]  # it may begin with a name that a visitor has given
