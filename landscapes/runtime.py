"""How JAX must be set up before its first use: float64, and the flag that keeps small loops in one piece."""

import os
import warnings

import jax
from jax._src import xla_bridge

# Without it XLA's CPU backend dispatches a loop whose body touches more than about 1 kB op by op, 7-36 times slower.
# The option is undocumented: jaxlib is pinned, and the bench keeps a ratio test on it.
_OPTION = "xla_cpu_small_while_loop_byte_threshold"
LOOP_FLAG = f"--xla_backend_extra_options={_OPTION}=1000000000"


def prepare() -> None:
    """Enable float64 and append `LOOP_FLAG` to XLA_FLAGS, keeping whatever stands there.

    XLA reads the variable once, when the first backend starts; if one already runs without the option, a RuntimeWarning
    says so. Calling it again changes nothing.
    """
    jax.config.update("jax_enable_x64", True)
    # Handed to another thread, a program of 20 us waits up to 100 for that thread to wake, longer on a busy machine.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    flags = os.environ.get("XLA_FLAGS", "")
    if _OPTION in flags:
        return
    os.environ["XLA_FLAGS"] = f"{flags} {LOOP_FLAG}".strip()
    # JAX has no public question for this; without the answer a slow engine would go unexplained.
    if xla_bridge.backends_are_initialized():
        warnings.warn(
            "JAX was already running when landscapes was imported, so the engine will be slow: import landscapes "
            f"first, or start with XLA_FLAGS={LOOP_FLAG}.",
            RuntimeWarning,
            stacklevel=3,
        )
