"""A teacher's course: lessons and challenges in an order of its own, with notes. It lives in its link alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from engine.basis.checks import echo
from engine.basis.registry import unknown
from i18n import message, plural
from lessons.challenge import CHALLENGES, Challenge
from lessons.read import LESSONS
from lessons.record import Lesson

ORDER = "course"
"""The key of a link that has the order: keys of lessons and challenges, or numbers of lessons, with commas."""
TITLE = "course_title"
NOTE = "note_"
"""Before the key of the lesson or challenge that a note belongs to."""
NEW = "new"
"""The order of a course that is still to be made."""
LONGEST_TITLE = 80
LONGEST_NOTE = 300
MOST_NOTICES = 6


@dataclass(frozen=True)
class Stop:
    """A lesson or a challenge of a course, and what its teacher notes to it, as plain text."""

    key: str
    note: str = ""

    @property
    def kind(self) -> Literal["lesson", "challenge"]:
        """Which of the two; no lesson has the key of a challenge."""
        return "lesson" if self.key in LESSONS else "challenge"

    @property
    def shown(self) -> Lesson | Challenge:
        """The lesson or challenge itself."""
        return LESSONS[self.key] if self.key in LESSONS else CHALLENGES[self.key]


@dataclass(frozen=True)
class Course:
    """Its stops in their order."""

    stops: tuple[Stop, ...] = ()
    title: str = ""

    def place_of(self, key: str) -> int | None:
        """Which stop this lesson or challenge is, counted from 0; None if it is none."""
        return next((place for place, stop in enumerate(self.stops) if stop.key == key), None)

    @property
    def query(self) -> dict[str, str]:
        """The keys and values of a link that hold it."""
        told = {ORDER: ",".join(stop.key for stop in self.stops) or NEW}
        if self.title:
            told[TITLE] = self.title
        return told | {f"{NOTE}{stop.key}": stop.note for stop in self.stops if stop.note}

    @property
    def link(self) -> str:
        """The same as the query of an address."""
        return urlencode(self.query, safe=",")


def belongs_to_course(key: str) -> bool:
    """Whether a link's key is one of a course."""
    return key in (ORDER, TITLE) or key.startswith(NOTE)


def read_course(query: Mapping[str, Sequence[str]]) -> tuple[Course, list[str]]:
    """The course of a query that has one, and a sentence for each thing that was left out or cut."""
    notices: list[str] = []
    known = [*LESSONS, *CHALLENGES]
    keys: list[str] = []
    order = query[ORDER][-1].strip()
    names = [part.strip() for part in order.split(",") if part.strip() and order != NEW]
    for name in names:
        key = _by_number(name) or name
        if key not in known:
            refusal = unknown("lesson or challenge", name, known)
            notices.append(message("{refusal} It was left out.", refusal=refusal))
        elif key in keys:
            notices.append(message("The course names {name} more than once. The first counts.", name=echo(name)))
        else:
            keys.append(key)
    title = _cut(query.get(TITLE, [""])[-1], LONGEST_TITLE, message("The course's title"), notices)
    notes = {}
    for name, values in query.items():
        if not name.startswith(NOTE):
            continue
        key = name.removeprefix(NOTE)
        if key in keys:
            notes[key] = _cut(values[-1], LONGEST_NOTE, message("The note to {key}", key=echo(key)), notices)
        else:
            notices.append(
                message("The link has a note to {key}, which is not in the course. It was left out.", key=echo(key))
            )
    if len(notices) > MOST_NOTICES:
        notices[MOST_NOTICES:] = [_more(len(notices) - MOST_NOTICES)]
    return Course(tuple(Stop(key, notes.get(key, "")) for key in keys), title), notices


def _more(things: int) -> str:
    return plural(
        "So it goes with {n} more things in the link.",
        "So it goes with {n} more things in the link.",
        things,
        n=f"{things:,}",
    )


def _by_number(name: str) -> str | None:
    """The key of the lesson with this number, counted from 1."""
    if not (name.isascii() and name.isdigit()):
        return None
    return next((lesson.key for lesson in LESSONS.values() if str(lesson.number) == name.lstrip("0")), None)


def _cut(text: str, most: int, what: str, notices: list[str]) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    notices.append(
        message(
            "{what} has {n} characters; {most} have room. The rest was left out.",
            what=what,
            n=f"{len(line):,}",
            most=most,
        )
    )
    return line[:most]
