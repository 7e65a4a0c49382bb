"""One walk with a visitor's own table: pasted, its columns chosen, standardised, saved and opened again."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from engine.tables import OwnData, data_on
from tests.browser.stage import Stage
from ui.scene.scene import Scene

TABLE = "area;rooms;price\n" + "".join(f"{50 + 7 * i};{2 + i % 3};{100 + 21 * i + 5 * (i % 4)},5\n" for i in range(14))


def shown(stage: Stage) -> OwnData:
    data = data_on(stage.scene.landscape)
    assert data is not None
    return data


def test_a_table_is_pasted_scaled_saved_and_opened(page: Page, tmp_path: Path):
    page.goto("/two_weights")
    stage = Stage(page).at_rest()
    page.get_by_role("button", name="Your own data").click()
    page.get_by_role("textbox", name="Paste a table").fill(TABLE + "x;1;2\n")
    page.get_by_role("button", name="Use this table").click()
    expect(stage.sidebar).to_contain_text("15 rows, 3 columns by semicolons, decimal comma, the first row names them.")
    page.keyboard.press("Escape")
    expect(stage.sidebar).to_contain_text("Row 16, area: “x” is no number, so the row is left out.")
    expect(stage.sidebar).to_contain_text("scaling turns a ravine into a bowl")
    expect(page.locator(".lab h1")).to_have_text("price from area")
    stage.until(lambda: stage.agrees(stage.scene))
    stage.pick("Input", "rooms")
    expect(page.locator(".lab h1")).to_have_text("price from rooms")
    stage.pick("Input", "area")
    expect(page.locator(".lab h1")).to_have_text("price from area")
    page.get_by_text("Standardise the input").click()
    stage.link_says(lambda scene: "scaled=1" in scene.landscape.text)
    data = shown(stage)
    design = np.column_stack([data.descended, np.ones(data.points)])
    solved = np.linalg.lstsq(design, data.targets, rcond=None)[0]
    runs = stage.agrees_soon(stage.scene)
    np.testing.assert_allclose(runs[0].points[-1], solved, rtol=1e-6)
    expect(page.locator(".lab-fit-panel .lab-say")).to_contain_text("on all 14 points")
    # Saved, and opened where another model is shown.
    stage.sidebar.get_by_text("Save and load").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "own.json"
    saved.value.save_as(file)
    text = stage.scene.landscape.text
    page.goto("/two_weights")
    stage.at_rest()
    stage.sidebar.get_by_text("Save and load").click()
    page.locator("[data-testid=stFileUploader] input").last.set_input_files(file)
    expect(page.locator(".lab h1")).to_have_text("price from area")
    assert stage.link_says(lambda scene: scene.landscape.text == text).landscape.text == text


POINTS = "data:x=area;y=price;points=1,2,3,4,5,6*2,3,5,4,6,5.5"


def test_a_point_is_dragged_added_and_removed_and_the_valley_follows(page: Page):
    page.goto(f"/two_weights?land={POINTS}&steps=100&lane=gradient_descent;rate=0.03")
    stage = Stage(page).at_rest()
    panel = page.locator(".lab-fit-panel")
    canvas, hint = panel.locator(".lab-fit"), panel.locator(".lab-points")
    expect(hint).to_contain_text("Click adds a point, drag moves one")
    window = stage.scene.window or stage.scene.landscape.window
    box = stage.box(canvas)
    # The last point, as an outlier: all the way down, and the picture follows before the hand lets go.
    x = box["x"] + 34 + (6 - 0.75) / 5.5 * (box["width"] - 38)
    y = box["y"] + 4 + (6.56 - 5.5) / (4 + 2 * 0.56) * (box["height"] - 26)
    ends = stage.losses
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=6)
    expect(hint).to_contain_text("Point 6: 6, ")
    stage.until(lambda: _differ(stage.losses, ends))
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.landscape.text != POINTS)
    data = shown(stage)
    assert data.inputs.tolist() == [1, 2, 3, 4, 5, 6]
    assert data.targets.tolist()[:5] == [2, 3, 5, 4, 6]
    assert data.targets[5] < 4.5
    assert scene.window == window, "it is the valley that moves"
    stage.agrees_soon(scene)
    # By keys: a point is added, moved and taken away again.
    canvas.focus()
    page.keyboard.press("Enter")
    assert len(data_of(stage, 7).inputs) == 7
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    assert data_of(stage, 6).inputs.tolist() == [1, 2, 3, 4, 5, 6]
    # A click into the empty corner adds one, too.
    page.mouse.click(box["x"] + 60, box["y"] + 12)
    assert len(data_of(stage, 7).inputs) == 7
    panel.get_by_role("button", name="remove this point").click()
    assert len(data_of(stage, 6).inputs) == 6


def data_of(stage: Stage, points: int) -> OwnData:
    """The data of the address, once they have so many points."""
    scene = stage.link_says(lambda scene: _points(scene) == points)
    data = data_on(scene.landscape)
    assert data is not None
    return data


def _points(scene: Scene) -> int:
    data = data_on(scene.landscape)
    return 0 if data is None else data.points


def _differ(one: object, other: object) -> None:
    assert one != other
