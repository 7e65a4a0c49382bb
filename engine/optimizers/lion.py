"""Lion: the sign of a mean."""

import jax.numpy as jnp

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Parts, StateRow, StepRow
from i18n import message


def init(start):
    """The running mean of the gradient."""
    return jnp.zeros_like(start)


def step(at, mean, rate, knobs):
    """One rate in each coordinate, by the sign of the mean blended with this gradient; then the mean learns it."""
    blend = (1 - knobs["beta1"]) * at.gradient + knobs["beta1"] * mean
    mean = (1 - knobs["beta2"]) * at.gradient + knobs["beta2"] * mean
    return -rate * (jnp.sign(blend) + knobs["weight_decay"] * at.position), mean, ONE_EVALUATION


def _blend(parts: Parts):
    return (1 - parts.knobs["beta1"]) * parts.effective_gradient + parts.knobs["beta1"] * parts.before


def _step_row(parts: Parts) -> str:
    if parts.knobs["weight_decay"]:
        return message("{rate} × (sign(c) + {weight_decay} × old position)")
    return message("{rate} × sign(c)")


LION = Optimizer(
    key="lion",
    name="Lion",
    about="Moves one rate along each axis, whatever the slope: it comes no nearer to a minimum than about one step.",
    tex=r"w \leftarrow w - \alpha\,(\operatorname{sign}(\beta_1 m + (1-\beta_1)\nabla L) + \lambda w),\quad "
    r"m \leftarrow \beta_2 m + (1-\beta_2)\nabla L",
    init=init,
    step=step,
    memory="mean of the gradient",
    knobs={
        "beta1": Knob("Blend β₁", 0.0, 0.999, 0.9, bounds=(0.0, 1.0)),
        "beta2": Knob("Memory β₂", 0.0, 0.999, 0.99, bounds=(0.0, 1.0)),
        "weight_decay": Knob("Weight decay λ", 0.0, 1.0, 0.0, bounds=(0.0, 1e3)),
    },
    source="Chen et al. (2023), NeurIPS, arXiv:2302.06675. As optax.lion.",
    formula=lambda parts: (
        "new = old − rate × (sign(c) + λ × old)" if parts.knobs["weight_decay"] else "new = old − rate × sign(c)"
    ),
    rows=(
        StateRow("c", "{beta1} × old m + {1-beta1} × {g}", _blend),
        StateRow("m", "{beta2} × old m + {1-beta2} × {g}", lambda parts: parts.after),
    ),
    step_row=StepRow("−η sign(c)", _step_row),
    code=OptimizerCode(
        torch="Lion([w], lr={rate}, beta1={beta1}, beta2={beta2}, weight_decay={weight_decay})",
        torch_class='''\
class Lion(torch.optim.Optimizer):
    """The sign of a mean; PyTorch has no Lion of its own."""

    def __init__(self, params, lr, beta1, beta2, weight_decay=0):
        super().__init__(params, {"lr": lr, "beta1": beta1, "beta2": beta2, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                blend = group["beta1"] * m + (1 - group["beta1"]) * p.grad
                m.mul_(group["beta2"]).add_(p.grad, alpha=1 - group["beta2"])
                p -= group["lr"] * (blend.sign() + group["weight_decay"] * p)''',
        jax_start="m = jnp.zeros(2)  # mean of the gradient",
        jax_step="""\
c, m = {beta1} * m + (1 - {beta1}) * g, {beta2} * m + (1 - {beta2}) * g
!weight_decay: w = w - rate * jnp.sign(c)  # 3. the update
?weight_decay: w = w - rate * (jnp.sign(c) + {weight_decay} * w)  # 3. the update""",
    ),
)
