"""A lecture: pictures collected, put in order, saved, opened again, and given by keys in two windows."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import Page, expect

from engine import descend_many, summary
from lessons import LESSONS
from lessons.lecture import LECTURES
from tests.browser.stage import PATIENCE, Stage
from ui.learn.state import picture_of
from ui.scene.link import decode
from ui.scene.scene import Scene

LINK = "land=bowl&steps=40&lane=gradient_descent;rate=0.1"
HIGH = "v=1&land=bowl&steps=40&lane=gradient_descent;rate=1.1"
SOON = 1000 * PATIENCE


def opened(page: Page, lecture: Any = None) -> None:
    page.goto("/lecture")
    page.wait_for_selector(".lab-deck", timeout=SOON)
    if lecture is not None:
        text = lecture if isinstance(lecture, str) else json.dumps(lecture)
        page.locator("input[type=file]").set_input_files(
            {"name": "lecture.json", "mimeType": "application/json", "buffer": text.encode()}
        )


def kept(page: Page) -> dict[str, Any]:
    return json.loads(page.evaluate("localStorage.getItem('descent-lab-lecture')"))


def titles(page: Page) -> list[str]:
    boxes = page.locator(".lab-deck-row > input")
    return [boxes.nth(i).input_value() for i in range(boxes.count())]


def decode_query(query: str) -> Scene:
    return decode(parse_qs(query, keep_blank_values=True))[0]


def scene(title: str, picture: str, page: str = "playground", **words: str) -> dict[str, str]:
    return {"title": title, "page": page, "picture": picture, **words}


LECTURE = {
    "descent_lab_lecture": 1,
    "title": "Learning rates",
    "minutes": 45,
    "scenes": [
        scene("Just right", LINK, notes="Say hello."),
        scene("Too high", HIGH, question="What does a rate of 1.1 do?", answer="It climbs out of the bowl."),
        scene("Where each start ends", "land=two_valleys&steps=400&lane=gradient_descent;rate=0.05", "terrain"),
    ],
}


def test_scenes_are_collected_edited_saved_and_opened_again(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    page.keyboard.press("t")
    expect(page.locator(".lab-line")).to_have_text("Scene 1 of “My lecture”.")
    stage.type_into(stage.rate, "1.1")
    stage.link_says(lambda scene: scene.lanes[0].rate == 1.1)
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Add to lecture").click()
    expect(page.get_by_role("dialog", name="Share").get_by_role("status")).to_have_text("Scene 2 of “My lecture”.")
    opened(page)
    assert titles(page) == ["Bowl", "Bowl"]
    page.get_by_label("Title of scene 2").fill("Too high")
    page.locator("summary").nth(1).click()
    page.get_by_role("listitem").nth(1).get_by_role("textbox", name="Question").fill("Where to?")
    page.get_by_role("button", name="Move up scene 2").click()
    assert titles(page) == ["Too high", "Bowl"]
    page.get_by_role("button", name="Duplicate scene 1").click()
    page.get_by_role("button", name="Delete scene 3").click()
    assert titles(page) == ["Too high", "Too high"]
    page.get_by_role("button", name="Undo").click()
    assert titles(page) == ["Too high", "Too high", "Bowl"]
    page.get_by_label("Title of the lecture").fill("Rates")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as a file").click()
    saved = Path(waiting.value.path()).read_text()
    assert waiting.value.suggested_filename == "rates.json"
    assert json.loads(saved) == kept(page)
    rates = [decode({"lane": [one["picture"].split("lane=")[1]]})[0].lanes[0].rate for one in kept(page)["scenes"]]
    assert rates == [1.1, 1.1, 0.1]

    page.get_by_role("button", name="New lecture").click()
    assert titles(page) == []
    page.get_by_role("button", name="Learning rates", exact=True).click()
    assert titles(page) == [one.title for one in LECTURES["learning_rates"].scenes]
    opened(page, saved)
    expect(page.locator(".lab-deck-said")).to_have_text("“Rates”: 3 scenes.")
    assert json.loads(saved) == kept(page)
    # Whatever a file says is kept, and told where it could not be taken.
    hostile = {
        **LECTURE,
        "title": 7,
        "minutes": "long",
        "mine": [1, {"a": None}],
        "scenes": [
            3,
            {"title": ["x"], "page": "../etc", "picture": "land=<script>", "extra": {"k": 1}},
            *LECTURE["scenes"],
        ],
    }
    opened(page, hostile)
    expect(page.locator(".lab-deck-notices li")).to_have_count(5)
    now = kept(page)
    assert (now["title"], now["minutes"], now["mine"]) == ("7", 45, [1, {"a": None}])
    assert now["scenes"][0]["notes"] == "3"
    assert now["scenes"][1]["extra"] == {"k": 1}
    assert [one["title"] for one in now["scenes"][2:]] == [one["title"] for one in LECTURE["scenes"]]
    before = kept(page)
    for text in ("", "[]", "{", '{"descent_lab_lecture": 1}', "null"):
        opened(page, text)
        expect(page.locator(".lab-deck-said")).to_contain_text("This is no lecture of Descent Lab")
        assert kept(page) == before


def test_a_lecture_is_given_by_keys_in_two_windows(page: Page):
    opened(page, LECTURE)
    with page.context.expect_page() as waiting:
        page.get_by_role("button", name="Presenter window").click()
    window = waiting.value
    expect(window.locator(".lab-deck-shown")).to_contain_text("Start the lecture in the other window")
    page.bring_to_front()
    page.get_by_role("button", name="Present", exact=True).click()
    verdict = page.locator(".lab-lecture:not(.lab-curtain) .lab-verdict")
    says = {
        query: summary(descend_many(decode_query(query).runs()))
        for query in (LINK, HIGH, LECTURE["scenes"][2]["picture"])
    }
    expect(verdict).to_have_text(says[LINK])
    expect(window.locator(".lab-deck-notes")).to_have_text("Say hello.")
    expect(window.locator(".lab-deck-next")).to_contain_text("What does a rate of 1.1 do?")

    page.keyboard.press("PageDown")
    expect(verdict).to_have_text("What does a rate of 1.1 do?")
    assert page.locator(".lab-lecture").evaluate("root => root.querySelectorAll('.lab-fate').length") == 1
    for part in (".lab-fastest", ".lab-limit"):  # they would be half of the answer
        expect(page.locator(f".lab-lecture {part}")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(verdict).to_have_text("It climbs out of the bowl.")
    expect(window.locator(".lab-deck-shown")).to_contain_text("Answered: It climbs out of the bowl.")
    # The words are about the picture as it was prepared; of another one the engine speaks.
    page.keyboard.press("[")
    expect(verdict).not_to_have_text("It climbs out of the bowl.")
    page.keyboard.press("[")  # at once: while the key still holds the rate
    page.keyboard.press("u")
    expect(verdict).to_have_text("It climbs out of the bowl.")

    window.keyboard.press("ArrowRight")
    expect(verdict).to_have_text(says[LECTURE["scenes"][2]["picture"]])
    expect(page.locator(".lab-lecture")).to_have_count(1)
    expect(page.locator(".lab-lecture")).to_have_attribute("data-page", "terrain")
    page.keyboard.press("b")
    expect(page.locator(".lab-deck-dark")).to_be_visible()
    expect(window.locator(".lab-deck-shown")).to_contain_text("Dark.")
    page.keyboard.press("b")
    expect(page.locator(".lab-deck-dark")).to_be_hidden()
    page.keyboard.press("d")
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(500, 400)
    drawn = (
        "() => document.querySelector('.lab-deck-ink').getContext('2d').getImageData(0, 0, 800, 600).data.some(Boolean)"
    )
    page.wait_for_function(drawn, timeout=SOON)
    page.mouse.up()
    page.keyboard.press("d")
    page.keyboard.press("j")
    page.get_by_role("dialog", name="Scenes").get_by_role("button", name="1 · Just right").click()
    expect(verdict).to_have_text(says[LINK])
    expect(page.locator(".lab-lecture")).to_have_attribute("data-page", "playground")
    page.keyboard.press("Escape")
    expect(page.locator(".lab-lecture")).to_have_count(0)
    assert titles(page) == ["Just right", "Too high", "Where each start ends"]
    expect(window.locator(".lab-deck-shown")).to_have_text("The lecture has ended.")
    window.close()


def test_other_tabs_damaged_memories_and_networks(page: Page):
    page.goto("/lecture")
    page.wait_for_selector(".lab-deck", timeout=SOON)
    page.evaluate("localStorage.setItem('descent-lab-lecture', '{damaged')")
    many = [scene(f"Scene {i}", LINK) for i in range(60)]
    asked = scene("Deep", "", "networks", question="Which one learns?", answer="The one with ReLU.")
    opened(page, {**LECTURE, "scenes": [asked, *many]})
    expect(page.get_by_text("It is kept aside, as it was.")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save it as a file").click()
    assert Path(waiting.value.path()).read_text() == "{damaged"
    expect(page.get_by_role("button", name="Present from scene 60")).to_be_enabled()
    expect(page.get_by_role("button", name="Present from scene 61")).to_be_disabled()
    expect(page.locator(".lab-deck-notices")).to_contain_text("only the first 60 can be presented")

    other = page.context.new_page()
    opened(other)
    for _ in range(2):
        other.get_by_role("button", name="Delete scene 61").or_(
            other.get_by_role("button", name="Delete scene 60")
        ).first.click()
    expect(page.get_by_label("Title of scene 59")).to_be_visible()
    expect(page.get_by_label("Title of scene 60")).to_have_count(0)
    page.get_by_label("Title of scene 1", exact=True).fill("Deeper")
    expect(other.get_by_label("Title of scene 1", exact=True)).to_have_value("Deeper")
    other.close()

    page.get_by_role("button", name="Present", exact=True).click()
    words = page.locator(".lab-deck-words")
    expect(words).to_have_text("Which one learns?")
    frame = page.locator(".lab-deck-frames iframe")
    expect(frame).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(words).to_have_text("The one with ReLU.")
    expect(frame).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lab-lecture .lab-verdict")).not_to_be_empty()
    expect(words).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".lab-deck-frames")).to_have_count(0)
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_focused()


def test_a_lesson_s_picture_becomes_a_scene_without_its_lesson(page: Page):
    page.goto("/learn?lesson=sign&screen=2")
    page.wait_for_selector(".lab[data-painted]", timeout=SOON)
    page.keyboard.press("t")
    expect(page.locator(".lab-line")).to_have_text("Scene 1 of “My lecture”.")
    (scene,) = kept(page)["scenes"]
    assert scene["page"] == "playground"
    found, notices = decode(parse_qs(scene["picture"], keep_blank_values=True))
    assert (found.runs(), notices) == (picture_of(LESSONS["sign"].screens[1].picture).runs(), [])
