"""What a lesson is made of. Texts are markdown with $formulas$; {names} are facts, measured when they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PANELS = ("rate", "step", "curves", "knobs", "schedule", "start", "parameters")
"""What a screen may show beside picture, list of methods and transport."""


@dataclass(frozen=True)
class Fact:
    """A number that a screen's text names, and what it is measured from: see `lessons.measure.MEASURES`."""

    of: str
    """The name of the measure."""
    value: str
    """What the text says; a test measures it."""
    run: int = 1
    """The run of the screen's picture, counted from 1."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `engine.Run` that differ from that run's."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """What the measure is told besides: a step, a place."""
    form: Literal["number", "percent"] = "number"


@dataclass(frozen=True)
class Answer:
    """One kind of answer to a prediction, and what is said to who gave it."""

    text: str
    right: bool = False
    option: str | None = None
    """The words to choose, where the question is a choice."""
    near: tuple[float, float] | None = None
    """The place whose neighbourhood was tapped: the nearest of the surface's places of rest."""
    low: float | None = None
    high: float | None = None
    """The rates that count, from `low` up to `high`, which does not."""


@dataclass(frozen=True)
class Ask:
    """A question before the run. Until it is answered the picture shows no path to come."""

    kind: Literal["place", "rate", "choice"]
    question: str
    answers: tuple[Answer, ...]
    """The first that fits counts; one without a condition fits all."""
    run: int = 1
    """The run that is predicted, counted from 1."""


@dataclass(frozen=True)
class Must:
    """One thing that the learner's own setting has to do for a task to be solved."""

    says: str
    """It in words."""
    run: int | None = None
    """The run of the learner's picture, counted from 1; None: the one in focus."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `engine.Run` that are set for the marking, a surface among them: with one its own start is taken."""
    arrives: bool | None = None
    """Whether it comes to rest at a minimum."""
    near: tuple[float, float] | None = None
    """The place of rest that it ends closest to."""
    most_steps: int | None = None
    kind: str | None = None
    """One of `engine.OUTCOME_KINDS`: which rule ends it."""
    far: float | None = None
    """How far the start must lie from every place of rest, at least."""
    steep: float | None = None
    """What the gradient norm at its end must exceed."""
    most: Mapping[str, float] = field(default_factory=dict)
    """Of settings, by their field or knob: the most that each may be."""
    most_loss: float | None = None
    """What the loss at its end may be at most; of a run with noise the average over `MANY` seeds."""
    least_share: float | None = None
    """The share of `MANY` seeds of the noise, at least, with which it ends at the lowest minimum."""
    before: int | None = None
    """Another run of the picture, which arrives later or not at all."""


@dataclass(frozen=True)
class Task:
    """An open task at a lesson's end, which the engine marks."""

    question: str
    hints: tuple[str, ...]
    """Three; the last one shows a solution."""
    solution: str
    """The query of a picture that solves it."""
    solved: str
    """What is said then."""
    must: tuple[Must, ...] = ()
    networks: Mapping[str, str] = field(default_factory=dict)
    """Of a task about networks: the changes to choose from, each with its network; the solution is one's words."""
    says: str = ""
    """What such a network has to do, in words: to be found healthy."""


@dataclass(frozen=True)
class Screen:
    """One screen of a lesson: words, a picture, and at most one of a question and a task."""

    text: str
    picture: str = ""
    """The query of the scene it begins with."""
    networks: tuple[str, ...] = ()
    """One or two that are trained and shown in place of the picture, as the page Networks names them in its link."""
    play: bool = False
    """Whether the runs are played when it is shown; else their end is, or the step that the picture names."""
    panels: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    ask: Ask | None = None
    after: str = ""
    """What is said to everyone once the question's run was seen."""
    task: Task | None = None
    program: bool = False
    """Whether the PyTorch program of the picture's run stands beside it."""
    output: str = ""
    """What that program prints, as PyTorch does; a test runs it. Shown while the picture is the screen's own."""


@dataclass(frozen=True)
class Lesson:
    """A lesson, named by its file."""

    key: str
    number: int
    title: str
    about: str
    group: str
    topics: tuple[str, ...]
    """What of the document it teaches."""
    screens: tuple[Screen, ...]
