"""An optimizer's piece of line with its marker, as a small picture for Streamlit's own labels."""

import base64
import json
import math
from functools import cache

from stage.assets import FOLDER

PALETTE = json.loads((FOLDER / "base/palette.json").read_text())
_DASHES = {"solid": "", "long": "6.5 2", "short": "3.2 2.4", "dot": "0.1 3.2", "dashdot": "5.4 2.2 0.1 2.2"}
_WIDTH, _HEIGHT = 26, 14
_RADIUS = 4.2


@cache
def swatch(optimizer: str, theme: str) -> str:
    """The swatch as a markdown image; `theme` is "light" or "dark"."""
    style = PALETTE["optimizers"][optimizer]
    colour = style[theme]
    cap = "round" if style["dash"] in ("dot", "dashdot") else "butt"
    under = "#FFFFFF" if theme == "light" else "#171E27"
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<path d="M1.5 7H{_WIDTH - 1.5}" stroke="{colour}" stroke-width="2.3" stroke-linecap="{cap}"'
        f' stroke-dasharray="{_DASHES[style["dash"]]}"/>'
        f'<g fill="{colour}" stroke="{under}" stroke-width="2.6" paint-order="stroke" fill-rule="evenodd">'
        f"{_marker(style['marker'])}</g></svg>"
    )
    return f"![](data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()})"


def _marker(shape: str) -> str:
    x, y, r = _WIDTH / 2, _HEIGHT / 2, _RADIUS
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="{r}"/>'
    if shape == "ring":
        inner = r * 0.45
        return f'<path d="{_circle(x, y, r)}{_circle(x, y, inner)}"/>'
    return f'<path d="M{"L".join(f"{x + r * dx:.2f} {y + r * dy:.2f}" for dx, dy in _corners(shape))}Z"/>'


def _circle(x: float, y: float, r: float) -> str:
    return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z"


def _corners(shape: str) -> list[tuple[float, float]]:
    """The same polygons as in the stage's ink.js, which draws them on canvases."""
    plus = [(-0.42, -1.15), (0.42, -1.15), (0.42, -0.42), (1.15, -0.42), (1.15, 0.42), (0.42, 0.42)]
    plus += [(-x, -y) for x, y in plus]
    turn = math.sqrt(0.5)
    return {
        "square": [(-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)],
        "diamond": [(0, -1.22), (1.22, 0), (0, 1.22), (-1.22, 0)],
        "hex": [(1.08 * math.cos(i * math.pi / 3), 1.08 * math.sin(i * math.pi / 3)) for i in range(6)],
        "star": [
            (
                (0.58 if i % 2 else 1.35) * math.sin(i * math.pi / 5),
                -(0.58 if i % 2 else 1.35) * math.cos(i * math.pi / 5),
            )
            for i in range(10)
        ],
        "plus": plus,
        "cross": [((x - y) * turn, (x + y) * turn) for x, y in plus],
    }[shape]
