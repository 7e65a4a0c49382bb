"""A hall: the first prepared lecture given from beginning to end, and phones that show what a lecturer makes of it."""

import re
from contextlib import closing
from typing import Any

from playwright.sync_api import Page, expect

from engine import basin_map
from lessons.lecture import LECTURES
from tests.browser.conftest import Watch
from tests.browser.test_room import PHONE
from tests.browser.test_scenes import decode_query, opened, scene
from tests.line import Line
from tests.server import Server

FIRST = LECTURES["learning_rates"].scenes
ASLEEP = range(4, 8)
"""Scenes during which a phone sleeps."""
TEN_MINUTES = 600_000
SAID = ".lab-phone-words:not(.lab-phone-beside)"
LETTERS = "land=formula:a*x^2%20%2B%20y^2&steps=60&lane=gradient_descent;rate=0.05"
STARTS = "land=two_valleys&steps=400&lane=gradient_descent;rate=0.05"


def joined(page: Page, visit: Any, **options: Any) -> tuple[str, Page]:
    """The room that the lecturer opens by a key, and a phone in it."""
    page.keyboard.press("r")
    code = page.locator(".lab-room-sheet b")
    expect(code).to_have_text(re.compile(r"^\w( \w){4}$"))
    phone = visit(**PHONE, **options)
    phone.goto(f"/room?code={code.inner_text().replace(' ', '')}")
    page.keyboard.press("Escape")
    return code.inner_text().replace(" ", ""), phone


def words(text: str) -> str:
    """As Playwright reads it, which tells one space from no other."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_first_lecture_is_given_by_keys_to_projector_presenter_and_three_phones(
    page: Page, visit, watch: Watch, server: Server
):
    opened(page)
    page.get_by_role("button", name="Learning rates", exact=True).press("Enter")
    with page.context.expect_page() as waiting:
        page.get_by_role("button", name="Presenter window").press("Enter")
    window = waiting.value
    window.locator(".lab-deck-shown").wait_for()
    page.bring_to_front()
    page.get_by_role("button", name="Present", exact=True).press("Enter")
    verdict = page.locator(".lab-lecture:not(.lab-curtain) .lab-verdict")
    expect(verdict).not_to_be_empty()
    code, one = joined(page, visit, locale="en-GB")
    two, three = (visit(**PHONE, locale=locale) for locale in ("de-DE", "fr-FR"))
    two.goto(f"/room?code={code}")
    watch.allow("another host")
    with closing(Line(server.port)) as line:
        three.add_init_script("")  # its clock is not given to another test
        three.clock.install()
        three.goto(f"http://127.0.0.1:{line.port}/room?code={code}")
        session = three.context.new_cdp_session(three)
        for at, told in enumerate(FIRST):
            if at == ASLEEP.start:
                line.hang()  # nothing tells the phone, nor the server
                session.send("Page.setWebLifecycleState", {"state": "frozen"})
            if at == ASLEEP.stop:
                session.send("Page.setWebLifecycleState", {"state": "active"})
                line.flows.set()
                three.clock.fast_forward(TEN_MINUTES)
            phones = [one, two] if at in ASLEEP else [one, two, three]
            for phone in phones:
                expect(phone.locator(".lab-phone > h1")).to_have_text(words(told.question or told.title))
            expect(window.locator(".lab-deck-presenter header")).to_contain_text(f"scene {at + 1} of {len(FIRST)}")
            present, coming = (window.locator(".lab-preview").nth(i) for i in (0, 1))
            expect(present).to_have_attribute("aria-label", f"On the projector: {told.title}")
            expect(present.locator(".lab")).to_have_attribute("data-surface", decode_query(told.picture).landscape.text)
            if told.question:
                expect(verdict).to_have_text(told.question)
                page.keyboard.press("ArrowRight")
                expect(verdict).to_have_text(told.answer)
                for phone in phones:
                    expect(phone.locator(SAID)).to_have_text(told.answer)
                expect(window.locator(".lab-deck-shown")).to_contain_text(f"Answered: {told.answer}")
            last = at + 1 == len(FIRST)
            if last:
                expect(coming).to_be_hidden()
            else:
                expect(coming).to_have_attribute("aria-label", f"Next: {FIRST[at + 1].title}")
            page.keyboard.press("PageDown")
        expect(page.locator(".lab-deck-place")).to_have_text("This was the last scene.")
        page.keyboard.press("Escape")
        expect(page.locator(".lab-lecture")).to_have_count(0)
        expect(window.locator(".lab-deck-shown")).to_have_text("The lecture has ended.")
        expect(window.locator(".lab-preview").first).to_be_hidden()
        window.close()


def test_phones_show_what_the_lecturer_makes_of_a_scene_and_its_maps(page: Page, visit):
    scenes = [
        scene("Letters", LETTERS),
        scene("Starts", STARTS, "terrain"),
        scene("Rates", "land=bowl&steps=60&lane=gradient_descent;rate=0.1", "tuning"),
        scene("Deep", "net=depth=3;width=8;steps=50&net=depth=3;width=8;steps=50;activation=relu", "networks"),
    ]
    opened(page, {"descent_lab_lecture": 1, "title": "Hall", "minutes": 45, "scenes": scenes})
    page.get_by_role("button", name="Present", exact=True).click()
    verdict = page.locator(".lab-lecture:not(.lab-curtain) .lab-verdict")
    expect(verdict).not_to_be_empty()
    _, phone = joined(page, visit)
    expect(phone.get_by_role("heading", name="Letters")).to_be_visible()
    expect(phone.locator(".lab-row")).to_have_count(1)

    # A method, a letter, another place, another part of the map.
    page.keyboard.press("p")
    page.get_by_role("button", name="Add a run").click()
    page.get_by_role("menuitem", name="Adam", exact=True).click()
    expect(phone.locator(".lab-row")).to_have_count(2)
    letter = page.get_by_role("slider", name="a", exact=True)
    for _ in range(3):
        letter.press("ArrowRight")
    moved = "formula:a*x**2 + y**2@a=1.03"
    expect(page.locator(".lab-lecture")).to_have_attribute("data-surface", moved)
    expect(phone.locator(".lab")).to_have_attribute("data-surface", moved)
    expect(verdict).to_contain_text("Gradient descent and Adam")
    expect(phone.locator(SAID)).to_have_text(verdict.inner_text())
    page.locator(".lab-lecture .lab-picture").focus()
    page.keyboard.press("+")
    expect(phone.locator(".lab-reset")).to_be_visible()
    page.keyboard.press("0")
    expect(phone.locator(".lab-reset")).to_be_hidden()

    # Asked about, it is that picture still.
    page.keyboard.press("q")
    page.keyboard.press("2")
    expect(phone.get_by_role("radio")).to_have_count(2)
    phone.get_by_role("radio", name="Adam").check()
    expect(phone.get_by_role("status").last).to_contain_text("Your answer has arrived.")
    expect(phone.locator(".lab")).to_have_attribute("data-surface", moved)
    expect(page.locator(".lab-lecture")).to_have_attribute("data-surface", moved)
    panel = page.get_by_role("region", name="Question to the room")
    page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(panel.locator(".lab-room-many")).to_contain_text("of 1")

    page.keyboard.press("ArrowRight")
    expect(phone.get_by_role("heading", name="Starts")).to_be_visible()
    basins = phone.locator("canvas.lab-basins")
    expect(basins).to_have_attribute("data-columns", "96")
    [(x0, x1), (y0, y1)] = basins.evaluate("canvas => JSON.parse(canvas.dataset.window)")
    found = basin_map(decode_query(STARTS).runs()[0], window=((x0, x1), (y0, y1)))
    shares = sorted((100 * (found.labels == label).mean() for label in range(len(found.minima))), reverse=True)
    cells = phone.locator(".lab-basins-panel tbody tr td:nth-child(3)").all_inner_texts()
    for cell, share in zip(cells, shares, strict=False):
        assert abs(float(cell.removesuffix(" %")) - share) < 2  # its grid is coarser
    phone.get_by_role("button", name="Look around").click()
    expect(basins).to_be_hidden()
    phone.get_by_role("button", name="Back to the lecture").click()
    expect(basins).to_be_visible()

    page.keyboard.press("ArrowRight")
    expect(phone.get_by_role("heading", name="Rates")).to_be_visible()
    page.keyboard.press("p")
    sweep = phone.locator(".lab-sweep-panel")
    expect(sweep).to_be_visible()
    expect(sweep.get_by_role("status")).to_have_text(
        page.locator(".lab-lecture .lab-sweep-panel [role=status]").inner_text()
    )
    expect(phone.locator(".lab-knobmap-panel")).to_be_hidden()

    page.keyboard.press("ArrowRight")
    expect(phone.locator(SAID)).to_contain_text("The projector shows two networks that learn: 3 layers of 8")
    page.keyboard.press("Escape")
