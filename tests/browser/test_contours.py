"""Contour lines stand where the formula has their loss, to half a pixel: smooth at minima too."""

import re
from itertools import product

import numpy as np
from playwright.sync_api import Page

from landscapes import LANDSCAPES
from tests.browser.stage import Stage

HALF_A_PIXEL = 0.5
LINES = """() => [...document.querySelectorAll(".lab-plot .lab-contour")].map((path) => {
    const pairs = [...path.getAttribute("d").matchAll(/([\\d.-]+) ([\\d.-]+)/g)];
    const points = pairs.map(([, x, y]) => [Number(x), Number(y)]);
    return { level: Number(path.dataset.level), points };
  })"""
"""Every corner of every line on the map, in px."""


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
    page.wait_for_selector(".lab-plot .lab-contour")
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


def test_a_curved_valley_narrower_than_a_cell_has_whole_lines(page: Page):
    """Rosenbrock's level sets in closed form: (1 - x)² + 100 (y - x²)² = l is an ellipse in 1 - x and 10 (y - x²)."""
    stage = Stage(page).open("land=rosenbrock&steps=1")
    page.wait_for_selector(".lab-plot .lab-contour")
    ladder = levels(page.locator(".lab-bar").get_attribute("aria-label") or "")
    frame = stage.box(stage.picture)
    (x0, x1), (y0, y1) = LANDSCAPES["rosenbrock"].window
    unit = max((x1 - x0) / frame["width"], (y1 - y0) / frame["height"])
    lines = page.evaluate(LINES)
    turn = np.linspace(0, 2 * np.pi, 20_000)
    for level in range(5):
        mine = np.array([point for line in lines if line["level"] == level for point in line["points"]])
        if level == 0 and not len(mine):
            continue  # thin, and the lowest: not drawn
        size = np.sqrt(ladder[level])
        x = 1 - size * np.cos(turn)
        y = x**2 + size * np.sin(turn) / 10
        px = frame["width"] / 2 + (x - (x0 + x1) / 2) / unit
        py = frame["height"] / 2 - (y - (y0 + y1) / 2) / unit
        true = np.column_stack((px, py))[(py > 0) & (py < frame["height"])]
        apart = np.hypot(*(mine[:, None] - true[None, ::5]).transpose(2, 0, 1))
        assert apart.min(axis=1).max() <= 1, level
        # And nothing of it is left out: its points on the map stand within a few pixels of one another.
        assert apart.min(axis=0).max() <= 8, level
