"""A contrast theme takes backgrounds and shadows away: what is chosen, and where a track runs, is seen all the same."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage

LINK = "land=himmelblau&steps=60&step=7&lane=gradient_descent;rate=0.01&lane=momentum;rate=0.01"


@pytest.fixture(params=["light", "dark"])
def desk_in_contrast(visit: Visit, request: pytest.FixtureRequest) -> Page:
    return visit(viewport={"width": 1440, "height": 900}, color_scheme=request.param, forced_colors="active")


def pixels(part: Locator) -> np.ndarray:
    """What an element looks like, (rows, columns, 3) of 0 to 255."""
    part.page.mouse.move(2, 2)
    return np.asarray(Image.open(BytesIO(part.screenshot(animations="disabled"))).convert("RGB"), dtype=int)


def differs(one: np.ndarray, other: np.ndarray) -> float:
    """The share of pixels that are clearly another: all of them where the sizes differ."""
    if one.shape != other.shape:
        return 1.0
    return float((np.abs(one - other).max(axis=2) > 60).mean())


def stands_out(part: Callable[[], Locator], turn: Callable[[], None], is_chosen: str) -> None:
    """An element looks otherwise when it is chosen; by more than the weight of its letters."""
    assert part().evaluate(f"one => !({is_chosen})")
    before = pixels(part())
    turn()
    expect(part()).to_be_visible()
    part().page.wait_for_function(f"one => {is_chosen}", arg=part().element_handle())
    part().evaluate("() => document.activeElement.blur()")
    assert differs(before, pixels(part())) > 0.05


PRESSED = "one.getAttribute('aria-pressed') === 'true'"


def test_what_is_chosen_on_the_stage_stands_out(desk_in_contrast: Page):
    page = desk_in_contrast
    stage = Stage(page).open(LINK).at_rest()
    surface = page.get_by_role("radio", name="Surface")
    stands_out(lambda: surface, surface.click, "one.getAttribute('aria-checked') === 'true'")
    page.get_by_role("radio", name="Map").click()
    for name in ("too low", "Loop"):
        button = page.get_by_role("button", name=name, exact=True)
        if button.count() == 0:
            button = page.locator(".lab-preset").first
        stands_out(lambda button=button: button, button.click, PRESSED)
    phase = page.locator(".lab-phase").nth(1)
    stands_out(lambda: phase, phase.click, PRESSED)
    row = page.locator(".lab-row-line").nth(1)
    method = row.locator(".lab-method")
    before = pixels(page.locator(".lab-row").nth(1).locator(".lab-name"))
    method.click()
    expect(method).to_have_attribute("aria-current", "true")
    page.evaluate("document.activeElement.blur()")
    assert differs(before, pixels(page.locator(".lab-row").nth(1).locator(".lab-name"))) > 0.02
    assert page.locator(".lab-focused").evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    stage.agrees_soon(stage.scene, 7)


def test_what_is_chosen_in_streamlits_own_controls_stands_out(desk_in_contrast: Page):
    stage = Stage(desk_in_contrast).open(LINK).at_rest()
    stands_out(lambda: stage.pill("Adam"), stage.pill("Adam").click, "one.dataset.selected === 'true'")
    warm = stage.sidebar.locator(".st-key-pick_warm_up label")
    stands_out(lambda: warm, warm.click, "one.querySelector('input').checked")


def test_pairs_of_networks_stand_out(desk_in_contrast: Page):
    page = desk_in_contrast
    page.goto("/networks")
    page.wait_for_selector(".lab-link", timeout=1000 * PATIENCE)
    pills = page.get_by_role("radiogroup").first.get_by_role("radio")
    chosen, other = pills.nth(0), pills.nth(1)
    assert chosen.evaluate("one => getComputedStyle(one).borderTopWidth") == "3px"
    assert other.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"
    assert "●" in chosen.evaluate("one => getComputedStyle(one, '::before').content")


def test_tracks_run_from_end_to_end_and_data_keep_their_colours(desk_in_contrast: Page):
    page = desk_in_contrast
    stage = Stage(page).open(LINK).at_rest()
    for slider in (stage.rate_slider, stage.scrub):
        seen = pixels(slider)
        ground = seen[0, 0]
        drawn = (np.abs(seen - ground).max(axis=2) > 60).any(axis=0)
        assert drawn[10:-10].all(), "a part of the track is not to be seen"
    bands = pixels(page.locator(".lab-bar-bands"))
    middle = bands[bands.shape[0] // 2]
    assert len({tuple(pixel) for pixel in middle}) >= 6
    # The bands are those of the map: the same colours as without a contrast theme.
    shown = page.locator(".lab-bar-bands i").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert shown == page.locator(".lab-bar-bands i").evaluate_all("all => all.map((one) => one.style.background)")
