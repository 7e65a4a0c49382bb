"""Polynomial decay to zero."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """`rate` times (1 - step / total_iters) to the power, zero from then on (PyTorch's PolynomialLR)."""
    left = 1 - xp.minimum(steps, knobs["total_iters"]) / knobs["total_iters"]
    # A power of 0 is a step down at the end, and 0**0 would be 1.
    return xp.where(left > 0, rate * xp.where(left > 0, left, 1.0) ** knobs["power"], 0.0)


POLYNOMIAL = Schedule(
    key="polynomial",
    name="Polynomial decay",
    about="Falls to zero at a chosen step, along a power of the way that is left; then nothing moves any more.",
    curve=curve,
    own={
        "total_iters": Knob("Steps to zero", 1, 10_000, 500, bounds=(1, 100_000), log=True, whole=True),
        "power": Knob("Power", 0.1, 5.0, 1.0, bounds=(1e-6, 100.0)),
    },
    source="torch.optim.lr_scheduler.PolynomialLR.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters={total_iters}, power={power})",
        jax="{rate} * max(1 - {clock} / {total_iters}, 0) ** {power}",
    ),
)
