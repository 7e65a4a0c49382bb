"""Branches: at the playhead a run goes on at another rate, moves along with its parent, and is in the link."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from engine import descend
from tests.browser.agreement import agrees
from tests.browser.stage import Stage
from tests.browser.test_lanes import choose

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
