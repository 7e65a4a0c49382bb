"""Two weights of a real model: the fit follows the ball, the batch size the hand; and planes of networks."""

import re

from playwright.sync_api import Page, expect

from engine import descend
from engine.networks import model_of
from tests.browser.stage import PATIENCE, Stage, reads_as

PLANE = "network:depth=3;width=8;activation=tanh;points=40;steps=120;rate=0.5;plane=path"

SLOW = 60.0
"""Seconds that a network's programs may take to compile on a busy machine."""


def open_models(page: Page, link: str = "") -> Stage:
    stage = Stage(page)
    page.goto(f"/two_weights?{link}" if link else "/two_weights")
    page.wait_for_selector(".lab[data-surface][data-painted]")
    expect(page.locator(".lab-fit")).to_have_attribute("aria-label", re.compile("data points at step"))
    return stage


def test_the_fit_says_what_the_engine_finds_and_follows_the_playhead(page: Page):
    stage = open_models(page, "land=model:linear_regression&steps=200&batch_size=8&lane=gradient_descent;rate=0.1")
    words = page.locator(".lab-fit-panel .lab-say")
    (run,) = stage.agrees_soon(stage.scene)
    assert run.run.batch_size == 8

    def shown(step: int) -> None:
        slope, intercept, loss = re.findall(
            r"slope w (\S+), intercept b (\S+); loss (\S+) on all 50 points", words.inner_text()
        )[0]
        for text, value in zip((slope, intercept), run.points[step], strict=True):
            assert reads_as(text, value)
        assert reads_as(loss, run.losses[step])

    stage.until(lambda: shown(200))
    expect(words).to_contain_text("This step sees the 8 filled ones. Thin: all points at every step")
    page.keyboard.press("Home")
    stage.until(lambda: shown(0))
    page.keyboard.press("ArrowRight")
    stage.until(lambda: shown(1))


def test_the_batch_size_is_live_and_travels_in_the_link(page: Page):
    stage = open_models(page, "land=model:logistic_regression&steps=100&batch_size=5&lane=gradient_descent;rate=0.2")
    slider = page.get_by_role("slider", name="Batch size", exact=True)
    expect(page.locator(".lab-fit-panel .lab-aside")).to_have_text("an epoch is 12 steps")
    stage.type_into(page.get_by_label("Batch size, number"), "20")
    scene = stage.link_says(lambda scene: scene.batch_size == 20)
    stage.agrees_soon(scene)
    stage.type_into(page.get_by_label("Batch size, number"), "61")
    expect(stage.verdict).to_contain_text("between 1 and 60; got 61. It stays as it was.")
    slider.focus()
    page.keyboard.press("End")  # all points
    scene = stage.link_says(lambda scene: scene.batch_size is None)
    (run,) = stage.agrees_soon(scene)
    expect(page.locator(".lab-fit-panel .lab-aside")).to_have_text("all 60 points at every step")
    assert run.points[-1].tolist() == descend(scene.runs()[0]).points[-1].tolist()


def test_every_model_opens_and_the_playground_keeps_its_own_picture(page: Page):
    stage = Stage(page)
    stage.open("land=beale&lane=adam;rate=0.05")
    page.get_by_role("link", name="Two weights").click()
    expect(page.locator(".lab-fit")).to_be_visible()
    expect(page.get_by_role("heading", name="Linear regression")).to_be_visible()
    for name in ("Logistic regression", "One tanh unit"):
        stage.pick("Model", name)
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        expect(page.locator(".lab-fit")).to_have_attribute("aria-label", re.compile("weight"))
    unit = model_of("tanh_unit")
    expect(stage.ink).to_have_attribute("aria-label", re.compile("global minima at .* saddle at"))
    assert len(unit.minima) == 2
    page.get_by_role("link", name="Playground").click()
    expect(page.get_by_role("heading", name="Beale")).to_be_visible()
    page.get_by_role("link", name="Two weights").click()
    expect(page.get_by_role("heading", name="One tanh unit")).to_be_visible()


def test_a_link_to_a_model_opens_its_page(page: Page):
    page.goto("/?land=model:tanh_unit&lane=momentum;rate=0.05")
    page.wait_for_url(re.compile("/two_weights"))
    expect(page.get_by_role("heading", name="One tanh unit")).to_be_visible()


def test_a_plane_of_a_network_is_a_surface_like_any_other(page: Page):
    stage = Stage(page)
    page.goto(f"/playground?land={PLANE}&start=0.98,0.02&steps=150&lane=gradient_descent;rate=0.5")
    page.wait_for_selector(".lab[data-surface][data-painted]", timeout=1000 * PATIENCE)
    stage.until(lambda: stage.agrees(stage.scene), SLOW)
    expect(stage.sidebar.get_by_text("The two directions keep")).to_be_visible()
    stage.type_into(page.get_by_label("Start x, number"), "0.3")
    moved = stage.link_says(lambda scene: scene.start is not None and scene.start[0] == 0.3)
    stage.until(lambda: stage.agrees(moved), SLOW)


def test_what_would_take_minutes_on_a_plane_is_said_and_not_offered(page: Page):
    for path, panel in (("terrain", ".lab-basins-panel"), ("tuning", ".lab-sweep-panel")):
        page.goto(f"/{path}?land={PLANE}&start=0.98,0.02&steps=150&lane=gradient_descent;rate=0.5")
        words = page.locator(f"{panel}.lab-heavy .lab-say").first
        expect(words).to_contain_text("would take minutes, and none is made", timeout=1000 * PATIENCE)
        expect(page.locator(f"{panel} :is(canvas, select, button):visible")).to_have_count(0)
    expect(page.get_by_role("button", name="Find a better setting")).to_have_count(0)


def test_a_network_that_cannot_be_shown_costs_a_sentence(page: Page):
    stage = Stage(page)
    page.goto("/playground?land=network:width=16;activation=relu;initialisation=too_large;points=40;steps=20")
    expect(stage.notices).to_contain_text("diverged", timeout=1000 * PATIENCE)
    expect(page.get_by_role("heading", name="Himmelblau")).to_be_visible()
