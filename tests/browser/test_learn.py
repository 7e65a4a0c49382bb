"""Lessons in the browser: from start to mark by keyboard, by thumb on a phone, and what is kept of it."""

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from engine import descend
from lessons import LESSONS, Screen, Task
from lessons.mark import mark_task
from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage
from tests.browser.test_axe import grave_findings
from ui.learn.state import picture_of
from ui.scene.scene import opening

SOON = 1000 * PATIENCE
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def open_lesson(page: Page, key: str, screen: int = 1) -> Stage:
    page.goto(f"/learn?lesson={key}&screen={screen}")
    page.wait_for_selector(".lab[data-painted]", timeout=SOON)
    expect(page.locator("h1.lesson")).to_have_text(LESSONS[key].title)
    return Stage(page)


def press(page: Page, name: str, role: str = "button") -> None:
    """By the keyboard: Enter on what has this name."""
    control = page.locator("[class*=st-key-lesson]").get_by_role(role, name=name, exact=role == "button")  # type: ignore[arg-type]
    # Asked for while a press is being answered, a page is lost to Streamlit (docs/limits.md); and what is being
    # answered shows itself only once the server has heard of it.
    page.evaluate("() => fetch('/_stcore/health').then((reply) => reply.text())")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    control.first.focus()
    page.keyboard.press("Enter")


def choose(page: Page, option: str) -> None:
    """An option by the keyboard: Space."""
    page.get_by_role("radio", name=option, exact=True).focus()
    page.keyboard.press("Space")


def move_mark(page: Page, place: tuple[float, float]) -> None:
    """From the middle of the map to a place, by arrow keys."""
    pin = page.locator(".lab-mark")
    expect(pin).to_be_visible()
    pin.focus()
    page.keyboard.press("ArrowRight")
    expect(pin).to_have_attribute("aria-valuetext", re.compile("^x "))
    text = pin.get_attribute("aria-valuetext") or ""
    for axis, keys in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowDown", "ArrowUp"))):
        for _ in range(60):
            text = pin.get_attribute("aria-valuetext") or ""
            at = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", text.split(". ")[0])]
            off = place[axis] - at[axis]
            if abs(off) < 0.3:
                break
            page.keyboard.press(("Shift+" if abs(off) > 0.8 else "") + keys[off > 0])
    assert math.dist(at, place) < 0.5, text


class Hand(NamedTuple):
    """How a lesson is worked."""

    press: Callable[..., None] = press
    choose: Callable[[Page, str], None] = choose
    mark: Callable[[Page, tuple[float, float]], None] = move_mark


KEYBOARD = Hand()


def answer(page: Page, stage: Stage, screen: Screen, hand: Hand = KEYBOARD) -> None:
    """The right one, if it can be chosen, and what the lesson says then."""
    ask = screen.ask
    assert ask is not None
    runs = picture_of(screen.picture).runs()
    run = runs[ask.run - 1]
    right = next(one for one in ask.answers if one.right)
    if screen.networks:
        expect(page.locator("p.lesson-net")).to_have_count(len(screen.networks))
    else:
        expect(page.locator(".lab")).to_have_attribute("data-veiled", "")
    if ask.kind == "place":
        x, y = descend(run).points[-1]
        hand.mark(page, (float(x), float(y)))
    elif ask.kind == "choice":
        assert right.option is not None
        hand.choose(page, right.option)
        expect(page.get_by_role("radio", name=right.option, exact=True)).to_be_checked()
    else:
        stage.type_into(stage.rate, str(0.25))
    hand.press(page, "Run it")
    expect(page.locator(".lesson-mark h2")).to_have_text("Right")
    if screen.networks:
        expect(page.locator("dl.net-tiles")).to_have_count(len(screen.networks))
        return
    expect(page.locator(".lab")).not_to_have_attribute("data-veiled", "")
    if ask.kind != "rate":
        expect(page.locator(".lesson-mark p")).to_contain_text(descend(run).outcome.sentence)


def solve(page: Page, screen: Screen, hand: Hand = KEYBOARD) -> None:
    """By the last hint."""
    task = screen.task
    assert task is not None
    if task.networks:
        first = next(iter(task.networks))
        hand.choose(page, first)
        expect(page.get_by_role("radio", name=first, exact=True)).to_be_checked()
        hand.press(page, "Check it")
        expect(page.locator(".lesson-parts li.open")).to_have_count(1)
        take_hints(page, task, hand)
        expect(page.get_by_role("radio", name=task.solution, exact=True)).to_be_checked()
        hand.press(page, "Check it")
        expect(page.locator(".lesson-parts li.done")).to_have_count(1)
        return
    hand.press(page, "Check it")
    before = picture_of(screen.picture)
    parts = mark_task(task, before.runs(), before.focus)
    expect(page.locator(".lesson-parts li")).to_have_count(len(parts))
    assert page.locator(".lesson-parts li.done").count() == sum(part.done for part in parts)
    take_hints(page, task, hand)
    hand.press(page, "Check it")
    expect(page.locator(".lesson-parts li.done")).to_have_count(len(parts))


def take_hints(page: Page, task: Task, hand: Hand = KEYBOARD) -> None:
    """All three, one after the other."""
    for at in range(1, len(task.hints) + 1):
        hand.press(page, f"Hint {at} of {len(task.hints)}")
        expect(page.get_by_text(f"Hint {at}.", exact=True)).to_be_visible()


def walk(page: Page, hand: Hand) -> Iterator[tuple[str, int, Screen]]:
    """Every screen of every lesson, with its lesson's key and its number: `hand` goes on when the caller is done."""
    for number, lesson in enumerate(LESSONS.values(), 1):
        expect(page.locator("p.lesson-where")).to_contain_text(f"Lesson {number} of {len(LESSONS)}", timeout=SOON)
        for at, screen in enumerate(lesson.screens, 1):
            expect(page).to_have_url(re.compile(f"lesson={lesson.key}&screen={at}$"))
            expect(page.locator(".pips")).to_have_attribute("aria-label", f"Screen {at} of {len(lesson.screens)}")
            yield lesson.key, at, screen
            if at < len(lesson.screens):
                hand.press(page, "Next")
        if number < len(LESSONS):
            hand.press(page, "Next: ", role="link")


def test_every_lesson_is_walked_from_start_to_mark_by_keyboard(page: Page):
    stage = open_lesson(page, next(iter(LESSONS)))
    for _, _, screen in walk(page, KEYBOARD):
        if screen.ask:
            answer(page, stage, screen)
        if screen.task:
            solve(page, screen)
    press(page, "All lessons", role="link")
    # That of the lesson before may still stand there, emptied, beside the list's.
    expect(page.locator(".lab-done")).to_have_count(1, timeout=SOON)
    # While Streamlit mounts the component anew there are two for a moment.
    expect(page.locator(".lab-done", has_text=f"{len(LESSONS)} of {len(LESSONS)} done").first).to_be_visible()


def test_a_lesson_on_a_phone_and_the_playground_after_it(visit: Visit):
    page = visit(**PHONE)
    open_lesson(page, "landscape", 2)
    page.get_by_role("button", name="Run it").tap()
    expect(page.locator(".lesson-keys")).to_have_text("First tap the map where you think it ends.")
    picture = page.locator(".lab-picture")
    picture.scroll_into_view_if_needed()
    frame = picture.bounding_box()
    assert frame
    page.touchscreen.tap(frame["x"] + 0.8 * frame["width"], frame["y"] + 0.3 * frame["height"])
    expect(page.locator(".lab-mark")).to_have_attribute("aria-valuetext", re.compile("^x "))
    page.get_by_role("button", name="Run it").tap()
    expect(page.locator(".lesson-mark h2")).to_have_text("Not this time")
    expect(page.locator(".lesson-mark p")).to_contain_text("Your mark is")
    page.get_by_role("button", name="Predict again").tap()
    expect(page.locator(".lab")).to_have_attribute("data-veiled", "")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.locator(".st-key-pages").get_by_role("link", name="Playground").tap()
    stage = Stage(page)
    page.wait_for_selector(".lab[data-page=playground][data-painted]", timeout=SOON)
    stage.agrees_soon(opening())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lesson=rate", "Did you mean “rates”?"),
        ("lesson=rates&screen=9", "This lesson has screens 1 to 4; got"),
        ("lesson=rates&screen=%F0%9F%8E%B2", "This lesson has screens 1 to 4; got"),
    ],
)
def test_an_address_that_is_no_lesson_says_so(page: Page, query: str, words: str):
    page.goto(f"/learn?{query}")
    expect(page.get_by_role("alert")).to_contain_text(words.replace("“", '"').replace("”", '"'), timeout=SOON)


def test_a_course_is_made_opened_by_its_link_and_walked(page: Page):
    page.goto("/learn?course=new")
    page.get_by_role("textbox", name="Title").fill("Week 3")
    page.keyboard.press("Enter")
    add = page.get_by_role("combobox", name="Add a lesson or a challenge")
    for key, words in (("sign", LESSONS["sign"].title), ("rates", LESSONS["rates"].title), ("edge", "As high")):
        add.click()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        expect(page.locator(f".st-key-stop_{key}")).to_be_visible(timeout=SOON)
    page.get_by_role("textbox", name=f"Note to {LESSONS['rates'].title}").fill("Mind <b>the bowl</b>.")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("note_rates=Mind"))
    page.locator(".st-key-stop_rates").get_by_role("button", name="Up").click()
    expect(page).to_have_url(re.compile("course=rates,sign,edge&"))
    # Half shown, the tip of the button under the mouse is pale.
    page.mouse.move(0, 0)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    assert not grave_findings(page)
    page.get_by_role("button", name="See it as your students do").click()
    expect(page.locator("h1.path")).to_have_text("Week 3")
    assert not grave_findings(page)
    link = page.url

    # A student opens it: own order, the note, onward within the course, and what is done is marked in its list.
    page.evaluate("() => localStorage.setItem('descent-lab-lessons', 'rates')")
    page.goto(link)
    expect(page.locator(".lab-done")).to_contain_text("1 of 3 done", timeout=SOON)
    page.get_by_role("button", name=f"Go on: 2 {LESSONS['sign'].title}").click()
    expect(page.locator("p.lesson-where")).to_contain_text("Part 2 of 3 · Week 3", timeout=SOON)
    page.goto(link)
    page.locator(".st-key-lesson_rates a").click()
    expect(page.locator("p.course-note")).to_have_text("Mind <b>the bowl</b>.", timeout=SOON)
    for screen in range(2, len(LESSONS["rates"].screens) + 1):
        press(page, "Next")
        expect(page).to_have_url(re.compile(f"lesson=rates&screen={screen}&course=rates,sign,edge&"), timeout=SOON)
    page.get_by_role("link", name=f"Next: {LESSONS['sign'].title}").click()
    expect(page.locator("h1.lesson")).to_have_text(LESSONS["sign"].title, timeout=SOON)
    page.get_by_role("link", name="The course").click()
    expect(page.locator("h1.path")).to_have_text("Week 3", timeout=SOON)
    page.evaluate("() => localStorage.clear()")
