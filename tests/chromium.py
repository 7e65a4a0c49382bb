"""The browser of the tests: found, or installed. `python -m tests.chromium` prints its path."""

import os
import shutil
import sys

from tests.packages import NotInstalled, program

# Without the windows of a desktop's browser around a page, the same Chromium does a fifth less work for it.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")
ADVICE = "The browser tests need Chromium: install it, or set CHROMIUM to its path."


NoBrowser = NotInstalled


def chromium() -> str:
    """The path of $CHROMIUM, else of a Chromium on the path, else of Debian's package, which is installed for it.

    Of several, the one without windows.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoBrowser(f"CHROMIUM is set to {named!r}, where there is no program. {ADVICE}")
        return found
    try:
        return program(NAMES, SHELL, ADVICE)
    except NoBrowser:
        # Debian before 12 has it in one piece.
        return program(NAMES, "chromium", ADVICE)


if __name__ == "__main__":
    try:
        sys.stdout.write(chromium() + "\n")
    except NoBrowser as fault:
        sys.exit(str(fault))
