"""What a branch had before it: the settings of each part of its way, and what each hands to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.basis.checks import echo, whole_within
from engine.basis.knob import settle
from engine.basis.registry import unknown
from engine.optimizers import OPTIMIZERS
from engine.runs.fields import MOST_STEPS, check_field
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from engine.runs.run import Run

MOST_PHASES = 16
"""Branches of branches: as many as a picture has lanes."""


@dataclass(frozen=True)
class Phase:
    """A part of a run before a branch: these settings, from where the phase before it ends up to step `until`.

    Raises ValueError with a sentence for values that are no settings.
    """

    until: int
    """Updates made when the next phase takes over, at least 1."""
    optimizer: str = "gradient_descent"
    rate: float = 0.01
    knobs: Mapping[str, Any] = field(default_factory=dict)
    schedule: str = "constant"
    schedule_knobs: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "until", whole_within("The step of a branch", self.until, 1, MOST_STEPS))
        for name in ("optimizer", "rate", "schedule"):
            put(self, name, check_field(name, getattr(self, name)))
        optimizer, schedule = OPTIMIZERS[self.optimizer], SCHEDULES[self.schedule]
        put(self, "knobs", settle(optimizer.name, optimizer.knobs, self.knobs))
        put(self, "schedule_knobs", settle(schedule.name, schedule.knobs, self.schedule_knobs))


SETTINGS = tuple(one.name for one in fields(Phase) if one.name != "until")
"""What a phase has of its own; all else is the run's."""


def checked_phases(value: object) -> tuple[Phase, ...]:
    """Phases or their descriptions, in the order of their steps.

    Raises ValueError with a sentence for anything else.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(
            f"What was before a branch must be a list of phases, got {echo(value)}. Leave it out for none."
        )
    if len(value) > MOST_PHASES:
        raise ValueError(f"A branch may have {MOST_PHASES} phases before it, got {len(value)}: branch less often.")
    phases = tuple(_phase(one) for one in value)
    for one, other in pairwise(phases):
        if one.until >= other.until:
            raise ValueError(
                f"The phases before a branch must end one after the other, got steps {one.until:,} and "
                f"{other.until:,}: put them in order."
            )
    return phases


def _phase(value: object) -> Phase:
    if isinstance(value, Phase):
        return value
    names = [one.name for one in fields(Phase)]
    if not isinstance(value, Mapping):
        raise ValueError(f'A phase must be an object such as {{"until": 40, "optimizer": "adam"}}, got {echo(value)}.')
    for name in value:
        if name not in names:
            raise ValueError(unknown("setting of a phase", name, names))
    if "until" not in value:
        raise ValueError('A phase needs "until", the step at which the branch takes over; got none.')
    return Phase(**value)


class Segment(NamedTuple):
    """A part of a run that is made by one optimizer under one schedule."""

    run: Run
    """The run with these settings and nothing before."""
    begin: int
    until: int | None
    """Where the next takes over; None for the last."""
    since: int
    """The step at which the optimizer's memory begins: before `begin` where it was handed on."""
    counted: int
    """The step from which the schedule counts."""
    keeps: bool
    """Whether it goes on with the memory of the optimizer before it."""
    goes_on: bool
    """Whether its schedule goes on counting."""


def plain_runs(run: Run) -> list[Run]:
    """The runs whose programs a run is made by: itself, or those of a branch's parts."""
    return [one.run for one in segments(run)] if run.before else [run]


def segments(run: Run) -> list[Segment]:
    """The parts of a run in order, one for each phase before it and the run's own."""
    plain = [replace(run, before=(), **{name: getattr(phase, name) for name in SETTINGS}) for phase in run.before]
    plain.append(replace(run, before=()))
    ends = [phase.until for phase in run.before]
    made: list[Segment] = []
    for one, begin, until in zip(plain, [0, *ends], [*ends, None], strict=True):
        last = made[-1] if made else None
        keeps = last is not None and hands_on(last.run, one)
        goes_on = last is not None and same_schedule(last.run, one)
        since = last.since if last is not None and keeps else begin
        counted = last.counted if last is not None and goes_on else begin
        made.append(Segment(one, begin, until, since, counted, keeps, goes_on))
    return made


def hands_on(old: Run | Phase, new: Run | Phase) -> bool:
    """Whether the optimizer of `new` goes on with what that of `old` has gathered.

    It does where both keep the same memory: an optimizer under other settings, Momentum and Nesterov's velocity, the
    means of Adam and AdamW. A momentum of 0 has no velocity, as in torch.optim.SGD.
    """
    memory = OPTIMIZERS[old.optimizer].memory
    moving = all(one.knobs.get("momentum", 1) > 0 for one in (old, new))
    return bool(memory) and memory == OPTIMIZERS[new.optimizer].memory and moving


def same_schedule(old: Run | Phase, new: Run | Phase) -> bool:
    """Whether the schedule of `new` goes on counting where that of `old` is: the same one behind the same warm-up."""
    warm = "warmup_steps"
    return old.schedule == new.schedule and old.schedule_knobs[warm] == new.schedule_knobs[warm]
