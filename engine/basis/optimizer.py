"""What an optimizer is: two pure functions and the facts around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.basis.code import OptimizerCode
from engine.basis.knob import Knob
from engine.basis.parts import Carried, StateRow, StepRow, Words
from i18n import message

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int

ONE_EVALUATION = 1.0
"""What a step costs that asks for no gradient beyond the one it is given."""


class At(NamedTuple):
    """Where an optimizer stands when it is asked for a step."""

    step: Int[Array, ""]
    """Updates made so far: 0 at the start."""
    position: Float[Array, " 2"]
    loss: Float[Array, ""]
    """Exact."""
    gradient: Float[Array, " 2"]
    """As the optimizer feels it: noise added, clipped."""
    loss_fn: Callable[[Float[Array, " 2"]], Float[Array, ""]]


@dataclass(frozen=True)
class Optimizer:
    """An update rule with PyTorch's semantics.

    `init(start) -> state` and `step(at, state, rate, knobs) -> (update, state, evaluations)` are pure and traced by
    JAX; the state is any pytree of float arrays. `evaluations` is the number of gradients the step cost.

    What a page writes of a step is declared beside the rule: its `formula` in words, `rows` of its state and the
    `step_row` (see `engine.basis.parts`), and `carried`, the share of momentum where there is one. `code` is how a
    student would write the rule.
    """

    key: str
    name: str
    about: str
    tex: str
    init: Callable[..., Any] = field(repr=False)
    step: Callable[..., Any] = field(repr=False)
    knobs: Mapping[str, Knob]
    source: str
    formula: Words
    step_row: StepRow
    code: OptimizerCode
    rows: tuple[StateRow, ...] = ()
    curved: bool = False
    """Whether the step asks the loss for more than one gradient: such rules have a program of their own, so that the
    others do not wait for their compilation."""
    least: float = ONE_EVALUATION
    """Gradients that a step costs at least; all steps of one that is not `curved` cost exactly these."""
    follows_rate: bool = True
    """Whether its steps shrink with the learning rate all through a run, and not at its first step alone."""
    carried: Carried | None = None
    memory: str = ""
    """What it keeps from step to step, in words behind "its", or that begin with "what"; optimizers that say the same
    keep the same, and one of them can go on where another has stopped."""
    resume: Callable[..., Any] = field(default=lambda state, age, knobs: state, repr=False)
    """`(state, steps it was gathered in, new knobs) -> state`: what of the state depends on the knobs, made anew."""

    def __post_init__(self) -> None:
        for name in ("name", "about", "memory"):
            object.__setattr__(self, name, message(getattr(self, name)))
