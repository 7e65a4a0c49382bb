"""Newton's method, damped, and downhill wherever it stands."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.code import OptimizerCode
from engine.basis.curvature import extreme_eigenvalues
from engine.basis.knob import Knob
from engine.basis.optimizer import Optimizer
from engine.basis.parts import Parts, StateRow, StepRow
from i18n import message

EVALUATIONS = 3.0
"""The gradient, and a Hessian that costs about one more for each of two coordinates."""


class Bend(NamedTuple):
    """The gradient over the curvature, (2,), and the lowest eigenvalue of the Hessian, a scalar."""

    direction: Any
    lowest: Any


def init(start):
    """Nothing seen yet; nothing is remembered either, it is kept to be told."""
    return Bend(jnp.zeros_like(start), jnp.zeros_like(start[0]))


def step(at, state, rate, knobs):
    """The gradient over |H| + damping, each eigenvalue by its size, so that a downward bend is left and not sought.

    A function f of a symmetric 2x2 matrix is a I + b H, with a and b such that it is f at both eigenvalues.
    """
    hessian = jax.hessian(at.loss_fn)(at.position)
    low, high = extreme_eigenvalues(jnp, hessian[0, 0], hessian[0, 1], hessian[1, 1])
    at_low, at_high = 1 / (jnp.abs(low) + knobs["damping"]), 1 / (jnp.abs(high) + knobs["damping"])
    gap = high - low
    # Two eigenvalues that agree to rounding: f is the same number at both, and their difference tells nothing.
    round_off = 1e-12 * (jnp.abs(low) + jnp.abs(high))
    b = jnp.where(gap > round_off, (at_high - at_low) / jnp.where(gap > round_off, gap, 1.0), 0.0)
    direction = (at_low - b * low) * at.gradient + b * (hessian @ at.gradient)
    return -rate * direction, Bend(direction, low), EVALUATIONS


def _direction(parts: Parts) -> str:
    if parts.after.lowest < 0:
        return message("{g} over |curvature|: it bends down here")
    return message("{g} over curvature and damping")


NEWTON = Optimizer(
    key="newton",
    name="Newton",
    about="Divides the slope by the size of the curvature: at rate 1 a few steps end a quadratic bowl, and it "
    "leaves saddles, where the curvature is negative, instead of seeking them.",
    tex=r"w \leftarrow w - \alpha\,(|H| + \delta I)^{-1}\nabla L",
    init=init,
    step=step,
    curved=True,
    least=EVALUATIONS,
    knobs={"damping": Knob("Damping δ", 1e-6, 100.0, 1e-3, bounds=(1e-12, 1e9), log=True)},
    source="Nocedal and Wright (2006), Numerical Optimization, 3.4; |H| after Dauphin et al. (2014), NeurIPS.",
    formula="d = (|H| + δ)⁻¹ {gradient}, new = old − rate × d",
    rows=(StateRow("d", _direction, lambda parts: np.asarray(parts.after.direction)),),
    step_row=StepRow("−η d", "{rate} × d"),
    code=OptimizerCode(
        torch="Newton([w], lr={rate}, damping={damping})",
        torch_class='''\
class Newton(torch.optim.Optimizer):
    """The gradient over the size of the curvature; PyTorch has no Newton's method of its own."""

    def __init__(self, params, lr, damping):
        super().__init__(params, {"lr": lr, "damping": damping})

    def step(self, closure):
        for group in self.param_groups:
            (p,) = group["params"]
            (slope,) = torch.autograd.grad(closure(), p, create_graph=True)
            hessian = torch.stack([torch.autograd.grad(part, p, retain_graph=True)[0] for part in slope])
            values, vectors = torch.linalg.eigh(hessian)
            with torch.no_grad():  # every eigenvalue by its size: a downward bend is left, not sought
                p -= group["lr"] * vectors @ ((vectors.T @ p.grad) / (values.abs() + group["damping"]))''',
        jax_step="""\
values, vectors = jnp.linalg.eigh(jax.hessian(loss_fn)(w))
w = w - rate * vectors @ ((vectors.T @ g) / (jnp.abs(values) + {damping}))  # 3. the update""",
    ),
)
