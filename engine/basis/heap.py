"""The process's heap: shared by threads, and given back to the system where it is free."""

import ctypes
import gc
import sys

M_ARENA_MAX = -8
"""glibc's name for it in `mallopt`."""
ARENAS = 2
"""Heaps that threads share. By itself glibc makes eight for each core, and what one thread has freed in its own heap is
of no use to another: compilers leave a hundred megabytes in such holes."""


def share_heaps() -> None:
    """Let the threads of this process share few heaps; to be called before they start. Only glibc has the setting."""
    if (libc := _glibc()) is not None:
        libc.mallopt(M_ARENA_MAX, ARENAS)


def tidy() -> None:
    """Collect garbage, and give the pages that are free between what is in use back to the system."""
    gc.collect()
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
