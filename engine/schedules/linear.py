"""A straight line from one share of the rate to another."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """From start_factor to end_factor times `rate` over total_iters steps, then even (PyTorch's LinearLR)."""
    share = xp.minimum(steps, knobs["total_iters"]) / knobs["total_iters"]
    return rate * (knobs["start_factor"] + (knobs["end_factor"] - knobs["start_factor"]) * share)


LINEAR = Schedule(
    key="linear",
    name="Linear",
    about="A straight line from one share of the rate to another, then even.",
    curve=curve,
    own={
        "start_factor": Knob("Share at first", 0.01, 1.0, 1.0, bounds=(1e-9, 1.0)),
        "end_factor": Knob("Share at last", 0.0, 1.0, 0.01, bounds=(0.0, 1.0)),
        "total_iters": Knob("Steps in between", 1, 10_000, 100, bounds=(1, 100_000), log=True, whole=True),
    },
    source="torch.optim.lr_scheduler.LinearLR; its own defaults rise from a third, as a warm-up does.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.LinearLR(optimizer, start_factor={start_factor}, end_factor={end_factor},\n"
        "    total_iters={total_iters})",
        jax="{rate} * ({start_factor} + ({end_factor} - {start_factor}) * min({clock} / {total_iters}, 1))",
    ),
)
