"""One notation: no page shows a number as a machine writes it, and no place is broken over two lines."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.stage import PATIENCE, SHORT_NETWORKS, Stage

MACHINE = re.compile(r"\d(?:\.\d+)?[eE][-−+]?\d|(?<![\w\d)\]⁰-⁹.])-\d")
"""1e-6, 9.83E−7, and an ASCII minus before a number (not the one of "x-3" or "1-2")."""
_TEXT = """() => {
  const told = [];
  const walk = document.createTreeWalker(document.querySelector(".stApp"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest("script, style, code, pre, textarea, [aria-hidden=true]")) continue;
    if (node.parentElement.checkVisibility()) told.push(node.textContent);
  }
  for (const one of document.querySelectorAll(".stApp [aria-label], .stApp [aria-valuetext]")) {
    told.push(one.getAttribute("aria-label") ?? "", one.getAttribute("aria-valuetext") ?? "");
  }
  return told.filter((text) => text.trim());
}"""
_BROKEN = """() => {
  const broken = [];
  const walk = document.createTreeWalker(document.querySelector(".stApp"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.checkVisibility()) continue;
    for (const found of node.textContent.matchAll(/\\(−?[\\d.,]+,\\s−?[\\d.,]+\\)|\\d\\s×\\s10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g)) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""
FLAT = "land=goldstein_price&steps=1500&gtol=1e-9&ltol=1e-12&lane=adam;rate=0.00003&lane=gradient_descent;rate=1e-6"
FAR = "land=two_valleys&steps=1500&start=-3.9,1&lane=gradient_descent;rate=0.05&lane=momentum;rate=5"


def faults(page: Page) -> list[str]:
    """What is written as machines write it, or broken over two lines."""
    texts = [text for text in page.evaluate(_TEXT) if MACHINE.search(text)]
    return texts + page.evaluate(_BROKEN)


@pytest.mark.parametrize("link", [FLAT, FAR])
def test_the_playground_writes_numbers_as_people_do(page: Page, link: str):
    stage = Stage(page).open(link).at_rest()
    found = {"playground": faults(page)}
    for step in range(4):
        stage.page.locator(".lab-phase").nth(step).click()
        found[f"phase {step}"] = faults(page)
    assert not any(found.values()), found


@pytest.mark.parametrize(
    ("address", "ready"),
    [
        ("/", ".lab[data-painted]"),
        (f"/terrain?{FAR}", ".lab-basins[data-starts]"),
        ("/tuning?land=ravine&steps=1500&lane=momentum;rate=0.00003", ".lab-sweep[data-rates='240']"),
        ("/two_weights", ".lab-fit[aria-label*=slope]"),
        (SHORT_NETWORKS, ".verdict.well"),
    ],
)
def test_every_other_page_does_too(page: Page, address: str, ready: str):
    page.goto(address)
    page.wait_for_selector(ready, state="attached", timeout=1000 * PATIENCE)
    page.wait_for_timeout(500)
    assert faults(page) == []


def test_what_a_machine_writes_is_told_apart():
    for text in ("loss 9.83e-7", "below 1e12", "−4.44e−16", "at -3", "(-2, 1)", "1E+5"):
        assert MACHINE.search(text), text
    for text in ("9.83 × 10⁻⁷", "−3", "10⁻⁶", "A-1", "mini-batch", "2-norm", "steps 1-2", "He et al."):
        assert not MACHINE.search(text), text
