"""What a schedule is: a function from step numbers to learning rates, and the facts around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from i18n import message

WARM_UP = MappingProxyType(
    {
        "warmup_steps": Knob("Warm-up steps", 0, 500, 0, bounds=(0, 100_000), whole=True),
        "warmup_start_factor": Knob("Warm-up begins at ×", 0.01, 1.0, 0.1, bounds=(1e-9, 1.0)),
    }
)
"""Knobs of every schedule, behind its own."""


@dataclass(frozen=True)
class Schedule:
    """A learning-rate schedule with PyTorch's semantics.

    `curve(xp, steps, rate, knobs, total)` takes the array module (NumPy for runs, jax.numpy for derivatives), an array
    of step numbers from 0, the learning rate and the run's number of steps, broadcasts them, and returns the rate of
    every step. A schedule that `reacts` reads the loss instead: its curve is its initial rate, and the rest happens
    inside the run. `initial(rate, knobs)` is what a warm-up rises to, where that is not the learning rate itself.

    `own` are the schedule's own knobs; `knobs` also has those of the warm-up, which stands in front of any schedule.
    """

    key: str
    name: str
    about: str
    curve: Callable = field(repr=False)
    own: Mapping[str, Knob]
    source: str
    code: ScheduleCode
    reacts: bool = False
    initial: Callable = field(default=lambda rate, knobs: rate, repr=False)

    def __post_init__(self) -> None:
        for name in ("name", "about"):
            object.__setattr__(self, name, message(getattr(self, name)))

    @cached_property
    def knobs(self) -> Mapping[str, Knob]:
        """All knobs: its own, and those of the warm-up."""
        return {**self.own, **WARM_UP}

    def rates(self, xp, steps, rate, knobs, total):
        """The rate of each of `steps` of a run of `total` steps: a straight warm-up, and behind it the curve from 0.

        As torch's SequentialLR of a LinearLR(warmup_start_factor, 1, warmup_steps) and the schedule.
        """
        length = knobs["warmup_steps"]
        if xp is np and length == 0:  # four passes over the steps would change nothing, in each answer of a drag
            return self.curve(xp, steps, rate, knobs, total)
        curve = self.curve(xp, xp.maximum(steps - length, 0.0), rate, knobs, total)
        share = xp.minimum(steps, length) / xp.maximum(length, 1)
        begin = knobs["warmup_start_factor"]
        return xp.where(steps < length, self.initial(rate, knobs) * (begin + (1 - begin) * share), curve)
