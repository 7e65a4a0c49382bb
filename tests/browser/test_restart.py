"""A server that dies, a line that breaks, a session that is given up: the picture stays, and the next one hears it.

`python -m tests.browser.test_restart` prints how long it takes until page, address, table and program agree again.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.agreement import agrees
from tests.browser.conftest import FLAGS
from tests.browser.stage import PATIENCE, Stage
from tests.browser.test_proxy import nginx
from tests.chromium import chromium
from tests.line import line_to
from tests.server import free_port, running
from ui.scene.scene import Scene

QUICK = {"DESCENT_LAB_WARM_UP": "opening"}
LINK = (
    "land=himmelblau&window=-4,4,-3,3&steps=90&seed=5"
    "&lane=gradient_descent;rate=0.005&lane=adam;rate=0.1;beta1=0.8&focus=2"
)
RATE = 0.0625
# Notes when Streamlit is connected, and when address, table and program say the rate that nobody heard at first.
TIMES = """
window.times = {};
setInterval(() => {
  const table = [...document.querySelectorAll("table.ends")].find(({ caption }) => caption?.textContent === "What became of each method");
  const shown = {
    connected: document.querySelector("[data-test-connection-state]")?.dataset.testConnectionState === "CONNECTED",
    address: location.search.includes("rate=RATE"),
    table: table && table.textContent !== (window.table ??= table.textContent),
    program: document.querySelector(".st-key-code [data-testid=stCode] code")?.textContent.includes("RATE"),
  };
  for (const [what, holds] of Object.entries(shown)) {
    if (!holds) delete window.times[what];
    else window.times[what] ??= Date.now() / 1000;
  }
}, 10);
""".replace("RATE", str(RATE))  # noqa: E501


@contextmanager
def visiting(browser: Browser, address: str) -> Iterator[Stage]:
    """A visitor with a method and a schedule that the address did not hold when it was opened: a new session knows
    nothing of them. The program is open.
    """
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(1000 * PATIENCE)
    stage = Stage(context.new_page()).open(LINK).at_rest()
    stage.page.locator(".st-key-code summary").click()
    stage.pill("Momentum").click()
    stage.link_says(lambda scene: len(scene.lanes) == 3)
    stage.pick("Schedule", "Cosine")
    before = stage.link_says(lambda scene: scene.lanes[0].schedule == "cosine")
    assert (before.steps, before.seed, before.window) == (90, 5, ((-4.0, 4.0), (-3.0, 3.0)))
    stage.until(lambda: agrees(stage))
    yield stage
    context.close()


def with_rate(scene: Scene, rate: float) -> Scene:
    """The scene after a rate was entered, each method having its own."""
    lanes = [replace(lane, rate=rate) if i == scene.focus else lane for i, lane in enumerate(scene.lanes)]
    return replace(scene, lanes=tuple(lanes))


def enters(stage: Stage) -> Scene:
    """A rate that nobody hears; returns the scene that the picture shows from then on."""
    away = with_rate(stage.scene, RATE)
    stage.page.evaluate(TIMES)
    stage.type_into(stage.rate, str(RATE))
    return away


def is_heard(stage: Stage, away: Scene) -> None:
    """What was entered meanwhile is everywhere, and so is what the hand does next."""
    stage.link_says(lambda scene: scene == away)
    assert stage.until(lambda: agrees(stage)) == away
    stage.type_into(stage.rate, "0.03125")
    stage.link_says(lambda scene: scene == with_rate(away, 0.03125))
    stage.until(lambda: agrees(stage))


def after_a_death(browser: Browser, folder: Path) -> Iterator[Stage]:
    """Kill the server, and start it again."""
    with running(folder / "first.txt", environment=QUICK) as first, visiting(browser, first.url) as stage:
        first.process.kill()
        first.process.wait()
        expect(stage.page.locator(".lab-line")).to_contain_text("Reconnecting")
        away = enters(stage)
        with running(folder / "second.txt", environment=QUICK, port=first.port):
            yield stage
            is_heard(stage, away)


def after_one_of_two(browser: Browser, folder: Path, apart: bool) -> Iterator[Stage]:
    """Kill the one of two replicas behind nginx that the page talks to; with `apart` the wire has the other one."""
    second = free_port()
    with (
        running(folder / "second.txt", environment=QUICK, port=second),
        running(folder / "first.txt", environment=QUICK) as first,
        nginx(folder, {"/": (first.port, second)} | ({"/live": (second,)} if apart else {})) as address,
        visiting(browser, address) as stage,
    ):
        first.process.kill()
        first.process.wait()
        away = enters(stage)
        yield stage
        is_heard(stage, away)


def after_a_sleep(browser: Browser, folder: Path, kept: bool) -> Iterator[Stage]:
    """A laptop that slept: nothing passes, then all lines are found broken. Its session was kept meanwhile, or not."""
    environment = {**QUICK, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "120" if kept else "0"}
    with (
        running(folder / "app.txt", environment=environment) as app,
        line_to(app.port) as line,
        visiting(browser, f"http://localhost:{line.port}") as stage,
    ):
        line.hang()
        away = enters(stage)
        line.cut()
        expect(stage.page.locator(".lab-line")).to_contain_text("Reconnecting")
        line.mend()
        yield stage
        is_heard(stage, away)


Absence = Callable[[Browser, Path], Iterator[Stage]]
ABSENCES: dict[str, Absence] = {
    "server killed and started again": after_a_death,
    "one of two replicas killed": lambda *both: after_one_of_two(*both, apart=False),
    "one of two replicas killed, the wire to the other": lambda browser, folder: after_one_of_two(
        browser, folder, True
    ),
    "laptop slept, session kept": lambda *both: after_a_sleep(*both, kept=True),
    "laptop slept, session given up": lambda *both: after_a_sleep(*both, kept=False),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("absence", ABSENCES.values(), ids=ABSENCES)
def test_what_is_on_the_stage_outlives(browser: Browser, tmp_path: Path, absence: Absence):
    for _ in absence(browser, tmp_path):
        pass


def main() -> None:
    """Print for each absence when Streamlit was connected again, and when all agreed, in seconds since its end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=list(FLAGS))
        for name, absence in ABSENCES.items():
            with TemporaryDirectory() as folder:
                for stage in absence(browser, Path(folder)):
                    end = time.time()
                    stage.page.wait_for_function("() => Object.keys(window.times).length === 4")
                    times = {what: f"{at - end:.2f}" for what, at in stage.page.evaluate("window.times").items()}
            sys.stdout.write(f"{name}: {times}\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main()
