"""A server that is killed under an open page and started again: the picture stays, and the new session hears it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.agreement import agrees
from tests.browser.stage import PATIENCE, Stage
from tests.server import running

QUICK = {"DESCENT_LAB_WARM_UP": "opening"}
LINK = "land=bowl&window=-4,4,-3,3&steps=90&seed=5&lane=gradient_descent;rate=0.05&lane=adam;rate=0.1;beta1=0.8&focus=2"


@pytest.mark.timeout(400)
def test_what_is_on_the_stage_outlives_the_server(browser: Browser, tmp_path: Path):
    with running(tmp_path / "first.txt", environment=QUICK) as first:
        context = browser.new_context(base_url=first.url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(1000 * PATIENCE)
        stage = Stage(context.new_page()).open(LINK).at_rest()
        # A method and a schedule that the address did not hold when it was opened: a new session knows nothing of them.
        stage.pill("Momentum").click()
        stage.link_says(lambda scene: len(scene.lanes) == 3)
        stage.pick("Schedule", "Cosine")
        before = stage.link_says(lambda scene: scene.lanes[0].schedule == "cosine")
        assert (before.steps, before.seed, before.window) == (90, 5, ((-4.0, 4.0), (-3.0, 3.0)))
        first.process.kill()
        first.process.wait()
    expect(stage.page.locator(".lab-line")).to_contain_text("Reconnecting")
    stage.type_into(stage.rate, "0.0625")  # nobody hears it
    with running(tmp_path / "second.txt", environment=QUICK, port=first.port):
        away = stage.link_says(lambda scene: scene.lanes[before.focus].rate == 0.0625)
        rates = [lane.rate for lane in before.lanes]
        rates[before.focus] = 0.0625
        assert away == replace(
            before, lanes=tuple(replace(lane, rate=rate) for lane, rate in zip(before.lanes, rates, strict=True))
        )
        assert stage.until(lambda: agrees(stage)) == away
        # From then on the hand is heard as before.
        stage.type_into(stage.rate, "0.03125")
        stage.link_says(lambda scene: scene.lanes[before.focus].rate == 0.03125)
        stage.until(lambda: agrees(stage))
        stage.pill("Gradient descent").click()
        stage.link_says(lambda scene: len(scene.lanes) == 2)
        stage.until(lambda: agrees(stage))
        context.close()
