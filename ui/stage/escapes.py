"""Ways out of a valley or off a saddle, as numbers: how often each remedy reaches the lowest minimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import streamlit as st

from engine import CriticalPlace, CriticalPoints, Escape, Run, restarts
from engine import escape as try_out
from engine.basis.numerals import number, point
from engine.runs.place import LOWEST
from engine.studies.escapes import around, global_minimum, slopes_above
from i18n import Message, message
from landscapes import Landscape
from landscapes.on_data import is_heavy
from ui.scene.scene import Scene
from ui.shared.language import t
from ui.shared.number_box import number_box
from ui.shared.table import table
from ui.stage.critical_points import KINDS

TRIES = 500
RESTARTS = 5
SPREAD = 1e-3
"""Of the window's shorter side: how far about the point the tries begin, so that they differ."""
NOISE = 4.0
FEWEST = 20
"""Starts above a minimum of which a share is worth telling."""
_HEAD = (
    message("Remedy"),
    message("reaches the lowest minimum"),
    message("95 % interval"),
    message("first there after, mean steps"),
)
_FOLD = "ways_out"


def show_escapes(scene: Scene, critical: CriticalPoints | None) -> None:
    """A fold: a point to begin at, a rate and a noise, and a table of remedies once it is asked for."""
    label = t("Ways out: does a remedy reach the lowest minimum?")
    with st.expander(label, key=_FOLD, on_change="rerun") as fold:
        if not fold.open:
            return
        if is_heavy(scene.landscape.loss):
            st.html(_aside(t("Each step on this surface asks a whole network: thousands of tries take minutes.")))
            return
        places = [
            place for place in (critical.points if critical else ()) if place.kind not in ("maximum", "degenerate")
        ]
        lowest = [place for place in places if place.kind in LOWEST]
        stuck = [place for place in places if place.kind in ("local minimum", "saddle")]
        if not lowest or not stuck:
            st.html(_aside(t("This window has no lowest minimum and another place to be stuck at.")))
            return
        columns = st.columns([2, 1, 1], vertical_alignment="bottom")
        with columns[0]:
            index = st.selectbox(
                t("Stuck at"),
                range(min(len(stuck), 40)),
                key="ways_out_at",
                format_func=lambda at: _place(stuck[at]),
            )
        with columns[1]:
            sigma = st.session_state.setdefault("ways_out_sigma", NOISE)
            number_box(message("Gradient noise σ"), sigma, _take_noise, key="ways_out_noise", least=0.001, most=1e6)
        with columns[2]:
            asked = st.button(t("Measure"), key="ways_out_go", type="primary")
        key = (
            scene.landscape.text,
            scene.window,
            scene.lanes[scene.focus].rate,
            scene.steps,
            index,
            sigma,
        )
        if asked:
            st.session_state["ways_out_told"] = (key, _measure(scene, stuck[index], lowest, sigma))
        told = st.session_state.get("ways_out_told")
        if told and told[0] == key:
            rows = [(t(name), _cells(one)) for name, one in told[1]]
            head = [t(name) for name in _HEAD]
            st.html(table(head, rows) + _aside(_caution(scene, stuck[index], lowest)))


def _aside(text: str) -> str:
    return f'<p class="aside">{escape(text)}</p>'


def _place(stuck: CriticalPlace) -> str:
    place, loss = point(stuck.position), number(stuck.loss)
    return t("{kind} {place}, loss {loss}", kind=KINDS[stuck.kind], place=place, loss=loss)


def _take_noise(sigma: float | None) -> None:
    st.session_state["ways_out_sigma"] = sigma


def _measure(
    scene: Scene, at: CriticalPlace, lowest: list[CriticalPlace], sigma: float
) -> list[tuple[Message, Escape]]:
    """Each remedy from the same place at the rate in focus, with so many tries."""
    landscape: Landscape = scene.landscape
    focused = scene.runs(branched=False)[scene.focus]
    base = Run(landscape, start=at.position, rate=focused.rate, steps=focused.steps)
    target = global_minimum(landscape, [place.position for place in lowest], None)
    (x0, x1), (y0, y1) = scene.window or landscape.window
    near = around(at.position, SPREAD * min(x1 - x0, y1 - y0), TRIES)
    cooled = {"schedule": "cosine", "schedule_knobs": {"t_max": focused.steps}}
    parts = max(1, focused.steps // RESTARTS)
    momentum, adam = (replace(base, optimizer=key, knobs={}) for key in ("momentum", "adam"))
    remedies: list[tuple[Message, Callable[[], Escape]]] = [
        (message("Gradient descent, no remedy"), lambda: try_out(base, near, target, 1)),
        (message("Momentum 0.9, put down there"), lambda: try_out(momentum, near, target, 1)),
        (message("Adam, put down there"), lambda: try_out(adam, near, target, 1)),
        (message("Noise σ {noise}", noise=number(sigma)), lambda: try_out(replace(base, noise=sigma), near, target, 1)),
        (
            message("Noise σ {noise}, cooled by cosine", noise=number(sigma)),
            lambda: try_out(replace(base, noise=sigma, **cooled), near, target, 1),
        ),
        (
            message("Best of {starts} random starts, {parts} steps each", starts=RESTARTS, parts=parts),
            lambda: restarts(replace(base, steps=parts), RESTARTS, TRIES, scene.window, target, threads=1),
        ),
    ]
    progress = st.progress(0.0, text=t("Running the remedies"))
    # Put down at rest, momentum has none: the remedy that textbooks mean is a ball that comes from the slopes above.
    wide = replace(base, landscape=landscape.with_window(scene.window)) if scene.window else base
    above = slopes_above(wide, at.position, TRIES)
    if len(above) >= FEWEST:
        remedies[3:3] = [
            (message("Momentum 0.9, arriving with speed"), lambda: try_out(momentum, above, target, 1)),
            (message("Adam, arriving with speed"), lambda: try_out(adam, above, target, 1)),
        ]
    told = []
    for done, (name, measure) in enumerate(remedies, 1):
        told.append((name, measure()))
        progress.progress(done / len(remedies), text=t("{name}: done", name=name))
    progress.empty()
    return told


def _cells(one: Escape) -> tuple[str, ...]:
    low, high = one.interval
    return (
        t(
            "{reached} of {tries} ({share} %)",
            reached=f"{one.reached:,}",
            tries=f"{one.tries:,}",
            share=f"{100 * one.probability:.1f}",
        ),
        t("{low} to {high} %", low=f"{100 * low:.1f}", high=f"{100 * high:.1f}"),
        t("none did") if one.mean_first_steps is None else f"{one.mean_first_steps:,.0f}",
    )


def _caution(scene: Scene, at: CriticalPlace, lowest: list[CriticalPlace]) -> str:
    """What the numbers do not say."""
    focused = scene.runs(branched=False)[scene.focus]
    many = message("one of {count} equally low minima", count=len(lowest))
    single = message("the minimum {place}", place=point(lowest[0].position))
    return t(
        "{tries} tries each at rate {rate} and {steps} steps, begun within a thousandth of the window of {place}; "
        "reached is {minimum}, lowest of this window. Who arrives with speed "
        "begins on the slopes from which gradient descent ends there. The numbers belong to this "
        "rate, this noise and this surface: momentum can also leave the better valley, noise works both ways, and in "
        "many dimensions a random start is a poorer ticket.",
        tries=f"{TRIES:,}",
        rate=number(focused.rate),
        steps=f"{focused.steps:,}",
        place=point(at.position),
        minimum=many if len(lowest) > 1 else single,
    )
