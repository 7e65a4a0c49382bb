"""AMSGrad: Adam that never forgets how steep it has been."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from engine.basis.code import OptimizerCode
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Carried, Parts, StateRow, StepRow
from engine.optimizers import adam


class Highest(NamedTuple):
    """Adam's moments, and the largest mean square seen so far, (2,)."""

    moments: adam.Moments
    largest: Any


def init(start):
    """All at zero."""
    return Highest(adam.init(start), jnp.zeros_like(start))


def step(at, state, rate, knobs):
    """Adam's step over the root of the largest mean square so far, bias-corrected as PyTorch does."""
    moments = adam.remember(state.moments, at.gradient, knobs)
    largest = jnp.maximum(state.largest, moments.square)
    root = jnp.sqrt(largest) / jnp.sqrt(1 - moments.power2) + knobs["eps"]
    return -(rate / (1 - moments.power1)) * moments.mean / root, Highest(moments, largest), ONE_EVALUATION


def _mean(parts: Parts):
    return parts.after.moments.mean / (1 - parts.after.moments.power1)


def _largest(parts: Parts):
    return parts.after.largest / (1 - parts.after.moments.power2)


def _old_means_share(parts: Parts):
    old_mean = parts.knobs["beta1"] * parts.before.moments.mean / (1 - parts.after.moments.power1)
    return -parts.rate * old_mean / (np.sqrt(_largest(parts)) + parts.knobs["eps"])


AMSGRAD = Optimizer(
    key="amsgrad",
    name="AMSGrad",
    about="Adam divided by the largest mean square so far, not by the present one: that divisor never falls again.",
    tex=r"m \leftarrow \beta_1 m + (1-\beta_1)\nabla L,\quad v \leftarrow \beta_2 v + (1-\beta_2)(\nabla L)^2,\quad "
    r"n \leftarrow \max(n, v),\quad w \leftarrow w - \alpha \frac{\hat m}{\sqrt{\hat n} + \epsilon}",
    init=init,
    step=step,
    resume=lambda state, age, knobs: state._replace(moments=adam.resume(state.moments, age, knobs)),
    memory="means of the gradient and of its square, and the largest so far",
    knobs=adam.KNOBS,
    source="Reddi, Kale and Kumar (2018), ICLR, arXiv:1904.09237. As torch.optim.Adam with amsgrad=True.",
    formula="n = max(old n, v), new = old − rate × m̂ ÷ (√n̂ + ε)",
    rows=(
        StateRow("m", "{beta1} × old m + {1-beta1} × {g}", lambda parts: parts.after.moments.mean),
        StateRow("v", "{beta2} × old v + {1-beta2} × {g}²", lambda parts: parts.after.moments.square),
        StateRow("n", "max(old n, v)", lambda parts: parts.after.largest),
        StateRow("m̂", "m ÷ (1 − {beta1}{t})", _mean),
        StateRow("n̂", "n ÷ (1 − {beta2}{t})", _largest),
    ),
    step_row=StepRow("−η m̂/√n̂", "{rate} × m̂ ÷ (√n̂ + {eps})"),
    carried=Carried("The mean of past gradients", _old_means_share),
    code=OptimizerCode(
        torch="torch.optim.Adam([w], lr={rate}, betas=({beta1}, {beta2}), eps={eps}, amsgrad=True)",
        jax_start="m, v, n = jnp.zeros(2), jnp.zeros(2), jnp.zeros(2)  # two means, and the largest v so far",
        jax_step="""\
m = {beta1} * m + (1 - {beta1}) * g
v = {beta2} * v + (1 - {beta2}) * g**2
n = jnp.maximum(n, v)
m_hat, n_hat = m / (1 - {beta1} ** (step + 1)), n / (1 - {beta2} ** (step + 1))
w = w - rate * m_hat / (jnp.sqrt(n_hat) + {eps})  # 3. the update""",
    ),
)
