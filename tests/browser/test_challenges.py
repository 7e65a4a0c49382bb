"""Challenges in the browser: solved by keyboard, kept in the browser, shared by a link that is run anew."""

import re

from playwright.sync_api import Page, expect

from lessons.challenge import CHALLENGES
from lessons.judge import score_text
from tests.browser.stage import PATIENCE, Stage

SOON = 1000 * PATIENCE


def open_challenge(page: Page, query: str, title: str) -> Stage:
    page.goto(f"/learn?challenge={query}")
    page.wait_for_selector(".lab[data-painted]", timeout=SOON)
    expect(page.locator("h1.lesson")).to_have_text(title)
    return Stage(page)


def press(page: Page, name: str) -> None:
    """By the keyboard, once what was done before has been heard and answered (docs/limits.md)."""
    control = page.get_by_role("button", name=name, exact=True)
    Stage(page).heard()
    control.focus()
    page.keyboard.press("Enter")


def test_a_challenge_is_solved_by_keyboard_kept_and_shared(page: Page):
    one = CHALLENGES["one_step"]
    stage = open_challenge(page, one.key, one.title)
    expect(page.locator(".lab-fastest")).to_be_hidden()
    # Wrong, and what is wrong with it.
    stage.type_into(stage.rate, "0.6")
    press(page, "Check it")
    expect(page.locator(".lesson-parts li.open")).to_have_count(1)
    expect(page.locator(".lesson-why")).to_contain_text("overshoots")
    # What is not the learner's to change is not judged.
    stage.handle.focus()
    page.keyboard.press("ArrowUp")
    press(page, "Check it")
    expect(page.locator(".stray")).to_contain_text("the start was changed")
    press(page, "Back to the challenge's picture")
    expect(page.locator(".stray")).to_have_count(0)
    expect(stage.rate).to_have_value("0.0200")  # its picture is back before something is typed into it
    # Right.
    stage.type_into(stage.rate, "0.25")
    press(page, "Check it")
    expect(page.locator(".lesson-mark h2")).to_have_text("Gold: 1 step")
    expect(page.locator(".lesson-mark")).to_contain_text(f"Par is {score_text(one, one.par)}.")
    expect(page).to_have_url(re.compile("challenge=one_step&.*lane=gradient_descent;rate=0.25$"))
    solution = page.url
    page.get_by_role("link", name="All challenges").click()
    # The page that was left may stand beside the new one for a moment, with a place for the same words.
    expect(page.locator(".lab-done", has_text="medal")).to_have_text(re.compile("^1 medal"))
    best = page.locator(".st-key-challenge_one_step .challenge-best")
    told = best.evaluate("(one) => getComputedStyle(one, '::after').content")
    assert told == '"Gold · 1 step · par 1"'

    # The link of the solution is run anew, and gives no medal to who opens it.
    page.evaluate("() => localStorage.clear()")
    page.goto(solution)
    expect(page.locator(".lesson-mark")).to_contain_text("came with the link, and was run anew", timeout=SOON)
    assert page.evaluate("() => localStorage.getItem('descent-lab-challenges') || ''") == ""
    page.goto(f"{solution}&steps=99&medal=gold")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This link is no solution of “One step”.", timeout=SOON)
    expect(page.locator(".lesson-mark")).to_have_count(0)

    # What is brought in a link is offered, and taken over when the visitor says so.
    page.goto("/learn#progress=landscape;one_step:silver:3")
    expect(page.locator(".lab-along")).to_contain_text("This link brings 1 lesson and 1 challenge.", timeout=SOON)
    assert "#" not in page.url
    press(page, "Take it over")
    expect(page.locator(".lab-done")).to_contain_text("1 of 16 done · 1 medal")
