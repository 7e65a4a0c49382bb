"""Whether a page says one thing everywhere: the address, the sidebar, the stage, the table, the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any
from urllib.parse import urlsplit

import pytest

from engine import OPTIMIZERS, SCHEDULES, Trajectory, descend_many, lane_names, summary
from engine.basis.knob import Knob
from engine.export import pytorch_code
from tests.browser.stage import Stage, printed, reads_as
from ui.scene.scene import Scene

# Read at one moment, so that what is compared was on the screen together.
_STATE = """() => {
  const seen = (element) => element.offsetParent !== null;
  const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => !one.closest("[data-stale=true]"));
  const texts = (selector) => all(selector).filter(seen).map((one) => one.textContent.trim());
  const value = (selector) => document.querySelector(selector)?.value ?? null;
  const box = (name) => value(`.lab input[aria-label="${name}"]`);
  const bar = "section.stSidebar";
  const ends = all("table.ends").find((one) => one.caption?.textContent === "What became of each method");
  return {
    surface: value(`${bar} .st-key-pick_landscape input`) ?? value(`${bar} .st-key-pick_model input`),
    pills: texts(`${bar} .st-key-pick_optimizers button[aria-pressed="true"]`),
    schedule: value(`${bar} .st-key-pick_schedule input`),
    warm: document.querySelector(`${bar} .st-key-pick_warm_up input`)?.checked,
    conditions: Object.fromEntries(
      ["steps", "gradient_tolerance", "loss_tolerance", "noise", "seed", "clip_norm", "clip_value"]
        .map((name) => [name, value(`${bar} .st-key-pick_${name} input`)])),
    title: texts(".lab h1")[0],
    start: [box("Start x, number"), box("Start y, number")],
    handle: document.querySelector(".lab-start")?.getAttribute("aria-valuetext"),
    rate: box("Learning rate, number"),
    rows: texts(".lab-row .lab-name"),
    hidden: all(".lab-row").map((one) => one.classList.contains("lab-hidden")),
    looks: all(".lab-row").map((one) => one.dataset.look),
    focus: all(".lab-row .lab-method").findIndex((one) => one.getAttribute("aria-current") === "true"),
    scope: value('.lab select[aria-label="Whose learning rate"]'),
    knobs: Object.fromEntries(
      all(".lab-drawer:not([hidden]) .lab-box").map((one) => [one.getAttribute("aria-label"), one.value])),
    schedule_panel: texts(".lab-schedule h2")[0] ?? null,
    schedule_knobs: Object.fromEntries(
      all(".lab-schedule:not([hidden]) .lab-box").map((one) => [one.getAttribute("aria-label"), one.value])),
    mode: document.querySelector('.lab [role="radio"][aria-checked="true"]')?.getAttribute("aria-label"),
    table: [...ends?.tBodies[0].rows ?? []].map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
    code: texts(".st-key-code [data-testid=stCode] code")[0] ?? null,
    verdict: document.querySelector(".lab-verdict")?.textContent,
    losses: texts(".lab-row .lab-loss"),
    step: document.querySelector(".lab-counter b")?.textContent,
    length: document.querySelector(".lab-counter span")?.textContent,
  };
}"""

ALONE = ("terrain", "tuning")
"""Pages whose picture is about the run in focus."""


def state(stage: Stage) -> dict:
    """What the page shows, read at one moment."""
    return stage.page.evaluate(_STATE)


def agrees(stage: Stage, complaint: bool = False) -> Scene:
    """Every control says the scene of the address, and the picture shows its runs; raises AssertionError if not.

    With `complaint` the sentence's place is taken by what was said of a value that was refused.
    """
    scene = stage.scene
    said = state(stage)
    lanes = scene.lanes
    runs = descend_many(scene.runs())
    _same("title", said["title"], scene.landscape.name)
    _sidebar(said, scene)
    _boxes(said, scene)
    names = lane_names(runs, scene.names)
    assert len(said["rows"]) == len(lanes), (said["rows"], names)
    _same("list", said["rows"], names)
    alone = urlsplit(stage.page.url).path.rsplit("/", 1)[-1] in ALONE
    hides = [place != scene.focus if alone else lane.hidden for place, lane in enumerate(lanes)]
    _same("paths hidden", said["hidden"], hides)
    assert len(set(said["looks"])) == len(lanes), said["looks"]
    for look, lane in zip(said["looks"], lanes, strict=True):
        assert lane.look in (None, look) or [one.look for one in lanes].count(lane.look) > 1, (look, lane)
    _same("focus", said["focus"], scene.focus)
    if len({lane.rate for lane in lanes}) > 1:
        assert said["scope"] == "one", "the slider would move rates that it does not show"
    _same("mode", said["mode"], {"map": "Map", "surface": "Surface"}[scene.view])
    assert [row[0] for row in said["table"]] == names, (said["table"], names)
    for row, run in zip(said["table"], runs, strict=True):
        _same("table", (row[1], row[-1]), (f"{run.outcome.step:,}", run.outcome.sentence))
    if said["code"] is not None:
        _same("code", said["code"], pytorch_code(runs[scene.focus].run, scene.lanes[scene.focus].name).strip())
    length = max(len(run.losses) for run in ([runs[scene.focus]] if alone else runs)) - 1
    shown = length if scene.playhead is None else min(scene.playhead, length)
    _same("step", (said["step"], said["length"]), (f"Step {shown:,}", f"of {length:,}"))
    if not complaint:
        _same("sentence", said["verdict"], summary(runs, scene.names))
    _losses(said["losses"], runs, shown)
    return scene


def _same(what: str, shown: object, meant: object) -> None:
    assert shown == meant, f"{what}: shown {shown!r}, by the address {meant!r}"


def _sidebar(said: dict, scene: Scene) -> None:
    lanes, landscape = scene.lanes, scene.landscape
    assert said["surface"].split(" · ")[0] in (landscape.name, landscape.expression), (said["surface"], landscape.name)
    assert sorted(said["pills"]) == sorted({OPTIMIZERS[lane.optimizer].name for lane in lanes}), said["pills"]
    schedules = {lane.schedule for lane in lanes}
    _same("schedule", said["schedule"], SCHEDULES[min(schedules)].name if len(schedules) == 1 else "")
    _same("warm-up", said["warm"], any(lane.schedule_knobs["warmup_steps"] for lane in lanes))
    for name, text in said["conditions"].items():
        value = getattr(scene, name)
        assert text is None or (text == "" if value is None else _reads(text, value)), (name, text, value)


def _boxes(said: dict, scene: Scene) -> None:
    x, y = scene.start or scene.landscape.start
    assert all(_reads(text, value) for text, value in zip(said["start"], (x, y), strict=True)), (said["start"], (x, y))
    places = said["handle"].split(". Arrow")[0].removeprefix("x ").split(", y ")
    told = [printed(text)[0] for text in places]
    assert told == pytest.approx((x, y), rel=2e-5, abs=1e-9), (said["handle"], (x, y))
    focused = scene.lanes[scene.focus]
    assert _reads(said["rate"], focused.rate), (said["rate"], focused.rate)
    _knobs(said["knobs"], OPTIMIZERS[focused.optimizer].knobs, focused.knobs)
    schedule = SCHEDULES[focused.schedule]
    warm = focused.schedule_knobs["warmup_steps"] > 0
    if said["schedule_panel"] is not None or said["schedule_knobs"]:
        _same("schedule's panel", said["schedule_panel"], f"Schedule: {schedule.name}")
    if not warm:
        _same("schedule's knobs", len(said["schedule_knobs"]), len(schedule.own))
    _knobs(said["schedule_knobs"], schedule.knobs, focused.schedule_knobs)


def _knobs(boxes: dict[str, str], knobs: Mapping[str, Knob], values: Mapping[str, Any]) -> None:
    called = {f"{knob.name}, {'numbers with commas' if knob.many else 'number'}": key for key, knob in knobs.items()}
    for name, text in boxes.items():
        assert name in called, f"a knob of another method or schedule: {name}"
        value = values[called[name]]
        if isinstance(value, tuple):
            assert [float(part) for part in text.split(",")] == list(value), (name, text, value)
        else:
            assert _reads(text, value), (name, text, value)


def _losses(texts: list[str], runs: Sequence[Trajectory], step: int) -> None:
    assert len(texts) == len(runs), (texts, len(runs))
    for text, run in zip(texts, runs, strict=True):
        loss = float(run.losses[min(step, len(run.losses) - 1)])
        assert reads_as(text, loss), f"the list's loss: shown {text}, by the address {loss}"


def _reads(text: str, value: float) -> bool:
    try:
        return isclose(float(text.replace("−", "-")), value, rel_tol=2e-5, abs_tol=1e-9)
    except ValueError:
        return False
