"""Rprop: only the sign of the slope counts."""

from typing import Any, NamedTuple

import jax.numpy as jnp

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import StateRow, StepRow


class Strides(NamedTuple):
    """The last gradient, zero where its sign had turned, and each coordinate's step size, (2,) each."""

    last: Any
    size: Any


def init(start):
    """No gradient yet; the first step size is the learning rate of step 0."""
    return Strides(jnp.zeros_like(start), jnp.zeros_like(start))


def step(at, strides, rate, knobs):
    """Longer while the sign stays; where it turns, shorter and no move this time (PyTorch's Rprop)."""
    size = jnp.where(at.step == 0, rate, strides.size)
    agreement = jnp.sign(at.gradient * strides.last)
    factor = jnp.where(agreement > 0, knobs["eta_plus"], jnp.where(agreement < 0, knobs["eta_minus"], 1.0))
    size = jnp.clip(size * factor, knobs["step_min"], knobs["step_max"])
    gradient = jnp.where(agreement < 0, 0.0, at.gradient)
    return -size * jnp.sign(gradient), Strides(gradient, size), ONE_EVALUATION


RPROP = Optimizer(
    key="rprop",
    name="Rprop",
    about="Looks at the sign of each slope only; its step sizes grow and shrink by themselves, from the rate on.",
    tex=r"s_i \leftarrow s_i \cdot (\eta^+ \text{ or } \eta^-),\quad "
    r"w_i \leftarrow w_i - s_i\,\operatorname{sign}(\partial_i L)",
    init=init,
    step=step,
    memory="step sizes",
    follows_rate=False,
    knobs={
        "eta_minus": Knob("Shorten by η⁻", 0.1, 0.9, 0.5, bounds=(0.0, 1.0), open_end=True),
        "eta_plus": Knob("Lengthen by η⁺", 1.01, 2.0, 1.2, bounds=(1.0, 10.0)),
        "step_min": Knob("Least step", 1e-9, 1e-2, 1e-6, bounds=(0.0, 1.0), log=True),
        "step_max": Knob("Longest step", 1e-2, 100.0, 50.0, bounds=(1e-9, 1e9), log=True),
    },
    source="Riedmiller and Braun (1993), IEEE Int. Conf. on Neural Networks. As torch.optim.Rprop.",
    formula="new = old − s × sign of {gradient}",
    rows=(StateRow("s", "longer while the sign stays, shorter where it turns", lambda parts: parts.after.size),),
    step_row=StepRow("−s sign {g}", "s in each slope's direction, none where it turned"),
    code=OptimizerCode(
        torch="torch.optim.Rprop([w], lr={rate}, etas=({eta_minus}, {eta_plus}), step_sizes=({step_min}, {step_max}))",
        jax_start="last, size = jnp.zeros(2), jnp.full(2, {rate})  # the last gradient, and the step sizes",
        jax_step="""\
size = rate * jnp.ones(2) if step == 0 else size
turned = g * last < 0
size = jnp.clip(size * jnp.where(turned, {eta_minus}, jnp.where(g * last > 0, {eta_plus}, 1)), {step_min}, {step_max})
last = jnp.where(turned, 0, g)
w = w - size * jnp.sign(last)  # 3. the update""",
    ),
)
