"""A challenge: what is to be reached on the left, the stage on the right, and the engine's verdict on what was set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from html import escape
from typing import Any

import streamlit as st

from engine import OPTIMIZERS, SCHEDULES, check_field
from i18n import Message, capitalized, message
from lessons.challenge import CHALLENGES, MEDALS, Challenge
from lessons.judge import score_text
from stage import link_button, progress
from ui.learn.attempt import (
    Attempt,
    attempt_shown,
    back_to_opening,
    begin_again,
    check_it,
    choice_key,
    choose_change,
    take_hint,
)
from ui.learn.course import with_course
from ui.learn.kept import browsers_data
from ui.learn.networks import networks_style, show_lesson_networks
from ui.learn.parts import links_onward, listed_parts, note_in_course, where_in_course
from ui.learn.solution import free_words
from ui.learn.stage import show_lesson_stage
from ui.scene.scene import Scene
from ui.scene.session import change, scene, show_notices
from ui.shared.keyed import keyed
from ui.shared.language import spoken, t
from ui.shared.lists import in_a_row
from ui.shared.number_box import number_box
from ui.stage.page import mount_page_run


def show_challenge(attempt: Attempt) -> None:
    """The challenge as far as the learner is."""
    mount_page_run()
    show_notices()
    if attempt.challenge.network:
        networks_style()
    _challenge()


@st.fragment
def _challenge() -> None:
    shown = attempt_shown()
    if shown is None:
        return
    challenge = shown.challenge
    with st.container(key="lesson", horizontal=True):
        with st.container(key="lesson_head"):
            _head(challenge)
        with st.container(key="lesson_words"):
            _task(shown)
            _verdict(shown)
            _hints(shown)
            _onward(challenge)
        with st.container(key="lesson_stage"):
            if challenge.network:
                show_lesson_networks(shown, with_course(shown.link))
            else:
                show_lesson_stage(shown, with_course(shown.link), back_to_opening, t("Back to the challenge's picture"))
    progress(spoken({**browsers_data(), "medal": _won(shown)}), key="progress")


def _won(shown: Attempt) -> dict[str, object] | None:
    """What goes into the browser's memory: not what somebody else has solved."""
    if shown.verdict is None or shown.verdict.score is None or shown.shared:
        return None
    return {"key": shown.key, "medal": shown.medal or "none", "score": shown.verdict.score}


def _head(challenge: Challenge) -> None:
    here = t("Challenge {number} of {count}", number=challenge.number, count=len(CHALLENGES))
    where = where_in_course(challenge.key, here)
    st.html(f'<p class="lesson-where">{where}</p><h1 class="lesson">{escape(t(challenge.title))}</h1>')
    note_in_course(challenge.key)


def _task(shown: Attempt) -> None:
    challenge = shown.challenge
    with st.container(key="lesson_ask"):
        st.markdown(t(challenge.text))
        if challenge.network:
            _changes(shown)
        else:
            st.html(f'<p class="lesson-keys">{escape(t(free_words(challenge)))}</p>')
            _controls(challenge, scene())
    if shown.strayed:
        back = t("“Back to the challenge's picture” puts it back.")
        words = f"{t(_strayed(shown.strayed))} {t(free_words(challenge))} {back}"
        st.html(f'<p class="lesson-keys stray" role="status">{escape(words)}</p>')
    elif shown.asked:
        st.html(f'<p class="lesson-keys" role="status">{escape(t(shown.asked))}</p>')


def _strayed(settings: Sequence[str]) -> Message:
    if len(settings) == 1:
        return message("This is not judged: {setting} was changed.", setting=settings[0])
    first, *others = settings
    changed = reduce(lambda one, other: message("{one} and {other}", one=one, other=other), others, message(first))
    return message("This is not judged: {settings} were changed.", settings=changed)


def _changes(shown: Attempt) -> None:
    key, challenge = choice_key(shown), shown.challenge
    options = list(challenge.changes)
    st.session_state.setdefault(key, shown.given if shown.given in options else None)
    choose = partial(_choose_change, key)
    st.radio(t("The change"), options, key=key, format_func=t, on_change=choose)


def _choose_change(key: str) -> None:
    choose_change(st.session_state[key])


def _controls(challenge: Challenge, shown: Scene) -> None:
    """What is free and has no place on the stage."""
    at = challenge.run - 1
    lane = shown.lanes[min(at, len(shown.lanes) - 1)]
    if "optimizer" in challenge.free:
        _menu("method", t("Method"), OPTIMIZERS, lane.optimizer, lambda scene, key: _with_method(scene, at, key))
    if "schedule" in challenge.free:
        _menu("schedule", t("Schedule"), SCHEDULES, lane.schedule, Scene.with_schedule)
    for name, (label, options) in _NUMBERS.items():
        if name in challenge.free:
            number_box(label, getattr(shown, name), partial(_take_number, name), key=f"challenge_{name}", **options)


def _menu(
    setting: str, label: str, options: Mapping[str, Any], shown: str, edit: Callable[[Scene, str], Scene]
) -> None:
    def take(key: str) -> str:
        change(lambda scene: edit(scene, key))
        return key

    name = f"challenge_{setting}"
    picked = keyed(name, shown, shown, take)
    with st.container(key=name):
        st.selectbox(label, list(options), format_func=lambda key: t(options[key].name), **picked)


_NUMBERS: dict[str, tuple[str, dict[str, Any]]] = {
    "noise": (message("Gradient noise σ"), {"least": 0}),
    "clip_norm": (message("Clip to norm"), {"empty": message("off")}),
}


def _take_number(name: str, value: float | None) -> None:
    change(lambda scene: replace(scene, **{name: check_field(name, value)}))


def _with_method(shown: Scene, at: int, key: str) -> Scene:
    lanes = list(shown.lanes)
    lanes[at] = replace(lanes[at], optimizer=key, knobs={})
    return replace(shown, lanes=tuple(lanes))


def _verdict(shown: Attempt) -> None:
    verdict, challenge = shown.verdict, shown.challenge
    if verdict is None:
        return
    if verdict.score is None:
        unsolved = t("This link's picture was run anew, and does not solve it.")
        lead = f"<p><b>{unsolved}</b></p>" if shown.shared else ""
        why = f'<p class="lesson-why">{escape(t(verdict.why))}</p>' if verdict.why else ""
        st.html(f'<div role="status">{lead}{listed_parts(verdict.parts)}{why}</div>')
        return
    medal = verdict.medal if shown.shared else shown.medal
    told = score_text(challenge, verdict.score)
    title = (
        t("{medal}: {score}", medal=capitalized(_MEDALS[medal]), score=told)
        if medal
        else t("Solved: {score}", score=told)
    )
    notes = [f"{t('Par is {score}.', score=score_text(challenge, challenge.par))} {t(_bounds(challenge))}"]
    if shown.shared:
        notes.insert(0, t("This solution came with the link, and was run anew."))
    elif shown.shown_solution:
        notes.insert(0, t("The solution was shown: it counts as bronze at most."))
    lines = "".join(f"<p>{escape(note)}</p>" for note in notes)
    st.html(
        f'<div class="lesson-mark right medal-{medal or "none"}" role="status"><h2>{escape(title)}</h2>{lines}</div>'
    )
    if verdict.medal == "gold" or shown.shown_solution:  # else it would say where the gold is
        st.markdown(t(challenge.solved))
    with st.container(horizontal=True, vertical_alignment="center", key="challenge_share"):
        if shown.shared:
            st.button(t("Try it yourself"), key="challenge_again", on_click=begin_again)
        if not challenge.network:  # there the networks' own button does it
            link_button(spoken({"link": with_course(shown.link)}), key="challenge_link")
            about = t("The link holds your setting; whoever opens it has it run anew.")
            st.html(f'<p class="lesson-keys">{about}</p>')


_MEDALS = {"gold": message("gold"), "silver": message("silver"), "bronze": message("bronze")}


def _bounds(challenge: Challenge) -> Message:
    told = [
        message("{medal} up to {score}", medal=_MEDALS[medal], score=score)
        if challenge.better == "less"
        else message("{medal} from {score}", medal=_MEDALS[medal], score=score)
        for medal in MEDALS
        for score in [score_text(challenge, getattr(challenge, medal))]
    ]
    return capitalized(in_a_row(told)) + "."


def _hints(shown: Attempt) -> None:
    hints = shown.challenge.hints
    for at, hint in enumerate(hints[: shown.hints], 1):
        st.markdown(f"**{t('Hint {number}.', number=at)}** {t(hint)}")
    with st.container(horizontal=True, key="lesson_buttons"):
        st.button(t("Check it"), type="primary", on_click=check_it, key="check_it")
        if shown.hints < len(hints) and not (shown.verdict and shown.verdict.medal == "gold"):
            label = t("Hint {number} of {count}", number=shown.hints + 1, count=len(hints))
            st.button(label, icon=":material/lightbulb:", on_click=take_hint, key="take_hint")


def _onward(challenge: Challenge) -> None:
    with st.container(horizontal=True, key="lesson_onward"):
        links_onward(challenge, CHALLENGES, "challenge")
