"""The hand's arithmetic, by the stage's own modules: round rates, typed values, places, the end of the list."""

import json
import math
import subprocess

import numpy as np
from playwright._impl._driver import compute_driver_executable

from stage import assets
from ui.shared.arithmetic import evaluate

_SAID = """
const { readFileSync } = await import("node:fs");
globalThis.document = { createElement: () => ({}) };
const { nextRate, readTyped } = await import(`${process.argv[1]}/input/controls.js`);
const { evaluate } = await import(`${process.argv[1]}/base/arithmetic.js`);
const { Hand } = await import(`${process.argv[1]}/input/hand.js`);
const hand = (stage) => Object.assign(new Hand(stage), { setFocus(lane) { stage.scene.focus = lane; } });
const functions = {
  nextRate,
  evaluate,
  readTyped,
  snapped: (unit, start) => hand({ picture: { wanted: "map", view: { unit } } }).snapped(start),
  turned: (focus, count, way) => {
    const scene = { focus, lanes: Array(count) };
    hand({ scene }).turnFocus(way);
    return scene.focus;
  },
};
console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(([name, ...given]) => functions[name](...given))));
"""


def said(calls: list[list]) -> list:
    """What the stage's functions return for these calls, each a name and what it is given."""
    command = [compute_driver_executable()[0], "--input-type=module", "-e", _SAID, str(assets.FOLDER)]
    done = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


ROUND = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8]
"""ISO 3's R10, as the key list names them."""


def test_a_press_leads_to_the_next_round_rate_and_never_stays():
    rng = np.random.default_rng(3)
    ladder = [*(float(f"{part * 10.0**decade:.3g}") for decade in range(-4, 1) for part in ROUND), 10.0]
    rates = [*ladder, *(float(f"{10**exponent:.3g}") for exponent in rng.uniform(-4, 1, 200))]
    up = said([["nextRate", rate, 1] for rate in rates])
    down = said([["nextRate", rate, -1] for rate in rates])
    for rate, higher, lower in zip(rates, up, down, strict=True):
        assert math.isclose(higher, min((one for one in ladder if one > rate), default=10), rel_tol=1e-9), rate
        assert math.isclose(lower, max((one for one in ladder if one < rate), default=1e-4), rel_tol=1e-9), rate


def test_a_typed_value_is_read_up_to_its_bounds_and_no_farther():
    spec = {"name": "Rate", "whole": False, "hard_low": 0, "hard_high": 1, "open_low": True, "open_high": True}
    for open_low in (True, False):
        for open_high in (True, False):
            knob = {**spec, "open_low": open_low, "open_high": open_high}
            low, high, within, beyond = said([["readTyped", knob, text] for text in ("0", "1", "0.5", "1.0001")])
            assert ("fault" in low, "fault" in high) == (open_low, open_high)
            assert within == {"value": 0.5}
            assert beyond == {"fault": "Rate is a number between 0 and 1; got 1.0001. It stays as it was."}


def some_arithmetic(rng: np.random.Generator, depth: int = 0) -> str:
    """A random text that may be typed into a number box."""
    if depth == 2 or rng.random() < 0.2:
        return str(rng.choice(["2", "3", "0.5", "5e-1", "pi", ".25", "1"]))
    one, other = some_arithmetic(rng, depth + 1), some_arithmetic(rng, depth + 1)
    return str(
        rng.choice(
            [
                f"{one}*{other}",
                f"{one}^{other}",
                f"{one}^-{other}",
                f"-{one}^{other}",
                f"({one}-{other})",
                f"{one}/{other}",
                f"sqrt({one}+{other})",
                f"{one}--{other}",
                f"{one}**{other}",
            ]
        )
    )


def test_both_sides_read_the_same_arithmetic():
    rng = np.random.default_rng(5)
    texts = [some_arithmetic(rng) for _ in range(600)]
    read = 0
    for text, there in zip(texts, said([["evaluate", text] for text in texts]), strict=True):
        here = evaluate(text)
        if math.isfinite(here) and there is not None:
            read += 1
            assert math.isclose(here, there, rel_tol=1e-12, abs_tol=1e-300), text
        else:
            assert not math.isfinite(here), text
            assert there in (None, 0), text  # too small for a number is 0 here, and refused there
    assert read > 400


def test_the_start_is_as_fine_as_a_third_of_a_pixel_and_no_finer():
    rng = np.random.default_rng(4)
    units = 10 ** rng.uniform(-6, 3, 100)  # of the ground, per pixel
    starts = rng.uniform(-1000, 1000, (100, 2)) * units[:, None]
    all_snapped = said([["snapped", unit, start] for unit, start in zip(units.tolist(), starts.tolist(), strict=True)])
    for unit, start, snapped in zip(units, starts, all_snapped, strict=True):
        digits = max(0, math.ceil(-math.log10(unit / 3)))
        assert np.allclose(snapped, start, rtol=0, atol=0.5001 * 10.0**-digits)
        assert 10.0**-digits <= max(1, unit / 3)
        assert snapped == [float(f"{part:.{digits}f}") for part in snapped]


def test_the_arrows_go_round_in_the_list_of_methods():
    assert said([["turned", 0, 3, -1], ["turned", 2, 3, 1], ["turned", 1, 3, 1], ["turned", 0, 1, 1]]) == [2, 0, 2, 0]
