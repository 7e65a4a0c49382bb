"""The stage as a visitor reads and works it, and what the engine says of the same picture."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import FloatRect, Locator, Page, expect

from engine import Trajectory, descend_many, summary
from ui.scene.link import decode
from ui.scene.scene import Scene

Answer = TypeVar("Answer")
PLAYGROUND = "/playground"
"""Where the page with the stage is."""
SHORT_NETWORKS = "/networks?" + "&".join(
    f"net=depth=20;width=32{more};steps=150" for more in ("", ";activation=relu;initialisation=he")
)
"""The networks that their page opens with, a third as long in training: for tests of all that is around them."""
PATIENCE = 120.0
"""Seconds that a condition may take to come true: far more than it takes, on a machine that is ten times as slow.

Who waits for a condition loses nothing by it: a test that holds ends when the condition does."""

FIRST_PICTURE = """
new MutationObserver((_, observer) => {
  if (!document.querySelector(".lab[data-surface][data-painted]")) return;
  window.firstPicture = performance.now();
  observer.disconnect();
}).observe(document, {
  subtree: true, childList: true, attributes: true, attributeFilter: ["data-surface", "data-painted"],
});
"""
"""For a page, before it loads: notes when the first picture stands on it, in ms since its address was asked for."""


def bytes_before_first_picture(page: Page) -> list[int]:
    """What each answer took over the wire that had ended before the first picture stood, of a page with FIRST_PICTURE.

    What comes right after it is not counted, which on a slow machine is there before a test has looked.
    """
    return page.evaluate(
        """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
          .filter((one) => one.responseEnd && one.responseEnd <= window.firstPicture)
          .map((one) => one.transferSize)"""
    )


class Stage:
    """One page with the picture on it."""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator(".lab")
        self.picture = page.locator(".lab-picture")
        self.handle = page.locator(".lab-start")
        self.ink = page.locator(".lab-ink")
        self.verdict = page.locator(".lab-verdict")
        self.spoken = page.locator(".lab-verdict-box [role=status]")
        self.rate = page.get_by_label("Learning rate, number")
        self.rate_slider = page.get_by_role("slider", name="Learning rate", exact=True)
        self.fastest = page.locator(".lab-fastest")
        self.curvature = page.locator(".lab-curvature")
        self.scrub = page.get_by_role("slider", name="Step shown")
        self.rows = page.locator(".lab-row")
        self.words = page.locator("table.ends")
        self.notices = page.locator(".st-key-notices")
        self.sidebar = page.locator("section.stSidebar")
        self.step_panel = page.get_by_role("region", name="One step")

    def open(self, link: str = "") -> Stage:
        """Open the picture of a link, and wait until it is there with its paths."""
        self.page.goto(f"{PLAYGROUND}?{link}" if link else PLAYGROUND)
        self.page.wait_for_selector(".lab[data-surface][data-painted]", timeout=1000 * PATIENCE)
        if link:
            # The address as the codec itself words it.
            self.page.wait_for_url(re.compile(r"\?v=1&"), timeout=1000 * PATIENCE)
        return self

    def heard(self) -> Stage:
        """Wait until Streamlit has heard what was done and answered it: who asks for a page before may lose either.

        What is being answered shows itself only once the server has heard of it (docs/limits.md).
        """
        self.page.evaluate("() => fetch('/_stcore/health').then((reply) => reply.text())")
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=1000 * PATIENCE)
        return self

    def at_rest(self) -> Stage:
        """Wait until the last question, the one for the fastest rate, is answered."""
        self.page.wait_for_selector(".lab-fastest:not([hidden])", timeout=1000 * PATIENCE)
        return self

    def at_rest_in_lecture(self) -> Stage:
        """The same in lecture mode, where that answer is taken and not shown."""
        self.page.wait_for_selector(
            ".lab-lecture .lab-fastest:not([hidden])", state="attached", timeout=1000 * PATIENCE
        )
        return self

    def until(self, check: Callable[[], Answer], patience: float = PATIENCE) -> Answer:
        """Repeat `check` until it holds, that is, until it raises no AssertionError."""
        end = time.monotonic() + patience
        while True:
            try:
                return check()
            except AssertionError:
                if time.monotonic() > end:
                    raise
            self.page.wait_for_timeout(20)

    # ------- what it says

    @property
    def link(self) -> str:
        """The address's query."""
        return urlsplit(self.page.url).query

    @property
    def scene(self) -> Scene:
        """What the address says, read by the codec, which has tests of its own; it must have no complaint."""
        scene, notices = decode(parse_qs(self.link, keep_blank_values=True))
        assert notices == []
        return scene

    @property
    def start(self) -> tuple[float, float]:
        """The start as its two boxes show it."""
        x, y = (self.page.get_by_label(f"Start {axis}, number").input_value() for axis in "xy")
        return float(x.replace("−", "-")), float(y.replace("−", "-"))

    @property
    def painted(self) -> int:
        """How many times the picture was painted."""
        return int(self.root.get_attribute("data-painted") or 0)

    @property
    def step(self) -> int:
        """The step shown."""
        return int(self.page.locator(".lab-counter b").inner_text().removeprefix("Step ").replace(",", ""))

    @property
    def length(self) -> int:
        """The steps of the longest run."""
        return int(self.page.locator(".lab-counter span").inner_text().removeprefix("of ").replace(",", ""))

    @property
    def losses(self) -> list[str]:
        """The race's losses, as printed."""
        return self.page.locator(".lab-loss").all_inner_texts()

    @property
    def fates(self) -> list[str]:
        """How each run ended, in the race's few words."""
        return self.page.locator(".lab-fate").all_inner_texts()

    def agrees(self, scene: Scene, step: int | None = None) -> list[Trajectory]:
        """The picture shows what the engine finds for this scene: sentence, and each lane's loss to its last digit."""
        runs = descend_many(scene.runs())
        assert self.verdict.inner_text() == summary(runs, scene.names)
        printed = self.losses
        assert len(printed) == len(runs)
        for run, text in zip(runs, printed, strict=True):
            last = len(run.losses) - 1
            assert reads_as(text, float(run.losses[last if step is None else min(step, last)]))
        return runs

    def agrees_soon(self, scene: Scene, step: int | None = None) -> list[Trajectory]:
        """The same, as soon as the answer is there."""
        return self.until(lambda: self.agrees(scene, step))

    def follows_hand(self, scene: Scene) -> list[Trajectory]:
        """The picture shows this scene from wherever the hand holds the start, read anew until both have settled."""
        return self.until(lambda: self.agrees(replace(scene, start=self.start)))

    def settled(self) -> tuple[float, float]:
        """Wait until the start's boxes have stood still for a while: the hand's last move is in them."""
        seen, still = self.start, 0
        while still < 8:
            self.page.wait_for_timeout(25)
            now = self.start
            still = still + 1 if now == seen else 0
            seen = now
        return seen

    def link_says(self, check: Callable[[Scene], bool]) -> Scene:
        """The scene of the address, once it satisfies `check`."""

        def read() -> Scene:
            scene = self.scene
            assert check(scene), self.link
            return scene

        return self.until(read)

    # ------- the hand

    def box(self, locator: Locator) -> FloatRect:
        """Where an element is on the page."""
        box = locator.bounding_box()
        assert box is not None
        return box

    def middle(self, locator: Locator) -> tuple[float, float]:
        """The centre of an element on the page."""
        box = self.box(locator)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def grab(self, locator: Locator) -> tuple[float, float]:
        """Press the mouse in the middle of an element, and keep it pressed."""
        x, y = self.middle(locator)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        return x, y

    def thumb(self, slider: Locator) -> tuple[float, float]:
        """Where the thumb of a range input is on the page."""
        box = self.box(slider)
        size = float(slider.evaluate("element => parseFloat(getComputedStyle(element).getPropertyValue('--thumb'))"))
        part = float(slider.evaluate("element => (element.value - element.min) / (element.max - element.min)"))
        return box["x"] + size / 2 + part * (box["width"] - size), box["y"] + box["height"] / 2

    def type_into(self, locator: Locator, text: str) -> None:
        """Replace what a box holds and press Enter."""
        locator.fill(text)
        locator.press("Enter")

    def pick(self, label: str, option: str, patience: float | None = None) -> None:
        """Choose from one of the sidebar's menus, whose options may name their group behind a dot.

        With `patience`, in ms, Playwright's TimeoutError where the option is not there, or no longer, after as long.
        """
        box = self.sidebar.get_by_role("combobox", name=label)
        box.click()
        box.fill(option, timeout=patience)  # a long menu holds only what is in sight
        self.page.get_by_role("option", name=re.compile(f"^{re.escape(option)}( ·|$)")).click(timeout=patience)

    def method(self, optimizer: str) -> Locator:
        """An optimizer's row in the race, which takes the focus."""
        return self.page.locator(".lab-method").filter(has_text=re.compile(f"^{optimizer}"))

    def all_knobs(self) -> None:
        """Open the rest of the focused method's knobs, of which only the first stands there at once."""
        opener = self.page.locator(".lab-drawer:visible button[aria-expanded=false]")
        if opener.count():
            opener.click()

    def knob(self, name: str) -> Locator:
        """A knob's slider: of the method in focus, or of the schedule."""
        return self.page.locator(".lab-knob:visible").get_by_role("slider", name=name, exact=True)

    def knob_box(self, name: str) -> Locator:
        """A knob's number box."""
        return self.page.locator(".lab-knob:visible").get_by_label(f"{name}, number", exact=True)

    def pill(self, optimizer: str) -> Locator:
        """An optimizer's pill in the sidebar."""
        return self.sidebar.get_by_test_id("stButtonGroup").get_by_role("button", name=optimizer, exact=True)


_SHOWN = re.compile(r"([+−]?)(?:(\d[\d,]*)(?:\.(\d+))?)?(?:(?:(?<=\d)\s×\s|(?<!\d))10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
_PLAIN = str.maketrans("⁻−⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def printed(text: str) -> tuple[float, float]:
    """A number as the stage prints it, and half a unit of its last digit."""
    if text in ("∞", "−∞", "NaN"):
        return float(text.replace("−", "-").replace("∞", "inf")), 0.0
    shown = _SHOWN.fullmatch(text)
    assert shown, f"{text!r} is no number"
    sign, whole, decimals, exponent = shown.groups()
    assert whole or exponent, f"{text!r} is no number"
    scale = 10.0 ** int((exponent or "0").translate(_PLAIN))
    value = float(f"{(whole or '1').replace(',', '')}.{decimals or 0}") * scale
    return (-value if sign == "−" else value), 0.5 * 10.0 ** -len(decimals or "") * scale


def reads_as(text: str, value: float) -> bool:
    """Whether a printed number is `value` to its last digit, which the wire's float32 may tip if it stands on edge."""
    shown, half = printed(text)
    if value != value:
        return shown != shown  # neither is a number
    if abs(value) > 3.4e38:  # float32 ends there
        return abs(shown) == float("inf") and shown * value > 0
    return abs(shown - value) <= half * (1 + 1e-6) + 1e-7 * abs(value)


def between(values: Sequence[float]) -> list[float]:
    """The differences of neighbours."""
    return [after - before for before, after in pairwise(values)]
