"""A triangle wave between two rates."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def initial(rate, knobs):
    """What the run begins with: the foot."""
    return knobs["base_lr"] + 0.0 * rate


def curve(xp, steps, rate, knobs, total):
    """From base_lr up to the peak `rate` over step_size_up steps, down over as many, again (PyTorch's CyclicLR)."""
    cycle = xp.floor(1 + steps / (2 * knobs["step_size_up"]))
    along = 1.0 + steps / (2 * knobs["step_size_up"]) - cycle
    share = xp.where(along <= 0.5, along / 0.5, (along - 1) / (0.5 - 1))
    return knobs["base_lr"] + (rate - knobs["base_lr"]) * share


TRIANGULAR = Schedule(
    key="triangular",
    name="Triangular",
    about="Rises from the foot to the learning rate as its peak and falls back, again and again.",
    curve=curve,
    initial=initial,
    own={
        "base_lr": Knob("Foot of the triangle", 1e-5, 1.0, 1e-3, bounds=(0.0, 1e3), log=True),
        "step_size_up": Knob("Steps up", 1, 1000, 50, bounds=(1, 100_000), log=True, whole=True),
    },
    source="Smith (2017), WACV, arXiv:1506.01186. As torch's CyclicLR, mode triangular, cycle_momentum=False.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.CyclicLR(optimizer, base_lr={base_lr}, max_lr={rate}, "
        "step_size_up={step_size_up},\n    cycle_momentum=False)",
        initial="{base_lr}",
        jax="{base_lr} + ({rate} - {base_lr}) * (1 - abs(({clock} / {step_size_up}) % 2 - 1))",
    ),
)
