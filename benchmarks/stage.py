"""The stage at its fullest: twelve methods of two thousand steps, played, scrubbed, hovered, switched."""

from __future__ import annotations

import math
from collections.abc import Iterator

from benchmarks.browser import FILM, METHODS, SETTLED, open_page, visitor
from benchmarks.row import Row

TOPIC = "Stage"
LANES = "&".join(f"lane={METHODS[lane % 5]};rate={0.002 + 0.0002 * lane:.4f}" for lane in range(12))
SWITCHES = 6
MOVES = 120

# Script time of every frame: the callbacks asked for, and whatever the caller does in the frame itself.
_WORK = """
window.work = [];
{
  const ask = window.requestAnimationFrame.bind(window);
  let frame = null;
  window.requestAnimationFrame = (act) => ask((now) => {
    if (frame !== now) { frame = now; window.work.push(0); }
    const begin = performance.now();
    act(now);
    window.work[window.work.length - 1] += performance.now() - begin;
  });
}
"""

# One movement a frame, of the scrubber's thumb or of the pointer over the lowest curve: what frames cost in script.
_SWEEP = """([selector, moves]) => new Promise((resolve) => {
  const target = [...document.querySelectorAll(selector)].filter((node) => node.clientHeight).at(-1);
  const box = target.getBoundingClientRect();
  let done = 0;
  const begin = window.work.length;
  const move = () => {
    if (done === moves) { resolve(window.work.slice(begin + 1, -1)); return; }
    done += 1;
    const part = 0.5 - 0.45 * Math.cos((6 * Math.PI * done) / moves);
    if (target.matches("input")) {
      target.value = String(Math.round(part * Number(target.max)));
      target.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      target.dispatchEvent(new PointerEvent("pointermove", {
        bubbles: true, pointerId: 1, pointerType: "mouse",
        clientX: box.left + part * box.width, clientY: box.top + box.height / 2,
      }));
    }
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""

# From the press of M to the first picture in the other mode whose fade is over.
_SWITCH = """(mode) => new Promise((resolve) => {
  const picture = document.querySelector(".lab-picture");
  const begin = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "m", bubbles: true }));
  const look = () => {
    if (picture.dataset.mode === mode && !picture.classList.contains("lab-turning")) resolve(performance.now() - begin);
    else requestAnimationFrame(look);
  };
  look();
})"""


def rows() -> Iterator[Row]:
    """Twelve methods of 2,000 steps: as much as the stage promises to carry."""
    with visitor() as (browser, url, watch):
        page = open_page(browser, url, watch, f"?land=rosenbrock&steps=2000&gradient_tolerance=0&{LANES}", [_WORK])
        page.get_by_label("Speed").select_option("16")
        lines, frames = "12 methods x 2,000 steps", {"map": 55, "surface": 50}
        page.evaluate(_SWITCH, "surface")  # the first time also starts WebGL
        page.evaluate(_SWITCH, "map")
        switches = []
        for turn in range(SWITCHES):
            switches.append(page.evaluate(_SWITCH, ("surface", "map")[turn % 2]) / 1000)
            page.wait_for_timeout(SETTLED)
        yield Row.median(TOPIC, "map to surface and back, fade included", switches, at_most=0.5)
        for mode, least in frames.items():
            if mode == "surface":
                page.evaluate(_SWITCH, mode)
                page.wait_for_timeout(SETTLED)
            seen = page.evaluate(FILM)
            yield Row(
                TOPIC, f"frames playing {lines}, {mode}", seen["painted"] / seen["seconds"], "a second", at_least=least
            )
            for name, selector in (("scrubbing", ".lab-scrub"), ("hovering a curve", ".lab-curve")):
                costs = sorted(cost / 1000 for cost in page.evaluate(_SWEEP, [selector, MOVES]))
                worst = costs[math.ceil(0.95 * len(costs)) - 1]
                yield Row(TOPIC, f"script time of a frame, {name}, {mode}, p95", worst, at_most=0.016)
