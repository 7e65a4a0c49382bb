"""What a trained network says at any points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np

from engine.basis.programs import compiled_for_each_bucket
from engine.networks.compiler_options import QUICK
from engine.networks.forward import Switches, columns, filled, forward, rows_of, switches_of
from engine.networks.network import Network
from engine.networks.parameters import unravel

if TYPE_CHECKING:
    from jaxtyping import Float


@compiled_for_each_bucket(QUICK)
def _predict(flat, switches: Switches, inputs, shares, points, bucket: tuple[int, int, int]):
    weights = unravel(flat.astype(jnp.float64), bucket)
    _, trace = forward(weights, switches, inputs, shares=shares)
    return forward(weights, switches, points, statistics=(trace.mean, trace.variance))[0]


def predict(
    network: Network, weights: Float[np.ndarray, " p"], points: Float[np.ndarray, "m d"]
) -> Float[np.ndarray, " m"]:
    """The network's outputs at `points`, float64: logits of class 1 (above 0 is class 1), or a regression's values.

    Batch normalisation uses the statistics of the training data. Points are standardised units, as `Data.inputs` are.
    """
    data = network.make_data()
    switches = switches_of(network, data.regression)
    inputs, _, shares = rows_of(network, data)
    asked = columns(points)
    # Those of a table that is filled up are as many as it has rows.
    at = filled(asked, network.rows) if len(asked) == network.points else asked
    return np.asarray(_predict(np.asarray(weights), switches, inputs, shares, at, bucket=network.bucket))[: len(asked)]
