"""`python -m benchmarks [--only TOPIC ...] [--markdown]`: one table of what is promised and what is measured."""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import platform
import sys
import traceback
from collections.abc import Iterable, Mapping

import jax
import numpy as np

from benchmarks import table
from benchmarks.clock import Others
from benchmarks.row import Row

TOPICS = (
    "engine", "maps", "terrain", "tournament", "networks", "recompiling", "compiling", "catalogue", "live", "rooms",
    "memory", "starting", "loading", "browser", "lessons", "stage", "leak", "doctor",
)  # fmt: skip


def main() -> int:
    """Measure, print, and say with the exit status whether every promise holds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What is promised about speed, measured.")
    parser.add_argument("--only", nargs="+", choices=TOPICS, default=TOPICS, metavar="TOPIC", help=", ".join(TOPICS))
    parser.add_argument("--markdown", action="store_true", help="print the table as docs/measured.md has it")
    asked = parser.parse_args()
    rows: list[Row] = []
    busy: dict[str, float | None] = {}
    for topic in TOPICS:
        if topic in asked.only:
            print(f"measuring {topic} ...", file=sys.stderr, flush=True)
            others = Others()
            rows += _rows(topic)
            busy[topic] = others.cores()
    print(table.markdown(rows) if asked.markdown else table.text(rows))
    print(f"\n{_circumstances(busy)}")
    failing = [row for row in rows if row.holds is False]
    held = sum(row.holds is True for row in rows)
    print(f"{held} promises hold, {len(failing)} {'does' if len(failing) == 1 else 'do'} not.")
    return 1 if failing else 0


def _rows(topic: str) -> Iterable[Row]:
    name = f"benchmarks.{topic}"
    if importlib.util.find_spec(name) is None:
        return [Row(topic, "everything of this topic", None, note=f"there is no {name.replace('.', '/')}.py")]
    rows: list[Row] = []
    try:
        rows.extend(importlib.import_module(name).rows())
    except Exception as fault:  # what the other topics have measured is not lost with it
        traceback.print_exc()
        rows.append(
            Row(topic, "the rest of this topic", math.nan, at_most=0, note=f"broke off: {type(fault).__name__}")
        )
    return rows


def _circumstances(busy: Mapping[str, float | None]) -> str:
    """Where this was measured, and how much of it others used: numbers from a busy machine are worse than the app."""
    told = ", ".join(f"{topic} {cores:.1f}" for topic, cores in busy.items() if cores is not None)
    meanwhile = f" Cores that other programs kept busy meanwhile: {told}." if told else ""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"JAX {jax.__version__}, NumPy {np.__version__}.{meanwhile}"
    )


if __name__ == "__main__":
    sys.exit(main())
