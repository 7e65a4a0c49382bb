"""A visitor's trainings: those under way, those that are done and remembered, and the same under other seeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

import streamlit as st

from engine.basis.quota import Quota, QuotaExceeded
from engine.networks import Network, Progress, Trained, finish, train_stepwise
from ui.shared.language import t

SEEDS = 8
KEPT = 40
"""Trainings a visitor's session remembers: two pairs of eight seeds, and some."""
MOST_WEIGHTS = 30_000
"""Of a network whose path is kept: four bytes each, sixty times."""

PAGES = Quota(per_address=250, in_all=400)
"""Pages that train at the same moment. Trainings take turns step by step, so each one more makes all others slower; a
hall of 200 behind one router is let in, and what floods from one address leaves room for 150 others."""


@dataclass
class UnderWay:
    """A training that has begun: what is to come of it, and what there is."""

    network: Network
    to_come: Iterator[Progress] = field(init=False)
    seen: list[Progress] = field(default_factory=list)
    ended: bool = False
    """Whether nothing more is to come: all steps made, or none possible any more."""
    _turn: Lock = field(default_factory=Lock)
    """Whoever is interrupted by a click still makes its step while the page already runs again."""

    def __post_init__(self) -> None:
        self.to_come = train_stepwise(self.network)

    def advance(self) -> bool:
        """Train to the next recorded step; False if there is none."""
        with self._turn:
            step = next(self.to_come, None)
            if step is None:
                self.ended = True
                return False
            if self.seen and not _small(self.network):
                before = self.seen[-1]
                self.seen[-1] = before._replace(snapshot=replace(before.snapshot, weights=None))
            self.seen.append(step)
            return True

    @property
    def share(self) -> float:
        """How much of it is done."""
        if self.ended:
            return 1.0
        return self.seen[-1].snapshot.step / self.network.steps if self.seen else 0.0

    @property
    def trained(self) -> Trained:
        """As far as it came."""
        return finish(self.network, iter(self.seen), keep_weights=_small(self.network))


class Memory:
    """Trainings by network, at most `KEPT`: the one that nobody asked for the longest goes first.

    Not the oldest one: that is the problem which a visitor tries one remedy after another on, and to forget it while it
    is shown is to train it again, and to forget the next.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Trained] = {}

    def recall(self, network: Network) -> Trained | None:
        """The training of this network, if it is still known."""
        told = self._kept.pop(str(network), None)
        if told is not None:
            self._kept[str(network)] = told
        return told

    def keep(self, trained: Trained) -> None:
        """Remember one more."""
        self._kept[str(trained.network)] = trained
        while len(self._kept) > KEPT:
            self._kept.pop(next(iter(self._kept)), None)


def known(network: Network) -> Trained | None:
    """The training of a network to its end, if the visitor's session remembers it."""
    return _memory().recall(network)


def keep(trained: Trained) -> None:
    """Remember a training."""
    _memory().keep(trained)


def shown(network: Network) -> Trained | None:
    """What there is of a network: trained, or as far as it came."""
    under_way = st.session_state.get("networks_under_way", {}).get(str(network))
    return known(network) or (under_way.trained if under_way and under_way.seen else None)


def seeded(network: Network) -> list[Network]:
    """The same network, drawn anew."""
    return [replace(network, seed=(network.seed + more) % 2**32) for more in range(1, SEEDS)]


def other_seeds(network: Network) -> list[Trained]:
    """Those of the same network, drawn anew, that are known."""
    return [told for other in seeded(network) if (told := known(other)) is not None]


def without_path(trained: Trained) -> Trained:
    """A training without its path, and if it is large without its last weights too."""
    last = trained.last if _small(trained.network) else replace(trained.last, weights=None)
    before = [replace(one, weights=None) for one in trained.snapshots[:-1]]
    return replace(trained, snapshots=(*before, last))


def _small(network: Network) -> bool:
    """Whether the weights of all its recorded steps fit a visitor's session: some 5 MB."""
    hidden, width, _ = network.bucket
    return hidden * width * width <= MOST_WEIGHTS


def _memory() -> Memory:
    return st.session_state.setdefault("networks_trained", Memory())


@contextmanager
def place_to_train() -> Iterator[str | None]:
    """Hold a place among the pages that train, for the length of a block: None, or a sentence where there is none."""
    address = st.context.ip_address
    try:
        key = PAGES.take(address)
    except QuotaExceeded as fault:
        yield _too_many(fault)
        return
    try:
        yield None
    finally:
        PAGES.give_back(key)


def _too_many(fault: QuotaExceeded) -> str:
    if fault.own:
        return t("{n} pages of your address train networks already. Continue in a moment.", n=fault.most)
    return t("{n} pages train networks here already. Continue in a moment.", n=fault.most)
