"""A branch as parts one after the other, and what each hands to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from engine.optimizers import OPTIMIZERS
from engine.runs.phase import SETTINGS, Phase
from engine.runs.run import Run


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
