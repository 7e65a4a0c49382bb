"""Threads that work for nobody who waits."""

import os
import sys
import threading

NICENESS = 10
"""Of such threads, from 0 (as all others) to 19."""


def give_way() -> None:
    """Let this thread come after all others of the machine: on Linux each thread has a niceness of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
