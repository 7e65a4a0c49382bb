"""Letters of a formula under the hand: the surface moves, the paths with it, and the link holds where one was left."""

from playwright.sync_api import Page, expect

from tests.browser.stage import Stage


def test_the_surface_moves_under_the_hand(page: Page):
    stage = Stage(page).open("land=ravine&steps=60&lane=gradient_descent;rate=0.01&lane=momentum;rate=0.005").at_rest()
    slider, signs = page.get_by_role("slider", name="κ, condition number", exact=True), page.locator(".lab-signs")
    expect(signs).to_have_text("minimum")
    before = stage.ink.screenshot()
    box = slider.bounding_box()
    assert box
    across = [box["x"] + 8 + part * (box["width"] - 16) for part in (0.566, 0.3, 0.15, 0.05)]
    page.mouse.move(across[0], box["y"] + box["height"] / 2)
    page.mouse.down()
    for count, x in enumerate(across[1:], 1):
        page.mouse.move(x, box["y"] + box["height"] / 2)
        stage.until(lambda count=count: _sketched(stage, count))
    expect(signs).to_have_text("minimum")
    assert "κ" in (page.locator(".lab-formula").text_content() or "")
    assert stage.ink.screenshot() != before
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.landscape.is_changed)
    (kappa,) = scene.landscape.values
    assert 1 <= kappa < 3
    stage.agrees_soon(scene)
    expect(signs).to_have_text("minimum")
    expect(page.locator(".lab-sketch")).to_be_hidden()
    # An end of the slider, a number, and the way back.
    page.get_by_label("κ, condition number: slider to").fill("20")
    page.get_by_label("κ, condition number: slider to").press("Enter")
    scene = stage.link_says(lambda scene: scene.landscape.parameters[0].high == 20)
    assert scene.landscape.values == (kappa,)
    stage.type_into(page.get_by_label("κ, condition number, number"), "12.5")
    stage.agrees_soon(stage.link_says(lambda scene: scene.landscape.values == (12.5,)))
    stage.type_into(page.get_by_label("κ, condition number, number"), "0.5")
    expect(stage.verdict).to_contain_text("number between 1 and 1000; got 0.5")
    page.get_by_role("button", name="κ, condition number: back to 50").click()
    stage.agrees_soon(stage.link_says(lambda scene: not scene.landscape.is_changed))
    expect(stage.root).to_have_attribute("data-surface", "ravine")


def test_a_typed_letter_becomes_a_slider(page: Page):
    stage = Stage(page).open("land=himmelblau&steps=80&lane=adam;rate=0.1").at_rest()
    expect(page.locator(".lab-params")).to_be_hidden()
    stage.sidebar.get_by_text("Type your own function").click()
    field = page.get_by_label("f(x, y) =")
    field.fill("a x^2 + θ y^2")
    expect(page.locator(".lab-formula-notes")).to_contain_text("a and θ are sliders; x and y are the axes.")
    field.press("Enter")
    stage.link_says(lambda scene: scene.landscape.expression == "a*x**2 + theta*y**2")
    stage.type_into(page.get_by_label("θ, number"), "2.5")
    scene = stage.link_says(lambda scene: scene.landscape.values == (1.0, 2.5))
    stage.agrees_soon(scene)
    # The same letters keep their values in another formula.
    stage.sidebar.get_by_text("Type your own function").click()
    field.fill("a x^2 + θ y^2 + x")
    field.press("Enter")
    scene = stage.link_says(lambda scene: scene.landscape.expression == "a*x**2 + theta*y**2 + x")
    assert scene.landscape.values == (1.0, 2.5)


def _sketched(stage: Stage, count: int) -> None:
    assert int(stage.root.get_attribute("data-sketched") or 0) >= count
