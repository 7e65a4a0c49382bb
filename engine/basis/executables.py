"""One executable: compiled by XLA, packed into bytes that it is read back from, and kept in a folder between starts.

JAX's own cache of compiled programs is not used for these. What it has read from there it cannot serialize again (the
machine code is missing from it, jaxlib 0.10.2), and so it could not be packed.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import math
import os
import platform
import time
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import jax
from jax._src import config
from jax.experimental.serialize_executable import deserialize_and_load, serialize

from engine.basis.heap import tidy

log = logging.getLogger(__name__)
_traces = itertools.count(1)

IN_MEMORY = 26
"""Bytes that an executable takes in memory for each byte of its serialized form, once it has been read back: measured
(malloc's own count, jaxlib 0.10.2) to be 20 to 27 for all that are larger than 1 MB. One that was compiled in this
process takes little more than half as much. Almost all of it is XLA's copy of the instructions, not machine code."""
TRACES = 16
"""Programs traced between two collections of garbage. Each leaves a cycle of objects that holds 4 MB of MLIR, so
few that Python would collect them only after hundreds."""
COMPILATION = "/jax/core/compile/backend_compile_duration"
"""JAX's name for the time that a new program takes to be there, be it compiled or read from a folder."""


class Packed(NamedTuple):
    """What an executable is read back from."""

    data: bytes
    """Compressed."""
    trees: tuple[Any, Any]
    """The structures of arguments and result, which the data leave out."""
    memory: int
    """Bytes that the executable takes in memory: `IN_MEMORY` times those of its serialized form."""


def pack(executable: Any) -> Packed:
    """The executable as bytes: a fiftieth of what it takes in memory, or less."""
    serialized, *trees = serialize(executable)
    return _packed(zlib.compress(serialized, 1), len(serialized), trees)


def _packed(data: bytes, length: int, trees) -> Packed:
    start, result = trees
    return Packed(data, (start, result), IN_MEMORY * length)


def unpack(packed: Packed) -> Callable:
    """The executable, read back: a tenth of the time that compiling it took."""
    return deserialize_and_load(zlib.decompress(packed.data), *packed.trees)


def make(function: Callable, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> tuple[Callable, Packed]:
    """The executable of a function for arguments of these shapes, from the folder where it was kept, else compiled."""
    if next(_traces) % TRACES == 0:
        tidy()

    def kept_by_us(*inputs):  # the name makes it another program to JAX's own cache than what that may hold
        return function(*inputs)

    # What JAX remembers of a trace goes with the jitted function: half as much memory again. Arguments that are not
    # used stay, so that equal texts of programs mean equal executables.
    lowered = jax.jit(kept_by_us, keep_unused=True, compiler_options=dict(options) or None).lower(*arguments)
    folder = _folder()
    path = None if folder is None else folder / _name(lowered, options)
    if path is not None:
        begun = time.perf_counter()
        found = _read(path, (lowered.in_tree, lowered.out_tree))
        if found is not None:
            jax.monitoring.record_event_duration_secs(COMPILATION, time.perf_counter() - begun)
            return found
    with config.persistent_cache_min_compile_time_secs(math.inf):
        executable = lowered.compile()
    packed = pack(executable)
    if path is not None:
        _write(path, packed)
    return executable, packed


def _folder() -> Path | None:
    """Beside JAX's own cache, in the folder that `live.keep_programs` has found safe to run code from."""
    named = config.compilation_cache_dir.value
    return Path(named) / "executables" if named else None


def _name(lowered: jax.stages.Lowered, options: Mapping[str, Any]) -> str:
    """Equal for equal programs on one kind of machine."""
    told = [_machine(), repr(sorted(options.items())), str(lowered.in_tree), str(lowered.out_tree), lowered.as_text()]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


@cache
def _machine() -> str:
    """What an executable depends on besides its program: versions, flags, and what the processor can do."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        able = sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))})
    except OSError:
        able = [platform.processor()]
    versions = (version("jax"), version("jaxlib"), platform.python_version())
    return repr((versions, os.environ.get("XLA_FLAGS"), platform.machine(), able))


def _read(path: Path, trees: tuple[Any, Any]) -> tuple[Callable, Packed] | None:
    try:
        written = path.read_bytes()
        packed = _packed(written[8:], int.from_bytes(written[:8], "little"), trees)
        return unpack(packed), packed
    except FileNotFoundError:
        return None
    except Exception:
        # Cut short, or of a version that tells itself apart in no other way: it is compiled and written anew.
        log.warning("The compiled program %s cannot be read.", path, exc_info=True)
        return None


def _write(path: Path, packed: Packed) -> None:
    length = packed.memory // IN_MEMORY
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        # Whole or not at all: another process may read it meanwhile.
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(length.to_bytes(8, "little") + packed.data)
        unfinished.replace(path)
    except OSError as fault:
        log.info("A compiled program is not kept: %s.", fault)
