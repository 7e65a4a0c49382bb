"""What can be done at the desk by hand or key can be done in lecture mode."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from landscapes import LANDSCAPES
from tests.browser.conftest import Visit
from tests.browser.stage import Stage
from tests.browser.test_lecture import SMALLEST, is_on, lecture

TWO = "land=himmelblau&steps=120&lane=gradient_descent;rate=0.004&lane=momentum;rate=0.004"


def rates(stage: Stage) -> list[float]:
    return [lane.rate for lane in stage.scene.lanes]


def test_keys_turn_the_rate_and_the_picture_follows(page: Page):
    stage = lecture(page, TWO)
    # The round rates are ten a decade, as ISO 3 has them (R10); Shift takes a hundredth.
    for key, rate in (
        ("]", 0.005),
        (".", 0.0063),
        ("[", 0.005),
        (",", 0.004),
        ("[", 0.0032),
        ("}", 0.00323),
        (">", 0.00326),
        ("{", 0.00323),
        ("<", 0.0032),
        ("]", 0.004),
    ):
        page.keyboard.press(key)
        expect(stage.rate).to_have_value(f"{rate:.5f}")
    stage.link_says(lambda scene: {lane.rate for lane in scene.lanes} == {0.004})
    for _ in range(4):
        page.keyboard.press("]")
    stage.link_says(lambda scene: {lane.rate for lane in scene.lanes} == {0.01})
    stage.agrees_soon(stage.scene)
    is_on(stage, True)


def test_the_rate_stays_on_its_slider(page: Page):
    stage = lecture(page, "land=bowl&steps=20&lane=gradient_descent;rate=8")
    for _ in range(3):
        page.keyboard.press("]")
    stage.link_says(lambda scene: scene.lanes[0].rate == 10)
    stage.type_into(stage.rate, "0.00011")
    stage.handle.focus()
    for _ in range(3):
        page.keyboard.press("[")
    stage.link_says(lambda scene: scene.lanes[0].rate == 0.0001)
    # Every round rate from end to end, each more than 20 % above the one before.
    seen = [0.0001]
    for _ in range(50):
        page.keyboard.press("]")
        seen.append(float(stage.rate.input_value()))
    assert all(1.2 < after / before < 1.3 for before, after in pairwise(seen))
    assert seen[-1] == pytest.approx(10)


def test_the_rate_is_large_and_its_slider_is_taken_by_hand(visit: Visit):
    page = visit(viewport={"width": 1920, "height": 1080})
    stage = lecture(page, TWO)
    assert float(stage.rate.evaluate("box => parseFloat(getComputedStyle(box).fontSize)")) >= 1.5 * SMALLEST
    assert stage.rate.evaluate("box => box.scrollWidth <= box.clientWidth")
    x, y = stage.grab(stage.rate_slider)
    page.mouse.move(x + 20, y, steps=4)
    page.mouse.up()
    now = stage.link_says(lambda scene: 0.03 < scene.lanes[0].rate < 0.1)
    stage.agrees_soon(now)
    fastest = page.locator(".lab-fastest")
    expect(fastest).to_be_visible()
    page.keyboard.press("b")
    offered = float(re.findall(r"[\d.]+", fastest.inner_text())[0])
    stage.link_says(lambda scene: scene.lanes[0].rate == offered)
    stage.type_into(stage.rate, "0.01")
    stage.agrees_soon(stage.link_says(lambda scene: scene.lanes[0].rate == 0.01))


def test_a_run_that_plays_goes_on_while_its_rate_is_turned(page: Page):
    stage = lecture(page, "land=bowl&steps=20000&tol=0&step=0&lane=gradient_descent;rate=0.0001")
    page.keyboard.press("Space")
    play = page.locator(".lab-play")
    expect(play).to_have_attribute("aria-label", "Pause")
    page.keyboard.press("]")
    stage.link_says(lambda scene: scene.lanes[0].rate == 0.000125)
    expect(play).to_have_attribute("aria-label", "Pause")
    page.keyboard.press("v")
    expect(page.get_by_label("Speed")).to_have_value("4")
    page.keyboard.press("Space")


def test_methods_come_into_focus_and_their_paths_come_and_go(page: Page):
    stage = lecture(page, TWO)
    for key, focus in (("ArrowDown", 1), ("ArrowDown", 0), ("ArrowUp", 1)):
        page.keyboard.press(key)
        stage.link_says(lambda scene, focus=focus: scene.focus == focus)
    hidden = page.locator(".lab-row.lab-hidden .lab-name")
    page.keyboard.press("2")
    expect(hidden).to_have_text("Momentum")
    page.keyboard.press("7")
    page.keyboard.press("2")
    expect(hidden).to_have_count(0)


def test_the_start_takes_a_hair_to_the_side(page: Page):
    stage = lecture(page, TWO)
    x, y = stage.start
    page.keyboard.press("h")
    now = stage.link_says(lambda scene: scene.start is not None)
    assert now.start == pytest.approx((x + 1e-6, y + 2e-6), abs=1e-12)


def test_one_step_goes_through_its_parts(page: Page):
    lecture(page, TWO + "&step=3")
    chosen = page.locator(".lab-phase[aria-pressed=true]")
    expect(chosen).to_have_text("3 Update")
    page.keyboard.press("a")
    expect(chosen).to_have_text("4 Repeat")
    page.keyboard.press("a")
    expect(chosen).to_have_text("2 Gradient")
    expect(page.locator(".lab-tally b")).to_have_text("4")


def test_the_surfaces_name_and_formula_come_with_a_key(page: Page):
    stage = lecture(page, TWO)
    name, formula = page.locator(".lab-head h1"), page.locator(".lab-formula")
    expect(name).to_be_hidden()
    page.keyboard.press("n")
    expect(name).to_be_visible()
    expect(name).to_have_text(LANDSCAPES["himmelblau"].name)
    expect(formula).to_be_visible()
    # It takes nothing from the hand: the picture under it is the picture's.
    box = stage.box(name)
    hit = page.evaluate("([x, y]) => document.elementFromPoint(x, y).className", [box["x"] + 5, box["y"] + 5])
    assert "lab-picture" in hit
    page.keyboard.press("n")
    expect(name).to_be_hidden()


def test_all_settings_open_beside_the_picture(page: Page):
    stage = lecture(page, TWO)
    expect(stage.sidebar).to_be_hidden()
    page.keyboard.press("p")
    expect(stage.sidebar).to_be_visible()
    stage.pill("Adam").click()
    stage.link_says(lambda scene: len(scene.lanes) == 3)
    stage.pick("Schedule", "Cosine")
    stage.link_says(lambda scene: scene.lanes[0].schedule == "cosine")
    stage.sidebar.get_by_text("Steps, stopping, noise, clipping").click()
    seed = stage.sidebar.get_by_role("textbox", name="Noise seed", exact=True)
    stage.type_into(seed, "5")
    stage.link_says(lambda scene: scene.seed == 5)
    stage.method("Momentum").click()
    stage.type_into(stage.knob_box("Momentum β"), "0.5")
    stage.link_says(lambda scene: scene.lanes[1].knobs["momentum"] == 0.5)
    stage.pick("Landscape", "Two valleys")
    now = stage.link_says(lambda scene: scene.landscape.name == "Two valleys")
    stage.agrees_soon(now)
    stage.handle.focus()
    page.keyboard.press("p")
    expect(stage.sidebar).to_be_hidden()
    is_on(stage, True)
    page.keyboard.press("Escape")
    is_on(stage, False)


# In every frame, whether something of Streamlit's page could be read.
WATCH = """() => {
  window.seen = new Set();
  window.framed = 0;
  const look = () => {
    window.framed += 1;
    for (const one of document.querySelectorAll("section.stSidebar *, header.stAppHeader *"))
      if (one.childElementCount === 0 && one.textContent.trim() && one.checkVisibility({ visibilityProperty: true }))
        window.seen.add(one.textContent);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def test_nothing_of_the_page_is_seen_before_or_behind_the_stage(visit: Visit):
    page = visit(viewport={"width": 1366, "height": 768})
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(f"({WATCH})()")
    stage = lecture(page, TWO)
    assert page.evaluate("window.framed") > 5
    seen = page.evaluate("[...window.seen]")
    assert seen == []
    assert not stage.sidebar.is_visible()
    # Nothing behind the stage is reached by Tab either.
    strangers = page.evaluate("""() => [...document.querySelectorAll("button, input, a[href], [tabindex]")]
      .filter((one) => !one.closest(".lab") && one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }))
      .map((one) => one.outerHTML.slice(0, 80))""")
    assert strangers == []
