"""Reduce on plateau: the one schedule that reads the loss."""

from typing import Any, NamedTuple

import jax.numpy as jnp

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule
from engine.schedules.constant import curve

SMALLEST_CUT = 1e-8
"""PyTorch's eps: a cut that would lower the rate by no more than this is not made."""


class Watch(NamedTuple):
    """What the schedule remembers, one scalar each."""

    rate: Any
    best: Any
    bad: Any
    """Steps since the best loss was beaten."""
    cooldown: Any
    """Steps left in which nothing counts as bad."""


def watch(rate):
    """The memory before the first loss."""
    zero = jnp.zeros_like(rate)
    return Watch(rate, zero + jnp.inf, zero, zero)


def react(memory, loss, knobs):
    """Cut the rate once more than `patience` losses in a row fail to beat the best by the relative `threshold`.

    Call it after the step, with the loss that the step started from, as in `optimizer.step(); scheduler.step(loss)`.
    """
    better = loss < memory.best * (1 - knobs["threshold"])
    cooling = memory.cooldown > 0
    bad = jnp.where(better | cooling, 0, memory.bad + 1)
    cut = bad > knobs["patience"]
    lower = jnp.maximum(memory.rate * knobs["factor"], knobs["min_lr"])
    return Watch(
        rate=jnp.where(cut & (memory.rate - lower > SMALLEST_CUT), lower, memory.rate),
        best=jnp.where(better, loss, memory.best),
        bad=jnp.where(cut, 0, bad),
        cooldown=jnp.where(cut, knobs["cooldown"], memory.cooldown - cooling),
    )


PLATEAU = Schedule(
    key="plateau",
    name="Reduce on plateau",
    about="Multiplies the rate by a factor when the loss has not fallen for more steps than its patience.",
    curve=curve,
    reacts=True,
    own={
        "factor": Knob("Factor", 0.01, 0.99, 0.1, bounds=(0.0, 1.0), open_end=True),
        "patience": Knob("Patience", 0, 100, 10, bounds=(0, 100_000), whole=True),
        "threshold": Knob("Threshold", 1e-8, 1e-1, 1e-4, bounds=(0.0, 1.0), log=True),
        "cooldown": Knob("Cooldown", 0, 100, 0, bounds=(0, 100_000), whole=True),
        "min_lr": Knob("Least rate", 0.0, 0.1, 0.0, bounds=(0.0, 1e3)),
    },
    source="torch.optim.lr_scheduler.ReduceLROnPlateau (mode 'min', threshold_mode 'rel', eps 1e-8).",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor={factor}, patience={patience},\n"
        "    threshold={threshold}, cooldown={cooldown}, min_lr={min_lr})",
        jax="rate",
        jax_start="""\
rate = {rate}
best, bad, cooldown = float("inf"), 0, 0  # what the plateau schedule remembers""",
        jax_after="""\
if loss < best * (1 - {threshold}):
    best, bad = loss, 0
else:
    bad += 1
if cooldown > 0:
    cooldown, bad = cooldown - 1, 0
if bad > {patience}:  # no better for too long: lower the rate
    lower = max(rate * {factor}, {min_lr})
    rate = lower if rate - lower > 1e-8 else rate
    cooldown, bad = {cooldown}, 0""",
    ),
)

DEFAULTS = {name: knob.default for name, knob in PLATEAU.own.items()}
"""The numbers `react` reads where the schedule is another one: the program is the same for all."""
