"""The learning rate: slider, box, examples, the measured rate, and the curvature beside it."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from engine import Run, descend, descend_many, fastest_rate, sharpness, summary
from landscapes import LANDSCAPES
from tests.browser.stage import Stage, printed
from ui.scene.scene import Scene, opening

BOWL = "land=bowl&lane=gradient_descent;rate=0.02"


def with_rate(scene: Scene, rate: float) -> Scene:
    return replace(scene, lanes=tuple(replace(lane, rate=rate) for lane in scene.lanes))


def test_the_slider_is_live_under_the_mouse(page: Page):
    stage = Stage(page).open().at_rest()
    x, y = stage.thumb(stage.rate_slider)
    table = stage.words.inner_text()
    page.mouse.move(x, y)
    page.mouse.down()
    seen = []
    for dx in (15, 40, -120):
        page.mouse.move(x + dx, y, steps=5)
        stage.until(lambda dx=dx: _moved(stage, 0.01, dx))
        rate = float(stage.rate.input_value())
        seen.append(rate)
        stage.agrees_soon(with_rate(opening(), rate))
        assert stage.link == ""
        assert stage.words.inner_text() == table
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == seen[-1])
    assert scene == with_rate(opening(), seen[-1])
    assert len(set(seen)) == 3
    expect(stage.words).not_to_have_text(table)


def _moved(stage: Stage, before: float, dx: int) -> None:
    rate = float(stage.rate.input_value())
    assert rate > before if dx > 0 else rate < before


def test_the_slider_moves_by_keys_on_a_log_scale(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    stage.rate_slider.focus()
    page.keyboard.press("ArrowRight")
    # A thousand stops over five decades: each is a factor of 10^0.005, printed to three digits.
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == pytest.approx(0.02 * 10**0.005, rel=0.01))
    stage.agrees_soon(scene)
    page.keyboard.press("End")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 10)
    stage.agrees_soon(scene)
    page.keyboard.press("Home")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 1e-4)
    stage.agrees_soon(scene)
    expect(stage.rate).to_have_value("0.000100")


def test_a_slider_pressed_and_let_go_without_moving_leaves_the_pickers_alive(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    page.mouse.move(*stage.thumb(stage.rate_slider))
    page.mouse.down()
    page.mouse.up()
    assert stage.scene.lanes[0].rate == 0.02
    stage.pick("Landscape", "Himmelblau")
    expect(stage.root).to_have_attribute("data-surface", "himmelblau")
    stage.link_says(lambda scene: scene.landscape.key == "himmelblau")


def test_a_typed_rate_and_the_examples(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    stage.type_into(stage.rate, "0.3125")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 0.3125)
    stage.agrees_soon(scene)
    # The document's three rates, and what they do here (scenario rates_explode).
    for name, rate, kind in (("too high", 1.0, "diverged"), ("too low", 1e-4, "budget"), ("just right", 0.01, None)):
        page.get_by_role("button", name=name, exact=True).click()
        scene = stage.link_says(lambda scene, rate=rate: scene.lanes[0].rate == rate)
        runs = stage.agrees_soon(scene)
        assert kind is None or runs[0].outcome.kind == kind
        expect(page.locator(".lab-preset[aria-pressed=true]")).to_have_text([name])


def test_a_rate_opened_from_a_link_survives_a_press_of_enter(page: Page):
    """The box shows six digits; what it does not show must not be lost by going through it."""
    stage = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.123456789").at_rest()
    stage.rate.focus()
    page.keyboard.press("Enter")
    stage.rate.blur()
    stage.type_into(page.get_by_label("Start x, number"), "2")
    scene = stage.link_says(lambda scene: scene.start == (2.0, 1.5))
    assert scene.lanes[0].rate == 0.123456789


def test_fastest_here_is_the_engine_s_and_arrives(page: Page):
    stage = Stage(page).open("land=ravine&lane=gradient_descent;rate=0.01").at_rest()
    best = fastest_rate(Run("ravine"))
    assert best is not None
    expect(stage.fastest).to_have_text(f"▲ fastest about {best:.3g}")
    before = stage.agrees_soon(stage.scene)
    stage.fastest.click()
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == best)
    after = stage.agrees_soon(scene)
    assert before[0].outcome.kind == "budget"
    assert after[0].outcome.kind == "converged_gradient"


def test_fastest_here_follows_the_start_and_says_when_there_is_none(page: Page):
    stage = Stage(page).open("land=himmelblau&start=0.5,0&lane=gradient_descent;rate=0.01").at_rest()
    first = stage.fastest.inner_text()
    stage.type_into(page.get_by_label("Start x, number"), "4.5")
    best = fastest_rate(Run("himmelblau", start=(4.5, 0.0)))
    assert best is not None
    stage.until(lambda: _offers(stage, best))
    assert stage.fastest.inner_text() != first
    stage.open("land=rosenbrock&steps=3&lane=gradient_descent;rate=0.001").at_rest()
    assert fastest_rate(Run("rosenbrock", steps=3)) is None
    expect(stage.fastest).to_contain_text("arrives from here")
    expect(stage.fastest).to_be_disabled()
    presets = page.locator(".lab-preset")
    expect(presets).to_have_text(["low", "middle", "too high"])  # none is right where none arrives; with 1 it diverges
    stage.open("land=rosenbrock&steps=2000&lane=adam;rate=0.001").at_rest()
    expect(presets.nth(2)).to_have_text("high")  # Adam arrives with 1: too high it is not
    stage.open("land=ravine&steps=500&lane=gradient_descent;rate=0.01").at_rest()
    expect(presets).to_have_text(["too low", "middle", "too high"])  # with 0.01 it is still on its way


def test_an_example_says_which_of_three_it_is_and_what_becomes_of_it(page: Page):
    """Each name and title on drawn runs, by `descend` itself."""
    random = np.random.default_rng(22)
    stage = Stage(page)
    for _ in range(3):
        key = str(random.choice(["bowl", "ravine", "himmelblau", "two_valleys", "plateau"]))
        method = str(random.choice(["gradient_descent", "momentum", "adam", "adagrad"]))
        start = tuple(round(float(random.uniform(low, high)), 2) for low, high in LANDSCAPES[key].window)
        stage.open(f"land={key}&start={start[0]},{start[1]}&lane={method};rate=0.03").at_rest()
        (run,) = stage.scene.runs()
        best = fastest_rate(run)
        for button, rate, which in zip(
            page.locator(".lab-preset").all(), (0.0001, 0.01, 1), ("lowest", "middle one", "highest"), strict=True
        ):
            outcome = descend(replace(run, rate=rate)).outcome
            end = "arrives" if outcome.arrived else "diverges" if outcome.kind == "diverged" else "does not arrive"
            title = button.get_attribute("title") or ""
            said = f"Learning rate {rate}, the {which} of three examples: within the steps given it {end} from here"
            assert title.startswith(said), title
            name = button.inner_text()
            if name == "too high":
                assert end == "diverges" or (end == "does not arrive" and best is not None and best < rate)
            elif name == "too low":
                assert end == "does not arrive"
                assert title.endswith("; some higher rates do.")
            else:
                assert name in (("just right",) if end == "arrives" and rate == 0.01 else ("low", "middle", "high"))


def _offers(stage: Stage, rate: float) -> None:
    shown = re.fullmatch(r"▲ fastest about (.+)", stage.fastest.inner_text())
    assert shown
    assert printed(shown[1])[0] == rate


def test_rate_times_curvature_is_measured_at_the_ball(page: Page):
    stage = Stage(page).open("land=himmelblau&steps=300&step=0&lane=gradient_descent;rate=0.013").at_rest()
    run = Run("himmelblau", rate=0.013, steps=300)
    path = descend(run)
    curvatures = sharpness(run.landscape, path.points)
    last = len(path.points) - 1
    assert abs(curvatures[0] - curvatures[last]) > 1
    for step in (0, 3, last):
        stage.scrub.fill(str(step))
        stage.until(lambda step=step: _curvature(stage, float(curvatures[step]), 0.013))


def _curvature(stage: Stage, curvature: float, rate: float) -> None:
    shown = re.fullmatch(r"× λmax (.+) = (.+)", stage.curvature.inner_text())
    assert shown
    for text, value in zip(shown.groups(), (curvature, rate * curvature), strict=True):
        assert printed(text)[0] == pytest.approx(value, rel=5.01e-3)  # three digits


def test_the_curvature_is_taken_with_the_schedule_s_rate(page: Page):
    stage = Stage(page).open("land=bowl&steps=40&step=35&lane=gradient_descent;rate=0.001;schedule=step").at_rest()
    # After 30 steps a tenth of the rate is left; the bowl's curvature is 4 everywhere.
    expect(stage.curvature).to_have_text("× λmax 4 = 0.0004")
    stage.scrub.fill("29")
    expect(stage.curvature).to_have_text("× λmax 4 = 0.004")


def test_the_hatched_rates_are_beyond_the_method_s_own_law(page: Page):
    """The ravine's curvature is 50: plain descent's border is 2 / 50, the heavy ball's 2 (1 + 0.9) / 50."""
    for lane, factor, who in (
        ("gradient_descent", 2, "plain descent"),
        ("momentum", 3.8, "Momentum with these settings"),
        ("nesterov", 1.357, "Nesterov with these settings"),
        ("adam", 2, "plain descent"),  # it has no law of its own: plain descent's, for comparison
    ):
        stage = Stage(page).open(f"land=ravine&steps=50&lane={lane};rate=0.01").at_rest()
        border = page.locator(".lab-limit")
        expect(border).to_be_visible()
        # A share of the track, which is logarithmic from 1e-4 to 10.
        place = float(border.evaluate("limit => limit.style.getPropertyValue('--at')"))
        assert 1e-4 * 1e5**place == pytest.approx(factor / 50, rel=1e-3)
        told = stage.curvature.get_attribute("title") or ""
        assert f"On a quadratic bowl {who} settles while rate × λmax is below {factor:.3g};" in told


READ_AS = {
    **{"1/50": 1 / 50, "2/50": 2 / 50, "10^-3": 1e-3, "10**-3": 1e-3, "0,02": 0.02, "1e-2": 0.01, "−4": -4.0},
    **{"٠٫٠٢": 0.02, "۰٫۰۲": 0.02, "०.०२": 0.02, "1.2 × 10⁻³": 1.2e-3, "-2^2": -4.0, "2^3^2": 512.0},
    **{"(1 + 2)/4": 0.75, "sqrt(2)/2": math.sqrt(2) / 2, "2*pi": 2 * math.pi},
    **dict.fromkeys(["1 2", "1/", "(1", "0.1.2", "2(3)", "0x10", "1_0", "constructor", "e(2)", "x", "1e", ")"]),
}
"""What a number box makes of a text; None for what is no number."""


def test_a_number_is_typed_as_in_a_formula(page: Page):
    stage = Stage(page).open(BOWL)
    read = page.evaluate(
        """async (texts) => {
          const { href } = document.querySelector('link[href*="all.css"]');
          const { evaluate } = await import(href.replace("all.css", "base/arithmetic.js"));
          return texts.map((text) => evaluate(text)).map((value) => (Number.isNaN(value) ? null : value));
        }""",
        list(READ_AS),
    )
    assert dict(zip(READ_AS, read, strict=True)) == {
        text: value if value is None else pytest.approx(value, rel=1e-15) for text, value in READ_AS.items()
    }
    for box, text, shown, check in (
        (stage.rate, "1/50", "0.0200", lambda scene: scene.lanes[0].rate == 1 / 50),
        (stage.rate, "٠٫٠٣", "0.0300", lambda scene: scene.lanes[0].rate == 0.03),
        (
            page.get_by_label("Start x, number"),
            "-3/2",
            "−1.5",
            lambda scene: scene.start is not None and scene.start[0] == -1.5,
        ),
    ):
        stage.type_into(box, text)
        expect(box).to_have_value(shown)
        stage.link_says(check)


@pytest.mark.parametrize("text", ["0", "-1", "−0.5", "NaN", "Infinity", "1e400", "abc", "", "0.1.2", "<b>1</b>"])
def test_a_bad_rate_costs_a_sentence_and_nothing_else(bowl: Stage, text: str):
    before, losses, link = bowl.scene, bowl.losses, bowl.link
    bowl.type_into(bowl.rate, text)
    got = text.replace("−", "-") or "nothing"
    sentence = f"Learning rate is a number above 0; got {got}. It stays as it was."
    expect(bowl.verdict).to_have_text(sentence)
    expect(bowl.spoken).to_have_text(sentence)
    expect(bowl.rate).to_have_value("0.0200")
    assert bowl.losses == losses
    assert bowl.link == link
    # The next movement clears the sentence, and nothing was lost.
    bowl.type_into(bowl.rate, "0.03")
    bowl.agrees_soon(with_rate(before, 0.03))
    bowl.type_into(bowl.rate, "0.02")
    bowl.link_says(lambda scene: scene == before)
    # At rest again, so that the next one meets no sentence that is still to be spoken.
    expect(bowl.spoken).to_have_text(summary(descend_many(before.runs())))


def test_a_complaint_is_not_talked_over_by_the_answer_before_it(page: Page):
    """A good number and a bad one right after it: the sentence about the bad one stays, seen and spoken."""
    stage = Stage(page).open(BOWL).at_rest()
    stage.type_into(stage.rate, "0.03")
    stage.type_into(stage.rate, "-1")
    sentence = "Learning rate is a number above 0; got -1. It stays as it was."
    stage.link_says(lambda scene: scene.lanes[0].rate == 0.03)
    page.wait_for_timeout(600)  # by then the answer, the rerun and the spoken sentence of 0.03 have all come
    expect(stage.verdict).to_have_text(sentence)
    expect(stage.spoken).to_have_text(sentence)


@pytest.fixture(scope="module")
def bowl(desk: BrowserContext) -> Iterator[Stage]:
    """One page for all bad numbers: each must leave it as it was."""
    page = desk.new_page()
    yield Stage(page).open(BOWL).at_rest()
    page.close()


def test_an_absurd_rate_is_run_and_diverges(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    stage.type_into(stage.rate, "1e308")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 1e308)
    runs = stage.agrees_soon(scene)
    assert runs[0].outcome.kind == "diverged"
    stage.type_into(stage.rate, "0.1")
    stage.agrees_soon(stage.link_says(lambda scene: scene.lanes[0].rate == 0.1))


def test_one_method_s_rate_alone(page: Page):
    stage = Stage(page).open().at_rest()
    page.get_by_label("Whose learning rate").select_option("one")
    stage.type_into(stage.rate, "0.005")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 0.005)
    assert [lane.rate for lane in scene.lanes] == [0.005, 0.01, 0.01, 0.01, 0.01]
    stage.agrees_soon(scene)
    stage.method("Adam").click()
    expect(stage.rate).to_have_value("0.0100")
    page.get_by_label("Whose learning rate").select_option("all")
    scene = stage.link_says(lambda scene: {lane.rate for lane in scene.lanes} == {0.01})
    stage.agrees_soon(scene)


def test_the_printed_numbers_are_read_rightly():
    """The reader that the tests above rest on."""
    assert printed("0.0390") == (0.039, pytest.approx(5e-5))
    assert printed("1.7 × 10⁻¹⁴") == (pytest.approx(1.7e-14), pytest.approx(5e-16))
    assert printed("−152") == (-152.0, 0.5)
    assert printed("∞") == (float("inf"), 0.0)
