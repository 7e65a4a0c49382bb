"""Mini-batches: which data points each step of stochastic gradient descent sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.basis.checks import whole_within
from engine.runs.fields import LARGEST_SEED, NOISY_STEPS

if TYPE_CHECKING:
    from jaxtyping import Int


def batches(points: int, size: int, steps: int, seed: int = 0) -> Int[np.ndarray, "s b"]:
    """Rows of each of `steps` mini-batches: each epoch a new order of all points, and its rest dropped.

    As torch's DataLoader(shuffle=True, drop_last=True), with `numpy.random.default_rng(seed).permutation`.

    Raises:
        ValueError: for a batch size outside 1 to `points`, or steps outside 1 to 10,000.
    """
    size = whole_within("The batch size", size, 1, points)
    steps = whole_within("The number of steps", steps, 1, NOISY_STEPS)
    rng = np.random.default_rng(whole_within("The seed", seed, 0, LARGEST_SEED))
    each = points // size
    epochs = -(-steps // each)
    orders = [rng.permutation(points)[: each * size].reshape(each, size) for _ in range(epochs)]
    return np.concatenate(orders)[:steps]
