"""A real browser on the real app: one server and one browser a session, one fresh page a test."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.stage import PATIENCE
from tests.chromium import chromium
from tests.server import Server, running

# Quiet and alone: none of Chromium's own calls home, and software WebGL for the surfaces in three dimensions.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
)
# Streamlit looks for its base path below the address of a page that is opened cold, and finds it one level up.
NOT_FOUND = "Failed to load resource: the server responded with a status of 404 (Not Found)"
PROBE = re.compile(r"/[a-z0-9_-]+/_stcore/(health|host-config)")


Visit = Callable[..., Page]
expect.set_options(timeout=1000 * PATIENCE)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, started as `make run` starts it, but compiling a surface when a test asks for it and not all ahead."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with running(log, environment={"DESCENT_LAB_WARM_UP": "opening"}) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did that it must not do: errors in the console or in scripts, and requests to other hosts.

    A test that breaks something on purpose says so with `allow`.
    """

    host: str
    faults: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Take faults whose text holds `pattern`, a regular expression."""
        self.allowed.append(re.compile(pattern))

    def on(self, page: Page) -> None:
        """Watch a page from now on."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._asked)
        page.on("websocket", lambda socket: self._reached(socket.url))

    @property
    def complaints(self) -> list[str]:
        """The faults that nothing allows."""
        return [fault for fault in self.faults if not any(pattern.search(fault) for pattern in self.allowed)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        url = message.location.get("url", "")
        if message.text == NOT_FOUND and PROBE.fullmatch(urlsplit(url).path):
            return
        self.faults.append(f"console: {message.text} ({url})")

    def _asked(self, request: Request) -> None:
        self._reached(request.url)

    def _reached(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self.faults.append(f"request to another host: {url}")


@pytest.fixture
def watch(server: Server) -> Watch:
    """What the test's pages do wrong; use `watch.on(page)` for pages that the test opens itself."""
    return Watch(server.host)


@pytest.fixture(scope="session")
def desk(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """One visitor's browser, 1440 x 900, whose cache holds what earlier pages loaded."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(1000 * PATIENCE)
    yield context
    context.close()


@pytest.fixture
def visit(
    browser: Browser, desk: BrowserContext, server: Server, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Open a page: `visit()` at the desk, `visit(color_scheme="dark")` as a visitor of their own, with nothing cached.

    Options are those of a browser context. Faults that any page showed fail the test, and a failed one leaves pictures.
    """
    pages: list[Page] = []

    def open_page(**options: Any) -> Page:
        context = desk
        if options:
            size = {"width": 1440, "height": 900}
            context = browser.new_context(**{"base_url": server.url, "viewport": size} | options)
            context.set_default_timeout(1000 * PATIENCE)
        page = context.new_page()
        pages.append(page)
        watch.on(page)
        return page

    failed_before = request.session.testsfailed
    printed_before = len(server.log.read_bytes())
    yield open_page
    open_pages = [page for page in pages if not page.is_closed()]
    if request.session.testsfailed > failed_before or watch.complaints:
        folder = Path("test-results")
        folder.mkdir(exist_ok=True)
        name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:80]
        for number, page in enumerate(open_pages):
            page.screenshot(path=folder / f"{name}-{number}.png")
    for page in open_pages:
        page.close()
        if page.context is not desk:
            page.context.close()
    assert watch.complaints == []
    assert "Traceback" not in server.log.read_bytes()[printed_before:].decode(errors="replace")


@pytest.fixture
def page(visit: Visit) -> Page:
    """A fresh page, 1440 x 900."""
    return visit()
