"""What each of several runs is called: by its optimizer, and runs of one optimizer by what they differ in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.basis.knob import Knob
from engine.basis.numerals import number
from engine.basis.schedule import WARM_UP
from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run
from engine.runs.trajectory import Trajectory
from engine.schedules import SCHEDULES
from i18n import joined, lowered, message


def lane_names(lanes: Sequence[Trajectory | Run], names: Sequence[str] = (), by_schedule: bool = False) -> list[str]:
    """Names for the lanes of a picture, no two alike.

    A lane is called as `names` calls it; where that is empty or missing, by its optimizer. Of several lanes of one
    optimizer without a name of their own each also says its rate, and of schedule and knobs what they differ in:
    "Adam at 0.1 · cosine". Where schedules are what is compared (`by_schedule`), it is called by its own, and says
    of the rest what differs: "Step decay · γ 0.5". What is still alike is told apart by its place. The stage's words.js
    says the same.
    """
    runs = [lane if isinstance(lane, Run) else lane.run for lane in lanes]
    own = [*names, *[""] * (len(runs) - len(names))]
    plain = [run for run, name in zip(runs, own, strict=True) if not name]
    label = _schedule_label if by_schedule else _label
    called = [name or label(run, plain) for run, name in zip(runs, own, strict=True)]
    return [
        message("{name} (lane {place})", name=name, place=place) if called.count(name) > 1 else name
        for place, name in enumerate(called, 1)
    ]


def branch_name(run: Run) -> str:
    """A run's optimizer, and for a branch where it comes from: "Momentum from step 40 of Adam"."""
    name = OPTIMIZERS[run.optimizer].name
    return message("{name} {origin}", name=name, origin=_origin(run)) if run.before else name


def _origin(run: Run) -> str:
    """From where a branch comes."""
    parent, step = run.before[-1].optimizer, f"{run.begin:,}"
    if parent == run.optimizer:
        return message("from step {step}", step=step)
    return message("from step {step} of {name}", step=step, name=OPTIMIZERS[parent].name)


def _origins(run: Run) -> list[str]:
    return [_origin(run)] if run.before else []


def _label(run: Run, lanes: Sequence[Run]) -> str:
    name = OPTIMIZERS[run.optimizer].name
    twins = [lane for lane in lanes if lane.optimizer == run.optimizer]
    if len(twins) == 1:
        return branch_name(run)
    return joined(" · ", [_with_rate(name, run), *_differing(run, twins), *_origins(run)])


def _with_rate(name: str, run: Run) -> str:
    return message("{name} at {rate}", name=name, rate=number(run.rate))


def _schedule_label(run: Run, lanes: Sequence[Run]) -> str:
    name, optimizer = SCHEDULES[run.schedule].name, OPTIMIZERS[run.optimizer].name
    head = _with_rate(name, run) if any(lane.rate != run.rate for lane in lanes) else name
    others = [optimizer] if any(lane.optimizer != run.optimizer for lane in lanes) else []
    twins = [lane for lane in lanes if lane.optimizer == run.optimizer]
    knobs = _values(run.knobs, [twin.knobs for twin in twins], OPTIMIZERS[run.optimizer].knobs)
    return joined(" · ", [head, *others, *knobs, *_of_schedule(run, lanes), *_origins(run)])


def _differing(run: Run, twins: Sequence[Run]) -> Iterable[str]:
    if any(twin.schedule != run.schedule for twin in twins):
        yield lowered(SCHEDULES[run.schedule].name)
    yield from _values(run.knobs, [twin.knobs for twin in twins], OPTIMIZERS[run.optimizer].knobs)
    yield from _of_schedule(run, twins)


def _of_schedule(run: Run, twins: Sequence[Run]) -> Iterable[str]:
    schedule = SCHEDULES[run.schedule]
    alike = [twin for twin in twins if twin.schedule == run.schedule]
    yield from _values(run.schedule_knobs, [twin.schedule_knobs for twin in alike], schedule.own)
    steps = next(iter(WARM_UP))
    warm = WARM_UP if run.schedule_knobs[steps] else {steps: WARM_UP[steps]}
    yield from _values(run.schedule_knobs, [twin.schedule_knobs for twin in twins], warm)


def _values(mine: Mapping[str, Any], all_of: Sequence[Mapping[str, Any]], knobs: Mapping[str, Knob]) -> Iterable[str]:
    for key, knob in knobs.items():
        if any(values[key] != mine[key] for values in all_of):
            parts = mine[key] if knob.many else (mine[key],)
            values = joined(", ", [number(part) for part in parts])
            yield message("{knob} {values}", knob=_sign(knob.name), values=values)


def _sign(name: str) -> str:
    """The sign of a knob, "β₁", or its name where it has none."""
    last = name.split(" ")[-1]
    return last if len(last) <= 2 and last[0].isalpha() and not last.isascii() else lowered(name)
