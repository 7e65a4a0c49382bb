"""The gradient laboratory: a problem and a remedy train in sight, with verdicts, words and eight seeds."""

from playwright.sync_api import Page, expect

SLOW = 60_000


def finished(page: Page) -> None:
    expect(page.get_by_text("Layer by layer, at the start and at the end")).to_have_count(2, timeout=SLOW)


def test_a_problem_and_its_remedy_train_and_are_told_apart(page: Page):
    page.goto("/networks")
    finished(page)
    verdicts = page.locator("p.doctor")
    expect(verdicts.nth(0)).to_contain_text("Vanishing")
    expect(verdicts.nth(1)).to_contain_text("Healthy")
    expect(page.get_by_text("They differ in activation sigmoid → relu; initialisation xavier → he.")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(6)
    expect(page.get_by_text("Gradient norm of the first layer's weights against the last's")).to_have_count(2)
    page.get_by_text("The loss around it, on two planes").nth(1).click()
    expect(page.get_by_text("The two directions keep")).to_be_visible(timeout=SLOW)
    page.get_by_text("Exploding → He weights").click()
    expect(verdicts.nth(0)).to_contain_text("Exploding", timeout=SLOW)
    finished(page)
    expect(verdicts.nth(0)).to_contain_text("does not show it")


def test_a_switch_trains_anew_and_seeds_make_bands(page: Page):
    page.goto("/networks")
    finished(page)
    page.get_by_text("Settings of the remedy").click()
    page.get_by_label("Steps").fill("60")
    page.get_by_label("Steps").press("Enter")
    expect(page.get_by_text("steps 500 → 60")).to_be_visible()
    expect(page.get_by_text("after 60 steps (a constant output").last).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Train 8 seeds of both").click()
    expect(page.get_by_text("Over 8 seeds: middle [lowest, highest]")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("row", name="Problem 8 vanishing")).to_be_visible()
