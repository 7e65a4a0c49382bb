"""What a branch had before it: the settings of each part of its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from engine.basis.checks import echo, whole_within
from engine.basis.knob import settle
from engine.basis.registry import unknown
from engine.optimizers import OPTIMIZERS
from engine.runs.fields import MOST_STEPS, check_field
from engine.schedules import SCHEDULES
from i18n import message

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
            message(
                "What was before a branch must be a list of phases, got {value}. Leave it out for none.",
                value=echo(value),
            )
        )
    if len(value) > MOST_PHASES:
        raise ValueError(
            message(
                "A branch may have {most} phases before it, got {n}: branch less often.",
                most=MOST_PHASES,
                n=len(value),
            )
        )
    phases = tuple(_phase(one) for one in value)
    for one, other in pairwise(phases):
        if one.until >= other.until:
            raise ValueError(
                message(
                    "The phases before a branch must end one after the other, got steps {one} and {other}: "
                    "put them in order.",
                    one=f"{one.until:,}",
                    other=f"{other.until:,}",
                )
            )
    return phases


def _phase(value: object) -> Phase:
    if isinstance(value, Phase):
        return value
    names = [one.name for one in fields(Phase)]
    if not isinstance(value, Mapping):
        raise ValueError(
            message(
                'A phase must be an object such as {"until": 40, "optimizer": "adam"}, got {value}.',
                value=echo(value),
            )
        )
    for name in value:
        if name not in names:
            raise ValueError(unknown("setting of a phase", name, names))
    if "until" not in value:
        raise ValueError(message('A phase needs "until", the step at which the branch takes over; got none.'))
    return Phase(**value)
