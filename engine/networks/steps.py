"""The steps of a training: one compiled program that goes on from any step to any later one, in float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.optimizer import At
from engine.basis.programs import compiled_for_each_bucket
from engine.networks.compiler_options import QUICK
from engine.networks.data import Data
from engine.networks.forward import Switches, loss_of, outputs_of, rows_of, switches_of
from engine.networks.network import MOST_STEPS, NETWORK_OPTIMIZERS, Network
from engine.networks.parameters import unravel
from engine.optimizers import OPTIMIZERS
from engine.runs.batches import batches
from engine.schedules import SCHEDULES
from engine.schedules.plateau import DEFAULTS as PLATEAU_DEFAULTS
from engine.schedules.plateau import Watch, react

if TYPE_CHECKING:
    from jaxtyping import Float

RECORDED = 60
"""About as many steps of a training are measured, half of them spread by logarithm: it happens early."""
LONGEST = -(-MOST_STEPS // (RECORDED // 2))
"""Steps between two recorded ones, at most."""
_RULES = tuple(OPTIMIZERS[key] for key in NETWORK_OPTIMIZERS)


class Settings(NamedTuple):
    """A training's numbers, float32, as the traced program reads them."""

    switches: Switches
    inputs: Any
    """(n, i)"""
    targets: Any
    """(n,)"""
    rates: Any
    """(MOST_STEPS,)"""
    optimizer: Any
    knobs: Any
    """One mapping for each of `NETWORK_OPTIMIZERS`."""
    clip_norm: Any
    clip_value: Any
    reacts_from: Any
    plateau: Any


class Carry(NamedTuple):
    """Where a training stands: what one step hands to the next."""

    step: Any
    alive: Any
    """False once a loss was not finite."""
    weights: Any
    """(p,): raveled, padded."""
    memories: Any
    """One state for each of `NETWORK_OPTIMIZERS`; only the chosen one moves."""
    watch: Watch
    losses: Any
    """(MOST_STEPS,)"""


def recorded_steps(steps: int) -> list[int]:
    """The steps that a training of `steps` updates records: 0, the last, and about 60 in between."""
    half = RECORDED // 2
    spread = [*np.geomspace(1, steps, half), *np.linspace(0, steps, half + 1)]
    return sorted({round(float(one)) for one in spread})


@compiled_for_each_bucket(QUICK)
def advance(carry: Carry, settings: Settings, shares, until, bucket: tuple[int, int, int]) -> Carry:
    """Train on until step `until`, or until the loss is not finite.

    `shares` (LONGEST, n): how much each point counts in each step from the carry's on, 0 outside the step's batch. The
    batch is no shape that way, and so no program of its own.
    """
    begun = carry.step

    def loss(flat, row):
        outputs = outputs_of(unravel(flat, bucket), settings.switches, settings.inputs, row)
        return loss_of(outputs, settings.targets, settings.switches, row)

    measure = jax.value_and_grad(loss)

    def branch(index):
        def move(at, memories, rate):
            step, weights, value, gradient = at
            at = At(step, weights, value, gradient, lambda flat: loss(flat, shares[step - begun]))
            update, state, _ = _RULES[index].step(at, memories[index], rate, settings.knobs[index])
            return update, (*memories[:index], state, *memories[index + 1 :])

        return move

    branches = [branch(index) for index in range(len(_RULES))]

    def body(carry: Carry) -> Carry:
        value, gradient = measure(carry.weights, shares[carry.step - begun])
        alive = jnp.isfinite(value)
        rate = jnp.where(carry.step > settings.reacts_from, carry.watch.rate, settings.rates[carry.step])
        at = (carry.step, carry.weights, value, clipped(gradient, settings.clip_norm, settings.clip_value))
        update, memories = jax.lax.switch(settings.optimizer, branches, at, carry.memories, rate)
        watching = react(carry.watch._replace(rate=rate), value, settings.plateau)
        watched = carry.step >= settings.reacts_from
        kept = jax.tree.map(
            lambda new, old: jnp.where(watched, new, old).astype(old.dtype), Watch(*watching), carry.watch
        )
        return Carry(
            carry.step + alive,
            alive,
            jnp.where(alive, carry.weights + update, carry.weights),
            memories,
            kept,
            carry.losses.at[carry.step].set(value),
        )

    return jax.lax.while_loop(lambda carry: (carry.step < until) & carry.alive, body, carry)


def clipped(gradient, norm, value):
    """The gradient (p,) that the optimizer sees: clipped by value, then by norm, infinity for neither.

    As torch's clip_grad_value_ and clip_grad_norm_, over all parameters together.
    """
    gradient = jnp.clip(gradient, -value, value)
    return jax.lax.cond(
        norm < jnp.inf,
        lambda: jnp.minimum(norm / (jnp.sqrt(jnp.sum(gradient**2)) + 1e-6), 1.0) * gradient,
        lambda: gradient,
    )


def _single(values: dict[str, Any]) -> dict[str, np.float32]:
    return {name: np.float32(value) for name, value in values.items()}


def traced_settings(network: Network, data: Data) -> Settings:
    """A network's training as numbers of float32 and int32, for `advance`."""
    schedule = SCHEDULES[network.schedule]
    steps = np.arange(MOST_STEPS, dtype=np.float64)
    with np.errstate(over="ignore"):  # a rate beyond float32 is one that diverges
        rates = schedule.rates(np, steps, network.rate, network.schedule_knobs, network.steps).astype(np.float32)
    inputs, targets, _ = rows_of(network, data, np.float32)
    plateau = {name: network.schedule_knobs.get(name, value) for name, value in PLATEAU_DEFAULTS.items()}
    return Settings(
        switches=switches_of(network, data.regression, np.float32),
        inputs=inputs,
        targets=targets,
        rates=rates,
        optimizer=np.int32(NETWORK_OPTIMIZERS.index(network.optimizer)),
        knobs=tuple(
            _single(dict(network.knobs))
            if rule.key == network.optimizer
            else _single({name: knob.default for name, knob in rule.knobs.items()})
            for rule in _RULES
        ),
        clip_norm=np.float32(np.inf if network.clip_norm is None else network.clip_norm),
        clip_value=np.float32(np.inf if network.clip_value is None else network.clip_value),
        reacts_from=np.int32(network.schedule_knobs["warmup_steps"] if schedule.reacts else 2**31 - 1),
        plateau=_single(plateau),
    )


def begin(weights, rate) -> Carry:
    """Step 0, at these raveled weights."""
    memories = tuple(jax.tree.map(np.asarray, rule.init(weights)) for rule in _RULES)
    watch = Watch(np.float32(rate), np.float32(np.inf), np.float32(0), np.float32(0))
    return Carry(np.int32(0), np.bool_(True), weights, memories, watch, np.zeros(MOST_STEPS, np.float32))


def batch_shares(network: Network) -> Callable[[int], Any]:
    """The batches from a step on, as `advance` takes them: (LONGEST, n) float32, with as many rows as the data have."""
    size = network.batch_size
    if size is None:
        whole = np.zeros((LONGEST, network.rows), np.float32)
        whole[:, : network.points] = 1 / network.points
        whole = jax.device_put(whole)
        return lambda _: whole
    rows = batches(network.points, size, network.steps, network.seed)

    def from_step(step: int) -> Float[np.ndarray, "s n"]:
        now = rows[step : step + LONGEST]
        shares = np.zeros((LONGEST, network.rows), np.float32)
        shares[np.arange(len(now))[:, None], now] = 1 / size
        return shares

    return from_step
