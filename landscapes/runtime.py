"""How JAX must be set up before its first use: float64, on the CPU, and a flag that keeps small loops in one piece."""

import os
import warnings

import jax
from jax._src import xla_bridge

# Without it XLA's CPU backend dispatches a loop whose body touches more than about 1 kB op by op, 7-36 times slower.
# The option is undocumented: jaxlib is pinned, and the bench keeps a ratio test on it.
_OPTION = "xla_cpu_small_while_loop_byte_threshold"
LOOP_FLAG = f"--xla_backend_extra_options={_OPTION}=1000000000"


def prepare() -> None:
    """Enable float64, place everything on the CPU and append `LOOP_FLAG` to XLA_FLAGS, keeping whatever stands there.

    On an accelerator each of a descent's small steps is a launch of its own: a path of 1,000 steps took 55 ms there
    instead of 0.1, a map of 1,024 x 1,024 starts 15.5 s. Where no backend runs yet, none but the CPU's is started, so
    that a server does not take the memory of a GPU either; where others run, they stay and are not used by default.

    XLA reads the variable once, when the first backend starts; if one already runs without the option, a RuntimeWarning
    says so. Calling it again changes nothing.
    """
    jax.config.update("jax_enable_x64", True)
    # Handed to another thread, a program of 20 us waits up to 100 for that thread to wake, longer on a busy machine.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    running = _running()
    if not running:
        jax.config.update("jax_platforms", "cpu")
    elif set(running) != {"cpu"}:
        jax.config.update("jax_default_device", jax.local_devices(backend="cpu")[0])
    flags = os.environ.get("XLA_FLAGS", "")
    if _OPTION in flags:
        return
    os.environ["XLA_FLAGS"] = f"{flags} {LOOP_FLAG}".strip()
    # Without a word a slow engine would go unexplained.
    if running:
        warnings.warn(
            "JAX was already running when landscapes was imported, so the engine will be slow: import landscapes "
            f"first, or start with XLA_FLAGS={LOOP_FLAG}.",
            RuntimeWarning,
            stacklevel=3,
        )


def _running() -> list[str]:
    """The platforms whose backends have started; JAX has no public question for this."""
    return sorted(xla_bridge.backends()) if xla_bridge.backends_are_initialized() else []
