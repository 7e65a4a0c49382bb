"""Exponential decay."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """`rate` times gamma to the power of the step (PyTorch's ExponentialLR)."""
    return rate * knobs["gamma"] ** steps


EXPONENTIAL = Schedule(
    key="exponential",
    name="Exponential decay",
    about="Multiplies the rate by γ after every step.",
    curve=curve,
    own={"gamma": Knob("Factor γ", 0.8, 1.0, 0.95, bounds=(0.0, 10.0))},
    source="torch.optim.lr_scheduler.ExponentialLR.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma={gamma})", jax="{rate} * {gamma}**{clock}"
    ),
)
