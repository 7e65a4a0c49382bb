"""A room: a lecturer's window, the projector in it, and three phones at once."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from engine.studies.answers import judge_ends
from tests.browser.test_axe import grave_findings
from tests.browser.test_scenes import decode_query, opened, scene

VALLEYS = "land=two_valleys&steps=150&lane=gradient_descent;rate=0.05&lane=momentum;rate=0.02"
LECTURE = {
    "descent_lab_lecture": 1,
    "title": "Rooms",
    "minutes": 45,
    "scenes": [
        scene("Two valleys", VALLEYS),
        scene("A bowl", "land=bowl&steps=40&lane=gradient_descent;rate=0.1", question="What does it do?"),
    ],
}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_a_room_takes_part_from_joining_to_the_answers(page: Page, visit):
    opened(page, LECTURE)
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page.locator(".lab-lecture .lab-verdict")).not_to_be_empty()
    page.keyboard.press("q")
    expect(page.locator(".lab-deck-place")).to_have_text("First open a room: R.")
    page.keyboard.press("r")
    sheet = page.locator(".lab-room-sheet")
    expect(sheet.get_by_role("status")).to_have_text("0 phones in the room")
    expect(sheet.locator("b")).to_have_text(re.compile(r"^\w( \w){4}$"))
    code = sheet.locator("b").inner_text().replace(" ", "")
    page.wait_for_function("() => document.querySelector('.lab-room-sheet img').naturalWidth > 0")

    one, two, three = phones = [visit(**PHONE, locale=locale) for locale in ("en-GB", "en-US", "en-AU")]
    one.goto("/room")
    one.get_by_label("Code of five letters").fill(code.lower())
    one.get_by_role("button", name="Join").click()
    for phone in (two, three):
        phone.goto(f"/room?code={code}")
    for phone in phones:
        expect(phone.get_by_role("heading", name="Two valleys")).to_be_visible()
        expect(phone.locator(".lab-row")).to_have_count(2)
    expect(sheet.get_by_role("status")).to_have_text("3 phones in the room")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

    # What the lecturer changes, the phones show; who looks around keeps their own.
    three.get_by_role("button", name="Look around").click()
    page.keyboard.press("]")
    page.keyboard.press("Home")
    rate = "document.querySelector('.lab-phone-stage .lab-rate .lab-box').value"
    shown = page.locator(".lab-lecture .lab-rate .lab-box").input_value()
    assert shown != "0.0500"
    two.wait_for_function(f"() => {rate} === '{shown}'")
    assert three.evaluate(rate) != shown
    three.get_by_role("button", name="Back to the lecture").click()
    three.wait_for_function(f"() => {rate} === '{shown}'")
    page.keyboard.press("u")

    # Where does it end? Two tap, one goes by keys; one loses its line and is counted once.
    page.keyboard.press("q")
    page.get_by_role("dialog", name="Ask the room").get_by_role("button", name="1 · Where does it end?").click()
    panel = page.get_by_role("region", name="Question to the room")
    expect(panel.get_by_role("heading")).to_have_text("Where does Gradient descent end?")
    for phone in phones:
        expect(phone.get_by_role("heading", name="Where does Gradient descent end?")).to_be_visible()
        expect(phone.locator(".lab-mark")).to_be_visible()
    for phone, part in ((one, 0.79), (two, 0.2)):
        box = phone.locator(".lab-picture").bounding_box()
        phone.touchscreen.tap(box["x"] + part * box["width"], box["y"] + 0.5 * box["height"])
    mark = three.get_by_role("slider", name="Your answer")
    mark.press("Shift+ArrowLeft")
    mark.press("ArrowLeft")
    for phone in phones:
        expect(phone.get_by_role("status").last).to_contain_text("Your answer has arrived.")
    expect(panel.locator(".lab-room-many")).to_have_text("3of 3 phones have answered")
    assert panel.locator(".lab-room-list").inner_text() == ""
    assert [grave_findings(shown) for shown in (one, page)] == [[], []]
    two.reload()
    expect(two.get_by_role("status").last).to_contain_text("Your answer has arrived.")
    expect(panel.locator(".lab-room-many")).to_have_text("3of 3 phones have answered")

    page.keyboard.press("ArrowRight")
    expect(panel.locator(".lab-room-list")).to_have_text("3 answers, each a dot on the map.")
    pixels = "document.querySelector('.lab-room-dots').getContext('2d').getImageData(0, 0, 960, 900).data"
    page.wait_for_function(f"() => {pixels}.some(Boolean)")
    expect(one.get_by_role("status").last).to_contain_text("The answers are shown.")
    page.keyboard.press("ArrowRight")
    run = decode_query(VALLEYS).runs()[0]
    judged = judge_ends(run, [])
    expect(panel.locator(".lab-room-many")).to_have_text("1of 3 is right")
    expect(panel.locator(".lab-room-verdict")).to_have_text(f"{judged.measured} {judged.rule}")
    expect(one.get_by_role("status").last).to_contain_text(f"Your answer is right. {judged.measured}")
    expect(two.get_by_role("status").last).to_contain_text("Your answer is not right.")
    two.wait_for_function("() => !document.querySelector('.lab[data-veiled]')")

    # The next scene, whose paths wait on the phones too; then its rate is asked for.
    page.keyboard.press("ArrowRight")
    expect(panel).to_be_hidden()
    for phone in phones:
        expect(phone.get_by_role("heading", name="What does it do?")).to_be_visible()
        phone.wait_for_function("() => document.querySelector('.lab[data-veiled]')")
    page.keyboard.press("q")
    page.keyboard.press("2")
    one.get_by_role("slider", name="Learning rate").fill("350")  # 0.316, of at most 0.5
    expect(one.get_by_role("status").last).to_contain_text("Your answer has arrived.")
    page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("img", name="Answers by rate: 1 from")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(panel.locator(".lab-room-many")).to_have_text("1of 1 is right")

    page.keyboard.press("r")
    sheet.get_by_role("button", name="Close the room").click()
    for phone in phones:
        expect(phone.get_by_role("heading", name="The room is closed")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_focused()
