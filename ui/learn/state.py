"""What a learner has done on the screen that is shown: in Streamlit's session, and gone with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from i18n import message
from lessons import LESSONS, Screen
from lessons.mark import Mark, Part, mark_choice, mark_networks, mark_prediction, mark_task
from ui.learn.solution import picture_of
from ui.scene.session import put_scene, scene


@dataclass(frozen=True)
class Place:
    """A screen of a lesson, and how far the learner is on it."""

    key: str
    screen: int
    """Counted from 0."""
    mark: Mark | None = None
    """Of the prediction, once it was run."""
    given: str | tuple[float, float] | None = None
    """The option chosen, or the place tapped."""
    asked: str = ""
    """What is missing before the run: said beside the button."""
    parts: tuple[Part, ...] = ()
    """Of the task, when it was last checked."""
    hints: int = 0
    played: int = 0
    """Raised each time the runs are to be played from their start."""

    @property
    def content(self) -> Screen:
        """What the lesson says there."""
        return LESSONS[self.key].screens[self.screen]

    @property
    def veiled(self) -> bool:
        """Whether a question stands open, whose answer the paths to come would be."""
        return self.content.ask is not None and self.mark is None

    @property
    def solved(self) -> bool:
        """Whether the task is."""
        return bool(self.parts) and all(part.done for part in self.parts)


def place_shown() -> Place | None:
    """Where the learner is; None on the list."""
    return st.session_state.get("lesson_place")


def forget() -> None:
    """The list is shown."""
    st.session_state.pop("lesson_place", None)
    st.session_state.pop("attempt", None)


def _put(place: Place) -> None:
    st.session_state["lesson_place"] = place


def open_screen(place: Place) -> None:
    """Show a screen as the lesson begins it."""
    played = st.session_state.get("lesson_plays", 0) + 1
    st.session_state["lesson_plays"] = played
    _put(replace(place, played=played))
    put_scene(picture_of(place.content.picture))


def back_to_picture() -> None:
    """The lesson's own picture again; what was said and marked stays."""
    put_scene(picture_of(_shown().content.picture))


def take_mark(hand) -> None:
    """The place that was tapped, where one is asked for: the stage's last words may come from the screen before."""
    given, shown = hand.get("mark"), place_shown()
    if (
        given is not None
        and shown is not None
        and shown.veiled
        and shown.content.ask
        and shown.content.ask.kind == "place"
    ):
        x, y = given
        _put(replace(shown, given=(float(x), float(y)), asked=""))


def choose(option: str | None) -> None:
    """An option of a question."""
    _put(replace(_shown(), given=option, asked=""))


def run_it() -> None:
    """Mark the prediction, and let the runs be played; where nothing was predicted yet, ask for it."""
    shown = _shown()
    ask = shown.content.ask
    assert ask is not None
    given = scene().runs()[ask.run - 1].rate if ask.kind == "rate" else shown.given
    if given is None:
        place, answer = message("First tap the map where you think it ends."), message("First choose an answer.")
        _put(replace(shown, asked=place if ask.kind == "place" else answer))
        return
    st.session_state["lesson_plays"] += 1
    mark = mark_choice(ask, str(given)) if shown.content.networks else mark_prediction(ask, scene().runs(), given)
    _put(replace(shown, mark=mark, asked="", played=st.session_state["lesson_plays"]))


def ask_again() -> None:
    """Another prediction, from the lesson's picture."""
    _put(replace(_shown(), mark=None))
    back_to_picture()


def check() -> None:
    """Mark the task with what the learner has set."""
    shown = _shown()
    task = shown.content.task
    assert task is not None
    if task.networks:
        if shown.given is None:
            _put(replace(shown, asked=message("First choose a change.")))
        else:
            _put(replace(shown, asked="", parts=tuple(mark_networks(task, str(shown.given)))))
        return
    _put(replace(shown, parts=tuple(mark_task(task, scene().runs(), scene().focus))))


def radio_key(shown: Place) -> str:
    """The key of a screen's options."""
    return f"choice_{shown.key}_{shown.screen}"


def take_hint() -> None:
    """One more hint; the last one shows a solution on the stage."""
    shown = _shown()
    task = shown.content.task
    assert task is not None
    hints = min(shown.hints + 1, len(task.hints))
    _put(replace(shown, hints=hints))
    if hints < len(task.hints):
        return
    if task.networks:
        _put(replace(shown, hints=hints, given=task.solution))
        st.session_state[radio_key(shown)] = task.solution
    else:
        put_scene(picture_of(task.solution))


def turn_to(screen: int) -> None:
    """Another screen of the lesson."""
    open_screen(Place(_shown().key, screen))


def _shown() -> Place:
    shown = place_shown()
    assert shown is not None, "a button of a lesson is only shown in a lesson"
    return shown
