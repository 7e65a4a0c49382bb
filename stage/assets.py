"""The files that the stage loads in the browser, and the version that names them in their addresses."""

import hashlib
from pathlib import Path

import plotly

FOLDER = Path(__file__).parent / "web"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def _version() -> str:
    """A hash of everything served: a changed file is a new address, so browsers may keep the old one for ever."""
    digest = hashlib.sha256(plotly.__version__.encode())
    for file in sorted(FOLDER.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


VERSION = _version()
