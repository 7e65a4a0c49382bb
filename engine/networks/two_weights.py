"""Models of two weights: here the surface is the whole truth, no slice of it.

A position is a `(2,)` array as everywhere in the engine, and `landscape` makes the record that descents, maps and
critical points take; beside it stand the data, the fit to draw and the gradients of mini-batches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.checks import not_negative, whole_within
from engine.basis.registry import unknown
from engine.runs.lookup import READERS
from i18n import message
from landscapes.on_data import Listing, LossOnData
from landscapes.record import CriticalPoint, Landscape, Point, Window

if TYPE_CHECKING:
    from jaxtyping import Array, Float

FEWEST_POINTS, MOST_POINTS = 4, 2_000
MODEL_PREFIX = "model:"
NEWTON_STEPS = 50


@dataclass(frozen=True, eq=False)
class TwoWeights:
    """A model whose only parameters are two weights, with its data."""

    key: str
    name: str
    weights: tuple[str, str]
    """What the two are called, x and y of the surface; each ends in its symbol."""
    inputs: Float[np.ndarray, " n"]
    targets: Float[np.ndarray, " n"]
    predict: Callable[[Float[Array, " 2"], Float[Array, " m"]], Float[Array, " m"]] = field(repr=False)
    """The fit to draw: (weights (2,), inputs (m,)) -> (m,); of a logistic regression the probability of class 1."""
    point_losses: Callable[..., Float[Array, " n"]] = field(repr=False)
    """(weights (2,), inputs (n,), targets (n,)) -> the loss of each point (n,)."""
    window: Window
    start: Point
    minima: tuple[tuple[float, float], ...]
    """All there are, where the gradient is 0 to rounding."""
    saddles: tuple[tuple[float, float], ...] = ()
    source: str = ""
    lesson: str = field(kw_only=True)
    code: tuple[str, str] = field(repr=False, kw_only=True)
    """Each point's loss in PyTorch and in JAX, as `Listing` has it."""

    def __post_init__(self) -> None:
        for name in ("name", "lesson"):
            object.__setattr__(self, name, message(getattr(self, name)))
        object.__setattr__(self, "weights", tuple(map(message, self.weights)))

    @cached_property
    def loss(self) -> LossOnData:
        """The mean loss over all points as a function of a (2,) array, traceable by JAX; one object for ever."""
        mean, on_rows = _mean_of(self.point_losses)
        return LossOnData(
            mean,
            lambda: (self.inputs, self.targets),
            on_rows=on_rows,
            points=len(self.inputs),
            cost=1 + len(self.inputs) // 16,
            listing=Listing(self.inputs.tolist(), self.targets.tolist(), *self.code),
        )

    @cached_property
    def landscape(self) -> Landscape:
        """The surface as the engine's other parts take it; its text form is "model:" and its key."""
        known = [CriticalPoint(one, "global minimum") for one in self.minima]
        known += [CriticalPoint(one, "saddle") for one in self.saddles]
        return Landscape(
            key=MODEL_PREFIX + self.key,
            name=self.name,
            group="Real models",
            loss=self.loss,
            window=self.window,
            start=self.start,
            critical_points=tuple(known),
            lesson=self.lesson,
            source=self.source,
        )

    def across(self, count: int) -> Float[np.ndarray, " count"]:
        """Inputs to draw a fit at: across the data, and a twentieth beyond."""
        low, high = float(self.inputs.min()), float(self.inputs.max())
        return np.linspace(low - (high - low) / 20, high + (high - low) / 20, count)

    def fits(self, places: Float[np.ndarray, "k 2"], inputs: Float[np.ndarray, " m"]) -> Float[np.ndarray, "k m"]:
        """What the model says of each input at each place of its surface; not finite where the weights are not."""
        return np.asarray(_fits(self.predict, np.asarray(places, np.float64), np.asarray(inputs, np.float64)))


@partial(jax.jit, static_argnums=0)
def _fits(predict: Callable, places, inputs):
    return jax.vmap(predict, in_axes=(0, None))(places, inputs)


@cache
def _mean_of(point_losses: Callable) -> tuple[Callable, Callable]:
    """The mean over all points, and over the weighted ones: the same two functions for all data of one model."""

    def mean(position, data):
        return jnp.mean(point_losses(position, *data))

    def on_rows(position, data, weights):
        return jnp.sum(weights * point_losses(position, *data))

    return mean, on_rows


def _drawn(points: int, noise: float, seed: int) -> tuple[int, float, np.random.Generator]:
    return (
        whole_within("The number of points", points, FEWEST_POINTS, MOST_POINTS),
        not_negative("The noise of the data", noise),
        np.random.default_rng(whole_within("The seed", seed, 0, 2**32 - 1)),
    )


def _line(weights, inputs):
    return weights[0] * inputs + weights[1]


def _line_losses(weights, inputs, targets):
    return (_line(weights, inputs) - targets) ** 2


def linear_regression(points: int = 50, noise: float = 0.5, seed: int = 0) -> TwoWeights:
    """Slope and intercept of a line through noisy points of y = 1.5 x - 0.5, mean square error.

    The inputs are not centred (0 to 3), so the valley is narrow and slanted. The minimum is the solution of the normal
    equations.

    Args:
        points: 4 to 2,000.
        noise: standard deviation of the targets about the line.
        seed: of `numpy.random.default_rng`.
    """
    points, noise, rng = _drawn(points, noise, seed)
    inputs = rng.uniform(0, 3, points)
    targets = 1.5 * inputs - 0.5 + noise * rng.standard_normal(points)
    design = np.column_stack([inputs, np.ones(points)])
    slope, intercept = np.linalg.solve(design.T @ design, design.T @ targets)
    return TwoWeights(
        key="linear_regression",
        name="Linear regression",
        weights=(message("slope w"), message("intercept b")),
        inputs=inputs,
        targets=targets,
        predict=_line,
        point_losses=_line_losses,
        code=("(x*u + y - t)**2", "(x*u + y - t)**2"),
        lesson="Height is the mean square error on the points, position is slope and intercept.",
        window=((-1.0, 4.0), (-3.5, 2.5)),
        start=(-0.5, 2.0),
        minima=((float(slope), float(intercept)),),
        source="Gauss (1809), Theoria motus; the normal equations.",
    )


def _class_1(weights, inputs):
    return jax.nn.sigmoid(_line(weights, inputs))


def _logistic_losses(weights, inputs, targets):
    logits = _line(weights, inputs)
    return jax.nn.softplus(logits) - targets * logits


def logistic_regression(points: int = 60, noise: float = 1.0, seed: int = 0) -> TwoWeights:
    """Weight and bias of the probability that a point is of class 1, logistic loss.

    The classes lie about -1 and +1 with standard deviation `noise` and must overlap: between classes that do not, the
    loss falls for ever and there is no minimum.

    Args:
        points: 4 to 2,000, half of them in either class.
        noise: standard deviation of each class.
        seed: of `numpy.random.default_rng`.

    Raises:
        ValueError: for classes that do not overlap.
    """
    points, noise, rng = _drawn(points, noise, seed)
    targets = (np.arange(points) >= points // 2).astype(float)
    inputs = 2 * targets - 1 + noise * rng.standard_normal(points)
    low, high = inputs[targets == 0], inputs[targets == 1]
    if low.max() <= high.min() or high.max() <= low.min():
        raise ValueError(
            message(
                "These classes do not overlap, got noise {noise} and seed {seed}: no minimum is finite. "
                "Raise the noise.",
                noise=f"{noise:g}",
                seed=seed,
            )
        )
    minimum = _newton(_logistic_losses, inputs, targets, np.zeros(2))
    return TwoWeights(
        key="logistic_regression",
        name="Logistic regression",
        weights=(message("weight w"), message("bias b")),
        inputs=inputs,
        targets=targets,
        predict=_class_1,
        point_losses=_logistic_losses,
        code=(
            "torch.nn.functional.softplus(x*u + y) - t*(x*u + y)",
            "jax.nn.softplus(x*u + y) - t*(x*u + y)",
        ),
        lesson="Height is the mean logistic loss, position is the weight and bias of a probability.",
        window=((-4.0, 6.0), (-5.0, 5.0)),
        start=(-3.0, 3.0),
        minima=(minimum,),
        source="Cox (1958), Journal of the Royal Statistical Society B 20(2):215-242.",
    )


def _unit(weights, inputs):
    return weights[0] * jnp.tanh(weights[1] * inputs)


def _unit_losses(weights, inputs, targets):
    return (_unit(weights, inputs) - targets) ** 2


def tanh_unit(points: int = 40, noise: float = 0.1, seed: int = 0) -> TwoWeights:
    """One hidden unit a * tanh(b * x) fitted to points of 2 tanh(1.5 x), mean square error.

    (a, b) and (-a, -b) are the same function, so there are two minima, equally deep, and a saddle at 0 between:
    the smallest example of a network's symmetries.

    Args:
        points: 4 to 2,000.
        noise: standard deviation of the targets about the curve, at most 0.5 (beyond, the minima need not stand).
        seed: of `numpy.random.default_rng`.
    """
    points, noise, rng = _drawn(points, noise, seed)
    if noise > 0.5:
        raise ValueError(
            message("The noise of the data must be between 0 and 0.5, got {noise}: lower it.", noise=f"{noise:g}")
        )
    inputs = rng.uniform(-2, 2, points)
    targets = 2.0 * np.tanh(1.5 * inputs) + noise * rng.standard_normal(points)
    a, b = _newton(_unit_losses, inputs, targets, np.array([2.0, 1.5]))
    return TwoWeights(
        key="tanh_unit",
        name="One tanh unit",
        weights=(message("output weight a"), message("input weight b")),
        inputs=inputs,
        targets=targets,
        predict=_unit,
        point_losses=_unit_losses,
        code=("(x*torch.tanh(y*u) - t)**2", "(x*jnp.tanh(y*u) - t)**2"),
        lesson="Two minima are the same function: change both signs and nothing is different.",
        window=((-4.0, 4.0), (-4.0, 4.0)),
        start=(0.5, -2.0),
        minima=((a, b), (-a, -b)),
        saddles=((0.0, 0.0),),
        source="The sign symmetry of tanh networks: Sussmann (1992), Neural Networks 5(4):589-593.",
    )


def _newton(point_losses: Callable, inputs, targets, start: np.ndarray) -> tuple[float, float]:
    """The minimum near `start` by Newton's method, steps halved until the gradient is shorter, down to rounding."""

    def loss(weights):
        return jnp.mean(point_losses(weights, jnp.asarray(inputs), jnp.asarray(targets)))

    slope = jax.grad(loss)
    measure = jax.jit(lambda at: (slope(at), jax.jacfwd(slope)(at)))
    at, (gradient, hessian) = start, map(np.asarray, measure(start))
    for _ in range(NEWTON_STEPS):
        move = np.linalg.solve(hessian, gradient)
        tries = (at - move / 2**halvings for halvings in range(20))
        found = ((new, *map(np.asarray, measure(new))) for new in tries)
        better = next((one for one in found if np.linalg.norm(one[1]) < np.linalg.norm(gradient)), None)
        if better is None:
            break
        at, gradient, hessian = better
    return float(at[0]), float(at[1])


MODELS: dict[str, Callable[..., TwoWeights]] = {
    "linear_regression": linear_regression,
    "logistic_regression": logistic_regression,
    "tanh_unit": tanh_unit,
}
"""By key, in menu order."""


@cache
def model_of(key: str) -> TwoWeights:
    """The model of a key on its own data: one object for all visitors, so that its programs are compiled once.

    Raises ValueError with a sentence for a key that is none.
    """
    if key not in MODELS:
        raise ValueError(unknown("model of two weights", key, MODELS))
    return MODELS[key]()


READERS[MODEL_PREFIX] = lambda key: model_of(key).landscape

MODELS_OF: dict[str, Callable[[str], TwoWeights]] = {MODEL_PREFIX: model_of}
"""By what the text form of a model's surface begins with: from the rest of it to the model. `engine.tables` enters its
own."""


def model_on(landscape: Landscape) -> TwoWeights | None:
    """The model whose surface this is; None for another surface."""
    for prefix, read in MODELS_OF.items():
        if landscape.text.startswith(prefix):
            return read(landscape.text.removeprefix(prefix))
    return None
