"""What the stage serves: its files fit together, and the look's rules hold for its palette."""

import json
import math
import re
from itertools import combinations

import numpy as np
import pytest

from engine import OPTIMIZERS
from stage import assets

MODULES = sorted(assets.FOLDER.glob("*.js"))
PALETTE = json.loads((assets.FOLDER / "palette.json").read_text())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_import_names_what_its_module_exports(module):
    text = module.read_text()
    for names, name in re.findall(r"import \{([^}]*)\} from \"\./([^\"]+)\"", text):
        other = (assets.FOLDER / name).read_text()
        exported = set(re.findall(r"export (?:async )?(?:function\*?|const|class|let) (\w+)", other))
        wanted = {one.split(" as ")[0].strip() for one in names.split(",") if one.strip()}
        assert wanted <= exported, f"{module.name} takes {wanted - exported} from {name}"


def test_nothing_is_loaded_from_elsewhere():
    for file in assets.FOLDER.iterdir():
        addresses = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", file.read_text())
        assert [one for one in addresses if "www.w3.org" not in one] == [], file.name


def test_the_version_changes_with_any_file(tmp_path, monkeypatch):
    for file in assets.FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assert assets._version() == assets.VERSION
    (tmp_path / "stage.css").write_text("/* changed */")
    changed = assets._version()
    assert changed != assets.VERSION
    (tmp_path / "another.js").write_text("")
    assert assets._version() not in (changed, assets.VERSION)


def test_every_optimizer_has_a_style():
    assert set(OPTIMIZERS) <= set(PALETTE["optimizers"])


def test_every_pair_of_dash_and_marker_is_unique():
    pairs = [(style["dash"], style["marker"]) for style in PALETTE["optimizers"].values()]
    assert len(set(pairs)) == len(pairs)


# How people with one kind of cone missing see linear RGB: Viénot, Brettel and Mollon (1999), Color Research and
# Application 24(4):243-252. Their one plane holds for protan and deutan vision, not for tritan.
VISIONS = {
    "normal": np.eye(3),
    "protan": np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]),
    "deutan": np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]),
}


def lab(colour: str, vision: str) -> tuple[float, float, float]:
    """CIELAB (D65) of a hexadecimal sRGB colour as one kind of eye sees it."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(VISIONS[vision] @ linear, 0, 1)
    xyz = (
        np.array(
            [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
        )
        @ linear
    )
    x, y, z = (f(value) for value in xyz / np.array([0.95047, 1.0, 1.08883]))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def f(t: float) -> float:
    return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29


def difference(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """CIEDE2000. Sharma, Wu and Dalal (2005), Color Research and Application 30(1):21-30."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(c**7 / (c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.degrees(math.atan2(b1, a1)) % 360, math.degrees(math.atan2(b2, a2)) % 360
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    big_h = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else (h1 + dh / 2) % 360
    t = (
        1
        - 0.17 * _cos(mean_h - 30)
        + 0.24 * _cos(2 * mean_h)
        + 0.32 * _cos(3 * mean_h + 6)
        - 0.20 * _cos(4 * mean_h - 63)
    )
    sl = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    sc, sh = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rc = 2 * math.sqrt(mean_c**7 / (mean_c**7 + 25**7))
    rt = -math.sin(math.radians(60 * math.exp(-(((mean_h - 275) / 25) ** 2)))) * rc
    dl, dc, dhh = (l2 - l1) / sl, (c2 - c1) / sc, big_h / sh
    return math.sqrt(dl**2 + dc**2 + dhh**2 + rt * dc * dhh)


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_ruler_measures_as_published(one, other, expected):
    """Pairs of the test data of Sharma, Wu and Dalal."""
    assert difference(one, other) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_colours_that_are_close_in_some_eye_differ_in_dash_and_marker(theme: str, vision: str):
    """The rule of the look, for all sixteen; the first five are told apart by colour alone."""
    for one, other in combinations(PALETTE["optimizers"].items(), 2):
        (name, style), (other_name, other_style) = one, other
        apart = difference(lab(style[theme], vision), lab(other_style[theme], vision))
        if apart < 14:
            assert style["dash"] != other_style["dash"], (name, other_name, apart)
            assert style["marker"] != other_style["marker"], (name, other_name, apart)


def test_the_swatch_of_python_is_the_stage_s():
    """One truth: both read the palette, and the marker shapes are the same polygons."""
    from ui import swatch

    ink = (assets.FOLDER / "ink.js").read_text()
    diamond = re.search(r"diamond: (\[\[.*?\]\])", ink)
    assert diamond
    assert json.loads(diamond[1]) == [list(point) for point in [(0, -1.22), (1.22, 0), (0, 1.22), (-1.22, 0)]]
    assert swatch._corners("diamond") == [tuple(point) for point in json.loads(diamond[1])]
    for key in OPTIMIZERS:
        for theme in ("light", "dark"):
            assert swatch.swatch(key, theme).startswith("![](data:image/svg+xml;base64,")
