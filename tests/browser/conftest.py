"""A real browser on the real app: one server and one browser a session, one empty page a test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.stage import PATIENCE
from tests.browser.tabs import SIZE, Tabs
from tests.chromium import chromium
from tests.server import Server, running

# Quiet and alone: none of Chromium's own calls home, and software WebGL for the surfaces in three dimensions. Pages
# live for seconds here: V8's last optimizing compiler would take a tenth of their time, more than its code saves.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
    "--js-flags=--no-turbofan",
    "--font-render-hinting=none",  # words as wide as with windows around the page
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

    now: ClassVar[Watch | None] = None
    """The watch of the test that runs, which has the pages for as long."""

    def on(self, page: Page) -> None:
        """Watch a page from now on."""
        Watch._listen(page, lambda: self)

    @classmethod
    def follow(cls, page: Page) -> None:
        """Watch a page for one test after another: each in its own watch."""
        cls._listen(page, lambda: cls.now)

    @staticmethod
    def _listen(page: Page, whose: Callable[[], Watch | None]) -> None:
        def heard(hear: Callable[[Watch, Any], None]) -> Callable[[Any], None]:
            def listener(event: Any) -> None:
                watch = whose()
                if watch is not None:
                    hear(watch, event)

            return listener

        page.on("console", heard(Watch._said))
        page.on("pageerror", heard(lambda watch, error: watch.faults.append(f"script error: {error}")))
        page.on("request", heard(lambda watch, request: watch._reached(request.url)))
        page.on("websocket", heard(lambda watch, socket: watch._reached(socket.url)))

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

    def _reached(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self.faults.append(f"request to another host: {url}")


@pytest.fixture
def watch(server: Server) -> Watch:
    """What the test's pages do wrong; use `watch.on(page)` for pages that the test opens itself."""
    return Watch(server.host)


@pytest.fixture(scope="session")
def tabs(browser: Browser, server: Server) -> Tabs:
    """The tabs that tests leave to one another."""
    return Tabs(browser, server.url, PATIENCE)


@pytest.fixture(scope="session")
def desk(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser, 1440 x 900, for pages that several tests share."""
    context = browser.new_context(base_url=server.url, viewport=SIZE)
    context.set_default_timeout(1000 * PATIENCE)
    yield context
    context.close()


@pytest.fixture
def visit(tabs: Tabs, server: Server, watch: Watch, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a page: `visit()` at the desk, `visit(color_scheme="dark")` as a visitor of their own.

    Options are those of a browser context. Faults that any page showed fail the test, and a failed one leaves pictures.
    """
    Watch.now = watch

    def open_page(**options: Any) -> Page:
        return tabs.take(Watch.follow, **options)

    failed_before = request.session.testsfailed
    printed_before = len(server.log.read_bytes())
    yield open_page
    failed = request.session.testsfailed > failed_before or bool(watch.complaints)
    if failed:
        folder = Path("test-results")
        folder.mkdir(exist_ok=True)
        name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:80]
        for number, page in enumerate(tabs.taken):
            page.screenshot(path=folder / f"{name}-{number}.png")
    Watch.now = None
    tabs.give_back(used_up=failed)
    assert watch.complaints == []
    assert "Traceback" not in server.log.read_bytes()[printed_before:].decode(errors="replace")


@pytest.fixture
def page(visit: Visit) -> Page:
    """A page, 1440 x 900."""
    return visit()
