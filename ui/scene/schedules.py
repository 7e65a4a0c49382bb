"""Scenes of the page Schedules: lanes that share an optimizer and a rate, and differ in their schedule."""

from __future__ import annotations

from dataclasses import replace

from engine import SCHEDULES
from i18n import message
from landscapes import LANDSCAPES
from ui.scene.lane import Lane
from ui.scene.scene import MOST_LANES, Scene

MOST_SCHEDULES = 6
"""That the page sets side by side; a link may name as many lanes as any picture holds."""
KNEE = 0.3
"""Of a run, after which step decay cuts for the first time."""
DECAYED = 0.01
"""Of the rate, that exponential decay leaves at the end of a run."""


def opening_of_schedules() -> Scene:
    """Five schedules on the noisy bowl: at a constant rate noise keeps the loss at a floor, and decay lowers it."""
    lane = Lane("gradient_descent", 0.2)
    lanes = tuple(lane.with_schedule(key) for key in ("constant", "step", "exponential", "cosine", "plateau"))
    return Scene(LANDSCAPES["bowl"], lanes, steps=100, noise=2.0)


def under_schedules(scene: Scene) -> Scene:
    """The run in focus under five schedules in place of all others, each with knobs that fit its number of steps."""
    lane = replace(scene.lanes[scene.focus], name="", look=None, hidden=False, branch=None)
    own = {
        "constant": {},
        "step": {"step_size": max(1, round(KNEE * scene.steps))},
        "exponential": {"gamma": round(DECAYED ** (1 / scene.steps), 5)},
        "cosine": {"t_max": scene.steps},
        "plateau": {},
    }
    warm = {name: lane.schedule_knobs[name] for name in ("warmup_steps", "warmup_start_factor")}
    lanes = tuple(replace(lane, schedule=key, schedule_knobs={**knobs, **warm}) for key, knobs in own.items())
    return replace(scene, lanes=lanes, focus=0, door=None)


def compares_schedules(scene: Scene) -> bool:
    """Whether its lanes share one optimizer and are under several schedules."""
    return len({lane.optimizer for lane in scene.lanes}) == 1 and len({lane.schedule for lane in scene.lanes}) > 1


def with_one_optimizer(scene: Scene, key: str) -> Scene:
    """Every lane by this optimizer, with its knobs' defaults; rates and schedules stay."""
    if {lane.optimizer for lane in scene.lanes} == {key}:
        return scene
    lanes = (replace(lane, optimizer=key, knobs={}) for lane in scene.lanes)
    return replace(scene, lanes=tuple(lanes))


def with_picked_schedules(scene: Scene, keys: list[str]) -> Scene:
    """Lanes under exactly these schedules. Those that stay keep all; a new one takes over the run in focus.

    Raises ValueError with a sentence where none is left, or there are too many.
    """
    if not keys:
        raise ValueError(
            message("A picture needs at least one schedule: the last one stays. Choose another one first.")
        )
    model = scene.lanes[scene.focus]
    lanes = [replace(lane, branch=None) for lane in scene.lanes if lane.schedule in keys]
    known = {lane.schedule for lane in lanes}
    new = [key for key in SCHEDULES if key in keys and key not in known]
    lanes += [replace(model, name="", look=None, hidden=False, branch=None).with_schedule(key) for key in new]
    if new and len(lanes) > min(MOST_SCHEDULES, MOST_LANES):
        told = {"most": MOST_SCHEDULES, "got": len(lanes)}
        raise ValueError(message("This page compares at most {most} runs, got {got}. Remove one first.", **told))
    whole = replace(model, branch=None)
    focus = next((place for place, lane in enumerate(lanes) if lane == whole), 0)
    return replace(scene, lanes=tuple(lanes), focus=focus)
