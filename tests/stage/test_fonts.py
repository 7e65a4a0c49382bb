"""The fonts that are sent hold all that is written with them."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from streamlit.file_util import get_static_dir

from stage.fonts import FONTS, fonts_for
from stage.fonts.make import CHARACTERS, ICON, WEIGHTS, icons_named, ligatures

ROOT = Path(__file__).parents[2]
STATIC = Path(get_static_dir()) / "static"
MADE_OF = {ours.stem: theirs for theirs, ours in fonts_for(STATIC / "media").items()}
FONTS_BY_NAME = {file.stem: file for file in FONTS.values()}
TEXTS = ["sans", "serif", "serif-italic"]


def test_each_stands_for_one_of_streamlit_s():
    assert MADE_OF.keys() == {file.stem for file in FONTS.values()}


@pytest.mark.parametrize("name", TEXTS)
def test_every_character_that_the_app_may_write_is_kept(name: str):
    cut, whole = (set(TTFont(file).getBestCmap()) for file in (FONTS_BY_NAME[name], MADE_OF[name]))
    folders = [ROOT / part for part in ("engine", "i18n", "landscapes", "lessons", "live", "pages", "stage", "ui")]
    sources = [
        file
        for folder in folders
        for kind in ("*.py", "*.js", "*.css", "*.toml", "*.po")
        for file in folder.rglob(kind)
    ]
    written = {ord(letter) for source in sources for letter in source.read_text()}
    assert len(written) > 120
    assert not {chr(code) for code in (written | set(CHARACTERS)) & whole - cut}


def test_every_icon_that_is_named_is_kept():
    kept, whole = ligatures(TTFont(FONTS_BY_NAME["icons"])), ligatures(TTFont(MADE_OF["icons"]))
    pages = [*ROOT.glob("pages/**/*.py"), *ROOT.glob("ui/**/*.py")]
    named = {name for page in pages for name in ICON.findall(page.read_text())}
    scripts = "".join(file.read_text() for file in ROOT.glob("stage/web/**/*.js"))
    named |= set(re.findall(r"""glyph\("([a-z0-9_]+)"\)""", scripts))
    assert len(named) > 10
    assert named <= kept.keys(), "an icon is new: python -m stage.fonts.make"
    assert icons_named(STATIC) & whole.keys() <= kept.keys(), "an icon is new: python -m stage.fonts.make"


@pytest.mark.parametrize("name", TEXTS)
def test_a_cut_font_does_not_bear_the_reserved_name(name: str):
    names = TTFont(FONTS_BY_NAME[name])["name"]
    assert not any("Source" in str(names.getDebugName(kind)) for kind in (1, 3, 4, 6, 16))
    assert "Source" in str(names.getDebugName(0))  # the copyright notice stays


@pytest.mark.parametrize("name", ["sans", "serif"])
def test_both_weights_are_there(name: str):
    (axis,) = TTFont(FONTS_BY_NAME[name])["fvar"].axes
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", *WEIGHTS)
