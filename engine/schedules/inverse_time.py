"""Inverse time decay."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """`rate` over 1 + gamma times the step: the slowest fall that still outlasts noise (Robbins and Monro)."""
    return rate / (1 + knobs["gamma"] * steps)


INVERSE_TIME = Schedule(
    key="inverse_time",
    name="Inverse time",
    about="Divides the rate by 1 plus γ times the step: it falls for ever, and ever more slowly.",
    curve=curve,
    own={"gamma": Knob("Decay γ", 0.0, 1.0, 0.05, bounds=(0.0, 1e3))},
    source="Robbins and Monro (1951), Annals of Mathematical Statistics 22(3):400-407. As a LambdaLR in PyTorch.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + {gamma} * t))",
        jax="{rate} / (1 + {gamma} * {clock})",
    ),
)
