"""What a landscape is: a loss surface over two parameters, and what is known about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from landscapes import language

if TYPE_CHECKING:
    from jaxtyping import Array, Float

Loss = Callable[["Float[Array, '2']"], "Float[Array, '']"]
Point = tuple[float, float]
Window = tuple[tuple[float, float], tuple[float, float]]
Kind = Literal["global minimum", "lowest minimum", "local minimum", "maximum", "saddle", "degenerate"]
"""A "lowest minimum" is the lowest of its window on a surface that goes lower elsewhere."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Group = Literal[
    "Bowls and ravines",
    "Many minima",
    "Saddles",
    "Plateaus and cliffs",
    "Classic benchmarks",
    "Your own",
    "Real models",
    "Trained networks",
]
GROUPS: tuple[Group, ...] = get_args(Group)
"""What surfaces teach, in the order of the menu; the last three are those of no file."""

FORMULA_PREFIX = "formula:"
# Beyond this the squares of coordinates, and the grids between them, lose the precision a picture needs.
FARTHEST = 1e9  # written 10⁹ in its sentence


@dataclass(frozen=True)
class CriticalPoint:
    """A place where the gradient is zero: its position (x, y) and its kind, one of `KINDS`."""

    position: Point
    kind: Kind


@dataclass(frozen=True)
class Landscape:
    """A loss surface over two parameters.

    key: the registry key (the file's name), or "formula:<expression>" for a typed one; group: what it teaches, one of
    `GROUPS`; loss: position (2,) -> scalar, traceable by JAX; window: ((x0, x1), (y0, y1)); start: (x, y);
    critical_points: those known in the record's own window, all there are if `complete`; singular_points: where the
    loss is continuous but has no gradient; lesson: one sentence; source: where the surface comes from; expression: the
    formula in plain text, None for a surface that is no formula.

    Equal expressions share one `loss` object, whatever their windows, so that programs compiled for it are shared too.
    """

    _: KW_ONLY
    key: str
    name: str
    group: Group = "Your own"
    loss: Loss
    window: Window
    start: Point
    critical_points: tuple[CriticalPoint, ...] = ()
    singular_points: tuple[Point, ...] = ()
    complete: bool = True
    lesson: str = ""
    source: str = ""
    expression: str | None = None

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f'{self.name} needs a group of the menu, one of {", ".join(GROUPS)}; got "{self.group}".')
        object.__setattr__(self, "window", checked_window(self.window))
        if not all(math.isfinite(value) for value in self.start):
            raise ValueError(f"A start needs two finite numbers; got {self.start}. Choose a point in the window.")

    @classmethod
    def from_formula(
        cls,
        expression: str,
        *,
        key: str,
        name: str,
        group: Group = "Your own",
        window: Window,
        start: Point,
        critical_points: tuple[CriticalPoint, ...] = (),
        singular_points: tuple[Point, ...] = (),
        complete: bool = True,
        lesson: str = "",
        source: str = "",
    ) -> Landscape:
        """The landscape of a formula in x and y. Raises FormulaError where the text is no formula."""
        tree = language.parse(expression)
        return cls(
            key=key,
            name=name,
            group=group,
            loss=language.loss_of(tree),
            window=window,
            start=start,
            critical_points=critical_points,
            singular_points=singular_points,
            complete=complete,
            lesson=lesson,
            source=source,
            expression=language.plain_text(tree),
        )

    @property
    def text(self) -> str:
        """The text form, as links and wire messages carry it: the key, or "formula:<expression>"."""
        return self.key

    @property
    def tex(self) -> str | None:
        """The formula in LaTeX (no dollar signs); None for a surface that is no formula."""
        return None if self.expression is None else language.latex(language.parse(self.expression))

    @property
    def markup(self) -> str | None:
        """The formula as a presentation MathML `<math>` element; None for a surface that is no formula."""
        return None if self.expression is None else language.mathml(language.parse(self.expression))

    @property
    def torch(self) -> str | None:
        """The formula as a Python expression in torch scalars x and y; None for a surface that is no formula."""
        return None if self.expression is None else language.torch_text(language.parse(self.expression))

    @property
    def jax(self) -> str | None:
        """The formula as a Python expression in JAX scalars x and y; None for a surface that is no formula."""
        return None if self.expression is None else language.jax_text(language.parse(self.expression))

    def with_window(self, window: Sequence[Sequence[float]]) -> Landscape:
        """The same surface seen through another window ((x0, x1), (y0, y1)); the loss stays the same object.

        The known critical points stay those of the record's own window. Raises ValueError for a window that is none.
        """
        return replace(self, window=checked_window(window))


def checked_window(window: Sequence[Sequence[float]]) -> Window:
    """`window` as ((x0, x1), (y0, y1)) of floats; ValueError with a sentence if it is no such thing."""
    try:
        (x0, x1), (y0, y1) = window
        sides = (float(x0), float(x1)), (float(y0), float(y1))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            "A window needs four numbers ((x0, x1), (y0, y1)); got something else. Example: ((-3, 3), (-3, 3))."
        ) from None
    for axis, (low, high) in zip("xy", sides, strict=True):
        if not -FARTHEST <= low < high <= FARTHEST:
            raise ValueError(
                f"The window's {axis} side must run from a smaller to a larger number within ±10⁹; "
                f"got {low:g} to {high:g}."
            )
        # The middle of a side narrower than its own rounding cannot be told from its ends, nor drawn.
        if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
            raise ValueError(
                f"The window's {axis} side is too narrow to draw: {low:g} to {high:g}. Widen it to 10⁻⁹ at least."
            )
    return sides
