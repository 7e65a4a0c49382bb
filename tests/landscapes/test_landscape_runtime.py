"""Importing landscapes sets JAX up. Each case needs a process of its own: a backend starts once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from landscapes.runtime import LOOP_FLAG

ROOT = Path(__file__).parents[2]


def fresh(code: str, flags: str | None = None) -> subprocess.CompletedProcess:
    environment = {key: value for key, value in os.environ.items() if key != "XLA_FLAGS"}
    if flags is not None:
        environment["XLA_FLAGS"] = flags
    return subprocess.run(
        [sys.executable, "-W", "always::RuntimeWarning", "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip


SHOW = "import landscapes, os, jax.numpy as jnp; print(os.environ['XLA_FLAGS']); print(jnp.ones(2).dtype)"


@pytest.mark.parametrize("flags", [None, "", "--xla_cpu_enable_fast_math=false"])
def test_import_enables_float64_and_keeps_what_is_in_xla_flags(flags: str | None) -> None:
    answer = fresh(SHOW, flags)
    shown, dtype = answer.stdout.splitlines()
    assert shown == f"{flags or ''} {LOOP_FLAG}".strip()
    assert dtype == "float64"
    assert "RuntimeWarning" not in answer.stderr


def test_a_value_that_the_host_chose_stays() -> None:
    chosen = LOOP_FLAG.replace("1000000000", "5000")
    assert fresh(SHOW, chosen).stdout.splitlines()[0] == chosen


def test_a_running_backend_without_the_flag_costs_one_warning() -> None:
    code = (
        "import jax; jax.devices(); import landscapes, landscapes.runtime\n"
        "landscapes.runtime.prepare(); landscapes.runtime.prepare()"
    )
    assert fresh(code).stderr.count("RuntimeWarning: JAX was already running") == 1
    assert "RuntimeWarning" not in fresh(code, LOOP_FLAG).stderr


LOOP = """
import landscapes, jax, jax.numpy as jnp, time
slope = jax.grad(landscapes.LANDSCAPES["rosenbrock"].loss)
def step(carry):
    i, w, path = carry
    w = w - 1e-3 * slope(w)
    return i + 1, w, path.at[i].set(w)
@jax.jit
def run(steps):
    return jax.lax.while_loop(lambda carry: carry[0] < steps, step, (0, jnp.array([-1.5, 2.0]), jnp.zeros((1000, 2))))
def once():
    began = time.perf_counter(); run(1000)[1].block_until_ready(); return time.perf_counter() - began
once()
print(min(once() for _ in range(50)))
"""


def test_xla_obeys_the_option() -> None:
    """XLA ignores without a word an option that a new version renamed, so its effect is what counts.

    A threshold of 1 byte has even this small loop dispatched op by op: 79 us against 24 when this was written. The best
    of 50 runs on each side, and a bound of 1.7, leave room for a busy machine.
    """
    whole, op_by_op = float(fresh(LOOP).stdout), float(fresh(LOOP, LOOP_FLAG.replace("1000000000", "1")).stdout)
    assert op_by_op > 1.7 * whole


@pytest.mark.parametrize("platforms", ["", "cpu", "cuda,cpu", "cuda"])
def test_no_accelerator_is_started_whatever_jax_would_take(platforms: str, monkeypatch) -> None:
    monkeypatch.setenv("JAX_PLATFORMS", platforms)
    code = (
        "import landscapes, jax; from jax._src import xla_bridge\n"
        "print(jax.numpy.ones(2).device.platform, sorted(xla_bridge.backends()))"
    )
    assert fresh(code).stdout == "cpu ['cpu']\n"


ACCELERATOR = """
import jax
from jax._src import xla_bridge
cpu = xla_bridge.backends()["cpu"]
xla_bridge.backends()["other"] = cpu  # as it is where JAX had found an accelerator first
import landscapes
print(jax.config.jax_default_device)
"""


def test_beside_an_accelerator_that_already_runs_everything_is_placed_on_the_cpu() -> None:
    assert "cpu" in fresh(ACCELERATOR).stdout.lower()
    assert (
        fresh("import jax; jax.devices(); import landscapes; print(jax.config.jax_default_device)").stdout == "None\n"
    )
