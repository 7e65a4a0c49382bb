"""The browser of the tests: found, or installed. `python -m tests.chromium` prints its path."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = "The browser tests need Chromium: install it, or set CHROMIUM to its path."


class NoBrowser(RuntimeError):
    """There is no browser, and none could be installed; the message says what to do."""


def chromium() -> str:
    """The path of $CHROMIUM, else of a Chromium on the path, else of Debian's package, which is installed for it."""
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoBrowser(f"CHROMIUM is set to {named!r}, where there is no program. {ADVICE}")
        return found
    return _on_path() or _installed()


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _installed() -> str:
    become_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if shutil.which("apt-get") is None or (become_root and shutil.which("sudo") is None):
        raise NoBrowser(ADVICE)
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        # To stderr, because what this program prints is the path.
        if subprocess.run([*apt, *step], stdout=sys.stderr, stdin=subprocess.DEVNULL).returncode != 0:
            raise NoBrowser(f"apt-get {step[0]} failed. {ADVICE}")
    found = _on_path()
    if found is None:
        raise NoBrowser(f"apt-get installed no browser. {ADVICE}")
    return found


if __name__ == "__main__":
    try:
        sys.stdout.write(chromium() + "\n")
    except NoBrowser as fault:
        sys.exit(str(fault))
