"""The start page: something descends before anything is touched, and every door opens what it promises."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from engine import descend_many, summary
from lessons import LESSONS
from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage
from tests.texts import spaced
from ui.scene.link import encode
from ui.scene.scene import opening
from ui.scene.scenes import SCENES


def home(page: Page) -> Stage:
    """The start page with its picture."""
    page.goto("/")
    page.wait_for_selector(".lab-hero[data-painted]", timeout=1000 * PATIENCE)
    return Stage(page)


def playhead(page: Page) -> int:
    """The step of the picture that plays: its counter is there, only not shown."""
    return int(page.locator(".lab-counter b").text_content(timeout=1000 * PATIENCE)[5:])  # pyright: ignore


def _beyond(page: Page, step: int) -> None:
    assert playhead(page) > step


def test_something_descends_within_three_seconds_of_the_picture(page: Page):
    """Three seconds that the page counts itself, from its first paint with paths to the first steps."""
    page.add_init_script(
        """(() => {
          window.film = { painted: null, moved: null };
          const look = () => {
            const [root, now] = [document.querySelector(".lab"), document.querySelector(".lab-counter b")];
            const step = Number(now?.textContent.slice(5) ?? 0);
            if (window.film.painted === null && root?.dataset.painted) window.film.painted = performance.now();
            if (window.film.painted !== null && window.film.moved === null && root.querySelector(".lab-play").getAttribute("aria-label") === "Pause" && step > 2) window.film.moved = performance.now();
            requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        })()"""  # noqa: E501
    )
    waits = []
    while not waits or (min(waits) >= 3000 and len(waits) < 4):  # a busy machine has one good try in four
        home(page)
        page.wait_for_function("() => window.film.moved !== null", timeout=1000 * PATIENCE)
        waits.append(page.evaluate("window.film.moved - window.film.painted"))
    assert min(waits) < 3000, waits
    seen = playhead(page)
    stage = Stage(page)
    stage.until(lambda: _beyond(page, seen))
    expect(stage.ink).to_have_attribute("aria-label", re.compile(opening().landscape.name))
    assert "Start at (0.22, 4.4)" in spaced(stage.ink.get_attribute("aria-label") or "")


def test_the_film_goes_through_the_whole_descent_and_begins_again(page: Page):
    stage = home(page)
    longest = max(len(run.losses) - 1 for run in descend_many(opening().runs()))
    seen = [0]

    def looped() -> None:
        seen.append(playhead(page))
        assert max(seen) == longest
        assert 0 < seen[-1] < longest

    stage.until(looped)


def test_a_hand_stops_it_and_the_path_answers(page: Page):
    stage = home(page)
    stage.until(lambda: _beyond(page, 1))
    start = stage.start
    x, y = stage.grab(stage.handle)
    page.mouse.move(x + 60, y + 40, steps=5)
    expect(page.locator(".lab-play")).to_have_attribute("aria-label", "Play")
    stage.until(lambda: _differ(stage.start, start))
    stage.settled()
    held = {playhead(page) for _ in range(8) if not page.wait_for_timeout(60)}
    assert len(held) == 1
    stage.until(lambda: _equal(page.locator(".lab-verdict").text_content(), _sentence(stage)))
    page.mouse.up()


def _sentence(stage: Stage) -> str:
    return summary(descend_many(replace(opening(), start=stage.start).runs()))


def _differ(one: object, other: object) -> None:
    assert one != other


def _equal(one: object, other: object) -> None:
    assert one == other


def test_it_stands_still_for_who_asked_for_less_motion(visit: Visit):
    page = visit(reduced_motion="reduce")
    stage = home(page)
    longest = max(len(run.losses) - 1 for run in descend_many(opening().runs()))
    assert playhead(page) == longest, "the whole descent, drawn"
    page.wait_for_selector(".lab-plot svg")
    painted = stage.until(lambda: _still(stage))
    page.wait_for_timeout(3000)
    assert stage.painted == painted
    assert playhead(page) == longest


def _still(stage: Stage) -> int:
    before = stage.painted
    stage.page.wait_for_timeout(600)
    assert stage.painted == before
    return before


PAGES = (
    "",
    "/",
    "/learn",
    "/playground",
    "/race",
    "/schedules",
    "/terrain",
    "/tuning",
    "/two_weights",
    "/networks",
    "/lecture",
)


def doors(page: Page) -> Locator:
    return page.locator(".stMain").get_by_role("link")


def test_there_are_the_doors_that_are_declared_and_no_others(page: Page):
    home(page)
    expect(doors(page)).to_have_count(3 + len(SCENES))
    names = [name.split("\n")[-1].strip() for name in doors(page).all_inner_texts()]
    assert names == [
        "Open the playground",
        f"Learn it in {len(LESSONS)} lessons",
        "Teach with it",
        *(scene.invitation for scene in SCENES),
    ]
    titles = page.locator("h2.door").all_inner_texts()
    assert titles == [scene.title for scene in SCENES]
    assert page.locator("p.door").all_inner_texts() == [scene.promise for scene in SCENES]
    links = page.get_by_role("link").evaluate_all("links => links.map((link) => link.href)")
    base = page.url.rstrip("/")
    for link in links:
        assert link.split("?")[0].removeprefix(base).split("#")[0] in PAGES, link


def test_the_lessons_are_a_door_of_their_own(page: Page):
    home(page)
    doors(page).filter(has_text="Learn it in").click()
    expect(page).to_have_url(re.compile("/learn$"))
    expect(page.locator(".st-key-path .stPageLink")).to_have_count(len(LESSONS))


@pytest.mark.parametrize("key", ["", *(scene.key for scene in SCENES)])
def test_a_door_opens_what_it_promises(page: Page, key: str):
    prepared = next((scene for scene in SCENES if scene.key == key), None)
    expected = prepared.scene if prepared else opening()
    home(page)
    doors(page).filter(has_text=prepared.invitation if prepared else "Open the playground").click()
    page.wait_for_url("**/playground*")
    page.wait_for_selector(f".lab:not(.lab-hero)[data-surface={expected.landscape.key}]", timeout=1000 * PATIENCE)
    stage = Stage(page).at_rest()
    expect(page.get_by_role("heading", name=expected.landscape.name)).to_be_visible()
    stage.until(lambda: _equal(stage.scene, expected))
    stage.agrees_soon(expected, expected.playhead)
    task = page.get_by_role("region", name="Task")
    if prepared:
        expect(task.get_by_role("heading", name=prepared.title)).to_be_visible()
        expect(task).to_contain_text(prepared.promise)
    else:
        expect(task).to_have_count(0)
    expect(stage.notices.get_by_role("alert")).to_have_count(0)


def test_a_door_s_task_stays_with_its_picture_until_it_is_put_away(page: Page):
    door = SCENES[0]
    home(page)
    doors(page).filter(has_text=door.invitation).click()
    stage = Stage(page)
    task = page.get_by_role("region", name="Task")
    expect(task).to_contain_text(door.promise)
    stage.at_rest().type_into(stage.rate, "0.3")
    link = stage.link_says(lambda scene: scene.lanes[0].rate == 0.3 and scene.door == door.key)
    # Who is sent the link reads the task as well; on one screen with the picture and its controls.
    page.set_viewport_size({"width": 1366, "height": 768})
    page.reload()
    expect(task).to_contain_text(door.promise)
    stage.at_rest()
    above, play = stage.box(task), stage.box(page.get_by_role("button", name="Play", exact=True))
    assert above["y"] + above["height"] <= stage.box(page.locator(".lab-head"))["y"]
    assert play["y"] + play["height"] <= 768
    page.get_by_role("button", name="Put the task away").click()
    expect(task).to_have_count(0)
    assert stage.link_says(lambda scene: scene.door is None) == replace(link, door=None)
    page.reload()
    stage.at_rest()
    expect(task).to_have_count(0)


def test_another_surface_has_nothing_to_do_with_a_door_s_task(page: Page):
    stage = Stage(page).open(urlencode(encode(SCENES[0].scene))).at_rest()
    expect(page.get_by_role("region", name="Task")).to_be_visible()
    stage.pick("Landscape", "Ravine")
    stage.link_says(lambda scene: scene.landscape.key == "ravine" and scene.door is None)
    expect(page.get_by_role("region", name="Task")).to_have_count(0)


def test_the_rates_of_the_first_door(page: Page):
    """One bowl: a rate that arrives in a single step, and one that never rests."""
    page.goto("/")
    doors(page).filter(has_text="Turn the rate").click()
    stage = Stage(page)
    page.wait_for_selector(".lab:not(.lab-hero)[data-surface=bowl]", timeout=1000 * PATIENCE)
    stage.at_rest()
    stage.fastest.click()
    scene = stage.link_says(lambda scene: scene.lanes[0].rate != 0.45)
    (run,) = stage.agrees_soon(scene)
    assert run.outcome.arrived
    assert run.outcome.step == 1
    stage.type_into(stage.rate, "1")
    (run,) = stage.agrees_soon(stage.link_says(lambda scene: scene.lanes[0].rate == 1))
    assert not run.outcome.arrived


def test_the_two_valleys_of_the_second():
    scene = next(one for one in SCENES if one.key == "valleys").scene
    plain, heavy = descend_many(scene.runs())
    assert plain.outcome.arrived
    assert heavy.outcome.arrived
    assert heavy.losses[-1] < plain.losses[-1], "momentum rolls through to the deeper one"


def test_the_ridge_of_the_third(page: Page):
    scene = next(one for one in SCENES if one.key == "saddle").scene
    home(page)
    doors(page).filter(has_text="Nudge the ball").click()
    page.wait_for_selector(".lab:not(.lab-hero)[data-surface=saddle_valleys]", timeout=1000 * PATIENCE)
    stage = Stage(page).at_rest()
    runs = stage.agrees_soon(scene)
    assert not any(run.outcome.arrived for run in runs)
    page.get_by_role("button", name="nudge").click()
    runs = stage.agrees_soon(stage.link_says(lambda scene: scene.start != (2.0, 0.0)))
    assert any(run.outcome.arrived for run in runs)
