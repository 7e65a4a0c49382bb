"""Every schedule's curve, small and side by side, before one of them is used."""

import base64
from html import escape

import numpy as np
import streamlit as st

from engine import SCHEDULES
from engine.basis.numerals import number
from engine.basis.schedule import Schedule
from ui.scene.lane import Lane
from ui.scene.scene import Scene
from ui.scene.session import change
from ui.shared.language import t
from ui.shared.theme import theme

WIDTH, HEIGHT = 120, 44
POINTS = 240
INK = {"light": "#173B60", "dark": "#B4CFEC"}
"""The accent of `pages.css`, which does not reach into an image."""


OPEN = "curves_open"


def schedule_curves(scene: Scene) -> None:
    """The button that opens the curves, and the curves while they are open.

    The page may run again meanwhile, as when a run that plays comes to its end. Streamlit then closes a dialog that is
    not asked for anew.
    """
    if st.button(t("See all their curves"), key="see_curves", icon=":material/show_chart:"):
        st.session_state[OPEN] = True
    if st.session_state.get(OPEN, False):
        # Its title is the visitor's: a decorator is applied before there is one.
        st.dialog(t("Schedules"), width="large", icon=":material/show_chart:", on_dismiss=_close)(_choose)(scene)


def _close() -> None:
    st.session_state[OPEN] = False


def _take(key: str) -> None:
    change(lambda scene: scene.with_schedule(key))
    _close()


def _choose(scene: Scene) -> None:
    """The schedules as labelled pictures to choose from: at the focused method's rate, over the scene's steps.

    The schedule in use stands with its own knobs, the others with their defaults. Below each, what its rates add up to:
    plain descent can go no farther than that sum times the slope.
    """
    lane = scene.lanes[scene.focus]
    about = t(
        "The learning rate over the run's {steps} steps, from {rate}. Plain descent gets no farther than the sum of "
        "its rates times the slope.",
        steps=f"{scene.steps:,}",
        rate=number(lane.rate),
    )
    st.html(f'<p class="aside">{about}</p>')
    with st.container(key="curves"):
        for schedule in SCHEDULES.values():
            with st.container(gap=None):
                st.html(_figure(schedule, lane, scene.steps))
                used = schedule.key == lane.schedule
                if st.button(
                    t(schedule.name),
                    key=f"curve_{schedule.key}",
                    type="primary" if used else "secondary",
                    width="stretch",
                    on_click=_take,
                    args=(schedule.key,),
                ):
                    st.rerun()


def _figure(schedule: Schedule, lane: Lane, steps: int) -> str:
    used = schedule.key == lane.schedule
    defaults = {name: knob.default for name, knob in schedule.knobs.items()}
    with np.errstate(all="ignore"):
        rates = schedule.rates(np, np.arange(float(steps)), lane.rate, lane.schedule_knobs if used else defaults, steps)
    first, last, top, total = (number(float(value)) for value in (rates[0], rates[-1], rates.max(), rates.sum()))
    if schedule.reacts:
        words = t("{name}: stays at {first} until the loss stops falling, then is cut", name=schedule.name, first=first)
        below = t("cut when the loss rests")
    else:
        words = t(
            "{name}: from {first} to {last}, at most {top}; in sum {total} over {steps} steps",
            name=schedule.name,
            first=first,
            last=last,
            top=top,
            total=total,
            steps=f"{steps:,}",
        )
        below = t("sum {total}", total=total)
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">'
        f'<path d="{_path(rates, schedule)}" fill="none" stroke="{INK[theme()]}" stroke-width="2"/></svg>'
    )
    # As an image: Streamlit strips drawings from a page's own markup.
    source = f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
    return f'<figure><img src="{source}" alt="{escape(words)}"><figcaption>{escape(below)}</figcaption></figure>'


def _path(rates: np.ndarray, schedule: Schedule) -> str:
    if schedule.reacts:  # what it would do, since nobody knows when
        rates = np.repeat([1.0, 0.3, 0.09], [len(rates) // 2 + 1, len(rates) // 4 + 1, len(rates) // 4 + 1])
    steps = np.unique(np.linspace(0, len(rates) - 1, POINTS).astype(int))
    x = 2 + (WIDTH - 4) * steps / max(1, len(rates) - 1)
    y = HEIGHT - 3 - (HEIGHT - 8) * np.nan_to_num(rates[steps] / max(float(np.nanmax(rates)), 1e-300))
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
