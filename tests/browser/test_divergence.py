"""A rate too high is shown as what it is: a result with a sentence, never an error, never clipped."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage

CASES = {
    # The scenario cliff: the loss goes 31, 6.9e5, 3e46 and overflows at step 3.
    "cliff": ("land=cliff&lane=gradient_descent;rate=0.1", "blows up"),
    # The scenario rates_explode: times nine in each step.
    "bowl": ("land=bowl&lane=gradient_descent;rate=1", "blows up: the loss grew 9-fold a step"),
    "himmelblau": ("land=himmelblau&lane=gradient_descent;rate=1", "blows up"),
    "downhill": (
        "land=formula:x**2-y**2&start=2,0.001&steps=2000&lane=gradient_descent;rate=0.01",
        "runs downhill without end",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_divergence_is_said_everywhere(page: Page, case: str):
    link, words = CASES[case]
    stage = Stage(page).open(link).at_rest()
    runs = stage.agrees_soon(stage.scene)
    outcome = runs[0].outcome
    assert outcome.kind == "diverged"
    expect(stage.verdict).to_contain_text(words)
    assert stage.fates == ["falls for ever" if case == "downhill" else f"blows up at {outcome.step:,}"]
    expect(stage.words).to_contain_text(outcome.sentence)
    expect(stage.spoken).to_have_text(outcome.sentence)
    # Every step up to the last finite one can be looked at.
    for step in (0, 1, stage.length):
        stage.scrub.fill(str(step))
        stage.until(lambda step=step: _at(stage, step))
        stage.agrees_soon(stage.scene, step)


def _at(stage: Stage, step: int) -> None:
    assert stage.step == step


def test_the_path_that_left_is_marked_at_the_edge_and_says_how_far_it_is(page: Page):
    stage = Stage(page).open("land=cliff&step=0&lane=gradient_descent;rate=0.1").at_rest()
    before = _rim(page)
    stage.scrub.fill("2")
    stage.until(lambda: _at(stage, 2))
    stage.until(lambda: _more(_rim(page), before))
    expect(stage.ink).to_have_attribute("aria-label", re.compile(r"Gradient descent is at \(−?\d[\d,]{4,},\s"))


def _more(after: int, before: int) -> None:
    assert after > before + 30


def _rim(page: Page) -> int:
    """Pixels of gradient descent's colour within 20 px of the picture's frame: the triangle of a path that left."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector(".lab-ink");
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          let count = 0;
          for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
            if (x >= 20 && y >= 20 && x < width - 20 && y < height - 20) continue;
            const i = 4 * (y * width + x);
            if (data[i] === 0x00 && data[i + 1] === 0x08 && data[i + 2] === 0x8f && data[i + 3] === 255) count += 1;
          }
          return count;
        }"""
    )


def test_divergence_comes_and_goes_under_the_hand(page: Page):
    stage = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    x, y = stage.thumb(stage.rate_slider)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 250, y, steps=4)
    expect(stage.verdict).to_contain_text("blows up")
    expect(page.locator(".lab-fate")).to_have_text([re.compile("^blows up at")])
    page.mouse.move(x, y, steps=4)
    expect(stage.verdict).to_contain_text("arrives")
    page.mouse.up()
    stage.agrees_soon(stage.scene)


def test_one_of_five_blows_up_and_the_others_are_seen_to_arrive(page: Page):
    link = "land=cliff&steps=500&lane=gradient_descent;rate=0.1&lane=adam;rate=0.3"
    stage = Stage(page).open(link).at_rest()
    runs = stage.agrees_soon(stage.scene)
    assert [run.outcome.kind for run in runs] == ["diverged", "converged_gradient"]
    expect(stage.verdict).to_contain_text("Gradient descent diverges")
    expect(stage.verdict).to_contain_text("Adam arrives")
