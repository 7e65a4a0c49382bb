"""Sharp or flat: how fast the loss rises around where a training ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.networks.network import Network
from engine.networks.slices import losses_at, random_plane

if TYPE_CHECKING:
    from jaxtyping import Float

RADII = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""Distances from the end, in lengths of the filters themselves: at 1 a random direction is as long as the weights."""
PLANES, ANGLES = 3, 8
"""Random planes, and ways out on each: 24 directions."""


def rise_around(
    network: Network, weights: Float[np.ndarray, " p"], radii: Sequence[float] = RADII, seed: int = 0
) -> Float[np.ndarray, " r"]:
    """How much more than at `radii[0]` the loss is at each of `radii` (r of them), the median of 24 ways, float64.

    The ways lie on random planes whose directions are filter-normalised, so that networks of other weights, and of
    another scale, can be compared: without that, the weights of a ReLU network can be scaled to make any minimum sharp.

    Source: Li, Xu, Taylor, Studer and Goldstein (2018), NeurIPS, arXiv:1712.09913, section 4.
    """
    angles = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False)
    a, b = (np.outer(radii, one(angles)).ravel() for one in (np.cos, np.sin))
    planes = [random_plane(network, np.asarray(weights, np.float64), seed + one) for one in range(PLANES)]
    losses = np.hstack([losses_at(network, plane, a, b).reshape(len(radii), ANGLES) for plane in planes])
    return np.median(losses - losses[:1], axis=1)
