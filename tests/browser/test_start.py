"""The start: dragged, clicked, touched, pushed by keys, typed; the path answers while the hand still holds it."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import Stage
from ui.scene.scene import opening


def ground(stage: Stage) -> tuple[float, float, float]:
    """Left edge, top edge, and units a pixel, of the ground that the description in words names."""
    text = stage.ink.get_attribute("aria-label") or ""
    numbers = re.search(r"x from (\S+) to (\S+), y from (\S+) to ([^,]+),", text)
    assert numbers, text
    x0, _, y0, y1 = (float(number.replace("−", "-")) for number in numbers.groups())
    return x0, y1, (y1 - y0) / stage.box(stage.picture)["height"]


def test_the_path_answers_while_the_hand_holds_the_start(page: Page):
    stage = Stage(page).open().at_rest()
    home, table = stage.start, stage.words.inner_text()
    left, top, unit = ground(stage)
    frame = stage.box(stage.picture)
    x, y = stage.grab(stage.handle)
    for dx, dy in ((60, 40), (-150, 120), (35, -25)):
        before = stage.painted
        page.mouse.move(x + dx, y + dy, steps=6)
        expected = (left + (x + dx - frame["x"]) * unit, top - (y + dy - frame["y"]) * unit)
        # Three digits of the description's own numbers, and a third of a pixel from snapping.
        stage.until(lambda expected=expected: _near(stage.start, expected, 2 * unit))
        stage.follows_hand(opening())
        assert stage.painted > before
        # The hand still holds it: Streamlit has heard of nothing.
        assert stage.link == ""
        assert stage.words.inner_text() == table
    shown = stage.start
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.start == shown)
    assert scene == replace(opening(), start=shown)
    runs = stage.agrees_soon(scene)
    assert shown != home
    expect(stage.words).to_contain_text(runs[0].outcome.sentence)
    expect(stage.words).to_contain_text(runs[4].outcome.sentence)


def _near(shown: tuple[float, float], expected: tuple[float, float], reach: float) -> None:
    assert abs(shown[0] - expected[0]) <= reach
    assert abs(shown[1] - expected[1]) <= reach


def test_a_click_anywhere_puts_the_start_there(page: Page):
    stage = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    left, top, unit = ground(stage)
    stage.picture.click(position={"x": 200, "y": 300})
    stage.until(lambda: _near(stage.start, (left + 200 * unit, top - 300 * unit), 2 * unit))
    scene = stage.link_says(lambda scene: scene.start == stage.start)
    assert scene.lanes[0].rate == 0.1
    stage.agrees_soon(scene)


def test_a_hand_that_takes_the_rim_of_the_handle_does_not_make_the_start_jump(page: Page):
    stage = Stage(page).open().at_rest()
    home = stage.start
    x, y = stage.middle(stage.handle)
    page.mouse.move(x + 12, y - 9)
    page.mouse.down()
    page.mouse.move(x + 12 + 40, y - 9, steps=4)
    _, _, unit = ground(stage)
    stage.until(lambda: _near(stage.start, (home[0] + 40 * unit, home[1]), unit))
    page.mouse.up()
    stage.link_says(lambda scene: scene.start == stage.start)


def test_a_finger_drags_and_taps(visit: Visit):
    page = visit(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    stage = Stage(page).open("land=bowl&lane=momentum;rate=0.02").at_rest()
    finger = page.context.new_cdp_session(page)
    stage.handle.scroll_into_view_if_needed()
    x, y = stage.middle(stage.handle)
    scrolled = page.evaluate("scrollY")

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (x, y))
    for part in (0.25, 0.5, 0.75, 1.0):
        touch("touchMove", (x - 90 * part, y + 60 * part))
    _, _, unit = ground(stage)
    stage.until(lambda: _near(stage.start, (2.5 - 90 * unit, 1.5 - 60 * unit), 2 * unit))
    held = stage.scene
    stage.follows_hand(held)
    assert held.start is None
    touch("touchEnd")
    stage.link_says(lambda scene: scene.start == stage.start)
    assert page.evaluate("scrollY") == scrolled, "the page must not scroll away under the finger"

    frame = stage.box(stage.picture)
    page.touchscreen.tap(frame["x"] + 50, frame["y"] + 60)
    tapped = stage.link_says(lambda scene: scene.start is not None and scene.start[0] < -1.5)
    assert stage.start == tapped.start
    stage.agrees_soon(tapped)


def test_arrow_keys_push_the_start(page: Page):
    stage = Stage(page).open().at_rest()
    stage.handle.focus()
    # A hundredth of the shorter side, which is 10 here; ten times that with Shift.
    for key, start in (
        ("ArrowRight", (0.32, 4.4)),
        ("ArrowDown", (0.32, 4.3)),
        ("Shift+ArrowLeft", (-0.68, 4.3)),
        ("Shift+ArrowDown", (-0.68, 3.3)),
        ("ArrowUp", (-0.68, 3.4)),
    ):
        page.keyboard.press(key)
        scene = stage.link_says(lambda scene, start=start: scene.start == pytest.approx(start, abs=1e-9))
    stage.agrees_soon(scene)
    assert stage.start == scene.start
    expect(stage.handle).to_have_attribute("aria-valuetext", re.compile(r"x −0\.68, y 3\.4"))


def test_a_key_held_down_asks_streamlit_only_when_it_is_let_go(page: Page):
    stage = Stage(page).open().at_rest()
    stage.handle.focus()
    for _ in range(5):
        page.keyboard.down("ArrowRight")
    stage.until(lambda: _near(stage.start, (0.72, 4.4), 1e-9))
    stage.follows_hand(opening())
    assert stage.link == ""
    page.keyboard.up("ArrowRight")
    stage.link_says(lambda scene: scene.start == stage.start)


def test_the_start_is_typed_exactly_even_outside_the_picture(page: Page):
    stage = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    stage.type_into(page.get_by_label("Start x, number"), "-12.3456789012")
    scene = stage.link_says(lambda scene: scene.start == (-12.3456789012, 1.5))
    stage.agrees_soon(scene)
    expect(stage.ink).to_have_attribute("aria-label", re.compile(r"Start at \(−12\.3,\s1\.5\)"))
    # The handle stays in the picture, where a hand can take it.
    x, y = stage.middle(stage.handle)
    frame = stage.box(stage.picture)
    assert frame["x"] <= x <= frame["x"] + frame["width"]
    assert frame["y"] <= y <= frame["y"] + frame["height"]
    page.get_by_role("button", name="reset").click()
    stage.link_says(lambda scene: scene.start is None)
    assert stage.start == (2.5, 1.5)


def test_a_start_that_is_no_number_costs_a_sentence_and_nothing_else(page: Page):
    stage = Stage(page).open("land=bowl&start=1,2&lane=gradient_descent;rate=0.1").at_rest()
    before = stage.scene
    for text in ("NaN", "Infinity", "-1e400", "abc", ""):
        stage.type_into(page.get_by_label("Start y, number"), text)
        expect(stage.verdict).to_contain_text("Start y is a number; got")
        expect(stage.verdict).to_contain_text("It stays as it was.")
        assert stage.start == (1.0, 2.0)
        stage.type_into(page.get_by_label("Start y, number"), "2.5")
        stage.link_says(lambda scene: scene.start == (1.0, 2.5))
        stage.type_into(page.get_by_label("Start y, number"), "2")
        after = stage.link_says(lambda scene: scene.start == (1.0, 2.0))
        assert after == before
        stage.agrees_soon(after)


def test_a_nudge_leaves_the_ridge(page: Page):
    """The scenario saddle_ridge: on the exact ridge nothing moves sideways; a millionth aside, it does."""
    link = "land=saddle_valleys&start=2,0&steps=2000&lane=gradient_descent;rate=0.05"
    stage = Stage(page).open(link).at_rest()
    runs = stage.agrees_soon(stage.scene)
    assert runs[0].outcome.kind == "at_saddle"
    page.get_by_role("button", name="nudge").click()
    # To a side that is neither an axis nor a diagonal: along those a ridge may lie, and the ball would stay on it.
    scene = stage.link_says(lambda scene: scene.start == (2 + 1e-6, 2e-6))
    assert stage.start == (2 + 1e-6, 2e-6)
    runs = stage.agrees_soon(scene)
    assert runs[0].outcome.kind == "converged_gradient"
    expect(stage.words).to_contain_text("arrives")
