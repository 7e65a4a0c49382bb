"""What the server does, counted for who runs it: Prometheus' text format on a port of its own, one log line a visit.

Nothing of a person is in it: no address, no text that a visitor typed, no setting; only kinds of questions, how long
their answers took, what was refused, and what was compiled.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter as Tally
from collections.abc import Callable
from functools import cache
from itertools import count
from time import perf_counter

from prometheus_client import Counter, Gauge, Histogram, start_http_server

log = logging.getLogger("descent_lab.visits")

STEPS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
"""Upper ends of the histograms' bars, in seconds."""

ANSWERS = Histogram(
    "descent_lab_answer_seconds", "From a question on /live to its answer, by its kind.", ["kind"], buckets=STEPS
)
COMPILED = Histogram(
    "descent_lab_compiling_answer_seconds",
    "The same of those for which a program was compiled, or read back from the disk.",
    buckets=STEPS,
)
REFUSED = Counter("descent_lab_refusals", "Questions on /live that got a sentence instead of an answer.", ["kind"])
FAULTS = Counter("descent_lab_faults", "Questions on /live that the server failed to answer.")
CONNECTIONS = Gauge("descent_lab_connections", "Open connections on /live.")

UNREAD = "unread"
"""The kind of a question that could not be read."""
_ADDRESS = re.compile(r"(?:(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\]):)?(?P<port>\d{1,5})")
_numbers = count(1)


class Visit:
    """One connection's questions, counted with all of the server's, and by themselves for one line in the log."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._begun = clock()
        self._number = next(_numbers)
        self._answers: Tally[str] = Tally()
        self._refused: Tally[str] = Tally()
        self._faults = 0
        self._longest = 0.0
        CONNECTIONS.inc()

    def answered(self, kind: str, seconds: float) -> None:
        """A question of this kind was answered within `seconds`."""
        _answers(kind).observe(seconds)
        self._answers[kind] += 1
        self._longest = max(self._longest, seconds)

    def refused(self, kind: str) -> None:
        """A question of this kind got a sentence instead."""
        REFUSED.labels(kind).inc()
        self._refused[kind] += 1

    def failed(self) -> None:
        """The server could not answer, and the fault is its own."""
        FAULTS.inc()
        self._faults += 1

    def ended(self) -> None:
        """The connection is closed: say in the log what it was."""
        CONNECTIONS.dec()
        log.info(
            "visit",
            extra={
                "visit": {
                    "visit": self._number,
                    "seconds": round(self._clock() - self._begun, 3),
                    "answers": dict(self._answers),
                    "longest_answer_s": round(self._longest, 4),
                    "refusals": dict(self._refused),
                    "faults": self._faults,
                }
            },
        )


class JsonLines(logging.Formatter):
    """Log records as one JSON object a line: time, level, logger, message, the fault if any, and a visit's numbers."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "visit", {})
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


def log_as(form: str) -> None:
    """How our loggers write, as DESCENT_LAB_LOG says: "" as Python does, "json" a line of JSON for each record.

    Raises ValueError for another form.
    """
    if not form:
        return
    if form != "json":
        raise ValueError(f'DESCENT_LAB_LOG is "json", or is left out; got "{form}".')
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name in ("descent_lab", "live"):
        ours = logging.getLogger(name)
        ours.handlers, ours.propagate = [handler], False
        ours.setLevel(logging.INFO)


def serve_metrics(where: str) -> None:
    """Serve the numbers at http://<where>/metrics: a port, of this machine alone, or host:port; nothing if empty.

    Raises ValueError for what is neither, and OSError where the port is taken.
    """
    if not where:
        return
    found = _ADDRESS.fullmatch(where)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise ValueError(f'DESCENT_LAB_METRICS is a port (9464) or host:port (0.0.0.0:9464); got "{where}".')
    start_http_server(int(found["port"]), (found["host"] or "127.0.0.1").strip("[]"))


@cache
def _answers(kind: str) -> Histogram:
    """A kind's own histogram: to look it up by its label takes longer than to count."""
    return ANSWERS.labels(kind)
