"""A lane of a picture: one run, with an optimizer, a rate, knobs and a schedule of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine import OPTIMIZERS, SCHEDULES, Run
from engine.basis.checks import pair, whole_within
from engine.basis.registry import unknown
from engine.basis.schedule import WARM_UP
from i18n import message

LONGEST_NAME = 32
"""Letters of a lane's name: what a row of the list has room for."""


@dataclass(frozen=True)
class Lane:
    """One run in the picture. Knobs hold every value.

    `name` is what the visitor calls it, empty where it goes by its optimizer. `look` is the optimizer in whose colour,
    dash and marker it is drawn; None leaves that to the stage, which gives the first lane of an optimizer its own.
    `hidden` is whether its path is not drawn. `branch` is the place of the lane that it goes on from, counted from 0,
    and the step at which it does; None for one that begins at the start.
    """

    optimizer: str = "gradient_descent"
    rate: float = 0.01
    knobs: Mapping[str, Any] = field(default_factory=dict)
    schedule: str = "constant"
    schedule_knobs: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    look: str | None = None
    hidden: bool = False
    branch: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        optimizer, schedule = OPTIMIZERS[self.optimizer], SCHEDULES[self.schedule]
        object.__setattr__(self, "knobs", _complete(optimizer.knobs, self.knobs))
        object.__setattr__(self, "schedule_knobs", _complete(schedule.knobs, self.schedule_knobs))
        object.__setattr__(self, "name", checked_name(self.name))
        object.__setattr__(self, "look", checked_look(self.look))
        object.__setattr__(self, "hidden", bool(self.hidden))
        object.__setattr__(self, "branch", checked_branch(self.branch))

    @classmethod
    def of(cls, run: Run) -> Lane:
        """The lane of a run."""
        return cls(run.optimizer, run.rate, run.knobs, run.schedule, run.schedule_knobs)

    def with_schedule(self, key: str) -> Lane:
        """The same lane under another schedule, whose own knobs begin at their defaults; a warm-up stays."""
        if key == self.schedule:
            return self
        return replace(self, schedule=key, schedule_knobs={name: self.schedule_knobs[name] for name in WARM_UP})

    def with_warm_up(self, steps: int) -> Lane:
        """The same lane with a warm-up of that many steps; 0 is none."""
        return replace(self, schedule_knobs={**self.schedule_knobs, "warmup_steps": steps})

    @property
    def shape(self) -> str:
        """By which a hand's lane and one of a scene are known to be of one kind, as the stage writes it."""
        return f"{self.optimizer}:{self.schedule}"


def checked_name(name: Any) -> str:
    """A lane's name on one line; a semicolon, which ends a setting in a link, becomes a comma.

    Raises ValueError with a sentence for one that is longer than a row.
    """
    if not isinstance(name, str):
        kind = type(name).__name__
        raise ValueError(
            message("A run's name must be text, got {kind}. Type up to {most} letters.", kind=kind, most=LONGEST_NAME)
        )
    seen = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in name)
    name = " ".join(seen.replace(";", ",").split())
    if len(name) > LONGEST_NAME:
        raise ValueError(
            message(
                "A run's name has at most {most} letters, got {got}. Take a shorter one.",
                most=LONGEST_NAME,
                got=len(name),
            )
        )
    return name


def checked_look(look: Any) -> str | None:
    """The key of an optimizer, or None. Raises ValueError with a sentence for anything else."""
    if look is not None and look not in OPTIMIZERS:
        raise ValueError(unknown(message("look of a run named"), str(look), OPTIMIZERS))
    return look


def checked_branch(branch: Any) -> tuple[int, int] | None:
    """A lane's place and a step, or None. Raises ValueError with a sentence for anything else."""
    if branch is None:
        return None
    lane, step = pair(message("A branch"), branch)
    return (
        whole_within(message("The lane of a branch"), lane, 0, 10_000),
        whole_within(message("The step of a branch"), step, 1, 100_000),
    )


def _complete(knobs: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: knob.check(values.get(name, knob.default)) for name, knob in knobs.items()}
