"""What the stage makes of a tournament's numbers: shares, their words, and the table to take home."""

import csv
import json
import re
import subprocess

import numpy as np
from playwright._impl._driver import compute_driver_executable

from engine.sentences.tournament import share
from engine.studies.tournaments import RATES, SEARCHED, profile
from stage import assets

_SAID = """
const { readFileSync } = await import("node:fs");
globalThis.fetch = async (url) => ({ json: async () => JSON.parse(readFileSync(url)) });
const { percent, shareWithin, tableOf } = await import(`${process.argv[1]}/studies/tournament.js`);
const { parts, ratios, taus, told } = JSON.parse(readFileSync(0), (_, value) => (value === "inf" ? Infinity : value));
console.log(JSON.stringify({
  percents: parts.map(([part, whole]) => percent(part, whole)),
  shares: taus.map((tau) => ratios.map((some) => shareWithin(some, tau))),
  table: tableOf(told),
}));
"""


def plain(values):
    return [["inf" if value == np.inf else value for value in row] for row in values.tolist()]


def test_shares_and_table_are_those_of_the_profile():
    rng = np.random.default_rng(3)
    costs = rng.integers(0, 60, (3, 40)).astype(float)
    costs[rng.random(costs.shape) < 0.4] = np.inf
    seen = profile(costs)
    starts = np.round(rng.uniform(-5, 5, (40, 2)), 3)
    parts = [(part, whole) for whole in (1, 3, 7, 8, 400, 641, 1000) for part in range(whole + 1)]
    taus = [1, 1.5, 2, 7.25, 1000]
    told = {
        "surfaces": ["One", "Two, or so"],
        "names": ["A", 'the "fast" one', "C"],
        "rates": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]],
        "costs": {"data": plain(costs.reshape(1, -1))[0], "columns": 40},
        "starts": {"data": starts.astype(np.float32).ravel().tolist(), "rows": 40},
    }
    message = {"parts": parts, "ratios": plain(np.sort(seen.ratios, axis=1)), "taus": taus, "told": told}
    command = [compute_driver_executable()[0], "--input-type=module", "-e", _SAID, str(assets.FOLDER)]
    answer = subprocess.run(command, input=json.dumps(message), capture_output=True, text=True, check=True).stdout
    said = json.loads(answer)
    assert said["percents"] == [share(part, whole) for part, whole in parts]
    np.testing.assert_allclose(said["shares"], [seen.share_within(tau) for tau in taus])
    rows = list(csv.DictReader(said["table"].splitlines()))
    assert len(rows) == 3 * 40
    for at, row in enumerate(rows):
        problem, lane = divmod(at, 3)
        surface, cost, least = problem // 20, costs[lane, problem], np.maximum(costs[:, problem], 1).min()
        assert row["surface"] == told["surfaces"][surface]
        assert row["method"] == told["names"][lane]
        assert float(row["learning_rate"]) == told["rates"][lane][surface]
        assert (float(row["start_x"]), float(row["start_y"])) == tuple(starts[problem])
        assert row["gradients"] == ("" if cost == np.inf else str(int(cost)))
        if cost < np.inf:
            assert abs(float(row["times_cheapest"]) - max(cost, 1) / least) < 1e-5 * max(cost, 1) / least


def test_the_search_is_described_as_it_is():
    text = (assets.FOLDER / "studies" / "tournament.js").read_text()
    found = re.search(r'\[TRIED, FROM, APART\] = \[(\d+), (\d+), "(\d+) %"\]', text)
    assert found
    apart = np.median(RATES[1:] / RATES[:-1] - 1)
    assert [int(part) for part in found.groups()] == [len(RATES), SEARCHED, round(100 * apart)]
    assert (RATES[0], RATES[-1]) == (1e-4, 10)
