"""A surface in one variable alone opens as a curve, with the paths along it; map and surface are there, too."""

import re

from playwright.sync_api import Page, expect

from engine import descend_many
from tests.browser.stage import Stage

LINK = "land=formula:x**4 - 2*x**2&view=cut&start=2,0.5&steps=40&step=3&lane=gradient_descent;rate=0.04"


def test_a_surface_in_one_variable_is_a_curve(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    curve, modes = page.locator(".lab-onedim"), page.get_by_role("radiogroup", name="Picture")
    expect(modes.get_by_role("radio", name="Curve")).to_have_attribute("aria-checked", "true")
    (run,) = descend_many(stage.scene.runs())
    x, loss = run.points[3, 0], run.losses[3]
    expect(curve).to_have_attribute("aria-label", _says(f"Step 3: Gradient descent at x = {x:.3g}, loss {loss:.3g}."))
    # The hand moves the first weight, and the second stays.
    box = stage.box(stage.picture)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.6 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.64 * box["width"], middle - 80, steps=4)
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.start != (2, 0.5))
    assert scene.start is not None
    assert 0.9 < scene.start[0] < 2
    assert scene.start[1] == 0.5
    assert scene.view == "cut"
    stage.agrees_soon(scene, 3)
    # By the keys to the map, where there is another picture of the same.
    modes.get_by_role("radio", name="Curve").focus()
    page.keyboard.press("ArrowRight")
    expect(modes.get_by_role("radio", name="Map")).to_be_focused()
    expect(curve).to_be_hidden()
    assert stage.link_says(lambda scene: scene.view == "map").start == scene.start
    # Another surface is none.
    stage.pick("Landscape", "Bowl")
    expect(modes.get_by_role("radio", name="Curve")).to_be_hidden()


def _says(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text.replace("-", "−")))
