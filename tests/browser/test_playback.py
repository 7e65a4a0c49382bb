"""Play, pause, step, scrub: the playhead, what it shows, and that the link follows where it rests."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from engine import descend_many
from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage, between

LINK = "land=himmelblau&steps=200&lane=gradient_descent;rate=0.004&lane=adam;rate=0.05"

# Notes the playhead in each frame for a while, and in ten at least, since one alone shows no motion:
# [ms, step, playhead as the scrubber's filled part shows it].
WATCH = """(ms) => new Promise((resolve) => {
  const [now, scrub] = [document.querySelector(".lab-counter b"), document.querySelector(".lab-scrub")];
  const frames = [];
  const begin = performance.now();
  const look = () => {
    const time = performance.now() - begin;
    const part = parseFloat(scrub.style.getPropertyValue("--done")) / 100;
    frames.push([time, Number(now.textContent.replace("Step ", "")), part * Number(scrub.max)]);
    if (time < ms || frames.length < 10) requestAnimationFrame(look); else resolve(frames);
  };
  requestAnimationFrame(look);
})"""


def watch(page: Page, milliseconds: int) -> list[Any]:
    return page.evaluate(WATCH, milliseconds)


def test_play_starts_at_the_start_moves_and_stops_where_it_is_told(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    assert stage.step == 200
    # Watched from before the click on: on a busy machine the film may be well under way when the click returns.
    watched = page.evaluate_handle(f"(ms) => ({{ frames: ({WATCH})(ms) }})", 4000)
    page.get_by_role("button", name="Play", exact=True).click()
    frames = watched.evaluate("({ frames }) => frames")
    first = next(number for number, (_, step, _) in enumerate(frames) if step != 200)
    steps = [step for _, step, _ in frames[first:]]
    assert steps[0] <= 1 + (frames[first][0] - frames[first - 1][0]) * 12 / 1000, "from the end, play begins anew"
    assert steps[-1] > steps[0]
    assert all(step >= 0 for step in between(steps))
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    rested = stage.step
    assert {step for _, step, _ in watch(page, 300)} == {rested}
    stage.agrees_soon(stage.scene, rested)
    expect(page.locator(".lab-race .lab-aside")).to_have_text(f"loss at step {rested}")


def test_where_play_was_paused_is_in_the_link(page: Page):
    stage = Stage(page).open(LINK + "&step=20").at_rest()
    page.get_by_role("button", name="Play", exact=True).click()
    watch(page, 500)
    page.get_by_role("button", name="Pause", exact=True).click()
    assert stage.step > 20
    stage.link_says(lambda scene: scene.playhead == stage.step)


def test_play_to_the_end_is_the_end_in_the_link(page: Page):
    stage = Stage(page).open("land=bowl&steps=30&step=5&lane=gradient_descent;rate=0.01").at_rest()
    page.get_by_label("Speed").select_option("16")
    page.get_by_role("button", name="Play", exact=True).click()
    stage.until(lambda: _at(stage, 30))
    stage.link_says(lambda scene: scene.playhead is None)


def _at(stage: Stage, step: int) -> None:
    assert stage.step == step


def test_space_plays_and_pauses_from_a_fresh_page(page: Page):
    """The lecturer opens a prepared link and presses Space."""
    stage = Stage(page).open(LINK + "&step=0").at_rest()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible(timeout=1000 * PATIENCE)
    stage.until(lambda: _beyond(stage, 1))
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def _beyond(stage: Stage, step: int) -> None:
    assert stage.step > step


def test_space_plays_when_the_start_has_the_focus_and_types_in_no_box(page: Page):
    stage = Stage(page).open(LINK + "&step=0").at_rest()
    stage.handle.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    rested = stage.step
    stage.rate.focus()
    page.keyboard.press("Space")
    assert {step for _, step, _ in watch(page, 300)} == {rested}


def test_single_steps_show_the_engine_s_losses(page: Page):
    stage = Stage(page).open(LINK + "&step=0").at_rest()
    runs = descend_many(stage.scene.runs())
    forward = page.get_by_role("button", name="One step forward")
    for step in (1, 2, 3):
        forward.click()
        stage.until(lambda step=step: _at(stage, step))
        stage.agrees_soon(stage.scene, step)
    assert runs[0].losses[0] > runs[0].losses[3]
    page.get_by_role("button", name="One step back").click()
    stage.until(lambda: _at(stage, 2))
    stage.link_says(lambda scene: scene.playhead == 2)
    page.get_by_role("button", name="To the start").click()
    stage.until(lambda: _at(stage, 0))
    stage.agrees_soon(stage.link_says(lambda scene: scene.playhead == 0), 0)
    page.get_by_role("button", name="One step back").click()
    assert stage.step == 0
    expect(stage.ink).to_have_attribute(
        "aria-label", re.compile(r"At step 0: Gradient descent is at \(0\.22,\s4\.4\) with loss")
    )


def test_scrubbing_by_mouse_and_by_keys(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    x, y = stage.thumb(stage.scrub)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 150, y, steps=5)
    stage.until(lambda: _before(stage, 190))
    held = stage.step
    stage.agrees_soon(stage.scene, held)
    assert stage.scene.playhead is None, "while the hand holds it, the link waits"
    page.mouse.up()
    stage.link_says(lambda scene: scene.playhead == held)
    stage.scrub.focus()
    page.keyboard.press("ArrowLeft")
    stage.agrees_soon(stage.link_says(lambda scene: scene.playhead == held - 1), held - 1)
    page.keyboard.press("End")
    stage.link_says(lambda scene: scene.playhead is None)
    stage.until(lambda: _at(stage, 200))


def _before(stage: Stage, step: int) -> None:
    assert stage.step < step


def test_a_click_on_a_curve_goes_to_that_step(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    curve = page.get_by_role("img", name="Loss over the steps")
    box = stage.box(curve)
    # The axis keeps 40 px free on the left and 8 on the right.
    inner = box["width"] - 48
    curve.click(position={"x": 40 + inner / 4, "y": 30})
    stage.until(lambda: _near(stage, 50))
    stage.link_says(lambda scene: scene.playhead == stage.step)


def _near(stage: Stage, step: int) -> None:
    assert abs(stage.step - step) <= 1


def test_a_new_answer_leaves_the_playhead_where_it_is(page: Page):
    stage = Stage(page).open(LINK + "&step=13").at_rest()
    assert stage.step == 13
    stage.type_into(stage.rate, "0.006")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 0.006)
    stage.agrees_soon(scene, 13)
    assert scene.playhead == stage.step == 13


@pytest.mark.parametrize("speed", [1, 4, 16])
def test_the_speed_is_twelve_steps_a_second_times_its_name(long_run: Stage, speed: float):
    page = long_run.page
    page.get_by_label("Speed").select_option(str(speed))
    page.get_by_role("button", name="To the start").click()
    page.get_by_role("button", name="Play", exact=True).click()
    frames = watch(page, 1200)
    page.get_by_role("button", name="Pause", exact=True).click()
    (t0, _, from_), (t1, _, to) = frames[len(frames) // 4], frames[-1]
    # Both ends are at most a frame old; a slow machine's frames are as long as the longest one seen.
    slack = max(between([time for time, _, _ in frames])) * 2 / (t1 - t0)
    assert (to - from_) / (t1 - t0) * 1000 == pytest.approx(12 * speed, rel=0.05 + slack)


@pytest.fixture(scope="module")
def long_run(desk: BrowserContext) -> Iterator[Stage]:
    page = desk.new_page()
    yield Stage(page).open("land=rosenbrock&steps=2000&lane=gradient_descent;rate=0.001").at_rest()
    page.close()


def test_a_loop_begins_anew_at_the_end(page: Page):
    stage = Stage(page).open("land=bowl&steps=12&lane=gradient_descent;rate=0.01").at_rest()
    page.get_by_label("Speed").select_option("4")
    loop = page.get_by_role("button", name="Loop", exact=True)
    loop.click()
    expect(loop).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Play", exact=True).click()
    steps = [step for _, step, _ in watch(page, 1500)]
    assert sum(step < 0 for step in between(steps)) >= 2
    loop.click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    stage.until(lambda: _at(stage, 12))


def test_calm_motion_jumps_from_step_to_step(visit: Visit):
    """Who asked the system for less motion sees whole steps; all others see the ball move between them."""
    for motion, whole in (("reduce", True), ("no-preference", False)):
        page = visit(reduced_motion=motion)
        Stage(page).open(LINK + "&step=0").at_rest()
        page.get_by_role("button", name="Play", exact=True).click()
        places: list[float] = []
        for _ in range(12):  # a busy machine may start the film late
            places += [place for _, _, place in watch(page, 700)]
            if places[-1] > 2:
                break
        assert places[-1] > 2
        off = [abs(place - round(place)) for place in places]
        assert (max(off) < 1e-6) is whole
        page.get_by_role("button", name="Pause", exact=True).click()


def test_a_hand_on_the_start_stops_the_film(page: Page):
    stage = Stage(page).open(LINK + "&step=0").at_rest()
    page.get_by_role("button", name="Play", exact=True).click()
    stage.until(lambda: _beyond(stage, 1))
    stage.grab(stage.handle)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.mouse.up()


def test_a_step_beyond_a_short_run_is_kept_for_the_others(page: Page):
    """Terrain shows the run in focus alone; what is told of there must not take the step away from longer runs.

    Newton's ends at step 2.
    """
    stage = Stage(page)
    stage.page.goto("/terrain?land=bowl&steps=200&step=9&focus=2&lane=gradient_descent;rate=0.01&lane=newton;rate=1")
    stage.page.wait_for_selector(".lab[data-page=terrain][data-painted]", timeout=1000 * PATIENCE)
    stage.until(lambda: _stands(stage, 2))
    stage.page.get_by_role("radio", name="Surface", exact=True).click()
    stage.link_says(lambda scene: scene.view == "surface" and scene.playhead == 9)
    stage.page.get_by_role("link", name="Playground", exact=True).click()
    stage.page.wait_for_selector(".lab[data-page=playground][data-painted]", timeout=1000 * PATIENCE)
    stage.until(lambda: _stands(stage, 9))
    stage.link_says(lambda scene: scene.playhead == 9)


def _stands(stage: Stage, step: int) -> None:
    assert stage.step == step
