"""The same walk in Firefox and in WebKitGTK: picture, drag, rate, Terrain's map, lecture mode, and no script error."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from engine import descend_many, summary
from tests.engines import ENTER, PATIENCE, Engine, firefox, webkit
from tests.packages import NotInstalled
from tests.server import Server
from ui.scene.link import decode
from ui.scene.scene import Scene

LINK = "land=himmelblau&steps=60&lane=gradient_descent;rate=0.02&lane=adam;rate=0.1"
MIDDLE = "const {left, top, width, height} = document.querySelector(arguments[0]).getBoundingClientRect(); return [left + width / 2, top + height / 2]"  # noqa: E501


class Walk:
    """One engine on the app."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def until(self, check: Callable[[], Any]) -> Any:
        """Wait until `check` gives something true."""
        end = time.monotonic() + PATIENCE
        while not (found := check()):
            assert time.monotonic() < end, self.engine.read("return document.body.innerText.slice(0, 600)")
            time.sleep(0.05)
        return found

    def there(self, selector: str) -> None:
        """Wait for an element."""
        self.until(lambda: self.engine.read("return Boolean(document.querySelector(arguments[0]))", selector))

    def middle(self, selector: str) -> list[float]:
        """Where an element's middle is."""
        return self.engine.read(MIDDLE, selector)

    def scene(self) -> Scene:
        """What the address says."""
        query = self.engine.read("return location.search.slice(1)")
        scene, notices = decode(parse_qs(query, keep_blank_values=True))
        assert notices == []
        return scene

    def says(self, check: Callable[[Scene], bool]) -> Scene:
        """The scene of the address, once it satisfies `check`; the sentence is the engine's own about it."""
        self.until(lambda: check(self.scene()))
        scene = self.scene()
        told = summary(descend_many(scene.runs()))
        self.until(lambda: self.engine.read("return document.querySelector('.lab-verdict').textContent") == told)
        return scene


@pytest.mark.timeout(600)
@pytest.mark.parametrize("start", [firefox, webkit], ids=["Firefox", "WebKitGTK"])
def test_a_walk_in_another_engine(server: Server, tmp_path: Path, start: Any):
    try:
        opened = start(tmp_path)
        engine = opened.__enter__()
    except NotInstalled as reason:
        pytest.skip(str(reason))
    try:
        _walk(Walk(engine), server)
    finally:
        opened.__exit__(None, None, None)


def _walk(walk: Walk, server: Server) -> None:
    engine = walk.engine
    engine.open(f"{server.url}/playground?{LINK}")
    engine.read(
        "window.faults = []; addEventListener('error', ({ message }) => faults.push(message));"
        "addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)))"
    )
    walk.there(".lab[data-surface][data-painted]")
    before = walk.says(lambda scene: len(scene.lanes) == 2)
    x, y = walk.middle(".lab-start")
    engine.drag((x, y), (x - 60, y + 40))
    walk.says(lambda scene: scene.start not in (None, before.start))
    box = 'input[aria-label="Learning rate, number"]'
    place = walk.middle(box)
    engine.drag(place, place)
    engine.read("document.querySelector(arguments[0]).select()", box)
    engine.press(f"1/20{ENTER}")
    walk.says(lambda scene: scene.lanes[0].rate == 0.05)
    engine.read("[...document.querySelectorAll('a')].find((link) => link.textContent.trim() === 'Terrain').click()")
    walk.there(".lab[data-page=terrain][data-painted]")
    walk.there("canvas[data-starts]")
    engine.read("document.activeElement.blur()")
    engine.press("l")
    walk.there(".lab-lecture")
    walk.says(lambda scene: scene.lecture)
    engine.press("l")
    walk.says(lambda scene: not scene.lecture)
    assert engine.read("return window.faults") == []
