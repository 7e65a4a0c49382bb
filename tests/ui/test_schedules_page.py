"""The page Schedules without a browser: which scene it shows, what its pickers make of it, and what waits meanwhile."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from engine import SCHEDULES
from landscapes import LANDSCAPES
from tests.server import ROOT
from ui.scene.lane import Lane
from ui.scene.scene import Scene, opening
from ui.scene.schedules import (
    MOST_SCHEDULES,
    opening_of_schedules,
    under_schedules,
    with_one_optimizer,
    with_picked_schedules,
)

PATIENCE = 60
FIVE = ["constant", "step", "exponential", "cosine", "plateau"]


def page(name: str = "schedules", **query: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=PATIENCE)
    app.run()
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(f"{name}.py").run()
    assert not app.exception
    return app


def scene(app: AppTest) -> Scene:
    return app.session_state["scene"]


def test_without_a_link_it_opens_with_five_schedules_on_the_noisy_bowl():
    app = page()
    assert scene(app) == opening_of_schedules()
    assert [lane.schedule for lane in scene(app).lanes] == FIVE
    assert app.warning == []
    assert app.get("button_group")[-1].options == [one.name for one in SCHEDULES.values()]


def test_another_page_s_scene_waits_and_so_does_the_comparison():
    app = page()
    app.selectbox(key="pick_one_optimizer 0").set_value("adam").run()
    assert {lane.optimizer for lane in scene(app).lanes} == {"adam"}
    compared = scene(app)
    app.switch_page("playground.py").run()
    assert scene(app) == opening()
    app.switch_page("schedules.py").run()
    assert scene(app) == compared


def test_the_run_in_focus_comes_along_from_the_playground():
    app = page("playground", land="rosenbrock", steps="400", focus="2", lane=["adam;rate=0.05", "momentum;rate=0.001"])
    before = scene(app)
    app.query_params.clear()
    app.switch_page("schedules.py").run()
    assert scene(app) == under_schedules(before)
    assert {(lane.optimizer, lane.rate) for lane in scene(app).lanes} == {("momentum", 0.001)}
    app.switch_page("race.py").run()
    assert scene(app) == before


def test_a_link_is_shown_as_it_is_unless_it_names_several_optimizers():
    app = page(land="bowl", lane="momentum;rate=0.02;schedule=step;gamma=0.5")
    assert scene(app).lanes == (Lane("momentum", 0.02, schedule="step", schedule_knobs={"gamma": 0.5}),)
    assert app.warning == []
    app = page(land="bowl", focus="2", lane=["adam", "momentum;rate=0.02"])
    assert {lane.optimizer for lane in scene(app).lanes} == {"momentum"}
    assert "several optimizers" in app.warning[0].value
    assert "Momentum is taken" in app.warning[0].value


def test_schedules_are_picked_up_to_six():
    app = page()
    app.button_group(key="pick_schedules 0").set_value(["step", "linear", "one_cycle"]).run()
    lanes = scene(app).lanes
    assert [lane.schedule for lane in lanes] == ["step", "linear", "one_cycle"]
    assert lanes[0] == opening_of_schedules().lanes[1]
    assert {lane.rate for lane in lanes} == {0.2}
    app.button_group(key="pick_schedules 0").set_value(list(SCHEDULES)[: MOST_SCHEDULES + 1]).run()
    assert scene(app).lanes == lanes
    assert "at most 6" in app.warning[0].value


def test_edits_keep_what_they_do_not_change():
    before = Scene(
        LANDSCAPES["bowl"],
        (
            Lane("momentum", 0.1, {"momentum": 0.5}, "step", {"gamma": 0.3, "warmup_steps": 20}, name="mine"),
            Lane("momentum", 0.2, {"momentum": 0.5}),
        ),
        noise=1.0,
        steps=60,
    )
    after = with_picked_schedules(before, ["step", "cosine"])
    assert after.lanes[0] == before.lanes[0]
    assert after.lanes[1] == Lane("momentum", 0.1, {"momentum": 0.5}, "cosine", {"warmup_steps": 20})
    assert replace(after, lanes=before.lanes) == before
    with pytest.raises(ValueError, match="at least one schedule"):
        with_picked_schedules(before, [])
    other = with_one_optimizer(before, "adam")
    assert other.lanes[0] == Lane("adam", 0.1, {}, "step", {"gamma": 0.3, "warmup_steps": 20}, name="mine")
    assert with_one_optimizer(before, "momentum") == before
    five = under_schedules(before)
    assert [lane.schedule for lane in five.lanes] == FIVE
    assert all(lane.knobs == before.lanes[0].knobs for lane in five.lanes)
    assert {lane.schedule_knobs["warmup_steps"] for lane in five.lanes} == {20}
    assert five.lanes[3].schedule_knobs["t_max"] == 60
