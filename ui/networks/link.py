"""The link of two networks: the one codec between a problem with its remedy and the query of their address.

    net=depth=20;width=32&net=depth=20;width=32;activation=relu;initialisation=he

The first `net` is the problem, the second the remedy. Written are depth, width and whatever differs from a network's
defaults, in the words in which a plane's name holds its network. A value that cannot be read costs a notice and the
default of that value alone. A visitor's own table stands before them, once, where it is small; the networks name it.

    own=x=height;y=weight;points=1.6,1.8,1.7,1.9*58,80,71,90&net=data=own.5f2a…;depth=3;width=8&net=…
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from engine.basis.checks import echo
from engine.basis.registry import unknown
from engine.networks import (
    Network,
    OwnTable,
    names_of,
    parted,
    plain_setting,
    settings_of,
    table_of,
    with_setting,
    written,
)
from i18n import message
from ui.networks.pairs import PAIRS, SIDES
from ui.scene.link import LONGEST_VALUE, VERSION
from ui.shared.notices import Query, Reader

KEYS = ("v", "own", "net")
LONGEST_TABLE = 7_000
"""Letters of all tables in a link: 200 rows of two inputs and a target to the bit; servers take addresses of 8,000."""
POINTS = (100, 200, 400)
"""Each number of points is a program of its own."""

Pair = Mapping[str, Network]
"""The two networks by side, the problem first."""


def opening() -> dict[str, Network]:
    """The pair that a visitor without a link meets."""
    return {"problem": PAIRS[0].problem, "remedy": PAIRS[0].remedy}


def decode(query: Query, longest: int = LONGEST_TABLE) -> tuple[dict[str, Network], list[str]]:
    """The pair of a query, and notices; an empty query is the opening. Never raises for what a query holds.

    A table is read up to `longest` letters.
    """
    reader = Reader()
    reader.single({key: values for key, values in query.items() if key != "own"}, KEYS, many="net", version=VERSION)
    held = [_table(text[:longest], reader) for text in query.get("own", [])[: len(SIDES)]]
    texts = [text[:LONGEST_VALUE] for text in query.get("net", [])]
    if len(texts) == 1:
        reader.notices.append(message("The link names one network, a pair is two. The remedy is the opening's."))
    if len(texts) > len(SIDES):
        reader.ignored(message("A pair is two networks, the link names {count}: the rest", count=len(texts)))
    read = {side: _network(side, text, reader) for side, text in zip(SIDES, texts, strict=False)}
    del held  # the networks hold the tables that they learn
    return {**opening(), **read}, reader.notices


def encode(pair: Pair, whole: bool = False) -> list[tuple[str, str]]:
    """The query of a pair as (key, value) pairs; `decode` gives the same pair back.

    Own tables that are too long for a link are only named, but where the `whole` of them is asked for.
    """
    tables = list(dict.fromkeys(one.text for side in SIDES if (one := pair[side].own)))
    if not whole and sum(map(len, tables)) > LONGEST_TABLE:
        tables = []
    nets = [("net", written(settings_of(pair[side], ("depth", "width")))) for side in SIDES]
    return [("v", VERSION), *(("own", text) for text in tables), *nets]


def _table(text: str, reader: Reader) -> OwnTable | None:
    return reader.read(lambda: table_of(text), None, message("A prepared set is learned."))


def _network(side: str, text: str, reader: Reader) -> Network:
    settings, rest = parted(text)
    for part in rest:
        of_problem = message("Of the problem, {part} is no setting such as depth=20", part=echo(part))
        of_remedy = message("Of the remedy, {part} is no setting such as depth=20", part=echo(part))
        reader.ignored(of_problem if side == "problem" else of_remedy)
    network = Network()
    for name, value in settings.items():
        if name not in (known := names_of(network)):
            reader.ignored(unknown(message("setting of a network"), name, known))
            continue
        instead = message("{value} is used.", value=plain_setting(network, name))
        network = reader.read(partial(_set, network, name, value), network, instead)
    return network


def _set(network: Network, name: str, value: str) -> Network:
    changed = with_setting(network, name, value)
    if not changed.own and changed.points not in POINTS:
        few, most = ", ".join(map(str, POINTS[:-1])), POINTS[-1]
        raise ValueError(
            message(
                "The networks here learn {few} or {most} points, got {got}.", few=few, most=most, got=changed.points
            )
        )
    return changed
