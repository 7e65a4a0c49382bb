"""The doctor's line: what ails the method in focus, by which number, and a setting that was tried and does better."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from engine import OPTIMIZERS, Diagnosis, Run, Trajectory, examine, prescribe
from engine.basis.numerals import number, point
from engine.sentences.branches import branch_sentence
from landscapes.on_data import is_heavy
from ui.scene.lane import Lane
from ui.scene.scene import Scene
from ui.scene.session import change

NAMES = {
    "exploding": "Exploding",
    "oscillating": "Oscillating",
    "too_slow": "Too slow",
    "plateaued": "Plateaued",
    "at_saddle": "At a saddle",
    "in_local_minimum": "In a local minimum",
    "converged": "Healthy",
    "cycling": "Cycling",
    "no_start": "Cannot start",
}
PLACES = {
    "maximum": "At a maximum",
    "ridge": "On a ridge",
    "level": "On flat ground",
    "degenerate": "On flat ground",
    "thrown": "Thrown out",
}
"""Of a run that rests where it should not, if that is no saddle."""

SEEKING = "Trying 256 settings"


def show_doctor(scene: Scene, trajectories: Sequence[Trajectory]) -> None:
    """A line about the focused run, and on request a prescription with a button that applies it."""
    run = trajectories[scene.focus].run
    if run.before:
        with st.container(key="doctor"):
            st.html(f"<p>{escape(branch_sentence(run))}</p>")
        return
    told = st.session_state.get("doctor")
    diagnosis = told if told and told.run == run else examine(trajectories[scene.focus], find=False)
    with st.container(key="doctor", horizontal=True, vertical_alignment="center"):
        st.html(_line(diagnosis))
        if _before(diagnosis):
            st.button("Undo", key="doctor_undo", on_click=_undo)
            former = _former(scene)
            if former is not None:
                name = f"Remove {_called(scene.lanes[former])}"
                st.button(name, key="doctor_alone", on_click=lambda: change(lambda scene: scene.without_lane(former)))
        if diagnosis.healthy:
            return
        if _is_sought(run):
            # The same button, so that the keyboard stays on it. Its work is done behind the page: see `find_setting`.
            st.button(SEEKING, key="doctor_ask", icon="spinner")
        elif told is not diagnosis:
            # 256 settings side by side, each asking a whole network at every step, would take minutes and gigabytes.
            # What fell past every bound has nothing lower to end at.
            if not is_heavy(run.landscape.loss) and not diagnosis.endless:
                st.button("Find a better setting", key="doctor_ask", on_click=_ask, args=(run,))
        elif diagnosis.tested is not None:
            prescribed = diagnosis.tested.run
            label = _offer(scene, prescribed)
            st.button(label, key="doctor_apply", type="primary", on_click=_apply, args=(scene, diagnosis, prescribed))


def find_setting(trajectories: Sequence[Trajectory], focus: int) -> None:
    """Do what "Find a better setting" was clicked for. At a page's end, so that all of it stands and can be used.

    What the visitor does meanwhile is heard when it is done; a run that he left behind by then is not looked at.
    """
    trajectory = trajectories[focus]
    if trajectory.run.before:
        return
    if _is_sought(trajectory.run):
        st.session_state["doctor"] = prescribe(examine(trajectory))
        st.session_state.pop("doctor_sought", None)
        st.rerun()


def _is_sought(run: Run) -> bool:
    return st.session_state.get("doctor_sought") == run


def _name(diagnosis: Diagnosis) -> str:
    return "No minimum" if diagnosis.runaway else PLACES.get(diagnosis.place, NAMES[diagnosis.verdict])


def _line(diagnosis: Diagnosis) -> str:
    name = OPTIMIZERS[diagnosis.run.optimizer].name
    proof = f"{diagnosis.proof[0].upper()}{diagnosis.proof[1:]}."
    said = _said(diagnosis)
    parts = [said, proof, diagnosis.action]
    told = st.session_state.get("doctor")
    if diagnosis is told and not diagnosis.healthy:
        tried = "other starts" if diagnosis.verdict == "no_start" else "256 settings and the other starts"
        nothing = f"Of the {tried} that were run none ends lower and stays finite."
        parts = [said, proof, diagnosis.tested.sentence if diagnosis.tested else nothing]
    if _is_sought(diagnosis.run):
        parts = [said, proof, f"{SEEKING}."]
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


def _called(lane: Lane) -> str:
    return f"{OPTIMIZERS[lane.optimizer].name} at {number(lane.rate)}"


def _offer(scene: Scene, prescribed: Run) -> str:
    """What the prescription's button does, in words: all that changes in the picture but for a method's own knobs."""
    now, then = scene.lanes[scene.focus], Lane.of(prescribed)
    if scene.fits_beside(prescribed):
        return f"Add {_called(then)}"
    parts = []
    if then.optimizer != now.optimizer:
        parts.append(f"replace {OPTIMIZERS[now.optimizer].name} by {_called(then)}")
    elif then != now:
        parts.append(f"set {_called(then)}")
    shared = scene.changed_by(prescribed)
    told = {
        "start": f"move the start to {point(prescribed.start)}",
        "noise": f"set gradient noise {number(prescribed.noise)}",
        "clip_norm": f"clip the gradient to norm {number(prescribed.clip_norm or 0.0)}",
        "loss_tolerance": "switch the loss rule off",
    }
    parts += [told.get(name, f"change the {name.replace('_', ' ')}") for name in shared]
    if shared and len(scene.lanes) > 1:
        parts[-1] += " for all methods"
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}"


def _former(scene: Scene) -> int | None:
    """The lane that stays for comparison with the one that a prescription has put beside it."""
    sick = st.session_state.get("doctor_former")
    places = [place for place, lane in enumerate(scene.lanes) if lane == sick and place != scene.focus]
    return places[0] if places else None


def _ask(run: Run) -> None:
    st.session_state["doctor_sought"] = run


def _apply(scene: Scene, diagnosis: Diagnosis, prescribed: Run) -> None:
    st.session_state["doctor_scene"] = scene
    st.session_state["doctor_former"] = scene.lanes[scene.focus] if scene.fits_beside(prescribed) else None
    change(lambda scene: scene.with_run(prescribed))
    outcome = f"{_name(diagnosis).lower()}, {diagnosis.proof}."
    st.session_state["doctor_before"] = (prescribed, outcome)


def _undo() -> None:
    st.session_state.pop("doctor_before", None)
    former = st.session_state.pop("doctor_scene", None)
    if former is not None:
        change(lambda _: former)
