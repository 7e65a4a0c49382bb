"""Another display under an open page: every canvas follows the ratio of its pixels to the page's."""

import pytest
from playwright.sync_api import Page

from tests.browser.stage import Stage

# Every canvas of ours that is to be seen: its name, and how many of its own pixels it has to one of the page's.
RATIOS = """() => [...document.querySelectorAll(".lab canvas")]
  .filter((canvas) => !canvas.closest(".lab-plot, .lab-block") && !canvas.matches(".lab-under, .lab-plot"))
  .filter((canvas) => canvas.checkVisibility({ visibilityProperty: true }) && canvas.clientWidth)
  .map((canvas) => [
    canvas.className || canvas.parentElement.className,
    canvas.width / canvas.clientWidth, canvas.height / canvas.clientHeight,
  ])"""

PAGES = {
    "playground": {"lab-ink", "lab-labels", "lab-field", "lab-curve", "lab-swatch", "lab-arrivals"},
    "terrain": {"lab-ink", "lab-labels", "lab-basins"},
    "tuning": {"lab-ink", "lab-labels", "lab-sweep"},
    "two_weights": {"lab-ink", "lab-labels", "lab-fit"},
}


@pytest.mark.parametrize("name", PAGES)
def test_every_canvas_follows_another_display(page: Page, name: str):
    stage = Stage(page)
    page.goto(f"/{name}")
    page.wait_for_selector(".lab[data-surface][data-painted]")
    canvases = PAGES[name]
    if "lab-field" in canvases:
        page.keyboard.press("f")
    stage.until(lambda: _has(page, canvases, 1))
    display = page.context.new_cdp_session(page)
    # A finer display, then a zoom of 150 %. Chromium's emulation tells a page of a new ratio only together with a new
    # size, so the finer display is one pixel lower.
    for ratio, width, height, seen in ((3, 1440, 899, canvases), (1.5, 960, 600, set())):
        metrics = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": False}
        display.send("Emulation.setDeviceMetricsOverride", metrics)
        stage.until(lambda ratio=ratio, seen=seen: _has(page, seen, ratio))


def _has(page: Page, names: set[str], ratio: float) -> None:
    assert page.evaluate("devicePixelRatio") == ratio
    found = page.evaluate(RATIOS)
    assert names <= {name for name, _, _ in found}
    least = {"lab-swatch": 2.0, "lab-arrivals": 2.0, "": 2.0}
    for name, across, down in found:
        wanted = max(ratio, least.get(name, 1.0))
        # A canvas has whole pixels: half of one more or less over a box of at least twelve of the page's.
        assert abs(across - wanted) < 0.05, (name, across, wanted)
        assert abs(down - wanted) < 0.05, (name, down, wanted)
