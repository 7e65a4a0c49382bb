"""What a host can read of the server: the numbers in Prometheus' format, and one line for each visit."""

import io
import json
import logging
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from live.work.metrics import JsonLines, log_as, serve_metrics
from tests.live.fetch import PATIENCE
from tests.server import free_port

FORMULA = "formula:x**2 + 7*y**2 + 31"
RUN = {"landscape": FORMULA, "optimizer": "gradient_descent", "rate": 0.01, "steps": 10}


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged of visits meanwhile, as a host that wants JSON reads it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("descent_lab.visits")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_visit_is_counted_and_told_in_one_line_without_what_was_typed(wire, lines):
    answers, refusals = (
        value("descent_lab_answer_seconds_count", kind="runs"),
        value("descent_lab_refusals_total", kind="unread"),
    )
    compiled, open_before = value("descent_lab_compiling_answer_seconds_count"), value("descent_lab_connections")
    with wire.talk() as talk:
        talk.ask({"seq": 1, "runs": [RUN]})
        talk.ask({"seq": 2, "runs": [RUN]})
        assert "error" in talk.ask({"seq": 3, "runs": "secret"})[0]
        assert value("descent_lab_connections") == open_before + 1
    for _ in range(int(100 * PATIENCE)):
        if lines.getvalue():
            break
        time.sleep(0.01)
    assert value("descent_lab_answer_seconds_count", kind="runs") == answers + 2
    assert value("descent_lab_refusals_total", kind="unread") == refusals + 1
    assert value("descent_lab_compiling_answer_seconds_count") >= compiled + 1
    assert value("descent_lab_connections") == open_before
    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert told["answers"] == {"runs": 2}
    assert told["refusals"] == {"unread": 1}
    assert told["faults"] == 0
    assert 0 < told["longest_answer_s"] <= told["seconds"]
    # Nothing else: no address, no formula, no setting.
    assert told.keys() == {
        *(
            "time",
            "level",
            "logger",
            "message",
            "visit",
            "seconds",
            "answers",
            "longest_answer_s",
            "refusals",
            "faults",
        ),
    }


def test_the_numbers_are_served_to_this_machine_as_prometheus_reads_them():
    port = free_port()
    serve_metrics(str(port))
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as reply:
        families = {family.name: family.type for family in text_string_to_metric_families(reply.read().decode())}
    assert families["descent_lab_answer_seconds"] == "histogram"
    assert families["descent_lab_refusals"] == "counter"
    assert families["descent_lab_connections"] == "gauge"
    assert "process_resident_memory_bytes" in families
    serve_metrics("")


@pytest.mark.parametrize("where", ["metrics", "0.0.0.0", ":", "70000", "0", "a b:9464", "http://127.0.0.1:9464"])
def test_an_address_that_is_none_is_refused(where: str):
    with pytest.raises(ValueError, match="DESCENT_LAB_METRICS is a port"):
        serve_metrics(where)


def test_a_log_s_form_is_json_or_left_out():
    log_as("")
    with pytest.raises(ValueError, match="DESCENT_LAB_LOG"):
        log_as("xml")


def test_a_fault_s_line_is_json_too():
    try:
        raise OSError("no disk")
    except OSError as fault:
        record = logging.LogRecord(
            "live.wire", logging.ERROR, __file__, 1, "not %s", ("kept",), (OSError, fault, fault.__traceback__)
        )
    told = json.loads(JsonLines().format(record))
    assert (told["level"], told["message"]) == ("ERROR", "not kept")
    assert told["fault"].endswith("OSError: no disk")
