"""A network as a line of text, as links and names of surfaces hold it: the settings that differ from the defaults.

    depth=3;width=16;activation=tanh;optimizer=adam;beta1=0.8

What is read back is the very network: no number loses a bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from engine.basis.checks import echo
from engine.basis.registry import unknown
from engine.networks.network import Network
from engine.optimizers import OPTIMIZERS
from engine.schedules import SCHEDULES
from i18n import message

USUAL = Network()
FIRST = ("optimizer", "schedule", "data", "points")
"""What other settings hang on: knobs on their rule and schedule, the size of a batch on the number of points."""
LONGEST = 40
"""Letters of one value; the longest number that is written has 24."""
_WORDS = {"on": True, "off": False, "none": None}
_OWN = tuple(one.name for one in fields(Network) if not one.name.endswith("knobs"))


def settings_of(network: Network, always: Iterable[str] = ()) -> dict[str, Any]:
    """The settings that differ from a default, knobs last; those named in `always` in any case."""
    own = {name: getattr(network, name) for name in _OWN}
    if network.own:
        del own["points"], own["noise"]  # a table has the rows that it has
    told = {name: value for name, value in own.items() if name in always or value != getattr(USUAL, name)}
    for owner, values in _owners(network):
        told |= {name: value for name, value in values.items() if value != owner.knobs[name].default}
    return told


def written(settings: Mapping[str, Any]) -> str:
    """Settings as text."""
    return ";".join(f"{name}={_plain(value)}" for name, value in settings.items())


def parted(text: str) -> tuple[dict[str, str], list[str]]:
    """The settings that a text names, in the order in which they can be made, and the parts that are none."""
    named: dict[str, str] = {}
    rest = []
    for part in filter(None, map(str.strip, text.split(";"))):
        name, equals, value = part.partition("=")
        if equals:
            named[name] = value
        else:
            rest.append(part)
    return dict(sorted(named.items(), key=lambda one: one[0] not in FIRST)), rest


def with_setting(network: Network, name: str, text: str) -> Network:
    """The same network with one setting as a text has it.

    Raises:
        ValueError: with a sentence, for a name that it does not have or a value that it cannot take.
    """
    if name in _OWN:
        fresh = {"optimizer": {"knobs": {}}, "schedule": {"schedule_knobs": {}}}.get(name, {})
        return replace(network, **{name: _value(text)}, **fresh)
    for (owner, values), field in zip(_owners(network), ("knobs", "schedule_knobs"), strict=True):
        if name in values:
            value = _value(text)
            listed = (value,) if owner.knobs[name].many and not isinstance(value, tuple) else value
            return replace(network, **{field: {**values, name: listed}})
    raise ValueError(unknown("setting of a network", name, names_of(network)))


def names_of(network: Network) -> tuple[str, ...]:
    """The names of all settings that a network has, those of its rule's and its schedule's knobs among them."""
    return (*_OWN, *network.knobs, *network.schedule_knobs)


def plain_setting(network: Network, name: str) -> str:
    """The value of one of a network's settings as text."""
    own = {one: getattr(network, one) for one in _OWN}
    return _plain({**own, **network.knobs, **network.schedule_knobs}[name])


def _owners(network: Network) -> tuple[tuple[Any, Mapping[str, Any]], ...]:
    """Rule and schedule, each with the values of its knobs."""
    rule, schedule = OPTIMIZERS[network.optimizer], SCHEDULES[network.schedule]
    return (rule, network.knobs), (schedule, network.schedule_knobs)


def _value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if "," in text:
        return tuple(_value(part) for part in text.split(","))
    if len(text) > LONGEST:
        raise ValueError(message("A setting of a network is a short word or a number, got {value}.", value=echo(text)))
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _plain(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "on", False: "off"}[value]
    if isinstance(value, tuple):
        return ",".join(map(_plain, value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
