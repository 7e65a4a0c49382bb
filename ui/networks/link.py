"""The link of two networks: the one codec between a problem with its remedy and the query of their address.

    net=depth=20;width=32&net=depth=20;width=32;activation=relu;initialisation=he

The first `net` is the problem, the second the remedy. Written are depth, width and whatever differs from a network's
defaults, in the words in which a plane's name holds its network. A value that cannot be read costs a notice and the
default of that value alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from engine.basis.checks import echo
from engine.basis.registry import unknown
from engine.networks import Network, names_of, parted, plain_setting, settings_of, with_setting, written
from ui.networks.pairs import PAIRS, SIDES
from ui.scene.link import LONGEST_VALUE, VERSION
from ui.shared.notices import Query, Reader

KEYS = ("v", "net")
POINTS = (100, 200, 400)
"""Each number of points is a program of its own."""

Pair = Mapping[str, Network]
"""The two networks by side, the problem first."""


def opening() -> dict[str, Network]:
    """The pair that a visitor without a link meets."""
    return {"problem": PAIRS[0].problem, "remedy": PAIRS[0].remedy}


def decode(query: Query) -> tuple[dict[str, Network], list[str]]:
    """The pair of a query, and notices; an empty query is the opening. Never raises for what a query holds."""
    reader = Reader()
    reader.single(query, KEYS, many="net", version=VERSION)
    texts = [text[:LONGEST_VALUE] for text in query.get("net", [])]
    if len(texts) == 1:
        reader.notices.append("The link names one network, a pair is two. The remedy is the opening's.")
    if len(texts) > len(SIDES):
        reader.ignored(f"A pair is two networks, the link names {len(texts)}: the rest")
    read = {side: _network(side, text, reader) for side, text in zip(SIDES, texts, strict=False)}
    return {**opening(), **read}, reader.notices


def encode(pair: Pair) -> list[tuple[str, str]]:
    """The query of a pair as (key, value) pairs; `decode` gives the same pair back."""
    return [("v", VERSION), *(("net", written(settings_of(pair[side], ("depth", "width")))) for side in SIDES)]


def _network(side: str, text: str, reader: Reader) -> Network:
    settings, rest = parted(text)
    for part in rest:
        reader.ignored(f"Of the {side}, {echo(part)} is no setting such as depth=20")
    network = Network()
    for name, value in settings.items():
        if name not in (known := names_of(network)):
            reader.ignored(unknown("setting of a network", name, known))
            continue
        network = reader.read(partial(_set, network, name, value), network, f"{plain_setting(network, name)} is used.")
    return network


def _set(network: Network, name: str, value: str) -> Network:
    changed = with_setting(network, name, value)
    if changed.points not in POINTS:
        few, most = ", ".join(map(str, POINTS[:-1])), POINTS[-1]
        raise ValueError(f"The networks here learn {few} or {most} points, got {changed.points}.")
    return changed
