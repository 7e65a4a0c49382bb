"""What a schedule is: a function from step numbers to learning rates, and the facts around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.code import ScheduleCode
from engine.knob import Knob


@dataclass(frozen=True)
class Schedule:
    """A learning-rate schedule with PyTorch's semantics.

    `rates(xp, steps, rate, knobs)` takes the array module (NumPy for runs, jax.numpy for derivatives), an array of step
    numbers from 0 and the initial rate, broadcasts the two, and returns the rate of every step. A schedule that
    `reacts` reads the loss instead: `rates` then gives its initial rate, and the rest happens inside the run.
    """

    key: str
    name: str
    about: str
    rates: Callable = field(repr=False)
    knobs: Mapping[str, Knob]
    source: str
    code: ScheduleCode
    reacts: bool = False
