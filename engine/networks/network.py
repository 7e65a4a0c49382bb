"""A network to look into: the record that describes it, its first weights, and how data pass through it.

All depths and widths of one size bucket share a compiled program: the layers between the first and the last are stacked
and scanned over, what a network does not use of a bucket is masked, and activation and remedies are numbers that the
program reads. Only the bucket and the number of points are compiled: see `benchmarks.networks` for what that costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.checks import echo, number_within, whole_within
from engine.basis.knob import settle
from engine.basis.registry import unknown
from engine.networks.activations import ACTIVATIONS, activate, activate_and_slope
from engine.networks.data import (
    FEWEST_POINTS,
    MOST_POINTS,
    REGRESSIONS,
    Data,
    checked_data,
    checked_noise,
    make_data,
)
from engine.optimizers import OPTIMIZERS
from engine.runs.fields import check_field
from engine.schedules import SCHEDULES

if TYPE_CHECKING:
    from jaxtyping import Array, Float

SHALLOWEST, DEEPEST = 2, 50
NARROWEST, WIDEST = 2, 128
MOST_STEPS = 5_000
NETWORK_OPTIMIZERS = ("gradient_descent", "momentum", "adam", "rmsprop")
"""Keys of `engine.OPTIMIZERS` that train a network here: the rules and their knobs are the same."""

HIDDEN_BUCKETS = (1, 2, 10, 22, 48)
"""Layers between the first and the last that programs are compiled for: depths up to 3, 4, 12, 24 and 50.
Two hidden layers, the net one plays with, have a bucket of their own: skipping a third one costs a fifth."""
WIDTH_BUCKETS = (16, 32, 64, 128)
INPUTS = 2
"""Columns of every program's inputs; a regression on one number has a second column of zeros."""

TINY = 0.01
"""Standard deviation of the initialisation of that name."""
TOO_LARGE = 2.0
"""How many times He's standard deviation the initialisation of that name draws."""
NORM_EPS = 1e-5
"""What batch normalisation adds to the variance (PyTorch's default)."""


def _gaussian(deviation: Callable[[int, int], float]) -> Callable:
    return lambda rng, fan_in, fan_out: deviation(fan_in, fan_out) * rng.standard_normal((fan_in, fan_out))


def _orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Float[np.ndarray, "i o"]:
    """Orthonormal rows or columns, whichever are fewer; the signs make it uniform (PyTorch's orthogonal_, gain 1)."""
    tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    return q if fan_in >= fan_out else q.T


INITIALISATIONS: Mapping[str, Callable] = {
    "zeros": lambda rng, fan_in, fan_out: np.zeros((fan_in, fan_out)),
    "tiny": _gaussian(lambda fan_in, fan_out: TINY),
    "xavier": _gaussian(lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out))),
    "he": _gaussian(lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
    "orthogonal": _orthogonal,
    "too_large": _gaussian(lambda fan_in, fan_out: TOO_LARGE * np.sqrt(2 / fan_in)),
}
"""By key: `(rng, fan_in, fan_out) -> (fan_in, fan_out)` weights, normal ones but for zeros and orthogonal.

Glorot and Bengio (2010), AISTATS, for xavier; He et al. (2015), ICCV, arXiv:1502.01852, for he; Saxe et al. (2014),
ICLR, arXiv:1312.6120, for orthogonal.
"""


def _one_of(noun: str, known) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(unknown(noun, value, known))
        return value

    return check


def _switch(name: str) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"{name} must be True or False, got {echo(value)}. Switch it on or off.")
        return bool(value)

    return check


def _whole(name: str, least: int, most: int) -> Callable[[object], int]:
    return lambda value: whole_within(name, value, least, most)


_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "data": checked_data,
    "depth": _whole("The depth in linear layers", SHALLOWEST, DEEPEST),
    "width": _whole("The width", NARROWEST, WIDEST),
    "activation": _one_of("activation", ACTIVATIONS),
    "initialisation": _one_of("initialisation", INITIALISATIONS),
    "batch_norm": _switch("Batch normalisation"),
    "residual": _switch("The residual connection"),
    "residual_scale": lambda value: number_within("The scale of the residual branch", value, 0.0, 10.0),
    "optimizer": _one_of("network optimizer", NETWORK_OPTIMIZERS),
    "steps": _whole("The number of steps", 1, MOST_STEPS),
    "points": _whole("The number of points", FEWEST_POINTS, MOST_POINTS),
    "noise": checked_noise,
    **{
        name: (lambda value, name=name: check_field(name, value))
        for name in ("clip_norm", "clip_value", "rate", "schedule", "seed")
    },
}


@dataclass(frozen=True)
class Network:
    """A fully connected network, its data and its training.

    Args:
        data: a key of `DATA_SETS`; `points` rows (16 to 2,000) of it with `noise`.
        depth: linear layers, 2 to 50: 2 inputs (1 of a regression) -> width -> ... -> width -> 1 output.
        width: units of each hidden layer, 2 to 128.
        activation: a key of `ACTIVATIONS`, behind every linear layer but the last.
        initialisation: a key of `INITIALISATIONS`, of every layer's weights; biases begin at 0 and are trained.
        batch_norm: normalise between linear layer and activation, with trained scale (from 1) and shift (from 0). The
            statistics are those of the step's batch; what is measured or predicted takes those of the whole data set,
            not running averages (Ioffe and Szegedy 2015, arXiv:1502.03167).
        residual: h + residual_scale * f(h) instead of f(h) wherever a layer is as wide as the one before it: in all
            but the first and the last (He et al. 2016, arXiv:1512.03385).
        residual_scale: 0 to 10.
        clip_norm: longest gradient over all parameters, or None (PyTorch's clip_grad_norm_).
        clip_value: largest component of it, or None; applied before clip_norm (PyTorch's clip_grad_value_).
        rate, schedule, optimizer: as in `engine.Run`, with PyTorch's semantics; `NETWORK_OPTIMIZERS` only.
        steps: updates, 1 to 5,000.
        batch_size: points an update is made on, 1 to `points`; None is all of them. Each epoch takes them in a new
            order and drops its rest (see `engine.runs.batches`).
        seed: of the weights; data and batches are drawn with it too.
        knobs, schedule_knobs: hyper-parameters of the optimizer and of the schedule; the registry's defaults otherwise.

    Raises:
        ValueError: with a sentence, for anything else; an unknown name is answered with the nearest known one.
    """

    data: str = "moons"
    depth: int = 20
    width: int = 32
    activation: str = "sigmoid"
    initialisation: str = "xavier"
    batch_norm: bool = False
    residual: bool = False
    residual_scale: float = 1.0
    clip_norm: float | None = None
    clip_value: float | None = None
    rate: float = 0.1
    schedule: str = "constant"
    optimizer: str = "gradient_descent"
    steps: int = 500
    batch_size: int | None = None
    points: int = 200
    noise: float = 0.1
    seed: int = 0
    knobs: Mapping[str, Any] = field(default_factory=dict)
    schedule_knobs: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        put = object.__setattr__  # the record is frozen from here on
        for name, check in _CHECKS.items():
            put(self, name, check(getattr(self, name)))
        if self.batch_size is not None:
            put(self, "batch_size", whole_within("The batch size", self.batch_size, 1, self.points))
        rule, schedule = OPTIMIZERS[self.optimizer], SCHEDULES[self.schedule]
        put(self, "knobs", settle(rule.name, rule.knobs, self.knobs))
        put(self, "schedule_knobs", settle(schedule.name, schedule.knobs, self.schedule_knobs))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units from the inputs to the output, depth + 1 numbers."""
        return (1 if self.data in REGRESSIONS else INPUTS, *[self.width] * (self.depth - 1), 1)

    @property
    def bucket(self) -> tuple[int, int]:
        """Hidden-to-hidden layers and units of the program that this network runs in."""
        hidden = next(size for size in HIDDEN_BUCKETS if size >= self.depth - 2)
        return hidden, next(size for size in WIDTH_BUCKETS if size >= self.width)

    def make_data(self) -> Data:
        """The data it is trained on."""
        return make_data(self.data, self.points, self.noise, self.seed)


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
    """(2, w)"""
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
    hidden, width = network.bucket
    first, last = layers[0], layers[-1]
    padded = Weights(
        np.zeros((INPUTS, width)),
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


def columns(inputs: Float[np.ndarray, "n d"], dtype: type = np.float64) -> Float[np.ndarray, "n 2"]:
    """Inputs with as many columns as every program takes."""
    inputs = np.asarray(inputs, dtype)
    return np.pad(inputs, ((0, 0), (0, INPUTS - inputs.shape[1])))


def forward(
    weights: Weights,
    switches: Switches,
    inputs: Float[Array, "n 2"],
    nudges: Float[Array, "h1 n w"] | None = None,
    statistics: tuple[Any, Any] | None = None,
) -> tuple[Float[Array, " n"], Trace]:
    """Outputs (n,), logits of class 1 or a regression's values, and what happened on the way.

    `nudges` are added to what each hidden layer hands on: the gradient with respect to them is the gradient with
    respect to the activations. `statistics`, the mean and variance of batch normalisation (h + 1, w) each, replace
    those of the inputs themselves.
    """
    outputs, first, others = _pass(weights, switches, inputs, nudges, statistics, None, traced=True)
    return outputs, jax.tree.map(lambda one, rest: jnp.concatenate([one[None], rest]), first, others)


def outputs_of(
    weights: Weights, switches: Switches, inputs: Float[Array, "n 2"], shares: Float[Array, " n"] | None = None
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
