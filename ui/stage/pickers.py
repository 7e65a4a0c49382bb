"""The sidebar: landscape, optimizers, schedule, and what is seldom changed."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from engine import OPTIMIZERS, SCHEDULES, check_field, landscape_of
from engine.networks import MODELS, model_of, sight_of
from i18n import lowered, message
from landscapes import LANDSCAPES
from landscapes.record import FORMULA_PREFIX
from ui.scene.scene import MOST_STEPS, Scene
from ui.scene.schedules import with_one_optimizer, with_picked_schedules
from ui.scene.session import change
from ui.shared.keyed import keyed
from ui.shared.language import t
from ui.shared.number_box import number_box
from ui.shared.swatch import swatch
from ui.shared.theme import theme
from ui.stage.schedule_curves import schedule_curves

WARM_UP_STEPS = 20
"""A tenth of the opening picture's run."""


def pick_landscape(scene: Scene) -> None:
    """A menu of surfaces, sorted by what they teach, and the one sentence that the chosen one teaches."""
    keys = list(LANDSCAPES)
    if scene.landscape.key not in keys:
        keys.append(scene.landscape.key)
    shown = scene.landscape.key
    with st.container(key="pick_landscape"):
        picked = keyed("pick_landscape", shown, shown, _take_surface)
        st.selectbox(t("Landscape"), keys, format_func=_with_group, **picked)
    sight = sight_of(scene.landscape)
    st.html(f'<p class="lesson">{t(scene.landscape.lesson)} {t(sight.sentence) if sight else ""}</p>')


def pick_model(scene: Scene) -> None:
    """The same for the models of two weights, each opened as its lesson wants it."""
    texts = [model_of(key).landscape.text for key in MODELS]
    if scene.landscape.text not in texts:  # the visitor's own data
        texts.append(scene.landscape.text)
    shown = scene.landscape.text
    with st.container(key="pick_model"):
        picked = keyed("pick_model", shown, shown, _take_surface)
        st.selectbox(t("Model"), texts, format_func=lambda text: t(landscape_of(text).name), **picked)
    st.html(f'<p class="lesson">{t(scene.landscape.lesson)}</p>')


def _take_surface(key: str) -> str:
    change(lambda scene: scene.with_landscape(landscape_of(key)))
    return key


def _with_group(key: str) -> str:
    """Typing a group's name into the menu finds its surfaces."""
    if key.startswith(FORMULA_PREFIX):
        return key.removeprefix(FORMULA_PREFIX)
    if key not in LANDSCAPES:
        return t(landscape_of(key).name)
    return f"{t(LANDSCAPES[key].name)} · {t(lowered(message(LANDSCAPES[key].group)))}"


def pick_optimizers(scene: Scene) -> None:
    """One pill for each optimizer, with its line and marker; any number of them at once. It may have several runs."""
    shade = theme()
    shown = list(dict.fromkeys(lane.optimizer for lane in scene.lanes))
    with st.container(key="pick_optimizers"):
        st.pills(
            t("Optimizers"),
            list(OPTIMIZERS),
            selection_mode="multi",
            format_func=lambda key: f"{swatch(key, shade)} {t(OPTIMIZERS[key].name)}",
            **keyed("pick_optimizers", frozenset(shown), shown, partial(_take_optimizers, shown)),
        )


def _take_optimizers(shown: list[str], picked: list[str]) -> frozenset[str]:
    def edit(now: Scene) -> Scene:
        keys = _pressed(dict.fromkeys(lane.optimizer for lane in now.lanes), shown, picked)
        if not keys:
            raise ValueError(
                message("A picture needs at least one optimizer: the last one stays. Choose another one first.")
            )
        return now.with_optimizers(keys)

    change(edit)
    return frozenset(picked)


def _pressed(now: Iterable[str], shown: Iterable[str], picked: Iterable[str]) -> list[str]:
    """What is chosen now, but for the pills that were pressed; `shown` are those that were down before."""
    pressed = {*shown} ^ {*picked}
    up = [key for key in now if key in pressed]
    return [*(key for key in now if key not in pressed), *(key for key in picked if key in pressed and key not in up)]


def pick_schedule(scene: Scene) -> None:
    """A schedule for all methods; where a link gave them different ones, none is shown as chosen."""
    keys = {lane.schedule for lane in scene.lanes}
    mixed = len(keys) > 1
    shown = None if mixed else keys.pop()
    with st.container(key="pick_schedule"):
        st.selectbox(
            t("Schedule"),
            list(SCHEDULES),
            index=None if mixed else 0,
            placeholder=t("Different for each method"),
            format_func=lambda key: t(SCHEDULES[key].name),
            **keyed("pick_schedule", shown, shown, _take_schedule),
        )
    schedule_curves(scene)
    _pick_warm_up(scene)


def pick_one_optimizer(scene: Scene) -> None:
    """The optimizer that all runs share."""
    shown = scene.lanes[scene.focus].optimizer
    with st.container(key="pick_one_optimizer"):
        picked = keyed("pick_one_optimizer", shown, shown, _take_one_optimizer)
        st.selectbox(t("Optimizer"), list(OPTIMIZERS), format_func=lambda key: t(OPTIMIZERS[key].name), **picked)


def _take_one_optimizer(key: str) -> str:
    change(lambda scene: with_one_optimizer(scene, key))
    return key


def pick_some_schedules(scene: Scene) -> None:
    """One pill for each schedule; up to six runs at once. One may have several."""
    shown = list(dict.fromkeys(lane.schedule for lane in scene.lanes))
    with st.container(key="pick_schedules"):
        st.pills(
            t("Schedules"),
            list(SCHEDULES),
            selection_mode="multi",
            format_func=lambda key: t(SCHEDULES[key].name),
            **keyed("pick_schedules", frozenset(shown), shown, partial(_take_schedules, shown)),
        )
    _pick_warm_up(scene)


def _take_schedules(shown: list[str], picked: list[str]) -> frozenset[str]:
    def edit(now: Scene) -> Scene:
        return with_picked_schedules(now, _pressed(dict.fromkeys(lane.schedule for lane in now.lanes), shown, picked))

    change(edit)
    return frozenset(picked)


def _pick_warm_up(scene: Scene) -> None:
    warm = any(lane.schedule_knobs["warmup_steps"] for lane in scene.lanes)
    with st.container(key="pick_warm_up"):
        st.checkbox(
            t("Warm up first"),
            help=t(
                "The rate rises in a straight line before the schedule begins. Its length and its beginning are knobs "
                "of the schedule on the stage."
            ),
            **keyed("pick_warm_up", warm, warm, _take_warm_up),
        )


def _take_schedule(key: str | None) -> str | None:
    change(lambda scene: scene.with_schedule(key or "constant"))
    return key


def _take_warm_up(warm: bool) -> bool:
    change(lambda scene: scene.with_warm_up(WARM_UP_STEPS if warm else 0))
    return warm


_CLIP = {"empty": message("off")}
_NUMBERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "steps": (
        message("Steps"),
        message("The most updates a run makes. One step is one update."),
        {"least": 1, "most": MOST_STEPS, "whole": True},
    ),
    "gradient_tolerance": (
        message("Stop at ‖∇L‖ < ε"),
        message("Stop when the gradient norm is below ε. 0 switches this rule off."),
        {"least": 0},
    ),
    "loss_tolerance": (
        message("Stop at |ΔL| < ε"),
        message("Stop when the loss changed by less than ε in one step. 0 switches this rule off."),
        {"least": 0},
    ),
    "noise": (
        message("Gradient noise σ"),
        message("Standard deviation of the noise added to each coordinate of the gradient."),
        {"least": 0},
    ),
    "seed": (
        message("Noise seed"),
        message("The same seed gives the same noise, and the same mini-batches, in every method."),
        {"least": 0, "most": 2**32 - 1, "whole": True},
    ),
    "clip_norm": (
        message("Clip to norm"),
        message("The longest gradient that a method is given. Empty is off."),
        _CLIP,
    ),
    "clip_value": (
        message("Clip each coordinate"),
        message("The largest coordinate of the gradient that a method is given; before the norm. Empty is off."),
        _CLIP,
    ),
}


def pick_conditions(scene: Scene) -> None:
    """Steps, stop rules, noise and clipping: shared by all methods."""
    fold = st.expander(t("Steps, stopping, noise, clipping"), key="conditions", on_change="rerun")
    if not fold.open:
        return
    with fold:
        for name, (label, explained, options) in _NUMBERS.items():
            value, take = getattr(scene, name), partial(_take_number, name)
            number_box(label, value, take, key=f"pick_{name}", explained=explained, **options)


def _take_number(name: str, value: float | None) -> None:
    def edit(scene: Scene) -> Scene:
        return replace(scene, **{name: check_field(name, value)}, playhead=None if name == "steps" else scene.playhead)

    change(edit)
