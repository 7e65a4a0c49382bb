"""Training a network, one recorded step after another, and what its gradients look like there.

Training runs in float32, as networks are trained; what is said of a recorded step is measured in float64 at its very
weights, because a gradient of 1e-60 is a number there and a gradient of 1e40 too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.background import give_way
from engine.basis.optimizer import At
from engine.networks.activations import STEEPEST
from engine.networks.data import Data
from engine.networks.network import (
    INPUTS,
    MOST_STEPS,
    NETWORK_OPTIMIZERS,
    Layer,
    Network,
    Switches,
    Weights,
    columns,
    forward,
    initial_layers,
    loss_of,
    outputs_of,
    pad,
    switches_of,
    unpad,
)
from engine.networks.verdict import Verdict, judge
from engine.optimizers import OPTIMIZERS
from engine.runs.batches import batches
from engine.schedules import SCHEDULES
from engine.schedules.plateau import DEFAULTS as PLATEAU_DEFAULTS
from engine.schedules.plateau import Watch, react

if TYPE_CHECKING:
    from jaxtyping import Float, Int

RECORDED = 60
"""About as many steps of a training are measured, half of them spread by logarithm: it happens early."""
LONGEST = -(-MOST_STEPS // (RECORDED // 2))
"""Steps between two recorded ones, at most."""
FLAT, DEAD = 0.1, 1e-3
"""Below these shares of its largest slope an activation is saturated, or passes nothing at all."""

LEVEL = {"xla_backend_optimization_level": 1}
"""LLVM's level for these programs: as fast as its highest, and compiled in a sixth less time."""
QUICK = LEVEL | {"xla_cpu_use_fusion_emitters": False}
"""XLA's older code generator too: compiled in 0.6 of the time, for programs that run a tenth slower (2 quiet cores)."""

_RULES = tuple(OPTIMIZERS[key] for key in NETWORK_OPTIMIZERS)

_background = ThreadPoolExecutor(2, "networks", give_way)
"""Where training runs, a step ahead of what is measured; so two trainings at a time, however many people ask. Whoever
drags a ball meanwhile comes first."""


class _Given(NamedTuple):
    """A training's numbers, float32, as the traced program reads them."""

    switches: Switches
    inputs: Any
    """(n, 2)"""
    targets: Any
    """(n,)"""
    rates: Any
    """(MOST_STEPS,)"""
    optimizer: Any
    knobs: Any
    """One mapping for each of `NETWORK_OPTIMIZERS`."""
    clip_norm: Any
    clip_value: Any
    reacts_from: Any
    plateau: Any


class _Carry(NamedTuple):
    step: Any
    alive: Any
    """False once a loss was not finite."""
    weights: Any
    """(p,): raveled, padded."""
    memories: Any
    """One state for each of `NETWORK_OPTIMIZERS`; only the chosen one moves."""
    watch: Watch
    losses: Any
    """(MOST_STEPS,)"""


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


@dataclass(frozen=True, eq=False)
class Trained:
    """A finished training of `n` updates; arrays over the recorded steps are stacked from `snapshots`."""

    network: Network
    data: Data
    snapshots: tuple[Snapshot, ...]
    losses: Float[np.ndarray, " n+1"]
    """Loss of each update's batch before it (float32's), and of all points after the last."""
    kind: str
    """"budget": all steps made; "diverged": a loss was not finite in float32; "stopped" by the caller."""
    verdict: Verdict

    @property
    def last(self) -> Snapshot:
        """The network as training left it."""
        return self.snapshots[-1]

    @property
    def weights(self) -> Float[np.ndarray, " p"]:
        """All parameters as training left them, raveled and padded, float32."""
        kept = self.last.weights
        if kept is None:
            raise ValueError("The last snapshot of this training keeps no weights: pass them on in `finish`.")
        return kept

    @property
    def path(self) -> Float[np.ndarray, "r p"]:
        """The weights at each recorded step, for `path_plane`. Raises ValueError if they were not kept."""
        kept = [one.weights for one in self.snapshots if one.weights is not None]
        if len(kept) < len(self.snapshots):
            raise ValueError("This training kept no path of weights: train with keep_weights=True.")
        return np.array(kept)

    @cached_property
    def steps(self) -> Int[np.ndarray, " r"]:
        """The recorded steps."""
        return np.array([one.step for one in self.snapshots])

    def over_steps(self, name: str) -> np.ndarray:
        """Field `name` of all snapshots: (r,), or (r, layers), first layer first."""
        return np.array([getattr(one, name) for one in self.snapshots])


def recorded_steps(steps: int) -> list[int]:
    """The steps that a training of `steps` updates records: 0, the last, and about 60 in between."""
    half = RECORDED // 2
    spread = [*np.geomspace(1, steps, half), *np.linspace(0, steps, half + 1)]
    return sorted({round(float(one)) for one in spread})


def _shapes(hidden: int, width: int, dtype: type) -> Weights:
    """Zeros in a bucket's shapes."""
    rows = (hidden + 1, width)
    shapes = (INPUTS, width), (hidden, width, width), (width, 1), rows, (1,), rows, rows
    return Weights(*(np.zeros(shape, dtype) for shape in shapes))


def unravel(flat, bucket: tuple[int, int]) -> Weights:
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


@partial(jax.jit, static_argnames="bucket", compiler_options=QUICK)
def _advance(carry: _Carry, given: _Given, shares, until, bucket: tuple[int, int]) -> _Carry:
    """Train on until step `until`, or until the loss is not finite.

    `shares` (LONGEST, n): how much each point counts in each step from the carry's on, 0 outside the step's batch. The
    batch is no shape that way, and so no program of its own.
    """
    begun = carry.step

    def loss(flat, row):
        outputs = outputs_of(unravel(flat, bucket), given.switches, given.inputs, row)
        return loss_of(outputs, given.targets, given.switches, row)

    measure = jax.value_and_grad(loss)

    def branch(index):
        def move(at, memories, rate):
            step, weights, value, gradient = at
            felt = At(step, weights, value, gradient, lambda flat: loss(flat, shares[step - begun]))
            update, state, _ = _RULES[index].step(felt, memories[index], rate, given.knobs[index])
            return update, (*memories[:index], state, *memories[index + 1 :])

        return move

    branches = [branch(index) for index in range(len(_RULES))]

    def body(carry: _Carry) -> _Carry:
        value, gradient = measure(carry.weights, shares[carry.step - begun])
        alive = jnp.isfinite(value)
        rate = jnp.where(carry.step > given.reacts_from, carry.watch.rate, given.rates[carry.step])
        at = (carry.step, carry.weights, value, clipped(gradient, given.clip_norm, given.clip_value))
        update, memories = jax.lax.switch(given.optimizer, branches, at, carry.memories, rate)
        watching = react(carry.watch._replace(rate=rate), value, given.plateau)
        watched = carry.step >= given.reacts_from
        kept = jax.tree.map(
            lambda new, old: jnp.where(watched, new, old).astype(old.dtype), Watch(*watching), carry.watch
        )
        return _Carry(
            carry.step + alive,
            alive,
            jnp.where(alive, carry.weights + update, carry.weights),
            memories,
            kept,
            carry.losses.at[carry.step].set(value),
        )

    return jax.lax.while_loop(lambda carry: (carry.step < until) & carry.alive, body, carry)


def clipped(gradient, norm, value):
    """The gradient (p,) that the optimizer is given: clipped by value, then by norm, infinity for neither.

    As torch's clip_grad_value_ and clip_grad_norm_, over all parameters together.
    """
    gradient = jnp.clip(gradient, -value, value)
    return jax.lax.cond(
        norm < jnp.inf,
        lambda: jnp.minimum(norm / (jnp.sqrt(jnp.sum(gradient**2)) + 1e-6), 1.0) * gradient,
        lambda: gradient,
    )


@partial(jax.jit, static_argnames="bucket", compiler_options=QUICK)
def _measure(flat, switches: Switches, inputs, targets, bucket: tuple[int, int]) -> _Measured:
    """Gradients and activations at some weights, in float64 whatever they are."""
    hidden, width = bucket
    nudges = jnp.zeros((hidden + 1, len(inputs), width))

    def loss(weights, nudges):
        outputs, trace = forward(weights, switches, inputs, nudges)
        return loss_of(outputs, targets, switches), (outputs, trace)

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

    count = switches.width * len(inputs)
    after = jnp.where(units, trace.after, 0)
    means = jnp.sum(after, axis=(1, 2)) / count
    spread = jnp.where(units, after - means[:, None, None], 0)
    share = jnp.abs(trace.slope) / jnp.array(STEEPEST)[switches.activation]
    return _Measured(
        loss=value,
        accuracy=jnp.mean((outputs > 0) == (targets > 0.5), dtype=outputs.dtype),
        gradient_norm=jnp.sqrt(sum(jnp.sum(one**2) for one in lengths)),
        first=first[0],
        hidden=between,
        last=last[0],
        activation_gradients=norms(at_activations, units),
        means=means,
        deviations=jnp.sqrt(jnp.sum(spread**2, axis=(1, 2)) / count),
        dead=jnp.sum(jnp.all(share < DEAD, axis=1) & used[None], axis=1) / switches.width,
        saturated=jnp.sum((share < FLAT) & units, axis=(1, 2)) / count,
    )


def measure(network: Network, weights: Float[np.ndarray, " p"], step: int = 0, rate: float | None = None) -> Snapshot:
    """The network with these raveled `weights`, measured in float64 on its data."""
    measured_on = _measured_on(network, network.make_data())
    return _snapshot(network, measured_on, np.asarray(weights), step, network.rate if rate is None else rate)


def _measured_on(network: Network, data: Data) -> tuple:
    """What `_measure` takes besides weights."""
    return jax.device_put((switches_of(network, data.regression), columns(data.inputs), data.targets))


def _snapshot(network: Network, measured_on: tuple, weights, step: int, rate: float) -> Snapshot:
    found = _measure(weights, *measured_on, bucket=network.bucket)
    found = jax.tree.map(np.asarray, found)
    places = slice(network.depth - 1)
    return Snapshot(
        step=step,
        rate=float(rate),
        loss=float(found.loss),
        accuracy=float("nan") if measured_on[0].regression else float(found.accuracy),
        gradient_norm=float(found.gradient_norm),
        weight_gradients=np.array([found.first, *found.hidden[: network.depth - 2], found.last]),
        activation_gradients=found.activation_gradients[places],
        means=found.means[places],
        deviations=found.deviations[places],
        dead=found.dead[places],
        saturated=found.saturated[places],
        weights=np.asarray(weights),
    )


def _single(values: dict[str, Any]) -> dict[str, np.float32]:
    return {name: np.float32(value) for name, value in values.items()}


def _given(network: Network, data: Data) -> _Given:
    schedule = SCHEDULES[network.schedule]
    steps = np.arange(MOST_STEPS, dtype=np.float64)
    with np.errstate(over="ignore"):  # a rate beyond float32 is one that diverges
        rates = schedule.rates(np, steps, network.rate, network.schedule_knobs, network.steps).astype(np.float32)
    plateau = {name: network.schedule_knobs.get(name, value) for name, value in PLATEAU_DEFAULTS.items()}
    return _Given(
        switches=switches_of(network, data.regression, np.float32),
        inputs=columns(data.inputs, np.float32),
        targets=data.targets.astype(np.float32),
        rates=rates,
        optimizer=np.int32(NETWORK_OPTIMIZERS.index(network.optimizer)),
        knobs=tuple(
            _single(dict(network.knobs))
            if rule.key == network.optimizer
            else _single({name: knob.default for name, knob in rule.knobs.items()})
            for rule in _RULES
        ),
        clip_norm=np.float32(np.inf if network.clip_norm is None else network.clip_norm),
        clip_value=np.float32(np.inf if network.clip_value is None else network.clip_value),
        reacts_from=np.int32(network.schedule_knobs["warmup_steps"] if schedule.reacts else 2**31 - 1),
        plateau=_single(plateau),
    )


def _start(weights, rate) -> _Carry:
    memories = tuple(jax.tree.map(np.asarray, rule.init(weights)) for rule in _RULES)
    begin = Watch(np.float32(rate), np.float32(np.inf), np.float32(0), np.float32(0))
    return _Carry(np.int32(0), np.bool_(True), weights, memories, begin, np.zeros(MOST_STEPS, np.float32))


def _shares(network: Network) -> Callable[[int], Any]:
    """The batches from a step on, as `_advance` takes them: (LONGEST, n) float32."""
    size = network.batch_size
    if size is None:
        whole = jax.device_put(np.full((LONGEST, network.points), 1 / network.points, np.float32))
        return lambda _: whole
    rows = batches(network.points, size, network.steps, network.seed)

    def from_step(step: int) -> Float[np.ndarray, "s n"]:
        now = rows[step : step + LONGEST]
        shares = np.zeros((LONGEST, network.points), np.float32)
        shares[np.arange(len(now))[:, None], now] = 1 / size
        return shares

    return from_step


class Progress(NamedTuple):
    """What `train_stepwise` yields."""

    snapshot: Snapshot
    losses: Any
    """(step + 1,): before each update so far, of its batch, and the snapshot's own."""
    alive: bool
    """False if the loss is not finite: nothing follows. The step may have been shown before: that its weights give no
    loss in float32 is only known when training goes on from there."""


def train_stepwise(network: Network, weights: Float[np.ndarray, " p"] | None = None) -> Iterator[Progress]:
    """Train, and yield what the network looks like at each of `recorded_steps`, 0 first.

    The first one is there before the training program is compiled, which happens meanwhile. To stop, ask for no more.
    A loss that is not finite in float32 ends it early, at the step whose weights gave it (measured in float64 they may
    still have one).

    Args:
        network: what to train.
        weights: raveled parameters to begin with, instead of `initial_layers`.
    """
    data = network.make_data()
    if weights is None:
        weights = ravel(pad(network, initial_layers(network)))
    # On the device once: sixty calls would each carry them there.
    at_hand = _given(network, data)
    given = jax.device_put(at_hand)
    measured_on = _measured_on(network, data)
    bucket = network.bucket
    shares = _shares(network)
    targets = recorded_steps(network.steps)[1:]
    carry = _start(np.asarray(weights, np.float32), at_hand.rates[0])

    def progress(carry: _Carry) -> Progress:
        # NumPy's indexing, not JAX's: that is a program for every length, compiled when it is first met.
        carry = jax.tree.map(np.asarray, carry._replace(memories=()))
        step, alive = int(carry.step), bool(carry.alive)
        rate = carry.watch.rate if step > at_hand.reacts_from else at_hand.rates[min(step, MOST_STEPS - 1)]
        snapshot = _snapshot(network, measured_on, carry.weights, step, float(rate))
        # As float32 saw it: the loss that ended training is an infinity or NaN.
        last = snapshot.loss if alive else float(carry.losses[step])
        sound = alive and bool(np.isfinite(last))
        return Progress(snapshot, np.append(carry.losses[:step].astype(np.float64), last), sound)

    def go_on(carry: _Carry, step: int, until: int) -> Future[_Carry]:
        return _background.submit(_advance, carry, given, shares(step), np.int32(until), bucket=bucket)

    first_picture = progress(carry)
    # Not earlier: compiled beside what measures it, it would make the first picture wait for a quarter longer.
    ahead = go_on(carry, 0, targets[0])
    yield first_picture
    for until in [*targets[1:], None]:
        carry = ahead.result()
        if until is not None and carry.alive:
            # On the other core: training goes on while this step is measured and looked at.
            ahead = go_on(carry, int(carry.step), until)
        now = progress(carry)
        yield now
        if not now.alive:
            return


def train(network: Network, keep_weights: bool = False, most_snapshots: int | None = None) -> Trained:
    """Train to the end, or to the first loss that is not finite.

    Args:
        network: what to train.
        keep_weights: whether every snapshot keeps its weights, as a path needs; 4 bytes a parameter of the bucket, at
            most 3.4 MB a snapshot. The last one always does.
        most_snapshots: stop after as many; None is all of them.
    """
    return finish(network, train_stepwise(network), keep_weights, most_snapshots)


def finish(
    network: Network, progress: Iterator[Progress], keep_weights: bool = False, most_snapshots: int | None = None
) -> Trained:
    """The `Trained` of what `train_stepwise` yields, as `train` returns it."""
    snapshots: list[Snapshot] = []
    now = None
    for now in progress:
        if snapshots and snapshots[-1].step == now.snapshot.step:
            snapshots.pop()
        if snapshots and not keep_weights:
            snapshots[-1] = replace(snapshots[-1], weights=None)
        snapshots.append(now.snapshot)
        if most_snapshots is not None and len(snapshots) >= most_snapshots:
            break
    if now is None:
        raise ValueError("A training without a single snapshot cannot be finished: pass what `train_stepwise` yields.")
    kind = "diverged" if not now.alive else "budget" if snapshots[-1].step == network.steps else "stopped"
    data = network.make_data()
    verdict = judge(snapshots, now.losses, constant_loss(data), now.alive)
    return Trained(network, data, tuple(snapshots), now.losses, kind, verdict)


def constant_loss(data: Data) -> float:
    """The least loss of an output that is the same at every point: what a network that feels nothing of its inputs has.

    The targets' variance of a regression, else their entropy in nats.
    """
    if data.regression:
        return float(np.var(data.targets))
    shares = np.array([np.mean(data.targets), 1 - np.mean(data.targets)])
    return float(-np.sum(shares * np.log(np.maximum(shares, 1e-300))))


def train_seeds(network: Network, seeds: Sequence[int] = range(8)) -> Iterator[Trained]:
    """The same network with other seeds, one after another through the same program: probabilities, not luck."""
    for seed in seeds:
        yield train(replace(network, seed=seed))


def warm_up(network: Network) -> None:
    """Compile what the network's size bucket and number of points need: all that differ in neither are quick then."""
    short = replace(network, steps=1)
    trained = train(short)
    predict(short, trained.weights, np.zeros((1, INPUTS)))


@partial(jax.jit, static_argnames="bucket", compiler_options=QUICK)
def _predict(flat, switches: Switches, inputs, points, bucket: tuple[int, int]):
    weights = unravel(flat.astype(jnp.float64), bucket)
    _, trace = forward(weights, switches, inputs)
    return forward(weights, switches, points, statistics=(trace.mean, trace.variance))[0]


def predict(
    network: Network, weights: Float[np.ndarray, " p"], points: Float[np.ndarray, "m d"]
) -> Float[np.ndarray, " m"]:
    """The network's outputs at `points`, float64: logits of class 1 (above 0 is class 1), or a regression's values.

    Batch normalisation uses the statistics of the training data. Points are standardised units, as `Data.inputs` are.
    """
    data = network.make_data()
    switches = switches_of(network, data.regression)
    found = _predict(np.asarray(weights), switches, columns(data.inputs), columns(points), bucket=network.bucket)
    return np.asarray(found)
