"""A lesson's screen: words on the left, the stage on the right, and a question before the run."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from engine.export import pytorch_code
from lessons import LESSONS, Ask, Lesson, Task
from lessons.measure import shown as shown_as
from stage import progress
from ui.learn.address import address_of
from ui.learn.kept import browsers_data
from ui.learn.networks import networks_style, show_lesson_networks
from ui.learn.parts import links_onward, listed_parts, note_in_course, said, where_in_course
from ui.learn.stage import show_lesson_stage
from ui.learn.state import (
    Place,
    ask_again,
    back_to_picture,
    check,
    choose,
    picture_of,
    place_shown,
    radio_key,
    run_it,
    take_hint,
    turn_to,
)
from ui.scene.session import scene, show_notices
from ui.shared.language import spoken, t
from ui.stage.page import mount_page_run


def show_lesson(lesson: Lesson) -> None:
    """The lesson at the learner's screen."""
    mount_page_run()
    show_notices()
    if any(screen.networks for screen in lesson.screens):
        networks_style()
    _screen(lesson.key)


@st.fragment
def _screen(key: str) -> None:
    shown = place_shown()
    if shown is None:
        return
    lesson = LESSONS[key]
    with st.container(key="lesson", horizontal=True):
        with st.container(key="lesson_head"):
            _head(lesson, shown)
        with st.container(key="lesson_words"):
            _words(shown)
            _onward(lesson, shown)
        with st.container(key="lesson_stage"):
            if shown.content.networks:
                show_lesson_networks(shown, address_of(shown))
            else:
                show_lesson_stage(shown, address_of(shown), back_to_picture, t("Back to the lesson's picture"))
    last = shown.screen == len(lesson.screens) - 1
    done = lesson.key if last and (shown.solved or shown.content.task is None) and not shown.veiled else None
    progress(spoken({**browsers_data(), "done": done}), key="progress")


def _head(lesson: Lesson, shown: Place) -> None:
    count = len(lesson.screens)
    looks = ["past" if at < shown.screen else "now" if at == shown.screen else "" for at in range(count)]
    where = where_in_course(lesson.key, t("Lesson {number} of {count}", number=lesson.number, count=len(LESSONS)))
    pips = "".join(f'<i class="{look}"></i>' for look in looks)
    place = escape(t("Screen {number} of {count}", number=shown.screen + 1, count=count))
    st.html(
        f'<p class="lesson-where">{where}'
        f'<span class="pips" role="img" aria-label="{place}">{pips}</span></p>'
        f'<h1 class="lesson">{escape(t(lesson.title))}</h1>'
    )
    if shown.screen == 0:
        note_in_course(lesson.key)


def _words(shown: Place) -> None:
    content = shown.content
    values = facts(shown.key, shown.screen)
    if shown.mark is None:
        st.markdown(said(content.text, values))
    if content.program:
        _program(content.output if scene().runs() == picture_of(content.picture).runs() else "")
    if content.ask is not None:
        if shown.mark is None:
            _question(content.ask, shown)
        else:
            _answer(shown, values)
    if content.task is not None:
        _task(content.task, shown)


def _program(output: str) -> None:
    """The run of the picture in PyTorch, and what it prints where that is known."""
    now = scene()
    with st.container(key="lesson_program"):
        st.code(pytorch_code(now.runs()[now.focus]), language="python", height=300)
        if output:
            st.html('<p class="lesson-keys">' + t("It prints:") + "</p>")
            st.code(output, language=None, wrap_lines=True)


def _question(ask: Ask, shown: Place) -> None:
    with st.container(key="lesson_ask"):
        st.html(f'<h2 class="lesson">{escape(t("Before you run it"))}</h2>')
        question = said(ask.question, facts(shown.key, shown.screen))
        st.markdown(question)
        if ask.kind == "choice":
            _options(question, [str(answer.option) for answer in ask.answers], shown)
    with st.container(horizontal=True, key="lesson_buttons"):
        st.button(t("Run it"), type="primary", icon=":material/play_arrow:", on_click=run_it, key="run_it")
    keys = t("Keys: arrows move the mark on the map.") if ask.kind == "place" else ""
    st.html(f'<p class="lesson-keys" role="status">{escape(t(shown.asked) if shown.asked else keys)}</p>')


def _options(question: str, options: list[str], shown: Place) -> None:
    key = radio_key(shown)
    st.session_state.setdefault(key, shown.given if shown.given in options else None)
    st.radio(
        question,
        options,
        key=key,
        format_func=t,
        label_visibility="collapsed",
        on_change=lambda: choose(st.session_state[key]),
    )


def _answer(shown: Place, values: dict[str, str]) -> None:
    mark, content = shown.mark, shown.content
    assert mark is not None
    word, kind = (t("Right"), "right") if mark.right else (t("Not this time"), "wrong")
    measured = f"<p>{escape(t(mark.measured))}</p>" if mark.measured else ""
    st.html(f'<div class="lesson-mark {kind}" role="status"><h2>{word}</h2>{measured}</div>')
    st.markdown(said(mark.text, values))
    if content.after:
        st.markdown(said(content.after, values))
    if not mark.right:
        st.button(t("Predict again"), key="ask_again", type="tertiary", on_click=ask_again)


def _task(task: Task, shown: Place) -> None:
    with st.container(key="lesson_ask"):
        st.html(f'<h2 class="lesson">{escape(t("Now you"))}</h2>')
        st.markdown(t(task.question))
        if task.networks:
            _options(t(task.question), list(task.networks), shown)
            st.html(f'<p class="lesson-keys" role="status">{escape(t(shown.asked)) if shown.asked else ""}</p>')
    if shown.parts:
        st.html(listed_parts(shown.parts))
    if shown.solved:
        st.markdown(t(task.solved))
    for at, hint in enumerate(task.hints[: shown.hints], 1):
        st.markdown(f"**{t('Hint {number}.', number=at)}** {t(hint)}")
    with st.container(horizontal=True, key="lesson_buttons"):
        st.button(t("Check it"), type="primary", on_click=check, key="check_it")
        if shown.hints < len(task.hints) and not shown.solved:
            label = t("Hint {number} of {count}", number=shown.hints + 1, count=len(task.hints))
            st.button(label, icon=":material/lightbulb:", on_click=take_hint, key="take_hint")


def _onward(lesson: Lesson, shown: Place) -> None:
    with st.container(horizontal=True, key="lesson_onward"):
        if shown.screen:
            st.button(
                t("Back"),
                key="screen_back",
                icon=":material/arrow_back:",
                on_click=turn_to,
                args=[shown.screen - 1],
                type="tertiary",
            )
        if shown.screen + 1 < len(lesson.screens):
            kind = "secondary" if shown.veiled else "primary"
            st.button(
                t("Next"),
                key="screen_next",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=turn_to,
                args=[shown.screen + 1],
                type=kind,
            )
        links_onward(lesson, LESSONS, "lesson", last=shown.screen + 1 == len(lesson.screens))


@lru_cache(maxsize=128)
def facts(key: str, screen: int) -> dict[str, str]:
    """What the texts of a screen name, measured."""
    content = LESSONS[key].screens[screen]
    runs = picture_of(content.picture).runs()
    return {name: shown_as(fact, runs) for name, fact in content.facts.items()}
