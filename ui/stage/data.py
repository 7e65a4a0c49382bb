"""A scene as the plain JSON that the stage reads."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from engine import CriticalPoints, Trajectory
from engine.facts import facts_of
from engine.networks import model_on, sight_of
from engine.picture import picture
from engine.tables import LINKED_POINTS, LOSSES, data_on
from i18n import in_language, joined, message
from landscapes import LANDSCAPES, Landscape
from landscapes.language import letter_text
from landscapes.on_data import is_heavy
from landscapes.record import GROUPS
from ui.scene.link import encode
from ui.scene.own_points import family_of
from ui.scene.scene import SHARED, Scene, opening
from ui.scene.scenes import DOORS
from ui.shared.base import base_path
from ui.shared.language import visitor_language

MOST_MARKS = 500
"""Of critical points in a picture: Rastrigin's has 441."""


def stage_data(
    scene: Scene,
    trajectories: Sequence[Trajectory] | None,
    revision: int,
    critical: CriticalPoints | None = None,
    page: str = "playground",
) -> dict[str, Any]:
    """The stage's data, whose messages are still to be translated: `spoken` does it.

    `trajectories` travel along where the stage cannot ask for them itself; None if it can.
    The critical points that are marked are the record's; for a surface that knows of none, those found (`critical`). On
    the page "terrain" all that were found are marked, each with its curvatures; "tuning" asks for sweeps, "models" for
    fits, "race" for tournaments on groups of surfaces, "schedules" for what each is in PyTorch and where it cut.
    """
    by_schedule = page == "schedules"
    return {
        "base": base_path(),
        "page": page,
        "revision": revision,
        "link": "" if scene == opening() else urlencode(encode(scene), safe=",;=:*()"),
        "scene": _scene(scene),
        "task": _task(scene),
        "surface": _surface(scene, critical, page == "terrain"),
        **facts_of((lane.optimizer for lane in scene.lanes), (lane.schedule for lane in scene.lanes)),
        "groups": _groups() if page == "race" else None,
        "frame": None if trajectories is None else _frame(scene, trajectories, by_schedule),
    }


def _frame(scene: Scene, trajectories: Sequence[Trajectory], by_schedule: bool) -> str:
    with in_language(visitor_language()):
        frame = picture(0, trajectories, scene.focus, scene.names, by_schedule)
    return base64.b64encode(frame).decode()


def _scene(scene: Scene) -> dict[str, Any]:
    return {
        "landscape": scene.landscape.text,
        "window": scene.window,
        "start": list(scene.start or scene.landscape.start),
        **{name: getattr(scene, name) for name in SHARED},
        "focus": scene.focus,
        "playhead": scene.playhead,
        "view": scene.view,
        "lecture": scene.lecture,
        "axes": scene.axes,
        "rule": scene.rule,
        "criterion": scene.criterion,
        "door": scene.door,
        "lanes": [
            {
                "optimizer": lane.optimizer,
                "rate": lane.rate,
                "knobs": dict(lane.knobs),
                "schedule": lane.schedule,
                "schedule_knobs": dict(lane.schedule_knobs),
                "name": lane.name,
                "look": lane.look,
                "hidden": lane.hidden,
                "branch": None if lane.branch is None else list(lane.branch),
            }
            for lane in scene.lanes
        ],
    }


def _task(scene: Scene) -> dict[str, str] | None:
    """What the door of the start page promised, for as long as it is not put away."""
    if scene.door is None:
        return None
    door = DOORS[scene.door]
    return {"title": door.title, "text": door.promise}


def _surface(scene: Scene, critical: CriticalPoints | None, crosses: bool) -> dict[str, Any]:
    landscape = scene.landscape
    found = critical.points[:MOST_MARKS] if critical else ()
    own = scene.window in (None, landscape.window)
    known = [(point.position, _kind(point.kind, own)) for point in landscape.critical_points]
    marked = [
        {"position": position, "kind": kind}
        for position, kind in known or [(point.position, point.kind) for point in found]
    ]
    if crosses and found:
        marked = [
            {
                "position": point.position,
                "kind": point.kind,
                "eigenvalues": point.eigenvalues,
                "eigenvectors": point.eigenvectors,
            }
            for point in found
        ]
    return {
        "name": message(landscape.name),
        "formula": landscape.markup or "",
        "family": landscape.family_markup or "",
        "key": family_of(landscape.key),
        "axes": [letter_text(axis) for axis in landscape.axes],
        "parameters": _parameters(landscape),
        "window": landscape.window,
        "start": landscape.start,
        "critical_points": marked,
        "model": _model(landscape),
        "trail": _trail(landscape),
        "single": landscape.is_of_one_variable,
        "heavy": is_heavy(landscape.loss),
    }


def _groups() -> list[dict[str, Any]]:
    """The surfaces that a tournament can be held on, group by group."""
    found: dict[str, list[dict[str, str]]] = {}
    for key, landscape in LANDSCAPES.items():
        found.setdefault(landscape.group, []).append({"key": key, "name": message(landscape.name)})
    return [{"name": message(group), "surfaces": found[group]} for group in GROUPS if group in found]


def _kind(kind: str, own: bool) -> str:
    """What is lowest in the record's own window need not be in another one."""
    return "local minimum" if kind == "lowest minimum" and not own else kind


def _model(landscape: Landscape) -> dict[str, Any] | None:
    """The data of a model of two weights, and what the weights are called."""
    model = model_on(landscape)
    if model is None:
        return None
    targets = model.targets.tolist()
    data = {"inputs": model.inputs.tolist(), "targets": targets, "classes": set(targets) == {0.0, 1.0}}
    return {"weights": model.weights, **data, "own": _own(landscape)}


def _own(landscape: Landscape) -> dict[str, Any] | None:
    """A visitor's points as they are in the table, for the hand to move; None for another model's, or for too many."""
    own = data_on(landscape)
    if own is None or own.points > LINKED_POINTS:
        return None
    classes = LOSSES[own.loss].is_classification
    columns = {"inputs": own.inputs.tolist(), "targets": own.targets.tolist()}
    return {**columns, "scaled": own.standardised, "classes": classes, "key": family_of(landscape.text)}


def _parameters(landscape: Landscape) -> list[dict[str, Any]]:
    """What a slider needs, as of a knob, and the letter's sign, its name in a text form and its value."""
    return [
        {
            "key": one.name,
            "name": joined(", ", [one.sign, message(one.title)]) if one.title else one.sign,
            "sign": one.sign,
            "title": message(one.title),
            "low": one.low,
            "high": one.high,
            "log": one.log,
            "whole": False,
            "hard_low": one.least,
            "hard_high": one.most,
            "default": one.default,
            "value": value,
        }
        for one, value in zip(landscape.parameters, landscape.values, strict=True)
    ]


def _trail(landscape: Landscape) -> list[list[float]] | None:
    """The way that a network's training took, on the plane through its end."""
    sight = sight_of(landscape)
    return None if sight is None else sight.trail.tolist()
