"""Whether a page says one thing everywhere: the address, the sidebar, the stage's boxes and list, the table."""

from __future__ import annotations

from math import isclose

from engine import OPTIMIZERS, SCHEDULES, descend_many, lane_names
from tests.browser.stage import Stage
from ui.scene import Scene

_STATE = """() => {
  const seen = (element) => element.offsetParent !== null;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const texts = (selector) => all(selector).filter(seen).map((one) => one.textContent.trim());
  const value = (selector) => document.querySelector(selector)?.value ?? null;
  const box = (name) => value(`input[aria-label="${name}"]`);
  const bar = "section.stSidebar";
  return {
    landscape: value(`${bar} .st-key-pick_landscape input`),
    pills: texts(`${bar} .st-key-pick_optimizers button[aria-pressed="true"]`),
    schedule: value(`${bar} .st-key-pick_schedule input`),
    warm: document.querySelector(`${bar} .st-key-pick_warm_up input`).checked,
    steps: value(`${bar} .st-key-pick_steps input`),
    title: texts(".lab h1")[0],
    start: [box("Start x, number"), box("Start y, number")],
    rate: box("Learning rate, number"),
    rows: texts(".lab-row .lab-name"),
    focus: all(".lab-row .lab-method").findIndex((one) => one.getAttribute("aria-current") === "true"),
    scope: value('select[aria-label="Whose learning rate"]'),
    knobs: Object.fromEntries(
      all(".lab-drawer:not([hidden]) .lab-box").map((one) => [one.getAttribute("aria-label"), one.value])),
    mode: document.querySelector('.lab [role="radio"][aria-checked="true"]').getAttribute("aria-label"),
    table: texts("table.ends:first-of-type tbody th"),
  };
}"""


def state(stage: Stage) -> dict:
    """What the page shows, read at one moment."""
    return stage.page.evaluate(_STATE)


def agrees(stage: Stage) -> Scene:
    """Every control says the scene of the address, and the picture shows its runs; raises AssertionError if not."""
    scene = stage.scene
    said = state(stage)
    assert said["title"] == scene.landscape.name
    assert said["landscape"].split(" · ")[0] in (scene.landscape.name, scene.landscape.expression), said
    lanes = scene.lanes
    assert sorted(said["pills"]) == sorted({OPTIMIZERS[lane.optimizer].name for lane in lanes}), said["pills"]
    schedules = {lane.schedule for lane in lanes}
    assert said["schedule"] == (SCHEDULES[min(schedules)].name if len(schedules) == 1 else ""), said["schedule"]
    assert said["warm"] == any(lane.schedule_knobs["warmup_steps"] for lane in lanes)
    assert said["steps"] in (None, str(scene.steps)), said["steps"]
    x, y = scene.start or scene.landscape.start
    assert all(_reads(text, value) for text, value in zip(said["start"], (x, y), strict=True)), (said["start"], (x, y))
    focused = lanes[scene.focus]
    assert _reads(said["rate"], focused.rate), (said["rate"], focused.rate)
    assert said["focus"] == scene.focus
    if len({lane.rate for lane in lanes}) > 1:
        assert said["scope"] == "one", "the slider would move rates that it does not show"
    for key, knob in OPTIMIZERS[focused.optimizer].knobs.items():
        text = said["knobs"].get(f"{knob.name}, number")
        assert text is None or _reads(text, focused.knobs[key]), (key, text, focused.knobs[key])
    runs = descend_many(scene.runs())
    names = lane_names(runs)
    assert said["table"][: len(names)] == names, (said["table"], names)
    assert len(said["rows"]) == len(lanes)
    for text, lane in zip(said["rows"], lanes, strict=True):
        assert text.startswith(OPTIMIZERS[lane.optimizer].name), (said["rows"], names)
    assert said["mode"] == {"map": "Map", "surface": "Surface"}[scene.view], (said["mode"], scene.view)
    last = max(len(run.losses) for run in runs) - 1
    shown = last if scene.playhead is None else min(scene.playhead, last)
    assert stage.step == shown, (stage.step, shown)
    stage.agrees(scene, shown)
    return scene


def _reads(text: str, value: float) -> bool:
    return isclose(float(text.replace("−", "-")), value, rel_tol=2e-5, abs_tol=1e-9)
