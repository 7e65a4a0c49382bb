"""A surface of the visitor's own: a formula that is typed, a window to see it through, and examples to begin with."""

from dataclasses import dataclass, replace
from functools import partial
from html import escape

import streamlit as st

from i18n import message
from landscapes import FUNCTION_NAMES, formula
from landscapes.record import FORMULA_PREFIX, Point, Window, checked_window
from landscapes.starts import is_number_at, start_of
from stage import formula_box
from ui.scene.scene import Scene
from ui.scene.session import change
from ui.shared.language import spoken, t
from ui.shared.number_box import number_box


@dataclass(frozen=True)
class Example:
    """A formula worth beginning with, and what it shows from its start."""

    shows: str
    text: str
    window: Window
    start: Point


EXAMPLES = (
    Example(message("A valley ten times as steep across"), "x**2/20 + y**2/2", ((-5, 5), (-4, 4)), (-4, 2)),
    Example(
        message("Waves on a bowl: many minima"), "sin(2*x)*cos(2*y) + (x**2 + y**2)/10", ((-4, 4), (-4, 4)), (2.6, 1.7)
    ),
    Example(message("A kink: the slope never fades"), "abs(x) + 2*abs(y)", ((-3, 3), (-3, 3)), (2.3, 1.4)),
    Example(message("A plain with a hole in it"), "-exp(-(x**2 + y**2)/2)", ((-4, 4), (-4, 4)), (1.9, 1.2)),
    Example(
        message("A cliff beside a slope"),
        "where(x > 1, 8*(x - 1)**2, 0) + (x + 2)**2/8 + y**2/2",
        ((-4, 3), (-3, 3)),
        (2.5, 2),
    ),
    Example(message("Slower the farther: a logarithm"), "log(1 + 4*x**2 + y**2)", ((-5, 5), (-4, 4)), (4, 2.5)),
    Example(
        message("A neuron of two weights"), "(tanh(x) - 0.5)**2 + (tanh(x + y) + 0.6)**2", ((-4, 4), (-4, 4)), (2.5, 1)
    ),
    Example(message("A ring of minima"), "(x**2 + y**2 - 4)**2/8", ((-3.5, 3.5), (-3, 3)), (0.4, 0.3)),
)


def pick_own_surface(scene: Scene) -> None:
    """The door to it, below the menu of surfaces.

    What is behind it is built while it is closed, too. Streamlit forgets the fields that a run leaves out: when they
    are back it loses what is entered, or takes what they held before for an entry.
    """
    # A new door is closed, whatever the browser still says of the one before.
    with st.popover(t("Type your own function"), key=f"own {_shown()}", icon=":material/function:"):
        formula_box(
            spoken({"text": _text(scene), "revision": scene.landscape.key}),
            key="formula_box",
            on_formula=lambda: _take_entry(**(st.session_state["formula_box"].get("formula") or {})),
        )
        _window(scene)
        st.pills(
            t("Examples"),
            range(len(EXAMPLES)),
            key="examples",
            format_func=lambda place: t(EXAMPLES[place].shows),
            on_change=_take_example,
        )
        about = t(
            "Written as on paper, in LaTeX or in Python: x^2, 2x, |x|, sin x, √x, π, e, comparisons in where(…), and "
            "{functions}. Any other letter or Greek name becomes a slider: a x^2 + b y^2.",
            functions=_functions(),
        )
        st.html(f'<p class="aside">{escape(about)}</p>')


def _functions() -> str:
    return ", ".join(FUNCTION_NAMES)


def _text(scene: Scene) -> str:
    """The formula of the surface that is shown, to be edited; a surface that is none leaves the field empty."""
    return scene.landscape.expression or ""


def _take_entry(text: str = "", entry: str = "") -> None:
    """Take what was entered, once.

    Streamlit forgets a box that is away, as on another page: it then calls the box empty, or the same entry a new one.
    """
    if entry not in ("", st.session_state.get("formula_entry")):
        st.session_state["formula_entry"] = entry
        _take(text)


def _take(text: str) -> None:
    """Show a typed formula.

    In place of another typed one it keeps the window, and the start if the formula has a value there.
    """

    def edit(scene: Scene) -> Scene:
        landscape = formula(text)
        letters = {one.name for one in landscape.parameters} if scene.landscape.key.startswith(FORMULA_PREFIX) else ()
        before = zip(scene.landscape.parameters, scene.landscape.values, strict=True)
        landscape = landscape.with_values({one.name: value for one, value in before if one.name in letters})
        shown = scene.with_landscape(landscape)
        if not scene.landscape.key.startswith(FORMULA_PREFIX):
            return shown
        start = scene.start
        if start is not None and not is_number_at(text, start):
            start = start_of(text, scene.window or landscape.window)
        return replace(shown, window=scene.window, start=start)

    change(edit)
    st.session_state["own_shown"] = _shown() + 1  # it lies under what is open


def _shown() -> int:
    """How many surfaces were typed and shown."""
    return st.session_state.get("own_shown", 0)


def _take_example() -> None:
    place = st.session_state["examples"]
    if place is None:
        return
    example = EXAMPLES[place]
    landscape = formula(example.text)
    change(lambda scene: replace(scene.with_landscape(landscape), window=example.window, start=example.start))
    st.session_state["examples"] = None


_ENDS = {
    "x from": message("x from"),
    "x to": message("x to"),
    "y from": message("y from"),
    "y to": message("y to"),
}


def _window(shown: Scene) -> None:
    (x0, x1), (y0, y1) = shown.window or shown.landscape.window
    ends = {"x from": x0, "x to": x1, "y from": y0, "y to": y1}
    for column, (name, value) in zip(st.columns(4), ends.items(), strict=True):
        with column:
            number_box(_ENDS[name], value, partial(_take_end, name), key=f"window {name}")


def _take_end(name: str, value: float | None) -> None:
    def edit(scene: Scene) -> Scene:
        (x0, x1), (y0, y1) = scene.window or scene.landscape.window
        ends = {"x from": x0, "x to": x1, "y from": y0, "y to": y1, name: value}
        window = checked_window(((ends["x from"], ends["x to"]), (ends["y from"], ends["y to"])))
        return replace(scene, window=None if window == scene.landscape.window else window)

    change(edit)
