"""How the picture is looked at: following a path that leaves, by keys, and one method standing out."""

import re
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from engine import descend_many
from tests.browser.stage import Stage, printed, reads_as
from tests.browser.test_lecture import DRAWN
from tests.browser.test_surface import show_block, still

EXPLODES = "land=ravine&lane=gradient_descent;rate=1"
PAIR = "land=himmelblau&steps=200&lane=momentum;rate=0.005;momentum=0.8&lane=nesterov;rate=0.005;momentum=0.9"


def ground(stage: Stage) -> list[tuple[float, float]]:
    """The sides of the ground shown, as the description has them."""
    text = stage.ink.get_attribute("aria-label") or ""
    found = re.search(r"x from (.+?) to (.+?), y from (.+?) to (.+?), loss", text)
    assert found, text
    x0, x1, y0, y1 = (printed(number)[0] for number in found.groups())
    return [(x0, x1), (y0, y1)]


def test_the_map_goes_out_with_a_path_that_blows_up(page: Page):
    stage = Stage(page).open(EXPLODES).at_rest()
    (run,) = descend_many(stage.scene.runs())
    home = ground(stage)
    follow = page.get_by_role("button", name="Follow the path")
    expect(follow).to_have_attribute("aria-pressed", "false")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    for step in (1, 3, 5):
        stage.scrub.fill(str(step))

        def around(step: int = step) -> None:
            sides = ground(stage)
            for k in (0, 1):
                reach = run.points[: step + 1, k]
                if abs(reach).max() > 2e8:
                    continue  # beyond this no surface is drawn, and the edge says where the path is
                assert sides[k][0] <= reach.min()
                assert reach.max() <= sides[k][1]
            assert sides[1][1] - sides[1][0] <= 8 * max(abs(run.points[: step + 1, 1]).max(), home[1][1])

        stage.until(around)
    page.keyboard.press("o")
    stage.until(lambda: _same(ground(stage), home))
    expect(follow).to_have_attribute("aria-pressed", "false")


def _same(one: object, other: object) -> None:
    assert one == other


def test_the_hand_on_the_map_ends_the_following(page: Page):
    stage = Stage(page).open(EXPLODES).at_rest()
    page.keyboard.press("o")
    follow = page.get_by_role("button", name="Follow the path")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Reset view").click()
    expect(follow).to_have_attribute("aria-pressed", "false")
    stage.scrub.fill("0")
    expect(follow).to_be_hidden()


@pytest.mark.parametrize("link", [EXPLODES, "land=bowl&lane=gradient_descent;rate=0.6"])
def test_growth_and_step_of_a_divergence_are_said(page: Page, link: str):
    stage = Stage(page).open(link).at_rest()
    (run,) = stage.agrees_soon(stage.scene)
    text = stage.ink.get_attribute("aria-label") or ""
    found = re.search(r"blowing up at step (\d+) with its loss growing (.+?)-fold a step", text)
    assert found, text
    assert int(found[1]) == run.outcome.step
    assert run.outcome.growth is not None
    assert reads_as(found[2], run.outcome.growth)
    expect(page.locator(".lab-fate")).to_have_attribute("title", run.outcome.sentence)


def test_keys_on_the_picture_move_and_zoom_the_map(page: Page):
    stage = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    home, start, step = ground(stage), stage.start, stage.step
    stage.picture.focus()
    page.keyboard.press("ArrowRight")
    stage.until(lambda: _above(ground(stage)[0][0], home[0][0]))
    page.keyboard.press("+")
    stage.until(lambda: _above(width(home) / width(ground(stage)), 1.2))
    page.keyboard.press("0")
    stage.until(lambda: _same(ground(stage), home))
    assert (stage.start, stage.step) == (start, step), "the keys were the view's"


def width(sides: list[tuple[float, float]]) -> float:
    return sides[0][1] - sides[0][0]


def _above(value: float, floor: float) -> None:
    assert value > floor


def test_keys_on_the_picture_turn_and_zoom_the_block(page: Page):
    stage = show_block(Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest())
    home = still(stage)
    stage.picture.focus()
    poses = [home]
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowRight", "+", "-"):
        page.keyboard.press(key)
        stage.until(lambda: _differ(still(stage), poses[-1]))
        poses.append(still(stage))
    page.keyboard.press("0")
    stage.until(lambda: _same(still(stage), home))


def _differ(one: object, other: object) -> None:
    assert one != other


def ink_of(page: Page, colour: str) -> int:
    """Pixels of exactly this colour on the canvas of paths and balls."""
    return page.evaluate(
        """(hex) => {
          const canvas = document.querySelector(".lab-ink");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
          let count = 0;
          for (let i = 0; i < data.length; i += 4)
            if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) count += 1;
          return count;
        }""",
        colour,
    )


def test_a_row_pointed_at_lets_the_others_stand_back(page: Page):
    stage = Stage(page).open(PAIR).at_rest()
    momentum, nesterov = "#ad5010", "#822152"
    stage.until(lambda: _above(min(ink_of(page, momentum), ink_of(page, nesterov)), 100))
    before = ink_of(page, nesterov)
    stage.method("Momentum").hover()
    stage.until(lambda: _above(0.2 * before, ink_of(page, nesterov)))
    assert ink_of(page, momentum) > 100
    page.mouse.move(5, 5)
    stage.until(lambda: _above(ink_of(page, nesterov), 0.9 * before))


def test_one_click_gives_a_knob_to_every_method_that_has_it(page: Page):
    stage = Stage(page).open(PAIR).at_rest()
    before = stage.scene
    stage.all_knobs()
    page.locator(".lab-drawer:visible").get_by_role("button", name="same for Nesterov").click()
    scene = stage.link_says(lambda scene: scene.lanes[1].knobs["momentum"] == 0.8)
    lanes = (before.lanes[0], replace(before.lanes[1], knobs={**before.lanes[1].knobs, "momentum": 0.8}))
    assert scene == replace(before, lanes=lanes)
    stage.agrees_soon(scene)


def written(page: Page) -> set[str]:
    """What a canvas of the picture has written since this was last asked."""
    return set(page.evaluate("() => (window.drawn ?? []).splice(0).map(({ text }) => text)"))


def test_the_numbers_along_the_axes_come_and_go_by_a_button_and_a_key_and_the_link_keeps_it(page: Page):
    stage = Stage(page).open("land=bowl&axes=0&lane=gradient_descent;rate=0.1").at_rest()
    button = page.get_by_role("button", name="Numbers along the axes")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.evaluate(DRAWN)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    stage.until(lambda: _holds(written(page), {"x", "y", "−2", "2"}))
    assert "axes" not in parse_qs(stage.link_says(lambda scene: scene.axes) and stage.link)
    show_block(stage)
    written(page)
    page.keyboard.press("x")
    expect(button).to_have_attribute("aria-pressed", "false")
    stage.link_says(lambda scene: not scene.axes)
    assert not written(page) & {"x", "y", "−2", "2"}
    page.keyboard.press("l")
    expect(stage.root).to_have_class(re.compile("lab-lecture"))
    page.keyboard.press("x")
    stage.until(lambda: _holds(written(page), {"x", "y"}))
    assert stage.link_says(lambda scene: scene.axes and scene.lecture).view == "surface"


def _holds(one: set[str], other: set[str]) -> None:
    assert other <= one
