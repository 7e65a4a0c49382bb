"""Training a network, one recorded step after another, and what its gradients look like there.

Training runs in float32, as networks are trained; what is said of a recorded step is measured in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from engine.basis.background import give_way
from engine.basis.programs import PROGRAMS
from engine.networks.data import Data
from engine.networks.measuring import Snapshot, measured_on, snapshot_of
from engine.networks.network import MOST_STEPS, Network
from engine.networks.parameters import initial_layers, pad, ravel
from engine.networks.prediction import predict
from engine.networks.steps import Carry, advance, batch_shares, begin, recorded_steps, traced_settings
from engine.networks.verdict import Verdict, judge

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_background = ThreadPoolExecutor(2, "networks", give_way)
"""Where training runs, a step ahead of what is measured; so two trainings at a time, however many people ask. Whoever
drags a ball meanwhile comes first."""


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
    at_hand = traced_settings(network, data)
    given = jax.device_put(at_hand)
    columns_and_targets = measured_on(network, data)
    bucket = network.bucket
    shares = batch_shares(network)
    targets = recorded_steps(network.steps)[1:]
    carry = begin(np.asarray(weights, np.float32), at_hand.rates[0])

    def progress(carry: Carry) -> Progress:
        # NumPy's indexing, not JAX's: that is a program for every length, compiled when it is first met.
        carry = jax.tree.map(np.asarray, carry._replace(memories=()))
        step, alive = int(carry.step), bool(carry.alive)
        rate = carry.watch.rate if step > at_hand.reacts_from else at_hand.rates[min(step, MOST_STEPS - 1)]
        snapshot = snapshot_of(network, columns_and_targets, carry.weights, step, float(rate))
        # As float32 saw it: the loss that ended training is an infinity or NaN.
        last = snapshot.loss if alive else float(carry.losses[step])
        sound = alive and bool(np.isfinite(last))
        return Progress(snapshot, np.append(carry.losses[:step].astype(np.float64), last), sound)

    def go_on(carry: Carry, step: int, until: int) -> Future[Carry]:
        return _background.submit(advance, carry, given, shares(step), np.int32(until), bucket=bucket)

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


@PROGRAMS.ahead()
def warm_up(network: Network) -> None:
    """Compile what the network's size bucket and number of points need: all that differ in neither are quick then."""
    short = replace(network, steps=1)
    trained = train(short)
    predict(short, trained.weights, np.zeros((1, network.sizes[0])))
