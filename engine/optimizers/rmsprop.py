"""RMSprop: every coordinate at its own scale."""

import jax.numpy as jnp

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import StateRow, StepRow


def init(start):
    """The running mean of the squared gradient."""
    return jnp.zeros_like(start)


def step(at, square, rate, knobs):
    """Divide the gradient by the root of its running mean square; eps is added outside the root, as PyTorch does."""
    square = knobs["alpha"] * square + (1 - knobs["alpha"]) * at.gradient**2
    return -rate * at.gradient / (jnp.sqrt(square) + knobs["eps"]), square, ONE_EVALUATION


RMSPROP = Optimizer(
    key="rmsprop",
    name="RMSprop",
    about="Divides each coordinate of the gradient by its recent size, so steep and flat directions move alike.",
    tex=r"s \leftarrow \rho s + (1-\rho)(\nabla L)^2,\quad "
    r"w \leftarrow w - \alpha \frac{\nabla L}{\sqrt{s} + \epsilon}",
    init=init,
    step=step,
    memory="mean of squared gradients",
    knobs={
        "alpha": Knob("Memory α", 0.0, 0.999, 0.99, bounds=(0.0, 1.0)),
        "eps": Knob("Floor ε", 1e-10, 1e-2, 1e-8, bounds=(0.0, 1.0), log=True),
    },
    source="Tieleman and Hinton (2012), Coursera: Neural Networks for Machine Learning, 6.5. As torch.optim.RMSprop.",
    formula="s = α × old s + (1 − α) × {g}², new = old − rate × {g} ÷ (√s + ε)",
    rows=(StateRow("s", "{alpha} × old s + {1-alpha} × {g}²", lambda parts: parts.after),),
    step_row=StepRow("−η {g}/√s", "{rate} × {g} ÷ (√s + {eps})"),
    code=OptimizerCode(
        torch="torch.optim.RMSprop([w], lr={rate}, alpha={alpha}, eps={eps})",
        jax_start="s = jnp.zeros(2)  # mean square of the gradient",
        jax_step="""\
s = {alpha} * s + (1 - {alpha}) * g**2
w = w - rate * g / (jnp.sqrt(s) + {eps})  # 3. the update""",
    ),
)
