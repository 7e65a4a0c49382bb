"""Tuning: every rate, two knobs, hints at the sliders; and the doctor's line that is applied and undone."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from engine import descend
from engine.studies.regimes import regimes_of
from tests.browser.stage import PATIENCE, Stage

LINK = "land=ravine&steps=400&lane=momentum;rate=0.03"


def open_tuning(page: Page, link: str = LINK) -> Stage:
    page.goto(f"/tuning?{link}")
    page.wait_for_selector(".lab-sweep[data-rates='240']", state="attached")
    return Stage(page)


def test_the_sweep_says_what_the_engine_says_and_a_click_sets_the_rate(page: Page):
    stage = open_tuning(page)
    run = stage.scene.runs()[0]
    expect(page.locator(".lab-sweep-panel [role=status]")).to_have_text(regimes_of(run, 1e-5, 10, 240)[1].sentence)
    names = page.locator(".lab-regimes tbody th").all_inner_texts()
    assert names == ["too low", "just right", "too high"]
    canvas = page.locator(".lab-sweep")
    expect(canvas).to_have_attribute("aria-label", re.compile(r"rate × λ < 2 \(1 \+ β\)"))
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    scene = stage.link_says(lambda scene: scene.lanes[0].rate != 0.03)
    assert 1e-4 < scene.lanes[0].rate < 0.02
    stage.agrees_soon(scene)
    canvas.focus()
    page.keyboard.press("End")
    assert stage.link_says(lambda scene: scene.lanes[0].rate == 10)
    expect(canvas).to_have_attribute("aria-valuetext", "10, too high: diverges")
    page.keyboard.press("ArrowLeft")
    one = stage.link_says(lambda scene: scene.lanes[0].rate < 10).lanes[0].rate
    assert one == float(f"{np.geomspace(1e-5, 10, 240)[-2]:.3g}"), "from one rate of the sweep to the next"


def test_beside_the_sweep_an_example_is_just_right_only_where_the_sweep_says_so(page: Page):
    """On the bowl 0.01 arrives in 399 steps and 0.25 in one: too low, says the sweep."""
    open_tuning(page, "land=bowl&steps=500&lane=gradient_descent;rate=0.01").at_rest()
    expect(page.locator(".lab-preset")).to_have_text(["too low", "middle", "too high"])
    open_tuning(page, "land=himmelblau&steps=500&lane=gradient_descent;rate=0.01").at_rest()
    expect(page.locator(".lab-preset")).to_have_text(["too low", "just right", "too high"])


def test_two_knobs_are_a_map_with_the_law_and_a_click_sets_both(page: Page):
    stage = open_tuning(page)
    page.get_by_role("button", name="Two knobs").click()
    canvas = page.locator(".lab-knobmap")
    expect(canvas).to_have_attribute("data-columns", "256")
    expect(page.locator(".lab-knobmap-panel [role=status]")).to_contain_text("The line is the law rate × λ < 2 (1 + β)")
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    scene = stage.link_says(lambda scene: scene.lanes[0].rate != 0.03)
    assert abs(scene.lanes[0].knobs["momentum"] - 0.5) < 0.1
    canvas.focus()
    page.keyboard.press("Shift+ArrowUp")
    above = stage.link_says(lambda other: other.lanes[0].knobs["momentum"] > scene.lanes[0].knobs["momentum"])
    assert above.lanes[0].rate == scene.lanes[0].rate
    assert above.lanes[0].knobs["momentum"] - scene.lanes[0].knobs["momentum"] == pytest.approx(
        10 * 0.999 / 255, rel=0.1
    )
    page.keyboard.press("ArrowRight")
    assert stage.link_says(lambda other: other.lanes[0].rate > scene.lanes[0].rate)
    expect(canvas).to_have_attribute("aria-valuetext", re.compile(r"Learning rate \S+, Momentum β \S+: "))


def test_a_map_of_two_knobs_that_comes_when_another_method_is_in_focus_is_not_shown(page: Page):
    """It was asked for while Adam was in focus; gradient descent, which is now, has no such knobs to be written."""
    held: list[str | bytes] = []
    lines: list[WebSocketRoute] = []
    holding = False

    def pass_on(line: WebSocketRoute) -> None:
        lines.append(line)
        server = line.connect_to_server()
        kinds: list[str] = []

        def ask(message: str | bytes) -> None:
            kinds.append(json.loads(message).get("kind", "runs"))
            server.send(message)

        def answer(message: str | bytes) -> None:
            kind = kinds.pop(0)
            (held.append if holding and kind == "knobs" else line.send)(message)

        line.on_message(ask)
        server.on_message(answer)

    page.route_web_socket(re.compile("/live$"), pass_on)
    stage = open_tuning(page, "land=bowl&steps=50&focus=2&lane=gradient_descent;rate=0.05&lane=adam;rate=0.1")
    page.get_by_role("button", name="Two knobs").click()
    canvas = page.locator(".lab-knobmap")
    expect(canvas).to_have_attribute("data-columns", "256")
    holding = True
    stage.all_knobs()
    stage.type_into(stage.knob_box("Memory β₂"), "0.95")
    stage.until(lambda: _is(len(held) == 1))
    stage.pill("Adam").click()
    stage.link_says(lambda scene: len(scene.lanes) == 1)
    expect(page.locator(".lab-row")).to_have_count(1)
    lines[-1].send(held[0])
    said = page.locator(".lab-knobmap-panel [role=status]")
    expect(said).to_have_text(re.compile("^Gradient descent has one knob only, the rate"))
    stage.until(lambda: stage.agrees(stage.scene))
    expect(said).to_have_text(re.compile("^Gradient descent has one knob only, the rate"))
    expect(canvas).to_be_hidden()


def _is(truth: bool) -> None:
    assert truth


def test_what_is_no_number_yet_is_written_as_such(page: Page):
    open_tuning(page)
    written = page.evaluate(
        """async () => {
          const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
          const any = loaded.find((name) => name.includes("/live/assets/"));
          const { short, tight, typed } = await import(new URL("base/numbers.js", any).href);
          return [short, tight, typed].flatMap((write) => [write(undefined), write(null)]);
        }"""
    )
    assert written == ["…"] * 6


def test_hints_stand_at_the_sliders_and_curvature_against_its_limit(page: Page):
    open_tuning(page, "land=bowl&steps=50&lane=gradient_descent;rate=0.01")
    hints = page.locator(".lab-hints")
    expect(hints).to_contain_text("Learning rate")
    expect(hints).to_contain_text("would end lower")
    expect(page.locator(".lab-rate .lab-arrow")).to_have_text("▲")
    page.get_by_role("button", name="Curves", exact=True).click()
    expect(page.get_by_text("Curvature λmax against its limit")).to_be_visible()
    expect(page.get_by_text("below it all the way")).to_be_visible()


def test_the_doctor_s_setting_is_applied_and_undone(page: Page):
    stage = Stage(page).open("land=bounce&lane=gradient_descent;rate=1").at_rest()
    line = page.locator("p.doctor")
    expect(line).to_contain_text("Oscillating")
    expect(line).to_contain_text("cycle of 2 steps")
    sick = stage.scene
    page.get_by_role("button", name="Find a better setting").click()
    page.get_by_role("button", name="Add Gradient descent at").click(timeout=1000 * PATIENCE)
    expect(line).to_contain_text("Healthy")
    expect(line).to_contain_text("Before: oscillating")
    cured = stage.link_says(lambda scene: len(scene.lanes) == 2)
    assert descend(cured.runs()[cured.focus]).outcome.arrived
    page.get_by_role("button", name="Undo").click()
    assert stage.link_says(lambda scene: len(scene.lanes) == 1) == sick


def test_where_no_setting_helps_the_doctor_s_other_start_is_applied_and_undone(page: Page):
    stage = Stage(page).open("land=easom&start=7,7&steps=200&lane=gradient_descent;rate=0.1").at_rest()
    line = page.locator("p.doctor")
    expect(line).to_contain_text("On flat ground")
    sick = stage.scene
    page.get_by_role("button", name="Find a better setting").click()
    expect(line).to_contain_text("none of 256 settings helps", timeout=1000 * PATIENCE)
    page.get_by_role("button", name="Move the start to").click()
    expect(line).to_contain_text("Healthy")
    moved = stage.link_says(lambda scene: scene.start != (7, 7))
    assert descend(moved.runs()[0]).outcome.arrived
    assert moved.lanes == sick.lanes
    page.get_by_role("button", name="Undo").click()
    assert stage.link_says(lambda scene: scene.start == (7, 7)) == sick
