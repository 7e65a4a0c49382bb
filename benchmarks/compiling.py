"""What a surface costs the first time, and what one XLA flag buys."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.probe import ask
from benchmarks.row import Row

TOPIC = "A surface the first time (fresh processes)"
ROUNDS = 3
OPTION = "xla_cpu_small_while_loop_byte_threshold"
DEFAULT_THRESHOLD = 1024
"""XLA's own value of the option that `landscapes.runtime` sets; naming it keeps that from setting ours."""
STILL_WORTH_IT = 2.0
"""Below it the flag no longer does what the engine's shape was chosen for: a new jaxlib may have dropped it."""


def rows() -> Iterator[Row]:
    """Compilation without and with the cache of an earlier process, and the same run with and without the flag."""
    cold, kept, plain = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            cache = {"DESCENT_LAB_CACHE": str(Path(folder))}
            cold.append(ask(cache))
            kept.append(ask(cache))
        plain.append(ask({"XLA_FLAGS": f"--xla_backend_extra_options={OPTION}={DEFAULT_THRESHOLD}"}))
    for name, told in (("compiled", cold), ("from the kept programs", kept)):
        yield Row.median(TOPIC, f"first run, {name}", [one["first_run"] for one in told])
        yield Row.median(TOPIC, f"all its programs, {name}", [one["all_programs"] for one in told])
    slower = [without["warm_run"] / with_it["warm_run"] for without, with_it in zip(plain, cold, strict=True)]
    note = "how much slower 1,000 Adam steps are where XLA cuts small loops into single operations"
    yield Row.median(TOPIC, "what the XLA flag buys", slower, "x", at_least=STILL_WORTH_IT, note=note)
