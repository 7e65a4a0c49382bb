"""Adadelta: steps measured by the steps before, so that the rate carries no unit."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Parts, StateRow, StepRow


class Sizes(NamedTuple):
    """Running mean squares, (2,) each: of the gradient and of the steps."""

    gradient: Any
    delta: Any


def init(start):
    """Both at zero: the first steps are as small as the root of eps."""
    return Sizes(jnp.zeros_like(start), jnp.zeros_like(start))


def step(at, sizes, rate, knobs):
    """Scale the gradient by the usual step over the usual gradient; eps inside both roots, as PyTorch does."""
    rho, eps = knobs["rho"], knobs["eps"]
    square = rho * sizes.gradient + (1 - rho) * at.gradient**2
    delta = jnp.sqrt(sizes.delta + eps) / jnp.sqrt(square + eps) * at.gradient
    return -rate * delta, Sizes(square, rho * sizes.delta + (1 - rho) * delta**2), ONE_EVALUATION


def _delta(parts: Parts):
    eps = parts.knobs["eps"]
    return np.sqrt(parts.before.delta + eps) / np.sqrt(parts.after.gradient + eps) * parts.effective_gradient


ADADELTA = Optimizer(
    key="adadelta",
    name="Adadelta",
    about="Scales the gradient by the size of its own last steps: it starts very slowly, and is meant for rate 1.",
    tex=r"s \leftarrow \rho s + (1-\rho)(\nabla L)^2,\quad "
    r"\Delta = \frac{\sqrt{u + \epsilon}}{\sqrt{s + \epsilon}} \nabla L,\quad "
    r"u \leftarrow \rho u + (1-\rho)\Delta^2,\quad w \leftarrow w - \alpha \Delta",
    init=init,
    step=step,
    memory="mean squares of the gradient and of its steps",
    knobs={
        "rho": Knob("Memory ρ", 0.0, 0.999, 0.9, bounds=(0.0, 1.0)),
        "eps": Knob("Floor ε", 1e-10, 1e-1, 1e-6, bounds=(0.0, 1.0), log=True),
    },
    source="Zeiler (2012), arXiv:1212.5701. As torch.optim.Adadelta.",
    formula="Δ = √(old u + ε) ÷ √(s + ε) × {g}, new = old − rate × Δ",
    rows=(
        StateRow("s", "{rho} × old s + {1-rho} × {g}²", lambda parts: parts.after.gradient),
        StateRow("Δ", "√(old u + {eps}) ÷ √(s + {eps}) × {g}", _delta),
        StateRow("u", "{rho} × old u + {1-rho} × Δ²", lambda parts: parts.after.delta),
    ),
    step_row=StepRow("−η Δ", "{rate} × Δ"),
    code=OptimizerCode(
        torch="torch.optim.Adadelta([w], lr={rate}, rho={rho}, eps={eps})",
        jax_start="s, u = jnp.zeros(2), jnp.zeros(2)  # mean squares of the gradient and of the steps",
        jax_step="""\
s = {rho} * s + (1 - {rho}) * g**2
delta = jnp.sqrt(u + {eps}) / jnp.sqrt(s + {eps}) * g
u = {rho} * u + (1 - {rho}) * delta**2
w = w - rate * delta  # 3. the update""",
    ),
)
