"""Step decay."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """`rate` times gamma for every `step_size` steps that have passed (PyTorch's StepLR)."""
    return rate * knobs["gamma"] ** xp.floor(steps / knobs["step_size"])


STEP = Schedule(
    key="step",
    name="Step decay",
    about="Multiplies the rate by γ after every so many steps.",
    curve=curve,
    own={
        "step_size": Knob("Steps between cuts", 1, 1000, 30, bounds=(1, 100_000), log=True, whole=True),
        "gamma": Knob("Factor γ", 0.01, 1.0, 0.1, bounds=(0.0, 10.0)),
    },
    source="torch.optim.lr_scheduler.StepLR.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.StepLR(optimizer, step_size={step_size}, gamma={gamma})",
        jax="{rate} * {gamma} ** ({clock} // {step_size})",
    ),
)
