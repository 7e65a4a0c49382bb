"""Any runs side by side: the list edited by mouse, keys and finger, told apart everywhere, in the link and back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.agreement import agrees
from tests.browser.conftest import Visit
from tests.browser.stage import Stage
from ui.scene.scene import MOST_LANES, Scene

LINK = "land=bowl&steps=60&lane=gradient_descent;rate=0.1&lane=adam;rate=0.1"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def rates(scene: Scene) -> list[float]:
    return [lane.rate for lane in scene.lanes]


def looks(stage: Stage) -> list[str | None]:
    return [row.get_attribute("data-look") for row in stage.rows.all()]


def choose(page: Page, name: str, item: str) -> None:
    """An entry of the menu of the run that is called so."""
    page.get_by_role("button", name=f"More for {name}", exact=True).click()
    page.get_by_role("menuitem", name=item).click()


def test_runs_are_added_renamed_moved_hidden_and_removed(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    agreed = lambda: stage.until(lambda: agrees(stage))  # noqa: E731
    choose(page, "Gradient descent", "Duplicate")
    assert rates(stage.link_says(lambda scene: len(scene.lanes) == 3)) == [0.1, 0.08, 0.1]
    scene = agreed()
    assert scene.focus == 1, "the new run is the one whose rate the slider moves"
    assert page.locator(".lab-name").all_inner_texts()[:2] == ["Gradient descent at 0.1", "Gradient descent at 0.08"]
    first, second, third = looks(stage)
    assert (first, third) == ("gradient_descent", "adam")
    stage.type_into(stage.rate, "0.6")
    assert rates(stage.link_says(lambda scene: scene.lanes[1].rate == 0.6)) == [0.1, 0.6, 0.1]

    # Its name, by the keys alone; Escape leaves it as it was.
    more = page.get_by_role("button", name="More for Gradient descent at 0.6")
    more.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("too; high")
    page.keyboard.press("Enter")
    assert [lane.name for lane in stage.link_says(lambda scene: scene.lanes[1].name).lanes] == ["", "too, high", ""]
    choose(page, "too, high", "Rename")
    page.keyboard.type("another")
    page.keyboard.press("Escape")
    assert agreed().lanes[1].name == "too, high"
    assert "too, high" in stage.verdict.inner_text()
    expect(page.locator("table.ends").first).to_contain_text("too, high")

    # Its place, by the keys: the look goes along, and so does the focus of the keyboard.
    row = page.locator(".lab-method").nth(1)
    row.focus()
    page.keyboard.press("Alt+ArrowUp")
    assert rates(stage.link_says(lambda scene: scene.lanes[0].name)) == [0.6, 0.1, 0.1]
    assert looks(stage) == [second, first, third]
    expect(page.locator(".lab-method").nth(0)).to_be_focused()
    assert agreed().focus == 0

    page.get_by_role("button", name="Hide the path of Adam").click()
    stage.link_says(lambda scene: scene.lanes[2].hidden)
    agreed()
    link = stage.link
    page.reload()
    stage.at_rest()
    assert agreed() == stage.scene
    assert stage.link == link
    assert looks(stage) == [second, first, third]

    choose(page, "Gradient descent", "Remove")
    scene = stage.link_says(lambda scene: len(scene.lanes) == 2)
    assert looks(stage) == [second, third], "who stays keeps colour, dash and marker"
    agreed()
    page.get_by_role("button", name="Put back").click()
    assert rates(stage.link_says(lambda scene: len(scene.lanes) == 3)) == [0.6, 0.1, 0.1]
    agreed()

    # To another page and back.
    page.get_by_role("link", name="Tuning").first.click()
    page.wait_for_selector(".lab[data-page=tuning][data-painted]")
    page.go_back()
    page.wait_for_selector(".lab[data-page=playground][data-painted]")
    assert agreed().names == ("too, high", "", "")
    assert looks(stage) == [second, first, third]


def test_each_run_has_a_schedule_of_its_own(page: Page):
    stage = Stage(page).open("land=bowl&steps=60&lane=adam;rate=0.1&lane=adam;rate=0.1").at_rest()
    expect(page.locator(".lab-name")).to_have_text(["Adam at 0.1 (lane 1)", "Adam at 0.1 (lane 2)"])
    choose(page, "Adam at 0.1 (lane 2)", "Its schedule")
    page.get_by_role("menuitem", name="Cosine", exact=True).click()
    schedules = [lane.schedule for lane in stage.link_says(lambda scene: scene.lanes[1].schedule == "cosine").lanes]
    assert schedules == ["constant", "cosine"]
    stage.until(lambda: agrees(stage))
    expect(page.locator(".lab-name")).to_have_text(["Adam at 0.1 · constant", "Adam at 0.1 · cosine"])
    choose(page, "Adam at 0.1 · cosine", "Duplicate")
    page.get_by_label("Steps to the floor T_max, number").fill("30")
    page.keyboard.press("Enter")
    scene = stage.link_says(lambda scene: scene.lanes[-1].schedule_knobs.get("t_max") == 30)
    assert scene.lanes[1].schedule_knobs["t_max"] != 30, "its twin keeps its own"
    choose(page, "Adam at 0.1 · constant", "Warm up first")
    stage.link_says(lambda scene: [lane.schedule_knobs["warmup_steps"] for lane in scene.lanes] == [20, 0, 0])
    stage.until(lambda: agrees(stage))


def test_three_rates_at_one_click(page: Page):
    stage = Stage(page).open("land=ravine&steps=100&lane=gradient_descent;rate=0.01&lane=adam;rate=0.1").at_rest()
    page.get_by_role("button", name="1 · 0.01 · 0.0001").click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 3)
    assert rates(scene) == [1, 0.01, 0.0001]
    assert {lane.optimizer for lane in scene.lanes} == {"gradient_descent"}
    stage.until(lambda: agrees(stage))
    expect(page.locator(".lab-race h2")).to_have_text("Gradient descent, three runs")
    page.get_by_role("button", name="too low · right · too high").click()
    scene = stage.link_says(lambda scene: scene.names == ("too low", "just right", "too high"))
    stage.until(lambda: agrees(stage))
    assert looks(stage)[scene.focus] == "gradient_descent"
    arrived = [fate.startswith("arrives") for fate in stage.fates]
    assert arrived == [False, True, False]


def test_sixteen_runs_of_one_optimizer(visit: Visit):
    """On a phone, by touch; there are no more than sixteen, and no two are drawn or called alike."""
    page = visit(**PHONE)
    stage = Stage(page).open("land=bowl&steps=30&lane=adam;rate=0.5").at_rest()
    page.locator(".lab-tabs [data-key=race]").tap()
    for count in range(2, MOST_LANES + 1):
        page.get_by_role("button", name="More for Adam").first.tap()
        page.get_by_role("menuitem", name="Duplicate").tap()
        expect(stage.rows).to_have_count(count)
    scene = stage.link_says(lambda scene: len(scene.lanes) == MOST_LANES)
    assert len(set(rates(scene))) == MOST_LANES
    assert len(set(looks(stage))) == MOST_LANES
    stage.until(lambda: agrees(stage))
    expect(page.get_by_role("button", name="Add a run")).to_be_disabled()
    sides = [stage.box(page.locator(".lab-more").nth(place)) for place in (0, MOST_LANES - 1)]
    assert all(min(side["width"], side["height"]) >= 44 for side in sides)
