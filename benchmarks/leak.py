"""Whether a film that runs all day stays as small as it began."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from benchmarks.browser import FIVE, open_page, visitor
from benchmarks.row import Row

TOPIC = "Leak"
LEAK = 180_000
"""Milliseconds of looping playback between two readings of the heap."""


def rows() -> Iterator[Row]:
    """The heap before and after three minutes of looping playback at the highest speed."""
    with visitor() as (browser, url, watch):
        page = open_page(browser, url, watch, f"?land=himmelblau&steps=500&gradient_tolerance=0&{FIVE}")
        page.get_by_label("Speed").select_option("64")
        page.get_by_role("button", name="Loop").click()
        page.locator(".lab-play").click()
        page.wait_for_timeout(LEAK / 18)  # until what is kept for good is there
        before = _heap(page)
        rounds = page.evaluate("Number(document.querySelector('.lab').dataset.painted)")
        page.wait_for_timeout(LEAK)
        after = _heap(page)
        rounds = page.evaluate("Number(document.querySelector('.lab').dataset.painted)") - rounds
        note = f"{before / 2**20:.1f} to {after / 2**20:.1f} MiB over {rounds:,} frames"
        yield Row(TOPIC, "heap grown by 3 minutes of looping playback", after / before - 1, "", at_most=0.1, note=note)


def _heap(page: Page) -> float:
    """Bytes of JavaScript heap in use after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used)
