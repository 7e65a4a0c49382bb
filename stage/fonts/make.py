"""`python -m stage.fonts.make` cuts the fonts anew, from the installed Streamlit's: after its release has changed.

It needs fonttools and brotli, of requirements-dev.txt.
"""

import re
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from streamlit.file_util import get_static_dir

from stage.fonts import fonts_for

ROOT = Path(__file__).parents[2]
CHARACTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1 and Latin Extended-A
    *range(0x2B0, 0x300),  # raised letters
    *range(0x300, 0x400),  # combining marks (the hats of Adam's rule) and Greek
    *range(0x2000, 0x20D0),  # punctuation, superscripts and subscripts, currencies
    *range(0x2100, 0x2300),  # letter-like symbols, number forms, arrows, mathematical operators
    0x2318,  # the sign on a Mac's command key
    *range(0x25A0, 0x2600),  # geometric shapes
    0x2713,  # the check mark of what is done
)
FEATURES = [
    "calt", "case", "ccmp", "frac", "kern", "liga", "lnum", "locl", "mark", "mkmk", "pnum", "subs", "sups", "tnum"
]  # fmt: skip
WEIGHTS = (400, 700)
"""The lightest and the boldest that the app is set in."""
OPTICAL_SIZE = 20
"""Source Serif's own default, in points: between its cut for text and its cut for headlines."""
ICON = re.compile(r":material/([a-z0-9_]+):")
QUOTED = re.compile(r"""["'`]([a-z0-9_]+)["'`]""")


def main() -> None:
    """Write the files of `stage.fonts.FONTS`."""
    static = Path(get_static_dir()) / "static"
    originals = {ours.stem: TTFont(theirs) for theirs, ours in fonts_for(static / "media").items()}
    _save(_icons(originals["icons"], icons_named(static)), "icons")
    _save(_text(originals["sans"], "Lab Sans", wght=WEIGHTS), "sans")
    _save(_text(originals["serif"], "Lab Serif", wght=WEIGHTS, opsz=OPTICAL_SIZE), "serif")
    _save(_text(originals["serif-italic"], "Lab Serif Italic", wght=WEIGHTS[0], opsz=OPTICAL_SIZE), "serif-italic")


def icons_named(static: Path) -> set[str]:
    """Every icon that Streamlit's scripts or the app's own pages name, and all words that the stage's scripts quote."""
    pages = [*(static / "js").glob("*.js"), *ROOT.glob("pages/**/*.py"), *ROOT.glob("ui/**/*.py")]
    named = {name for source in pages for name in ICON.findall(source.read_text())}
    return named.union(*(QUOTED.findall(source.read_text()) for source in ROOT.glob("stage/web/**/*.js")))


def ligatures(font: TTFont) -> dict[str, str]:
    """The glyph of each word that the font draws as one sign."""
    letters = {glyph: chr(code) for code, glyph in (font.getBestCmap() or {}).items()}
    found: dict[str, str] = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, rest in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items():
                for one in rest:
                    word = "".join(letters.get(glyph, "\0") for glyph in (first, *one.Component))
                    found[word] = one.LigGlyph
    return found


def _icons(font: TTFont, names: set[str]) -> TTFont:
    known = ligatures(font)
    # Without this every icon stays: from the letters that the names are spelled with, all can be reached.
    options = Options(layout_closure=False, layout_features=["*"], hinting=False)
    cutter = Subsetter(options)
    names &= known.keys()
    letters = {ord(letter) for name in names for letter in name} | {ord(" ")}
    cutter.populate(glyphs=[known[name] for name in names], unicodes=letters)
    cutter.subset(font)
    return font


def _text(font: TTFont, name: str, **axes: float | tuple[float, float]) -> TTFont:
    """The characters above, the axes within these bounds, under a name of its own, as the licence asks."""
    cutter = Subsetter(Options(layout_features=FEATURES, hinting=False))
    cutter.populate(unicodes=CHARACTERS)
    cutter.subset(font)
    font = instantiateVariableFont(font, axes)
    names = font["name"]
    for record in list(names.names):
        if record.nameID in (1, 3, 4, 6, 16, 17, 21, 22, 25):
            value = name.replace(" ", "") if record.nameID in (3, 6, 25) else name
            names.setName(value, record.nameID, record.platformID, record.platEncID, record.langID)
    return font


def _save(font: TTFont, name: str) -> None:
    file = Path(__file__).with_name(f"{name}.woff2")
    font.flavor = "woff2"
    font.save(file)


if __name__ == "__main__":
    main()
