"""Adam: momentum at every coordinate's own scale."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Carried, Parts, StateRow, StepRow


class Moments(NamedTuple):
    """Running means of the gradient and of its square, (2,) each, and what is still missing from them, scalars."""

    mean: Any
    square: Any
    power1: Any
    """beta1 to the number of steps. Carried along: two powers a step would cost a third of the run."""
    power2: Any


def init(start):
    """Both means at zero; the bias correction makes up for it."""
    zeros, one = jnp.zeros_like(start), jnp.ones_like(start[0])
    return Moments(zeros, zeros, one, one)


def remember(moments, gradient, knobs):
    """The moments after one more gradient."""
    beta1, beta2 = knobs["beta1"], knobs["beta2"]
    mean = moments.mean + (1 - beta1) * (gradient - moments.mean)
    square = beta2 * moments.square + (1 - beta2) * gradient**2
    return Moments(mean, square, beta1 * moments.power1, beta2 * moments.power2)


def resume(moments, age, knobs):
    """The moments after `age` gradients as new knobs take them: the bias is corrected as if they had held all along.

    As PyTorch does, which counts the steps and takes the power anew each time.
    """
    return moments._replace(power1=knobs["beta1"] ** age, power2=knobs["beta2"] ** age)


def step(at, moments, rate, knobs):
    """Bias-corrected mean over the root of the bias-corrected mean square; eps outside the root, as PyTorch does."""
    moments = remember(moments, at.gradient, knobs)
    root = jnp.sqrt(moments.square) / jnp.sqrt(1 - moments.power2) + knobs["eps"]
    return -(rate / (1 - moments.power1)) * moments.mean / root, moments, ONE_EVALUATION


KNOBS = {
    "beta1": Knob("Momentum β₁", 0.0, 0.999, 0.9, bounds=(0.0, 1.0), open_end=True),
    "beta2": Knob("Memory β₂", 0.0, 0.9999, 0.999, bounds=(0.0, 1.0), open_end=True),
    "eps": Knob("Floor ε", 1e-10, 1e-2, 1e-8, bounds=(0.0, 1.0), log=True),
}
"""What all of Adam's relatives have."""


def _mean(parts: Parts):
    """Bias-corrected."""
    return parts.after.mean / (1 - parts.after.power1)


def _square(parts: Parts):
    """Bias-corrected."""
    return parts.after.square / (1 - parts.after.power2)


def _old_means_share(parts: Parts):
    """What the update would be if this gradient had been zero in the mean, at the very scale it has."""
    old_mean = parts.knobs["beta1"] * parts.before.mean / (1 - parts.after.power1)
    return -parts.rate * old_mean / (np.sqrt(_square(parts)) + parts.knobs["eps"])


ADAM = Optimizer(
    key="adam",
    name="Adam",
    about="Momentum whose every coordinate is divided by its recent size; its first steps are about one rate long.",
    tex=r"m \leftarrow \beta_1 m + (1-\beta_1)\nabla L,\quad v \leftarrow \beta_2 v + (1-\beta_2)(\nabla L)^2,\quad "
    r"w \leftarrow w - \alpha \frac{\hat m}{\sqrt{\hat v} + \epsilon}",
    init=init,
    step=step,
    resume=resume,
    memory="means of the gradient and of its square",
    knobs=KNOBS,
    source="Kingma and Ba (2015), ICLR, arXiv:1412.6980. As torch.optim.Adam.",
    formula="new = old − rate × m̂ ÷ (√v̂ + ε)",
    rows=(
        StateRow("m", "{beta1} × old m + {1-beta1} × {g}", lambda parts: parts.after.mean),
        StateRow("v", "{beta2} × old v + {1-beta2} × {g}²", lambda parts: parts.after.square),
        StateRow("m̂", "m ÷ (1 − {beta1}{t})", _mean),
        StateRow("v̂", "v ÷ (1 − {beta2}{t})", _square),
    ),
    step_row=StepRow("−η m̂/√v̂", "{rate} × m̂ ÷ (√v̂ + {eps})"),
    carried=Carried("The mean of past gradients", _old_means_share),
    code=OptimizerCode(
        torch="torch.optim.Adam([w], lr={rate}, betas=({beta1}, {beta2}), eps={eps})",
        jax_start="m, v = jnp.zeros(2), jnp.zeros(2)  # means of the gradient and of its square",
        jax_step="""\
m = {beta1} * m + (1 - {beta1}) * g
v = {beta2} * v + (1 - {beta2}) * g**2
m_hat, v_hat = m / (1 - {beta1} ** (step + 1)), v / (1 - {beta2} ** (step + 1))
w = w - rate * m_hat / (jnp.sqrt(v_hat) + {eps})  # 3. the update""",
    ),
)
