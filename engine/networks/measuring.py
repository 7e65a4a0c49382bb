"""A network at one recorded step: its loss, its gradients layer by layer, and how its activations do.

Measured in float64 at the very weights of a training in float32, because a gradient of 1e-60 is a number there and a
gradient of 1e40 too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.programs import compiled_for_each_bucket
from engine.networks.activations import STEEPEST
from engine.networks.compiler_options import QUICK
from engine.networks.data import Data
from engine.networks.forward import Switches, forward, loss_of, rows_of, switches_of
from engine.networks.network import Network
from engine.networks.parameters import unravel

if TYPE_CHECKING:
    from jaxtyping import Float

FLAT, DEAD = 0.1, 1e-3
"""Below these shares of its largest slope an activation is saturated, or passes nothing at all."""


class _Measured(NamedTuple):
    """Everything measured at one place, float64, rows of a bucket's unused layers included."""

    loss: Any
    accuracy: Any
    gradient_norm: Any
    first: Any
    hidden: Any
    last: Any
    activation_gradients: Any
    means: Any
    deviations: Any
    dead: Any
    saturated: Any


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network at one recorded step, measured in float64; d is its depth in linear layers.

    Norms are Euclidean (Frobenius). "Activations" are what a hidden layer hands on, all points together.
    """

    step: int
    """Updates made so far."""
    rate: float
    """Of the next update."""
    loss: float
    accuracy: float
    """Share of points on their class's side; NaN for a regression."""
    gradient_norm: float
    """Over all parameters, before clipping."""
    weight_gradients: Float[np.ndarray, " d"]
    """Norm of the loss's gradient with respect to each layer's weights, first layer first."""
    activation_gradients: Float[np.ndarray, " d-1"]
    """Norm of the loss's gradient with respect to each hidden layer's activations."""
    means: Float[np.ndarray, " d-1"]
    """Mean of each hidden layer's activations."""
    deviations: Float[np.ndarray, " d-1"]
    """Their standard deviation."""
    dead: Float[np.ndarray, " d-1"]
    """Share of units whose activation has less than 1/1,000 of its largest slope at every point."""
    saturated: Float[np.ndarray, " d-1"]
    """Share of (point, unit) pairs where the activation has less than a tenth of its largest slope. Half is a ReLU's
    normal state."""
    weights: Float[np.ndarray, " p"] | None
    """All parameters, raveled and padded, float32: for `layers_of` and `engine.networks.slices`."""

    @property
    def weight_ratio(self) -> float:
        """W: first over last layer's weight gradient; NaN where both are 0."""
        return _ratio(self.weight_gradients)

    @property
    def activation_ratio(self) -> float:
        """A: first over last hidden layer's activation gradient: what backpropagation does to the gradient's size."""
        return _ratio(self.activation_gradients)


def _ratio(norms: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        return float(norms[0] / norms[-1])


@compiled_for_each_bucket(QUICK)
def _measure(flat, switches: Switches, inputs, targets, shares, bucket: tuple[int, int, int]) -> _Measured:
    """Gradients and activations at some weights, in float64 whatever they are, of the rows that count."""
    hidden, width, _ = bucket
    nudges = jnp.zeros((hidden + 1, len(inputs), width))

    def loss(weights, nudges):
        outputs, trace = forward(weights, switches, inputs, nudges, shares=shares)
        return loss_of(outputs, targets, switches, shares), (outputs, trace)

    weights = unravel(flat.astype(jnp.float64), bucket)
    (value, (outputs, trace)), (gradient, at_activations) = jax.value_and_grad(loss, (0, 1), has_aux=True)(
        weights, nudges
    )
    used = jnp.arange(width) < switches.width
    units = used[None, None]

    def norms(values, mask):
        """Of each row; what is not in use may be an infinity times 0."""
        return jnp.sqrt(jnp.sum(jnp.where(mask, values, 0) ** 2, axis=(1, 2)))

    first = norms(gradient.first[None], units)
    between = norms(gradient.hidden, used[None, :, None] & units)
    last = norms(gradient.last[None], used[None, :, None])
    in_layers = jnp.arange(hidden + 1) <= switches.layers
    rest = [
        jnp.where(in_layers[:, None] & used[None], one, 0) for one in (gradient.bias, gradient.scale, gradient.shift)
    ]
    between = jnp.where(in_layers[1:], between, 0)
    lengths = [first, between, last, gradient.last_bias, *rest]

    each = shares[None, :, None] / switches.width
    there = shares > 0
    right = (outputs > 0) == (targets > 0.5)
    after = jnp.where(units, trace.after, 0)
    means = jnp.sum(each * after, axis=(1, 2))
    spread = jnp.where(units, after - means[:, None, None], 0)
    share = jnp.abs(trace.slope) / jnp.array(STEEPEST)[switches.activation]
    return _Measured(
        loss=value,
        accuracy=jnp.sum(right & there, dtype=outputs.dtype) / jnp.sum(there, dtype=outputs.dtype),
        gradient_norm=jnp.sqrt(sum(jnp.sum(one**2) for one in lengths)),
        first=first[0],
        hidden=between,
        last=last[0],
        activation_gradients=norms(at_activations, units),
        means=means,
        deviations=jnp.sqrt(jnp.sum(each * spread**2, axis=(1, 2))),
        dead=jnp.sum(jnp.all(share < DEAD, axis=1) & used[None], axis=1) / switches.width,
        saturated=jnp.sum(each * ((share < FLAT) & units), axis=(1, 2)),
    )


def measure(network: Network, weights: Float[np.ndarray, " p"], step: int = 0, rate: float | None = None) -> Snapshot:
    """The network with these raveled `weights`, measured in float64 on its data."""
    data = measured_on(network, network.make_data())
    return snapshot_of(network, data, np.asarray(weights), step, network.rate if rate is None else rate)


def measured_on(network: Network, data: Data) -> tuple:
    """What `_measure` takes besides weights."""
    return jax.device_put((switches_of(network, data.regression), *rows_of(network, data)))


def snapshot_of(network: Network, data: tuple, weights, step: int, rate: float) -> Snapshot:
    """The snapshot at these raveled weights, on what `measured_on` gave."""
    found = _measure(weights, *data, bucket=network.bucket)
    found = jax.tree.map(np.asarray, found)
    places = slice(network.depth - 1)
    return Snapshot(
        step=step,
        rate=float(rate),
        loss=float(found.loss),
        accuracy=float("nan") if data[0].regression else float(found.accuracy),
        gradient_norm=float(found.gradient_norm),
        weight_gradients=np.array([found.first, *found.hidden[: network.depth - 2], found.last]),
        activation_gradients=found.activation_gradients[places],
        means=found.means[places],
        deviations=found.deviations[places],
        dead=found.dead[places],
        saturated=found.saturated[places],
        weights=np.asarray(weights),
    )
