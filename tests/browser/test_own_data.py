"""One walk with a visitor's own table: pasted, its columns chosen, standardised, saved and opened again."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from engine.tables import OwnData, data_on
from tests.browser.stage import Stage

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
