"""The palette's rule, as the look states it, in every kind of colour vision, in both themes."""

import json
import math
import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from engine import OPTIMIZERS
from stage import assets

PALETTE = json.loads((assets.FOLDER / "base/palette.json").read_text())
STYLES = PALETTE["optimizers"]
THEMES = ("light", "dark")
CLOSE = 14.0
"""CIEDE2000 under which two colours need dash and marker to be told apart."""
# Of both themes, in their order in the tokens.
CASING: dict[str, str] = dict(
    zip(THEMES, re.findall(r"--casing: (#\w{6});", (assets.FOLDER / "styles/tokens.css").read_text()), strict=True)
)
FIRST_FIVE = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")

# Linear RGB as dichromats see it, severity 1. Machado, Oliveira and Fernandes (2009), IEEE Transactions on
# Visualization and Computer Graphics 15(6):1291-1298, table of the supplement.
VISIONS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# IEC 61966-2-1: linear sRGB to XYZ, and the white that it has there.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)

Lab = tuple[float, float, float]


def srgb(colour: str) -> np.ndarray:
    """Red, green and blue of "#1766C2", each in 0..1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab_of(seen: np.ndarray) -> Lab:
    """CIELAB of a linear RGB colour."""
    ratios = TO_XYZ @ np.clip(seen, 0, 1) / WHITE
    x, y, z = np.where(ratios > (6 / 29) ** 3, np.cbrt(ratios), ratios / (3 * (6 / 29) ** 2) + 4 / 29).tolist()
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def lab(colour: str, vision: str) -> Lab:
    return lab_of(VISIONS[vision] @ linear(srgb(colour)))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(srgb(colour)))


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def difference(one: Lab, other: Lab) -> float:
    """CIEDE2000. Sharma, Wu and Dalal (2005), Color Research and Application 30(1):21-30; step by step as there."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    bar = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - math.sqrt(bar / (bar + 25**7)))
    (c1, h1), (c2, h2) = _polar(a1 * stretch, b1), _polar(a2 * stretch, b2)
    grey = c1 * c2 == 0
    turn = 0.0 if grey else h2 - h1
    turn += 360 * (turn < -180) - 360 * (turn > 180)
    hue = 2 * math.sqrt(c1 * c2) * _sin(turn / 2)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    mean = h1 + h2 if grey else (h1 + turn / 2) % 360
    t = 1 - 0.17 * _cos(mean - 30) + 0.24 * _cos(2 * mean) + 0.32 * _cos(3 * mean + 6) - 0.20 * _cos(4 * mean - 63)
    bend = 30 * math.exp(-(((mean - 275) / 25) ** 2))
    rotation = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * _sin(2 * bend)
    dl = (l2 - l1) / (1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = hue / (1 + 0.015 * chroma * t)
    return math.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)


def _polar(a: float, b: float) -> tuple[float, float]:
    return math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


# All 34 pairs of the paper's table 1.
PUBLISHED = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
    ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0),
    ((50, -0.9009, -85.5211), (50, 0, -82.7485), 1.0),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, -1, 2), (50, 0, 0), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0010), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, 2.49, -0.001), (50, -2.49, 0.0012), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, -0.001, 2.49), (50, 0.0010, -2.49), 4.8045),
    ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((50, 2.5, 0), (50, 3.1736, 0.5854), 1.0),
    ((50, 2.5, 0), (50, 3.2972, 0), 1.0),
    ((50, 2.5, 0), (50, 1.8634, 0.5757), 1.0),
    ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "expected"), PUBLISHED)
def test_the_ruler_measures_as_published(one: Lab, other: Lab, expected: float):
    assert difference(one, other) == pytest.approx(expected, abs=5e-5)


def test_lab_of_known_colours():
    """White, black and sRGB's red, green and blue, from the standard's own matrix."""
    assert lab("#FFFFFF", "normal") == pytest.approx((100, 0, 0), abs=1e-9)
    assert lab("#000000", "normal") == pytest.approx((0, 0, 0), abs=1e-9)
    assert lab("#FF0000", "normal") == pytest.approx((53.24, 80.09, 67.20), abs=0.03)
    assert lab("#0000FF", "normal") == pytest.approx((32.30, 79.19, -107.86), abs=0.03)


def test_a_grey_is_the_same_grey_in_every_vision():
    """The rows of every matrix add up to one; a slip in a digit would colour the greys."""
    for vision, matrix in VISIONS.items():
        assert matrix.sum(axis=1) == pytest.approx(1, abs=2e-6), vision
        assert difference(lab("#808080", vision), lab("#808080", "normal")) < 0.01
    assert difference(lab("#C00000", "protan"), lab("#C00000", "normal")) > 20


def test_every_optimizer_has_a_style():
    assert set(OPTIMIZERS) <= set(STYLES)
    for key, style in STYLES.items():
        assert style.keys() == {"light", "dark", "dash", "marker"}, key
        assert all(re.fullmatch("#[0-9A-F]{6}", style[theme]) for theme in THEMES), key


def test_dashes_and_markers_are_ones_that_the_stage_can_draw():
    ink, palette = ((assets.FOLDER / name).read_text() for name in ("draw/ink.js", "base/palette.js"))
    polygons = re.findall(r"^  (\w+): (?:\[|Array)", ink.split("function")[0], re.MULTILINE)
    assert {"diamond", "star"} <= set(polygons)
    for style in STYLES.values():
        assert style["marker"] in {*polygons, "circle", "ring", "cross"}
        assert re.search(rf"\b{style['dash']}: ", palette), style["dash"]


def test_every_pair_of_dash_and_marker_is_unique():
    pairs = [(style["dash"], style["marker"]) for style in STYLES.values()]
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
def test_close_colours_differ_in_both_dash_and_marker(theme: str, vision: str):
    for (name, style), (other, other_style) in combinations(STYLES.items(), 2):
        apart = difference(lab(style[theme], vision), lab(other_style[theme], vision))
        if apart < CLOSE:
            assert style["dash"] != other_style["dash"], (name, other, apart)
            assert style["marker"] != other_style["marker"], (name, other, apart)


# The look's table: least difference among the first five, and among all sixteen in any vision.
LEAST = {
    "normal": (17.7, 18.5), "protan": (13.4, 14.8), "deutan": (14.7, 14.4), "tritan": (13.3, 12.4),
}  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_five_are_told_apart_by_colour(theme: str, vision: str):
    colours = [lab(STYLES[key][theme], vision) for key in FIRST_FIVE]
    least = min(difference(one, other) for one, other in combinations(colours, 2))
    assert least >= LEAST[vision][THEMES.index(theme)] - 0.1


@pytest.mark.parametrize(("theme", "least"), [("light", 3.4), ("dark", 4.6)])
def test_a_path_stands_out_from_its_casing(theme: str, least: float):
    casing = CASING[theme]
    for key, style in STYLES.items():
        assert contrast(style[theme], casing) >= least, key


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", [*VISIONS, "grey"])
def test_deep_is_dark_and_high_is_pale_in_every_vision(theme: str, vision: str):
    """Grey as a screen's grey filter makes it: the luma of the encoded colour (Rec. 709)."""

    def lightness(colour: str) -> float:
        if vision == "grey":
            return lab_of(linear(np.full(3, [0.2126, 0.7152, 0.0722] @ srgb(colour))))[0]
        return lab(colour, vision)[0]

    ramp = [lightness(colour) for colour in PALETTE["surface"][theme]]
    assert len(ramp) == 17
    assert all(below < above for below, above in pairwise(ramp))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
def test_basins_side_by_side_are_told_apart(theme, vision):
    """The first four, of the map most shown, by colour alone; every pair at least a little (minima are marked too)."""
    colours = [lab(colour, vision) for colour in PALETTE["basins"][theme]]
    assert min(difference(one, other) for one, other in combinations(colours[:4], 2)) >= 14
    assert min(difference(one, other) for one, other in combinations(colours, 2)) >= 9


MAPS = PALETTE["maps"]
PAPER, WELL = (
    dict(
        zip(
            THEMES,
            re.findall(rf"--{token}: (#\w{{6}});", (assets.FOLDER / "styles/tokens.css").read_text()),
            strict=True,
        )
    )
    for token in ("paper", "well")
)


def mixed(one: str, other: str, part: float) -> str:
    """As `mix` of maps.js: whole channels of the encoded colours."""
    return "#" + "".join(f"{round(255 * value):02X}" for value in srgb(one) + (srgb(other) - srgb(one)) * part)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
def test_basins_in_their_palest_shade_are_told_apart_and_every_shade_gets_darker_with_the_steps(theme, vision):
    """At a border the steps of both sides are alike, so are their shades. On dark ground it is the other way round."""
    pale = [mixed(colour, MAPS[theme]["paper"], MAPS["tint"]) for colour in PALETTE["basins"][theme]]
    seen = [lab(colour, vision) for colour in pale]
    assert min(difference(one, other) for one, other in combinations(seen[:4], 2)) >= 9.5
    assert min(difference(one, other) for one, other in combinations(seen, 2)) >= 6.4
    for light, deep in zip(pale, PALETTE["basins"][theme], strict=True):
        ramp = [lab(mixed(light, deep, step / 32), vision)[0] for step in range(0, 33, 4)]
        falls = [before > after for before, after in pairwise(ramp)]
        assert all(falls) if theme == "light" else not any(falls)
        assert abs(ramp[-1] - ramp[0]) >= 6


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
def test_the_map_of_two_knobs_is_legible(theme, vision):
    """Few steps pale, many deep; what arrives differs from what does not by colour, most by hatch or dots besides."""
    inks = MAPS[theme]
    ramp = [lab(mixed(inks["few"], inks["many"], step / 32), vision) for step in range(33)]
    assert all(before[0] > after[0] for before, after in pairwise(ramp))
    assert ramp[0][0] - ramp[-1][0] >= 50
    grounds = {name: lab(colour, vision) for name, colour in inks.items() if name in ("diverged", "higher")}
    grounds["open"] = lab(WELL[theme], vision)
    least = {"diverged": 16, "higher": 12, "open": 5}  # the open one is dotted, the diverged one hatched
    for name, seen in grounds.items():
        assert min(difference(seen, one) for one in ramp) >= least[name], name
    assert min(difference(one, other) for one, other in combinations(grounds.values(), 2)) >= 8
    assert difference(lab(inks["hatch"], vision), grounds["diverged"]) >= 20


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
def test_the_regimes_of_the_rate_are_told_apart(theme, vision):
    """Plain, tinted, hatched, and by colour alone as well."""
    plain, right, high = (
        lab(colour, vision) for colour in (PAPER[theme], MAPS[theme]["right"], MAPS[theme]["too_high"])
    )
    assert min(difference(one, other) for one, other in combinations((plain, right, high), 2)) >= 12
