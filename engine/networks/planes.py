"""A plane through a trained network's weights as a surface like any other: named by a text, descended on, mapped.

    network:depth=3;width=16;activation=tanh;plane=path

The text says everything: whoever reads it trains the same network and lays the same plane. Training waits until the
surface is first looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from engine.basis.registry import unknown
from engine.networks.compiler_options import QUICK
from engine.networks.forward import fixed_switches, rows_of, switches_of, with_fixed
from engine.networks.network import Network
from engine.networks.slices import Plane, loss_at, path_plane, random_plane
from engine.networks.text import USUAL, parted, settings_of, with_setting, written
from engine.networks.training import train
from engine.runs.lookup import READERS
from i18n import message
from landscapes.on_data import LossOnData
from landscapes.record import Landscape, Point, Window

if TYPE_CHECKING:
    from jaxtyping import Float

PLANE_PREFIX = "network:"
PLANES = ("random", "path")
MOST_WEIGHTS = 30_000
"""Of a hidden part whose plane is a surface: with more, a step takes too long to follow a hand."""
MOST_TRAINING = 3_000
"""Steps of a training that a text may ask for."""
KEPT = 32
"""Planes whose weights are kept: at most some 30 MB."""
WINDOWS: Mapping[str, Window] = {"random": ((-1.0, 1.0), (-1.0, 1.0)), "path": ((-1.2, 1.2), (-1.2, 1.2))}
STARTS: Mapping[str, Point] = {"random": (0.7, 0.5), "path": (0.9, 0.3)}
LESSONS = {
    "random": message(
        "Two random directions, each filter as long as the trained one's; the trained weights lie in the middle."
    ),
    "path": message("The two directions that keep most of the way the training took; it ended in the middle."),
}
SOURCE = "Li, Xu, Taylor, Studer and Goldstein (2018), NeurIPS, arXiv:1712.09913."


@dataclass(frozen=True)
class Sight:
    """What is known of a plane once its network is trained."""

    plane: Plane
    trail: Float[np.ndarray, "k 2"]
    """The training's recorded weights, projected; its end is (0, 0)."""

    def rate(self, rate: float) -> float:
        """The learning rate on the plane whose steps are as long in the weights as those of `rate` there."""
        return rate / float(self.plane.first @ self.plane.first)

    @property
    def sentence(self) -> str:
        """How much of the way lies in the plane; of a random one, nothing is known to."""
        if self.plane.explained is None:
            return ""
        first, second = (100 * share for share in self.plane.explained)
        return message(
            "The two directions keep {both} % of the training path's variance ({first} % and {second} %); off this "
            "plane the loss may be another.",
            both=f"{first + second:.1f}",
            first=f"{first:.1f}",
            second=f"{second:.1f}",
        )


def lay(network: Network, path: Float[np.ndarray, "k p"], kind: str) -> Sight:
    """The plane of that kind through the end of a training's path, (k, p) weights at its recorded steps.

    On a random plane one unit is as long as the trained weights; on the path's, as its farthest point is away.
    """
    if kind == "random":
        plane = random_plane(network, np.asarray(path[-1], np.float64))
        return Sight(plane, plane.coordinates(path))
    plane = path_plane(path)
    trail = plane.coordinates(path)
    unit = max(float(np.hypot(*trail.T).max()), 1e-12)
    return Sight(Plane(plane.origin, unit * plane.first, unit * plane.second, plane.explained), trail / unit)


def plane_of(text: str) -> Landscape:
    """The surface that the rest of a "network:" text names: settings of `Network` that differ, and `plane`.

    Raises ValueError with a sentence.
    """
    network, kind = _read(text)
    return _surface(text_of(network, kind).removeprefix(PLANE_PREFIX))


READERS[PLANE_PREFIX] = plane_of


def text_of(network: Network, kind: str) -> str:
    """The text form of a network's plane, "random" or "path"; what is a default is left out."""
    return PLANE_PREFIX + written({**settings_of(network), "plane": kind})


def sight_of(landscape: Landscape) -> Sight | None:
    """What a plane shows besides its loss; None for another surface. Trains the network if nobody has yet."""
    if not landscape.text.startswith(PLANE_PREFIX) or not isinstance(landscape.loss, LossOnData):
        return None
    _ = landscape.loss.data
    return _sights[landscape.loss]


def is_small(network: Network) -> bool:
    """Whether a plane of it can be a surface."""
    hidden, width, _ = network.bucket
    return hidden * width * width <= MOST_WEIGHTS and network.steps <= MOST_TRAINING


_sights: WeakKeyDictionary[LossOnData, Sight] = WeakKeyDictionary()
"""Of the planes that are kept."""


@lru_cache(maxsize=KEPT)
def _surface(text: str) -> Landscape:
    network, kind = _read(text)

    def gather():
        trained = train(network, keep_weights=True)
        if trained.kind == "diverged":
            raise ValueError(
                message("This training diverged: there are no weights to lay a plane through. Lower its rate.")
            )
        sight = _sights[loss] = lay(network, trained.path, kind)
        data = network.make_data()
        switches = switches_of(network, data.regression)
        return (*sight.plane[:3], switches, *rows_of(network, data))

    fixed = fixed_switches(switches_of(network, network.is_regression))
    loss = LossOnData(_mean_of(network.bucket, fixed), gather, cost=_cost(network), compiler_options=QUICK)
    size = {"depth": network.depth, "width": network.width}
    at_random = message("{depth} × {width} network, at random", **size)
    its_path = message("{depth} × {width} network, its path", **size)
    return Landscape(
        key=PLANE_PREFIX + text,
        name=at_random if kind == "random" else its_path,
        group="Trained networks",
        loss=loss,
        window=WINDOWS[kind],
        start=STARTS[kind],
        complete=False,
        lesson=LESSONS[kind],
        source=SOURCE,
    )


@cache
def _mean_of(bucket: tuple[int, int, int], fixed: tuple[int, bool, bool, bool]) -> Callable:
    """The mean loss at a place of a plane, one function for all networks of a bucket with these `fixed_switches`."""

    def mean(place, data):
        origin, first, second, switches, inputs, targets, shares = data
        settled = with_fixed(switches, fixed)
        flat = origin + place[0] * first + place[1] * second
        return loss_at(flat, settled, inputs, targets, shares, bucket)

    return mean


def _cost(network: Network) -> int:
    """A formula's step takes 0.1 us, a network's 125 products: 50 us and 3.6 ms for 3 layers of 16 and 20 of 32."""
    hidden, width, _ = network.bucket
    return max(8, network.rows * (hidden * width * width + 3 * width) // 125)


def _read(text: str) -> tuple[Network, str]:
    values, _ = parted(text)
    kind = values.pop("plane", "random")
    if kind not in PLANES:
        raise ValueError(unknown("plane of a network", kind, PLANES))
    network = USUAL
    for name, value in values.items():
        network = with_setting(network, name, value)
    if not is_small(network):
        raise ValueError(
            message(
                "A plane is laid through networks of up to {weights} hidden weights and {training} training steps, got "
                "{depth} layers of {width} and {steps} steps: take a smaller one.",
                weights=f"{MOST_WEIGHTS:,}",
                training=f"{MOST_TRAINING:,}",
                depth=network.depth,
                width=network.width,
                steps=f"{network.steps:,}",
            )
        )
    return network, kind
