"""Challenges as data: a picture, what may be changed of it, what has to be reached, and for what there is a medal."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine import OPTIMIZERS, SCHEDULES
from engine.basis.registry import Registry, unknown
from lessons.measure import MEASURES
from lessons.networks import NETWORK_MEASURES
from lessons.read import BadLesson, all_of, record_of
from lessons.record import PANELS, Must, Screen

FOLDER = Path(__file__).parent / "challenges"
MEDALS = ("gold", "silver", "bronze")
"""From the best to the least."""
FREE = ("rate", "start", "optimizer", "schedule", "noise", "clip_norm")
"""What a file may leave to the learner, besides the knobs of methods and schedules; a free schedule brings its own."""


@dataclass(frozen=True)
class Score:
    """One number that counts; several are added up."""

    of: str
    """The name of a measure (`lessons.measure.MEASURES`), or of a setting of the learner's run."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `engine.Run` that are set for it, a surface among them."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """What the measure is told besides."""


@dataclass(frozen=True)
class Challenge:
    """A challenge, named by its file."""

    key: str
    number: int
    title: str
    about: str
    """What is to be done, in one line of the list."""
    text: str
    unit: str
    """What the score counts: "steps"."""
    hints: tuple[str, ...]
    """Three; the last one shows the solution."""
    solution: str
    """The query of a picture that reaches the par, or the words of a change to a network."""
    solved: str
    par: float
    """The best that a search of every setting on a grid has found (`tests/challenges.py`)."""
    gold: float
    silver: float
    bronze: float
    """The last score that has this medal; a solution may have none."""
    picture: str = ""
    free: tuple[str, ...] = ()
    """What may be changed: of FREE, or a knob of the method or the schedule."""
    run: int = 1
    """The learner's run, counted from 1; all others stay as they are."""
    panels: tuple[str, ...] = ()
    better: Literal["less", "more"] = "less"
    score: tuple[Score, ...] = ()
    must: tuple[Must, ...] = ()
    search: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Between which values each setting is searched for the par; of a start, "x" and "y"."""
    network: str = ""
    """The sick one, where networks are repaired."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """To choose from, each with its network."""
    says: str = ""
    """What the changed network has to do, in words."""

    @property
    def screen(self) -> Screen:
        """What is shown of it, as of a lesson's screen."""
        return Screen(self.text, self.picture, (self.network,) if self.network else (), panels=self.panels)

    def medal(self, score: float) -> str | None:
        """The medal that a score has."""
        beats = (lambda bound: score <= bound) if self.better == "less" else (lambda bound: score >= bound)
        return next((medal for medal in MEDALS if beats(getattr(self, medal))), None)

    def is_better(self, one: float, other: float) -> bool:
        """Whether one score is."""
        return one < other if self.better == "less" else one > other


def challenge(key: str, number: int, text: str) -> Challenge:
    """The challenge that a file says. Raises BadLesson."""
    try:
        data = tomllib.loads(text)
        data["must"] = [record_of(Must, one, "must") for one in data.get("must", [])]
        data["score"] = [_score(one) for one in data.get("score", [])]
        data["search"] = {name: _ends(name, ends) for name, ends in data.get("search", {}).items()}
        found = record_of(Challenge, {"key": key, "number": number, **data}, "the challenge")
        _check(found)
        return found
    except (tomllib.TOMLDecodeError, BadLesson, KeyError, TypeError) as fault:
        raise BadLesson(f"lessons/challenges/{number:02}_{key}.toml: {fault}") from fault


def _score(data: Mapping[str, Any]) -> Score:
    """A score; keys that are none of its own are given to the measure."""
    given = {name: value for name, value in data.items() if name not in ("of", "settings")}
    known = {**MEASURES, **NETWORK_MEASURES, **dict.fromkeys(_names())}
    if data["of"] not in known:
        raise BadLesson(unknown("score", data["of"], known))
    return Score(data["of"], data.get("settings", {}), given)


def _ends(name: str, ends: Any) -> tuple[float, float]:
    if not isinstance(ends, list) or len(ends) != 2:
        raise BadLesson(f'search, "{name}" is a list of two numbers, got {ends!r}')
    return float(ends[0]), float(ends[1])


def _names() -> list[str]:
    """Of everything that may be free."""
    owners = (*OPTIMIZERS.values(), *SCHEDULES.values())
    return [*FREE, *dict.fromkeys(name for one in owners for name in one.knobs)]


def _check(found: Challenge) -> None:
    for name in found.free:
        if name not in _names():
            raise BadLesson(unknown("setting that may be free", name, _names()))
    for panel in found.panels:
        if panel not in PANELS:
            raise BadLesson(unknown("panel", panel, PANELS))
    if len(found.hints) != 3:
        raise BadLesson(f"a challenge has 3 hints, got {len(found.hints)}")
    if bool(found.picture) == bool(found.network):
        raise BadLesson('a challenge has either "picture" or "network"')
    if not found.score:
        raise BadLesson('a challenge needs "score"')
    bounds = (found.par, found.gold, found.silver, found.bronze)
    ordered = sorted(bounds, reverse=found.better == "more")
    if list(bounds) != ordered or not all(map(math.isfinite, bounds)):
        raise BadLesson(f"par, gold, silver and bronze must go from the best to the least, got {bounds}")


CHALLENGES: Registry[Challenge] = Registry("challenge", all_of(FOLDER, challenge))
"""From the easiest to the hardest."""
