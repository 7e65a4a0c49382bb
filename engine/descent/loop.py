"""One step of a run, as JAX traces it: the contract's order, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from engine.basis.optimizer import At, Optimizer
from engine.descent.resume import Resume
from engine.runs.packing import OPTIMIZER_INDEX, Settings, unpack
from engine.schedules.plateau import Watch, react, watch

if TYPE_CHECKING:
    from jaxtyping import Array, Float

OUT_OF_BOUNDS = 1e12
RUNNING, BY_GRADIENT, BY_LOSS, BY_BUDGET, DIVERGED = range(5)


class Lane(NamedTuple):
    """What one step hands to the next."""

    position: Float[Array, " 2"]
    last_loss: Float[Array, ""]
    memory: Float[Array, " m"]
    """The optimizer's state, raveled and padded: all branches of the switch must have one type."""
    watch: Watch
    evaluations: Float[Array, ""]


class StepRecord(NamedTuple):
    """What a step found at its point, and where it goes from there."""

    position: Float[Array, " 2"]
    loss: Float[Array, ""]
    gradient: Float[Array, " 2"]
    effective_gradient: Float[Array, " 2"]
    """The gradient that the optimizer sees."""
    rate: Float[Array, ""]
    evaluations: Float[Array, ""]
    verdict: Any
    update: Float[Array, " 2"]
    """Made only while the verdict is to go on."""


def length(vector: Float[Array, " 2"]) -> Float[Array, ""]:
    """Euclidean norm. Plain, as torch computes it: hypot would not overflow, and so would not reproduce it."""
    return jnp.sqrt(jnp.sum(vector**2))


def _memories(start, rules):
    """Every rule's initial state as one vector of common length, and the way back into its own shape."""
    flat, unravels = zip(*(ravel_pytree(rule.init(start)) for rule in rules), strict=True)
    size = max(len(one) for one in flat)
    padded = [jnp.pad(one.astype(start.dtype), (0, size - len(one))) for one in flat]
    return padded, [len(one) for one in flat], unravels


def judge(settings: Settings, t, position, loss, gradient, last_loss):
    """Which rule stops a run at its point after t updates, or RUNNING."""
    sound = jnp.isfinite(loss) & jnp.all(jnp.isfinite(gradient)) & jnp.all(jnp.abs(position) <= OUT_OF_BOUNDS)
    return jnp.select(
        [
            ~sound,  # a NaN coordinate fails the comparison, an infinite one exceeds the bound
            length(gradient) < settings.gradient_tolerance,
            (t > 0) & (jnp.abs(loss - last_loss) < settings.loss_tolerance),
            t >= settings.steps,
        ],
        [DIVERGED, BY_GRADIENT, BY_LOSS, BY_BUDGET],
        RUNNING,
    )


def effective_gradient(loss_fn: Callable, settings: Settings, position, gradient, z):
    """The gradient that the optimizer sees: of a mini-batch, noisy, then clipped by value, then by norm.

    Behind its two normal numbers z has the weights of the data points, if the run goes by mini-batches.
    """
    if z.shape[-1] > 2:
        z, weights = z[:2], z[2:]
        gradient = jax.grad(loss_fn.on_rows)(position, weights)  # pyright: ignore[reportFunctionMemberAccess]
    gradient = jnp.clip(gradient + settings.noise * z, -settings.clip_value, settings.clip_value)
    # Branched, not selected: a root and a division that nobody asked for would hold up every step by a quarter.
    return jax.lax.cond(
        settings.clip_norm < jnp.inf,
        lambda: jnp.minimum(settings.clip_norm / (length(gradient) + 1e-6), 1.0) * gradient,
        lambda: gradient,
    )


def prepare(loss_fn: Callable, packed: Float[Array, " s"], rules: Sequence[Optimizer], resume: Resume | None = None):
    """The first Lane of a run, and its `step(t, lane, scheduled_rate, z) -> (StepRecord, Lane)`.

    They know these rules, all of one family (see `engine.runs.packing`). With `resume` it is the first of a part of a
    run that begins there.
    """
    settings = unpack(packed)
    choice = jnp.argmax(jnp.array([OPTIMIZER_INDEX[rule.key] for rule in rules]) == settings.optimizer)
    memories, sizes, unravels = _memories(settings.start, rules)
    measure = jax.value_and_grad(loss_fn)

    def branch(optimizer, size, unravel):
        def move(step, position, loss, gradient, memory, rate):
            knobs = {name: settings.knobs[index] for index, name in enumerate(optimizer.knobs)}
            age = step if resume is None else step - resume.since.astype(step.dtype)
            at = At(age, position, loss, gradient, loss_fn)
            update, state, evaluations = optimizer.step(at, unravel(memory[:size]), rate, knobs)
            flat = ravel_pytree(state)[0].astype(memory.dtype)
            return update, jnp.pad(flat, (0, len(memory) - size)), jnp.asarray(evaluations, memory.dtype)

        return move

    branches = [branch(*parts) for parts in zip(rules, sizes, unravels, strict=True)]

    def step(t, lane: Lane, scheduled_rate, z) -> tuple[StepRecord, Lane]:
        loss, gradient = measure(lane.position)
        verdict = judge(settings, t, lane.position, loss, gradient, lane.last_loss)
        # The first rate that is watched is the scheduled one: that of the curve behind a warm-up.
        rate = jnp.where(t > settings.reacts_from, lane.watch.rate, scheduled_rate)
        effective = effective_gradient(loss_fn, settings, lane.position, gradient, z)
        update, memory, evaluations = jax.lax.switch(
            choice, branches, t, lane.position, loss, effective, lane.memory, rate
        )
        seen = StepRecord(lane.position, loss, gradient, effective, rate, lane.evaluations, verdict, update)
        watching = react(lane.watch._replace(rate=rate), loss, settings.plateau)
        kept = jax.tree.map(lambda new, old: jnp.where(t >= settings.reacts_from, new, old), watching, lane.watch)
        return seen, Lane(lane.position + update, loss, memory, kept, lane.evaluations + evaluations)

    def first(rate) -> Lane:
        zero = jnp.zeros_like(settings.noise)
        whole = Lane(settings.start, zero + jnp.inf, jnp.stack(memories)[choice], watch(rate), zero)
        if resume is None:
            return whole
        memory = jnp.where(resume.keeps > 0, resume.memory[: len(whole.memory)], whole.memory)
        part = Lane(settings.start, resume.last_loss, memory, resume.watch, resume.evaluations)
        is_part = resume.begin > 0
        return jax.tree.map(lambda new, old: jnp.where(is_part, new, old), part, whole)

    return first, step
