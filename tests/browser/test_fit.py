"""Pages fit their windows: nothing scrolls sideways, runs over the side, is cut, or lies on something else."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, SHORT_NETWORKS, Stage

FAULTS = Path(__file__).with_name("boxes.js").read_text()
# From large to small: a page that was opened large is not the easier one.
WINDOWS = [
    (2560, 1440),
    (1920, 1080),
    (1440, 900),
    (1366, 768),
    (1024, 768),
    (820, 1180),
    (844, 390),
    (720, 450),
    (390, 844),
    (360, 800),
]
PAGES = {
    "start": ("/", ".lab[data-painted]"),
    "playground": ("/playground", ".lab-fastest:not([hidden])"),
    "race": ("/race", ".lab-board-window"),
    "schedules": ("/schedules", ".lab-spread-panel[data-measured]"),
    "terrain": ("/terrain", ".lab-basins[data-starts]"),
    "tuning": ("/tuning", ".lab-sweep[data-rates='240']"),
    "two weights": ("/two_weights", ".lab-fastest:not([hidden])"),
    "networks": (SHORT_NETWORKS, ".verdict.well"),
}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def resize(page: Page, width: int, height: int) -> None:
    """Give the page another window, and wait until its boxes stand still."""
    page.set_viewport_size({"width": width, "height": height})
    boxes = """() => JSON.stringify([...document.querySelectorAll(
        ".stMain, .stSidebar, .lab-picture, .lab-side, .lab-curve, .js-plotly-plot, .verdict, table.ends"
      )].map((one) => Object.values(one.getBoundingClientRect().toJSON())))"""
    seen, still = "", 0
    while still < 5:
        page.wait_for_timeout(100)
        now = page.evaluate(boxes)
        still = still + 1 if now == seen else 0
        seen = now


def faults(page: Page) -> list[str]:
    """What does not fit, each as a sentence."""
    return page.evaluate(FAULTS)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_every_window(visit: Visit, name: str):
    address, ready = PAGES[name]
    page = visit(viewport={"width": 2560, "height": 1440}, reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector(ready, state="attached", timeout=1000 * PATIENCE)
    if name == "networks":
        expect(page.get_by_text("Trained, eight seeds of each.")).to_be_visible()
    found = {}
    for width, height in WINDOWS:
        resize(page, width, height)
        if told := faults(page):
            found[f"{width} x {height}"] = told
    assert found == {}


# German has the longest words and Spanish the longest names: of the pages, those that have most of either.
TRANSLATED = {
    "de-DE": ("playground", "race", "tuning", "learn"),
    "es-ES": ("race", "two weights", "learn"),
}


@pytest.mark.parametrize("locale", TRANSLATED)
def test_pages_in_other_languages_fit_a_desk_and_a_phone(visit: Visit, locale: str):
    page = visit(viewport={"width": 1366, "height": 768}, reduced_motion="reduce", locale=locale)
    found = {}
    for name in TRANSLATED[locale]:
        address, ready = {**PAGES, "learn": ("/learn", ".st-key-challenges")}[name]
        page.goto(address)
        page.wait_for_selector(ready, state="attached", timeout=1000 * PATIENCE)
        assert page.evaluate("() => document.documentElement.lang") == locale[:2]
        for width, height in ((1366, 768), (390, 844), (360, 800)):
            resize(page, width, height)
            if told := faults(page):
                found[f"{name}, {width} x {height}"] = told
        page.set_viewport_size({"width": 1366, "height": 768})
    assert found == {}


def test_a_lecture_in_spanish_fits_its_panel(visit: Visit):
    page = visit(viewport={"width": 1280, "height": 720}, reduced_motion="reduce", locale="es-ES")
    stage = Stage(page).open("land=himmelblau&steps=60&lane=gradient_descent;rate=0.004&lecture=1")
    stage.at_rest_in_lecture()
    assert faults(page) == []


def test_a_page_fits_with_the_sidebar_unfolded_too(visit: Visit):
    page = visit(viewport={"width": 1024, "height": 768}, reduced_motion="reduce")
    Stage(page).open().at_rest()
    page.get_by_test_id("stExpandSidebarButton").click()
    found = {}
    for width, height in ((1024, 768), (820, 1180), (844, 390)):
        resize(page, width, height)
        expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")
        if told := faults(page):
            found[f"{width} x {height}"] = told
    assert found == {}


def test_the_measure_sees_what_does_not_fit(page: Page):
    """A page with one fault of each kind, and the same words in a scroller, which may be longer than its room."""
    page.set_viewport_size({"width": 400, "height": 300})
    word = "<span style='font: 20px monospace; white-space: nowrap'>{}</span>"
    line = "<div style='position: absolute; top: {}px; left: 0; {}'>" + word + "</div>"
    page.set_content(
        "<body style='margin: 0'>"
        + line.format(0, "", "a word far over the side of the page, fifty letters")
        + line.format(40, "width: 40px; overflow: hidden", "cut at the side")
        + line.format(80, "width: 40px; overflow: auto", "scrolled to")
        + line.format(120, "", "under")
        + line.format(126, "", "over")
        + line.format(160, "", "apart")
        + line.format(184, "", "and apart")
        + "<input style='position: absolute; top: 220px; width: 30px' value='1234567890'>"
    )
    told = faults(page)
    kinds = ("scrolls sideways", "reaches from 0", 'cut at the side" of span is cut', "1234567890", '"under"')
    for kind in kinds:
        assert [one for one in told if kind in one], (kind, told)
    assert not [one for one in told if "scrolled to" in one or "apart" in one], told


def test_picture_rate_and_play_stand_on_one_screen(visit: Visit):
    page = visit(viewport={"width": 1024, "height": 768}, reduced_motion="reduce")
    stage = Stage(page).open("land=himmelblau&steps=120&lane=gradient_descent;rate=0.004&lane=adam;rate=0.05").at_rest()
    for width, height in ((1024, 768), (820, 1180), (844, 390), (720, 450), (390, 844), (360, 800)):
        resize(page, width, height)
        for part in (".lab-head", ".lab-picture", ".lab-rate", ".lab-play"):
            box = stage.box(page.locator(part))
            assert box["y"] >= 0, (part, width, height)
            assert box["y"] + box["height"] <= height, (part, width, height)
        picture = stage.box(stage.picture)
        assert min(picture["width"], picture["height"]) >= 280, (width, height)


def test_the_sidebar_folds_by_itself_where_it_takes_more_than_a_quarter(visit: Visit):
    page = visit(viewport={"width": 1024, "height": 768}, reduced_motion="reduce")
    stage = Stage(page).open().at_rest()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    # The visitor unfolds it: so it stays, through reruns, on other pages and after a reload.
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    stage.pick("Landscape", "Bowl")
    expect(stage.root).to_have_attribute("data-surface", "bowl")
    stage.type_into(stage.rate, "0.2")
    stage.link_says(lambda scene: scene.lanes[0].rate == 0.2)
    page.get_by_test_id("stTopNavLink").filter(has_text="Tuning").click()
    page.wait_for_url(re.compile("/tuning"))
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    page.reload()
    page.wait_for_selector(".lab[data-painted]")
    page.wait_for_selector("html[data-sidebar=settled]", state="attached")
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    # In a wide window it is unfolded anyhow, and what was chosen here stays a choice for narrow ones.
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    resize(page, 1440, 900)
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    resize(page, 1024, 768)
    expect(sidebar).to_have_attribute("data-collapsed", "true")


def test_in_a_wide_window_the_sidebar_stays(visit: Visit):
    page = visit(viewport={"width": 1366, "height": 768})
    Stage(page).open().at_rest()
    page.wait_for_selector("html[data-sidebar=settled]", state="attached")
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")


# Whether the link of this name is as high as a thumb wants it.
TALL = """name => [...document.querySelectorAll(".st-key-pages a")].some((link) => link.textContent === name
  && link.getBoundingClientRect().height >= 44)"""


def test_a_phone_reaches_every_page_by_a_tap(visit: Visit):
    page = visit(**PHONE)
    page.goto("/")
    page.wait_for_selector(".lab[data-painted]", timeout=1000 * PATIENCE)
    links = page.locator(".st-key-pages").get_by_role("link")
    pages = ["Start", "Learn", "Playground", "Race", "Schedules", "Terrain", "Tuning", "Two weights"]
    pages += ["Networks", "Lecture"]
    expect(links).to_have_text(pages)
    for name, path in (("Networks", "/networks"), ("Two weights", "/two_weights"), ("Start", "/")):
        link = links.get_by_text(name, exact=True)
        link.tap()
        page.wait_for_url(lambda url, path=path: urlsplit(url).path == path)
        expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
        expect(link).to_be_in_viewport()
        page.wait_for_function(TALL, arg=name)  # the list of the page before stands beside the new one for a moment


def test_at_the_desk_the_pages_stand_in_one_list_only(page: Page):
    Stage(page).open()
    expect(page.get_by_role("link", name="Terrain")).to_have_count(1)


def test_the_map_fits_a_picture_that_changed_its_size_while_it_loaded(visit: Visit):
    page = visit(viewport={"width": 1366, "height": 768})
    asked: list[Any] = []

    def wait(route: Route) -> None:
        if not asked:
            page.set_viewport_size({"width": 1366, "height": 1100})
            page.wait_for_timeout(400)
        asked.append(parse_qs(urlsplit(route.request.url).query)["window"][0])
        route.continue_()

    page.route("**/live/surface?*", wait)
    stage = Stage(page).open()

    def shape() -> None:
        x0, x1, y0, y1 = json.loads(f"[{asked[-1]}]")
        box = stage.box(stage.picture)
        assert box["width"] / box["height"] == pytest.approx((x1 - x0) / (y1 - y0), rel=0.01)

    stage.until(shape)


def _start_radius(stage: Stage) -> float:
    """How far from its middle the start's disc is opaque on the picture's canvas, in px, where no path leaves it."""
    x, y = stage.middle(stage.handle)
    frame = stage.box(stage.picture)
    return stage.ink.evaluate(
        """(canvas, [x, y]) => {
          const ratio = canvas.width / canvas.clientWidth;
          const pen = canvas.getContext("2d");
          const reach = (angle) => {
            for (let far = 4; far < 100; far += 0.5) {
              const [px, py] = [x + far * Math.cos(angle), y + far * Math.sin(angle)];
              if (pen.getImageData(px * ratio, py * ratio, 1, 1).data[3] < 250) return far;
            }
            return 100;
          };
          return Math.min(...Array.from({ length: 24 }, (_, i) => reach((i * Math.PI) / 12)));
        }""",
        [x - frame["x"], y - frame["y"]],
    )


def test_marks_grow_with_a_large_picture(visit: Visit):
    page = visit(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    stage = Stage(page).open("land=bowl&start=1,0.5&lane=gradient_descent;rate=0.01").at_rest()
    radius, handle, picture = _start_radius(stage), stage.box(stage.handle), stage.box(stage.picture)
    assert radius == pytest.approx(12, abs=1)
    resize(page, 2560, 1440)
    stage.until(lambda: _grown(stage, 1.6 * radius))
    assert stage.box(stage.picture)["width"] / picture["width"] > 2
    assert _start_radius(stage) < 2.4 * radius
    assert stage.box(stage.handle)["width"] > 1.3 * handle["width"]
    resize(page, 1440, 900)
    stage.until(lambda: _shrunk(stage, radius))


def _grown(stage: Stage, radius: float) -> None:
    assert _start_radius(stage) > radius


def _shrunk(stage: Stage, radius: float) -> None:
    assert _start_radius(stage) == pytest.approx(radius, abs=1)
