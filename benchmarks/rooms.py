"""A room of 200 phones: how soon the next scene is there, whether every answer counts, and the lecturer's own drag."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

from benchmarks.drags import Drag
from benchmarks.live import FIVE, READY, two_cores
from benchmarks.row import Row
from engine.frame import opened
from tests.server import ROOT, UVICORN, running

TOPIC = "a room of 200 phones, all on 2 cores"
PHONES = 200
HALL = {"phones": PHONES, "spread": 3.0, "broken": 0.1}
DRAG = Drag(clients=1, moves_per_second=60, seconds=16, optimizers=FIVE, steps=500)
SURFACES = ("himmelblau", "two_valleys", "beale", "three_hump_camel")
METHODS = "&".join(f"lane={key};rate=0.01" for key in FIVE)
SCENES = 12
CODE = "KTRMB"


def rows() -> Iterator[Row]:
    """Delays of scenes, answers counted, and the drag."""
    with two_cores(), tempfile.TemporaryDirectory() as folder:
        private = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs")}
        with running(Path(folder) / "log.txt", UVICORN, environment=private | READY) as server:
            _warm(server.port)
            quiet = _dragged(server.port, replace(DRAG, seconds=4))()
            with connect(f"ws://127.0.0.1:{server.port}/live/room?code={CODE}") as room:
                _say(room, kind="open")
                with _hall(server.port) as hall:
                    yield from _lecture(room, server.port, quiet, hall)


def _lecture(room: ClientConnection, port: int, quiet: dict, hall: subprocess.Popen[str]) -> Iterator[Row]:
    begun = time.monotonic()
    _until(room, lambda told: told["kind"] == "count" and told["phones"] == PHONES)
    joined = time.monotonic() - begun
    dragged = _dragged(port, DRAG)
    time.sleep(2)
    sent = {}
    for number, surface in zip(range(1, SCENES + 1), itertools.cycle(SURFACES), strict=False):
        picture = f"v=1&land={surface}&steps=500&{METHODS}"
        texts = {"page": "playground", "picture": picture, "title": "", "sentence": ""}
        sent[number] = time.monotonic()
        _say(room, kind="scene", id=number, veiled=False, **texts)
        for turn in range(2):  # more often than a lecturer's page tells of a hand that moves
            start = [turn, 1.0]
            runs = [{"landscape": surface, "optimizer": key, "start": start, "steps": 500} for key in FIVE]
            _say(room, kind="paths", id=number, runs=runs, focus=0)
            place = {"start": start, "rates": [0.01] * 5, "playhead": None, "playing": False, "speed": 1}
            _say(room, kind="at", id=number, **place)
            time.sleep(0.5)
    runs = [{"landscape": SURFACES[0], "steps": 500}]
    asked = time.monotonic()
    _say(room, kind="ask", asks="end", words="Where does it end?", runs=runs, focus=0)
    _until(room, lambda told: told["kind"] == "count" and told["answers"] == PHONES)
    took = time.monotonic() - asked
    _say(room, kind="shut")
    values = _until(room, lambda told: told["kind"] == "answers")["values"]
    _say(room, kind="judge")
    judging = time.monotonic()
    judged = _until(room, lambda told: told["kind"] == "judged")
    judging = time.monotonic() - judging
    drag = dragged()
    _say(room, kind="close")
    seen = json.loads(hall.communicate(timeout=60)[0])
    delays = [moment - sent[number] for number in sent for moment in seen["scenes"][str(number)]]
    paths, surfaces = (
        [moment - sent[number] for number in sent for moment in seen[what].get(str(number), [])]
        for what in ("paths", "surfaces")
    )
    note = f"p50 {_at(delays, 50) * 1e3:.0f} ms; {len(delays)} of {SCENES * PHONES} arrived; joined in {joined:.1f} s"
    yield Row(
        TOPIC, "next scene at a phone, while the lecturer drags: p95", _at(delays, 95), "s", at_most=0.5, note=note
    )
    yield Row(TOPIC, "scenes that did not arrive", SCENES * PHONES - len(delays), "", at_most=0)
    for what, these in (("paths", paths), ("surface", surfaces)):
        note = f"p50 {_at(these, 50) * 1e3:.0f} ms; {len(these)} of {SCENES * PHONES} arrived"
        yield Row(TOPIC, f"its {what}: p95", _at(these, 95), "s", note=note)
    broken = f"{seen['broken']} lost their line as they answered"
    note = f"{broken}; all there after {took:.1f} s, judged in {judging:.2f} s"
    yield Row(TOPIC, "answers given within 3 s that were not counted", PHONES - len(values), "", at_most=0, note=note)
    yield Row(TOPIC, "answers judged", judged["of"], "", at_least=PHONES)
    note = f"p50 {_at(drag['delays'], 50) * 1e3:.1f} ms; alone p95 {_at(quiet['delays'], 95) * 1e3:.1f} ms"
    yield Row(TOPIC, "the lecturer's drag meanwhile: p95", _at(drag["delays"], 95), "s", at_most=0.033, note=note)
    shown = len(drag["delays"]) / DRAG.seconds
    yield Row(TOPIC, "its answers a second, of 60 moves", shown, "", at_least=50)
    errors = [*seen["errors"], *drag["errors"]]
    yield Row(TOPIC, "errors", len(errors), "", at_most=0, note=f"the first: {errors[0]}" if errors else "")


@contextmanager
def _hall(port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.phones", str(port), CODE, json.dumps(HALL)]
    hall = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield hall
    finally:
        hall.kill()
        hall.wait()


def _dragged(port: int, drag: Drag):
    """Begin the lecturer's drag; what comes back waits for its end."""
    command = [sys.executable, "-m", "benchmarks.drags", str(port), drag.text]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return lambda: json.loads(process.communicate(timeout=120)[0])


def _warm(port: int) -> None:
    """Have compiled what the lecture asks for, as a server has that ran for two minutes."""
    with connect(f"ws://127.0.0.1:{port}/live", compression=None, max_size=None) as socket:
        for key in SURFACES:
            runs = [{"landscape": key, "optimizer": method, "steps": 500} for method in FIVE]
            for _ in range(2):
                socket.send(json.dumps({"seq": 1, "runs": runs, "focus": 0}))
                opened(socket.recv(timeout=60, decode=False))
    time.sleep(2)


def _say(room: ClientConnection, **told: object) -> None:
    room.send(json.dumps(told))


def _until(room: ClientConnection, fits) -> dict:
    while True:
        told = json.loads(room.recv(timeout=60))
        if told["kind"] == "refused":
            raise AssertionError(told["error"])
        if fits(told):
            return told


def _at(delays: list[float], percent: int) -> float:
    ordered = sorted(delays)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("inf")
