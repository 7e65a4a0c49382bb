"""A stage that Streamlit takes away and mounts anew at once is the one that was there; any other leaves."""

import json
import subprocess

import pytest
from playwright._impl._driver import compute_driver_executable

from stage import assets

_SAID = """
const said = [];
globalThis.window = { location: { pathname: "/playground" }, setTimeout };
const { makeLaidDown } = await import(`${process.argv[1]}/base/laid_down.js`);
const laidDown = makeLaidDown(40);
const stage = (name) => ({ name, leave: () => said.push(`${name} leaves`) });
const take = (wanted) => said.push(`took ${laidDown.takeUp(({ name }) => name === wanted)?.name ?? "none"}`);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
SCRIPT
console.log(JSON.stringify(said));
"""


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('take("one");', ["took none"]),
        ('laidDown.layDown(stage("one")); take("one"); await wait(80); take("one");', ["took one", "took none"]),
        ('laidDown.layDown(stage("one")); take("two");', ["one leaves", "took none"]),
        ('laidDown.layDown(stage("one")); await wait(80); take("one");', ["one leaves", "took none"]),
        (
            'laidDown.layDown(stage("one")); window.location.pathname = "/race"; take("one");',
            ["one leaves", "took none"],
        ),
        ('laidDown.layDown(stage("one")); laidDown.layDown(stage("two")); take("two");', ["one leaves", "took two"]),
    ],
)
def test_one_is_taken_up_for_as_long_as_it_lies_there(script: str, said: list[str]):
    node, _ = compute_driver_executable()
    command = [node, "--input-type=module", "-e", _SAID.replace("SCRIPT", script), str(assets.FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == said
