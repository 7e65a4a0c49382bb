"""What stands before the first picture of a visitor who comes for the first time, and of one who comes again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.browser import AT_THE_DESK
from benchmarks.row import Row
from tests.browser.stage import FIRST_PICTURE
from tests.chromium import chromium
from tests.server import running

TOPIC = "Loading"
ROUNDS = 5
PATIENCE = 120_000
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
FRAME: dict[str, Any] = {"viewport": {"width": 760, "height": 760}}
PAGES = {
    "start page": ("", DESK, 2.2, 1.2, 9),
    "Playground": ("playground", DESK, 2.2, 1.2, 9),
    "frame on a course page": ("embed?land=himmelblau&lane=momentum;rate=0.01&lane=adam;rate=0.1", FRAME, 0.35, 1.2, 3),
}
"""Each page's address and size at a desk; how many MB it may load, and in how many seconds it stands there and on a
phone."""
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""A phone's line: 1.6 Mbit/s, 150 ms there and back."""
SLOWER = 4
"""Times that a phone's processor takes as long as this machine's."""

# The milliseconds at which the first picture stood, once it stands; the pages may not evaluate text, by their policy.
_FIRST = """(patience) => new Promise((resolve, reject) => {
  const look = () => {
    if (window.firstPicture) resolve(window.firstPicture);
    else if (performance.now() > patience) reject(new Error("no picture"));
    else setTimeout(look, 20);
  };
  look();
})"""


@dataclass
class Load:
    """What one visit took until its first picture."""

    seconds: float = 0.0
    asked: set[str] = field(default_factory=set)
    received: float = 0.0

    def note(self, url: str) -> None:
        """Count a request; what a page makes of its own bytes (data:, blob:) is none."""
        if url.startswith("http"):
            self.asked.add(url)

    def add(self, size: float) -> None:
        """Count what came over the line for one request, headers included."""
        self.received += size


def rows() -> Iterator[Row]:
    """Requests and bytes, which are the same on every machine, and seconds, at a desk and on a phone."""
    quick = {"DESCENT_LAB_WARM_UP": "opening"}
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "log.txt", environment=quick) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=list(AT_THE_DESK))
        for name, (path, desk, most, at_once, soon) in PAGES.items():
            url = f"{server.url}/{path}"
            first, _ = _visits(browser, url, desk)  # compiles what the server needs
            at_desk = [_visits(browser, url, desk) for _ in range(ROUNDS)]
            on_phone = [_visits(browser, url, PHONE) for _ in range(ROUNDS)]
            yield Row(TOPIC, f"{name}: requests before the first picture", len(first.asked), unit="")
            yield Row(
                TOPIC, f"{name}: received before the first picture", first.received / 1e6, unit="MB", at_most=most
            )
            yield _seconds(f"{name}: first picture at a desk, nothing cached", [one for one, _ in at_desk], at_once)
            yield _seconds(f"{name}: the same, second visit", [again for _, again in at_desk])
            yield _seconds(f"{name}: first picture on a phone, nothing cached", [one for one, _ in on_phone], soon)
            yield _seconds(f"{name}: the same, second visit", [again for _, again in on_phone])
        browser.close()


def _seconds(what: str, loads: list[Load], at_most: float | None = None) -> Row:
    return Row.median(TOPIC, what, [load.seconds for load in loads], at_most=at_most)


def _visits(browser: Browser, url: str, kind: dict[str, Any]) -> tuple[Load, Load]:
    """A visitor's first visit, and the second."""
    context = browser.new_context(**kind)
    try:
        return _visit(context, url, kind is PHONE), _visit(context, url, kind is PHONE)
    finally:
        context.close()


def _visit(context: BrowserContext, url: str, slowly: bool) -> Load:
    page: Page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(FIRST_PICTURE)
    load, devtools = Load(), context.new_cdp_session(page)
    devtools.send("Network.enable")
    if slowly:
        devtools.send("Network.emulateNetworkConditions", LINE)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    devtools.on("Network.requestWillBeSent", lambda event: load.note(event["request"]["url"]))
    devtools.on("Network.loadingFinished", lambda event: load.add(event["encodedDataLength"]))
    page.goto(url, wait_until="commit")
    load.seconds = page.evaluate(_FIRST, PATIENCE) / 1000
    page.close()
    return load
