"""Rates on a phone's slider, and as bars on the projector: by the stage's own module, against sums in Python."""

import json
import math
import subprocess

import numpy as np
from playwright._impl._driver import compute_driver_executable

from live.rooms.bounds import ALPHABET
from live.rooms.questions import KINDS
from live.rooms.said import STUDIES
from stage import assets

_SAID = """
const folder = process.argv[1];
const { QUESTIONS, histogram, middleText, partOf, rateAt } = await import(`${folder}/lecture/questions.js`);
const { readFileSync } = await import("node:fs");
const rates = JSON.parse(readFileSync(0));
console.log(JSON.stringify({
  kinds: Object.keys(QUESTIONS),
  steps: Array.from({ length: 501 }, (_, i) => rateAt(i / 500)),
  back: rates.map((rate) => rateAt(partOf(rate))),
  bars: histogram(rates, 25), middle: middleText(rates), none: [histogram([], 3), middleText([])],
}));
"""


def test_rates_go_to_the_slider_and_back_and_into_bars():
    rates = [float(f"{10**value:.3g}") for value in np.random.default_rng(5).uniform(-4, 1, 400)]
    node, _ = compute_driver_executable()
    command = [node, "--input-type=module", "-e", _SAID, str(assets.FOLDER)]
    done = subprocess.run(command, input=json.dumps(rates), capture_output=True, text=True, timeout=60, check=True)
    said = json.loads(done.stdout)
    assert tuple(said["kinds"]) == KINDS
    assert said["steps"] == sorted(set(said["steps"]))
    assert (said["steps"][0], said["steps"][-1]) == (0.0001, 10)
    assert said["back"] == rates
    places = [min(24, math.floor((math.log10(rate) + 4) * 5)) for rate in rates]
    expected = [places.count(bar) for bar in range(25)]
    # A rate on a border, to the last bit, may go to either side.
    assert sum(map(abs, np.subtract(said["bars"], expected))) <= 4
    assert sum(said["bars"]) == 400
    half = sorted(rates)[199]
    assert said["middle"].startswith("Half of them say ")
    assert math.isclose(float(said["middle"].split()[4]), half, rel_tol=0.01) or "10" in said["middle"]
    assert said["none"] == [[0, 0, 0], ""]


def test_phones_are_handed_what_the_server_answers():
    kinds = ", ".join(f'"{kind}"' for kind in STUDIES)
    assert f"const STUDIES = [{kinds}];" in (assets.FOLDER / "lecture/phone.js").read_text()


def test_the_browser_draws_codes_from_the_server_s_letters():
    assert f'"{ALPHABET}"' in (assets.FOLDER / "lecture/hall.js").read_text()
    assert 240 % len(ALPHABET) == 0
