"""Branches: at the playhead a run goes on at another rate, moves along with its parent, and is in the link."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

from engine import descend, fastest_rate
from engine.basis.numerals import number
from tests.browser.agreement import agrees
from tests.browser.stage import PATIENCE, Stage
from tests.browser.test_lanes import choose
from tests.browser.test_share import SVG, taken
from tests.stage.test_palette import STYLES

TWINS = "land=himmelblau&steps=80&start=-1,2&" + "&".join(
    f"lane=adam;rate=0.{rate}" for rate in ("1", "02;from=1:20", "02;from=1:60")
)
LINK = "land=himmelblau&steps=80&start=-1,2&step=40&lane=adam;rate=0.1"


def test_a_run_branches_at_the_playhead_moves_along_and_comes_back_by_its_link(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    choose(page, "Adam", "Branch here, at step 40")
    scene = stage.link_says(lambda scene: len(scene.lanes) == 2)
    assert [lane.branch for lane in scene.lanes] == [None, (0, 40)]
    stage.type_into(stage.rate, "0.02")
    stage.link_says(lambda scene: [lane.rate for lane in scene.lanes] == [0.1, 0.02])
    names = page.locator(".lab-name")
    expect(names.nth(1)).to_have_text("Adam at 0.02 · from step 40")
    stage.until(lambda: agrees(stage))

    # The parent's rate is changed: the branch moves along.
    before = descend(stage.scene.runs()[1]).points[-1]
    page.locator(".lab-method").nth(0).click()
    stage.type_into(stage.rate, "0.2")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 0.2)
    assert abs(descend(scene.runs()[1]).points[-1] - before).max() > 0.01
    stage.until(lambda: agrees(stage))

    # By its link it is there again; with its parent it goes, and is put back.
    page.reload()
    stage.at_rest()
    expect(names.nth(1)).to_have_text("Adam at 0.02 · from step 40")
    assert stage.scene == scene
    page.get_by_role("button", name="Add a run").click()
    page.get_by_role("menuitem", name="Momentum", exact=True).click()
    stage.link_says(lambda scene: len(scene.lanes) == 3)
    choose(page, "Adam at 0.2", "Remove")
    left = stage.link_says(lambda scene: len(scene.lanes) < 3)
    assert [(lane.optimizer, lane.branch) for lane in left.lanes] == [("momentum", None)]
    page.get_by_role("button", name="Put back").click()
    back = stage.link_says(lambda scene: len(scene.lanes) == 3)
    assert [lane.branch for lane in back.lanes] == [None, (0, 40), None]


def test_two_branches_are_told_apart_in_a_lecture_and_a_file_and_begin_at_the_start_elsewhere(page: Page):
    stage = Stage(page).open(TWINS).at_rest()
    names = ["Adam at 0.1", "Adam at 0.02 · from step 20", "Adam at 0.02 · from step 60"]
    expect(page.locator(".lab-name")).to_have_text(names)
    expect(page.locator(".lab-lane-note")).to_be_empty()
    # Where a name has no room, all that tells it from the others is read.
    page.keyboard.press("l")
    page.wait_for_selector(".lab-lecture .lab-name-own")
    cut = "spans => spans.filter((span) => span.scrollWidth > span.clientWidth + 1).map((span) => span.textContent)"
    own = page.locator(".lab-name-own")
    expect(own).to_have_text(["0.1", "0.02 · from step 20", "0.02 · from step 60"])
    stage.until(lambda: _none(own.evaluate_all(cut)))
    stage.link_says(lambda scene: scene.lecture)
    page.keyboard.press("l")
    stage.link_says(lambda scene: not scene.lecture)
    # Each branch's ring, in its colour, is in the drawing too.
    colours = page.locator(".lab-row").evaluate_all("rows => rows.map((row) => row.dataset.look)")
    page.keyboard.press("e")
    drawing = ElementTree.fromstring(taken(page, "SVG")[1])
    paths = list(drawing.iter(f"{SVG}path"))
    card = page.evaluate(
        "getComputedStyle(document.querySelector('.lab')).getPropertyValue('--card').trim().toLowerCase()"
    )
    discs = {path.get("d") for path in paths if path.get("fill", "").lower() == card}
    rings = [path.get("stroke", "").lower() for path in paths if path.get("d") in discs]
    strokes = [STYLES[look]["light"].lower() for look in colours]
    assert [rings.count(stroke) for stroke in strokes] == [0, 1, 1]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Share")).to_be_hidden()
    # Another page that is asked for while something is being answered is lost (docs/limits.md).
    stage.heard()
    page.get_by_role("link", name="Terrain", exact=True).click()
    page.wait_for_selector(".lab[data-page=terrain][data-painted]", timeout=1000 * PATIENCE)
    expect(page.locator(".lab-lane-note")).to_contain_text(
        "2 of these runs are branches: this page runs them from the start"
    )


def test_a_key_makes_a_branch_whose_rate_and_setting_are_measured_from_where_it_begins(page: Page):
    stage = Stage(page).open("land=booth&steps=400&step=30&lane=gradient_descent;rate=0.001").at_rest()
    page.keyboard.press("d")
    scene = stage.link_says(lambda scene: len(scene.lanes) == 2)
    assert [lane.branch for lane in scene.lanes] == [None, (0, 30)]
    best = fastest_rate(scene.runs()[1])
    assert best is not None
    fastest = page.locator(".lab-fastest")
    expect(fastest).to_have_text(f"▲ fastest about {number(best)}", timeout=1000 * PATIENCE)
    expect(fastest).to_have_attribute("title", re.compile("^From step 30 on every rate up to 5 % .* steps more[.]"))
    page.keyboard.press("b")
    scene = stage.link_says(lambda scene: scene.lanes[1].rate == best)
    assert scene.lanes[0].rate == 0.001
    # The mark of the run that is not in focus is on the track, and takes hold of it by key and by pointer.
    mark = page.get_by_role("button", name="Gradient descent at 0.001: learning rate 0.001")
    mark.focus()
    page.keyboard.press("Enter")
    expect(stage.rate).to_have_value("0.00100")
    expect(mark).to_have_css("opacity", "0")  # it lies under the slider's own thumb, and may be held by the pointer
    mark = page.get_by_role("button", name=re.compile("step 30: learning rate"))
    box = stage.box(mark)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 120, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.lanes[1].rate < best / 1.5)
    assert (scene.focus, scene.lanes[0].rate) == (1, 0.001)
    # The doctor tries settings from there; what is taken stays a branch, and can be undone.
    doctor = page.locator(".st-key-doctor")
    doctor.get_by_role("button", name="Find a better setting").click()
    expect(doctor).to_contain_text("Tested from step 30 on: ", timeout=1000 * PATIENCE)
    before = float(descend(scene.runs()[1]).losses[-1])
    doctor.get_by_role("button", name="Go on with").click()
    then = stage.link_says(lambda found: found.lanes[1].rate != scene.lanes[1].rate)
    assert then.lanes[1].branch == (0, 30)
    assert descend(then.runs()[1]).losses[-1] < before
    doctor.get_by_role("button", name="Undo").click()
    stage.link_says(lambda found: found.lanes == scene.lanes)


def _none(cut: list[str]) -> None:
    assert cut == []
