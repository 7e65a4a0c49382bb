"""Debian's packages, installed where a test needs their programs; `python -m tests.packages` installs all ahead."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

WHERE = {
    "chromium-headless-shell": ("chromium-headless-shell",),
    "firefox-esr": ("firefox-esr",),
    "nginx-light": ("nginx", "/usr/sbin/nginx"),
    "redis-server": ("redis-server",),
    "webkit2gtk-driver": ("WebKitWebDriver",),
    "xvfb": ("Xvfb",),
}
"""The program that a test needs of a package."""


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
    if not install([package]):
        raise NotInstalled(f"apt-get could not install {package}. {advice}")
    found = on_path(names)
    if found is None:
        raise NotInstalled(f"apt-get installed {package}, but none of {', '.join(names)} is there. {advice}")
    return found


def install(packages: Sequence[str]) -> bool:
    """Whether apt-get installed them, as root or by a sudo that asks for no password."""
    become_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if shutil.which("apt-get") is None or (become_root and shutil.which("sudo") is None):
        return False
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    steps = (["update"], ["install", "--yes", "--no-install-recommends", *packages])
    # To stderr, because `python -m tests.chromium` prints a path.
    return all(
        subprocess.run([*apt, *step], stdout=sys.stderr, stdin=subprocess.DEVNULL).returncode == 0 for step in steps
    )


if __name__ == "__main__":
    # What cannot be installed is said by the test that needs it; one that this system lacks takes no other with it.
    missing = [package for package, names in WHERE.items() if on_path(names) is None]
    if missing and not install(missing):
        for package in missing:
            install([package])
