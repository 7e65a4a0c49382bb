"""Lecture mode: the stage alone, in type for the last row, worked without looking at the keyboard."""

import re
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import Stage

LINK = (
    "land=himmelblau&steps=120&lane=gradient_descent;rate=0.004&lane=momentum;rate=0.004&lane=nesterov;rate=0.004"
    "&lane=rmsprop;rate=0.05&lane=adam;rate=0.05"
)
SMALLEST = 28
"""Pixels of type at 1920 x 1080."""

# Every visible run of text: its words, its type in px, and the box of its glyphs' lines.
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.textContent.trim() || holder.closest("script, style, noscript, .lab-unseen, option")) continue;
    if (!holder.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { x, y, width, height } = range.getBoundingClientRect();
    if (!width || !height || x >= innerWidth || y >= innerHeight || x + width <= 0 || y + height <= 0) continue;
    // What stands behind the stage, Streamlit's page, is not seen; nor is such a line that the window's edge cuts.
    const within = (at, size) => Math.min(Math.max(at, 0), size - 1);
    const middle = document.elementFromPoint(within(x + width / 2, innerWidth), within(y + height / 2, innerHeight));
    if (!holder.closest(".lab") && middle?.closest(".lab")) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    const cut = holder.scrollWidth > holder.clientWidth + 1 && getComputedStyle(holder).overflowX === "hidden"
      || holder.scrollHeight > holder.clientHeight + 0.3 * size && getComputedStyle(holder).overflowY === "hidden";
    found.push({ text: node.textContent, size, cut, x, y, width, height });
  }
  return found;
}"""
# Every text that a canvas on the page draws from now on: its words and its type in CSS px.
DRAWN = """() => {
  window.drawn = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    const aside = !this.canvas.isConnected; // a sheet that is copied to the page pixel by pixel
    const shown = aside || this.canvas.checkVisibility({ visibilityProperty: true });
    const { a, b } = this.getTransform(); // a turned label too
    const grown = Math.hypot(a, b) * (aside ? 1 / devicePixelRatio : this.canvas.clientWidth / this.canvas.width);
    if (shown) window.drawn.push({ text, size: parseFloat(this.font.match(/([\\d.]+)px/)[1]) * grown });
    return fillText.call(this, text, ...place);
  };
}"""


def lecture(page: Page, link: str = LINK) -> Stage:
    """Lecture mode, by its link, all there."""
    stage = Stage(page).open(f"{link}&lecture=1")
    stage.at_rest_in_lecture()
    expect(stage.root).to_have_class(re.compile("lab-lecture"))
    return stage


def is_on(stage: Stage, on: bool) -> None:
    """It fills the window and nothing else is to be seen, or it is one part of the page again."""
    if on:
        expect(stage.root).to_have_class(re.compile("lab-lecture"))
        size = stage.page.evaluate("[innerWidth, innerHeight]")
        box = stage.box(stage.root)
        assert [box["x"], box["y"], box["width"], box["height"]] == [0, 0, *size]
    else:
        expect(stage.root).not_to_have_class(re.compile("lab-lecture"))
        expect(stage.sidebar).to_be_visible()
        stage.page.wait_for_function("() => document.fullscreenElement === null")
    stage.link_says(lambda scene: scene.lecture is on)


def test_key_button_and_link_enter_and_escape_leaves(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    is_on(stage, False)
    for enter in (
        lambda: page.keyboard.press("l"),
        lambda: page.get_by_role("button", name="Lecture mode").click(),
    ):
        enter()
        is_on(stage, True)
        # Chromium keeps Escape in full screen for itself, and then tells the page that it left.
        page.keyboard.press("Escape")
        is_on(stage, False)
    page.keyboard.press("L")
    is_on(stage, True)
    page.keyboard.press("l")
    is_on(stage, False)
    stage.agrees_soon(stage.scene)
    lecture(page)
    is_on(stage, True)
    page.keyboard.press("Escape")
    is_on(stage, False)


def test_what_escape_brings_back_is_the_same_page(page: Page):
    stage = Stage(page).open(LINK + "&step=40").at_rest()
    before = stage.scene
    places = [stage.box(page.locator(part)) for part in (".lab-picture", ".lab-rate", ".lab-race", ".lab-transport")]
    page.keyboard.press("l")
    is_on(stage, True)
    page.keyboard.press("Escape")
    is_on(stage, False)
    after = [stage.box(page.locator(part)) for part in (".lab-picture", ".lab-rate", ".lab-race", ".lab-transport")]
    assert after == places
    assert stage.link_says(lambda scene: scene == before) == before
    stage.agrees_soon(before, 40)


def test_every_key_works_inside(page: Page):
    stage = lecture(page, LINK + "&step=20")
    step = page.locator(".lab-tally b")
    expect(step).to_have_text("20")
    for key, shown in (
        ("ArrowRight", 21),
        ("ArrowLeft", 20),
        ("Shift+ArrowRight", 30),
        ("Shift+ArrowLeft", 20),
        ("Home", 0),
        ("End", 120),
    ):
        page.keyboard.press(key)
        expect(step).to_have_text(str(shown))
        stage.agrees_soon(stage.scene, shown)
    stage.link_says(lambda scene: scene.playhead is None)

    page.keyboard.press("Space")
    play = page.locator(".lab-play")
    expect(play).to_have_attribute("aria-label", "Pause")
    stage.until(lambda: _within(int(step.inner_text()), 2, 119))
    page.keyboard.press("Space")
    expect(play).to_have_attribute("aria-label", "Play")
    rested = int(step.inner_text())
    stage.link_says(lambda scene: scene.playhead == rested)

    page.keyboard.press("m")
    expect(stage.picture).to_have_attribute("data-mode", "surface")
    stage.link_says(lambda scene: scene.view == "surface")
    page.keyboard.press("m")
    expect(stage.picture).to_have_attribute("data-mode", "map")

    bar = page.locator(".lab-legend")
    expect(bar).to_be_hidden()
    page.keyboard.press("k")
    expect(bar).to_be_visible()
    page.keyboard.press("k")
    expect(bar).to_be_hidden()

    home = stage.scene.landscape.start
    stage.picture.click(position={"x": 300, "y": 300})
    stage.link_says(lambda scene: scene.start is not None)
    stage.agrees_soon(stage.scene, rested)
    page.keyboard.press("s")
    stage.link_says(lambda scene: scene.start is None)
    assert stage.start == tuple(home)
    is_on(stage, True)


def _within(value: int, low: int, high: int) -> None:
    assert low <= value <= high


def test_the_start_is_held_where_it_is_seen(page: Page):
    stage = lecture(page)
    start = stage.start

    def around_its_mark() -> None:
        # The ground of the picture has equal units both ways and the window's own middle in its middle.
        box, handle = stage.box(stage.picture), stage.middle(stage.handle)
        (x0, x1), (y0, y1) = stage.scene.landscape.window
        unit = max((x1 - x0) / box["width"], (y1 - y0) / box["height"])
        across = box["x"] + box["width"] / 2 + (start[0] - (x0 + x1) / 2) / unit
        down = box["y"] + box["height"] / 2 - (start[1] - (y0 + y1) / 2) / unit
        assert handle == pytest.approx((across, down), abs=1.5)

    stage.until(around_its_mark)


def test_the_steps_under_a_curve_are_round(page: Page):
    page.add_init_script(f"({DRAWN})()")
    stage = lecture(page, "land=bowl&steps=268&tol=0&lane=gradient_descent;rate=0.0001")
    stage.until(lambda: _within(len(page.evaluate("window.drawn")), 1, 100_000))
    drawn = {one["text"] for one in page.evaluate("window.drawn")}
    assert {"0", "100", "268"} <= drawn
    assert {"67", "134", "201"} & drawn == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_last_row_can_read_every_word(visit: Visit, scheme: str):
    page = visit(viewport={"width": 1920, "height": 1080}, color_scheme=scheme)
    page.add_init_script(f"({DRAWN})()")
    stage = lecture(page)
    expect(stage.root).to_have_attribute("data-theme", scheme)
    page.keyboard.press("k")
    expect(page.locator(".lab-legend")).to_be_visible()
    every: list[dict[str, Any]] = page.evaluate("window.drawn")
    for change in ("Home", "m", "m", "Shift+ArrowRight"):
        painted = stage.painted
        page.keyboard.press(change)
        stage.until(lambda painted=painted: _beyond(stage.painted, painted))
        texts = page.evaluate(TEXTS)
        assert {"Adam", "Momentum"} <= {one["text"] for one in texts}
        every += texts
    drawn = page.evaluate("window.drawn")
    assert {"0", "120"} <= {one["text"] for one in drawn}, "the steps under the curve are among them"
    every += drawn
    small = {(one["text"], one["size"]) for one in every if one["size"] < SMALLEST - 0.01}
    assert small == set()


def _beyond(value: int, than: int) -> None:
    assert value > than


@pytest.mark.parametrize(("size", "scheme"), [((1920, 1080), "light"), ((1366, 768), "dark")])
def test_no_words_stand_on_others_and_none_are_cut(visit: Visit, size: tuple[int, int], scheme: str):
    width, height = size
    page = visit(viewport={"width": width, "height": height}, color_scheme=scheme)
    for link in (LINK, "land=bowl&steps=50&lane=gradient_descent;rate=1.2", LINK + "&step=7&view=surface"):
        lecture(page, link).until(lambda: _in_their_places(page))


def _in_their_places(page: Page) -> None:
    texts = page.evaluate(TEXTS)
    assert len(texts) >= 5
    assert [one for one in texts if one["cut"]] == []
    inside = page.evaluate("[innerWidth, innerHeight]")
    assert [one for one in texts if one["x"] + one["width"] > inside[0] or one["y"] + one["height"] > inside[1]] == []
    for one, other in combinations(texts, 2):
        across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
        down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
        # Boxes of lines are taller than the letters in them.
        assert across <= 1 or down <= 0.25 * min(one["size"], other["size"]), (one, other)


def test_nothing_of_streamlit_is_seen(visit: Visit):
    page = visit(viewport={"width": 1920, "height": 1080})
    stage = lecture(page)
    is_on(stage, True)
    strangers = page.evaluate(
        """() => {
          const seen = new Set();
          for (let x = 10; x < innerWidth; x += 40) for (let y = 10; y < innerHeight; y += 40) {
            const top = document.elementFromPoint(x, y);
            if (!top.closest(".lab-lecture")) seen.add(top.outerHTML.slice(0, 120));
          }
          return [...seen];
        }"""
    )
    assert strangers == []
