"""A class on one server, all on this machine: `make load`, or `python -m benchmarks.load --draggers 50 --seconds 60`.

Readers are sessions of Streamlit, draggers drag the opening picture at 30 moves a second, map-makers have maps made;
each kind is a process of its own. Server and clients share the machine's cores, so what is measured is worse than what
a host sees whose visitors bring their own. Bounded: at most `MOST` of a kind, for at most `LONGEST` seconds, on
loopback alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

import psutil

from benchmarks.clock import Others
from benchmarks.drags import Drag
from benchmarks.live import FIVE, READY
from benchmarks.map_makers import Makers
from benchmarks.readers import Readers
from tests.server import ROOT, UVICORN, running

MOST = 500
LONGEST = 3_600
SPARE_FILES = 8
"""That a server may have open besides those it began with."""
EVERY = 0.25
"""Seconds between two looks at the server's process."""
HEADINGS = ("", "answers", "a second", "p50 ms", "p95 ms", "p99 ms", "errors", "")


@dataclass(frozen=True)
class Load:
    """How many of each, and for how many seconds."""

    readers: int
    draggers: int
    map_makers: int
    seconds: float

    @property
    def clients(self) -> Iterator[tuple[str, str, str]]:
        """What each kind is called, its module, and its argument."""
        if self.readers:
            yield "readers", "readers", json.dumps(asdict(Readers(self.readers, self.seconds)))
        if self.draggers:
            drag = Drag(self.draggers, 30, self.seconds, FIVE, 200, focus=1)
            yield "draggers", "drags", drag.text
        if self.map_makers:
            yield "map-makers", "map_makers", json.dumps(asdict(Makers(self.map_makers, self.seconds)))


class Watched:
    """A server's process, looked at while a block runs: megabytes and open files before, at most and after; cores."""

    def __init__(self, pid: int):
        self.process = psutil.Process(pid)
        self.begun, self.cpu = time.monotonic(), self._cpu()
        self.before, self.files_before = self._memory(), self.process.num_fds()
        self.highest, self.most_files = self.before, self.files_before
        self.after, self.files_after, self.cores = self.before, self.files_before, 0.0
        self.spare = SPARE_FILES
        self._over = Event()
        self._looking = Thread(target=self._look, daemon=True)
        self._looking.start()

    def end(self) -> None:
        """The block is over."""
        self._over.set()
        self._looking.join()
        self.cores = (self._cpu() - self.cpu) / (time.monotonic() - self.begun)

    def settle(self, least: float, most: float) -> None:
        """A quiet moment later: up to `most` seconds, for as long as connections are still being closed."""
        time.sleep(least)
        end = time.monotonic() + most - least
        while self.process.num_fds() > self.files_before + self.spare and time.monotonic() < end:
            time.sleep(EVERY)
        self.after, self.files_after = self._memory(), self.process.num_fds()

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self.highest = max(self.highest, self._memory())
            self.most_files = max(self.most_files, self.process.num_fds())

    def _memory(self) -> float:
        return self.process.memory_info().rss / 2**20

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


@contextmanager
def watching(pid: int, settle: tuple[float, float]) -> Iterator[Watched]:
    """Look at a process for the length of a block, and once more after it, when it has settled (see there)."""
    watched = Watched(pid)
    try:
        yield watched
    finally:
        watched.end()
        watched.settle(*settle)


def drive(port: int, load: Load) -> dict[str, dict]:
    """All kinds at once; what each saw."""
    command = [sys.executable, "-m"]
    started = {
        name: subprocess.Popen([*command, f"benchmarks.{module}", str(port), told], cwd=ROOT, stdout=subprocess.PIPE)
        for name, module, told in load.clients
    }
    try:
        return {name: json.loads(one.communicate(timeout=load.seconds + 180)[0]) for name, one in started.items()}
    finally:
        for one in started.values():
            one.kill()
            one.wait()


def percentile(delays: Sequence[float], percent: int) -> float:
    """In milliseconds; infinite where nobody was answered."""
    ordered = sorted(delays)
    return 1e3 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("inf")


def table(load: Load, seen: Mapping[str, dict], watched: Watched, clients: float, others: float | None) -> str:
    """What all saw, and what it took."""
    counts = {"readers": load.readers, "draggers": load.draggers, "map-makers": load.map_makers}
    rows: list[tuple[str, ...]] = [HEADINGS]
    for name, one in seen.items():
        delays = one["delays"]
        shown = len(delays) / (len(delays) + one["overtaken"]) if one.get("overtaken") is not None and delays else None
        rows.append(
            (
                f"{counts[name]} {name}",
                f"{len(delays):,}",
                f"{len(delays) / load.seconds:,.1f}",
                *(f"{percentile(delays, percent):,.1f}" for percent in (50, 95, 99)),
                str(len(one["errors"])),
                "" if shown is None else f"{shown:.0%} of the moves shown",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "  ".join(
            cell.ljust(width) if heading in (HEADINGS[0], HEADINGS[-1]) else cell.rjust(width)
            for heading, cell, width in zip(HEADINGS, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    lines += [
        "",
        f"memory: {watched.before:,.0f} MB before, at most {watched.highest:,.0f}, {watched.after:,.0f} after",
        f"open files: {watched.files_before} before, at most {watched.most_files}, {watched.files_after} after",
        f"cores of {os.cpu_count()}: server {watched.cores:.2f}, clients {clients:.2f}"
        + ("" if others is None else f", other programs {others:.2f}"),
    ]
    lines += [f"{name}: {error[:200]}" for name, one in seen.items() for error in one["errors"][:3]]
    return "\n".join(lines)


def measure(load: Load) -> tuple[dict[str, dict], str]:
    """A server of its own, loaded: what all saw, and the table."""
    with tempfile.TemporaryDirectory() as folder:
        private = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs")} | READY
        with running(Path(folder) / "log.txt", UVICORN, environment=private) as server:
            drive(server.port, Load(min(load.readers, 7), min(load.draggers, 1), min(load.map_makers, 1), 3))
            others, own = Others(), sum(os.times()[:4])
            with watching(server.process.pid, settle=(2.0, 10.0)) as watched:
                seen = drive(server.port, load)
                busy, clients = others.cores(), (sum(os.times()[:4]) - own) / load.seconds
            # To `Others` the server, which goes on, is another program.
            return seen, table(load, seen, watched, clients, None if busy is None else max(0.0, busy - watched.cores))


def main() -> int:
    """Measure and print; 1 where anybody saw an error."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description="A class on one server.")
    for name, usual in (("readers", 50), ("draggers", 50), ("map-makers", 2)):
        parser.add_argument(f"--{name}", type=_within(0, MOST), default=usual, metavar="N", help=f"usually {usual}")
    parser.add_argument("--seconds", type=_within(1, LONGEST), default=30, metavar="S", help="usually 30")
    asked = parser.parse_args()
    seen, printed = measure(Load(asked.readers, asked.draggers, asked.map_makers, asked.seconds))
    print(printed)
    return 1 if any(one["errors"] for one in seen.values()) else 0


def _within(least: int, most: int):
    def number(text: str) -> int:
        if not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most:,}")
        return int(text)

    return number


if __name__ == "__main__":
    sys.exit(main())
