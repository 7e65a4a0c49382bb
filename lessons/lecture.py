"""Lectures that one may begin with: `lessons/lectures/<key>.toml`, scenes in an order with what is said of each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from i18n import joined, message

FOLDER = Path(__file__).parent / "lectures"


@dataclass(frozen=True)
class End:
    """Where the run of a lane ends, as the answer says it: kind "arrives", "diverges", "goes on", or "stops", where the
    gradient is below the tolerance and the place is no minimum.
    """

    lane: int
    kind: str
    step: int
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class PreparedScene:
    """A picture, the minutes it takes, what to say, and the question with its answer, where it has one."""

    title: str
    minutes: int
    notes: str
    picture: str
    page: str = "playground"
    question: str = ""
    answer: str = ""
    ends: tuple[End, ...] = ()


@dataclass(frozen=True)
class PreparedLecture:
    """A lecture by its key, its file's name."""

    key: str
    title: str
    scenes: tuple[PreparedScene, ...]

    @property
    def minutes(self) -> int:
        """All its scenes together."""
        return sum(scene.minutes for scene in self.scenes)

    def file(self) -> dict[str, Any]:
        """What "Save as a file" on the page Lecture would write; its texts are still to be translated."""
        scenes = [
            {
                "title": message(scene.title),
                "page": scene.page,
                "picture": scene.picture,
                "notes": joined("\n", [message("{count} minutes.", count=scene.minutes), message(scene.notes)]),
                "question": message(scene.question),
                "answer": message(scene.answer),
            }
            for scene in self.scenes
        ]
        return {"descent_lab_lecture": 1, "title": message(self.title), "minutes": self.minutes, "scenes": scenes}


def lecture(key: str, text: str) -> PreparedLecture:
    """The lecture that a file says. Raises ValueError with the file and what is wrong."""
    try:
        data = tomllib.loads(text)
        return PreparedLecture(key, data["title"], tuple(_scene(one) for one in data["scene"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as fault:
        raise ValueError(f"lessons/lectures/{key}.toml: {fault}") from fault


def _scene(data: Mapping[str, Any]) -> PreparedScene:
    ends = tuple(End(**{**one, "at": tuple(one["at"]) if "at" in one else None}) for one in data.get("ends", ()))
    return PreparedScene(**{**data, "ends": ends})


LECTURES: Mapping[str, PreparedLecture] = MappingProxyType(
    {file.stem: lecture(file.stem, file.read_text()) for file in sorted(FOLDER.glob("*.toml"))}
)
"""By their keys."""
