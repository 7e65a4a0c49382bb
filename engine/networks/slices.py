"""Planes through a network's many weights, and the loss on them.

A slice shows the loss along two directions out of thousands and says nothing of the others; what it looks like depends
on the scale of the directions, which is why random ones are filter-normalised here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.checks import whole_within
from engine.basis.programs import compiled_for_each_bucket
from engine.networks.compiler_options import LEVEL
from engine.networks.forward import Switches, loss_of, outputs_of, rows_of, switches_of
from engine.networks.network import Network
from engine.networks.parameters import unravel

if TYPE_CHECKING:
    from jaxtyping import Float

MOST_PER_SIDE = 256


class Plane(NamedTuple):
    """A plane origin + a * first + b * second through the parameters, raveled and padded, (p,) float64 each."""

    origin: Float[np.ndarray, " p"]
    first: Float[np.ndarray, " p"]
    second: Float[np.ndarray, " p"]
    explained: tuple[float, float] | None = None
    """Share of a path's variance along each direction, for the plane of a path."""

    def coordinates(self, weights: Float[np.ndarray, "k p"]) -> Float[np.ndarray, "k 2"]:
        """(a, b) of the points of the plane nearest to `weights`."""
        directions = np.stack([self.first, self.second], axis=1)
        return np.linalg.lstsq(directions, (np.asarray(weights, np.float64) - self.origin).T, rcond=None)[0].T


def filter_normalised(
    network: Network, weights: Float[np.ndarray, " p"], direction: Float[np.ndarray, " p"]
) -> Float[np.ndarray, " p"]:
    """`direction` with each filter scaled to the norm of that filter in `weights`, float64; the rest is 0.

    A filter is what leads into one neuron: a column of `Layer.weights`, a row of torch's. Biases and the parameters of
    batch normalisation stay where they are, as in the paper's experiments.

    Source: Li, Xu, Taylor, Studer and Goldstein (2018), NeurIPS, arXiv:1712.09913, section 4.
    """
    at = unravel(np.asarray(weights, np.float64), network.bucket)
    along = unravel(np.asarray(direction, np.float64), network.bucket)

    def scaled(d, w):
        lengths = np.linalg.norm(d, axis=-2, keepdims=True)
        # What of a bucket is not in use has weights of 0, and so no length to be scaled to.
        return d * np.linalg.norm(w, axis=-2, keepdims=True) / np.where(lengths > 0, lengths, 1.0)

    filters = {name: scaled(getattr(along, name), getattr(at, name)) for name in ("first", "hidden", "last")}
    zeros = {name: np.zeros_like(getattr(at, name)) for name in at._fields if name not in filters}
    return np.concatenate([np.ravel(one) for one in at._replace(**filters, **zeros)])


def random_plane(network: Network, weights: Float[np.ndarray, " p"], seed: int = 0) -> Plane:
    """The plane through `weights` along two random filter-normalised directions of `numpy.random.default_rng(seed)`.

    They are nearly orthogonal, not exactly; one unit is as long as the weights themselves.
    """
    rng = np.random.default_rng(whole_within("The seed", seed, 0, 2**32 - 1))
    # Drawn in the whole bucket: what of a filter is padding must not count for its length.
    used = _in_use(network)
    first, second = (filter_normalised(network, weights, used * rng.standard_normal(len(used))) for _ in range(2))
    return Plane(np.asarray(weights, np.float64), first, second)


def _in_use(network: Network) -> Float[np.ndarray, " p"]:
    """1 for every weight of the network, 0 for biases and what of the bucket is not in use."""
    hidden, width, _ = network.bucket
    zeros = unravel(np.zeros(_length(network)), network.bucket)
    used = (np.arange(width) < network.width).astype(float)
    inputs = (np.arange(len(zeros.first)) < network.sizes[0]).astype(float)
    layers = (np.arange(hidden) < network.depth - 2).astype(float)
    filled = zeros._replace(
        first=np.outer(inputs, used), hidden=layers[:, None, None] * np.outer(used, used)[None], last=used[:, None]
    )
    return np.concatenate([np.ravel(one) for one in filled])


def _length(network: Network) -> int:
    """Parameters of the network's bucket: the length of its raveled weights."""
    hidden, width, inputs = network.bucket
    return inputs * width + hidden * width**2 + width + 3 * (hidden + 1) * width + 1


def path_plane(path: Float[np.ndarray, "k p"]) -> Plane:
    """The plane through the last point of a path that keeps most of its variance about that point (its PCA).

    The directions are orthonormal, so that coordinates are distances; the first points to where the path began.
    `explained` are the shares of the sum of squared distances from the end.

    Raises:
        ValueError: for a path of fewer than 3 points, or one that is not finite.

    Source: Li et al. (2018), section 7.
    """
    path = np.asarray(path, np.float64)
    if path.ndim != 2 or len(path) < 3:
        raise ValueError(f"The plane of a path needs 3 points of it, got {len(path)}: record more steps.")
    if not np.isfinite(path).all():
        raise ValueError("The plane of a path needs finite points, got others: leave out where training diverged.")
    moves = path[:-1] - path[-1]
    _, lengths, directions = np.linalg.svd(moves, full_matrices=False)
    total = np.sum(lengths**2)
    shares = lengths[:2] ** 2 / total if total > 0 else np.zeros(2)
    signs = np.where(directions[:2] @ moves[0] < 0, -1.0, 1.0)
    first, second = signs[:, None] * directions[:2]
    return Plane(path[-1], first, second, (float(shares[0]), float(shares[1])))


def loss_at(flat, switches: Switches, inputs, targets, shares, bucket):
    """The training loss of raveled weights (p,), under trace; `shares` (n,) say how much each point counts."""
    return loss_of(outputs_of(unravel(flat, bucket), switches, inputs, shares), targets, switches, shares)


@compiled_for_each_bucket(LEVEL)
def _losses(origin, first, second, a, b, switches, inputs, targets, shares, bucket):
    def one(at):
        return loss_at(origin + at[0] * first + at[1] * second, switches, inputs, targets, shares, bucket)

    return jax.lax.map(one, jnp.stack([a, b], axis=1))


def losses_at(
    network: Network, plane: Plane, a: Float[np.ndarray, " k"], b: Float[np.ndarray, " k"]
) -> Float[np.ndarray, " k"]:
    """The training loss at k points (a, b) of a plane, float64, in one call of a compiled program."""
    data = network.make_data()
    switches = switches_of(network, data.regression)
    sides = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return np.asarray(_losses(*plane[:3], *sides, switches, *rows_of(network, data), bucket=network.bucket))


def loss_on_plane(
    network: Network,
    plane: Plane,
    window: tuple[tuple[float, float], tuple[float, float]] = ((-1.0, 1.0), (-1.0, 1.0)),
    resolution: int = 64,
) -> Float[np.ndarray, "r r"]:
    """The training loss on a grid over `window` ((a0, a1), (b0, b1)): rows b ascending, columns a ascending, float64.

    Raises:
        ValueError: for a resolution outside 2 to 256.
    """
    side = whole_within("The resolution", resolution, 2, MOST_PER_SIDE)
    a, b = (np.linspace(*ends, side) for ends in window)
    grid = np.meshgrid(a, b)
    return losses_at(network, plane, grid[0].ravel(), grid[1].ravel()).reshape(side, side)


def interpolation(
    network: Network,
    start: Float[np.ndarray, " p"],
    end: Float[np.ndarray, " p"],
    shares: Float[np.ndarray, " k"] | None = None,
) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Shares of the way from `start` to `end`, 50 from -0.25 to 1.25 unless given, and the loss at each, float64.

    Source: Goodfellow, Vinyals and Saxe (2015), ICLR, arXiv:1412.6544.
    """
    shares = np.linspace(-0.25, 1.25, 50) if shares is None else np.asarray(shares, np.float64)
    start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    plane = Plane(start, end - start, np.zeros_like(start))
    return shares, losses_at(network, plane, shares, np.zeros_like(shares))
