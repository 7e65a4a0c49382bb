"""The parameters of a scene's surface: in the link, and as the hand left them.

    param=a:2,b:0.5:0:1

Each is a letter, its value and, where they are not the usual ones, the ends of its slider.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from engine import landscape_of
from engine.basis.checks import echo
from i18n import message
from landscapes import Landscape
from landscapes.language import number_text
from landscapes.registry import without_values
from ui.shared.notices import Reader


def parameter_text(landscape: Landscape) -> str | None:
    """What the link says of the parameters; None where all are as they come."""
    usual = {one.name: one for one in landscape_of(landscape.key).parameters}
    parts = []
    for one, value in zip(landscape.parameters, landscape.values, strict=True):
        moved = (one.low, one.high) != (usual[one.name].low, usual[one.name].high)
        if moved or value != one.default:
            numbers = (value, one.low, one.high) if moved else (value,)
            parts.append(":".join((one.name, *map(number_text, numbers))))
    return ",".join(parts) or None


def with_parameters(landscape: Landscape, text: str | None, reader: Reader) -> Landscape:
    """The surface with what a link says of its parameters; a bad value costs a notice and its default alone."""
    for part in text.split(",") if text else ():
        name, *numbers = part.split(":")
        value, ends = (numbers or [""])[0], numbers[1:]
        valued = partial(_with_value, landscape, name, value)
        landscape = reader.read(valued, landscape, _instead(landscape, name))
        if ends:
            ended = partial(_with_ends, landscape, name, ends)
            landscape = reader.read(ended, landscape, message("Its slider is as it comes."))
    return landscape


def _instead(landscape: Landscape, name: str) -> str:
    known = {one.name: one for one in landscape.parameters}
    if name not in known:
        return message("It was left out.")
    return message("{value} is used.", value=number_text(known[name].default))


def _with_value(landscape: Landscape, name: str, text: str) -> Landscape:
    known = {one.name: one for one in landscape.parameters}
    if name in known:
        known[name].check(_number(text) if _is_number(text) else text)
    return landscape.with_values({name: _number(text)})


def _with_ends(landscape: Landscape, name: str, ends: list[str]) -> Landscape:
    if len(ends) != 2:
        raise ValueError(message("A slider has two ends, such as a:2:0:5, got {got}", got=echo(":".join(ends))))
    return landscape.with_ends({name: (_number(ends[0]), _number(ends[1]))})


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> float:
    return float(text) if _is_number(text) else math.nan


def moved_by(landscape: Landscape, hand: Mapping[str, Any]) -> Landscape | None:
    """The surface at the values, and with the sliders, that the hand left; None where it was another surface.

    Raises ValueError with a sentence for what is no value or no slider.
    """
    key, values = without_values(hand["landscape"])
    if key != landscape.key:
        return None
    if not landscape.parameters:
        return landscape
    moved = landscape_of(hand["landscape"]) if values else landscape_of(key)
    usual = {one.name: (one.low, one.high) for one in landscape.parameters}
    return moved.with_ends({**usual, **hand.get("ends", {})})
