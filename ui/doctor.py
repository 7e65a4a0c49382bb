"""The doctor's line: what ails the method in focus, by which number, and a setting that was tried and does better."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from engine import OPTIMIZERS, Diagnosis, Trajectory, examine, prescribe
from landscapes.on_data import is_heavy
from ui.scene import Scene
from ui.session import change

NAMES = {
    "exploding": "Exploding",
    "oscillating": "Oscillating",
    "too_slow": "Too slow",
    "plateaued": "Plateaued",
    "at_saddle": "At a saddle",
    "in_local_minimum": "In a local minimum",
    "converged": "Healthy",
    "cycling": "Cycling",
}
PLACES = {"maximum": "At a maximum", "ridge": "On a ridge", "level": "On flat ground"}
"""Of a run that rests where it should not, if that is no saddle."""


def show_doctor(scene: Scene, trajectories: Sequence[Trajectory]) -> None:
    """A line about the focused run, and on request a prescription with a button that applies it."""
    run = trajectories[scene.focus].run
    told = st.session_state.get("doctor")
    diagnosis = told if told and told.run == run else examine(trajectories[scene.focus], find=False)
    with st.container(key="doctor", horizontal=True, vertical_alignment="center"):
        st.html(_line(diagnosis))
        if _before(diagnosis):
            st.button("Undo", key="doctor_undo", on_click=_undo)
        if diagnosis.healthy:
            return
        if told is not diagnosis:
            # 256 settings side by side, each asking a whole network at every step, would take minutes and gigabytes.
            # What fell past every bound has nothing lower to end at.
            if not is_heavy(run.landscape.loss) and not diagnosis.endless:
                st.button("Find a better setting", key="doctor_ask", on_click=_ask, args=(trajectories[scene.focus],))
        elif diagnosis.tested is not None:
            st.button("Apply it", key="doctor_apply", type="primary", on_click=_apply, args=(scene, diagnosis))


def _name(diagnosis: Diagnosis) -> str:
    return "No minimum" if diagnosis.runaway else PLACES.get(diagnosis.place, NAMES[diagnosis.verdict])


def _line(diagnosis: Diagnosis) -> str:
    name = OPTIMIZERS[diagnosis.run.optimizer].name
    proof = f"{diagnosis.proof[0].upper()}{diagnosis.proof[1:]}."
    said = _said(diagnosis)
    parts = [said, proof, diagnosis.action]
    told = st.session_state.get("doctor")
    if diagnosis is told and not diagnosis.healthy:
        nothing = "Of the 256 settings and the other starts that were run none ends lower and stays finite."
        parts = [said, proof, diagnosis.tested.sentence if diagnosis.tested else nothing]
    before = _before(diagnosis)
    if before:
        parts.append(f"Before: {before}")
    state = "well" if diagnosis.healthy else "ill"
    return (
        f'<p class="doctor {state}" role="status"><b>{_name(diagnosis)}</b> <span>{escape(name)}</span> '
        f"{escape(' '.join(part for part in parts if part))}</p>"
    )


def _said(diagnosis: Diagnosis) -> str:
    """The sentence, without the name that stands in front of it here already."""
    name = f"{NAMES[diagnosis.verdict]}: "
    rest = diagnosis.sentence.removeprefix(name)
    return rest[:1].upper() + rest[1:]


def _before(diagnosis: Diagnosis) -> str:
    """What the run had before a prescription made it this one; empty if none did. From there a way leads back."""
    run, before = st.session_state.get("doctor_before", (None, ""))
    return before if run == diagnosis.run else ""


def _ask(trajectory: Trajectory) -> None:
    st.session_state["doctor"] = prescribe(examine(trajectory))


def _apply(scene: Scene, diagnosis: Diagnosis) -> None:
    assert diagnosis.tested is not None
    prescribed = diagnosis.tested.run
    st.session_state["doctor_scene"] = scene
    change(lambda scene: scene.with_run(prescribed))
    outcome = f"{_name(diagnosis).lower()}, {diagnosis.proof}."
    st.session_state["doctor_before"] = (prescribed, outcome)


def _undo() -> None:
    st.session_state.pop("doctor_before", None)
    former = st.session_state.pop("doctor_scene", None)
    if former is not None:
        change(lambda _: former)
