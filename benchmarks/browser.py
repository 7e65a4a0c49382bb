"""What a visitor's browser sees: the first picture, repaints under the hand, text after a release, frames of a film."""

from __future__ import annotations

import math
import re
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.row import Row
from stage.assets import VERSION
from tests.browser.conftest import FLAGS, Watch
from tests.browser.stage import FIRST_PICTURE
from tests.chromium import chromium
from tests.server import running

TOPIC = "Browser"
FIRST_PICTURES = 5
RELEASES = 20
CHANGES = 20
DRAG = 3000
"""Milliseconds that the start is dragged."""
SETTLED = 600
"""Milliseconds after a release in which the rerun and the slower questions are answered, on a busy machine too."""
METHODS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
FIVE = "&".join(f"lane={key};rate=0.01" for key in METHODS)

AT_THE_DESK = [flag for flag in FLAGS if "turbofan" not in flag]
"""A visitor's browser has V8's last compiler, which the tests do without: what is drawn anew at every frame is several
times as fast with it."""

# Notes when each question on /live left and when its answer came.
_STOPWATCH = """
window.delays = [];
window.WebSocket = class extends WebSocket {
  constructor(url, ...others) {
    super(url, ...others);
    if (!String(url).endsWith("/live")) return;
    let sent = 0;
    const send = this.send.bind(this);
    this.send = (message) => { sent = performance.now(); send(message); };
    this.addEventListener("message", () => window.delays.push(performance.now() - sent));
  }
};
"""

# The hand has hold of the start; its pointer now moves once a frame, on a figure of eight around the middle.
_DRAG = """(ms) => new Promise((resolve) => {
  const [root, picture] = [document.querySelector(".lab"), document.querySelector(".lab-picture")];
  const box = picture.getBoundingClientRect();
  const painted = () => Number(root.dataset.painted);
  const [begin, before, asked] = [performance.now(), painted(), window.delays.length];
  let frames = 0;
  const move = () => {
    const time = performance.now() - begin;
    if (time > ms) {
      resolve({ seconds: time / 1000, frames, painted: painted() - before, delays: window.delays.slice(asked) });
      return;
    }
    frames += 1;
    picture.dispatchEvent(new PointerEvent("pointermove", {
      bubbles: true, pointerId: 1, buttons: 1, isPrimary: true,
      clientX: box.left + box.width * (0.5 + 0.3 * Math.sin(time / 700)),
      clientY: box.top + box.height * (0.5 + 0.3 * Math.sin(time / 350)),
    }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""

# Frames between pressing play and the end of the film.
FILM = """() => new Promise((resolve) => {
  const [root, play] = [document.querySelector(".lab"), document.querySelector(".lab-play")];
  const painted = () => Number(root.dataset.painted);
  play.click();
  const [begin, before] = [performance.now(), painted()];
  const look = () => {
    if (play.getAttribute("aria-label") === "Pause" || performance.now() - begin < 200) {
      requestAnimationFrame(look);
      return;
    }
    resolve({ seconds: (performance.now() - begin) / 1000, painted: painted() - before });
  };
  requestAnimationFrame(look);
})"""

# From the slider's release to the moment at which the table under the stage says something else.
_RELEASE = """(value) => new Promise((resolve) => {
  const slider = document.querySelector(".lab-track .lab-slider");
  const words = () => document.querySelector("table.ends")?.textContent;
  const before = words();
  slider.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, pointerId: 1 }));
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  let begin = 0;
  new MutationObserver((_, observer) => {
    if (!words() || words() === before) return;
    observer.disconnect();
    resolve((performance.now() - begin) / 1000);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  setTimeout(() => { begin = performance.now(); slider.dispatchEvent(new Event("change", { bubbles: true })); }, 100);
})"""


# A parameter's slider is under the hand; it now moves once a frame, there and back.
_TURN = """(ms) => new Promise((resolve) => {
  const [root, slider] = [document.querySelector(".lab"), document.querySelector(".lab-param input[type=range]")];
  const [sketched, painted] = ["sketched", "painted"].map((name) => () => Number(root.dataset[name] ?? 0));
  slider.dispatchEvent(new PointerEvent("pointerdown"));
  const [begin, before, laid] = [performance.now(), sketched(), painted()];
  const move = () => {
    const time = performance.now() - begin;
    if (time > ms) {
      const seen = { seconds: time / 1000, surfaces: sketched() - before, paths: painted() - laid };
      slider.dispatchEvent(new Event("change", { bubbles: true }));
      resolve(seen);
      return;
    }
    slider.value = String(Math.round(500 + 450 * Math.sin(time / 300)));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""

# The same as others do it: Plotly draws the ravine and two paths anew at once, with nobody to ask for their numbers.
_PLOTLY = """async (ms) => {
  const { clientWidth: width, clientHeight: height } = document.querySelector(".lab-picture");
  const node = document.createElement("div");
  node.style = `position: fixed; inset: 0 auto auto 0; width: ${width}px; height: ${height}px; z-index: 9000000`;
  document.body.append(node);
  const [columns, rows, steps] = [Math.min(110, Math.round(width / 8)), Math.round(height / 8), 200];
  const x = Array.from({ length: columns }, (_, i) => 4 * (2 * i / (columns - 1) - 1));
  const y = Array.from({ length: rows }, (_, i) => 2 * (2 * i / (rows - 1) - 1));
  const path = (rate, kappa) => {
    const at = [[3.5, 1]];
    for (let i = 0; i < steps; i += 1) at.push([at[i][0] * (1 - rate), at[i][1] * (1 - rate * kappa)]);
    return { type: "scatter", mode: "lines", x: at.map(([one]) => one), y: at.map(([, one]) => one) };
  };
  const layout = { width, height, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false };
  const begin = performance.now();
  let drawn = 0;
  while (performance.now() - begin < ms) {
    const kappa = 60 + 50 * Math.sin((performance.now() - begin) / 300);
    const z = y.map((v) => x.map((u) => Math.log10(u * u / 2 + kappa * v * v / 2 + 1e-3)));
    const traces = [{ type: "contour", x, y, z, showscale: false }, path(0.01, kappa), path(0.005, kappa)];
    await Plotly.react(node, traces, layout, { staticPlot: true });
    await new Promise(requestAnimationFrame);
    drawn += 1;
  }
  const seconds = (performance.now() - begin) / 1000;
  node.remove();
  return drawn / seconds;
}"""


@contextmanager
def visitor() -> Iterator[tuple[Browser, str, Watch]]:
    """A server that is ready, a browser, and who watches what its pages do wrong."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "log.txt") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=list(AT_THE_DESK))
        with closing(browser):
            yield browser, server.url, Watch(server.host)


def rows() -> Iterator[Row]:
    """Every promise about the page, measured in Chromium against a server that is ready."""
    with visitor() as (browser, url, watch):
        yield from _first_pictures(browser, url, watch)
        page = open_page(browser, url, watch, "")
        yield from _dragging(page)
        yield from _releasing(page)
        yield from _changing(page)
        page.context.close()
        page = open_page(browser, url, watch, f"?land=himmelblau&steps=500&gradient_tolerance=0&{FIVE}")
        yield from _playing(page)
        page.context.close()
        lanes = "&".join(f"lane=adam;rate={0.01 * (1 + lane / 8):g}" for lane in range(16))
        page = open_page(browser, url, watch, f"?land=himmelblau&steps=200&gradient_tolerance=0&{lanes}")
        yield _dragging_sixteen(page)
        page.context.close()
        page = open_page(browser, url, watch, "?land=ravine&param=kappa:60&steps=200&lane=adam&lane=momentum")
        yield from _turning(page)
        foreign = [fault for fault in watch.faults if fault.startswith("request")]
        yield Row(TOPIC, "requests to another host", len(foreign), "", at_most=0)
        yield Row(TOPIC, "other console errors", len(watch.faults) - len(foreign), "", at_most=0)


def open_page(browser: Browser, url: str, watch: Watch, link: str, scripts: Sequence[str] = ()) -> Page:
    """A page of a visitor of its own, with everything there: paths, the map, the fastest rate."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    watch.on(page)
    page.add_init_script(_STOPWATCH)
    page.add_init_script(FIRST_PICTURE)
    for script in scripts:
        page.add_init_script(script)
    page.goto(f"{url}/playground{link}")
    page.wait_for_selector(".lab[data-surface][data-painted]")
    page.wait_for_selector(".lab-plot svg")
    page.wait_for_selector(".lab-fastest:not([hidden])")
    return page


def _first_pictures(browser: Browser, url: str, watch: Watch) -> Iterator[Row]:
    seconds = []
    for _ in range(FIRST_PICTURES + 1):
        page = open_page(browser, url, watch, "")
        seconds.append(page.evaluate("window.firstPicture") / 1000)
        page.context.close()
    # The very first page also pays for what the browser itself does once.
    yield Row.median(TOPIC, "page request to first picture, empty cache", seconds[1:], at_most=2)


def _dragged(page: Page) -> Any:
    """What was seen while the start was held and moved for DRAG ms."""
    box: Any = page.locator(".lab-start").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    seen = page.evaluate(_DRAG, DRAG)
    page.mouse.up()
    page.wait_for_timeout(SETTLED)
    return seen


def _dragging(page: Page) -> Iterator[Row]:
    seen = _dragged(page)
    delays = sorted(delay / 1000 for delay in seen["delays"])
    frames, answers, repaints = (count / seen["seconds"] for count in (seen["frames"], len(delays), seen["painted"]))
    note = f"{frames:.0f} frames and {answers:.0f} engine answers a second"
    yield Row(TOPIC, "repaints while the start is dragged for 3 s", repaints, "a second", at_least=50, note=note)
    yield Row(TOPIC, "answer on /live while dragging, median", statistics.median(delays))
    yield Row(TOPIC, "answer on /live while dragging, p95", delays[math.ceil(0.95 * len(delays)) - 1])


def _dragging_sixteen(page: Page) -> Row:
    seen = _dragged(page)
    repaints = seen["painted"] / seen["seconds"]
    return Row(TOPIC, "the same with 16 runs of Adam, 200 steps each", repaints, "a second", at_least=40)


def _turning(page: Page) -> Iterator[Row]:
    seen = page.evaluate(_TURN, DRAG)
    page.wait_for_timeout(SETTLED)
    surfaces, paths = (seen[name] / seen["seconds"] for name in ("surfaces", "paths"))
    page.add_script_tag(url=f"/live/assets/{VERSION}/plotly.min.js")  # the policy lets no other one run
    theirs = page.evaluate(_PLOTLY, DRAG)
    yield Row(TOPIC, "surfaces drawn while a parameter moves for 3 s", surfaces, "a second", at_least=20)
    yield Row(TOPIC, "repaints of the paths meanwhile", paths, "a second", at_least=20)
    yield Row(TOPIC, "the same surface and paths drawn by Plotly, asking nobody", theirs, "a second")
    yield Row(TOPIC, "as often as Plotly draws them", surfaces / theirs, "x")


def _releasing(page: Page) -> Iterator[Row]:
    values = [340 + 9 * (round(7.7 * turn) % 20) for turn in range(1, RELEASES + 1)]
    seconds = []
    for value in values:
        seconds.append(page.evaluate(_RELEASE, value))
        page.wait_for_timeout(SETTLED)
    yield Row.median(TOPIC, "slider released to text changed", seconds, at_most=0.1)


def _changing(page: Page) -> Iterator[Row]:
    """Twenty changes of landscape, the heaviest there are."""
    page.evaluate("window.firstPlot = document.querySelector('.lab-plot')")
    box = page.get_by_role("combobox", name="Landscape")
    for turn in range(CHANGES):
        name, key = (("Bowl", "bowl"), ("Himmelblau", "himmelblau"))[turn % 2]
        box.click()
        box.fill(name)  # the menu holds only what is in sight, each with its group behind a dot
        page.get_by_role("option", name=re.compile(f"^{name} ·")).click()
        page.wait_for_selector(f".lab[data-surface={key}]")
    kept = page.evaluate("firstPlot === document.querySelector('.lab-plot') && firstPlot.isConnected")
    yield Row(TOPIC, "plot nodes replaced by 20 changes", int(not kept), "", at_most=0)


def _playing(page: Page) -> Iterator[Row]:
    page.get_by_label("Speed").select_option("16")
    rounds = []
    for _ in range(3):
        seen = page.evaluate(FILM)
        rounds.append(seen["painted"] / seen["seconds"])
    yield Row.median(TOPIC, "frames playing 5 methods x 500 steps", rounds, "a second", at_least=55)
