"""AdaGrad: every coordinate at its own scale, and the scales only grow."""

import jax.numpy as jnp

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import Parts, StateRow, StepRow


def init(start):
    """The sum of the squared gradients so far."""
    return jnp.zeros_like(start)


def step(at, total, rate, knobs):
    """Divide the gradient by the root of the sum of its squares; eps is added outside the root, as PyTorch does."""
    total = total + at.gradient**2
    rate = rate / (1 + at.step * knobs["lr_decay"])
    return -rate * at.gradient / (jnp.sqrt(total) + knobs["eps"]), total, ONE_EVALUATION


def _step_row(parts: Parts) -> str:
    """With the rate's own decay only where it is at work."""
    decayed = f" ÷ (1 + {parts.age} × {{lr_decay}})" if parts.knobs["lr_decay"] and parts.age else ""
    return f"{{rate}}{decayed} × {{g}} ÷ (√s + {{eps}})"


ADAGRAD = Optimizer(
    key="adagrad",
    name="AdaGrad",
    about="Divides each coordinate by the root of all its squared gradients so far, a divisor that only grows.",
    tex=r"s \leftarrow s + (\nabla L)^2,\quad w \leftarrow w - \alpha \frac{\nabla L}{\sqrt{s} + \epsilon}",
    init=init,
    step=step,
    memory="sum of squared gradients",
    knobs={
        "lr_decay": Knob("Rate decay", 0.0, 1.0, 0.0, bounds=(0.0, 1e3)),
        "eps": Knob("Floor ε", 1e-12, 1e-2, 1e-10, bounds=(0.0, 1.0), log=True),
    },
    source="Duchi, Hazan and Singer (2011), JMLR 12:2121-2159. As torch.optim.Adagrad.",
    formula="s = old s + {g}², new = old − rate × {g} ÷ (√s + ε)",
    rows=(StateRow("s", "old s + {g}²", lambda parts: parts.after),),
    step_row=StepRow("−η {g}/√s", _step_row),
    code=OptimizerCode(
        torch="torch.optim.Adagrad([w], lr={rate}, lr_decay={lr_decay}, eps={eps})",
        jax_start="s = jnp.zeros(2)  # sum of the squared gradients",
        jax_step="""\
s = s + g**2
!lr_decay: w = w - rate * g / (jnp.sqrt(s) + {eps})  # 3. the update
?lr_decay: w = w - rate / (1 + step * {lr_decay}) * g / (jnp.sqrt(s) + {eps})  # 3. the update""",
    ),
)
