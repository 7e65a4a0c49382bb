"""Terrain: basins under the paths, the same as a table, crosses at critical points, and ways out of a valley."""

import re

import numpy as np
from playwright.sync_api import Page, expect

from engine import basin_band
from tests.browser.stage import PATIENCE, Stage

COLOURS = """(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""
LINK = "land=two_valleys&steps=600&lane=gradient_descent;rate=0.05"


def open_terrain(page: Page, link: str = LINK) -> Stage:
    stage = Stage(page)
    page.goto(f"/terrain?{link}")
    page.wait_for_selector(".lab-basins[data-starts]", state="attached")
    return stage


def test_the_map_says_what_the_engine_says_of_the_same_starts(page: Page):
    stage = open_terrain(page)
    expect(page.locator(".lab-basins")).to_have_attribute("data-columns", "256")
    expect(page.locator(".lab-basins-panel [role=status]")).to_contain_text("Of 65,536 starts in this picture")

    def says() -> None:
        ground = page.evaluate("() => JSON.parse(document.querySelector('.lab-basins').dataset.window)")
        told = basin_band(stage.scene.runs()[0], 256, 256, tuple(map(tuple, ground)))
        shares = np.bincount(told.labels[told.labels >= 0]) / told.labels.size
        rows = page.locator(".lab-shares tbody tr").all_inner_texts()
        shown = sorted(int(re.findall(r"(\d+) %", row)[0]) for row in rows)
        assert shown == sorted(round(100 * share) for share in shares)
        colours = page.locator(".lab-basins").evaluate(COLOURS)
        assert colours > 10, "two basins, each in shades of its steps"

    # The picture may still change its size, and with it the starts in it.
    stage.until(says)


def test_the_map_follows_the_hand_and_a_pixel_plays_its_path(page: Page):
    stage = open_terrain(page)
    box = stage.picture.bounding_box()
    assert box
    before = page.locator(".lab-shares").inner_text()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    expect(page.get_by_role("button", name=re.compile("Pause", re.I))).to_be_visible()
    scene = stage.link_says(lambda scene: scene.start is not None)
    assert scene.start is not None
    assert scene.start[0] < 0, "the start is where the pixel was"
    page.keyboard.press("End")
    stage.rate.fill("0.45")
    stage.rate.press("Enter")
    expect(page.locator(".lab-shares")).not_to_have_text(before)
    page.get_by_label("Starts a side").select_option("1024")
    expect(page.locator(".lab-basins")).to_have_attribute("data-columns", "1024", timeout=1000 * PATIENCE)
    expect(page.locator(".lab-basins-panel [role=status]")).to_contain_text("Of 1,048,576 starts")
    page.get_by_role("button", name="hide", exact=True).click()
    expect(page.locator(".lab-basins")).to_be_hidden()


def test_starts_that_are_not_there_yet_can_be_given_more_steps(page: Page):
    stage = open_terrain(page, "land=two_valleys&steps=10&lane=gradient_descent;rate=0.05")
    expect(page.locator(".lab-shares")).to_contain_text("not at a minimum")
    page.get_by_role("button", name="Give every start 40 steps").click()
    assert stage.link_says(lambda scene: scene.steps == 40).steps == 40
    page.get_by_role("button", name="Give every start 160 steps").click()
    assert stage.link_says(lambda scene: scene.steps == 160).steps == 160
    expect(page.locator(".lab-shares tbody tr").first).not_to_contain_text("not at a minimum")


def test_ways_out_are_counted_with_their_intervals(page: Page):
    open_terrain(page)
    page.get_by_text("Ways out: does a remedy").click()
    page.get_by_role("button", name="Measure").click()
    table = page.locator("table.ends", has_text="95 % interval")
    expect(table).to_be_visible(timeout=1000 * PATIENCE)
    rows = table.locator("tbody tr").all_inner_texts()
    assert len(rows) == 8
    assert "0 of 500" in rows[0], "plain descent stays in the shallow valley"
    assert all(re.search(r"of 500 \(\d+\.\d %\)", row) for row in rows)
    assert "0 of 500" in rows[1], "put down at rest, momentum has none"
    rolling = re.search(r"arriving with speed\s+(\d+) of 500", rows[3])
    assert rolling, rows[3]
    assert int(rolling.group(1)) > 0


def test_the_opening_of_the_page_is_a_map_of_arrivals(page: Page):
    """Without a link the runs are long enough to arrive, and no start is left open."""
    page.goto("/terrain")
    page.wait_for_selector(".lab-basins[data-starts]", state="attached")
    expect(page.locator(".lab-basins-panel [role=status]")).to_contain_text("arrive at one of the 4 lowest minima")
    page.get_by_text("Where the slope is zero").click()
    expect(page.get_by_text("Found in this window: 4 global minima, 4 saddles and 1 maximum.")).to_be_visible()


def test_noise_makes_a_cloud_of_the_same_run_under_other_seeds(page: Page):
    open_terrain(page, "land=two_valleys&steps=300&noise=4&lane=gradient_descent;rate=0.1")
    panel = page.locator(".lab-cloud-panel")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("status")).to_contain_text("500 runs with the same noise level")
    page.get_by_label("Seeds of the cloud").select_option("2000")
    expect(panel).to_have_attribute("data-seeds", "2000")
