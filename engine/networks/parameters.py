"""A network's parameters: layer by layer, padded to the shapes of a size bucket, and as one vector.

All depths and widths of one bucket share a compiled program: the layers between the first and the last are stacked, and
what a network does not use of a bucket is zero.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.networks.initialisation import INITIALISATIONS
from engine.networks.network import Network

if TYPE_CHECKING:
    from jaxtyping import Float


class Layer(NamedTuple):
    """One linear layer of a network as a reader expects it: nothing padded, float64.

    `weights` (fan_in, fan_out), so that data (n, fan_in) pass as `data @ weights + bias`: torch's weight transposed.
    `scale` and `shift` (fan_out,) are those of batch normalisation; None behind the last layer.
    """

    weights: Float[np.ndarray, "i o"]
    bias: Float[np.ndarray, " o"]
    scale: Float[np.ndarray, " o"] | None
    shift: Float[np.ndarray, " o"] | None


class Weights(NamedTuple):
    """All parameters in the shapes of a bucket with h hidden-to-hidden layers of w units; the unused are 0."""

    first: Any
    """(i, w), of i inputs"""
    hidden: Any
    """(h, w, w)"""
    last: Any
    """(w, 1)"""
    bias: Any
    """(h + 1, w), of all but the last layer"""
    last_bias: Any
    """(1,)"""
    scale: Any
    """(h + 1, w), of batch normalisation"""
    shift: Any
    """(h + 1, w)"""


def initial_layers(network: Network) -> list[Layer]:
    """The weights that training begins with, `depth` layers.

    Drawn in float64 by `numpy.random.default_rng(seed)`, first layer first, and rounded to float32 as they are trained.
    """
    rng = np.random.default_rng(network.seed)
    draw = INITIALISATIONS[network.initialisation]
    layers = []
    sizes = network.sizes
    for number, (fan_in, fan_out) in enumerate(pairwise(sizes), 1):
        weights = draw(rng, fan_in, fan_out).astype(np.float32).astype(np.float64)
        norm = (None, None) if number == network.depth else (np.ones(fan_out), np.zeros(fan_out))
        layers.append(Layer(weights, np.zeros(fan_out), *norm))
    return layers


def pad(network: Network, layers: list[Layer]) -> Weights:
    """The layers in the shapes of their bucket, float64."""
    hidden, width, inputs = network.bucket
    first, last = layers[0], layers[-1]
    padded = Weights(
        np.zeros((inputs, width)),
        np.zeros((hidden, width, width)),
        np.zeros((width, 1)),
        *(np.zeros(shape) for shape in ((hidden + 1, width), (1,), (hidden + 1, width), (hidden + 1, width))),
    )
    used = network.width
    padded.first[: len(first.weights), :used] = first.weights
    padded.last[:used] = last.weights
    padded.last_bias[:] = last.bias
    for row, layer in enumerate(layers[:-1]):
        if row:
            padded.hidden[row - 1, :used, :used] = layer.weights
        padded.bias[row, :used], padded.scale[row, :used], padded.shift[row, :used] = (
            layer.bias,
            layer.scale,
            layer.shift,
        )
    return padded


def unpad(network: Network, padded: Weights) -> list[Layer]:
    """The layers in use, float64: the way back from `pad`."""
    used, inputs, last = network.width, network.sizes[0], network.depth - 1
    padded = Weights(*(np.asarray(one, np.float64) for one in padded))
    weights = [padded.first[:inputs, :used], *(padded.hidden[row, :used, :used] for row in range(network.depth - 2))]
    layers = [
        Layer(one, padded.bias[row, :used], padded.scale[row, :used], padded.shift[row, :used])
        for row, one in enumerate(weights[:last])
    ]
    return [*layers, Layer(padded.last[:used], padded.last_bias, None, None)]


def _shapes(hidden: int, width: int, inputs: int, dtype: type) -> Weights:
    """Zeros in a bucket's shapes."""
    rows = (hidden + 1, width)
    shapes = (inputs, width), (hidden, width, width), (width, 1), rows, (1,), rows, rows
    return Weights(*(np.zeros(shape, dtype) for shape in shapes))


def unravel(flat, bucket: tuple[int, int, int]) -> Weights:
    """Raveled parameters (p,) as `Weights`, of the vector's own type; NumPy's or JAX's."""
    parts, at = [], 0
    for shape in (one.shape for one in _shapes(*bucket, np.float32)):
        size = int(np.prod(shape))
        parts.append(flat[at : at + size].reshape(shape))
        at += size
    return Weights(*parts)


def ravel(weights: Weights) -> Float[np.ndarray, " p"]:
    """All parameters as one float32 vector, in the order of `Weights`."""
    return np.concatenate([np.ravel(one) for one in weights]).astype(np.float32)


def layers_of(network: Network, weights: Float[np.ndarray, " p"]) -> list[Layer]:
    """The `depth` layers of a snapshot's `weights`, float64, nothing padded."""
    return unpad(network, unravel(np.asarray(weights), network.bucket))
