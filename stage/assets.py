"""The files that the stage loads in the browser, and the version that names them in their addresses."""

import hashlib
import os
from pathlib import Path

import plotly

from stage.joined import ALONE, joined_modules, joined_sheets

FOLDER = Path(__file__).parent / "web"
VENDOR = Path(__file__).parent / "vendor"
"""What others wrote, and the thread that uses it: served beside the joined file, under `vendor/`."""
JOINER = Path(__file__).with_name("joined.py")
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def vendored() -> dict[str, Path]:
    """Every file of `VENDOR` that a page may load, by its path in the address."""
    return {f"vendor/{file.name}": file for file in sorted(VENDOR.glob("*.js"))}


def _version() -> str:
    """A hash of everything served: a changed file is a new address, so browsers may keep the old one for ever."""
    digest = hashlib.sha256(plotly.__version__.encode())
    files = {file.relative_to(FOLDER).as_posix(): file for file in FOLDER.rglob("*") if file.is_file()}
    for name, file in (*sorted((files | vendored()).items()), (JOINER.name, JOINER)):
        digest.update(name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


VERSION = _version()

SINGLY = os.environ.get("DESCENT_LAB_SOURCES") == "1"
"""Whether pages load each module from its own source, for who works on them, instead of all from one file."""


def joined_files() -> dict[str, bytes]:
    """What a page loads: all modules in one file, all sheets in another. Some have one of their own."""
    own = {f"{name}_all.js": joined_modules(FOLDER, [name]).encode() for name in ALONE}
    return {"all.js": joined_modules(FOLDER).encode(), "all.css": joined_sheets(FOLDER).encode(), **own}
