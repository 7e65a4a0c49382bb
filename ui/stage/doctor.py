"""The doctor's line: what ails the method in focus, by which number, and a setting that was tried and does better."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from engine import OPTIMIZERS, Diagnosis, Run, Trajectory, examine, may_gain, prescribe, prescribe_branch
from engine.basis.numerals import number, point
from engine.sentences.branches import branch_sentence
from i18n import Message, capitalized, joined, message
from landscapes.on_data import is_heavy
from ui.scene.lane import Lane
from ui.scene.scene import Scene
from ui.scene.session import change
from ui.shared.language import t
from ui.shared.lists import in_a_row

NAMES = {
    "exploding": message("exploding"),
    "oscillating": message("oscillating"),
    "too_slow": message("too slow"),
    "plateaued": message("plateaued"),
    "at_saddle": message("at a saddle"),
    "in_local_minimum": message("in a local minimum"),
    "converged": message("healthy"),
    "cycling": message("cycling"),
    "no_start": message("cannot start"),
}
PLACES = {
    "maximum": message("at a maximum"),
    "ridge": message("on a ridge"),
    "level": message("on flat ground"),
    "degenerate": message("on flat ground"),
    "thrown": message("thrown out"),
}
"""Of a run that rests where it should not, if that is no saddle."""

SEEKING = message("Trying 256 settings")


def show_doctor(scene: Scene, trajectories: Sequence[Trajectory]) -> None:
    """A line about the focused run, and on request a prescription with a button that applies it."""
    run = trajectories[scene.focus].run
    if run.before:
        _show_branch(scene, trajectories[scene.focus])
        return
    told = st.session_state.get("doctor")
    diagnosis = told if told and told.run == run else examine(trajectories[scene.focus], find=False)
    with st.container(key="doctor", horizontal=True, vertical_alignment="center"):
        st.html(_line(diagnosis))
        if _before(diagnosis.run):
            st.button(t("Undo"), key="doctor_undo", on_click=_undo)
            former = _former(scene)
            if former is not None:
                name = t("Remove {method}", method=_called(scene.lanes[former]))
                st.button(name, key="doctor_alone", on_click=lambda: change(lambda scene: scene.without_lane(former)))
        if diagnosis.healthy:
            return
        if _is_sought(run):
            # The same button, so that the keyboard stays on it. Its work is done behind the page: see `find_setting`.
            st.button(t(SEEKING), key="doctor_ask", icon="spinner")
        elif told is not diagnosis:
            # 256 settings side by side, each asking a whole network at every step, would take minutes and gigabytes.
            # What fell past every bound has nothing lower to end at.
            if not is_heavy(run.landscape.loss) and not diagnosis.endless:
                st.button(t("Find a better setting"), key="doctor_ask", on_click=_ask, args=(run,))
        elif diagnosis.tested is not None:
            prescribed = diagnosis.tested.run
            label = t(_offer(scene, prescribed))
            st.button(label, key="doctor_apply", type="primary", on_click=_apply, args=(scene, diagnosis, prescribed))


def _show_branch(scene: Scene, branch: Trajectory) -> None:
    """What a branch goes on with, and on request a setting that was tried from where it begins."""
    run = branch.run
    found = st.session_state.get("doctor_branch")
    found = found if found and found[0] == run else None
    tested = found[1] if found else None
    parts = [branch_sentence(run)]
    if found:
        nothing = message("Of the 256 settings that were run from there none ends lower and stays finite.")
        parts.append(tested.sentence if tested else nothing)
    if _is_sought(run):
        parts.append(SEEKING + ".")
    if before := _before(run):
        parts.append(message("Before: {before}", before=before))
    with st.container(key="doctor", horizontal=True, vertical_alignment="center"):
        st.html(f'<p role="status">{escape(t(joined(" ", parts)))}</p>')
        if before:
            st.button(t("Undo"), key="doctor_undo", on_click=_undo)
        if _is_sought(run):
            st.button(t(SEEKING), key="doctor_ask", icon="spinner")
        elif tested:
            label = t("Go on with {method}", method=_called(Lane.of(tested.run)))
            st.button(label, key="doctor_apply", type="primary", on_click=_go_on, args=(scene, branch, tested.run))
        elif not found and may_gain(branch) and not is_heavy(run.landscape.loss):
            st.button(t("Find a better setting"), key="doctor_ask", on_click=_ask, args=(run,))


def _go_on(scene: Scene, branch: Trajectory, prescribed: Run) -> None:
    st.session_state["doctor_scene"] = scene
    st.session_state["doctor_former"] = None
    change(lambda scene: scene.with_branch(prescribed))
    st.session_state["doctor_before"] = (prescribed, branch.outcome.sentence)


def find_setting(trajectories: Sequence[Trajectory], focus: int) -> None:
    """Do what "Find a better setting" was clicked for. At a page's end, so that all of it stands and can be used.

    What the visitor does meanwhile is heard when it is done; a run that he left behind by then is not looked at.
    """
    trajectory = trajectories[focus]
    run = trajectory.run
    if _is_sought(run):
        if run.before:
            st.session_state["doctor_branch"] = (run, prescribe_branch(trajectory))
        else:
            st.session_state["doctor"] = prescribe(examine(trajectory))
        st.session_state.pop("doctor_sought", None)
        st.rerun()


def _is_sought(run: Run) -> bool:
    return st.session_state.get("doctor_sought") == run


def _name(diagnosis: Diagnosis) -> Message:
    """The verdict in a word or two, as it stands within a sentence."""
    return message("no minimum") if diagnosis.runaway else PLACES.get(diagnosis.place, NAMES[diagnosis.verdict])


def _line(diagnosis: Diagnosis) -> str:
    name = t(OPTIMIZERS[diagnosis.run.optimizer].name)
    proof = capitalized(diagnosis.proof) + "."
    said = _said(diagnosis)
    parts = [said, proof, diagnosis.action]
    told = st.session_state.get("doctor")
    if diagnosis is told and not diagnosis.healthy:
        nothing = (
            message("Of the other starts that were run none ends lower and stays finite.")
            if diagnosis.verdict == "no_start"
            else message("Of the 256 settings and the other starts that were run none ends lower and stays finite.")
        )
        parts = [said, proof, diagnosis.tested.sentence if diagnosis.tested else nothing]
    if _is_sought(diagnosis.run):
        parts = [said, proof, SEEKING + "."]
    before = _before(diagnosis.run)
    if before:
        parts.append(message("Before: {before}", before=before))
    state, verdict = "well" if diagnosis.healthy else "ill", t(capitalized(_name(diagnosis)))
    return (
        f'<p class="doctor {state}" role="status"><b>{escape(verdict)}</b> <span>{escape(name)}</span> '
        f"{escape(t(joined(' ', [part for part in parts if part])))}</p>"
    )


def _said(diagnosis: Diagnosis) -> str:
    """The sentence, without the name that stands in front of it here already."""
    return t(diagnosis.finding)


def _before(run: Run) -> str:
    """What the run had before a prescription made it this one; empty if none did. From there a way leads back."""
    prescribed, before = st.session_state.get("doctor_before", (None, ""))
    return before if prescribed == run else ""


def _called(lane: Lane) -> Message:
    return message("{method} at {rate}", method=OPTIMIZERS[lane.optimizer].name, rate=number(lane.rate))


def _offer(scene: Scene, prescribed: Run) -> Message:
    """What the prescription's button does, in words: all that changes in the picture but for a method's own knobs."""
    now, then = scene.lanes[scene.focus], Lane.of(prescribed)
    if scene.fits_beside(prescribed):
        return message("Add {method}", method=_called(then))
    parts: list[Message] = []
    if then.optimizer != now.optimizer:
        before = OPTIMIZERS[now.optimizer].name
        parts.append(message("replace {before} by {method}", before=before, method=_called(then)))
    elif then != now:
        parts.append(message("set {method}", method=_called(then)))
    shared = scene.changed_by(prescribed)
    told = {
        "start": message("move the start to {place}", place=point(prescribed.start)),
        "noise": message("set gradient noise {noise}", noise=number(prescribed.noise)),
        "clip_norm": message("clip the gradient to norm {norm}", norm=number(prescribed.clip_norm or 0.0)),
        "loss_tolerance": message("switch the loss rule off"),
        "steps": message("change the steps"),
        "gradient_tolerance": message("change the gradient tolerance"),
        "seed": message("change the seed"),
        "clip_value": message("change the clip value"),
        "batch_size": message("change the batch size"),
    }
    parts += [told[name] for name in shared]
    if shared and len(scene.lanes) > 1:
        parts[-1] = message("{change} for all methods", change=parts[-1])
    return capitalized(in_a_row(parts))


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
    outcome = message("{verdict}, {proof}.", verdict=_name(diagnosis), proof=diagnosis.proof)
    st.session_state["doctor_before"] = (prescribed, outcome)


def _undo() -> None:
    st.session_state.pop("doctor_before", None)
    former = st.session_state.pop("doctor_scene", None)
    if former is not None:
        change(lambda _: former)
