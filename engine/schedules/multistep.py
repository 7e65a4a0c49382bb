"""Multi-step decay: cuts at chosen steps."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """`rate` times gamma for every milestone that has been reached (PyTorch's MultiStepLR)."""
    reached = sum(xp.where(steps >= milestone, 1.0, 0.0) for milestone in knobs["milestones"])
    return rate * knobs["gamma"] ** (reached + 0.0 * steps)


MULTISTEP = Schedule(
    key="multistep",
    name="Multi-step decay",
    about="Multiplies the rate by γ at each of the steps that you name.",
    curve=curve,
    own={
        "milestones": Knob("Cut at steps", 1, 1000, (100, 200), bounds=(1, 100_000), whole=True, many=True),
        "gamma": Knob("Factor γ", 0.01, 1.0, 0.1, bounds=(0.0, 10.0)),
    },
    source="torch.optim.lr_scheduler.MultiStepLR.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones={milestones}, gamma={gamma})",
        jax="{rate} * {gamma} ** sum({clock} >= milestone for milestone in {milestones})",
    ),
)
