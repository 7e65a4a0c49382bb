"""What Plotly's charts on the pages share: one look, ink on the page's own paper, and words below each."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

# Plotly looks at pandas if anyone has begun to load it, as Streamlit does aside: loaded by half, it is a fault.
import pandas  # noqa: F401  # pyright: ignore[reportUnusedImport]
import streamlit as st

from ui.shared.theme import theme

INK = {"light": ("#1A212B", "#4C5663", "#E1DCD0"), "dark": ("#E8ECF1", "#B0BAC6", "#2A333F")}


def inks() -> tuple[str, str, str]:
    """Ink, ink of the axes, hairlines: the tokens of the look."""
    return INK[theme()]


def show_chart(figure: dict[str, Any], key: str, words: str, title: str) -> None:
    """A figure without chrome, above it what is to be seen, and below it what it shows in words."""
    st.html(f'<h3 class="net-title">{escape(title)}</h3>')
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, theme=None)
    st.html(f'<p class="net-words">{escape(words)}</p>')


def layout(height: int, x: str, y: str, **axes: Mapping[str, Any]) -> dict[str, Any]:
    """A layout of that many px whose axes are called `x` and `y`; what is said of an axis by its name adds to it."""
    ink, soft, line = inks()
    font = {"family": '"Source Sans", sans-serif', "size": 13, "color": soft}
    names = {"xaxis": x, "yaxis": y}

    def axis(name: str) -> dict[str, Any]:
        title = {"text": names.get(name, ""), "standoff": 6, "font": {"size": 13.5, "color": ink}}
        shared = {
            "gridcolor": line,
            "linecolor": soft,
            "zeroline": False,
            "showline": True,
            "automargin": False,
            "exponentformat": "power",
        }
        return {"title": title, **shared, "fixedrange": True, **axes.get(name, {})}

    return {
        "height": height,
        "margin": {"l": 58, "r": 16, "t": 10, "b": 46},  # at the right, half a number at the axis's end
        "font": font,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        **{name: axis(name) for name in dict.fromkeys([*names, *axes])},
    }


def colour_bar(title: str) -> dict[str, Any]:
    """What the scales of colours have in common; it stands to the right of its picture unless it is told otherwise."""
    return {
        "title": {"text": title, "side": "right", "font": {"size": 13.5, "color": inks()[0]}},
        "thickness": 12,
        "outlinewidth": 0,
    }
