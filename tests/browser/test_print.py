"""What the printer gets: one sheet with the picture as it was seen, its sentence, its settings and the table."""

import re
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage

LINK = "land=himmelblau&steps=120&lane=gradient_descent;rate=0.004&lane=momentum;rate=0.004"
A4 = {"width": 794, "height": 1123}
PARTS = (".lab-ink", ".lab-labels", ".lab-plot svg", ".lab-picture")


def seen(page: Page) -> Image.Image:
    page.mouse.move(2, 2)
    return Image.open(BytesIO(page.locator(".lab-picture").screenshot(animations="disabled"))).convert("RGB")


def sheet(page: Page) -> None:
    """Lay the page out for a sheet of A4."""
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    page.wait_for_timeout(300)


@pytest.mark.parametrize(("size", "scheme"), [((1366, 768), "light"), ((1920, 1080), "dark")])
def test_the_picture_is_printed_as_it_was_seen(visit: Visit, size: tuple[int, int], scheme: str):
    page = visit(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    stage = Stage(page).open(LINK).at_rest()
    page.wait_for_selector(".lab-plot svg", state="attached")
    stage.until(lambda: _same(seen(page), seen(page)))
    on_screen = seen(page)
    sheet(page)
    boxes = [page.locator(part).first.bounding_box() for part in PARTS]
    for one, other in pairwise(boxes):
        assert one is not None
        assert one == pytest.approx(other, abs=0.6), "contours and paths are scaled alike"
    printed = seen(page)
    assert printed.width <= A4["width"]
    assert printed.width / printed.height == pytest.approx(on_screen.width / on_screen.height, rel=0.01)
    _same(on_screen.resize(printed.size, Image.Resampling.LANCZOS), printed, 4.0)


def _same(one: Image.Image, other: Image.Image, most: float = 0.0) -> None:
    """Two pictures differ by at most `most` of 255 in the mean: with balls beside their valleys it is far more."""
    assert one.size == other.size
    apart = np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int))
    assert apart.mean() <= most


@pytest.mark.parametrize("count", [2, 7])
@pytest.mark.parametrize("more", ["", "&view=surface", "&lecture=1"])
def test_it_is_one_sheet(page: Page, count: int, more: str):
    every = ["gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"]
    link = "land=rosenbrock&steps=300" + "".join(f"&lane={key};rate=0.001" for key in every[:count]) + more
    stage = Stage(page).open(link)
    stage.until(lambda: _painted(stage))
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def _painted(stage: Stage) -> None:
    assert stage.painted > 0
    assert stage.page.locator(".lab-printed p").count() > 1


def test_the_sheet_says_what_was_set_and_what_became_of_it(page: Page):
    stage = Stage(page).open(LINK + "&noise=0.5&seed=3").at_rest()
    sentence = stage.verdict.inner_text()
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("dialog", name="Share").get_by_role("button", name="Print").click()
    page.wait_for_function("() => window.printed")
    code = page.locator(".lab-printed-code")
    drawn = code.evaluate("code => [code.complete, code.naturalWidth > 0, code.hidden, code.currentSrc]")
    assert drawn[:3] == [True, True, False], drawn
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    sheet(page)
    expect(code).to_be_visible()
    expect(stage.verdict).to_be_visible()
    assert stage.verdict.inner_text() == sentence
    said = page.locator(".lab-printed").inner_text()
    for fact in (
        "120 steps",
        "noise σ 0.5",
        "seed 3",
        "Momentum: learning rate 0.004",
        "Momentum β 0.9",
        "land=himmelblau",
    ):
        assert fact in said, said
    expect(stage.words).to_be_visible()
    for gone in (stage.sidebar, stage.rate, stage.rate_slider, stage.scrub, page.locator(".stAppHeader")):
        expect(gone).to_be_hidden()
    for expander in page.locator(".stMain .stExpander").all():
        expect(expander).to_be_hidden()
    # Dark on white, whatever the theme.
    assert stage.verdict.evaluate("one => getComputedStyle(one).color") == "rgb(26, 33, 43)"


def test_a_lesson_is_printed_with_its_words_and_a_page_without_a_picture_whole(page: Page):
    page.goto("/learn?lesson=sign&screen=2")
    page.wait_for_selector(".lab[data-painted]", timeout=1000 * PATIENCE)
    page.emulate_media(media="print")
    for part in ("h1.lesson", ".st-key-lesson_words p", ".lab-picture"):
        expect(page.locator(part).first).to_be_visible()
    for part in (".st-key-lesson_onward", ".st-key-lesson_buttons button", ".lab-transport"):
        expect(page.locator(part).first).to_be_hidden()
    page.goto("/learn?course=rates,edge&note_rates=Mind+it")
    for part in ("h1.path", ".st-key-lesson_rates a", ".st-key-challenge_edge a", "p.course-note"):
        expect(page.locator(part).first).to_be_visible(timeout=1000 * PATIENCE)
    for part in (".lab-go-on", ".st-key-course_change", ".stSidebar"):
        expect(page.locator(part).first).to_be_hidden()
