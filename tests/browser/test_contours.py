"""Contour lines stand where the formula has their loss, to half a pixel: smooth at minima too."""

import re
from itertools import product

import numpy as np
from playwright.sync_api import Page

from landscapes import LANDSCAPES
from tests.browser.stage import Stage

HALF_A_PIXEL = 0.5
LINES = """() => [...document.querySelectorAll(".lab-plot g.contourlevel")].flatMap((group) =>
  [...group.querySelectorAll("path")].filter((path) => path.getTotalLength() > 0).map((path) => {
    const step = path.getTotalLength() / 47;
    const points = Array.from({ length: 48 }, (_, i) => path.getPointAtLength(i * step));
    return { level: group.__data__.level, points: points.map(({ x, y }) => [x, y]) };
  }))"""


def levels(words: str) -> list[float]:
    """The levels of a log colour bar, from what it tells a screen reader."""
    said = re.fullmatch(r"Colour bar: loss from (\S+) to .*, log scale · lines at ([\d., ]+).*", words)
    assert said, words
    digits = [float(digit) for digit in said[2].split(", ")]
    return [float(said[1]) * digit * 10**decade for decade, digit in product(range(8), digits)]


def bowl(x: np.ndarray, y: np.ndarray):
    return 2 * x**2 + 2 * y**2, (4 * x, 4 * y)


def himmelblau(x: np.ndarray, y: np.ndarray):
    a, b = x**2 + y - 11, x + y**2 - 7
    return a**2 + b**2, (4 * x * a + 2 * b, 2 * a + 4 * y * b)


def two_valleys(x: np.ndarray, y: np.ndarray):
    return x**4 / 8 + 3 * x**3 / 20 - x**2 + y**2 + 3.7109375, (x**3 / 2 + 9 * x**2 / 20 - 2 * x, 2 * y)


def test_lines_stand_where_the_surface_has_their_loss(page: Page):
    stage = Stage(page).open("land=bowl&steps=1")
    page.wait_for_selector(".lab-plot g.contourlevel path")
    for surface in (bowl, himmelblau, two_valleys):
        landscape = LANDSCAPES[surface.__name__]
        if surface is not bowl:
            stage.pick("Landscape", landscape.name)
        page.wait_for_selector(f".lab[data-surface={landscape.key}]")
        ladder = levels(page.locator(".lab-bar").get_attribute("aria-label") or "")
        frame = stage.box(stage.picture)
        (x0, x1), (y0, y1) = landscape.window
        unit = max((x1 - x0) / frame["width"], (y1 - y0) / frame["height"])
        seen = set()
        for line in page.evaluate(LINES):
            px, py = np.array(line["points"]).T
            x = (x0 + x1) / 2 + (px - frame["width"] / 2) * unit
            y = (y0 + y1) / 2 - (py - frame["height"] / 2) * unit
            loss, slope = surface(x, y)
            level = ladder[line["level"]]
            off = np.abs(loss - level) / np.hypot(*slope) / unit  # to first order, the distance to the true line
            assert off.max() <= HALF_A_PIXEL, (landscape.key, level)
            seen.add(line["level"])
        assert {0, 1, 2, 3} <= seen
