"""Gradient descent: against the slope."""

from engine.basis.code import OptimizerCode
from engine.basis.optimizer import ONE_EVALUATION, Optimizer
from engine.basis.parts import StepRow


def init(start):
    """No memory."""
    return ()


def step(at, state, rate, knobs):
    """New position = old position - rate x gradient (PyTorch's plain SGD)."""
    return -rate * at.gradient, state, ONE_EVALUATION


GRADIENT_DESCENT = Optimizer(
    key="gradient_descent",
    name="Gradient descent",
    about="Steps straight down the slope, as far as the learning rate times its steepness.",
    tex=r"w \leftarrow w - \alpha \nabla L",
    init=init,
    step=step,
    knobs={},
    source="Cauchy (1847), Comptes rendus 25:536-538. As torch.optim.SGD.",
    formula="new = old − rate × {gradient}",
    step_row=StepRow("−η {g}", "{rate} × {g}"),
    code=OptimizerCode(
        torch="torch.optim.SGD([w], lr={rate})",
        jax_step="w = w - rate * g  # 3. new = old - rate * gradient",
    ),
)
