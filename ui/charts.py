"""What Plotly's charts on the pages share: no chrome, the page's own paper, named axes."""

from typing import Any

CONFIG = {"displayModeBar": False}
MARGIN = {"l": 48, "r": 10, "t": 8, "b": 40}


def layout(height: int, x: str, y: str, **axes: dict[str, Any]) -> dict[str, Any]:
    """A layout of that many px whose axes are called `x` and `y`; `xaxis` and `yaxis` add to them."""
    named = {"xaxis": {"title": {"text": x, "standoff": 4}}, "yaxis": {"title": {"text": y, "standoff": 2}}}
    paper = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False}
    merged = {name: {**axis, **axes.get(name, {})} for name, axis in named.items()}
    return {"height": height, "margin": MARGIN, **paper, **merged}
