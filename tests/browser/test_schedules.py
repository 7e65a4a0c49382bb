"""The page Schedules: rates, paths and losses under one playhead, live knobs, and where a plateau cut and why."""

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from engine import descend_many
from engine.export import scheduler_code
from engine.studies.decisions import decisions
from tests.browser.stage import PATIENCE, Stage, reads_as
from ui.scene.scene import Scene
from ui.scene.schedules import opening_of_schedules


def test_five_schedules_their_knobs_their_lines_and_their_cuts(page: Page):
    page.goto("/schedules")
    page.wait_for_selector(".lab[data-surface][data-painted]", timeout=1000 * PATIENCE)
    stage = Stage(page).at_rest()
    scene = opening_of_schedules()
    runs = descend_many(scene.runs())
    names = ["Constant", "Step decay", "Exponential decay", "Cosine", "Reduce on plateau"]
    expect(page.locator(".lab-race h2")).to_have_text("Gradient descent, five schedules")
    assert page.locator(".lab-race .lab-name").all_inner_texts() == names
    heads = page.locator(".lab-pane-head b")
    expect(heads).to_have_text(["Learning rate", "Loss"])
    codes = page.locator(".lab-lines .lab-line-code")
    for place, run in enumerate(scene.runs()):
        expect(codes.nth(place)).to_have_text(scheduler_code(run) or re.compile("no scheduler"))
    cuts = page.get_by_role("group", name="Cuts of the rate").get_by_role("button")
    made = decisions(runs[4])
    expect(cuts).to_have_text([str(one.step) for one in made])
    why = page.locator(".lab-cut-why").last
    expect(why).to_have_text(made[-1].sentence)
    cuts.nth(0).click()
    stage.until(lambda: _is(stage.step, made[0].step + 1))
    expect(why).to_have_text(made[0].sentence)
    # The step that used the patience up was still made at the old rate.
    page.get_by_role("button", name="One step back").click()
    stage.until(lambda: _is(stage.step, made[0].step))
    expect(why).to_have_text("No cut yet at this step.")
    page.keyboard.press("End")
    # What was measured of a thousand seeds, said as the engine says it.
    expect(page.locator(".lab-spread-panel[data-measured]")).to_have_count(1, timeout=1000 * PATIENCE)
    found = page.locator(".lab-found p")
    expect(found.first).to_contain_text("Exponential decay and Cosine help here")
    expect(found.last).to_contain_text("Constant, variance of the ends at rate 0.2: along x 0.162")
    expect(page.locator(".lab-spread")).to_have_attribute("aria-label", re.compile("1,000 seeds. Constant: half end"))
    # The knobs of the run in focus: the line and the cuts follow, and the others' stay.
    page.locator(".lab-method", has_text="Reduce on plateau").click()
    box = page.locator(".lab-schedule .lab-knob", has_text="Patience").locator(".lab-box")
    box.fill("5")
    box.press("Enter")
    knobs = {**scene.lanes[4].schedule_knobs, "patience": 5}
    lanes = (*scene.lanes[:4], replace(scene.lanes[4], schedule_knobs=knobs))
    changed = replace(scene, lanes=lanes, focus=4)
    stage.until(lambda: _is(stage.scene, changed))
    made = decisions(descend_many(changed.runs())[4])
    expect(cuts).to_have_text([str(one.step) for one in made][:12])
    expect(codes.nth(4)).to_contain_text("patience=5")
    # Another schedule, and the sixth is the last.
    page.get_by_role("button", name="Add a schedule").click()
    page.get_by_role("menuitem", name="One cycle").click()
    expect(page.locator(".lab-race .lab-name").last).to_have_text("One cycle")
    expect(page.get_by_role("button", name="Add a schedule")).to_be_disabled()
    expect(codes.nth(5)).to_contain_text("OneCycleLR(optimizer, max_lr=0.2")
    last = descend_many(stage.until(lambda: _six(stage)).runs())[5]
    assert reads_as(page.locator(".lab-race .lab-loss").last.inner_text(), last.losses[-1])


def _is(shown: object, expected: object) -> None:
    assert shown == expected


def _six(stage: Stage) -> Scene:
    scene = stage.scene
    assert len(scene.lanes) == 6
    return scene
