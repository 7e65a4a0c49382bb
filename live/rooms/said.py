"""What a lecturer's page tells of its scene, checked before any phone hears of it."""

import math
from collections.abc import Mapping
from typing import Any

from engine.basis.checks import echo
from i18n import message
from live.queries.fields import is_index, truth
from live.queries.limits import LIMITS
from live.queries.refusal import Refusal

LONGEST = {"page": 20, "picture": 8_000, "title": 120, "sentence": 400}
"""Letters of each text, as a lecture has them (stage/web/base/scenes.js)."""
STUDIES = ("basin", "cloud", "sweep", "knobs")
"""Kinds of questions whose answers phones are given."""
FASTEST = 64
"""The highest speed of the stage's playback."""


def scene_of(heard: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a scene, its number, whether its paths wait, and what was made of it by hand. Raises Refusal."""
    told: dict[str, Any] = {}
    for name, most in LONGEST.items():
        text = heard.get(name)
        if not isinstance(text, str) or len(text) > most:
            raise Refusal(too_long(name, most, text))
        told[name] = text
    hand = heard.get("hand")
    if not (hand is None or isinstance(hand, dict)):
        raise Refusal(
            message('"hand" must be what a stage tells of its picture, or null; got {value}.', value=echo(hand))
        )
    return {**told, "id": id_of(heard), "veiled": truth("veiled", heard.get("veiled")), "hand": hand}


def study_of(heard: Mapping[str, Any]) -> dict[str, Any]:
    """The question whose answer is shown besides the paths, as on the wire. Raises Refusal."""
    asked = heard.get("asked")
    if not isinstance(asked, dict) or asked.get("kind") not in STUDIES:
        kinds = ", ".join(STUDIES)
        raise Refusal(
            message('"asked" must be a question of the kind {kinds}; got {value}.', kinds=kinds, value=echo(asked))
        )
    return asked


def too_long(name: str, most: int, text: object) -> str:
    """What is said of a text that is none, or too long."""
    told = {"name": name, "most": f"{most:,}", "value": echo(text)}
    return message('"{name}" must be a text of at most {most} letters; got {value}.', **told)


def id_of(heard: Mapping[str, Any]) -> int:
    """The number of the scene that a message is about. Raises Refusal."""
    number = heard.get("id")
    if not is_index(number, 10**9):
        raise Refusal(message('"id" must be a whole number; got {value}.', value=echo(number)))
    return number


def place_of(heard: Mapping[str, Any]) -> dict[str, Any]:
    """Where the lecturer's picture stands: its start, its rates, its playhead, the part of the map. Raises Refusal."""
    start, rates, playhead = (heard.get(name) for name in ("start", "rates", "playhead"))
    if not (isinstance(start, list) and len(start) == 2 and all(map(_is_number, start))):
        raise Refusal(message('"start" must be a place [x, y]; got {value}.', value=echo(start)))
    if not (
        isinstance(rates, list) and len(rates) <= LIMITS.runs and all(_is_number(one) and one > 0 for one in rates)
    ):
        most, value = LIMITS.runs, echo(rates)
        raise Refusal(message('"rates" must be a list of up to {most} rates; got {value}.', most=most, value=value))
    if playhead is not None and not is_index(playhead, LIMITS.steps):
        raise Refusal(message('"playhead" must be a step or null; got {value}.', value=echo(playhead)))
    speed = heard.get("speed", 1)
    if not _is_number(speed) or not 0 < speed <= FASTEST:
        raise Refusal(message('"speed" must be a number up to {most}; got {value}.', most=FASTEST, value=echo(speed)))
    playing = truth("playing", heard.get("playing"))
    return {
        "id": id_of(heard),
        "start": start,
        "rates": rates,
        "playhead": playhead,
        "playing": playing,
        "speed": speed,
        "zoom": _zoom_of(heard.get("zoom")),
    }


def _zoom_of(zoom: Any) -> dict[str, Any] | None:
    """The part of the map that is shown, None for all of it: how many times nearer, and its middle."""
    if zoom is None:
        return None
    nearer, middle = (zoom.get("nearer"), zoom.get("middle")) if isinstance(zoom, dict) else (None, None)
    numbers = [nearer, *middle] if isinstance(middle, list) else []
    if len(numbers) != 3 or not all(map(_is_number, numbers)) or numbers[0] <= 0:
        raise Refusal(
            message('"zoom" must be how many times nearer and a middle [x, y], or null; got {value}.', value=echo(zoom))
        )
    return {"nearer": nearer, "middle": middle}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
