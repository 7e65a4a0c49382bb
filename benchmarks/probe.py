"""A fresh process that imports the engine, compiles a surface and times a run: `python -m benchmarks.probe`.

What depends on how a process was started (flags, the cache of compiled programs) can only be measured in a new one. It
prints one JSON object of seconds. DESCENT_LAB_CACHE names the cache; without it none is used.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
REPEATS = 200


def ask(environment: Mapping[str, str]) -> dict[str, float]:
    """The seconds that a fresh process measures under these variables: first_run, all_programs, warm_run."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("XLA_FLAGS", "DESCENT_LAB_CACHE")}
    command = [sys.executable, "-m", "benchmarks.probe"]
    told = subprocess.run(
        command, cwd=ROOT, env={**inherited, **environment}, capture_output=True, text=True, check=True
    )
    return json.loads(told.stdout)


def measure() -> dict[str, float]:
    """As `ask`, in this process."""
    from benchmarks.clock import seconds
    from benchmarks.engine import valley
    from engine import Run, descend, warm_up
    from landscapes import LANDSCAPES
    from live import keep_programs

    if os.environ.get("DESCENT_LAB_CACHE"):
        keep_programs()
    # JAX's own start is paid by the server before anybody comes, so it is paid here before the clock runs.
    descend(Run("bowl"))
    run = valley()
    first = seconds(lambda: descend(run))
    begun = time.perf_counter()
    warm_up(LANDSCAPES["rosenbrock"])
    rest = time.perf_counter() - begun
    warm = statistics.median(seconds(lambda: descend(run)) for _ in range(REPEATS))
    return {"first_run": first, "all_programs": first + rest, "warm_run": warm}


if __name__ == "__main__":
    print(json.dumps(measure()))
