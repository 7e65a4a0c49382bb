"""Where the minimum of a line's loss is: exactly for squares, else near enough to know where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

ROUNDS = 60
AID = 1e-3
"""Of L2, where two classes can be told apart by a line: without it the minimum lies infinitely far."""
INDEPENDENT = 1e-12
"""Of the larger eigenvalue of the normal equations, above which their solution is one point."""


def near_minimum(
    inputs: Float[np.ndarray, " n"], targets: Float[np.ndarray, " n"], loss: str, l2: float
) -> tuple[tuple[float, float], bool]:
    """(slope, intercept), and whether it is the minimum to rounding: the normal equations' solution."""
    design = np.column_stack([inputs, np.ones(len(inputs))])
    penalty = np.diag([np.sqrt(l2 * len(inputs)), 0.0])
    solved = np.linalg.lstsq(np.vstack([design, penalty]), np.append(targets, [0.0, 0.0]), rcond=None)[0]
    if loss == "squared":
        low, high = np.linalg.eigvalsh(design.T @ design / len(inputs) + np.diag([l2, 0.0]))
        return _pair(solved), bool(low > INDEPENDENT * high)
    if loss in ("logistic", "hinge"):
        return _pair(_classes(design, targets, l2)), False
    return _pair(_reweighted(design, targets, solved, l2, loss)), False


def _reweighted(design, targets, at, l2: float, loss: str):
    """Iteratively reweighted least squares: an error counts by its size."""
    penalty = np.diag([l2 * len(targets), 0.0])
    spread = max(float(np.std(targets)), 1e-12)
    for _ in range(ROUNDS):
        off = np.abs(design @ at - targets)
        weights = 1 / np.maximum(off, 1.0 if loss == "huber" else 1e-6 * spread)
        square = design.T @ (weights[:, None] * design) + 2 * penalty
        at = np.linalg.lstsq(square, design.T @ (weights * targets), rcond=None)[0]
    return at


def _classes(design, targets, l2: float):
    """Newton's method on the logistic loss with some L2 on both, in units in which the inputs are of size 1."""
    scale = np.array([max(float(np.abs(design[:, 0]).max()), 1e-12), 1.0])
    design = design / scale
    at = np.zeros(2)
    ridge = np.full(2, 2 * AID) + np.array([2 * l2 / scale[0] ** 2, 0.0])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(design @ at, -500, 500)))
        gradient = design.T @ (chance - targets) / len(targets) + ridge * at
        hessian = design.T @ ((chance * (1 - chance))[:, None] * design) / len(targets) + np.diag(ridge)
        move = np.linalg.solve(hessian, gradient)
        at = at - move / max(1.0, float(np.abs(move).max()) / 5)
    return at / scale


def _pair(at) -> tuple[float, float]:
    slope, intercept = at.tolist()
    return slope, intercept
