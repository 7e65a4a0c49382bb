"""The ground under the map: arrows that point down, and what the cursor reads."""

import math
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine import probe
from landscapes import LANDSCAPES
from tests.browser.stage import Stage, printed, reads_as

LINK = "land={}&steps=60&lane=gradient_descent;rate=0.002"
# Remembers each arrow of the field as [tail x, tail y, head x, head y], in CSS px of the picture.
STROKES = """(() => {
  window.arrows = [];
  const pen = CanvasRenderingContext2D.prototype;
  const [moveTo, lineTo] = [pen.moveTo, pen.lineTo];
  const isField = (canvas) => canvas.classList.contains("lab-field");
  let tail = null;
  pen.moveTo = function (x, y) { if (isField(this.canvas)) tail = [x, y]; return moveTo.call(this, x, y); };
  pen.lineTo = function (x, y) {
    // The shaft comes first; the two strokes of the head begin where it ends.
    const last = window.arrows.at(-1);
    const isHead = last && last[2] === tail?.[0] && last[3] === tail[1];
    if (isField(this.canvas) && !isHead) window.arrows.push([...tail, x, y]);
    return lineTo.call(this, x, y);
  };
})()"""


def ground(page: Page, stage: Stage) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of the picture in the map's own units, from its description."""
    text = stage.ink.get_attribute("aria-label") or ""
    numbers = re.search(r"x from (\S+) to (\S+), y from (\S+) to ([^,]+),", text)
    assert numbers, text
    x0, x1, y0, y1 = (float(number.replace("−", "-")) for number in numbers.groups())
    return x0, x1, y0, y1


@pytest.mark.parametrize(("way", "sign"), [("downhill", -1), ("uphill", 1)])
@pytest.mark.parametrize("key", ["himmelblau", "rosenbrock", "saddle_valleys"])
def test_every_arrow_points_along_the_gradient_or_against_it(page: Page, key: str, way: str, sign: int):
    page.add_init_script(STROKES)
    stage = Stage(page).open(LINK.format(key)).at_rest()
    switch = page.get_by_role("button", name=re.compile("^Arrows over the map"))
    switch.click()
    page.wait_for_function("() => window.arrows.length > 20")
    if way == "uphill":
        page.evaluate("window.arrows = []")
        switch.click()
    expect(switch).to_have_accessible_name(re.compile(f"^Arrows over the map: {way}"))
    page.wait_for_function("() => window.arrows.length > 20")
    arrows: list[Any] = page.evaluate("window.arrows")
    x0, x1, y0, y1 = ground(page, stage)
    frame = stage.box(stage.picture)
    checked = 0
    for tail_x, tail_y, head_x, head_y in arrows[:: max(1, len(arrows) // 25)]:
        px, py = (tail_x + head_x) / 2, (tail_y + head_y) / 2
        place = (x0 + (x1 - x0) * px / frame["width"], y1 - (y1 - y0) * py / frame["height"])
        gx, gy = probe(LANDSCAPES[key], place).gradient
        slope = math.hypot(gx, gy)
        # The description has three digits of the ground's corners: near flat places that turns the gradient.
        reach = 3 * (x1 - x0) / 500
        near = [probe(LANDSCAPES[key], (place[0] + dx, place[1] + dy)).gradient for dx, dy in _around(reach)]
        turn = max(abs(_between(math.atan2(gy, gx), math.atan2(b, a))) for a, b in near)
        pointing = math.atan2(-(head_y - tail_y), head_x - tail_x)
        if slope and turn < 0.5:
            assert abs(_between(pointing, math.atan2(sign * gy, sign * gx))) <= turn + 1e-3, place
            checked += 1
        assert math.hypot(head_x - tail_x, head_y - tail_y) == pytest.approx(20), "direction only"
    assert checked >= 12


def _around(reach: float) -> list[tuple[float, float]]:
    return [(reach * a, reach * b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]


def _between(one: float, other: float) -> float:
    """The angle from one direction to another."""
    return math.remainder(one - other, math.tau)


def test_button_and_key_switch_the_arrows(page: Page):
    stage = Stage(page).open(LINK.format("bowl")).at_rest()
    switch = page.get_by_role("button", name=re.compile("^Arrows over the map"))
    field = page.locator(".lab-field")
    expect(field).to_be_hidden()
    for press, way in (
        (switch.click, "downhill"),
        (switch.click, "uphill"),
        (switch.click, "none"),
        (lambda: page.keyboard.press("f"), "downhill"),
        (lambda: page.keyboard.press("F"), "uphill"),
    ):
        press()
        on = way != "none"
        expect(switch).to_have_attribute("aria-pressed", str(on).lower())
        expect(switch).to_have_accessible_name(re.compile(f"^Arrows over the map: {way}"))
        expect(field).to_be_visible(visible=on)
        if on:
            stage.until(lambda: _inked(page))
    page.keyboard.press("m")
    expect(stage.picture).to_have_attribute("data-mode", "surface")
    expect(field).to_be_hidden()
    page.keyboard.press("m")
    expect(stage.picture).to_have_attribute("data-mode", "map")
    expect(field).to_be_visible()


def _inked(page: Page) -> None:
    assert page.evaluate(
        """() => {
          const canvas = document.querySelector(".lab-field");
          if (!canvas.width) return false;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value, i) => i % 4 === 3 && value > 0);
        }"""
    )


@pytest.mark.parametrize("key", ["himmelblau", "rosenbrock", "two_valleys"])
def test_the_cursor_reads_place_loss_band_and_gradient(page: Page, key: str):
    stage = Stage(page).open(LINK.format(key)).at_rest()
    x0, x1, y0, y1 = ground(page, stage)
    frame = stage.box(stage.picture)
    readout = page.locator(".lab-readout")
    expect(readout).to_be_hidden()
    for across, down in ((0.2, 0.3), (0.55, 0.5), (0.8, 0.15)):
        page.mouse.move(frame["x"] + across * frame["width"], frame["y"] + down * frame["height"], steps=4)
        wanted = (x0 + across * (x1 - x0), y1 - down * (y1 - y0))
        stage.until(lambda wanted=wanted: _reads(readout.inner_text(), key, wanted, (x1 - x0) / 150))
    page.mouse.move(frame["x"] + 200, frame["y"] + frame["height"] + 250)
    expect(readout).to_be_hidden()


def _reads(text: str, key: str, wanted: tuple[float, float], reach: float) -> None:
    number = r"−?(?:[\d.,]+(?:\s×\s10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    told = re.fullmatch(
        rf"\(({number}),\s({number})\)\s+loss ({number}), (below|above|between lines) (.+?)\s+"
        rf"∇L \(({number}),\s({number})\)",
        text,
    )
    assert told, text
    x, y, loss, side, lines, gx, gy = told.groups()
    place = printed(x)[0], printed(y)[0]
    assert abs(place[0] - wanted[0]) <= reach
    assert abs(place[1] - wanted[1]) <= reach
    there = probe(LANDSCAPES[key], place)
    assert reads_as(loss, there.loss)
    assert reads_as(gx, there.gradient[0])
    assert reads_as(gy, there.gradient[1])
    levels = [float(re.sub(r"[\s,]", "", level).replace("−", "-")) for level in lines.split(" and ")]
    if side == "between lines":
        low, high = levels
        # Names of levels are as short as they can be; a level is told to three digits.
        assert low * (1 - 5e-3 * (low > 0)) <= there.loss <= high * (1 + 5e-3)
    else:
        assert (there.loss < levels[0]) is (side == "below")


def test_a_hand_at_work_and_a_finger_have_no_readout(page: Page):
    stage = Stage(page).open(LINK.format("bowl")).at_rest()
    readout = page.locator(".lab-readout")
    frame = stage.box(stage.picture)
    page.mouse.move(frame["x"] + 100, frame["y"] + 100, steps=3)
    expect(readout).to_be_visible()
    stage.grab(stage.handle)
    page.mouse.move(frame["x"] + 150, frame["y"] + 150, steps=3)
    expect(readout).to_be_hidden()
    page.mouse.up()
