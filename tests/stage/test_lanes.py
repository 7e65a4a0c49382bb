"""What runs side by side are called and drawn in: in Python and in JavaScript alike, and told apart by everybody."""

import json
import random
import subprocess
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from engine import OPTIMIZERS, SCHEDULES, Run, lane_names
from engine.facts import facts_of
from stage import assets
from tests.stage.test_palette import CLOSE, PALETTE, STYLES, THEMES, VISIONS, difference, lab, lab_of, linear, srgb
from ui.scene.lane import Lane
from ui.scene.scene import MOST_LANES

_SAID = """
const { readFileSync } = await import("node:fs");
globalThis.fetch = async (url) => ({ json: async () => JSON.parse(readFileSync(url)) });
const { looksOf } = await import(`${process.argv[1]}/base/looks.js`);
const { laneNames, nameParts } = await import(`${process.argv[1]}/base/words.js`);
const { scenes, methods } = JSON.parse(readFileSync(0));
console.log(JSON.stringify(scenes.map((lanes) => {
  for (const lane of lanes) {
    lane.optimizerFacts = methods.optimizers[lane.optimizer];
    lane.scheduleFacts = methods.schedules[lane.schedule];
  }
  const names = laneNames(lanes);
  return { looks: looksOf(lanes), names, by_schedule: laneNames(lanes, true), parts: nameParts(names) };
})));
"""


def on_the_stage(scenes: Sequence[Sequence[Lane]]) -> list[dict]:
    """Looks and names of the lanes of each scene, by the stage's own modules."""
    plain = [[{**vars(lane), "knobs": dict(lane.knobs)} for lane in lanes] for lanes in scenes]
    command = [compute_driver_executable()[0], "--input-type=module", "-e", _SAID, str(assets.FOLDER)]
    told = json.dumps({"scenes": plain, "methods": facts_of(OPTIMIZERS, SCHEDULES)})
    return json.loads(subprocess.run(command, input=told, capture_output=True, text=True, check=True).stdout)


def run_of(lane: Lane) -> Run:
    return Run("bowl", lane.optimizer, None, lane.rate, lane.knobs, lane.schedule, lane.schedule_knobs)


def any_lanes(rng: random.Random) -> list[Lane]:
    """Often of the same optimizer, often alike but for one setting."""
    keys, schedules = rng.sample(list(OPTIMIZERS), 3), rng.sample(list(SCHEDULES), 2)
    lanes = []
    for _ in range(rng.randint(1, MOST_LANES)):
        optimizer, schedule = rng.choice(keys), rng.choice(schedules)
        knobs = {
            name: rng.choice((knob.default, knob.low, knob.high)) for name, knob in OPTIMIZERS[optimizer].knobs.items()
        }
        warm = {"warmup_steps": rng.choice((0, 0, 20))}
        lane = Lane(optimizer, rng.choice((0.1, 0.01, 0.25)), knobs if rng.random() < 0.3 else {}, schedule, warm)
        name, look = rng.choice(("", "", "too low", "β")), rng.choice((None, None, *keys))
        lanes.append(Lane(**{**vars(lane), "name": name, "look": look}))
    return lanes


@pytest.fixture(scope="module")
def scenes() -> list[list[Lane]]:
    rng = random.Random(0)
    return [any_lanes(rng) for _ in range(300)]


@pytest.fixture(scope="module")
def said(scenes: list[list[Lane]]) -> list[dict]:
    return on_the_stage(scenes)


def test_python_and_javascript_call_the_runs_alike_and_no_two_the_same(scenes, said):
    for lanes, told in zip(scenes, said, strict=True):
        names = lane_names([run_of(lane) for lane in lanes], [lane.name for lane in lanes])
        assert told["names"] == names
        assert len(set(names)) == len(names)
        schedules = lane_names([run_of(lane) for lane in lanes], [lane.name for lane in lanes], by_schedule=True)
        assert told["by_schedule"] == schedules
        assert len(set(schedules)) == len(schedules)


def test_runs_of_one_optimizer_are_called_by_what_differs():
    cosine = Run("bowl", "adam", rate=0.1, schedule="cosine")
    assert lane_names([Run("bowl", "adam", rate=0.1)]) == ["Adam"]
    assert lane_names([cosine, Run("bowl", "momentum")]) == ["Adam", "Momentum"]
    names = ["Adam at 0.1 · cosine", "Adam at 0.2 · constant"]
    assert lane_names([cosine, Run("bowl", "adam", rate=0.2)]) == names
    twins = [Run("bowl", "momentum", knobs={"momentum": beta}) for beta in (0.9, 0.5)]
    assert lane_names(twins) == ["Momentum at 0.01 · β 0.9", "Momentum at 0.01 · β 0.5"]
    step = Run("bowl", "adam", rate=0.1, schedule="step")
    assert lane_names([cosine, step], by_schedule=True) == ["Cosine", "Step decay"]
    later = Run("bowl", "adam", rate=0.2, schedule="step", schedule_knobs={"gamma": 0.5})
    names = ["Step decay at 0.1 · γ 0.1", "Step decay at 0.2 · γ 0.5"]
    assert lane_names([step, later], by_schedule=True) == names
    assert lane_names([cosine, cosine]) == ["Adam at 0.1 (lane 1)", "Adam at 0.1 (lane 2)"]
    assert lane_names([cosine, cosine], ["mine", ""]) == ["mine", "Adam"]


def test_what_a_cut_name_keeps_tells_it_from_all_that_begin_alike(said):
    """In lecture mode the shared part gives way: all that differs stands in the other one, which begins with a word."""
    shortened = 0
    for told in said:
        names, parts = told["names"], told["parts"]
        assert ["".join(part) for part in parts] == names
        for name, (shared, own) in zip(names, parts, strict=True):
            assert own
            assert shared == "" or shared.endswith(" ")
            shortened += shared != ""
            for other in names:
                # Whoever begins with the shared part differs behind it; who does not begins with another word.
                assert other == name or other.startswith(shared) or other.split(" ")[0] != name.split(" ")[0]
        for shared in {shared for shared, _ in parts}:
            kept = [own for other, own in parts if other == shared]
            assert len(set(kept)) == len(kept)
    assert shortened > 100


def test_every_run_has_a_look_of_its_own_and_keeps_the_one_it_says(scenes, said):
    for lanes, told in zip(scenes, said, strict=True):
        looks = told["looks"]
        assert len(set(looks)) == len(looks)
        assert set(looks) <= set(STYLES)
        wishes = [lane.look for lane in lanes]
        for lane, look in zip(lanes, looks, strict=True):
            if lane.look and wishes.count(lane.look) == 1:
                assert look == lane.look
    assert any(lane.look for lanes in scenes for lane in lanes)


def test_old_links_are_drawn_as_before():
    """One lane for each optimizer, in any order: each in its own colour, dash and marker, under its own name."""
    rng = random.Random(1)
    old = [[Lane(key, 10 ** rng.uniform(-4, 0)) for key in rng.sample(list(OPTIMIZERS), 8)] for _ in range(20)]
    for lanes, told in zip(old, on_the_stage(old), strict=True):
        assert told["looks"] == [lane.optimizer for lane in lanes]
        assert told["names"] == [OPTIMIZERS[lane.optimizer].name for lane in lanes]


def grey(colour: str) -> float:
    """Lightness under a screen's grey filter: the luma of the encoded colour (Rec. 709)."""
    return lab_of(linear(np.full(3, [0.2126, 0.7152, 0.0722] @ srgb(colour))))[0]


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam", "bfgs"])
def test_sixteen_runs_of_one_optimizer_are_told_apart(optimizer: str):
    """By the look's rule in every vision; in grey, where colours fall together, by dash or marker."""
    (told,) = on_the_stage([[Lane(optimizer, rate) for rate in np.geomspace(1e-4, 1, MOST_LANES).tolist()]])
    assert told["looks"][0] == optimizer
    assert sorted(told["looks"]) == sorted(OPTIMIZERS)
    for one, other in combinations([STYLES[look] for look in told["looks"]], 2):
        for theme in THEMES:
            for vision in VISIONS:
                if difference(lab(one[theme], vision), lab(other[theme], vision)) < CLOSE:
                    assert one["dash"] != other["dash"]
                    assert one["marker"] != other["marker"]
            if abs(grey(one[theme]) - grey(other[theme])) < CLOSE:
                assert (one["dash"], one["marker"]) != (other["dash"], other["marker"])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam", "momentum"])
def test_three_runs_of_one_optimizer_are_told_apart_by_colour_alone(theme: str, vision: str, optimizer: str):
    (told,) = on_the_stage([[Lane(optimizer, rate) for rate in (0.001, 0.01, 0.1)]])
    seen = [lab(STYLES[look][theme], vision) for look in told["looks"]]
    assert min(difference(one, other) for one, other in combinations(seen, 2)) >= 12


def test_the_further_looks_are_all_there_are():
    assert sorted(PALETTE["further"]) == sorted(STYLES)
