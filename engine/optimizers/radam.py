"""RAdam: Adam that waits until it can trust its scale."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from engine.basis.code import OptimizerCode
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Carried, Parts, StateRow, StepRow
from engine.optimizers import adam

MIN_RECTIFIED_LENGTH = 5.0
"""Effective number of gradients in the mean square above which its scale is trusted."""


class Trusted(NamedTuple):
    """Adam's moments, and how far their scale was trusted in the last step, a scalar: 0 is not at all."""

    moments: adam.Moments
    trust: Any


def init(start):
    """As Adam, without trust."""
    return Trusted(adam.init(start), jnp.zeros_like(start[0]))


def step(at, state, rate, knobs):
    """The bias-corrected mean; over the root of the mean square once rests on enough gradients (PyTorch's RAdam)."""
    moments = adam.remember(state.moments, at.gradient, knobs)
    mean = moments.mean / (1 - moments.power1)
    t = at.step + 1.0
    # A power, not the product carried along: what is left of it here is the difference of two numbers near 2,000.
    lack = jnp.power(knobs["beta2"], t)
    most = 2 / (1 - knobs["beta2"]) - 1
    count = most - 2 * t * lack / (1 - lack)
    trusted = count > MIN_RECTIFIED_LENGTH
    ratio = (count - 4) * (count - 2) * most / ((most - 4) * (most - 2) * count)
    trust = jnp.where(trusted, jnp.sqrt(jnp.where(trusted, ratio, 1.0)), 0.0)
    scale = jnp.sqrt(1 - lack) / (jnp.sqrt(moments.square) + knobs["eps"])
    update = -rate * mean * jnp.where(trusted, scale * trust, 1.0)
    return update, Trusted(moments, trust), ONE_EVALUATION


def _mean(parts: Parts):
    return parts.after.moments.mean / (1 - parts.after.moments.power1)


def _step_row(parts: Parts) -> str:
    if not parts.after.trust:
        return "{rate} × m̂"
    return "{rate} × r × m̂ × √(1 − {beta2}{t}) ÷ (√v + {eps})"


def _old_means_share(parts: Parts):
    share = parts.knobs["beta1"] * parts.before.moments.mean / parts.after.moments.mean
    return np.where(parts.after.moments.mean == 0, 0.0, share) * parts.update


RADAM = Optimizer(
    key="radam",
    name="RAdam",
    about="Adam that walks its first steps by the mean gradient alone, until its scale rests on enough of them.",
    tex=r"w \leftarrow w - \alpha \hat m\, r_t \frac{\sqrt{1-\beta_2^t}}{\sqrt{v} + \epsilon}",
    init=init,
    step=step,
    resume=lambda state, age, knobs: state._replace(moments=adam.resume(state.moments, age, knobs)),
    memory="means of the gradient and of its square, and its trust in them",
    knobs=adam.KNOBS,
    source="Liu et al. (2020), ICLR, arXiv:1908.03265. As torch.optim.RAdam.",
    formula="new = old − rate × r × m̂ ÷ √v̂, while r is 0: new = old − rate × m̂",
    rows=(
        StateRow("m", "{beta1} × old m + {1-beta1} × {g}", lambda parts: parts.after.moments.mean),
        StateRow("v", "{beta2} × old v + {1-beta2} × {g}²", lambda parts: parts.after.moments.square),
        StateRow("m̂", "m ÷ (1 − {beta1}{t})", _mean),
        StateRow("r", "trust in v, none at first", lambda parts: np.full(2, parts.after.trust)),
    ),
    step_row=StepRow(lambda parts: "−η r m̂/√v̂" if parts.after.trust else "−η m̂", _step_row),
    carried=Carried("The mean of past gradients", _old_means_share),
    code=OptimizerCode(
        torch="torch.optim.RAdam([w], lr={rate}, betas=({beta1}, {beta2}), eps={eps})",
        jax_start="m, v = jnp.zeros(2), jnp.zeros(2)  # means of the gradient and of its square",
        jax_step="""\
m = {beta1} * m + (1 - {beta1}) * g
v = {beta2} * v + (1 - {beta2}) * g**2
m_hat, lack, most = m / (1 - {beta1} ** (step + 1)), {beta2} ** (step + 1), 2 / (1 - {beta2}) - 1
count = most - 2 * (step + 1) * lack / (1 - lack)  # of gradients that v rests on
if count > 5:
    r = ((count - 4) * (count - 2) * most / ((most - 4) * (most - 2) * count)) ** 0.5
    w = w - rate * m_hat * r * (1 - lack) ** 0.5 / (jnp.sqrt(v) + {eps})  # 3. the update
else:
    w = w - rate * m_hat  # 3. the update, without a scale""",
    ),
)
