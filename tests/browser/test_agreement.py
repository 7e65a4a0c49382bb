"""Every way in which the picture changes leaves every control saying what the picture says."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from engine import diagnose
from engine.basis.numerals import number
from tests.browser.agreement import agrees
from tests.browser.stage import PATIENCE, Stage
from ui.scene.file import scene_json
from ui.scene.link import decode
from ui.scene.scene import Scene
from ui.scene.scenes import SCENES, Prepared

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
    page.get_by_role("button", name=f"Remove Gradient descent at {number(1e-4)}").click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 3)
    assert scene.lanes[:2] == beside.lanes[1:]
    stage.until(lambda: agrees(stage))
    page.get_by_role("button", name="Undo").click()
    assert stage.link_says(lambda scene: len(scene.lanes) == 2) == sick
    assert stage.until(lambda: agrees(stage)) == sick


OPENED = (
    "land=ravine&steps=100&step=7&lane=gradient_descent;rate=0.02&lane=adam;rate=0.1;schedule=cosine;t_max=100&focus=2"
)
OTHER = (
    "land=rosenbrock&window=-2,2,-1,2&start=-1,1.5&steps=150&gradient_tolerance=0.001&noise=0.1&seed=7&clip_norm=5"
    "&focus=2&lane=momentum;rate=0.001;momentum=0.8;schedule=step;step_size=50;warmup_steps=10"
    "&lane=nesterov;rate=0.002;schedule=step;step_size=50;warmup_steps=10"
)


def _file(stage: Stage, scene: Scene) -> None:
    """Load a saved picture."""
    content = scene_json(scene).encode()
    uploader = stage.sidebar.locator("input[type=file]")
    if not uploader.count():
        stage.sidebar.get_by_text("Save and load").click()
    uploader.set_input_files({"name": "picture.json", "mimeType": "application/json", "buffer": content})


def _page(stage: Stage, name: str) -> None:
    stage.page.get_by_role("link", name=name, exact=True).click()
    stage.page.wait_for_selector(f".lab[data-page={name.lower()}][data-painted]")


def test_every_way_to_another_picture_leaves_every_control_saying_what_it_says(page: Page):
    """One visit, way after way; after each, all controls are compared with the address (`tests.browser.agreement`)."""
    stage = Stage(page).open(OPENED).at_rest()
    stage.sidebar.get_by_text("Steps, stopping, noise, clipping").click()
    expect(stage.sidebar.locator(".st-key-conditions input")).to_have_count(7)
    page.locator(".st-key-code summary").click()
    expect(page.locator(".st-key-code [data-testid=stCode]").first).to_be_visible()
    opened = stage.until(lambda: agrees(stage))
    # A loaded file: another surface, start, window, methods, schedule and conditions, all at once.
    other, notices = decode(parse_qs(OTHER))
    assert notices == []
    _file(stage, other)
    assert stage.link_says(lambda scene: scene.landscape.key == "rosenbrock") == other
    assert stage.until(lambda: agrees(stage)) == other
    # The list: the one in focus brings its own rate, knobs and schedule along.
    stage.method("Momentum").click()
    stage.link_says(lambda scene: scene.focus == 0)
    stage.until(lambda: agrees(stage))
    # A preset, and the measured rate.
    page.get_by_label("Whose learning rate").select_option("all")
    page.get_by_role("button", name=re.compile("^(just right|middle)$")).click()
    stage.link_says(lambda scene: {lane.rate for lane in scene.lanes} == {0.01})
    stage.until(lambda: agrees(stage))
    # A surface of the menu, and a schedule.
    stage.pick("Landscape", "Bowl")
    stage.link_says(lambda scene: scene.landscape.key == "bowl")
    stage.until(lambda: agrees(stage))
    stage.pick("Schedule", "Cosine")
    stage.link_says(lambda scene: {lane.schedule for lane in scene.lanes} == {"cosine"})
    bowl = stage.until(lambda: agrees(stage))
    # Another page, and there a cell of each map.
    _page(stage, "Tuning")
    stage.until(lambda: agrees(stage))
    page.get_by_role("button", name="Rates", exact=True).click()
    _cell(page, ".lab-sweep", 0.4, 0.5)
    swept = stage.link_says(lambda scene: scene.lanes[0].rate != 0.01)
    stage.until(lambda: agrees(stage))
    page.get_by_role("button", name="Two knobs").click()
    _cell(page, ".lab-knobmap", 0.6, 0.6)
    both = stage.link_says(lambda scene: scene.lanes[0].knobs["momentum"] != 0.8)
    assert both.lanes[0].rate != swept.lanes[0].rate
    stage.until(lambda: agrees(stage))
    # Back and forward: what was changed meanwhile stays, on either page.
    page.go_back()
    page.wait_for_selector(".lab[data-page=playground][data-painted]")
    assert stage.until(lambda: agrees(stage)).lanes == both.lanes
    page.go_forward()
    page.wait_for_selector(".lab[data-page=tuning][data-painted]")
    assert stage.until(lambda: agrees(stage)).lanes == both.lanes != bowl.lanes
    # A typed function, and the way back to what was opened by its file.
    stage.sidebar.get_by_text("Type your own function").click()
    page.get_by_label("f(x, y) =").fill("x**2/4 + (y - 1)**2")
    page.get_by_label("f(x, y) =").press("Enter")
    stage.link_says(lambda scene: scene.landscape.expression == "x**2/4 + (y - 1)**2")
    stage.until(lambda: agrees(stage))
    page.keyboard.press("Escape")
    _file(stage, opened)
    stage.link_says(lambda scene: scene.landscape.key == "ravine")
    assert stage.until(lambda: agrees(stage)) == opened


def _cell(page: Page, canvas: str, across: float, down: float) -> None:
    page.wait_for_selector(f"{canvas}[aria-valuetext]")
    box = page.locator(canvas).bounding_box()
    assert box
    page.locator(canvas).click(position={"x": across * box["width"], "y": down * box["height"]})


@pytest.mark.parametrize("door", SCENES, ids=lambda door: door.key)
def test_a_door_of_the_start_page_leaves_every_control_saying_what_its_picture_says(page: Page, door: Prepared):
    """Also where another picture was left: nothing of that stays behind."""
    stage = Stage(page).open(OTHER).at_rest()
    stage.until(lambda: agrees(stage))
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("link", name=door.invitation).click()
    stage.link_says(lambda scene: scene == door.scene)
    page.wait_for_selector(".lab[data-page=playground][data-painted]")
    assert stage.until(lambda: agrees(stage)) == door.scene
