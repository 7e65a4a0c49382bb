"""What a learner has done on a challenge: in Streamlit's session, and gone with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from i18n import joined, message
from lessons.challenge import CHALLENGES, Challenge
from lessons.judge import Verdict, judge, judge_network
from lessons.record import Screen
from ui.learn.solution import link_of, picture_of, strays, verify
from ui.scene.session import put_scene, scene


@dataclass(frozen=True)
class Attempt:
    """A challenge that is shown, and how far the learner is on it."""

    key: str
    verdict: Verdict | None = None
    """When it was last checked."""
    link: str = ""
    """The query of what is shown: of the challenge, or of a solution."""
    strayed: tuple[str, ...] = ()
    """What was changed, when it was last checked, and is not the learner's to change."""
    asked: str = ""
    """What is missing before it can be checked."""
    given: str | None = None
    """The change to a network that was chosen."""
    hints: int = 0
    shared: bool = False
    """Whether the solution came with the link."""

    @property
    def challenge(self) -> Challenge:
        """The challenge itself."""
        return CHALLENGES[self.key]

    @property
    def content(self) -> Screen:
        """What the stage is told of, as of a lesson's screen: with the changed network where one was judged."""
        screen = self.challenge.screen
        if self.verdict is None or self.given is None:
            return screen
        return replace(screen, networks=(*screen.networks, self.challenge.changes[self.given]))

    @property
    def veiled(self) -> bool:
        """Never: nothing is asked before the run."""
        return False

    @property
    def mark(self) -> None:
        """None, for the same reason."""

    @property
    def screen(self) -> int:
        """The only one."""
        return 0

    @property
    def played(self) -> int:
        """Nothing is played by itself."""
        return 0

    @property
    def medal(self) -> str | None:
        """The medal that counts: bronze at most where the solution was shown."""
        medal = self.verdict.medal if self.verdict else None
        return "bronze" if medal and self.shown_solution else medal

    @property
    def shown_solution(self) -> bool:
        """Whether the last hint was taken."""
        return self.hints == len(self.challenge.hints)


def attempt_shown() -> Attempt | None:
    """The challenge that is shown."""
    return st.session_state.get("attempt")


def _put(attempt: Attempt) -> None:
    st.session_state["attempt"] = attempt


def _shown() -> Attempt:
    shown = attempt_shown()
    assert shown is not None, "a button of a challenge is only shown with one"
    return shown


def open_challenge(key: str, query: Mapping[str, Sequence[str]]) -> None:
    """Show a challenge as it begins; where a link brings a solution, that one, run anew."""
    challenge = CHALLENGES[key]
    attempt = Attempt(key, link=link_of(challenge))
    st.session_state.pop(choice_key(attempt), None)
    opening = picture_of(challenge.picture)
    if query:
        found = verify(challenge, query)
        if found.verdict is None:
            st.session_state["notices"] = [joined(" ", [found.refused, message("The challenge itself is shown.")])]
        else:
            opening = found.scene or opening
            link = link_of(challenge, found.scene, found.choice)
            attempt = replace(attempt, verdict=found.verdict, link=link, given=found.choice, shared=True)
    _put(attempt)
    put_scene(opening)


def begin_again() -> None:
    """The challenge's own picture, and nothing judged."""
    open_challenge(_shown().key, {})


def back_to_opening() -> None:
    """The challenge's own picture; what was found stays."""
    shown = _shown()
    _put(replace(shown, strayed=()))
    put_scene(picture_of(shown.challenge.picture))


def choose_change(change: str | None) -> None:
    """One of the changes to a network."""
    _put(replace(_shown(), given=change, asked="", verdict=None, shared=False))


def check_it() -> None:
    """Judge what the learner has set."""
    shown = _shown()
    challenge = shown.challenge
    own = replace(shown, asked="", strayed=(), shared=False, link=link_of(challenge), verdict=None)
    if challenge.network:
        if own.given is None:
            _put(replace(own, asked=message("First choose a change.")))
            return
        verdict = judge_network(challenge, own.given)
        link = link_of(challenge, choice=own.given)
    else:
        now = scene()
        changed = strays(challenge, now)
        if changed:
            _put(replace(own, strayed=tuple(changed)))
            return
        verdict = judge(challenge, now.runs())
        link = link_of(challenge, now)
    _put(replace(own, verdict=verdict, link=link if verdict.solved else own.link))


def take_hint() -> None:
    """One more; the last one shows the solution."""
    shown = _shown()
    hints = min(shown.hints + 1, len(shown.challenge.hints))
    shown = replace(shown, hints=hints)
    if shown.shown_solution and shown.challenge.network:
        shown = replace(shown, given=shown.challenge.solution, verdict=None)
        st.session_state[choice_key(shown)] = shown.challenge.solution
    elif shown.shown_solution:
        put_scene(picture_of(shown.challenge.solution))
    _put(shown)


def choice_key(attempt: Attempt) -> str:
    """The key of the list of changes."""
    return f"change_{attempt.key}"
