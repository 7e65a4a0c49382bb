"""Optimizers' and schedules' own knobs, and the list of methods."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from engine import OPTIMIZERS, SCHEDULES
from tests.browser.stage import Stage
from ui.scene.scene import Scene

FIVE_KEYS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
FIVE = "land=himmelblau&steps=120&start=-1,2" + "".join(f"&lane={key};rate=0.005" for key in FIVE_KEYS)
# Of every form that a knob has: log, even and whole sliders, none at all, ends that are open.
FORMS = ("gradient_descent", "momentum", "adam", "rprop", "newton")


def with_knob(scene: Scene, index: int, **values: float) -> Scene:
    lanes = list(scene.lanes)
    lanes[index] = replace(lanes[index], knobs={**lanes[index].knobs, **values})
    return replace(scene, lanes=tuple(lanes))


def test_a_knob_is_live_under_the_mouse(page: Page):
    stage = Stage(page).open(FIVE).at_rest()
    before = stage.scene
    stage.method("Momentum").click()
    before = stage.link_says(lambda scene: scene.focus == 1)
    link, table = stage.link, stage.words.inner_text()
    slider = stage.knob("Momentum β")
    x, y = stage.thumb(slider)
    page.mouse.move(x, y)
    page.mouse.down()
    for dx in (-20, -45):
        page.mouse.move(x + dx, y, steps=4)
        stage.until(lambda dx=dx: _less(stage, 0.9 + dx / 1000))
        beta = float(stage.knob_box("Momentum β").input_value())
        stage.agrees_soon(with_knob(before, 1, momentum=beta))
        assert stage.link == link
        assert stage.words.inner_text() == table
    page.mouse.up()
    after = stage.link_says(lambda scene: scene != before)
    assert after == with_knob(before, 1, momentum=beta)


def _less(stage: Stage, value: float) -> None:
    assert float(stage.knob_box("Momentum β").input_value()) < value


def test_every_knob_of_every_optimizer_reaches_the_engine(page: Page):
    lanes = "".join(f"&lane={key};rate=0.005" for key in FORMS)
    stage = Stage(page).open(f"land=himmelblau&steps=120&start=-1,2{lanes}").at_rest()
    expected = stage.scene
    for index, (key, optimizer) in enumerate((key, OPTIMIZERS[key]) for key in FORMS):
        stage.method(optimizer.name).click()
        expected = replace(expected, focus=index)
        stage.link_says(lambda scene, expected=expected: scene == expected)
        expect(page.locator(".lab-focused .lab-name")).to_have_text([optimizer.name])
        stage.all_knobs()
        assert page.locator(".lab-knob:visible .lab-knob-name").all_inner_texts() == [
            knob.name for knob in optimizer.knobs.values()
        ]
        for name, knob in optimizer.knobs.items():
            value = round((knob.low * knob.high) ** 0.5, 9) if knob.log else (knob.low + knob.high) / 2
            stage.type_into(stage.knob_box(knob.name), f"{value:.4g}")
            expected = with_knob(expected, index, **{name: float(f"{value:.4g}")})
            stage.link_says(lambda scene, expected=expected: scene == expected)
        assert expected.lanes[index].optimizer == key
    stage.agrees_soon(expected)


@pytest.mark.parametrize("key", ["step", "cosine", "plateau", "one_cycle"])
def test_every_knob_of_a_schedule_is_live(page: Page, key: str):
    schedule = SCHEDULES[key]
    stage = Stage(page).open(f"land=bounce&steps=200&lane=momentum;rate=0.3&lane=adam;rate=0.3;schedule={key}&focus=2")
    stage.at_rest()
    expect(page.get_by_role("heading", name=f"Schedule: {schedule.name}")).to_be_visible()
    expected = stage.scene
    for name, knob in schedule.own.items():
        slider = page.locator(".lab-schedule").get_by_role("slider", name=knob.name, exact=True)
        slider.focus()
        page.keyboard.press("PageUp")
        page.keyboard.press("ArrowRight")
        adam = stage.link_says(lambda scene, expected=expected: scene != expected).lanes[1]
        assert adam.schedule_knobs[name] > expected.lanes[1].schedule_knobs[name]
        # The other lane has another schedule and keeps it.
        stage.at_rest()
        others = {**stage.scene.lanes[1].schedule_knobs, name: expected.lanes[1].schedule_knobs[name]}
        assert others == expected.lanes[1].schedule_knobs
        assert stage.scene.lanes[0] == expected.lanes[0]
        expected = stage.scene
    stage.agrees_soon(expected)


def test_milestones_are_typed_with_commas(page: Page):
    stage = (
        Stage(page).open("land=bounce&steps=200&lane=momentum;rate=0.3;schedule=multistep;milestones=40,90").at_rest()
    )
    box = page.get_by_label("Cut at steps, numbers with commas")
    expect(box).to_have_value("40, 90")
    stage.type_into(box, "150 20, 20")
    scene = stage.link_says(lambda scene: scene.lanes[0].schedule_knobs["milestones"] == (20, 150))
    stage.agrees_soon(scene)
    expect(box).to_have_value("20, 150")
    for text, sentence in (
        ("20, soon", "Cut at steps is a whole number between 1 and 100000; got soon."),
        (",", "Cut at steps is 1 to 20 numbers such as 30, 80; got none."),
    ):
        stage.type_into(box, text)
        expect(stage.verdict).to_have_text(f"{sentence} It stays as it was.")
        expect(box).to_have_value("20, 150")
        assert stage.scene == scene


def test_a_warm_up_is_one_tick_and_its_knobs_are_live(page: Page):
    stage = Stage(page).open("land=bowl&steps=100&lane=momentum;rate=0.02").at_rest()
    expect(page.locator(".lab-schedule")).to_be_hidden()
    stage.sidebar.get_by_text("Warm up first").click()
    scene = stage.link_says(lambda scene: scene.lanes[0].schedule_knobs["warmup_steps"] == 20)
    stage.agrees_soon(scene)
    stage.type_into(stage.knob_box("Warm-up steps"), "35")
    stage.agrees_soon(stage.link_says(lambda scene: scene.lanes[0].schedule_knobs["warmup_steps"] == 35))
    stage.sidebar.get_by_text("See all their curves").click()
    expect(page.get_by_alt_text("Cosine: from")).to_be_visible()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("figure")).to_have_count(len(SCHEDULES))
    dialog.get_by_role("button", name="Exponential decay").click()
    expect(dialog).to_have_count(0)
    scene = stage.link_says(lambda scene: scene.lanes[0].schedule == "exponential")
    assert scene.lanes[0].schedule_knobs["warmup_steps"] == 35, "choosing a curve keeps the warm-up"
    stage.agrees_soon(scene)


def test_the_schedules_curves_stay_open_while_the_page_runs_again(page: Page):
    """As it does for what the doctor has found, which a visitor need not wait for."""
    stage = Stage(page).open("land=ravine&steps=5000&lane=gradient_descent;rate=0.0001").at_rest()
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Find a better setting").click()
    stage.sidebar.get_by_text("See all their curves").click()
    expect(dialog.locator("figure")).to_have_count(len(SCHEDULES))
    expect(page.locator(".st-key-doctor_apply button")).to_be_attached()
    page.wait_for_timeout(500)
    expect(dialog.locator("figure")).to_have_count(len(SCHEDULES))
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    stage.sidebar.get_by_text("Warm up first").click()
    stage.link_says(lambda scene: scene.lanes[0].schedule_knobs["warmup_steps"] == 20)
    expect(dialog).to_have_count(0)


def test_bad_knobs_cost_a_sentence_and_nothing_else(page: Page):
    stage = Stage(page).open("land=bowl&lane=adam;rate=0.1;beta1=0.8;schedule=step;step_size=40").at_rest()
    before = stage.scene
    stage.all_knobs()
    cases = (
        ("Momentum β₁", "1", "Momentum β₁ is a number between 0 and 1; got 1."),
        ("Momentum β₁", "-0.1", "Momentum β₁ is a number between 0 and 1; got -0.1."),
        ("Floor ε", "tiny", "Floor ε is a number between 0 and 1; got tiny."),
        ("Steps between cuts", "1.5", "Steps between cuts is a whole number between 1 and 100000; got 1.5."),
        ("Steps between cuts", "1e9", "Steps between cuts is a whole number between 1 and 100000; got 1e9."),
        ("Factor γ", "NaN", "Factor γ is a number between 0 and 10; got NaN."),
    )
    for name, text, sentence in cases:
        shown = stage.knob_box(name).input_value()
        stage.type_into(stage.knob_box(name), text)
        expect(stage.verdict).to_have_text(f"{sentence} It stays as it was.")
        expect(stage.knob_box(name)).to_have_value(shown)
        assert stage.scene == before
    stage.type_into(stage.rate, "0.2")
    stage.agrees_soon(stage.link_says(lambda scene: scene.lanes[0].rate == 0.2))


def test_a_hidden_path_is_gone_from_the_picture_and_not_from_the_race(page: Page):
    stage = Stage(page).open(FIVE).at_rest()
    before = stage.scene
    described = stage.ink.get_attribute("aria-label") or ""
    assert "Adam is at" in described
    pixels = _colours(page)
    swatch = page.get_by_role("button", name="Hide the path of Adam", exact=True)
    swatch.click()
    expect(page.get_by_role("button", name="Show the path of Adam")).to_have_attribute("aria-pressed", "false")
    expect(stage.ink).not_to_have_attribute("aria-label", re.compile("Adam is at"))
    expect(stage.ink).to_have_attribute("aria-label", re.compile("RMSprop is at"))
    assert _colours(page)["adam"] < pixels["adam"] / 4
    stage.agrees(before)
    # It stays hidden while the hand moves on, and comes back.
    stage.type_into(stage.rate, "0.006")
    stage.link_says(lambda scene: scene.lanes[4].rate == 0.006)
    stage.at_rest()
    expect(stage.ink).not_to_have_attribute("aria-label", re.compile("Adam is at"))
    page.get_by_role("button", name="Show the path of Adam").click()
    expect(stage.ink).to_have_attribute("aria-label", re.compile("Adam is at"))


def _colours(page: Page) -> dict[str, int]:
    """Pixels of the canvas that have an optimizer's very colour."""
    return page.evaluate(
        """async () => {
          const style = document.querySelector('link[href*="all.css"]').href;
          const { PALETTE } = await import(style.replace("all.css", "base/palette.js"));
          const canvas = document.querySelector(".lab-ink");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Map();
          for (let i = 0; i < data.length; i += 4) {
            const key = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
            if (data[i + 3] === 255) seen.set(key, (seen.get(key) ?? 0) + 1);
          }
          const count = ({ light }) => seen.get(parseInt(light.slice(1), 16)) ?? 0;
          return Object.fromEntries(Object.entries(PALETTE.optimizers).map(([name, style]) => [name, count(style)]));
        }"""
    )


def test_each_method_has_its_colour_on_the_canvas(page: Page):
    stage = Stage(page).open(FIVE).at_rest()
    colours = _colours(page)
    for key in FIVE_KEYS:
        assert colours[key] > 40, f"{key} is not to be seen: {colours}"
    assert {key for key, count in colours.items() if count > 40} == set(FIVE_KEYS)
    assert stage.page is page


def test_the_focus_moves_the_curvature_and_the_rate(page: Page):
    link = "land=two_valleys&steps=60&lane=gradient_descent;rate=0.05&lane=adam;rate=0.2;schedule=cosine&focus=2"
    stage = Stage(page).open(link).at_rest()
    expect(stage.rate).to_have_value("0.200")
    expect(page.locator(".lab-schedule")).to_be_visible()
    adam = stage.curvature.inner_text()
    stage.method("Gradient descent").click()
    stage.link_says(lambda scene: scene.focus == 0)
    expect(stage.rate).to_have_value("0.0500")
    expect(stage.curvature).not_to_have_text(adam)
    expect(page.locator(".lab-schedule")).to_be_hidden()
