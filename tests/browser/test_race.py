"""The page Race: one rule for all on the screen, a board that follows the playhead, and the room that each rate has."""

import json
import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from engine import OPTIMIZERS, Run, descend_many
from engine.basis.numerals import number
from engine.studies.races import RATES, contend, order_of
from tests.browser.stage import PATIENCE, Stage

KEYS = ("gradient_descent", "momentum", "adam")
LANES = "".join(f"&lane={key};rate=0.02" for key in KEYS)


def names_on(page: Page) -> list[str]:
    """The board from its top, by where its rows stand."""
    rows = page.evaluate(
        """() => JSON.stringify([...document.querySelectorAll(".lab-board-rows li")]
            .map((row) => [Number(row.getAttribute("aria-posinset")), row.querySelector(".lab-board-name").textContent])
            .sort((a, b) => a[0] - b[0]).map(([, name]) => name))"""
    )
    return json.loads(rows)


def test_a_race_under_each_rule_from_the_start_to_its_end(page: Page):
    page.goto(f"/race?land=ravine&steps=300{LANES}")
    page.wait_for_selector(".lab[data-surface][data-painted]", timeout=1000 * PATIENCE)
    stage = Stage(page)
    said = page.locator(".lab-board p[role=status]")
    expect(said).to_contain_text(" is first: ", timeout=2000 * PATIENCE)
    runs = [Run("ravine", key, rate=0.02, steps=300) for key in KEYS]
    best = [contend(run, "best_rate") for run in runs]
    names = [OPTIMIZERS[key].name for key in KEYS]
    assert names_on(page) == [names[at] for at in order_of(best, "loss")]
    for name, one in zip(names, best, strict=True):
        row = page.locator(".lab-board-rows li").filter(has_text=name)
        expect(row.locator(".lab-board-rate")).to_have_text(number(one.lane.run.rate))
        reaches = one.window and (one.window[0] <= RATES[0] or one.window[1] >= RATES[-1])
        width = f"{'≥ ' if reaches else ''}×{number(one.window[1] / one.window[0], 2)}" if one.window else "none"
        expect(row.locator(".lab-board-width")).to_have_text(width)
    # The lanes' own rates are what they were: the address says so.
    assert stage.scene.lanes[0].rate == 0.02
    # At step 5 the board is by the loss there, of the runs at their best rates.
    page.keyboard.press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    paths = descend_many([one.lane.run for one in best])
    at_five = sorted(range(3), key=lambda at: paths[at].losses[5])
    stage.until(lambda: _same(names_on(page), [names[at] for at in at_five]))
    page.keyboard.press("End")
    page.get_by_role("radio", name="Same rate").click()
    page.get_by_label("What wins").select_option("steps")
    expect(page).to_have_url(re.compile("rule=same_rate&criterion=steps"))
    expect(said).to_contain_text(" is first: ", timeout=1000 * PATIENCE)
    same = [contend(replace(run, rate=0.02), "same_rate") for run in runs]
    stage.until(lambda: _same(names_on(page), [names[at] for at in order_of(same, "steps")]))


def _same(shown: list[str], expected: list[str]) -> None:
    assert shown == expected
