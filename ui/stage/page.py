"""What every page with a stage begins with: the pickers beside it, and the stage with its hand."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine import CriticalPoints, Trajectory, descend_soon
from engine.networks import MODELS, model_of
from landscapes.on_data import is_heavy
from stage import page_run, stage
from ui.scene.scene import opening_of
from ui.scene.session import (
    apply_edit,
    compare_schedules,
    note_drawn,
    rerun_if_stale,
    scene,
    session,
    take_up,
    told,
    with_model,
    without_model,
)
from ui.shared.language import spoken
from ui.stage.data import stage_data
from ui.stage.own_data import pick_own_data
from ui.stage.own_surface import pick_own_surface
from ui.stage.pickers import (
    pick_conditions,
    pick_landscape,
    pick_model,
    pick_one_optimizer,
    pick_optimizers,
    pick_schedule,
    pick_some_schedules,
)


def pick_scene() -> None:
    """The pickers of surface, methods, schedule and conditions, in the order of the sidebar."""
    without_model()
    mount_page_run()
    pick_landscape(scene())
    pick_own_surface(scene())
    _pick_rest()


def pick_model_scene() -> None:
    """The same for the models of two weights."""
    with_model(lambda: opening_of(model_of(next(iter(MODELS))).landscape))
    mount_page_run()
    pick_model(scene())
    pick_own_data(scene())
    _pick_rest()


BRANCHED = ("playground", "models")
"""Pages on which a run may go on from another; on the others each begins at the start."""


def pick_schedules_scene() -> None:
    """The same for schedules under one optimizer."""
    without_model()
    mount_page_run()
    compare_schedules()
    pick_landscape(scene())
    pick_own_surface(scene())
    pick_one_optimizer(scene())
    pick_some_schedules(scene())
    pick_conditions(scene())
    note_drawn("pickers", scene().picked)


def _pick_rest() -> None:
    pick_optimizers(scene())
    pick_schedule(scene())
    pick_conditions(scene())
    note_drawn("pickers", scene().picked)


def mount_page_run() -> None:
    """Mount what the stage asks for the page with. What it tells then counts before anything is drawn."""
    page_run(spoken({}), key="page_run")
    take_up(_asked())


def show_stage(critical: CriticalPoints | None = None, page: str = "playground") -> list[Trajectory]:
    """The stage of a page, and the scene's trajectories for what stands below it.

    They travel along only where the stage has no wire of its own yet. On a surface that takes long it is not kept
    waiting for them.
    """
    rerun_if_stale()
    shown = scene()
    alone = not st.session_state.get("live", False) and not is_heavy(shown.landscape.loss)
    trajectories = descend_soon(shown.runs(page in BRANCHED)) if alone else None
    revision = st.session_state.get("revision", 0)
    known = {"session": session(), "asked": asked_at()}  # so that no answer equals the one before
    data = stage_data(shown, trajectories, revision, critical, page)
    stage({**spoken(data), **known}, key="stage", on_hand=_heard)
    return trajectories or descend_soon(shown.runs(page in BRANCHED))


def _heard() -> None:
    hand = told()
    if hand is not None:
        apply_edit(hand)


def asked_at() -> Any:
    """When the stage last asked for the whole page; None if it never has."""
    return _asked().get("at")


def _asked() -> Mapping[str, Any]:
    """With what the stage last asked for the whole page."""
    return (st.session_state.get("page_run") or {}).get("asked") or {}
