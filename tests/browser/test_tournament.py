"""The tournament below a race: what it says is the engine's, it can be read and left, and its table taken home."""

import csv
import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from engine import OPTIMIZERS, Run
from engine.sentences.tournament import Entry, share, tournament_sentence
from engine.studies.tournaments import play, played_starts, profile
from landscapes import LANDSCAPES
from tests.browser.stage import PATIENCE
from tests.browser.test_axe import grave_findings

KEYS = ("gradient_descent", "momentum")
LANES = "".join(f"&lane={key};rate=0.05" for key in KEYS)
STARTS, BUDGET = 16, 500


def test_a_tournament_from_its_start_to_its_table(page: Page):
    page.goto(f"/race?land=bowl&steps=100{LANES}")
    page.wait_for_selector(".lab[data-surface][data-painted]", timeout=1000 * PATIENCE)
    page.get_by_role("button", name="Tournament: many surfaces").click()
    shown = page.locator(".lab-tournament")
    expect(shown).to_contain_text("of 200 from 0.0001 to 10 the one that solves the most of 8 other starts")
    expect(shown).to_contain_text("What this does not say: these are functions of two numbers")
    expect(shown.get_by_label("Surfaces", exact=True).locator("option")).to_have_count(7)
    shown.get_by_label("Surfaces", exact=True).select_option("this surface")
    shown.get_by_label("Methods", exact=True).select_option("the methods of this race")
    shown.get_by_label("Starts on each surface").select_option(f"{STARTS} starts")
    shown.get_by_label("Gradients from each start").select_option(f"{BUDGET} gradients")
    begin = shown.get_by_role("button", name="Start the tournament")
    for rule, words in (
        ("best_rate", "its own best rate on each surface"),
        ("same_rate", "the race's first one, 0.05"),
    ):
        shown.get_by_label("Learning rates").select_option(rule)
        expect(shown).to_contain_text(words)
        begin.click()
        played = [play(Run("bowl", key, rate=0.05), rule, BUDGET, STARTS) for key in KEYS]
        seen = profile(np.array([one.costs for one in played]))
        names = [OPTIMIZERS[key].name for key in KEYS]
        entries = [Entry(*each) for each in zip(names, seen.solved, seen.within(1), seen.within(2), strict=True)]
        said = tournament_sentence(entries, seen.ratios.shape[1], STARTS)
        expect(shown.locator("p[role=status]")).to_have_text(said, timeout=2000 * PATIENCE)
        for entry, one in zip(entries, played, strict=True):
            row = shown.locator(".lab-standings tbody tr").filter(has_text=entry.name)
            cells = [share(part, seen.ratios.shape[1]) for part in entry[1:]]
            expect(row.locator("td")).to_have_text([*cells, re.compile(rf"^{one.run.rate:.2g}$")])
    chart = shown.get_by_role("slider", name="Performance profile")
    expect(chart).to_have_attribute("aria-label", re.compile("Cheapest: .* %.* Solved at all: .* %"))
    chart.press("Home")
    expect(shown.locator(".lab-standings thead")).to_contain_text("within 1×")
    chart.press("End")
    ends = seen.share_within(float(chart.get_attribute("aria-valuenow") or 0))
    expect(chart).to_have_attribute("aria-valuetext", re.compile(f"{names[0]} {share(int(ends[0] * 16), 16)}"))
    with page.expect_download() as download:
        shown.get_by_role("button", name="Download every problem as CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    starts = played_starts(LANDSCAPES["bowl"], STARTS)
    told = [(float(row["start_x"]), float(row["start_y"])) for row in rows[:: len(KEYS)]]
    np.testing.assert_array_equal(told, starts)
    costs = [float(row["gradients"] or "inf") for row in rows]
    np.testing.assert_array_equal(np.reshape(costs, (STARTS, len(KEYS))).T, [one.costs for one in played])
    assert grave_findings(page) == []
    # One that is left says so, and the picture above is as before.
    shown.get_by_label("Surfaces", exact=True).select_option(label="All surfaces (27)")
    begin.click()
    shown.get_by_role("button", name="stop").click()
    expect(shown.get_by_role("progressbar")).to_be_hidden()
    expect(shown.locator(".lab-standings")).to_be_hidden()
