"""A typed surface: checked while it is typed, shown on Enter, held by the link; and its critical points."""

import math
import re

from playwright.sync_api import Page, expect

from landscapes import LANDSCAPES
from tests.browser.conftest import Visit
from tests.browser.stage import Stage


def test_a_formula_is_checked_while_it_is_typed_and_then_shown(page: Page):
    stage = Stage(page).open("land=himmelblau&steps=80&lane=adam;rate=0.1").at_rest()
    before = stage.scene
    stage.sidebar.get_by_text("Type your own function").click()
    field = page.get_by_label("f(x, y) =")
    expect(field).to_have_value("(x**2 + y - 11)**2 + (x + y**2 - 7)**2")
    field.fill("x**2 + foo(y)")
    said = page.locator(".lab-formula-said")
    expect(said).to_contain_text('"foo" is not known')
    expect(page.locator(".lab-formula-mark")).to_have_text("x**2 + foo(y)\n       ^")
    expect(page.get_by_role("button", name="Show this surface")).to_be_disabled()
    field.press("Enter")
    for hostile in ("<img src=x onerror=alert(1)>", "__import__('os')", "x" * 2_000, "√x + ∞"):
        field.fill(hostile)
        expect(said).not_to_be_empty()
    assert stage.scene == before, "a wrong formula loses nothing"
    field.fill("x**2/4 + (y - 1)**2")
    expect(said).to_be_empty()
    expect(page.locator(".lab-formula-typeset math")).to_be_visible()
    field.press("Enter")
    scene = stage.link_says(lambda scene: scene.landscape.expression == "x**2/4 + (y - 1)**2")
    expect(stage.root).to_have_attribute("data-surface", scene.landscape.key)
    stage.agrees_soon(scene)
    # The picture that was asked for is to be seen: what lay over it has closed.
    expect(field).to_have_count(0)
    stage.sidebar.get_by_text("Type your own function").click()
    page.get_by_label("x to").locator("visible=true").fill("7")
    page.get_by_label("x to").locator("visible=true").press("Enter")
    scene = stage.link_says(lambda scene: scene.window is not None)
    assert scene.window == ((-4.0, 7.0), (-4.0, 4.0))


def test_a_typed_surface_begins_where_its_loss_is_a_number(page: Page):
    stage = Stage(page).open("land=ravine&steps=80&step=0&lane=gradient_descent;rate=0.1").at_rest()
    stage.sidebar.get_by_text("Type your own function").click()
    field = page.get_by_label("f(x, y) =")
    field.fill("sqrt(x - 3.5)")
    field.press("Enter")
    scene = stage.link_says(lambda scene: scene.landscape.expression == "sqrt(x - 3.5)")
    (run,) = stage.agrees_soon(scene)
    assert run.losses[0] == (run.points[0][0] - 3.5) ** 0.5
    assert stage.until(lambda: _begins_at(stage, run.points[0].tolist())) == tuple(run.points[0])
    # Another formula keeps the start as long as it has a value there.
    stage.type_into(page.get_by_label("Start x, number"), "3.6")
    stage.link_says(lambda scene: scene.start is not None and scene.start[0] == 3.6)
    for text, kept in (("log(x)", True), ("log(x - 3.7)", False)):
        expect(field).to_be_hidden()  # the surface before is shown, and the formula has closed over it
        stage.sidebar.get_by_text("Type your own function").click()
        field.fill(text)
        field.press("Enter")
        scene = stage.link_says(lambda scene, text=text: scene.landscape.expression == text)
        (run,) = stage.agrees_soon(scene)
        assert (run.points[0][0] == 3.6) == kept
        assert math.isfinite(run.losses[0])


def _begins_at(stage: Stage, start: list[float]) -> tuple[float, float]:
    assert stage.start == tuple(start)
    return stage.start


def test_a_formula_is_read_as_people_write_it_and_what_was_meant_is_offered(page: Page):
    stage = Stage(page).open("land=himmelblau&steps=80&lane=adam;rate=0.1").at_rest()
    stage.sidebar.get_by_text("Type your own function").click()
    field, notes = page.get_by_label("f(x, y) ="), page.locator(".lab-formula-notes")
    field.fill("1/2x + |y|")
    expect(notes).to_contain_text("1/2x is read as (1/2)·x")
    field.fill("f(x, y) = (x² + y - 11)^2 + sinus(y)")
    page.get_by_role("button", name="Write f(x, y) = (x² + y - 11)^2 + sin(y)").click()
    expect(field).to_have_value("f(x, y) = (x² + y - 11)^2 + sin(y)")
    expect(field).to_be_focused()
    expect(notes).to_be_empty()
    expect(page.get_by_role("button", name=re.compile("^Write"))).to_be_hidden()
    field.press("Enter")
    scene = stage.link_says(lambda scene: scene.landscape.key.startswith("formula:"))
    assert scene.landscape.expression == "(x**2 + y - 11)**2 + sin(y)"
    stage.agrees_soon(scene)


def test_the_window_s_fields_follow_the_surface_while_they_are_closed(page: Page):
    stage = Stage(page).open("land=himmelblau&steps=80&lane=adam;rate=0.1").at_rest()
    ends = [page.get_by_role("textbox", name=name, exact=True) for name in ("x from", "x to", "y from", "y to")]
    door = stage.sidebar.get_by_text("Type your own function")
    door.click()
    expect(ends[0]).to_have_value("-5")
    page.keyboard.press("Escape")
    expect(ends[0]).to_have_count(0)
    for key in ("ravine", "beale"):
        stage.pick("Landscape", LANDSCAPES[key].name)
        stage.link_says(lambda scene, key=key: scene.landscape.key == key)
        stage.type_into(stage.rate, "0.01" if key == "ravine" else "0.02")  # more runs of the page
        stage.link_says(lambda scene, key=key: scene.lanes[0].rate == (0.01 if key == "ravine" else 0.02))
        door.click()
        window = [f"{end:g}" for side in LANDSCAPES[key].window for end in side]
        for field, value in zip(ends, window, strict=True):
            expect(field).to_have_value(value)
        page.keyboard.press("Escape")
        expect(ends[0]).to_have_count(0)
    stage.sidebar.get_by_text("Warm up first").click()
    assert stage.link_says(lambda scene: scene.lanes[0].schedule_knobs["warmup_steps"] == 20).window is None


def test_what_was_typed_and_not_entered_is_there_when_the_field_is_back(page: Page):
    stage = Stage(page).open("land=himmelblau&steps=80&lane=adam;rate=0.1").at_rest()
    stage.sidebar.get_by_text("Type your own function").click()
    field = page.get_by_label("f(x, y) =")
    field.fill("x^2 + ")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    stage.sidebar.get_by_text("Type your own function").click()
    expect(field).to_have_value("x^2 + ")
    field.fill("x^2 + y^2")
    field.press("Enter")
    stage.link_says(lambda scene: scene.landscape.expression == "x**2 + y**2")
    expect(field).to_be_hidden()
    stage.sidebar.get_by_text("Type your own function").click()
    expect(field).to_have_value("x**2 + y**2")


def test_the_critical_points_of_a_typed_surface_are_found_and_marked(page: Page):
    stage = Stage(page).open("land=formula:sin(x)*cos(y)&steps=50&lane=adam;rate=0.1").at_rest()
    page.get_by_text("Where the slope is zero").click()
    expect(page.get_by_text("Found in this window: 3 global minima, 6 saddles and 3 maxima.")).to_be_visible()
    table = page.locator(".st-key-zeros table")
    expect(table.get_by_role("row")).to_have_count(1 + 12)
    expect(stage.root.get_by_text("saddle", exact=True)).to_be_visible()


def test_where_a_formula_has_no_value_there_is_no_ground(page: Page):
    Stage(page).open("land=formula:sqrt(4 - x**2 - y**2)&start=0.5,0.5&steps=50&lane=adam;rate=0.1").at_rest()
    expect(page.locator(".lab-bar-title")).to_contain_text("grey: not a number")
    outside = page.evaluate("document.querySelector('.lab-nowhere').getTotalLength()")
    assert outside > 0


def test_the_name_and_the_sentence_are_never_cut(visit: Visit):
    long = "formula:x**2 %2B y**2"  # its name is the longest beside the buttons of a phone
    for width, scheme, land in (
        (390, "light", long),
        (390, "dark", "himmelblau"),
        (1366, "light", "himmelblau"),
        (1440, "dark", "himmelblau"),
        (1536, "light", "himmelblau"),
    ):
        page = visit(viewport={"width": width, "height": 900}, color_scheme=scheme)
        Stage(page).open(f"land={land}&steps=80&lane=adam;rate=0.1").at_rest()
        name = page.locator(".lab-head h1")
        assert name.evaluate(
            "node => node.scrollWidth <= node.clientWidth && node.clientHeight <= node.parentElement.clientHeight"
        )
        if width == 390:
            page.locator("[data-testid=stExpandSidebarButton]").click()
        page.get_by_role("button", name="Type your own function").click()
        page.get_by_label("f(x, y) =").fill("x @ y")
        said = page.locator(".lab-formula-said")
        expect(said).to_contain_text("has no meaning in a formula")
        expect(said).to_have_css("color", "rgb(255, 180, 166)" if scheme == "dark" else "rgb(163, 45, 27)")
        assert said.evaluate(
            "node => node.scrollWidth <= node.clientWidth && node.getBoundingClientRect().right <= innerWidth"
        )
