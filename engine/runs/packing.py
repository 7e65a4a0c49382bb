"""All numbers of a run as one float64 vector: one argument crosses to the device instead of twenty."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.optimizers import OPTIMIZERS
from engine.schedules import SCHEDULES
from engine.schedules.plateau import DEFAULTS as PLATEAU_DEFAULTS
from engine.schedules.plateau import PLATEAU

if TYPE_CHECKING:
    from jaxtyping import Array, Float

    from engine.runs.run import Run

FAMILIES = {curved: [one for one in OPTIMIZERS.values() if one.curved == curved] for curved in (False, True)}
"""The optimizers of each program, in the order of its branches."""
OPTIMIZER_INDEX = {one.key: index for family in FAMILIES.values() for index, one in enumerate(family)}
HEAD = 10
STOP_RULES = slice(3, 6)
"""Steps, gradient tolerance, loss tolerance."""
KNOBS = HEAD + len(PLATEAU.own)
LENGTH = KNOBS + max(len(optimizer.knobs) for optimizer in OPTIMIZERS.values())


class Settings(NamedTuple):
    """A run's numbers as the traced program reads them; scalars but for start (2,) and knobs (k,)."""

    optimizer: Any
    start: Any
    steps: Any
    gradient_tolerance: Any
    loss_tolerance: Any
    noise: Any
    clip_norm: Any
    clip_value: Any
    reacts_from: Any
    """The first step whose rate the loss has a say in, behind the warm-up; infinity where it has none."""
    plateau: dict[str, Any]
    knobs: Any


def pack(run: Run) -> Float[np.ndarray, " s"]:
    """The run's numbers; no clipping is clipping to infinity, whole numbers are exact in float64.

    Raises ValueError with a sentence for a branch, which is several runs one after the other.
    """
    if run.before:
        raise ValueError(
            f"This is measured for runs that begin at the start; this one is a branch from step {run.begin:,}. "
            "Ask for a run without a branch."
        )
    reacts = SCHEDULES[run.schedule].reacts
    plateau = run.schedule_knobs if reacts else PLATEAU_DEFAULTS
    packed = np.zeros(LENGTH)
    packed[:HEAD] = (
        OPTIMIZER_INDEX[run.optimizer],
        *run.start,
        run.steps,
        run.gradient_tolerance,
        run.loss_tolerance,
        run.noise,
        math.inf if run.clip_norm is None else run.clip_norm,
        math.inf if run.clip_value is None else run.clip_value,
        run.schedule_knobs["warmup_steps"] if reacts else math.inf,
    )
    packed[HEAD:KNOBS] = [plateau[name] for name in PLATEAU.own]
    packed[KNOBS : KNOBS + len(run.knobs)] = tuple(run.knobs.values())
    return packed


def unpack(packed: Float[Array, " s"]) -> Settings:
    """The same numbers by name, under trace."""
    plateau = {name: packed[HEAD + index] for index, name in enumerate(PLATEAU.own)}
    return Settings(
        optimizer=packed[0],
        start=packed[1:3],
        steps=packed[3],
        gradient_tolerance=packed[4],
        loss_tolerance=packed[5],
        noise=packed[6],
        clip_norm=packed[7],
        clip_value=packed[8],
        reacts_from=packed[9],
        plateau=plateau,
        knobs=packed[KNOBS:],
    )
