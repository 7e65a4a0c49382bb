"""Streamlit's fonts, cut down to what the app writes with: 0.2 MB instead of 1.3 before the first picture.

`make.py` cuts them from the files in the installed Streamlit. README.md says what they are and under which licences.
"""

from pathlib import Path

FOLDER = Path(__file__).parent

FONTS = {
    "MaterialSymbols-Rounded": FOLDER / "icons.woff2",
    "SourceSansVF-Upright.ttf": FOLDER / "sans.woff2",
    "SourceSerifVariable-Roman.ttf": FOLDER / "serif.woff2",
    "SourceSerifVariable-Italic.ttf": FOLDER / "serif-italic.woff2",
}
"""The files to send, by the beginning of the name, up to its hash, of the file in Streamlit that each stands for."""


def fonts_for(media: Path) -> dict[Path, Path]:
    """The files to send for those in `media`, where Streamlit keeps its fonts; another release may have none."""
    return {theirs: ours for stem, ours in FONTS.items() for theirs in media.glob(f"{stem}.*.woff2")}


FACES = {
    "Material Symbols Rounded": "MaterialSymbols-Rounded",
    "Source Sans": "SourceSansVF-Upright.ttf",
    "Source Serif": "SourceSerifVariable-Roman.ttf",
}
"""What a page that is not Streamlit's calls the fonts that it writes with."""


def faces_in(media: Path) -> dict[str, str]:
    """The name of each family's file in `media`; another release of Streamlit may have none."""
    return {family: file.name for family, stem in FACES.items() for file in media.glob(f"{stem}.*.woff2")}
