"""A constant learning rate."""

from engine.basis.code import ScheduleCode
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """`rate` at every step."""
    return rate + 0.0 * steps


CONSTANT = Schedule(
    key="constant",
    name="Constant",
    about="The same learning rate at every step.",
    curve=curve,
    own={},
    source="No scheduler in PyTorch.",
    code=ScheduleCode(torch="torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1)", jax="{rate}"),
)
