"""A loss that is measured on data: the surface is what a model makes of them, and no formula in x and y."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array, Float


HEAVY = 64
"""Evaluations of a formula; a loss that costs more is heavy."""


@dataclass(frozen=True)
class Listing:
    """The same loss as code: the data, and each point's own loss as an expression in x, y, its input u and target t."""

    inputs: Sequence[float]
    targets: Sequence[float]
    torch: str
    jax: str


@dataclass(frozen=True, eq=False)
class LossOnData:
    """position (2,) -> loss, as every landscape has it; traceable by JAX.

    The data are no part of a compiled program but one of its arguments: surfaces that share `mean` share programs, and
    new data or another trained network cost no compilation.

    mean: (position (2,), data) -> the loss on all data; one function object for all surfaces of its kind.
    gather: makes the data, any tree of arrays; called once, when they are first needed, by whoever needs them.
    on_rows: (position, data, weights (n,)) -> the loss of a mini-batch, a weighted sum over points; None without one.
    points: data points that mini-batches are drawn from; 0 without.
    rows: how many rows the data are filled up to, with weights of 0, n; 0 where they are not.
    cost: how many evaluations of a formula take as long as one of this loss.
    listing: the loss as lines of code; None where that would be no short program.
    compiler_options: XLA's, for its programs.
    """

    mean: Callable[[Any, Any], Float[Array, ""]]
    gather: Callable[[], Any] = field(repr=False)
    _: KW_ONLY
    on_rows: Callable[[Any, Any, Any], Float[Array, ""]] | None = None
    points: int = 0
    rows: int = 0
    cost: int = 1
    listing: Listing | None = field(default=None, repr=False)
    compiler_options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _gathered: list[Any] = field(default_factory=list, repr=False)
    _lock: Any = field(default_factory=Lock, repr=False)

    def __call__(self, position: Float[Array, " 2"]) -> Float[Array, ""]:
        """The loss at a position."""
        return self.mean(position, self.data)

    @property
    def ready(self) -> bool:
        """Whether the data are there already: gathering them may take seconds."""
        return bool(self._gathered)

    @property
    def data(self) -> Any:
        """The data, on the device."""
        with self._lock:
            if not self._gathered:
                self._gathered.append(jax.tree.map(jnp.asarray, self.gather()))
        return self._gathered[0]


def cost_of(loss: Callable) -> int:
    """How many evaluations of a formula take as long as one of this loss."""
    return loss.cost if isinstance(loss, LossOnData) else 1


def is_heavy(loss: Callable) -> bool:
    """Whether each point asks so much, a whole network say, that some thousand of them fill a core by themselves."""
    return cost_of(loss) > HEAVY
