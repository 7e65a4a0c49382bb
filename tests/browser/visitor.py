"""A visitor who acts at random; `python -m tests.browser.visitor SEEDS ACTS`, such as `1-20 50`, lets it.

Each act goes by the mouse and the keys, as a person's. After each the page must say one thing everywhere
(`tests.browser.agreement`), and the act must have had its effect. The same seed does the same acts.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, TimeoutError, expect, sync_playwright

from engine import OPTIMIZERS, SCHEDULES
from landscapes import LANDSCAPES, formula
from tests.browser.agreement import agrees
from tests.browser.stage import PATIENCE, Stage
from ui.scene.file import scene_json
from ui.scene.scene import MOST_LANES, Scene
from ui.stage.own_surface import EXAMPLES

Effect = Callable[[Scene], bool] | None
"""What the address must come to say, or None where that is open."""

PAGES = {"playground": "Playground", "terrain": "Terrain", "tuning": "Tuning"}
WAIT = 30.0
"""Seconds after which what disagrees is a finding, where a person looks on."""
HASTE = 0.25
"""Share of the acts after which the next one does not wait."""
RATES = {"1/50": 0.02, "0,02": 0.02, "2e-3": 0.002, "10^-3": 0.001}
"""Texts for a rate that are no plain numbers."""


class Visitor:
    """One visitor at one page."""

    def __init__(self, page: Page, seed: int, patience: float = PATIENCE):
        self.page = page
        self.patience = patience
        self.stage = Stage(page)
        self.random = Random(seed)
        self.told: list[str] = []
        self.depth = 0  # pages behind this one in the browser's history
        self.ahead = 0
        self.seen: list[Scene] = []

    # ------- a visit

    def visit(self, acts: int) -> None:
        """Open the Playground and act so many times; raises AssertionError where something disagrees."""
        self.stage.open()
        self._agree(None)
        for number in range(acts):
            act = self._choice()
            self.told.append(f"{number + 1} {act.__name__.strip('_')}")
            effect = act()
            if self.random.random() < HASTE and number + 1 < acts:
                self.told[-1] += ", in haste"
                continue
            self._agree(effect)

    def _agree(self, effect: Effect) -> None:
        def read() -> Scene:
            # On Terrain a start that was chosen shows where it goes; its button says so a frame after it has begun.
            self._pause()
            scene = agrees(self.stage, complaint="lab-wrong" in (self.stage.verdict.get_attribute("class") or ""))
            assert effect is None or effect(scene), f"without effect: {self.told[-1]}; {self.stage.link}"
            return scene

        self.seen.append(self.stage.until(read, self.patience))

    def _choice(self) -> Callable[[], Effect]:
        acts: dict[Callable[[], Effect], float] = {
            self._drag: 4, self._click_the_picture: 2, self._type_a_rate: 4, self._example_rate: 3, self._pill: 4,
            self._surface: 3, self._schedule: 3, self._warm_up: 1, self._knob: 3, self._steps: 2, self._walk: 2,
            self._play: 1, self._focus: 3, self._hide: 1, self._add_a_run: 2,
            self._another_rate: 3, self._rename: 2, self._move: 2, self._remove: 3, self._three_rates: 0.5,
            self._put_back: 1, self._own_schedule: 2, self._own_warm_up: 1,
            self._scope: 1, self._mode: 2, self._go_home: 1,
            self._other_page: 3, self._back: 2, self._forward: 2, self._start_page: 1, self._doctor: 2,
            self._undo: 2, self._own_formula: 1, self._load: 1, self._map_of_rates: 2, self._lecture: 1,
            self._code: 0.5,
        }  # fmt: skip
        return self.random.choices(list(acts), list(acts.values()))[0]

    def _say(self, *words: object) -> None:
        self.told[-1] += " " + " ".join(map(str, words))

    @property
    def _scene(self) -> Scene:
        return self.stage.scene

    @property
    def _where(self) -> str:
        return urlsplit(self.page.url).path.rsplit("/", 1)[-1]

    def _one_of(self, locator: Locator) -> Locator | None:
        """One of those that can be seen."""
        seen = [one for one in locator.all() if one.is_visible() and one.is_enabled()]
        return self.random.choice(seen) if seen else None

    # ------- the picture

    def _point(self) -> tuple[float, float]:
        box = self.stage.box(self.stage.picture)
        across, down = self.random.uniform(0.15, 0.8), self.random.uniform(0.15, 0.8)
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def _drag(self) -> Effect:
        self.stage.picture.scroll_into_view_if_needed()
        box, handle = self.stage.box(self.stage.picture), self.stage.handle.bounding_box()
        if not handle or not self.stage.handle.is_visible():
            return None
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
        if not (box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"]):
            return None
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(*self._point(), steps=self.random.randint(1, 6))
        self.page.mouse.up()
        return None

    def _click_the_picture(self) -> Effect:
        self.stage.picture.scroll_into_view_if_needed()
        self.page.mouse.click(*self._point())
        return None

    def _go_home(self) -> Effect:
        self.stage.picture.click(position={"x": 30, "y": 200})
        self.page.keyboard.press("s")
        return lambda scene: scene.start is None

    def _mode(self) -> Effect:
        name = self.random.choice(("Map", "Surface"))
        self._say(name)
        self.page.get_by_role("radio", name=name, exact=True).click()
        return lambda scene: scene.view == name.lower()

    # ------- rates and knobs

    def _rate(self) -> float:
        return float(f"{10 ** self.random.uniform(-4, 0.3):.3g}")

    def _type_a_rate(self) -> Effect:
        rate = self._rate()
        text = str(rate)
        if self.random.random() < 0.2:
            text, rate = self.random.choice(list(RATES.items()))
        self._say(text)
        self.stage.type_into(self.stage.rate, text)
        return lambda scene: scene.lanes[scene.focus].rate == rate

    def _example_rate(self) -> Effect:
        button = self._one_of(self.page.locator(".lab-preset, .lab-fastest"))
        if button is None:
            return None
        self._say(button.inner_text())
        button.click()
        return None

    def _scope(self) -> Effect:
        scope = self.page.get_by_label("Whose learning rate")
        if scope.is_visible():
            scope.select_option(self.random.choice(("all", "one")))
        return None

    def _knob(self) -> Effect:
        self._agree(None)  # what is typed at a box that another method is about to take away is nobody's
        box = self._one_of(self.page.locator(".lab-drawer .lab-box, .lab-schedule .lab-box"))
        if box is None:
            return None
        name = (box.get_attribute("aria-label") or "").split(", ")[0]
        lane = self._scene.lanes[self._scene.focus]
        knobs = {**OPTIMIZERS[lane.optimizer].knobs, **SCHEDULES[lane.schedule].knobs}
        found = [knob for knob in knobs.values() if knob.name == name]
        if not found or found[0].many:
            return None
        value = self.random.uniform(found[0].low, found[0].high)
        text = str(round(value)) if found[0].whole else f"{value:.3g}"
        self._say(name, text)
        self.stage.type_into(box, text)
        return None

    # ------- the list and the time

    def _focus(self) -> Effect:
        rows = self.page.locator(".lab-method")
        place = self.random.randrange(max(1, rows.count()))
        self._say(place + 1)
        rows.nth(place).click()
        return lambda scene: scene.focus == place

    def _hide(self) -> Effect:
        swatch = self._one_of(self.page.locator(".lab-swatch"))
        if swatch:
            swatch.click()
        return None

    def _menu(self, item: str) -> int | None:
        """Choose something of a run's menu, where that can be chosen: the place of the run in the list."""
        self._agree(None)
        buttons = self.page.locator(".lab-more")
        place = self.random.randrange(max(1, buttons.count()))
        if not buttons.nth(place).is_visible():
            return None
        buttons.nth(place).click()
        entry = self.page.get_by_role("menuitem", name=item)
        self._say(place + 1)
        if entry.is_disabled():
            self.page.keyboard.press("Escape")
            return None
        entry.click()
        return place

    def _add_a_run(self) -> Effect:
        self._agree(None)
        before = len(self._scene.lanes)
        button = self.page.get_by_role("button", name="Add a run")
        if before == MOST_LANES or not button.is_visible():
            return None
        button.click()
        key = self.random.choice(list(OPTIMIZERS))
        self._say(key)
        self.page.get_by_role("menuitem", name=OPTIMIZERS[key].name, exact=True).click()
        return lambda scene: len(scene.lanes) == before + 1 and scene.lanes[scene.focus].optimizer == key

    def _another_rate(self) -> Effect:
        self._agree(None)
        before = self._scene.lanes
        place = self._menu("Duplicate")
        if place is None:
            return None
        return lambda scene: scene.focus == place + 1 and len(scene.lanes) == len(before) + 1

    def _rename(self) -> Effect:
        name = self.random.choice(("too low", "β = 0.9", "50 %", "", "a;b"))
        place = self._menu("Rename")
        if place is None:
            return None
        self._say(repr(name))
        box = self.page.get_by_label("Name of this run")
        box.fill(name)
        box.press("Enter")
        return lambda scene: scene.lanes[place].name == name.replace(";", ",")

    def _move(self) -> Effect:
        self._agree(None)
        before = self._scene.lanes
        rows = self.page.locator(".lab-method")
        place = self.random.randrange(len(before))
        if place == 0 or not rows.nth(place).is_visible():
            return None
        rows.nth(place).focus()
        self.page.keyboard.press("Alt+ArrowUp")
        self._say(place + 1)
        return lambda scene: scene.lanes[place - 1].rate == before[place].rate

    def _own_schedule(self) -> Effect:
        place = self._menu("Its schedule")
        if place is None:
            return None
        key = self.random.choice(list(SCHEDULES))
        self._say(key)
        entry = self.page.get_by_role("menuitem", name=SCHEDULES[key].name, exact=True)
        if entry.is_disabled():
            self.page.keyboard.press("Escape")
        else:
            entry.click()
        return lambda scene: scene.lanes[place].schedule == key

    def _own_warm_up(self) -> Effect:
        self._agree(None)
        warm = [lane.schedule_knobs["warmup_steps"] > 0 for lane in self._scene.lanes]
        place = self._menu("arm")
        if place is None:
            return None
        return lambda scene: (scene.lanes[place].schedule_knobs["warmup_steps"] > 0) != warm[place]

    def _remove(self) -> Effect:
        self._agree(None)
        before = len(self._scene.lanes)
        place = self._menu("Remove")
        return None if place is None else lambda scene: len(scene.lanes) == before - 1

    def _three_rates(self) -> Effect:
        button = self.page.get_by_role("button", name="1 · 0.01 · 0.0001")
        if not button.is_visible():
            return None
        button.click()
        return lambda scene: [lane.rate for lane in scene.lanes] == [1, 0.01, 0.0001]

    def _put_back(self) -> Effect:
        button = self.page.get_by_role("button", name="Put back")
        if button.is_visible():
            button.click()
        return None

    def _walk(self) -> Effect:
        self.stage.scrub.focus()
        key = self.random.choice(("Home", "End", "PageUp", "PageDown", "ArrowLeft"))
        self._say(key)
        self.page.keyboard.press(key)
        return {"Home": lambda scene: scene.playhead == 0, "End": lambda scene: scene.playhead is None}.get(key)

    def _play(self) -> Effect:
        self.page.get_by_role("button", name="Play", exact=True).click()
        self.page.wait_for_timeout(self.random.randint(50, 500))
        self._pause()
        return None

    def _pause(self) -> None:
        """Stop what plays. Looked for and pressed in one go: a moment later it may have ended by itself."""
        self.page.get_by_role("button", name="Pause", exact=True).evaluate_all(
            "all => all.forEach((one) => one.click())"
        )

    # ------- the sidebar

    def _pill(self) -> Effect:
        key = self.random.choice(list(OPTIMIZERS))
        pill = self.stage.pill(OPTIMIZERS[key].name)
        chosen = pill.get_attribute("aria-pressed") == "true"
        if not chosen and len(self._scene.lanes) == MOST_LANES:
            return None
        alone = len({lane.optimizer for lane in self._scene.lanes}) == 1
        self._say(OPTIMIZERS[key].name, "off" if chosen else "on")
        pill.click()
        if chosen and alone:
            return None
        return lambda scene: any(lane.optimizer == key for lane in scene.lanes) != chosen

    def _pick(self, label: str, option: str) -> None:
        """Choose from a menu, which closes where what it shows becomes another in the moment it is opened."""
        try:
            self.stage.pick(label, option, patience=4000)
        except TimeoutError:
            self.stage.pick(label, option)

    def _surface(self) -> Effect:
        landscape = self.random.choice(list(LANDSCAPES.values()))
        self._say(landscape.key)
        self._pick("Landscape", landscape.name)
        return lambda scene: scene.landscape.key == landscape.key

    def _schedule(self) -> Effect:
        key = self.random.choice(list(SCHEDULES))
        self._say(key)
        if self.random.random() < 0.3:
            self.stage.sidebar.get_by_role("button", name="See all their curves").click()
            dialog = self.page.get_by_role("dialog")
            dialog.get_by_role("button", name=SCHEDULES[key].name, exact=True).click()
            expect(dialog).to_have_count(0)
        else:
            self._pick("Schedule", SCHEDULES[key].name)
        return lambda scene: all(lane.schedule == key for lane in scene.lanes)

    def _warm_up(self) -> Effect:
        box = self.stage.sidebar.get_by_role("checkbox", name="Warm up first")
        warm = box.is_checked()
        self.stage.sidebar.get_by_text("Warm up first").click()
        return lambda scene: all((lane.schedule_knobs["warmup_steps"] > 0) != warm for lane in scene.lanes)

    def _steps(self) -> Effect:
        box = self.stage.sidebar.get_by_label("Steps", exact=True)
        if not box.count() or not box.is_visible():
            self.stage.sidebar.get_by_text("Steps, stopping, noise, clipping").click()
        steps = self.random.randint(3, 400)
        self._say(steps)
        self.stage.type_into(box, str(steps))
        return lambda scene: scene.steps == steps

    def _own_formula(self) -> Effect:
        example = self.random.choice(EXAMPLES)
        self._say(example.text)
        self.stage.sidebar.get_by_text("Type your own function").click()
        field = self.page.get_by_label("f(x, y) =")
        field.fill(example.text)
        self.page.get_by_role("button", name="Show this surface").click()
        expect(field).to_have_count(0)
        return lambda scene: scene.landscape.text == formula(example.text).text

    def _load(self) -> Effect:
        scene = self.random.choice(self.seen)
        uploader = self.stage.sidebar.locator("input[type=file]")
        if not uploader.count():
            self.stage.sidebar.get_by_text("Save and load").click()
        uploader.set_input_files(
            {"name": "picture.json", "mimeType": "application/json", "buffer": scene_json(scene).encode()}
        )
        # Another page, asked for while a file is on its way, is lost to Streamlit, as with Back below.
        self.stage.link_says(lambda now: now == scene)
        return lambda now: now == scene

    # ------- below the picture, and other pages

    def _doctor(self) -> Effect:
        ask = self.page.get_by_role("button", name="Find a better setting")
        if not ask.count():
            return None
        ask.click()
        expect(ask).to_have_count(0)
        apply = self.page.locator(".st-key-doctor_apply button")
        self.page.wait_for_timeout(300)
        if apply.count() and self.random.random() < 0.8:
            self._say(apply.inner_text())
            apply.click()
        return None

    def _undo(self) -> Effect:
        button = self._one_of(self.page.locator(".st-key-doctor_undo button, .st-key-doctor_alone button"))
        if button:
            self._say(button.inner_text())
            button.click()
        return None

    def _code(self) -> Effect:
        fold = self.page.locator(".st-key-code summary")
        if fold.count():
            fold.click()
        return None

    def _map_of_rates(self) -> Effect:
        if self._where != "tuning":
            return None
        self.page.get_by_role("button", name=self.random.choice(("Rates", "Two knobs")), exact=True).click()
        canvas = self._one_of(self.page.locator(".lab-sweep, .lab-knobmap"))
        if canvas:
            box = self.stage.box(canvas)
            x, y = (self.random.uniform(0.2, 0.9) * box[side] for side in ("width", "height"))
            canvas.click(position={"x": x, "y": y})
        return None

    def _lecture(self) -> Effect:
        self.page.keyboard.press("Escape")
        self.page.locator(".lab h1").click()  # a letter typed in a menu that has the focus is the menu's
        self.page.keyboard.press("l")
        self.stage.link_says(lambda scene: scene.lecture)
        for _ in range(self.random.randint(0, 3)):
            self.page.keyboard.press(self.random.choice(("ArrowLeft", "ArrowRight", "Home", "End", "m", "s", "f")))
        self.page.keyboard.press("l")
        return lambda scene: not scene.lecture

    def _arrived(self, page: str) -> None:
        self.page.wait_for_selector(f".lab[data-page={page}][data-painted]", timeout=1000 * self.patience)

    def _other_page(self) -> Effect:
        page = self.random.choice([page for page in PAGES if page != self._where])
        self._say(page)
        self.page.get_by_role("link", name=PAGES[page], exact=True).click()
        self._arrived(page)
        self.depth, self.ahead = self.depth + 1, 0
        return None

    def _start_page(self) -> Effect:
        self.page.get_by_role("link", name="Start", exact=True).click()
        doors = self.page.locator(".stMain").get_by_role("link")
        expect(doors.first).to_be_visible()
        expect(self.page.locator(".lab-hero")).to_be_visible()
        door = self.random.choice([one for one in doors.all() if "playground" in (one.get_attribute("href") or "")])
        self._say(door.inner_text())
        door.click()
        self._arrived("playground")
        self.depth, self.ahead = 0, 0  # what Back does at the start page is that page's matter
        return None

    # Asked for while a click is being answered, a page is lost to Streamlit, which then returns to the click's.

    def _back(self) -> Effect:
        if not self.depth:
            return None
        self._agree(None)
        self.page.go_back()
        self.depth, self.ahead = self.depth - 1, self.ahead + 1
        self._arrived(self._where)
        return None

    def _forward(self) -> Effect:
        if not self.ahead:
            return None
        self._agree(None)
        self.page.go_forward()
        self.depth, self.ahead = self.depth + 1, self.ahead - 1
        self._arrived(self._where)
        return None


def main(seeds: str, acts: str) -> int:
    """Let visitors of these seeds act; prints what disagreed, and returns how many activity did."""
    from live import keep_programs
    from tests.browser.conftest import FLAGS, Watch
    from tests.chromium import chromium
    from tests.server import running

    keep_programs()
    first, _, last = seeds.partition("-")
    failed = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=list(FLAGS))
        log = Path(folder, "log.txt")
        with running(log, environment={"DESCENT_LAB_WARM_UP": "opening"}) as server:
            for seed in range(int(first), int(last or first) + 1):
                context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
                context.set_default_timeout(1000 * WAIT)
                page, watch = context.new_page(), Watch(server.host)
                watch.on(page)
                visitor = Visitor(page, seed, WAIT)
                fault = ""
                try:
                    visitor.visit(int(acts))
                except Exception as found:  # any, since a visit that breaks off is a finding too
                    fault = re.sub(r"\s+", " ", f"{type(found).__name__}: {found}")[:900]
                    Path("test-results").mkdir(exist_ok=True)
                    page.screenshot(path=f"test-results/visitor-{seed}.png")
                faults = [fault, *watch.complaints, *["Traceback"] * ("Traceback" in log.read_text(errors="replace"))]
                faults = [one for one in faults if one]
                failed += bool(faults)
                sys.stdout.write(json.dumps({"seed": seed, "acts": len(visitor.told), "faults": faults}) + "\n")
                if faults:
                    sys.stdout.write("  " + "\n  ".join(visitor.told[-8:]) + f"\n  {page.url}\n")
                if "Traceback" in faults:
                    sys.stdout.write(log.read_text(errors="replace")[-4000:])
                sys.stdout.flush()
                context.close()
        browser.close()
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
