"""The keys, and the list that tells them: on every page, in lecture mode, and in the titles of buttons."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import PATIENCE, Stage
from tests.browser.test_lecture import is_on, lecture

LINK = "land=himmelblau&steps=60&step=7&lane=gradient_descent;rate=0.004&lane=momentum;rate=0.004"
PAGES = ("", "playground", "terrain", "tuning", "two_weights", "networks", "lecture")


def told(page: Page) -> dict[str, str]:
    """What the open list says of each key."""
    return dict(
        page.locator(".lab-keys dl > div").evaluate_all(
            "rows => rows.map((row) => [row.querySelector('kbd').textContent, row.querySelector('dd').textContent])"
        )
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_question_mark_shows_the_keys_on_every_page(page: Page, path: str):
    page.goto(f"/{path}")
    bare = {"networks": ".lab-link", "lecture": ".lab-deck"}
    page.wait_for_selector(bare.get(path, ".lab[data-painted]"), timeout=1000 * PATIENCE)
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    assert "Tab" in told(page)
    assert ("Space" in told(page)) == (path not in bare)
    assert keys.evaluate("dialog => dialog.contains(document.activeElement) && dialog.matches(':modal')")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)


def test_the_list_keeps_the_focus_and_works_no_key(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    stage.rate_slider.focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    before = stage.scene
    for key in ("ArrowRight", "m", "]", "l", "Home"):
        page.keyboard.press(key)
    page.keyboard.press("?")
    expect(keys).to_have_count(0)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Learning rate"
    assert stage.scene == before
    assert stage.step == 7
    page.get_by_role("button", name="Keys").click()
    expect(keys).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_have_count(0)
    # A question mark that is typed into a box is a letter.
    stage.rate.focus()
    page.keyboard.press("?")
    expect(keys).to_have_count(0)


def test_it_opens_in_lecture_mode_whole_and_escape_closes_it_alone(page: Page):
    page.set_viewport_size({"width": 1280, "height": 720})
    lecture(page, LINK)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    assert keys.evaluate("dialog => dialog.scrollHeight <= dialog.clientHeight + 1"), "all of it is seen at once"
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_have_count(0)
    is_on(Stage(page), True)


def test_each_key_that_is_told_does_something(page: Page):
    """What the list names is what the page listens to: each key is taken from the browser, and no other letter is."""
    lecture(page, LINK)
    page.keyboard.press("?")
    said = told(page)
    page.keyboard.press("?")
    names = {"Space": [" "], "→": ["ArrowRight"], "←": ["ArrowLeft"], "↑": ["ArrowUp"], "↓": ["ArrowDown"], "−": ["-"]}
    names |= {"1 to 9": list("12"), "Esc": ["Escape"]}
    always = {"Tab", "← → ↑ ↓"}
    listed = {
        key
        for shown in said
        if shown not in always
        for key in names.get(shown) or [part.lower() if len(part) == 1 else part for part in shown.split(" or ")]
    }
    taken = page.evaluate(
        """(keys) => keys.filter((key) => {
          const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
          return event.defaultPrevented;
        })""",
        [*sorted(listed - {"Escape", "l"}), *sorted(set("abcdefghijklmnopqrstuvwxyz?") - listed), "Escape"],
    )
    assert set(taken) == listed - {"l"}


def test_buttons_name_their_keys(page: Page):
    Stage(page).open(LINK).at_rest()
    page.keyboard.press("?")
    said = told(page)
    page.keyboard.press("?")
    for selector, key in (
        (".lab-play", "Space"),
        ('.lab-transport [aria-label="To the start"]', "Home"),
        ('.lab-transport [aria-label="One step back"]', "←"),
        ('.lab-transport [aria-label="One step forward"]', "→"),
        (".lab-speed", "V"),
        (".lab-present", "L"),
        ('.lab-head [aria-label^="Arrows over the map"]', "F"),
        ('.lab-seg [aria-label="Map"]', "M"),
        ('.lab-seg [aria-label="Surface"]', "M"),
        (".lab-follow", "O"),
        (".lab-reset", "0"),
        (".lab-fastest", "B"),
        (".lab-onward", "A"),
        ('.lab-start-row button:has-text("nudge")', "H"),
        ('.lab-start-row button:has-text("reset")', "S"),
    ):
        assert key in said
        expect(page.locator(selector)).to_have_attribute("title", re.compile(rf"\({re.escape(key)}\)$"))
    for number, swatch in enumerate(page.locator(".lab-swatch").all(), 1):
        expect(swatch).to_have_attribute("title", f"Hide this path ({number})")
