"""A sample of what `python -m benchmarks.hostile` sends: every kind of it, against a real server, beside a visitor."""

import asyncio

from benchmarks.hostile import CONNECTIONS_MADE, MESSAGES_SENT, besiege
from tests.loop import run
from tests.server import UVICORN, running


def test_hostile_strangers_cost_a_visitor_nothing_and_the_server_no_memory(tmp_path):
    environment = {"DESCENT_LAB_CACHE": str(tmp_path / "programs"), "DESCENT_LAB_WARM_UP": "opening"}
    with running(tmp_path / "log.txt", UVICORN, environment=environment) as server:
        report = run(asyncio.to_thread(besiege, server, 1_500, silent=40, at_once=24))
    assert report.faults == []
    assert {*MESSAGES_SENT, *CONNECTIONS_MADE} == report.done.counts.keys(), "every kind came"
    assert sum(report.done.counts.values()) == 1_500
    assert report.done.refused == sum(report.done.counts[kind] for kind in MESSAGES_SENT), "a sentence for each"
    assert report.visitor["delays"]
    assert "Traceback" not in (tmp_path / "log.txt").read_text()
