"""The picture in a frame of another site's page: drawn without Streamlit, worked by hand, and opened as it then is."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.stage import FIRST_PICTURE, PATIENCE, Stage, bytes_before_first_picture
from tests.browser.test_axe import grave_findings
from tests.server import Server

LINK = "land=himmelblau&start=0.5,1&lane=momentum;rate=0.01&lane=adam;rate=0.1"


@pytest.fixture
def course(server: Server, watch: Watch) -> Iterator[CoursePage]:
    """A site of its own, whose page shows a frame."""
    with_frame = CoursePage(server)
    watch.allow(re.escape(f"request to another host: {with_frame.address}"))
    yield with_frame
    with_frame.close()


class CoursePage:
    """A page of another origin."""

    def __init__(self, server: Server):
        self.frame = ""
        page = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                body = f"<!DOCTYPE html><html lang=en><title>Course</title><h1>Momentum</h1>{page.frame}".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        assert urlsplit(self.address).netloc != server.host
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def show(self, page: Page, frame: str) -> FrameLocator:
        """Open it with this frame, and wait until the frame's picture is drawn."""
        self.frame = frame
        page.goto(self.address)
        inside = page.frame_locator("iframe")
        inside.locator(".lab[data-surface][data-painted]").wait_for(timeout=1000 * PATIENCE)
        return inside

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def iframe(source: str, width: int = 640, height: int = 420) -> str:
    return f'<iframe src="{escape(source)}" title="Descent" width="{width}" height="{height}"></iframe>'


def opened(page: Page, inside: FrameLocator) -> Stage:
    """The stage of the page that the frame's way out leads to."""
    with page.expect_popup() as waiting:
        inside.get_by_role("link", name="Open in Descent Lab").click()
    tab = waiting.value
    tab.wait_for_selector(".lab[data-surface][data-painted]", timeout=1000 * PATIENCE)
    tab.wait_for_url(re.compile(r"\?v=1&"), timeout=1000 * PATIENCE)
    return Stage(tab)


def test_a_frame_is_worked_and_opened_as_it_then_is(page: Page, server: Server, course: CoursePage):
    sockets: list[str] = []
    page.on("websocket", lambda line: sockets.append(urlsplit(line.url).path))
    inside = course.show(page, iframe(f"{server.url}/embed?{LINK}&seed=7"))
    stage = inside.locator(".lab")
    verdict = inside.locator(".lab-verdict")
    expect(verdict).to_have_text(re.compile(r"\S+ .+\."))
    assert sockets == ["/live"], "no session of Streamlit's"
    expect(inside.locator(".lab-ink")).to_have_attribute("aria-label", re.compile("Contour map of Himmelblau"))
    for gone in ("Share", "Copy link", "Lecture mode"):
        expect(inside.get_by_role("button", name=gone, exact=True)).to_be_hidden()

    # The start by hand and by keys, the rate as a number, the run by its keys.
    before = inside.get_by_label("Start x").input_value()
    handle = inside.locator(".lab-start")
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] - 20, steps=4)
    page.mouse.up()
    expect(inside.get_by_label("Start x")).not_to_have_value(before)
    handle.press("ArrowLeft")
    rate = inside.get_by_label("Learning rate, number")
    said = verdict.inner_text()
    rate.fill("0.02")
    rate.press("Enter")
    expect(verdict).not_to_have_text(said)
    inside.locator(".lab-scrub").focus()
    inside.locator(".lab-scrub").press("Home")
    for _ in range(3):
        inside.get_by_role("button", name="One step forward").click()
    expect(inside.locator(".lab-counter b")).to_have_text("Step 3")
    inside.get_by_role("button", name="Play").click()
    expect(inside.get_by_role("button", name="Pause")).to_be_visible()
    inside.get_by_role("button", name="Pause").click()
    inside.locator(".lab-scrub").press("Home")
    inside.get_by_role("button", name="One step forward").click()
    page.keyboard.press("e")
    page.keyboard.press("l")
    expect(inside.get_by_role("dialog")).to_have_count(0)
    expect(stage).not_to_have_class(re.compile("lab-lecture"))

    start = [float(inside.get_by_label(f"Start {axis}").input_value()) for axis in "xy"]
    scene = opened(page, inside).scene
    assert [round(part, 3) for part in scene.start or ()] == [round(part, 3) for part in start]
    assert [lane.rate for lane in scene.lanes] == [0.02, 0.1]
    assert (scene.playhead, scene.seed) == (1, 7)


def test_a_finger_moves_the_start(visit, server: Server, course: CoursePage):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    inside = course.show(page, iframe(f"{server.url}/embed?{LINK}", 370, 700))
    expect(inside.locator(".lab")).to_have_attribute("data-theme", "dark")
    assert inside.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth")
    before = inside.locator(".lab-start").get_attribute("aria-valuetext")
    box = inside.locator(".lab-picture").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"])
    expect(inside.locator(".lab-start")).not_to_have_attribute("aria-valuetext", before or "")


def test_the_frame_that_share_copies_shows_the_same_picture(page: Page, server: Server, course: CoursePage):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage = Stage(page).open(f"{LINK}&steps=60").at_rest()
    scene = stage.scene
    page.keyboard.press("e")
    page.get_by_role("dialog", name="Share").get_by_role("button", name="Copy frame").click()
    expect(page.get_by_role("dialog", name="Share").get_by_role("status")).to_contain_text("The frame is copied")
    frame = page.evaluate("navigator.clipboard.readText()")
    assert f'src="{server.url}/embed?v=1&amp;land=himmelblau' in frame
    said = stage.verdict.inner_text()
    inside = course.show(page, frame)
    expect(inside.locator(".lab-verdict")).to_have_text(said)
    assert opened(page, inside).scene == scene


def test_a_bad_link_costs_sentences_and_no_more(page: Page, server: Server, course: CoursePage):
    formula = "formula:x**2%20%2B%203*y**2"
    inside = course.show(page, iframe(f"{server.url}/embed?land={formula}&steps=0&lane=adam&lane=adma&theme=dark"))
    notices = inside.locator(".lab-embed-notices li")
    expect(notices).to_have_count(2)
    expect(notices.first).to_contain_text('There is no optimizer "adma".')
    expect(notices.last).to_contain_text("The number of steps must be a whole number")
    expect(inside.locator(".lab-row")).to_have_count(1)
    expect(inside.locator(".lab")).to_have_attribute("data-theme", "dark")


def test_a_surface_comes_after_the_map(page: Page, server: Server, course: CoursePage):
    inside = course.show(page, iframe(f"{server.url}/embed?{LINK}&view=surface", 900, 600))
    expect(inside.locator(".lab-picture")).to_have_attribute("data-mode", "surface")


def test_a_page_that_no_frame_shows_says_so_and_leads_there(page: Page):
    page.goto("/embed?page=networks&net=depth=4&net=depth=8")
    expect(page.locator(".lab-embed")).to_contain_text("Descent Lab shows two networks that learn")
    assert (
        page.get_by_role("link", name="Open in Descent Lab").get_attribute("href")
        == "/networks?net=depth=4&net=depth=8"
    )


def test_it_speaks_german_and_has_no_grave_barrier(visit):
    page = visit(viewport={"width": 640, "height": 420}, locale="de-DE")
    page.goto(f"/embed?{LINK}")
    page.wait_for_selector(".lab[data-surface][data-painted]")
    expect(page.get_by_role("link", name="In Descent Lab öffnen")).to_be_visible()
    expect(page.get_by_role("button", name="Abspielen")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"
    assert grave_findings(page) == []


def test_little_goes_over_the_wire_before_the_first_picture(browser: Browser, server: Server):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.add_init_script(FIRST_PICTURE)
    tab.goto(f"{server.url}/embed?{LINK}")
    tab.locator(".lab[data-painted]").wait_for(timeout=1000 * PATIENCE)
    taken = bytes_before_first_picture(tab)
    context.close()
    assert len(taken) <= 10
    assert 0.1e6 < sum(taken) <= 0.35e6
