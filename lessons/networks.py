"""Networks that a lesson shows, by their text as the link of the page Networks has it, and what is measured of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from engine.networks import Network, Trained, parted, train, with_setting


def network_of(text: str) -> Network:
    """The network of a text such as "depth=20;activation=relu". Raises ValueError for what is no setting."""
    settings, rest = parted(text)
    if rest:
        raise ValueError(f'Of the network "{text}", "{rest[0]}" is no setting such as depth=20')
    network = Network()
    for name, value in settings.items():
        network = with_setting(network, name, value)
    return network


@lru_cache(maxsize=32)
def trained(network: Network) -> Trained:
    """Trained to its end, without its path."""
    told = train(network)
    last = replace(told.last, weights=None)
    return replace(told, snapshots=(*told.snapshots[:-1], last))


def first_layer(told: Trained) -> float:
    """The gradient norm of the first layer's weights, before the first step."""
    return float(told.snapshots[0].weight_gradients[0])


def last_layer(told: Trained) -> float:
    """The same of the last layer."""
    return float(told.snapshots[0].weight_gradients[-1])


def gradient_length(told: Trained) -> float:
    """The norm of the gradient over all parameters, before the first step."""
    return float(told.snapshots[0].gradient_norm)


def points_right(told: Trained) -> float:
    """The share of points on their class's side, at the end."""
    return float(told.last.accuracy)


def last_loss(told: Trained) -> float:
    """The loss at the end."""
    return float(told.last.loss)


def trained_steps(told: Trained) -> float:
    """Updates made when training ended: fewer than planned where the loss was no number any more."""
    return float(told.last.step)


NETWORK_MEASURES: Mapping[str, Callable[[Trained], float]] = {
    one.__name__: one for one in (first_layer, last_layer, gradient_length, points_right, last_loss, trained_steps)
}
"""By the name that a lesson's file uses, with `network` for the text of the network that is measured."""
