"""What the stage serves: its files fit together."""

import json
import re
import shutil

import pytest

from engine import OPTIMIZERS
from stage import assets

FILES = [file for file in assets.FOLDER.rglob("*") if file.is_file()]
MODULES = sorted(assets.FOLDER.rglob("*.js"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_import_names_what_its_module_exports(module):
    text = module.read_text()
    for names, name in re.findall(r"import \{([^}]*)\} from \"(\.{1,2}/[^\"]+)\"", text):
        other = (module.parent / name).read_text()
        exported = set(re.findall(r"export (?:async )?(?:function\*?|const|class|let) (\w+)", other))
        wanted = {one.split(" as ")[0].strip() for one in names.split(",") if one.strip()}
        assert wanted <= exported, f"{module.name} takes {wanted - exported} from {name}"


def test_nothing_is_loaded_from_elsewhere():
    for file in FILES:
        addresses = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", file.read_text())
        assert [one for one in addresses if "www.w3.org" not in one] == [], file.name


def test_the_version_changes_with_any_file(tmp_path, monkeypatch):
    shutil.copytree(assets.FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assert assets._version() == assets.VERSION
    next(tmp_path.rglob("stage.css")).write_text("/* changed */")
    changed = assets._version()
    assert changed != assets.VERSION
    (tmp_path / "another.js").write_text("")
    assert assets._version() not in (changed, assets.VERSION)


def test_the_swatch_of_python_is_the_stage_s():
    """One truth: both read the palette, and the marker shapes are the same polygons."""
    from ui.shared import swatch

    ink = (assets.FOLDER / "draw/ink.js").read_text()
    diamond = re.search(r"diamond: (\[\[.*?\]\])", ink)
    assert diamond
    assert json.loads(diamond[1]) == [list(point) for point in [(0, -1.22), (1.22, 0), (0, 1.22), (-1.22, 0)]]
    assert swatch._corners("diamond") == [tuple(point) for point in json.loads(diamond[1])]
    for key in OPTIMIZERS:
        for theme in ("light", "dark"):
            assert swatch.swatch(key, theme).startswith("![](data:image/svg+xml;base64,")
