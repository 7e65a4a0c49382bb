"""Lessons from their files: `lessons/path/<number>_<key>.toml`, checked to the last key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine.basis.registry import Registry, unknown
from lessons.measure import MEASURES
from lessons.networks import NETWORK_MEASURES
from lessons.record import PANELS, Answer, Ask, Fact, Lesson, Must, Screen, Task

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FOLDER = Path(__file__).parent / "path"

Record = TypeVar("Record", bound="DataclassInstance")


class BadLesson(ValueError):
    """A lesson's file that cannot be read: file, place, what is wrong."""


def lesson(key: str, number: int, text: str) -> Lesson:
    """The lesson that a file says. Raises BadLesson."""
    try:
        data = tomllib.loads(text)
        screens = tuple(_screen(one, f"screen {at}") for at, one in enumerate(data.pop("screen", []), 1))
        if not 1 <= len(screens) <= 5:
            raise BadLesson(f"a lesson has 1 to 5 screens, got {len(screens)}")
        check_keys(data, ("title", "about", "group", "topics"), "the lesson")
        return Lesson(key, number, data["title"], data["about"], data["group"], tuple(data["topics"]), screens)
    except (tomllib.TOMLDecodeError, BadLesson, KeyError, TypeError) as fault:
        raise BadLesson(f"lessons/path/{number:02}_{key}.toml: {fault}") from fault


def _screen(data: Mapping[str, Any], place: str) -> Screen:
    data = dict(data)
    if "facts" in data:
        data["facts"] = {name: _fact(one, f"{place}, fact {name}") for name, one in data["facts"].items()}
    if "ask" in data:
        ask = dict(data["ask"])
        answers = tuple(record_of(Answer, one, f"{place}, answer") for one in ask.pop("answer", []))
        data["ask"] = record_of(Ask, {**ask, "answers": answers}, f"{place}, ask")
    if "task" in data:
        task = dict(data["task"])
        must = tuple(record_of(Must, one, f"{place}, must") for one in task.pop("must", []))
        data["task"] = record_of(Task, {**task, "must": must}, f"{place}, task")
    screen = record_of(Screen, data, place)
    if "picture" not in data and not screen.networks:
        raise BadLesson(f'{place} needs "picture"')
    for panel in screen.panels:
        if panel not in PANELS:
            raise BadLesson(f"{place}: {unknown('panel', panel, PANELS)}")
    return screen


def _fact(data: Mapping[str, Any], place: str) -> Fact:
    """A fact; keys that are none of its own are given to the measure."""
    data = dict(data)
    own = {name: data.pop(name) for name in ("of", "value", "run", "settings", "form") if name in data}
    known = {**MEASURES, **NETWORK_MEASURES}
    if own["of"] not in known:
        raise BadLesson(f"{place}: {unknown('measure', own['of'], known)}")
    return Fact(**own, given=data)


def record_of(kind: type[Record], data: Mapping[str, Any], place: str) -> Record:
    """The record that a table of a file says. Raises BadLesson."""
    names = {field.name: field for field in fields(kind)}
    check_keys(data, names, place)
    for name, field in names.items():
        if field.default is MISSING and field.default_factory is MISSING and name not in data:
            raise BadLesson(f'{place} needs "{name}"')
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return kind(**values)


def check_keys(data: Mapping[str, Any], names: Any, place: str) -> None:
    """Raises BadLesson for a key that is none of these names."""
    for name in data:
        if name not in names:
            raise BadLesson(f"{place}: {unknown('key', name, names)}")


def all_of(folder: Path, read: Callable[[str, int, str], Record]) -> list[Record]:
    """What the files NN_key.toml of a folder say, in the order of their numbers; `read` takes key, number and text."""
    found = []
    for file in sorted(folder.glob("*.toml")):
        number, _, key = file.stem.partition("_")
        found.append(read(key, int(number), file.read_text(encoding="utf-8")))
    return found


LESSONS: Registry[Lesson] = Registry("lesson", all_of(FOLDER, lesson))
"""In the order of the path."""
