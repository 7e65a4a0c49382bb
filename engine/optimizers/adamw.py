"""AdamW: Adam whose weights shrink by themselves."""

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.optimizer import Optimizer
from engine.basis.parts import StepRow
from engine.optimizers import adam


def step(at, moments, rate, knobs):
    """Adam's step, and beside it the position drawn towards the origin by rate times weight_decay."""
    update, moments, evaluations = adam.step(at, moments, rate, knobs)
    return update - rate * knobs["weight_decay"] * at.position, moments, evaluations


ADAMW = Optimizer(
    key="adamw",
    name="AdamW",
    about="Adam that also draws the weights towards zero; so it comes to rest a little beside the minimum.",
    tex=r"w \leftarrow w - \alpha \left(\frac{\hat m}{\sqrt{\hat v} + \epsilon} + \lambda w\right)",
    init=adam.init,
    step=step,
    resume=adam.resume,
    memory="means of the gradient and of its square",
    knobs=adam.KNOBS | {"weight_decay": Knob("Weight decay λ", 0.0, 1.0, 0.01, bounds=(0.0, 1e3))},
    source="Loshchilov and Hutter (2019), ICLR, arXiv:1711.05101. As torch.optim.AdamW.",
    formula="new = old − rate × (m̂ ÷ (√v̂ + ε) + λ × old)",
    rows=adam.ADAM.rows,
    step_row=StepRow("−η (m̂/√v̂ + λ w)", "{rate} × (m̂ ÷ (√v̂ + {eps}) + {weight_decay} × old position)"),
    carried=adam.ADAM.carried,
    code=OptimizerCode(
        torch="torch.optim.AdamW([w], lr={rate}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay})",
        jax_start=adam.ADAM.code.jax_start,
        jax_step="w = w - rate * {weight_decay} * w  # decoupled weight decay\n" + adam.ADAM.code.jax_step,
    ),
)
