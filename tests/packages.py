"""Debian's packages, installed where a test needs their programs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence


class NotInstalled(RuntimeError):
    """The program is not there, and could not be installed; the message says what to do."""


def on_path(names: Sequence[str]) -> str | None:
    """The first of these programs that is found."""
    return next(filter(None, map(shutil.which, names)), None)


def program(names: Sequence[str], package: str, advice: str) -> str:
    """The path of the first of these programs that is there, else of the one that Debian's package brings."""
    found = on_path(names)
    if found is not None:
        return found
    become_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if shutil.which("apt-get") is None or (become_root and shutil.which("sudo") is None):
        raise NotInstalled(advice)
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        # To stderr, because `python -m tests.chromium` prints a path.
        if subprocess.run([*apt, *step], stdout=sys.stderr, stdin=subprocess.DEVNULL).returncode != 0:
            raise NotInstalled(f"apt-get {step[0]} failed. {advice}")
    found = on_path(names)
    if found is None:
        raise NotInstalled(f"apt-get installed {package}, but none of {', '.join(names)} is there. {advice}")
    return found
