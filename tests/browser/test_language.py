"""The languages to choose from: page and picture come back as they were, by mouse and by keyboard."""

from playwright.sync_api import Locator, Page, expect

from i18n import LANGUAGES, translate
from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage

PICTURE = "/playground?v=1&land=two_valleys&steps=50&lane=adam;rate=0.1"


def switch(page: Page) -> Locator:
    """The button that opens the list."""
    return page.locator(".st-key-languages").get_by_role("button")


def shown(page: Page, code: str) -> None:
    """Wait for the page in a language, with its picture."""
    page.wait_for_selector(f'html[lang="{code}"] .lab[data-painted]', timeout=1000 * PATIENCE)
    here = page.locator('[data-testid="stTopNavLink"][aria-current="page"]')
    expect(here).to_have_text(translate("Playground", code))
    expect(switch(page)).to_contain_text(LANGUAGES[code])


def test_another_language_leaves_page_and_picture_as_they_are(visit: Visit):
    page = visit(locale="en-GB")  # a browser of its own, for the cookie
    page.goto(PICTURE)
    shown(page, "en")
    Stage(page).rate.fill("0.2")
    Stage(page).rate.press("Enter")
    page.wait_for_url("**rate=0.2*")
    there = page.url
    switch(page).click()
    links = page.locator(".st-key-languages").get_by_role("link")
    expect(links).to_have_text([*LANGUAGES.values()])
    links.get_by_text(LANGUAGES["de"]).click()
    shown(page, "de")
    assert page.url == there
    switch(page).press("Enter")
    expect(page.locator(".st-key-languages [aria-current]")).to_have_text(LANGUAGES["de"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    shown(page, "en")
    assert page.url == there
