"""The sidebar: landscape, optimizers, schedule, and what is seldom changed."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from engine import OPTIMIZERS, SCHEDULES, check_field, landscape_of
from engine.networks import MODELS, model_of, sight_of
from landscapes import LANDSCAPES
from landscapes.record import FORMULA_PREFIX
from ui.scene.scene import MOST_STEPS, Scene
from ui.scene.schedules import with_one_optimizer, with_picked_schedules
from ui.scene.session import change
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
    st.session_state["pick_landscape"] = scene.landscape.key
    st.selectbox(
        "Landscape",
        keys,
        key="pick_landscape",
        format_func=_with_group,
        on_change=lambda: change(lambda scene: scene.with_landscape(landscape_of(st.session_state["pick_landscape"]))),
    )
    sight = sight_of(scene.landscape)
    st.html(f'<p class="lesson">{scene.landscape.lesson} {sight.sentence if sight else ""}</p>')


def pick_model(scene: Scene) -> None:
    """The same for the models of two weights, each opened as its lesson wants it."""
    texts = [model_of(key).landscape.text for key in MODELS]
    if scene.landscape.text not in texts:  # the visitor's own data
        texts.append(scene.landscape.text)
    st.session_state["pick_model"] = scene.landscape.text
    st.selectbox(
        "Model",
        texts,
        key="pick_model",
        format_func=lambda text: landscape_of(text).name,
        on_change=lambda: change(lambda scene: scene.with_landscape(landscape_of(st.session_state["pick_model"]))),
    )
    st.html(f'<p class="lesson">{scene.landscape.lesson}</p>')


def _with_group(key: str) -> str:
    """Typing a group's name into the menu finds its surfaces."""
    if key.startswith(FORMULA_PREFIX):
        return key.removeprefix(FORMULA_PREFIX)
    if key not in LANDSCAPES:
        return landscape_of(key).name
    return f"{LANDSCAPES[key].name} · {LANDSCAPES[key].group.lower()}"


def pick_optimizers(scene: Scene) -> None:
    """One pill for each optimizer, with its line and marker; any number of them at once. It may have several runs."""
    shade = theme()
    st.session_state["pick_optimizers"] = list(dict.fromkeys(lane.optimizer for lane in scene.lanes))
    st.pills(
        "Optimizers",
        list(OPTIMIZERS),
        key="pick_optimizers",
        selection_mode="multi",
        format_func=lambda key: f"{swatch(key, shade)} {OPTIMIZERS[key].name}",
        on_change=lambda: change(_with_picked),
    )


def _with_picked(scene: Scene) -> Scene:
    picked = st.session_state["pick_optimizers"]
    if not picked:
        raise ValueError("A picture needs at least one optimizer: the last one stays. Choose another one first.")
    return scene.with_optimizers(picked)


def pick_schedule(scene: Scene) -> None:
    """A schedule for all methods; where a link gave them different ones, none is shown as chosen."""
    keys = {lane.schedule for lane in scene.lanes}
    mixed = len(keys) > 1
    st.session_state["pick_schedule"] = None if mixed else keys.pop()
    st.selectbox(
        "Schedule",
        list(SCHEDULES),
        key="pick_schedule",
        index=None if mixed else 0,
        placeholder="Different for each method",
        format_func=lambda key: SCHEDULES[key].name,
        on_change=lambda: change(lambda scene: scene.with_schedule(st.session_state["pick_schedule"] or "constant")),
    )
    schedule_curves(scene)
    _pick_warm_up(scene)


def pick_one_optimizer(scene: Scene) -> None:
    """The optimizer that all runs share."""
    st.session_state["pick_one_optimizer"] = scene.lanes[scene.focus].optimizer
    st.selectbox(
        "Optimizer",
        list(OPTIMIZERS),
        key="pick_one_optimizer",
        format_func=lambda key: OPTIMIZERS[key].name,
        on_change=lambda: change(lambda scene: with_one_optimizer(scene, st.session_state["pick_one_optimizer"])),
    )


def pick_some_schedules(scene: Scene) -> None:
    """One pill for each schedule; up to six runs at once. One may have several."""
    st.session_state["pick_schedules"] = list(dict.fromkeys(lane.schedule for lane in scene.lanes))
    st.pills(
        "Schedules",
        list(SCHEDULES),
        key="pick_schedules",
        selection_mode="multi",
        format_func=lambda key: SCHEDULES[key].name,
        on_change=lambda: change(lambda scene: with_picked_schedules(scene, st.session_state["pick_schedules"])),
    )
    _pick_warm_up(scene)


def _pick_warm_up(scene: Scene) -> None:
    warm = any(lane.schedule_knobs["warmup_steps"] for lane in scene.lanes)
    st.session_state["pick_warm_up"] = warm
    st.checkbox(
        "Warm up first",
        key="pick_warm_up",
        help="The rate rises in a straight line before the schedule begins. Its length and its beginning are knobs of "
        "the schedule on the stage.",
        on_change=lambda: change(lambda scene: scene.with_warm_up(0 if warm else WARM_UP_STEPS)),
    )


_CLIP = {"empty": "off"}
_NUMBERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "steps": (
        "Steps",
        "The most updates a run makes. One step is one update.",
        {"least": 1, "most": MOST_STEPS, "whole": True},
    ),
    "gradient_tolerance": (
        "Stop at ‖∇L‖ < ε",
        "Stop when the gradient norm is below ε. 0 switches this rule off.",
        {"least": 0},
    ),
    "loss_tolerance": (
        "Stop at |ΔL| < ε",
        "Stop when the loss changed by less than ε in one step. 0 switches this rule off.",
        {"least": 0},
    ),
    "noise": (
        "Gradient noise σ",
        "Standard deviation of the noise added to each coordinate of the gradient.",
        {"least": 0},
    ),
    "seed": (
        "Noise seed",
        "The same seed gives the same noise, and the same mini-batches, in every method.",
        {"least": 0, "most": 2**32 - 1, "whole": True},
    ),
    "clip_norm": ("Clip to norm", "The longest gradient that a method is given. Empty is off.", _CLIP),
    "clip_value": (
        "Clip each coordinate",
        "The largest coordinate of the gradient that a method is given; before the norm. Empty is off.",
        _CLIP,
    ),
}


def pick_conditions(scene: Scene) -> None:
    """Steps, stop rules, noise and clipping: shared by all methods."""
    fold = st.expander("Steps, stopping, noise, clipping", key="conditions", on_change="rerun")
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
