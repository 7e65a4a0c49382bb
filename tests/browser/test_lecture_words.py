"""No word stands on another in lecture mode, on any surface, and none is cut: those that canvases draw among them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from landscapes import LANDSCAPES
from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage
from tests.browser.tabs import coarse
from tests.browser.test_lecture import TEXTS, lecture

TWO = "steps=60&lane=gradient_descent;rate=0.01&lane=adam;rate=0.1"
# What stands on each canvas since it was cleared last: every text with the corners of its letters, every large disc.
KEPT = """() => {
  window.kept = new Map();
  const clear = (canvas) => window.kept.set(canvas, { texts: [], discs: [] });
  const kept = (canvas) => window.kept.get(canvas) ?? (clear(canvas), window.kept.get(canvas));
  const { fillText, clearRect, arc } = CanvasRenderingContext2D.prototype;
  for (const side of ["width", "height"]) {
    const own = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, side);
    Object.defineProperty(HTMLCanvasElement.prototype, side, {
      ...own, set(value) { clear(this); own.set.call(this, value); },
    });
  }
  const page = (pen, x, y) => {
    const { canvas } = pen;
    const box = canvas.getBoundingClientRect();
    const at = pen.getTransform().transformPoint({ x, y });
    return [box.x + at.x * box.width / canvas.width, box.y + at.y * box.height / canvas.height];
  };
  CanvasRenderingContext2D.prototype.clearRect = function (x, y, width, height) {
    if (!x && !y && width >= this.canvas.width / devicePixelRatio) clear(this.canvas);
    return clearRect.call(this, x, y, width, height);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const size = this.measureText(text);
    const [left, right] = [x - size.actualBoundingBoxLeft, x + size.actualBoundingBoxRight];
    const [top, bottom] = [y - size.actualBoundingBoxAscent, y + size.actualBoundingBoxDescent];
    const corners = [[left, top], [right, top], [right, bottom], [left, bottom]].map(([a, b]) => page(this, a, b));
    if (text.trim()) kept(this.canvas).texts.push({ text, corners });
    return fillText.call(this, text, x, y, ...rest);
  };
  CanvasRenderingContext2D.prototype.arc = function (x, y, radius, ...rest) {
    const [cx, cy] = page(this, x, y);
    const reach = page(this, x + radius, y)[0] - cx;
    if (this.canvas.className === "lab-ink" && reach > 9) kept(this.canvas).discs.push({ x: cx, y: cy, reach });
    return arc.call(this, x, y, radius, ...rest);
  };
}"""
# What of it is to be seen now.
STANDING = """() => [...window.kept].filter(([canvas]) => canvas.isConnected
    && canvas.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map(([canvas, { texts, discs }]) => {
    const { x, y, width, height } = canvas.getBoundingClientRect();
    return { name: canvas.className, box: [x, y, x + width, y + height], texts, discs };
  })"""

Corners = list[list[float]]


def apart(one: Corners, other: Corners) -> float:
    """By how much two convex shapes are apart, in px: the widest gap along any side's normal; negative if they meet."""
    widest = float("-inf")
    for shape in (one, other):
        for (ax, ay), (bx, by) in zip(shape, shape[1:] + shape[:1], strict=True):
            nx, ny = by - ay, ax - bx
            length = (nx * nx + ny * ny) ** 0.5 or 1.0
            first, second = ([(x * nx + y * ny) / length for x, y in corners] for corners in (one, other))
            widest = max(widest, min(second) - max(first), min(first) - max(second))
    return widest


def words(page: Page) -> list[dict[str, Any]]:
    """Every text to be seen, with the corners of its letters: of the page, and of its canvases."""
    found = []
    for one in page.evaluate(TEXTS):
        assert not one["cut"], one
        # A line's box is taller than the letters in it.
        x, y, width, height, rim = one["x"], one["y"], one["width"], one["height"], 0.2 * one["size"]
        corners = [[x, y + rim], [x + width, y + rim], [x + width, y + height - rim], [x, y + height - rim]]
        found.append({"text": one["text"], "corners": corners, "on": "page"})
    for canvas in page.evaluate(STANDING):
        left, top, right, bottom = canvas["box"]
        for one in canvas["texts"]:
            across, down = zip(*one["corners"], strict=True)
            inside = (
                min(across) >= left - 1
                and max(across) <= right + 1
                and min(down) >= top - 1
                and max(down) <= bottom + 1
            )
            assert inside, f"{one['text']} is cut by the edge of {canvas['name']}"
            found.append({**one, "on": canvas["name"]})
    return found


def stand_apart(page: Page) -> None:
    """No two words meet, and no ball and not the start's mark stands on one."""
    found = words(page)
    assert len(found) >= 10
    for i, one in enumerate(found):
        for other in found[:i]:
            assert apart(one["corners"], other["corners"]) > -1, (one, other)
    # A level line's number lies on the ground, and balls roll over it.
    written = [one for one in found if one["on"] != "lab-labels"]
    for canvas in page.evaluate(STANDING):
        for disc in canvas["discs"]:
            x, y, reach = disc["x"], disc["y"], 0.75 * disc["reach"]
            corners = [[x - reach, y - reach], [x + reach, y - reach], [x + reach, y + reach], [x - reach, y + reach]]
            for one in written:
                assert apart(one["corners"], corners) > -1, (one, disc)
    inside = page.evaluate("[innerWidth, innerHeight]")
    for one in found:
        for corner in one["corners"]:
            assert all(-1 <= at <= limit + 1 for at, limit in zip(corner, inside, strict=True)), one


@pytest.fixture
def hall(visit: Visit) -> Page:
    page = visit(viewport={"width": 1280, "height": 720})
    page.add_init_script(f"({KEPT})()")
    page.add_init_script(coarse(0.25))  # Plotly writes no word there
    return page


def turn_to(stage: Stage, key: str) -> None:
    """Another surface under the same runs, chosen where lecture mode has all settings."""
    stage.page.keyboard.press("p")
    stage.pick("Landscape", LANDSCAPES[key].name)
    stage.page.wait_for_selector(
        f'.lab-lecture[data-surface="{key}"] .lab-fastest:not([hidden])', state="attached", timeout=1000 * PATIENCE
    )
    stage.link_says(lambda scene: scene.landscape.key == key)
    stage.page.evaluate("document.activeElement.blur()")  # a key at the menu would be the menu's
    stage.page.keyboard.press("p")
    expect(stage.sidebar).to_be_hidden()


@pytest.mark.parametrize("half", [0, 1])
def test_on_every_surface_no_word_stands_on_another(hall: Page, half: int):
    keys = list(LANDSCAPES)[half::2]
    stage = lecture(hall, f"land={keys[0]}&{TWO}")
    for key in keys:
        if key != keys[0]:
            turn_to(stage, key)
        for pressed in (("End",), ("Home",), ("k", "n", "Shift+ArrowRight"), ("m", "k", "n")):
            for one in pressed:
                hall.keyboard.press(one)
            if "m" in pressed:
                hall.wait_for_selector('.lab-picture[data-mode="surface"]')
            settled(stage, f"{key} after {pressed}")
        hall.keyboard.press("m")
        hall.wait_for_selector('.lab-picture[data-mode="map"]')


def settled(stage: Stage, where: str) -> None:
    try:
        stage.until(lambda: stand_apart(stage.page))
    except AssertionError as fault:
        raise AssertionError(f"{where}: {fault}") from None


def test_the_reading_at_the_cursor_stands_above_the_colour_bar(hall: Page):
    stage = lecture(hall, f"land=himmelblau&{TWO}")
    hall.keyboard.press("k")
    for place in ((300, 200), (120, 560), (60, 700), (500, 480)):
        hall.mouse.move(*place)
        hall.wait_for_selector(".lab-readout:not([hidden])")
        settled(stage, f"at {place}")


@pytest.mark.parametrize("count", [1, 7, 12])
def test_the_sentence_is_whole_however_many_methods_there_are(hall: Page, count: int):
    every = ["gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamax", "adamw"]
    every += ["amsgrad", "lion", "nadam"]
    link = "land=rosenbrock&steps=300&" + "&".join(f"lane={key};rate=0.001" for key in every[:count])
    stage = lecture(hall, link)
    settled(stage, f"{count} methods")
