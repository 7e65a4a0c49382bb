"""What a learner waits for: a lesson's first screen, the next one, and the mark of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.browser import visitor
from benchmarks.row import Row
from lessons import LESSONS
from tests.browser.conftest import Watch

TOPIC = "Lessons"
ROUNDS = 5
PATIENCE = 60_000
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
READ = 500
"""Milliseconds that a learner at least looks at a screen before the next click."""

# Clicks on what a selector finds, and resolves with the seconds until a frame is drawn in which the page says what is
# waited for and Streamlit has nothing more to come. A picture counts when it was painted after the click.
_CLICK = """async ([target, condition, repaints]) => {
  const painted = () => Number(document.querySelector(".lab")?.dataset.painted ?? 0);
  const app = () => document.querySelector("[data-testid=stApp]").dataset.testScriptState;
  const stands = () => [...document.querySelectorAll(condition)].some((one) => one.checkVisibility());
  const [begin, before] = [performance.now(), painted()];
  document.querySelector(target).click();
  while (!(stands() && app() === "notRunning" && (!repaints || painted() > before))) {
    if (performance.now() - begin > 60000) throw new Error(`never: ${condition}`);
    await new Promise(requestAnimationFrame);
  }
  return (performance.now() - begin) / 1000;
}"""
RUN, CHECK, NEXT = (f".st-key-{key} button" for key in ("run_it", "check_it", "screen_next"))
FIRST = ".lab[data-page=learn][data-surface][data-painted]"


def rows() -> Iterator[Row]:
    """Every wait between the list of lessons and a mark, in Chromium against a server that is ready."""
    with visitor() as (browser, url, watch):
        for _ in range(2):  # what the server compiles for the lessons' pictures is there for all learners after
            _walked(browser, url, watch)
        firsts, nexts, marks, checks = zip(*(_walked(browser, url, watch) for _ in range(ROUNDS)), strict=True)
        yield Row.median(TOPIC, "first screen after the click in the list, nothing cached", firsts, at_most=2)
        yield Row.median(TOPIC, "the next screen", [one for some in nexts for one in some], at_most=0.2)
        yield Row.median(TOPIC, "the mark of an answer", [one for some in marks for one in some], at_most=0.15)
        yield Row.median(TOPIC, "the mark of a task", checks, at_most=0.15)
        yield Row(TOPIC, "faults of the pages", len(watch.complaints), unit="", at_most=0)


def _walked(browser: Browser, url: str, watch: Watch) -> tuple[float, list[float], list[float], float]:
    """A visitor's first lesson, that of the saddle points, from the list to the mark of its task."""
    lesson = LESSONS["saddles"]
    context = browser.new_context(**DESK)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    watch.on(page)
    page.goto(f"{url}/learn")
    link = f".st-key-lesson_{lesson.key} a"
    page.wait_for_selector(link)
    _read(page)
    first = page.evaluate(_CLICK, [link, FIRST, False])
    nexts: list[float] = []
    marks: list[float] = []
    for at, screen in enumerate(lesson.screens, 1):
        _read(page)
        if screen.ask is not None:
            page.locator("[class*=st-key-lesson] label").filter(has=page.get_by_role("radio")).first.click()
            _read(page)
            marks.append(page.evaluate(_CLICK, [RUN, ".lesson-mark h2", True]))
            _read(page)
        if at < len(lesson.screens):
            here = f'.pips[aria-label="Screen {at + 1} of {len(lesson.screens)}"]'
            nexts.append(page.evaluate(_CLICK, [NEXT, here, True]))
    check = page.evaluate(_CLICK, [CHECK, ".lesson-parts li", False])
    context.close()
    return first, nexts, marks, check


def _read(page: Page) -> None:
    """Look at the screen, as a learner does, until nothing is on its way."""
    page.wait_for_timeout(READ)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
