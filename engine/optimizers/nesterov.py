"""Nesterov: momentum that looks ahead."""

import jax.numpy as jnp

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Carried, StateRow, StepRow


def init(start):
    """The velocity, at rest."""
    return jnp.zeros_like(start)


def step(at, velocity, rate, knobs):
    """Momentum, with the new velocity already added once more to this gradient (PyTorch's SGD with nesterov=True)."""
    velocity = knobs["momentum"] * velocity + at.gradient
    return -rate * (at.gradient + knobs["momentum"] * velocity), velocity, ONE_EVALUATION


NESTEROV = Optimizer(
    key="nesterov",
    name="Nesterov",
    about="Momentum that looks ahead: it brakes where the ground rises, and so swings less.",
    tex=r"v \leftarrow \beta v + \nabla L,\quad w \leftarrow w - \alpha(\nabla L + \beta v)",
    init=init,
    step=step,
    memory="velocity",
    knobs={"momentum": Knob("Momentum β", 0.0, 0.999, 0.9, bounds=(0.0, 1.0))},
    source="Nesterov (1983), Soviet Mathematics Doklady 27:372-376; Sutskever et al. (2013). As torch.optim.SGD.",
    formula="v = β × old v + {gradient}, new = old − rate × ({gradient} + β × v)",
    rows=(StateRow("v", "{momentum} × old v + {g}", lambda parts: parts.after),),
    step_row=StepRow("−η ({g} + β v)", "{rate} × ({g} + {momentum} × v)"),
    carried=Carried(
        "The velocity gathered so far",
        # Twice: once in the new velocity, and once more in looking ahead along it.
        lambda parts: -parts.rate * parts.knobs["momentum"] ** 2 * parts.before,
    ),
    code=OptimizerCode(
        torch="torch.optim.SGD([w], lr={rate}, momentum={momentum}, nesterov=True)",
        jax_start="v = jnp.zeros(2)  # velocity",
        jax_step="""\
v = {momentum} * v + g
w = w - rate * (g + {momentum} * v)  # 3. the update, looking ahead""",
    ),
)
