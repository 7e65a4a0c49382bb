"""The load generator: a small class on a real server, and what its table says of it."""

import subprocess
import sys

import pytest

from benchmarks.load import HEADINGS, Load, measure, percentile
from tests.server import ROOT


def test_a_small_class_sees_no_error():
    load = Load(readers=2, draggers=2, map_makers=2, seconds=3)
    seen, printed = measure(load)
    assert seen.keys() == {"readers", "draggers", "map-makers"}
    for name, one in seen.items():
        assert one["errors"] == [], name
        assert len(one["delays"]) >= 2, name
        assert min(one["delays"]) > 0
    lines = printed.splitlines()
    assert [*filter(None, HEADINGS)] == [cell.strip() for cell in lines[0].split("  ") if cell.strip()]
    assert [line.split()[:2] for line in lines[1:4]] == [["2", "readers"], ["2", "draggers"], ["2", "map-makers"]]
    for told in ("memory:", "open files:", "cores of"):
        assert told in printed


@pytest.mark.parametrize(
    "asked", [("--draggers", "501"), ("--seconds", "0"), ("--seconds", "3601"), ("--readers", "-1")]
)
def test_it_is_bounded(asked):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *asked], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "a whole number from" in done.stderr


def test_percentiles_are_of_what_was_seen():
    assert [percentile([k / 1000 for k in range(1, 101)], one) for one in (50, 95, 99)] == pytest.approx([51, 96, 100])
    assert percentile([], 95) == float("inf"), "nobody was answered: no promise may hold"
