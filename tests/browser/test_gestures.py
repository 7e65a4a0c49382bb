"""Whose a gesture over the map is: the page's where it scrolls, the picture's where it zooms or holds the start."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine import descend_many
from tests.browser.conftest import Visit
from tests.browser.stage import Stage
from tests.browser.test_fit import PHONE, faults, resize

LINK = "land=himmelblau&steps=120&lane=gradient_descent;rate=0.004&lane=adam;rate=0.05"
FAR = "land=bowl&steps=100&start=1.4,1.3&lane=gradient_descent;rate=1.2&lane=momentum;rate=0.9"
SLOW = "land=ravine&steps=60&lane=gradient_descent;rate=0.0001"


def scrolled(page: Page) -> float:
    """How far down the page is, in px."""
    return page.evaluate("document.querySelector('.stMain').scrollTop")


def test_a_plain_wheel_scrolls_the_page_and_says_how_to_zoom(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    told = page.locator(".lab-told")
    expect(told).to_be_hidden()
    page.mouse.move(*stage.middle(stage.picture))
    page.mouse.wheel(0, 240)
    expect(told).to_be_visible()
    expect(told).to_have_text("Ctrl and wheel to zoom")
    stage.until(lambda: _true(scrolled(page) > 100))
    expect(told).to_be_hidden()
    expect(page.get_by_role("button", name="Reset view")).to_be_hidden()
    page.evaluate("document.querySelector('.stMain').scrollTop = 0")
    for key in ("Control", "Meta"):
        page.mouse.move(*stage.middle(stage.picture))
        page.keyboard.down(key)
        page.mouse.wheel(0, -240)
        page.keyboard.up(key)
        expect(page.get_by_role("button", name="Reset view")).to_be_visible()
        expect(told).to_be_hidden()
        page.get_by_role("button", name="Reset view").click()
    assert scrolled(page) == 0


def _true(holds: bool) -> None:
    assert holds


def test_in_lecture_mode_the_wheel_zooms(page: Page):
    stage = Stage(page).open(LINK + "&lecture=1").at_rest_in_lecture()
    page.mouse.move(*stage.middle(stage.picture))
    before = stage.ink.get_attribute("aria-label")
    page.mouse.wheel(0, -240)
    stage.until(lambda: _true(stage.ink.get_attribute("aria-label") != before))
    expect(page.locator(".lab-told")).to_be_hidden()


@pytest.fixture
def phone(visit: Visit) -> Page:
    """A phone in the hand, upright."""
    return visit(**PHONE, reduced_motion="reduce")


def fingers(page: Page) -> Callable[..., None]:
    """`touch(kind, *points)`: fingers at these points of the screen."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    return touch


def test_a_swipe_over_the_map_scrolls_the_page_and_leaves_the_start(phone: Page):
    stage = Stage(phone).open(LINK).at_rest()
    start, (x, y) = stage.start, stage.middle(stage.picture)
    touch = fingers(phone)
    touch("touchStart", (x, y))
    for way in range(10, 190, 20):
        touch("touchMove", (x, y - way))
    touch("touchEnd")
    stage.until(lambda: _true(scrolled(phone) > 100))
    assert stage.start == start
    assert stage.scene.start is None


def test_a_tap_sets_the_start_and_a_drag_from_the_handle_moves_it(phone: Page):
    stage = Stage(phone).open(LINK).at_rest()
    x, y = stage.middle(stage.picture)
    phone.touchscreen.tap(x + 40, y + 30)
    scene = stage.link_says(lambda scene: scene.start is not None)
    at = stage.middle(stage.handle)
    assert at == pytest.approx((x + 40, y + 30), abs=1.5)
    stage.agrees_soon(scene)
    touch = fingers(phone)
    touch("touchStart", at)
    for way in range(10, 100, 10):
        touch("touchMove", (at[0] - way / 2, at[1] - way))
    touch("touchEnd")
    moved = stage.link_says(lambda now: now.start != scene.start)
    assert scrolled(phone) == 0
    assert stage.middle(stage.handle) == pytest.approx((at[0] - 45, at[1] - 90), abs=1.5)
    stage.agrees_soon(moved)


def test_two_fingers_above_each_other_zoom_and_do_not_scroll(phone: Page):
    stage = Stage(phone).open(LINK).at_rest()
    start, (x, y) = stage.start, stage.middle(stage.picture)
    touch = fingers(phone)
    touch("touchStart", (x, y - 30))
    touch("touchStart", (x, y - 30), (x, y + 30))
    for far in range(10, 90, 10):
        touch("touchMove", (x, y - 30 - far), (x, y + 30 + far))
    touch("touchEnd")
    expect(phone.get_by_role("button", name="Reset view")).to_be_visible()
    assert scrolled(phone) == 0
    assert stage.start == start


def test_a_tab_at_the_foot_of_the_screen_brings_its_panel_into_view(phone: Page):
    stage = Stage(phone).open(LINK).at_rest()
    tabs = phone.locator(".lab-tabs")
    for name, panel in (("Curves", ".lab-curves"), ("One step", ".lab-step-panel"), ("Race", ".lab-race")):
        phone.evaluate("document.querySelector('.stMain').scrollTop = 0")
        tabs.get_by_text(name).tap()
        stage.until(
            lambda panel=panel: _true(_seen(phone, panel) > min(150, stage.box(phone.locator(panel))["height"] - 1))
        )
        assert stage.box(tabs)["y"] >= 55  # below the header
    # Where the panel is in sight already, nothing moves.
    place = scrolled(phone)
    tabs.get_by_text("Curves").tap()
    phone.wait_for_timeout(300)
    assert scrolled(phone) == place


def _seen(page: Page, panel: str) -> float:
    """How many px of a panel's height are in the window."""
    box = page.locator(panel).bounding_box()
    assert box is not None
    return min(box["y"] + box["height"], PHONE["viewport"]["height"]) - max(box["y"], 0)


def test_no_tag_lies_under_a_button_of_the_picture(phone: Page):
    """Where the buttons are, the canvas has no card of a tag: its fully opaque white."""
    stage = Stage(phone).open(FAR).at_rest()
    runs = descend_many(stage.scene.runs())
    assert runs[0].outcome.kind == "diverged"
    button = phone.get_by_role("button", name="Follow the path")
    expect(button).to_be_visible()
    box, frame = stage.box(button), stage.box(stage.picture)
    # A tag would be most of the area; paths and their casings are lines.
    card = stage.ink.evaluate(
        """(canvas, [x, y, width, height]) => {
          const ratio = canvas.width / canvas.clientWidth;
          const { data } = canvas.getContext("2d").getImageData(x * ratio, y * ratio, width * ratio, height * ratio);
          let filled = 0;
          for (let i = 3; i < data.length; i += 4) filled += Number(data[i] > 200);
          return filled / (data.length / 4);
        }""",
        [box["x"] - frame["x"], box["y"] - frame["y"], box["width"], box["height"]],
    )
    assert card < 0.35


# ------- the formula, and the doctor who stands below


def test_the_surface_s_formula_is_shown(visit: Visit):
    page = visit(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    stage, formula = Stage(page), page.locator(".lab-formula")
    sizes = [(1366, 768), (1024, 768), (820, 1180), (844, 390), (390, 844)]
    # Opened large and small: each surface begins with the window that the one before ended with.
    for link in (LINK, *(f"land={land}&lane=gradient_descent;rate=0.01" for land in ("bowl", "styblinski_tang"))):
        stage.open(link).at_rest()
        for width, height in sizes:
            resize(page, width, height)
            expect(formula.locator("math")).to_be_visible()
            box = stage.box(formula)
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height
            assert box["height"] + 1 >= stage.box(formula.locator("math"))["height"]
            assert faults(page) == [], (link, width, height)
        sizes.reverse()


def test_a_pointer_leads_to_the_doctor_while_he_is_out_of_sight(visit: Visit):
    page = visit(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    stage = Stage(page).open(SLOW).at_rest()
    pointer, doctor = page.locator(".lab-pointer"), page.locator(".st-key-doctor")
    expect(pointer).to_have_text("Doctor: too slow ↓")
    assert faults(page) == []
    pointer.click()
    expect(doctor).to_be_in_viewport(ratio=0.9)
    expect(pointer).to_be_hidden()
    page.evaluate("document.querySelector('.stMain').scrollTop = 0")
    expect(pointer).to_be_visible()
    stage.type_into(stage.rate, "0.03")
    stage.link_says(lambda scene: scene.lanes[0].rate == 0.03)
    expect(doctor).to_contain_text(re.compile("Healthy|slow", re.IGNORECASE))
    stage.until(lambda: _true(pointer.is_visible() == (doctor.locator("p.ill").count() == 1)))
