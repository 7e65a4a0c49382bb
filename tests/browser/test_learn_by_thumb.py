"""Every lesson by thumb on a phone, 390 px wide: from start to mark, in one page that is opened once."""

import math
import re

from playwright.sync_api import Page, expect

from lessons import LESSONS
from tests.browser.conftest import Visit
from tests.browser.test_learn import PHONE, Hand, answer, open_lesson, solve, walk

THUMB_SIZE = 43.0
"""Pixels across that a thumb needs, as tests/browser/test_page.py has it: 44 by the look, which may end between two."""

TARGETS = "button, a, label:has(input), summary, select, [role=slider], input[type=range], .lab-box"
# Those of a lesson that a thumb misses, each as a sentence: how tall the stretch through a target's middle is in which
# a tap reaches it. An option is its ring and its words; a link within a sentence is read, code is scrolled, and what
# lies in the picture has tests of its own (tests/browser/test_page.py).
SMALL = """([targets, least]) => {
  const small = [];
  for (const one of document.querySelector(".st-key-lesson").querySelectorAll(targets)) {
    const isShown = one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.offsetParent;
    const isElse = one.closest("p, li, .lab-unseen, .lab-picture, [inert], [data-testid=stCode]");
    if (!isShown || one.disabled || isElse) continue;
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, width, height } = one.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const hit = (down) => one.contains(document.elementFromPoint(x, y + down));
    let [up, down] = [0, 0];
    while (up < 40 && hit(-up)) up += 0.5;
    while (down < 40 && hit(down)) down += 0.5;
    const name = one.getAttribute("aria-label") || one.textContent.trim().slice(0, 30) || one.className;
    if (up + down < least) small.push(`${one.tagName.toLowerCase()} "${name}" is hit over ${up + down} px`);
  }
  return small;
}"""


def tap(page: Page, name: str, role: str = "button") -> None:
    """By thumb: a tap on what has this name, once what was tapped before is answered."""
    page.evaluate("() => fetch('/_stcore/health').then((reply) => reply.text())")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    control = page.locator("[class*=st-key-lesson]").get_by_role(role, name=name, exact=role == "button")  # type: ignore[arg-type]
    control.first.tap()


def tap_option(page: Page, option: str) -> None:
    """The words of an option, which a thumb meets sooner than its ring."""
    page.locator("[class*=st-key-lesson] label").filter(has=page.get_by_role("radio", name=option, exact=True)).tap()


def tap_mark(page: Page, place: tuple[float, float]) -> None:
    """Tap twice beside each other to see how far a pixel is, and then the place."""
    picture, pin = page.locator(".lab-picture"), page.locator(".lab-mark")
    picture.scroll_into_view_if_needed()
    frame = picture.bounding_box()
    assert frame
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)

    def tapped(x: float, y: float, before: str) -> tuple[list[float], str]:
        page.touchscreen.tap(x, y)
        expect(pin).not_to_have_attribute("aria-valuetext", before)
        text = pin.get_attribute("aria-valuetext") or ""
        return [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", text.split(". ")[0])], text

    here, text = tapped(*middle, pin.get_attribute("aria-valuetext") or "")
    there, text = tapped(middle[0] + 50, middle[1], text)
    unit = (there[0] - here[0]) / 50
    at, _ = tapped(middle[0] + (place[0] - here[0]) / unit, middle[1] - (place[1] - here[1]) / unit, text)
    assert math.dist(at, place) < 0.5, at


THUMB = Hand(tap, tap_option, tap_mark)


def test_every_lesson_is_walked_from_start_to_mark_by_thumb_on_a_phone(visit: Visit):
    page = visit(**PHONE)
    stage = open_lesson(page, next(iter(LESSONS)))
    unfit: list[str] = []
    for key, at, screen in walk(page, THUMB):
        if screen.ask:
            unfit += looked_at(page, f"{key} {at}, asking")
            answer(page, stage, screen, THUMB)
        if screen.task:
            solve(page, screen, THUMB)
        unfit += looked_at(page, f"{key} {at}")
    assert unfit == []


def looked_at(page: Page, where: str) -> list[str]:
    """What of a screen is wider than the phone, or too small for a thumb."""
    found = page.evaluate(SMALL, [TARGETS, THUMB_SIZE])
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
        found.append("the page scrolls sideways")
    return [f"{where}: {one}" for one in found]
