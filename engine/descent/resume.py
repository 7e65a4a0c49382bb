"""Where a part of a run begins and what it goes on with: as one vector that a traced program reads and writes."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from engine.optimizers import OPTIMIZERS
from engine.runs.packing import pack
from engine.runs.segments import Segment
from engine.schedules import SCHEDULES
from engine.schedules.plateau import Watch

if TYPE_CHECKING:
    from jaxtyping import Float

HEAD = 4
"""Begin, until, since, whether a memory is handed on."""
LEFT = 6
"""Of what is left for the next part: evaluations, the last loss, and the watch of the plateau schedule."""


class Resume(NamedTuple):
    """The beginning of a part as a traced program reads it: scalars but for the memory (m,)."""

    begin: Any
    """Updates made before."""
    until: Any
    """Updates after which another part takes over; infinity where none does."""
    since: Any
    """The update with which the optimizer's memory began."""
    keeps: Any
    """Above 0 where it goes on with this memory, and with an empty one otherwise."""
    evaluations: Any
    last_loss: Any
    watch: Watch
    memory: Any


@cache
def shape(optimizer: str) -> tuple[Any, list[tuple[int, ...]]]:
    """The tree of an optimizer's state, and the shapes of its leaves."""
    leaves, tree = jax.tree.flatten(jax.eval_shape(OPTIMIZERS[optimizer].init, np.zeros(2)))
    return tree, [leaf.shape for leaf in leaves]


def size(optimizer: str) -> int:
    """Numbers of an optimizer's state."""
    return sum(math.prod(one) for one in shape(optimizer)[1])


def state_of(optimizer: str, flat: Float[np.ndarray, " m"]) -> Any:
    """An optimizer's state in its own shape: what `ravel_pytree` does backwards, without a device."""
    tree, shapes = shape(optimizer)
    leaves, begin = [], 0
    for one in shapes:
        count = math.prod(one)
        leaves.append(flat[begin : begin + count].reshape(one))
        begin += count
    return jax.tree.unflatten(tree, leaves)


@cache
def memory_size() -> int:
    """Numbers of the largest state: every program hands on as many."""
    return max(size(key) for key in OPTIMIZERS)


@cache
def from_the_start() -> Float[np.ndarray, " r"]:
    """The beginning of a whole run."""
    whole = np.zeros(HEAD + LEFT + memory_size())
    whole[1] = math.inf
    whole.setflags(write=False)
    return whole


def read(vector: Any) -> Resume:
    """The same by name, under trace."""
    left = vector[HEAD : HEAD + LEFT]
    begin, until, since, keeps = vector[:HEAD]
    return Resume(begin, until, since, keeps, left[0], left[1], Watch(*left[2:]), vector[HEAD + LEFT :])


def feed(
    segment: Segment, before: Segment | None, left: Float[np.ndarray, " l"] | None, position: Float[np.ndarray, " 2"]
) -> tuple[Float[np.ndarray, " s"], Float[np.ndarray, " r"]]:
    """The settings and the beginning of a part, from what the one before it has left, and where.

    `left` is evaluations, last loss, watch and memory, as the descent's program gives them.
    """
    run = segment.run
    settings, resume = pack(run), from_the_start().copy()
    until = math.inf if segment.until is None or segment.until >= run.steps else segment.until
    resume[:HEAD] = segment.begin, until, segment.since, segment.keeps
    reacts_at = settings[9] + segment.counted
    if before is not None and left is not None:
        settings[1:3] = position
        resume[HEAD:] = left
        if segment.keeps and before.run.knobs != run.knobs:
            resume[HEAD + LEFT :] = _resumed(segment, before, left[LEFT:])
        if SCHEDULES[run.schedule].reacts and segment.goes_on:
            # The cuts that were made stay made, of whatever rate.
            resume[HEAD + 2] *= run.rate / before.run.rate
        else:
            resume[HEAD + 2 : HEAD + LEFT] = run.rate, math.inf, 0.0, 0.0
    settings[9] = reacts_at
    return settings, resume


def _resumed(segment: Segment, before: Segment, memory: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """A memory that was gathered under other knobs. Of another optimizer's it reads what both have."""
    rule = OPTIMIZERS[segment.run.optimizer]
    state = rule.resume(state_of(rule.key, memory), segment.begin - segment.since, segment.run.knobs)
    flat = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(state)])
    resumed = memory.copy()
    resumed[: len(flat)] = flat
    return resumed
