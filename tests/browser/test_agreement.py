"""Every way in which the picture changes leaves every control saying what the picture says."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Page, expect

from engine import diagnose
from engine.numerals import number
from tests.browser.agreement import agrees
from tests.browser.stage import PATIENCE, Stage

SICK = "land=ravine&steps=100&step=7&lane=gradient_descent;rate=0.0001&lane=nesterov;rate=0.01"


def test_a_prescription_s_button_says_what_it_does_and_one_undo_brings_all_back(page: Page):
    stage = Stage(page).open(SICK).at_rest()
    sick = stage.until(lambda: agrees(stage))
    prescribed = diagnose(sick.runs()[0]).prescription
    assert prescribed is not None
    assert prescribed.optimizer == "nesterov", "a method that is in the picture already"
    page.get_by_role("button", name="Find a better setting").click()
    offer = page.locator(".st-key-doctor_apply button")
    expect(offer).to_have_text(f"Add Nesterov at {number(prescribed.rate)}", timeout=1000 * PATIENCE)
    offer.click()
    # The former run stays for comparison, and so does the lane of the same method.
    beside = stage.link_says(lambda scene: len(scene.lanes) == 3)
    assert beside.lanes[:2] == sick.lanes
    assert beside.runs()[beside.focus] == prescribed
    assert stage.until(lambda: agrees(stage)) == replace(beside, playhead=None)
    # A pill that is clicked now keeps what was applied.
    stage.pill("Adam").click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 4)
    assert scene.lanes[:3] == beside.lanes
    stage.until(lambda: agrees(stage))
    page.get_by_role("button", name="Remove Gradient descent at 1e-4").click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 3)
    assert scene.lanes[:2] == beside.lanes[1:]
    stage.until(lambda: agrees(stage))
    page.get_by_role("button", name="Undo").click()
    assert stage.link_says(lambda scene: len(scene.lanes) == 2) == sick
    assert stage.until(lambda: agrees(stage)) == sick
