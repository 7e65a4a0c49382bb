"""NAdam: Adam that looks ahead."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Carried, Parts, StateRow, StepRow
from engine.optimizers import adam

SLOWING = 0.96
"""Dozat's constant: the share of momentum rises from beta1 / 2 to beta1, this fast for each unit of momentum_decay."""


class Ahead(NamedTuple):
    """Adam's moments; the product of all shares of momentum so far, and the two weights of the last step, scalars."""

    moments: adam.Moments
    product: Any
    fresh: Any
    mean: Any


def init(start):
    """As Adam; no share multiplied yet."""
    one = jnp.ones_like(start[0])
    return Ahead(adam.init(start), one, 0 * one, 0 * one)


def _share(step, knobs):
    return knobs["beta1"] * (1 - 0.5 * SLOWING ** (step * knobs["momentum_decay"]))


def step(at, state, rate, knobs):
    """Adam's step with this gradient and the next one's mean weighed apart; eps outside the root (PyTorch's NAdam)."""
    moments = adam.remember(state.moments, at.gradient, knobs)
    now, following = _share(at.step + 1.0, knobs), _share(at.step + 2.0, knobs)
    product = state.product * now
    fresh, mean = (1 - now) / (1 - product), following / (1 - product * following)
    root = jnp.sqrt(moments.square / (1 - moments.power2)) + knobs["eps"]
    update = -rate * (fresh * at.gradient / root + mean * moments.mean / root)
    return update, Ahead(moments, product, fresh, mean), ONE_EVALUATION


def _square(parts: Parts):
    return parts.after.moments.square / (1 - parts.after.moments.power2)


def _old_means_share(parts: Parts):
    old_mean = parts.after.mean * parts.knobs["beta1"] * parts.before.moments.mean
    return -parts.rate * old_mean / (np.sqrt(_square(parts)) + parts.knobs["eps"])


NADAM = Optimizer(
    key="nadam",
    name="NAdam",
    about="Adam with Nesterov's look ahead, and a share of momentum that grows from half of β₁ to β₁.",
    tex=r"w \leftarrow w - \alpha \frac{1}{\sqrt{\hat v} + \epsilon}"
    r"\left(\frac{1-\mu_t}{1-\prod\mu_i}\nabla L + \frac{\mu_{t+1}}{1-\prod\mu_i\,\mu_{t+1}} m\right)",
    init=init,
    step=step,
    resume=lambda state, age, knobs: state._replace(moments=adam.resume(state.moments, age, knobs)),
    memory="means of the gradient and of its square, and their weights",
    knobs=adam.KNOBS | {"momentum_decay": Knob("Momentum decay", 0.0, 0.1, 0.004, bounds=(0.0, 1e3))},
    source="Dozat (2016), ICLR executors, Incorporating Nesterov momentum into Adam. As torch.optim.NAdam.",
    formula="new = old − rate × (a × {g} + b × m) ÷ (√v̂ + ε)",
    rows=(
        StateRow("m", "{beta1} × old m + {1-beta1} × {g}", lambda parts: parts.after.moments.mean),
        StateRow("v", "{beta2} × old v + {1-beta2} × {g}²", lambda parts: parts.after.moments.square),
        StateRow("v̂", "v ÷ (1 − {beta2}{t})", _square),
        StateRow("a", "weight of this gradient", lambda parts: np.full(2, parts.after.fresh)),
        StateRow("b", "weight of the mean, one step ahead", lambda parts: np.full(2, parts.after.mean)),
    ),
    step_row=StepRow("−η (a {g} + b m)/√v̂", "{rate} × (a × {g} + b × m) ÷ (√v̂ + {eps})"),
    carried=Carried("The mean of past gradients", _old_means_share),
    code=OptimizerCode(
        torch="torch.optim.NAdam([w], lr={rate}, betas=({beta1}, {beta2}), eps={eps},\n"
        "    momentum_decay={momentum_decay})",
        torch_setup="torch.set_default_dtype(torch.float64)  # NAdam keeps a product of shares in this precision",
        jax_start="m, v = jnp.zeros(2), jnp.zeros(2)  # means of the gradient and of its square\nproduct = 1.0",
        jax_step="""\
m = {beta1} * m + (1 - {beta1}) * g
v = {beta2} * v + (1 - {beta2}) * g**2
mu, mu_next = ({beta1} * (1 - 0.5 * 0.96 ** (t * {momentum_decay})) for t in (step + 1, step + 2))
product *= mu
ahead = (1 - mu) / (1 - product) * g + mu_next / (1 - product * mu_next) * m
w = w - rate * ahead / (jnp.sqrt(v / (1 - {beta2} ** (step + 1))) + {eps})  # 3. the update""",
    ),
)
