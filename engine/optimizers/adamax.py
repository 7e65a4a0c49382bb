"""Adamax: Adam measured by the largest recent gradient."""

from typing import Any, NamedTuple

import jax.numpy as jnp

from engine.basis.code import OptimizerCode
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Carried, Parts, StateRow, StepRow
from engine.optimizers import adam


class Moments(NamedTuple):
    """Running mean of the gradient and its decaying largest size, (2,) each; what the mean still lacks, a scalar."""

    mean: Any
    size: Any
    power1: Any


def init(start):
    """Both at zero; the bias correction makes up for it."""
    zeros = jnp.zeros_like(start)
    return Moments(zeros, zeros, jnp.ones_like(start[0]))


def step(at, moments, rate, knobs):
    """Bias-corrected mean over the largest size; eps is added to the gradient's size, as PyTorch does."""
    power1 = knobs["beta1"] * moments.power1
    mean = moments.mean + (1 - knobs["beta1"]) * (at.gradient - moments.mean)
    size = jnp.maximum(knobs["beta2"] * moments.size, jnp.abs(at.gradient) + knobs["eps"])
    return -(rate / (1 - power1)) * mean / size, Moments(mean, size, power1), ONE_EVALUATION


def _mean(parts: Parts):
    return parts.after.mean / (1 - parts.after.power1)


ADAMAX = Optimizer(
    key="adamax",
    name="Adamax",
    about="Adam that divides by the largest recent gradient: no step is much longer than the rate.",
    tex=r"m \leftarrow \beta_1 m + (1-\beta_1)\nabla L,\quad n \leftarrow \max(\beta_2 n, |\nabla L| + \epsilon),\quad "
    r"w \leftarrow w - \alpha \frac{\hat m}{n}",
    init=init,
    step=step,
    resume=lambda moments, age, knobs: moments._replace(power1=knobs["beta1"] ** age),
    memory="mean of the gradient and its largest size",
    knobs=adam.KNOBS,
    source="Kingma and Ba (2015), ICLR, arXiv:1412.6980, section 7.1. As torch.optim.Adamax.",
    formula="n = max(β₂ × old n, |{g}| + ε), new = old − rate × m̂ ÷ n",
    rows=(
        StateRow("m", "{beta1} × old m + {1-beta1} × {g}", lambda parts: parts.after.mean),
        StateRow("n", "max({beta2} × old n, |{g}| + {eps})", lambda parts: parts.after.size),
        StateRow("m̂", "m ÷ (1 − {beta1}{t})", _mean),
    ),
    step_row=StepRow("−η m̂/n", "{rate} × m̂ ÷ n"),
    carried=Carried(
        "The mean of past gradients",
        lambda parts: (
            -parts.rate * parts.knobs["beta1"] * parts.before.mean / (1 - parts.after.power1) / parts.after.size
        ),
    ),
    code=OptimizerCode(
        torch="torch.optim.Adamax([w], lr={rate}, betas=({beta1}, {beta2}), eps={eps})",
        jax_start="m, n = jnp.zeros(2), jnp.zeros(2)  # mean of the gradient, and its largest recent size",
        jax_step="""\
m = {beta1} * m + (1 - {beta1}) * g
n = jnp.maximum({beta2} * n, jnp.abs(g) + {eps})
w = w - rate * m / (1 - {beta1} ** (step + 1)) / n  # 3. the update""",
    ),
)
