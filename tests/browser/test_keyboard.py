"""The whole Playground by keyboard: everything has its turn, shows that it has it, says its name, and does its work."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.stage import Stage

LINK = (
    "land=himmelblau&steps=120&focus=3&lane=gradient_descent;rate=0.004"
    "&lane=adam;rate=0.05;schedule=cosine;t_max=120&lane=momentum;rate=0.004"
)
# What can be worked with, in the order of the document: radio groups and hidden things as the browser has them.
CONTROLS = """() => [...document.querySelectorAll(".lab :is(a[href], button, input, select, textarea, [tabindex])")]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }))
  .map((one, i) => { one.dataset.turn = i; return one.getAttribute("aria-label") || one.textContent.trim(); })"""
FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const { x, y, width, height } = one.getBoundingClientRect();
  return {
    turn: one.closest(".lab") ? Number(one.dataset.turn ?? -1) : null,
    name: one.getAttribute("aria-label") || one.textContent.trim(),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor,
    ground: getComputedStyle(one.closest(".lab") ?? one).backgroundColor,
    seen: x + width > 0 && y + height > 0 && x < innerWidth && y < innerHeight && width > 0 && height > 0,
  };
}"""


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(…)`, as WCAG defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def walk(page: Page, key: str) -> list[dict[str, Any]]:
    """The stage's elements as the key goes through them, from where it enters the stage to where it leaves it."""
    met: list[dict[str, Any]] = []
    for _ in range(120):
        page.keyboard.press(key)
        at = page.evaluate(FOCUSED)
        if at["turn"] is None:
            if met:
                return met
            continue
        met.append(at)
    raise AssertionError(f"{key} never leaves the stage: {[one['name'] for one in met[-5:]]}")


def test_tab_reaches_everything_in_order_and_comes_out_again(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    stage.all_knobs()
    page.mouse.click(3, 3)
    controls = page.evaluate(CONTROLS)
    assert len(controls) > 25
    assert all(controls)
    page.evaluate("document.activeElement.blur()")
    met = walk(page, "Tab")
    assert [one["turn"] for one in met] == list(range(len(controls))), (controls, [one["name"] for one in met])
    for one in met:
        assert one["name"], one
        assert one["seen"], one
        assert one["ring"], f"{one['name']} has no ring"
        assert contrast(one["ring"], one["ground"]) >= 3, one
    back = walk(page, "Shift+Tab")
    assert [one["turn"] for one in back] == list(range(len(controls)))[::-1]


def test_the_order_is_that_of_the_eye(page: Page):
    """The picture before what is said of it, the rate before the playback, then the panels from top to bottom."""
    Stage(page).open(LINK).at_rest()
    controls = page.evaluate(CONTROLS)
    landmarks = (
        "Map",
        "Lecture mode",
        "Start point",
        "Learning rate, number",
        "Learning rate",
        "To the start",
        "Play",
        "Step shown",
        "Speed",
        "Hide the path of Gradient descent",
        "Hide the path of Momentum",
        "Momentum β",
        "next",
        "1 Start",
        "Start x, number",
        "reset",
    )
    turns = [controls.index(name) for name in landmarks]
    assert turns == sorted(turns), [(name, controls.index(name)) for name in landmarks]


def test_every_control_works_by_keys(page: Page):
    stage = Stage(page).open(LINK).at_rest()

    def press(name: str, key: str, role: Any = "button") -> None:
        control = stage.root.get_by_role(role, name=name, exact=True)
        control.focus()
        expect(control).to_be_focused()
        page.keyboard.press(key)

    press("Map", "ArrowRight", "radio")
    expect(stage.root.get_by_role("radio", name="Surface")).to_be_focused()
    stage.link_says(lambda scene: scene.view == "surface")
    press("Surface", "ArrowLeft", "radio")
    stage.link_says(lambda scene: scene.view == "map")
    press("Arrows over the map: none", "Enter")
    expect(page.locator(".lab-field")).to_be_visible()
    press("Copy link", "Space")
    expect(page.locator(".lab-line")).to_have_text(re.compile("Link copied|Copy the address"))
    press("Start point", "ArrowRight", "slider")
    stage.link_says(lambda scene: scene.start is not None)
    press("reset", "Enter")
    stage.link_says(lambda scene: scene.start is None)

    before = stage.scene.lanes[2].rate
    press("Learning rate", "ArrowRight", "slider")
    stage.link_says(lambda scene: scene.lanes[2].rate > before)
    press("too high", "Space")
    stage.link_says(lambda scene: scene.lanes[2].rate == 1)
    stage.rate.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.004")
    page.keyboard.press("Enter")
    stage.link_says(lambda scene: scene.lanes[2].rate == 0.004)
    press("Momentum β", "ArrowLeft", "slider")
    stage.link_says(lambda scene: scene.lanes[2].knobs["momentum"] < 0.9)

    press("To the start", "Enter")
    stage.link_says(lambda scene: scene.playhead == 0)
    press("One step forward", "Space")
    stage.link_says(lambda scene: scene.playhead == 1)
    press("Step shown", "ArrowRight", "slider")
    stage.link_says(lambda scene: scene.playhead == 2)
    press("One step back", "Enter")
    stage.link_says(lambda scene: scene.playhead == 1)
    press("Play", "Enter")
    pause = stage.root.get_by_role("button", name="Pause", exact=True)
    expect(pause).to_be_focused()
    page.keyboard.press("Enter")
    expect(stage.root.get_by_role("button", name="Play", exact=True)).to_be_focused()
    press("Speed", "ArrowDown", "combobox")
    expect(page.get_by_label("Speed")).to_have_value("4")
    press("Loop", "Space")
    expect(stage.root.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")

    press("Hide the path of Adam", "Enter")
    expect(stage.root.get_by_role("button", name="Show the path of Adam")).to_be_focused()
    stage.method("Adam").focus()
    page.keyboard.press("Enter")
    scene = stage.link_says(lambda scene: scene.focus == 1)
    stage.agrees_soon(scene, stage.step)
    press("2 Gradient", "Space")
    expect(stage.step_panel.locator("[aria-pressed=true]")).to_have_text("2 Gradient")
    press("Lecture mode", "Enter")
    expect(stage.root).to_have_class(re.compile("lab-lecture"))
    page.keyboard.press("Escape")
    expect(stage.root).not_to_have_class(re.compile("lab-lecture"))
