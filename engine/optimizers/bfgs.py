"""BFGS: it learns the curvature from the slopes it meets."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.code import OptimizerCode
from engine.basis.numerals import shortest
from engine.basis.optimizer import Optimizer
from engine.basis.parts import Parts, StateRow, StepRow
from i18n import message

ARMIJO_C1 = 1e-4
"""Armijo's share: a step must gain this part of what the slope promises."""
MAX_BACKTRACKS = 40
MIN_CURVATURE_COS = 1e-10
"""Cosine between step and change of slope from which on the pair is learned: below it the ground does not bend up."""


class Learned(NamedTuple):
    """The estimate of the inverse Hessian (2, 2); position, gradient and direction of the last step, (2,) each, and the
    length that its line search took, a scalar.
    """

    inverse: Any
    position: Any
    gradient: Any
    direction: Any
    length: Any


def init(start):
    """The identity: the first step goes down the gradient."""
    zeros = jnp.zeros_like(start)
    return Learned(jnp.eye(2), start, zeros, zeros, zeros[0])


def step(at, state, rate, knobs):
    """The gradient times the estimate, halved from `rate` on until the loss falls enough."""
    s, y = at.position - state.position, at.gradient - state.gradient
    bend = s @ y
    learn = (at.step > 0) & (bend > MIN_CURVATURE_COS * jnp.sqrt((s @ s) * (y @ y)))
    weight = 1 / jnp.where(learn, bend, 1.0)
    turn = jnp.eye(2) - weight * jnp.outer(s, y)
    inverse = jnp.where(learn, turn @ state.inverse @ turn.T + weight * jnp.outer(s, s), state.inverse)
    direction = inverse @ at.gradient
    downhill = at.gradient @ direction > 0
    inverse = jnp.where(downhill, inverse, jnp.eye(2))
    direction = jnp.where(downhill, direction, at.gradient)
    promised = ARMIJO_C1 * (at.gradient @ direction)

    def falls_short(carry):
        length, loss, trials = carry
        return ~(loss <= at.loss - length * promised) & (trials <= MAX_BACKTRACKS)

    def halve(carry):
        length, _, trials = carry
        return length / 2, at.loss_fn(at.position - length / 2 * direction), trials + 1

    first = (jnp.asarray(rate), at.loss_fn(at.position - rate * direction), jnp.ones_like(rate))
    length, _, trials = jax.lax.while_loop(falls_short, halve, first)
    return -length * direction, Learned(inverse, at.position, at.gradient, direction, length), 1 + trials


def _step_row(parts: Parts) -> str:
    return message("{length} × d, tried from {rate} down", length=shortest(float(parts.after.length)))


BFGS = Optimizer(
    key="bfgs",
    name="BFGS",
    about="Learns the curvature from how the slope changes; halves each step until the loss falls; meant for rate 1.",
    tex=r"d = B\,\nabla L,\quad w \leftarrow w - t\,d,\quad t = \alpha, \tfrac{\alpha}{2}, \tfrac{\alpha}{4}, \dots",
    init=init,
    step=step,
    memory="what it has learned of the curvature",
    curved=True,
    least=2.0,
    knobs={},
    source="Broyden, Fletcher, Goldfarb, Shanno (1970); Nocedal and Wright (2006), Numerical Optimization, 6.1.",
    formula="d = B × {gradient}, new = old − t × d, t halved from rate on until the loss falls",
    rows=(StateRow("d", "{g} over the curvature learned so far", lambda parts: np.asarray(parts.after.direction)),),
    step_row=StepRow("−t d", _step_row),
    code=OptimizerCode(
        torch="BFGS([w], lr={rate})",
        torch_class='''\
class BFGS(torch.optim.Optimizer):
    """Learns the inverse Hessian B from the slopes it meets; PyTorch has only its memory-saving cousin L-BFGS."""

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})
        self.B, self.last = torch.eye(2, dtype=torch.float64), None

    @torch.no_grad()
    def step(self, closure):
        for group in self.param_groups:
            (p,) = group["params"]
            g, loss, here = p.grad.clone(), closure(), p.clone()
            if self.last is not None:
                s, y = here - self.last[0], g - self.last[1]
                if s @ y > 1e-10 * ((s @ s) * (y @ y)).sqrt():  # the ground bends up along the step: learn it
                    turn = torch.eye(2, dtype=torch.float64) - torch.outer(s, y) / (s @ y)
                    self.B = turn @ self.B @ turn.T + torch.outer(s, s) / (s @ y)
            if not g @ self.B @ g > 0:
                self.B = torch.eye(2, dtype=torch.float64)
            d, t = self.B @ g, group["lr"]
            for _ in range(41):  # halve the step until the loss falls enough
                p.copy_(here - t * d)
                if closure() <= loss - 1e-4 * t * (g @ d):
                    break
                t /= 2
            p.copy_(here - t * d)
            self.last = here, g''',
        jax_start="B, last = jnp.eye(2), None  # estimate of the inverse Hessian",
        jax_step="""\
if last is not None:
    s, y = w - last[0], g - last[1]
    if s @ y > 1e-10 * jnp.sqrt((s @ s) * (y @ y)):  # the ground bends up along the step: learn it
        turn = jnp.eye(2) - jnp.outer(s, y) / (s @ y)
        B = turn @ B @ turn.T + jnp.outer(s, s) / (s @ y)
if not g @ B @ g > 0:
    B = jnp.eye(2)
last, d, t = (w, g), B @ g, rate
for _ in range(41):  # halve the step until the loss falls enough
    if loss_fn(w - t * d) <= loss - 1e-4 * t * (g @ d):
        break
    t /= 2
w = w - t * d  # 3. the update""",
    ),
)
