"""How many cores a process may use, told by the machine, its binding and its container."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.basis.cores import cores

PLENTY = os.cpu_count() or 1


def test_without_a_container_it_is_what_the_process_is_bound_to(tmp_path: Path):
    assert cores(tmp_path) == len(os.sched_getaffinity(0))
    one = min(os.sched_getaffinity(0))
    asked = f"import os; os.sched_setaffinity(0, {{{one}}}); from engine.basis.cores import CORES; print(CORES)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "1\n"


@pytest.mark.parametrize(
    ("limit", "allowed"),
    [("50000 100000", 1), ("100000 100000", 1), ("150000 100000", 2), ("9900000 100000", 99), ("max 100000", None)],
)
def test_a_container_s_quota_counts_in_both_versions(tmp_path: Path, monkeypatch, limit: str, allowed: int | None):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(64)))
    quota, period = limit.split()
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "cpu.max").write_text(limit + "\n")
    first = tmp_path / "first" / "cpu"
    first.mkdir(parents=True)
    (first / "cpu.cfs_quota_us").write_text(("-1" if quota == "max" else quota) + "\n")
    (first / "cpu.cfs_period_us").write_text(period + "\n")
    expected = 64 if allowed is None else min(64, allowed)
    assert cores(tmp_path / "second") == cores(tmp_path / "first") == expected


@pytest.mark.parametrize("nonsense", ["", "max", "100000", "0 0", "a b", "1 2 3"])
def test_what_cannot_be_read_limits_nothing(tmp_path: Path, nonsense: str):
    (tmp_path / "cpu.max").write_text(nonsense)
    assert cores(tmp_path) == len(os.sched_getaffinity(0))
