"""How data pass through a network, and the loss of what comes out.

The layers between the first and the last are scanned over, what a network does not use of its size bucket is masked,
and activation and remedies are numbers that the program reads. Only the bucket and the number of points are compiled:
see `benchmarks.networks` for what that costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.networks.activations import ACTIVATIONS, activate, activate_and_slope
from engine.networks.data import Data
from engine.networks.network import INPUT_BUCKETS, Network
from engine.networks.parameters import Weights

if TYPE_CHECKING:
    from jaxtyping import Array, Float

NORM_EPS = 1e-5
"""What batch normalisation adds to the variance (PyTorch's default)."""


class Switches(NamedTuple):
    """What of a network is no shape, as the traced program reads it; scalars.

    Those that `fixed_switches` makes Python's own are settled when the program is traced.
    """

    layers: Any
    """Hidden-to-hidden layers in use."""
    width: Any
    activation: Any
    batch_norm: Any
    residual: Any
    branch: Any
    """What f(h) is multiplied by: the scale where the network is residual, else 1."""
    regression: Any


class Trace(NamedTuple):
    """What happened at each of the h + 1 places behind an activation, rows of a bucket's unused layers included."""

    slope: Any
    """(h + 1, n, w): the activation's derivative there."""
    after: Any
    """(h + 1, n, w): what the layer hands on, the residual included."""
    mean: Any
    """(h + 1, w): statistics of batch normalisation."""
    variance: Any


def switches_of(network: Network, regression: bool, dtype: type = np.float64) -> Switches:
    """The network's switches as arrays of fixed types: a stray Python number would be a program of its own."""
    return Switches(
        np.int32(network.depth - 2),
        np.int32(network.width),
        np.int32(tuple(ACTIVATIONS).index(network.activation)),
        np.bool_(network.batch_norm),
        np.bool_(network.residual),
        np.asarray(network.residual_scale if network.residual else 1.0, dtype),
        np.bool_(regression),
    )


def fixed_switches(switches: Switches) -> tuple[int, bool, bool, bool]:
    """Activation, batch normalisation, residual and regression as Python's own, to be put back by `with_fixed`.

    A program that knows them compiles in a third of the time, and serves this kind of network only.
    """
    return int(switches.activation), bool(switches.batch_norm), bool(switches.residual), bool(switches.regression)


def with_fixed(switches: Switches, fixed: tuple[int, bool, bool, bool]) -> Switches:
    """The switches with these four settled."""
    activation, batch_norm, residual, regression = fixed
    return switches._replace(activation=activation, batch_norm=batch_norm, residual=residual, regression=regression)


def _either(switch: Any, on: Callable[[], Any], off: Callable[[], Any]) -> Any:
    """What one of the two makes, by a switch that is traced or settled."""
    if isinstance(switch, bool):
        return on() if switch else off()
    return jax.lax.cond(switch, on, off)


def columns(inputs: Float[np.ndarray, "n d"], dtype: type = np.float64) -> Float[np.ndarray, "n i"]:
    """Inputs with as many columns as a program takes."""
    inputs = np.asarray(inputs, dtype)
    wide = next(size for size in INPUT_BUCKETS if size >= inputs.shape[1])
    return np.pad(inputs, ((0, 0), (0, wide - inputs.shape[1])))


def filled(values: Float[np.ndarray, "n ..."], rows: int) -> Float[np.ndarray, "r ..."]:
    """As many rows as a program takes. Copies of the first one fill them up: they overflow nowhere that it does not."""
    return np.concatenate([values, np.repeat(values[:1], rows - len(values), axis=0)])


def rows_of(network: Network, data: Data, dtype: type = np.float64) -> tuple[Any, Any, Any]:
    """Inputs (r, i), targets (r,) and shares (r,): all points count alike, and nothing what fills them up."""
    rows = network.rows
    shares = (np.arange(rows) < network.points).astype(dtype) / network.points
    return filled(columns(data.inputs, dtype), rows), filled(data.targets.astype(dtype), rows), shares


def forward(
    weights: Weights,
    switches: Switches,
    inputs: Float[Array, "n i"],
    nudges: Float[Array, "h1 n w"] | None = None,
    statistics: tuple[Any, Any] | None = None,
    shares: Float[Array, " n"] | None = None,
) -> tuple[Float[Array, " n"], Trace]:
    """Outputs (n,), logits of class 1 or a regression's values, and what happened on the way.

    `nudges` are added to what each hidden layer hands on: the gradient with respect to them is the gradient with
    respect to the activations. `statistics`, the mean and variance of batch normalisation (h + 1, w) each, replace
    those of the inputs themselves, for which `shares` say how much each point counts; None is all alike.
    """
    outputs, first, others = _pass(weights, switches, inputs, nudges, statistics, shares, traced=True)
    return outputs, jax.tree.map(lambda one, rest: jnp.concatenate([one[None], rest]), first, others)


def outputs_of(
    weights: Weights, switches: Switches, inputs: Float[Array, "n i"], shares: Float[Array, " n"] | None = None
) -> Float[Array, " n"]:
    """The outputs (n,) alone: nothing of what happened on the way is kept.

    `shares` say how much each point counts for the statistics of batch normalisation; None is all alike.
    """
    return _pass(weights, switches, inputs, None, None, shares, traced=False)[0]


def _pass(weights, switches, inputs, nudges, statistics, shares, traced):
    """Outputs, the `Trace` of the first layer, and the stacked one of the others or None."""
    hidden, width = weights.hidden.shape[:2]
    in_use = jnp.broadcast_to(jnp.arange(width) < switches.width, (len(inputs), width))
    given = statistics or (jnp.zeros((hidden + 1, 0), inputs.dtype),) * 2

    def spread(z):
        if shares is None:
            return z.mean(axis=0), z.var(axis=0)
        mean = shares @ z
        return mean, shares @ (z - mean[None]) ** 2

    def normalise(z, scale, shift, mean, variance):
        def on():
            by = spread(z) if statistics is None else (mean, variance)
            centred = (z - by[0][None]) / jnp.sqrt(by[1] + NORM_EPS)[None]
            return scale[None] * centred + shift[None], *by

        def off():
            return z, jnp.zeros_like(scale), jnp.zeros_like(scale)

        return _either(switches.batch_norm, on, off)

    def layer(linear, bias, scale, shift, statistics):
        """(slope if traced, what the activation gives, mean, variance). Units not in use give 0 whatever f(0) is."""
        z, mean, variance = normalise(linear + bias[None], scale, shift, *statistics)
        kind = switches.activation
        f, slope = activate_and_slope(kind, z) if traced else (activate(kind, z), None)
        return slope, jnp.where(in_use, f, 0), mean, variance

    def rows(at):
        return weights.bias[at], weights.scale[at], weights.shift[at], tuple(one[at] for one in given)

    slope, h, *by = layer(inputs @ weights.first, *rows(0))
    h = h if nudges is None else h + nudges[0]
    first = Trace(slope, h, *by)

    def next_layer(h, row):
        number, matrix, *others, nudge = row

        def pass_through():
            slope, f, *by = layer(h @ matrix, *others)
            new = jnp.where(switches.residual, h, 0) + switches.branch * f
            if nudge is not None:
                new = new + nudge
            return new, Trace(slope, new, *by) if traced else None

        def skip():
            zeros = jnp.zeros_like(others[1])
            return h, Trace(jnp.zeros_like(h), h, zeros, zeros) if traced else None

        return jax.lax.cond(number < switches.layers, pass_through, skip)

    behind = slice(1, None)
    h, others = jax.lax.scan(
        next_layer,
        h,
        (
            jnp.arange(hidden, dtype=jnp.int32),
            weights.hidden,
            *rows(behind),
            None if nudges is None else nudges[behind],
        ),
    )
    outputs = (h @ weights.last)[:, 0] + weights.last_bias
    return outputs, first, others


def loss_of(
    outputs: Float[Array, " n"],
    targets: Float[Array, " n"],
    switches: Switches,
    shares: Float[Array, " n"] | None = None,
) -> Float[Array, ""]:
    """Mean square of the errors of a regression, else the mean logistic loss (torch's BCEWithLogitsLoss), in nats.

    `shares`, which add up to 1, say how much each point counts; None is all alike.
    """
    mean = jnp.mean if shares is None else lambda losses: jnp.sum(shares * losses)
    return _either(
        switches.regression,
        lambda: mean((outputs - targets) ** 2),
        lambda: mean(jax.nn.softplus(outputs) - targets * outputs),
    )
