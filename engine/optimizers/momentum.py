"""Momentum: a heavy ball."""

import jax.numpy as jnp

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Carried, Parts, StateRow, StepRow
from i18n import message


def init(start):
    """The velocity, at rest."""
    return jnp.zeros_like(start)


def step(at, velocity, rate, knobs):
    """Keep a fraction of the last velocity, add the new gradient.

    PyTorch takes the first gradient undamped, and leaves dampening out altogether when momentum is 0.
    """
    gradient = at.gradient + knobs["weight_decay"] * at.position
    undamped = (at.step == 0) | (knobs["momentum"] == 0)
    velocity = knobs["momentum"] * velocity + jnp.where(undamped, 1, 1 - knobs["dampening"]) * gradient
    return -rate * velocity, velocity, ONE_EVALUATION


def _undamped(parts: Parts) -> bool:
    return parts.age == 0 or parts.knobs["momentum"] == 0 or parts.knobs["dampening"] == 0


def _velocity(parts: Parts) -> str:
    """The velocity's row, with only those terms that are at work in this step."""
    decays, damped = parts.knobs["weight_decay"] > 0, not _undamped(parts)
    if decays and damped:
        return message("{momentum} × old v + {1-dampening} × ({g} + {weight_decay} × old position)")
    if decays:
        return message("{momentum} × old v + {g} + {weight_decay} × old position")
    return message("{momentum} × old v + {1-dampening} × ({g})" if damped else "{momentum} × old v + {g}")


def _formula(parts: Parts) -> str:
    decays, damped = parts.knobs["weight_decay"] > 0, not _undamped(parts)
    if decays and damped:
        return message("v = β × old v + (1 − d) × ({gradient} + λ × old), new = old − rate × v")
    if decays:
        return message("v = β × old v + {gradient} + λ × old, new = old − rate × v")
    if damped:
        return message("v = β × old v + (1 − d) × ({gradient}), new = old − rate × v")
    return message("v = β × old v + {gradient}, new = old − rate × v")


MOMENTUM = Optimizer(
    key="momentum",
    name="Momentum",
    about="A heavy ball: it keeps part of its last step and so rolls on through small bumps.",
    tex=r"v \leftarrow \beta v + (1-d)\,(\nabla L + \lambda w),\quad w \leftarrow w - \alpha v",
    init=init,
    step=step,
    memory="velocity",
    knobs={
        "momentum": Knob("Momentum β", 0.0, 0.999, 0.9, bounds=(0.0, 1.0)),
        "dampening": Knob("Dampening", 0.0, 1.0, 0.0, bounds=(0.0, 1.0)),
        "weight_decay": Knob("Weight decay", 0.0, 1.0, 0.0, bounds=(0.0, 1e3)),
    },
    source="Polyak (1964), USSR Computational Mathematics and Mathematical Physics 4(5):1-17. As torch.optim.SGD.",
    formula=_formula,
    rows=(StateRow("v", _velocity, lambda parts: parts.after),),
    step_row=StepRow("−η v", "{rate} × v"),
    carried=Carried("The velocity gathered so far", lambda parts: -parts.rate * parts.knobs["momentum"] * parts.before),
    code=OptimizerCode(
        torch="torch.optim.SGD([w], lr={rate}, momentum={momentum}, dampening={dampening}, "
        "weight_decay={weight_decay})",
        jax_start="v = jnp.zeros(2)  # velocity",
        jax_step="""\
?weight_decay: g = g + {weight_decay} * w
!dampening: v = {momentum} * v + g
?dampening: v = {momentum} * v + (1 if step == 0 or {momentum} == 0 else 1 - {dampening}) * g
w = w - rate * v  # 3. the update""",
    ),
)
