"""Everybody can use it: axe-core finds nothing serious on any page, in either theme, on a desk or on a phone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, SHORT_NETWORKS, Stage

LINK = "land=himmelblau&steps=120&lane=gradient_descent;rate=0.004&lane=adam;rate=0.05"
DIVERGED = "land=bowl&steps=100&lane=gradient_descent;rate=1.2&lane=momentum;rate=0.05"
DEVICES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
GRAVE = ("serious", "critical")


def start_page(page: Page) -> None:
    page.goto("/")
    page.wait_for_selector(".lab[data-painted]", timeout=1000 * PATIENCE)
    expect(page.get_by_role("link", name="Open the playground")).to_be_visible()


def map_(page: Page) -> None:
    Stage(page).open(LINK).at_rest()


def surface(page: Page) -> None:
    stage = Stage(page).open(LINK + "&view=surface").at_rest()
    expect(stage.picture).to_have_attribute("data-mode", "surface")


def lecture(page: Page) -> None:
    stage = Stage(page).open(LINK + "&lecture=1")
    page.wait_for_selector(".lab-lecture")
    stage.at_rest_in_lecture()


def one_step(page: Page) -> None:
    stage = Stage(page).open(LINK + "&step=3").at_rest()
    tab = page.locator(".lab-tab[data-key=step]")
    if tab.is_visible():
        tab.click()
    expect(stage.step_panel).to_be_visible()
    expect(stage.step_panel.get_by_role("heading")).to_have_text("Step 3 → 4")


def diverged(page: Page) -> None:
    stage = Stage(page).open(DIVERGED).at_rest()
    runs = stage.agrees_soon(stage.scene)
    assert runs[0].outcome.kind == "diverged"


def complaint(page: Page) -> None:
    stage = Stage(page).open(LINK).at_rest()
    stage.type_into(stage.rate, "much")
    expect(stage.verdict).to_contain_text("Learning rate is a number above 0; got much.")


def lessons(page: Page) -> None:
    page.goto("/learn")
    expect(page.locator(".lab-go-on")).to_be_visible(timeout=1000 * PATIENCE)


def lesson(page: Page) -> None:
    page.goto("/learn?lesson=landscape&screen=2")
    page.wait_for_selector(".lab[data-veiled][data-painted]", timeout=1000 * PATIENCE)
    expect(page.locator(".lab-mark")).to_be_visible()


def sheet(page: Page) -> None:
    map_(page)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog", name="Share")).to_be_visible()


LECTURE = {
    "descent_lab_lecture": 1,
    "title": "Rates",
    "minutes": 45,
    "scenes": [{"title": "Too high", "page": "playground", "picture": DIVERGED, "question": "Where does it go?"}],
}


def scenes(page: Page) -> None:
    page.goto("/lecture")
    page.evaluate("text => localStorage.setItem('descent-lab-lecture', text)", json.dumps(LECTURE))
    page.reload()
    page.locator("summary").click(timeout=1000 * PATIENCE)
    expect(page.get_by_role("textbox", name="Question")).to_be_visible()


SHOWN: dict[str, Callable[[Page], None]] = {
    "start page": start_page,
    "map": map_,
    "surface": surface,
    "lecture": lecture,
    "one step": one_step,
    "diverged": diverged,
    "complaint": complaint,
    "share": sheet,
    "scenes": scenes,
    "lessons": lessons,
    "lesson": lesson,
}


def grave_findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with the element, its markup and the remedy."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['impact']} {one['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("device", "scheme"), [("desk", "dark"), ("phone", "light")])
def test_axe_finds_nothing_serious(visit: Visit, device: str, scheme: str):
    page = visit(color_scheme=scheme, reduced_motion="reduce", **DEVICES[device])
    found = {}
    for name, open_it in SHOWN.items():
        open_it(page)
        found[name] = grave_findings(page)
    assert found == {name: [] for name in SHOWN}


def studied(address: str, ready: str) -> Callable[[Page], None]:
    def open_it(page: Page) -> None:
        page.goto(address)
        page.wait_for_selector(ready, state="attached", timeout=1000 * PATIENCE)
        page.wait_for_timeout(500)

    return open_it


STUDIES = {
    "terrain": studied(
        "/terrain?land=two_valleys&steps=400&lane=gradient_descent;rate=0.05", ".lab-basins[data-starts]"
    ),
    "tuning": studied("/tuning?land=ravine&lane=momentum;rate=0.03", ".lab-sweep[data-rates='240']"),
    "schedules": studied("/schedules", ".lab-spread-panel[data-measured]"),
    "two weights": studied("/two_weights", ".lab-fit[aria-label*=slope]"),
    "networks": studied(SHORT_NETWORKS, ".verdict.well"),
}


def test_axe_finds_nothing_serious_on_the_pages_of_maps_and_models(visit: Visit):
    page = visit(color_scheme="light", reduced_motion="reduce", **DEVICES["desk"])
    found = {}
    for name, open_it in STUDIES.items():
        open_it(page)
        found[name] = grave_findings(page)
    assert found == {name: [] for name in STUDIES}


def test_axe_would_tell_of_grey_text_and_of_a_button_without_a_name(page: Page):
    """What the test above sees, it sees inside the stage too."""
    map_(page)
    page.evaluate(
        """() => {
          document.querySelector(".lab-verdict").style.color = "#bbb";
          // One whose name the stage writes once: the play button's comes anew with every painting.
          document.querySelector(".lab-present").removeAttribute("aria-label");
          document.querySelector(".lab-present").removeAttribute("title");
          document.querySelector(".lab-present .lab-glyph").textContent = "";
        }"""
    )
    told = grave_findings(page)
    assert any("color-contrast" in one and "lab-verdict" in one for one in told), told
    assert any("button-name" in one and "lab-present" in one for one in told), told
